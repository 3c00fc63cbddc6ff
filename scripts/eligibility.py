"""Our verdict on every judged pair beside that of the people who judged it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matcher.credentials import Credentials, Wants
from matcher.document import Kind
from matcher.eligibility import judge
from matcher.evaluation import JudgedFolder
from matcher.reading import Reader
from matcher.verdict import Eligibility, Standing
from matcher.vocabulary import load

LABELS = tuple(one.value for one in Standing)


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A judged pair: the label people gave it, and what we find."""

    query: str
    document: str
    label: str
    found: Eligibility

    def line(self) -> str:
        """direction:query, document, E/N/U, verdict, and the rule of the requirement that decides."""
        deciding = self.found.deciding
        rule = deciding.rule if deciding else self.found.rule
        return "\t".join((self.query, self.document, self.found.standing.value, self.found.verdict.value, rule)) + "\n"


def evaluate_eligibility(path: Path, file: Path, as_json: bool) -> None:
    """Write a line for every judged pair to `file`, and print agreement and confusion."""
    pairs = list(judge_folder(JudgedFolder.read(path), Reader(load(), date.today())))
    file.write_text("".join(pair.line() for pair in pairs), encoding="utf-8")
    confusion = Counter((pair.label, pair.found.standing.value) for pair in pairs)
    agreed = sum(confusion[label, label] for label in LABELS) / max(1, len(pairs))
    if as_json:
        print(json.dumps({"pairs": len(pairs), "agreement": agreed, "confusion": {label: {own: confusion[label, own] for own in LABELS} for label in LABELS}}))
        return
    print(f"{len(pairs)} judged pairs, agreement {agreed:.3f}\n{'judged':8}" + "".join(f"{f'ours {own}':>9}" for own in LABELS))
    for label in LABELS:
        print(f"{label:8}" + "".join(f"{confusion[label, own]:9}" for own in LABELS))


def judge_folder(folder: JudgedFolder, reader: Reader) -> Iterator[JudgedPair]:
    """Every judged pair of a folder with our verdict."""
    vocabulary = load()
    wants = {id: Wants.of(reader.read(one), vocabulary) for id, one in folder.documents[Kind.POSTING].items()}
    has = {id: Credentials.of(reader.read(one), vocabulary) for id, one in folder.documents[Kind.RESUME].items()}
    for pair in folder.pairs():
        found = judge(wants[pair.posting], has[pair.resume], vocabulary.compacts, reader.today)
        yield JudgedPair(f"{pair.direction}:{pair.query}", pair.document, pair.judgement.eligibility, found)
