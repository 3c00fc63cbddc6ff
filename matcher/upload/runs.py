"""The visible characters of a page -> runs: what stands on one baseline without a wide gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from matcher.upload.glyphs import BLANK, Glyph, Page
from matcher.upload.layout import APART, ROW, Run

LIKELY = 0.04  # the same where PDFium would put a blank
KERNED = 0.15  # the same, wider than the next letter usually stands behind this one
GAP = 0.11  # sizes wider than letters of the run usually stand apart, from which a blank is between two
FEWEST = 4  # gaps from which a run tells how its letters are spaced


@dataclass(slots=True)
class _Letter:
    """A character turned upright: its edges and its baseline in points, and whether a blank is in the file before it, or likely."""

    text: str
    left: float
    right: float
    base: float
    size: float
    blank: bool
    likely: bool


def runs_by_turn(page: Page, reasons: Sequence[str]) -> list[list[Run]]:
    """The runs of each direction in which text is written on the page, the most common one first."""
    turns = Counter(page.inks[glyph.owner].turn for glyph in page.glyphs if glyph.owner >= 0 and not reasons[glyph.owner])
    grouped = [list(_groups(_letters(page, reasons, turn))) for turn, _ in turns.most_common()]
    kerned = _kerned(group for groups in grouped for group in groups)
    return [[_run(letters, kerned) for letters in groups] for groups in grouped]


def _letters(page: Page, reasons: Sequence[str], turn: int) -> Iterator[_Letter]:
    blank = likely = False
    for glyph in page.glyphs:
        if glyph.owner < 0:
            blank, likely = blank or glyph.owner == BLANK, True
        elif not reasons[glyph.owner] and page.inks[glyph.owner].turn == turn:
            left, right, base = _upright(glyph, turn)
            yield _Letter(glyph.letter, left, right, base, max(page.inks[glyph.owner].size, 1.0), blank, likely)
            blank = likely = False


def _groups(letters: Iterable[_Letter]) -> Iterator[list[_Letter]]:
    """The letters parted where the baseline changes, a gap is wide, or the writing goes back."""
    group: list[_Letter] = []
    right = size = 0.0
    for letter in letters:
        if group and _parted(group[0], right, letter, max(size, letter.size)):
            yield group
            group = []
        right, size = (max(right, letter.right), max(size, letter.size)) if group else (letter.right, letter.size)
        group.append(letter)
    if group:
        yield group


def _parted(first: _Letter, right: float, letter: _Letter, size: float) -> bool:
    apart = letter.left - right > APART * size
    back = letter.left < first.left - 0.5 * size or letter.left < right - 3 * size
    return apart or back or abs(letter.base - first.base) > ROW * size


def _gaps(letters: Sequence[_Letter]) -> tuple[list[float], float]:
    """The gap before each letter but the first, in sizes, and how wide they usually are."""
    gaps = [(letter.left - before.right) / max(letter.size, before.size) for before, letter in pairwise(letters)]
    close = [gap for gap, letter in zip(gaps, letters[1:], strict=True) if not letter.blank]
    return gaps, min(max(median_low(close), -0.1), 1.0) if len(close) >= FEWEST else 0.0


def _kerned(groups: Iterable[Sequence[_Letter]]) -> Mapping[str, float]:
    """Letter -> how much closer than usual the next one stands behind it within a word, in sizes: an f hangs over."""
    behind: dict[str, list[float]] = {}
    for letters in groups:
        gaps, usual = _gaps(letters)
        for letter, gap in zip(letters, gaps, strict=False):
            behind.setdefault(letter.text, []).append(gap - usual)
    return {letter: min(0.0, sorted(gaps)[len(gaps) // 4]) for letter, gaps in behind.items() if len(gaps) >= FEWEST}


def _run(letters: Sequence[_Letter], kerned: Mapping[str, float]) -> Run:
    gaps, usual = _gaps(letters)
    text = letters[0].text
    for before, letter, gap in zip(letters, letters[1:], gaps, strict=False):
        wide = gap > usual + (LIKELY if letter.likely else GAP) or gap > usual + kerned.get(before.text, 0.0) + KERNED
        text += " " + letter.text if letter.blank or wide else letter.text
    return Run(text, letters[0].left, max(one.right for one in letters), letters[0].base, max(one.size for one in letters), letters[0].blank)


def _upright(glyph: Glyph, turn: int) -> tuple[float, float, float]:
    """Left, right and base of a character as if its writing ran to the right, its baseline downwards."""
    (x, y), (left, bottom, right, top) = glyph.origin, glyph.area
    return {0: (left, right, -y), 90: (bottom, top, x), 180: (-right, -left, y), 270: (-top, -bottom, -x)}[turn]
