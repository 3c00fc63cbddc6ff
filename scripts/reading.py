"""Quality of reading on marked texts: what was found, how exactly, and how firmly, by category."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

from matcher.document import Document
from matcher.marking import Agreement, InvalidMarks, Mark, Marked, agreement, marks, part_of
from matcher.reading import Reader
from matcher.vocabulary import load


def evaluate_reading(folder: Path, as_json: bool, run: Path | None, part: str) -> None:
    """Print the agreement on a folder's mentions.jsonl, a category a line; write our marks to `run`, a text a line."""
    reader = Reader(load(), date.today())
    texts = [marked for marked in read_marked(folder / "mentions.jsonl") if part in ("all", part_of(marked.id))]
    found = [(marked, read_marks(marked, reader)) for marked in texts]
    if run:
        run.write_text("".join(_run_line(marked, ours) for marked, ours in found), encoding="utf-8")
    figures = agreement((ours, marked.marks) for marked, ours in found)
    if as_json:
        print(json.dumps({"texts": len(texts), "part": part, "categories": {name: asdict(one) for name, one in figures.items()}}))
    else:
        print(f"{len(texts)} texts, part: {part}\n{_table(figures)}")


def read_marked(path: Path) -> Iterator[Marked]:
    """The texts of a mentions.jsonl; raises InvalidMarks naming file and line."""
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.strip():
            try:
                values = json.loads(line)
            except ValueError as error:
                raise InvalidMarks(f"{path.name}:{number}: is not JSON: {error}") from error
            yield Marked.from_mapping(values, f"{path.name}:{number}")


def read_marks(marked: Marked, reader: Reader) -> tuple[Mark, ...]:
    """What we mark in the text."""
    return marks(reader.read(Document.from_mapping({"id": marked.id, "kind": marked.kind, "text": marked.text})))


def _run_line(marked: Marked, ours: Iterable[Mark]) -> str:
    return json.dumps({"id": marked.id, "mentions": [asdict(mark) for mark in ours]}) + "\n"


def _table(figures: dict[str, Agreement]) -> str:
    lines = [f"{'':14}{'precision':>10}{'recall':>8}{'F1':>7}{'exact F1':>10}{'strength':>10}{'marked':>8}{'found':>7}"]
    lines += [
        f"{name:14}{one.precision:10.2f}{one.recall:8.2f}{one.f1:7.2f}{one.exact_f1:10.2f}{one.strength:10.2f}{one.marked:8}{one.found:7}"
        for name, one in figures.items()
    ]
    return "\n".join(lines)
