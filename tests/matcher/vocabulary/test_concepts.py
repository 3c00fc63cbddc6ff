"""One concept, one row: its forms, and which of them need context."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.vocabulary.concepts import CATEGORIES, COLUMNS, VocabularyInvalid, cell, read_concepts, read_rows

ROW = 'modality.zz,Zed Therapy (ZT),modality.a; modality.b,"zed counselling; zeds",ZDT,ZT; zed work,zed; @problem,ZT bank,V:S1'


def _written(folder: Path, *rows: str) -> Path:
    (folder / "modalities.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", "utf-8")
    return folder


def test_a_row_is_a_concept_with_its_parents_cues_and_evidence(tmp_path: Path) -> None:
    ((concept, _),) = read_concepts(_written(tmp_path, ROW), "modality")
    assert (concept.id, concept.name, concept.category, concept.evidence) == ("modality.zz", "Zed Therapy (ZT)", "modality", "V:S1")
    assert (concept.parents, concept.cues, concept.anticues) == (("modality.a", "modality.b"), ("zed", "@problem"), ("ZT bank",))


def test_names_and_aliases_count_in_any_case_abbreviations_in_capitals_and_ambiguous_ones_by_context(tmp_path: Path) -> None:
    ((_, forms),) = read_concepts(_written(tmp_path, ROW), "modality")
    assert [(form.key, form.exact, form.held) for form in forms] == [
        ("zed therapy", False, False),
        ("zed counseling", False, False),
        ("zed", False, False),
        ("zdt", True, False),
        ("zt", True, True),
        ("zed work", False, True),
    ]


def test_an_id_of_another_category_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyInvalid, match=r"^modalities\.csv:2: id 'duty\.zz' does not begin with 'modality'$"):
        list(read_concepts(_written(tmp_path, "duty.zz,Zed,,,,,,,G"), "modality"))


def test_an_ambiguous_form_without_cues_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyInvalid, match=r"^modalities\.csv:3: modality\.y has ambiguous forms but no cues that decide$"):
        list(read_concepts(_written(tmp_path, ROW, "modality.y,Ypsilon,,,,Y,,,G"), "modality"))


def test_rows_come_with_their_line_numbers(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text('a,b\n1,"two\nlines"\n3,4\n', "utf-8")
    assert list(read_rows(tmp_path / "x.csv", ("a", "b"))) == [(3, {"a": "1", "b": "two\nlines"}), (4, {"a": "3", "b": "4"})]


@pytest.mark.parametrize(("text", "entries"), [("", ()), ("one", ("one",)), (" one ; two;; ", ("one", "two"))])
def test_a_cell_is_a_list_without_empty_entries(text: str, entries: tuple[str, ...]) -> None:
    assert cell(text) == entries


def test_every_category_has_its_file() -> None:
    assert len(CATEGORIES) == len(set(CATEGORIES.values())) == 11
