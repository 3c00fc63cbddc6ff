"""Marks compared with those of a careful reader, on texts a person can count."""

from __future__ import annotations

import pytest

from matcher.marking import InvalidMarks, Mark, Marked, agreement, marks, part_of
from matcher.reading import Reader
from tests.conftest import posting, resume

TEXT = "Experience\nProvided EMDR to adolescents in an outpatient clinic."


def _mark(quote: str, category: str, strength: str) -> Mark:
    return Mark(TEXT.index(quote), TEXT.index(quote) + len(quote), category, strength)


def test_precision_recall_and_strength_are_shares_of_the_marks(reader: Reader) -> None:
    gold = [_mark("EMDR", "modality", "practised"), _mark("adolescents", "population", "listed"), _mark("Provided", "duty", "practised")]
    figures = agreement([(marks(reader.read(resume(TEXT))), gold)])
    assert (figures["modality"].f1, figures["modality"].strength) == (1.0, 1.0)
    assert (figures["population"].recall, figures["population"].strength) == (1.0, 0.0)
    assert figures["duty"].recall == 0.0
    assert figures["all"].recall == 2 / 3


def test_an_overlap_is_found_but_not_exact() -> None:
    figures = agreement([([Mark(0, 10, "modality", "listed")], [Mark(5, 12, "modality", "listed")])])
    assert (figures["modality"].f1, figures["modality"].exact_f1) == (1.0, 0.0)


def test_two_marks_of_ours_on_one_of_theirs_are_both_right_and_one_found() -> None:
    figures = agreement([([Mark(0, 4, "duty", "listed"), Mark(5, 9, "duty", "listed")], [Mark(0, 9, "duty", "listed")])])
    assert (figures["duty"].precision, figures["duty"].recall, figures["duty"].marked, figures["duty"].found) == (1.0, 1.0, 1, 2)


def test_a_mark_of_another_category_is_wrong() -> None:
    figures = agreement([([Mark(0, 4, "setting", "listed")], [Mark(0, 4, "duty", "listed")])])
    assert (figures["setting"].precision, figures["duty"].recall, figures["all"].f1) == (0.0, 0.0, 0.0)


def test_one_place_is_marked_once_however_many_states_its_licence_is_of(reader: Reader) -> None:
    found = marks(reader.read(resume("LCSW in California and Texas since 2015.")))
    assert [(mark.start, mark.end) for mark in found if mark.category == "licence"] == [(0, 4)]


def test_a_private_certificate_that_states_print_among_licences_is_a_certification(reader: Reader) -> None:
    found = marks(reader.read(posting("CADC required.", place="Chicago, IL")))
    assert {mark.category for mark in found} == {"certification"}


def test_every_third_text_is_set_aside_whatever_the_others_are() -> None:
    parts = [part_of(f"r{number}") for number in range(300)]
    assert 80 < parts.count("aside") < 120
    assert part_of("r064") == part_of("r064")


@pytest.mark.parametrize(
    "values", [{}, {"id": "a", "kind": "resume", "text": "", "mentions": [{"start": 1}]}, {"id": "a", "kind": "resume", "text": "", "mentions": 3}]
)
def test_a_line_that_breaks_the_format_is_named(values: dict[str, object]) -> None:
    with pytest.raises(InvalidMarks, match=r"mentions.jsonl:7: needs id, kind, text and mentions"):
        Marked.from_mapping(values, "mentions.jsonl:7")
