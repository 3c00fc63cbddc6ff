"""Which words of a page a reader can see, and why not the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.upload.glyphs import Area, Glyph, Ink, Page
from matcher.upload.hiding import CONTRAST, SMALLEST, contrast, grey
from matcher.upload.pixels import Picture, background, flat

LETTER = 792.0  # points: the height of a page on which 4 points are the smallest that can be read
SCANNED = 0.6  # share of a page that pictures fill where the text over them may be recognised text
FAINT = 0.05  # opacity
NO_INK = (3, 7)  # render modes that draw nothing
LATIN = "\u0250"
INVISIBLE = "invisible"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page is beside its text: its box in points, the share that pictures fill, and its picture."""

    box: Area
    pictured: float
    picture: Picture | None


def unseen(page: Page, sheet: Sheet) -> tuple[str, ...]:
    """For each word the reason why it cannot be seen, empty where it can."""
    owned: list[list[Glyph]] = [[] for _ in page.inks]
    for glyph in page.glyphs:
        if glyph.owner >= 0:
            owned[glyph.owner].append(glyph)
    recognised = _recognised(page, owned, sheet)
    return _by_line([_reason(ink, glyphs, sheet, recognised) for ink, glyphs in zip(page.inks, owned, strict=True)], page.inks, owned)


def _by_line(reasons: list[str], inks: Sequence[Ink], owned: list[list[Glyph]]) -> tuple[str, ...]:
    """The reasons, with a line of which a good part cannot be seen, as one cut by the edge of a page, taken whole."""
    lines: dict[tuple[int, int], list[int]] = {}
    for number, (ink, glyphs) in enumerate(zip(inks, owned, strict=True)):
        lines.setdefault((ink.turn, round(glyphs[0].origin[1 - ink.turn // 90 % 2])), []).append(number)
    for numbers in lines.values():
        if 4 * sum(reasons[number] == INVISIBLE for number in numbers) > len(numbers):
            for number in numbers:
                reasons[number] = reasons[number] or INVISIBLE
    return tuple(reasons)


def _recognised(page: Page, owned: list[list[Glyph]], sheet: Sheet) -> bool:
    """Whether text without ink is the recognised text of a scan: pictures fill the page, and little else is written on it."""
    silent = sum(len(glyphs) for ink, glyphs in zip(page.inks, owned, strict=True) if ink.mode in NO_INK)
    return sheet.pictured >= SCANNED and 2 * silent >= sum(map(len, owned))


def _reason(ink: Ink, glyphs: list[Glyph], sheet: Sheet, recognised: bool) -> str:
    area = _area(glyphs)
    if _outside(area, sheet.box):
        return "off_page"
    if ink.mode in NO_INK:
        return "" if recognised else INVISIBLE
    if ink.size < SMALLEST * min(1.0, (sheet.box[3] - sheet.box[1]) / LETTER):
        return "tiny"
    if ink.opacity < FAINT:
        return INVISIBLE
    return _unseen_on(sheet.picture, ink, glyphs, area) if sheet.picture else ""


def _unseen_on(picture: Picture, ink: Ink, glyphs: list[Glyph], area: Area) -> str:
    letters = [glyph.letter for glyph in glyphs if glyph.letter.isalnum()]
    box = picture.box(area)
    if not box or not letters:
        return ""
    behind = background(box)
    if behind is not None and ink.colour is not None:
        seen = ink.opacity * grey(ink.colour) + (1 - ink.opacity) * behind
        if contrast(seen, behind) < CONTRAST:
            return "white"
    latin = sum(letter < LATIN for letter in letters)
    return INVISIBLE if 2 * latin > len(letters) and flat(box) else ""


def _area(glyphs: list[Glyph]) -> Area:
    areas = [glyph.area for glyph in glyphs]
    return min(one[0] for one in areas), min(one[1] for one in areas), max(one[2] for one in areas), max(one[3] for one in areas)


def _outside(area: Area, box: Area) -> bool:
    """Whether the middle of an area is not on the page."""
    across, up = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
    return not (box[0] <= across <= box[2] and box[1] <= up <= box[3])
