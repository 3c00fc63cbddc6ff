"""Titles against occupations, with the stand-in encoder: it counts the words of each length."""

from __future__ import annotations

import math

import pytest

from matcher.occupations import MEANING, NoOccupations, Occupation, Occupations, plain_title
from tests.conftest import WordLengthEncoder

NURSE = Occupation("n", ("nurse", "registered nurse"))
COUNSELOR = Occupation("c", ("mental health counselor",))
WORKER = Occupation("w", ("social worker", "case worker"))


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Sr. Social Worker II", "social worker"),
        ("Senior Therapist - Level 3", "therapist"),
        ("Therapist/Counselor (Remote)", "therapist counselor"),
        ("Psychologist, Grade IV", "psychologist"),
        ("Teachers, All Other", "teachers"),
        ("IV Therapy Nurse", "iv therapy nurse"),
        ("Case Manager, Sr", "case manager"),
        ("R&D / C++ engineer", "r&d c++ engineer"),
        ("II", "ii"),
        ("Senior", "senior"),
        ("(Remote)", "remote"),
        ("", ""),
    ],
)
def test_levels_asides_and_marks_are_left_out_and_nothing_becomes_empty(title: str, plain: str) -> None:
    assert plain_title(title) == plain


def test_each_occupation_is_ranked_once_by_its_best_label() -> None:
    ranked = Occupations(WordLengthEncoder(), [NURSE, COUNSELOR, WORKER]).rank("Social Worker II")
    assert ranked[0].id == "w"
    assert sorted(one.id for one in ranked) == ["c", "n", "w"]
    assert (ranked[0].label, ranked[0].score) == ("social worker", pytest.approx(1.0))
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


def test_the_meaning_is_the_cosine_of_the_encoder_and_the_score_the_fixed_sum() -> None:
    occupations = Occupations(WordLengthEncoder(), [NURSE, WORKER])
    meaning, letters = occupations.likenesses("nurse case")  # one word of 5 letters, one of 4
    assert occupations.labels == (("n", "nurse"), ("n", "registered nurse"), ("w", "social worker"), ("w", "case worker"))
    assert meaning.tolist() == pytest.approx([1 / math.sqrt(2), 1 / 2, 0, 1 / 2], abs=1e-6)
    assert letters[2] < 0.2 < min(letters[0], letters[3])
    assert occupations.scores("nurse case").tolist() == pytest.approx((MEANING * meaning + (1 - MEANING) * letters).tolist(), abs=1e-6)


def test_a_title_that_shares_no_letters_is_ranked_by_meaning_alone() -> None:
    occupations = Occupations(WordLengthEncoder(), [NURSE, WORKER])
    meaning, letters = occupations.likenesses("xyzzy")
    assert letters.tolist() == [0, 0, 0, 0]
    assert occupations.scores("xyzzy").tolist() == pytest.approx((MEANING * meaning).tolist(), abs=1e-6)


def test_ties_stand_by_id_and_the_limit_keeps_the_first() -> None:
    same = [Occupation(id, ("case worker",)) for id in ("b", "c", "a")]
    occupations = Occupations(WordLengthEncoder(), same)
    assert [one.id for one in occupations.rank("case worker")] == ["a", "b", "c"]
    assert [one.id for one in occupations.rank("case worker", limit=2)] == ["a", "b"]


def test_the_order_of_the_list_changes_no_score() -> None:
    one, other = (Occupations(WordLengthEncoder(), listed) for listed in ([NURSE, COUNSELOR, WORKER], [WORKER, NURSE, COUNSELOR]))
    assert one.rank("health worker") == other.rank("health worker")


def test_every_label_is_told_to_the_one_who_asked() -> None:
    told: list[int] = []
    Occupations(WordLengthEncoder(), [Occupation(str(number), ("case worker",)) for number in range(1100)], told.append)
    assert told == [1024, 76]


@pytest.mark.parametrize("occupations", [[], [Occupation("x", ())], [Occupation("x", ("", "- -"))]])
def test_a_list_without_labels_is_refused(occupations: list[Occupation]) -> None:
    with pytest.raises(NoOccupations, match="no label with a letter"):
        Occupations(WordLengthEncoder(), occupations)
