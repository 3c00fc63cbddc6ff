"""Runs of text with their places on a page -> rows in the order in which a person reads them: columns one after the other, tables row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

APART = 1.2  # sizes between two runs of a row from which they are two cells
BLANK = 0.12  # sizes from which a space stands between them
ROW = 0.4  # sizes by which baselines of one row may differ
GUTTER = 6.0  # points between two columns, at least
FEWEST = 4  # rows of a column
ALIGNED = 0.5  # share of the rows of a column beside a row of the other, from which they are cells
WORDY = 25  # characters a row of running text
APART_ROWS = 1.6  # of the usual distance of rows
DEEPEST = 8
CANDIDATES = 24
MOST = 4_000  # runs of a page whose columns are looked for
BULLETS = frozenset("•●○▪■◦‣–-*o\uf0b7\uf0a7·➢✓§")


@dataclass(frozen=True, slots=True)
class Run:
    """Text on one baseline, in points: x to the right, `base` downwards from the top of the page."""

    text: str
    left: float
    right: float
    base: float
    size: float
    spaced: bool = False  # whether a blank stands before it


Row = tuple[Run, ...]
Block = tuple[Row, ...]


def blocks(runs: Sequence[Run]) -> list[Block]:
    """The runs as blocks of rows in reading order, the cells of a row from left to right."""
    cells = [cell for row in _rows(runs) for cell in _joined(row)]
    return [block for block in _ordered(cells, 0 if len(cells) <= MOST else DEEPEST) if block]


def _rows(runs: Iterable[Run]) -> list[list[Run]]:
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda one: (one.base, one.left)):
        if rows and run.base - rows[-1][0].base <= ROW * min(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda one: one.left) for row in rows]


def _joined(row: Sequence[Run]) -> list[Run]:
    """The runs of a row with those that stand close together made one."""
    cells: list[Run] = []
    for run in row:
        if cells and run.left - cells[-1].right < _apart(cells[-1], run):
            before = cells[-1]
            blank = " " if run.spaced or run.left - before.right > BLANK * min(run.size, before.size) else ""
            text = before.text + (blank if not before.text.endswith(" ") else "") + run.text
            cells[-1] = Run(text, before.left, max(before.right, run.right), before.base, max(before.size, run.size), before.spaced)
        else:
            cells.append(run)
    return cells


def _apart(before: Run, run: Run) -> float:
    return (4 * APART if before.text.strip() in BULLETS else APART) * min(before.size, run.size)


def _ordered(cells: list[Run], depth: int) -> list[Block]:
    cut = _gutter(cells) if depth < DEEPEST and len(cells) >= 2 * FEWEST else None
    if cut is None:
        return [tuple(tuple(row) for row in _rows(cells))] if cells else []
    middle, top, bottom = cut
    above, within, below = ([cell for cell in cells if _third(cell, top, bottom) == which] for which in (0, 1, 2))
    left, right = [cell for cell in within if cell.left < middle], [cell for cell in within if cell.left >= middle]
    return [block for part in (above, left, right, below) for block in _ordered(part, depth + 1)]


def _third(cell: Run, top: float, bottom: float) -> int:
    return 0 if cell.base < top else 1 if cell.base <= bottom else 2


def _gutter(cells: Sequence[Run]) -> tuple[float, float, float] | None:
    """Where the second of two columns begins, and the first and last baseline of the two; None where there is one column."""
    starts = Counter(round(cell.left) for cell in cells)
    best, found = 0, None
    ordered = sorted(cells, key=lambda one: one.base)
    for start, _ in starts.most_common(CANDIDATES):
        for band in _bands(ordered, start - 1.0):
            left, right = [cell for cell in band if cell.left < start - 1.0], [cell for cell in band if cell.left >= start - 1.0]
            worth = min(_length(left), _length(right))
            if worth > best and _columns(left, right):
                best, found = worth, (start - 1.0, *_shared(left, right))
    return found


def _shared(left: Sequence[Run], right: Sequence[Run]) -> tuple[float, float]:
    """The first and last baseline of two columns, without what stands apart above or below where only one of them goes on."""
    bases = sorted({cell.base for cell in (*left, *right)})
    first, last = max(min(cell.base for cell in side) for side in (left, right)), min(max(cell.base for cell in side) for side in (left, right))
    far = APART_ROWS * median([below - base for base, below in pairwise(bases) if below - base > 1.0] or [1.0])
    top = next((below for base, below in reversed(list(pairwise(bases))) if below <= first and below - base > far), bases[0])
    bottom = next((base for base, below in pairwise(bases) if base >= last and below - base > far), bases[-1])
    return top, bottom


def _bands(ordered: Sequence[Run], middle: float) -> list[list[Run]]:
    """The stretches of a page from top to bottom in which nothing crosses a vertical line."""
    bands: list[list[Run]] = [[]]
    for cell in ordered:
        if cell.left < middle < cell.right:
            if bands[-1]:
                bands.append([])
        else:
            bands[-1].append(cell)
    return [band for band in bands if len(band) >= 2 * FEWEST]


def _columns(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Whether two groups of cells side by side are columns, each to be read on its own, rather than the cells of rows."""
    if min(map(_height, (left, right))) < FEWEST or min(cell.left for cell in right) - max(cell.right for cell in left) < GUTTER:
        return False
    few, many = sorted((left, right), key=_height)
    bases = sorted(cell.base for cell in many)
    aligned = sum(any(abs(cell.base - base) < 0.25 * cell.size for base in bases) for cell in few) / len(few)
    running = [_running(side) for side in (left, right)]
    return aligned < ALIGNED or all(running) or (any(running) and _sidebar(few, many))


def _sidebar(few: Sequence[Run], many: Sequence[Run]) -> bool:
    """Whether the shorter of two columns is as dense as the other, and no column of dates or amounts."""
    text = "".join(cell.text for cell in few)
    return _height(few) >= max(6, 0.7 * _height(many)) and sum(map(str.isdigit, text)) < 0.2 * len(text)


def _height(cells: Sequence[Run]) -> int:
    return len({round(cell.base) for cell in cells})


def _running(cells: Sequence[Run]) -> bool:
    """Whether cells are running text: most rows long, and as wide as the column."""
    width = max(cell.right for cell in cells) - min(cell.left for cell in cells)
    return _height(cells) >= 6 and median(len(cell.text) for cell in cells) > WORDY and median(cell.right - cell.left for cell in cells) > 0.6 * width


def _length(cells: Iterable[Run]) -> int:
    return sum(len(cell.text) for cell in cells)
