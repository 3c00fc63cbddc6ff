"""What was reached on two judged sets of our own does not get lost; their README says how they were made."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from matcher.evaluation import JudgedFolder
from matcher.reading import Reader
from scripts.eligibility import LABELS, judge_folder

JUDGED = Path(__file__).parent / "judged"


@pytest.mark.parametrize(("name", "agreement", "wrongly_eligible"), [("first", 0.92, 3), ("second", 0.84, 23)])
def test_verdicts_agree_with_a_reader_as_often_as_before(reader: Reader, name: str, agreement: float, wrongly_eligible: int) -> None:
    pairs = list(judge_folder(JudgedFolder.read(JUDGED / name), reader))
    told = Counter((pair.label, pair.found.standing.value) for pair in pairs)
    assert sum(told[label, label] for label in LABELS) / len(pairs) >= agreement, told
    assert told["N", "E"] <= wrongly_eligible, told


@pytest.mark.parametrize("name", ["first", "second"])
def test_every_label_has_its_reason(name: str) -> None:
    labelled = [line.split("\t")[:2] for line in (JUDGED / name / "qrels.tsv").read_text("utf-8").splitlines()]
    told = [line.split("\t") for line in (JUDGED / name / "why.tsv").read_text("utf-8").splitlines()]
    assert {tuple(pair) for pair in labelled} <= {(query, document) for query, document, *_ in told}
    assert all(reason[-1].strip() for reason in told)
