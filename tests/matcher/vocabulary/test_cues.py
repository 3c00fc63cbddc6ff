"""One cue, one row; case never counts, and only headings and legal words match the beginning of a word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from matcher.vocabulary import Vocabulary, VocabularyInvalid
from matcher.vocabulary.cues import USES, read_cues, read_headings
from matcher.vocabulary.loader import DATA


def _cues(folder: Path, *rows: str, without: str = "") -> Path:
    lines = [f"{use},zzz{use}" for use in USES if use != without]
    (folder / "cues.csv").write_text("\n".join(["use,cue", *lines, *rows]) + "\n", "utf-8")
    return folder


def test_every_use_has_cues(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.cues) == set(USES)


def test_a_cue_matches_whole_words_in_any_case(tmp_path: Path) -> None:
    pattern = read_cues(_cues(tmp_path, "preferred,a plus"))["preferred"]
    assert [bool(pattern.search(text)) for text in ("is A PLUS.", "a plush chair", "aa plus")] == [True, False, False]


def test_a_legal_cue_matches_the_beginning_of_a_word(tmp_path: Path) -> None:
    pattern = read_cues(_cues(tmp_path, "legal,vaccinat"))["legal"]
    assert [bool(pattern.search(text)) for text in ("Vaccination", "vaccinated", "unvaccinated")] == [True, True, False]


def test_an_unknown_use_is_refused_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(VocabularyInvalid, match=rf"cues\.csv:{len(USES) + 2}: unknown use 'maybe', expected one of denied_before, "):
        read_cues(_cues(tmp_path, "maybe,perhaps"))


@pytest.mark.parametrize("cue", ["(?:a|b) plus", "\\bno", "n?ot", "Not"])
def test_a_cue_that_cannot_be_looked_up_by_its_beginning_is_refused(tmp_path: Path, cue: str) -> None:
    with pytest.raises(VocabularyInvalid, match="does not begin with two small letters"):
        read_cues(_cues(tmp_path, f"preferred,{cue}"))


def test_the_places_of_cues_are_those_of_their_patterns(tmp_path: Path) -> None:
    cues = read_cues(_cues(tmp_path, "preferred,a plus", "required,we.?d need", "legal,vaccinat"))
    text = "A plus: We’d need a plush İ chair; vaccinated, a PLUS"
    assert list(cues.places(text)) == [("preferred", 0, 6), ("required", 8, 17), ("preferred", 47, 53)]


def test_a_use_without_a_cue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyInvalid, match=r"cues\.csv: no cue for lapsed"):
        read_cues(_cues(tmp_path, without="lapsed"))


def test_a_cue_that_is_no_expression_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyInvalid, match=r"cues\.csv: .*; among zzzpreferred, op\(en"):
        read_cues(_cues(tmp_path, "preferred,op(en"))


def test_a_heading_that_is_no_expression_is_refused(tmp_path: Path) -> None:
    (tmp_path / "headings.csv").write_text("kind,section,cue\nposting,required,*\n", "utf-8")
    with pytest.raises(VocabularyInvalid, match=r"headings\.csv: .*; among \*"):
        read_headings(tmp_path)


def test_headings_are_tried_in_the_order_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "headings.csv").write_text("kind,section,cue\nposting,b,two\nposting,a,one\nposting,b,three\nresume,c,four\n", "utf-8")
    table = read_headings(tmp_path)
    assert [section for section, _ in table["posting"]] == ["b", "a", "b"]
    assert [bool(table["posting"][0][1].search(text)) for text in ("TWO", "twofold", "one", "three")] == [True, True, False, False]


def test_the_headings_of_the_data_name_sections_of_both_kinds(tmp_path: Path, vocabulary: Vocabulary) -> None:
    shutil.copy(DATA / "headings.csv", tmp_path)
    assert {kind: [section for section, _ in table] for kind, table in read_headings(tmp_path).items()} == {
        kind: [section for section, _ in table] for kind, table in vocabulary.headings.items()
    }
    assert set(vocabulary.headings) == {"posting", "resume"}
