"""Why one match stands above another: their ledgers side by side, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.explain import LABELS, Explanation, Line

TOLD = 3  # differences that a sentence names


@dataclass(frozen=True, slots=True)
class Row:
    """One group of parts in each of some matches: the points earned, those that could be, and the lines they come from."""

    name: str
    label: str
    points: tuple[float, ...]
    possible: tuple[float, ...]
    lines: tuple[tuple[Line, ...], ...]

    @property
    def spread(self) -> float:
        """How far the matches are apart in this group."""
        return round(max(self.points) - min(self.points), 2)


def side_by_side(matches: Sequence[Explanation]) -> tuple[Row, ...]:
    """The groups of some matches in the order of the ledger; the points of a column sum to its score."""
    rows = []
    for name, label in LABELS.items():
        lines = tuple(tuple(line for line in told.lines if line.part.name == name) for told in matches)
        if any(lines):
            points = tuple(round(sum(line.part.points for line in listed), 2) for listed in lines)
            possible = tuple(round(sum(line.part.possible for line in listed), 2) for listed in lines)
            rows.append(Row(name, label, points, possible, lines))
    return tuple(rows)


def why_above(rows: Sequence[Row], above: str, below: str, first: int = 0, second: int = 1) -> str:
    """One sentence: by how much the first column is above the second, and which groups make it so."""
    gaps = sorted(((round(row.points[first] - row.points[second], 2), row.label.lower()) for row in rows), key=lambda gap: (-abs(gap[0]), gap[1]))
    total = round(sum(gap for gap, _ in gaps), 2)
    if not total:
        return f"{above} and {below} have the same points; of equals the one whose id comes first in the alphabet stands first."
    if total < 0:
        return why_above(rows, below, above, second, first)
    gained = [f"{label} (+{gap:.2f})" for gap, label in gaps if gap > 0][:TOLD]
    lost = [f"{label} (−{-gap:.2f})" for gap, label in gaps if gap < 0][:TOLD]
    behind = f"; it is behind on {', '.join(lost)}" if lost else ""
    return f"{above} is above {below} by {total:.2f} points. It is ahead on {', '.join(gained)}{behind}."
