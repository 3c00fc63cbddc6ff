"""Quality of reading on marked mentions: run as `python -m scripts.reading FOLDER` for a folder with mentions.jsonl."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from matcher.document import Document
from matcher.profile import Profile
from matcher.reading import Reader
from matcher.vocabulary import load

Span = tuple[str, int, int, str]  # category, start, end, strength


def measure_reading(lines: Iterable[Mapping[str, object]], reader: Reader) -> dict[str, tuple[float, float, float]]:
    """Category -> precision, recall and agreement on strength of the mentions found; a mention is found where one overlaps it."""
    counts: Counter[tuple[str, str]] = Counter()
    for values in lines:
        document = Document.from_mapping({"id": values["id"], "kind": values["kind"], "text": values["text"]})
        _count(_found(reader.read(document)), list(_marked(values)), counts)
    categories = sorted({category for category, _ in counts} - {"all"})
    return {category: _figures(counts, category) for category in (*categories, "all")}


def _count(found: list[Span], marked: list[Span], counts: Counter[tuple[str, str]]) -> None:
    used: set[Span] = set()
    for mark in marked:
        hits = [one for one in found if one[0] == mark[0] and one[1] < mark[2] and mark[1] < one[2]]
        used.update(hits)
        for category in (mark[0], "all"):
            counts[category, "found" if hits else "missed"] += 1
            counts[category, "agreed"] += any(one[3] == mark[3] for one in hits)
    for one in found:
        for category in (one[0], "all"):
            counts[category, "extra"] += one not in used


def _figures(counts: Counter[tuple[str, str]], category: str) -> tuple[float, float, float]:
    found, missed, extra, agreed = (counts[category, name] for name in ("found", "missed", "extra", "agreed"))
    return found / max(1, found + extra), found / max(1, found + missed), agreed / max(1, found)


def _found(profile: Profile) -> list[Span]:
    concepts = [(one.concept.partition(".")[0], one.start, one.end, one.strength.value) for one in profile.mentions]
    licences = [("licence", one.mention.start, one.mention.end, one.mention.strength.value) for one in profile.licences]
    return [span for span in (*concepts, *licences) if span[0] != "profession"]


def _marked(values: Mapping[str, object]) -> Iterable[Span]:
    marks = values["mentions"]
    assert isinstance(marks, list)
    return ((mark["category"], mark["start"], mark["end"], mark["strength"]) for mark in marks)


def main(folder: Path) -> None:
    """Print the figures of a folder, a category a line."""
    lines = (folder / "mentions.jsonl").read_text("utf-8").split("\n")
    reader = Reader(load(), date.today())
    print(f"{'':14}{'precision':>10}{'recall':>10}{'strength':>10}")
    for category, figures in measure_reading((json.loads(line) for line in lines if line), reader).items():
        print(f"{category:14}" + "".join(f"{figure:10.2f}" for figure in figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
