"""A page of a PDF -> its characters with their places, sizes and colours, by the raw interface of PDFium."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import atan2, degrees, hypot

from pypdfium2 import raw

from matcher.upload.hiding import RGB

HYPHENS = frozenset({0x02, 0xAD, 0xFFFE})  # PDFium's own and the soft one, at the end of a line
BLANK = -1  # the owner of a blank that is in the file
GENERATED = -2  # the owner of one that PDFium put there, and of a character without a place
Point = tuple[float, float]
Area = tuple[float, float, float, float]  # left, bottom, right, top in points of the page


@dataclass(frozen=True, slots=True)
class Ink:
    """How one word is drawn: fill colour (None where it is a pattern), opacity 0 to 1, render mode 0 to 7, size in points."""

    colour: RGB | None
    opacity: float
    mode: int
    size: float
    turn: int  # degrees against the page's horizontal: 0, 90, 180 or 270


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character: where its baseline begins, its box with the font's height, and the number of its word, or BLANK."""

    letter: str
    origin: Point
    area: Area
    owner: int


@dataclass(frozen=True, slots=True)
class Page:
    """The characters of a page in the order of the file, and how each word is drawn."""

    glyphs: tuple[Glyph, ...]
    inks: tuple[Ink, ...]


def read_page(page: object, most: int) -> Page | None:
    """The characters of a loaded page; None where there are more than `most`."""
    with _text_page(page) as text:
        count = raw.FPDFText_CountChars(text)
        return None if count > most else _read(text, max(count, 0))


@contextmanager
def _text_page(page: object) -> Iterator[object]:
    text = raw.FPDFText_LoadPage(page)
    try:
        yield text
    finally:
        raw.FPDFText_ClosePage(text)


def _read(text: object, count: int) -> Page:
    glyphs: list[Glyph] = []
    inks: list[Ink] = []
    known: dict[int, Ink] = {}
    x, y = ctypes.c_double(), ctypes.c_double()
    box = raw.FS_RECTF()
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        letter = "-" if code in HYPHENS else chr(code) if code < 0x110000 else "\ufffd"
        generated = raw.FPDFText_IsGenerated(text, index) == 1
        owner = None if letter.isspace() or not code or generated else raw.FPDFText_GetTextObject(text, index)
        if not owner:
            glyphs.append(Glyph(" ", (0.0, 0.0), (0.0, 0.0, 0.0, 0.0), GENERATED if generated else BLANK))
            continue
        address = ctypes.addressof(owner.contents)
        if address not in known:
            known[address] = _ink(text, index, owner)
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetLooseCharBox(text, index, box)
        area = (min(box.left, box.right), min(box.bottom, box.top), max(box.left, box.right), max(box.bottom, box.top))
        if not _same_word(glyphs, inks, known[address], (x.value, y.value)):
            inks.append(known[address])
        glyphs.append(Glyph(letter, (x.value, y.value), area, len(inks) - 1))
    return Page(tuple(glyphs), tuple(inks))


def _same_word(glyphs: list[Glyph], inks: list[Ink], ink: Ink, origin: Point) -> bool:
    """Whether a character goes on the word before it: no blank between, drawn alike, on one baseline."""
    if not glyphs or glyphs[-1].owner < 0 or inks[-1] != ink:
        return False
    level = 1 - ink.turn // 90 % 2
    across = abs(origin[1 - level] - glyphs[-1].origin[1 - level])
    return abs(origin[level] - glyphs[-1].origin[level]) < 0.1 * ink.size and across < 3 * ink.size


def _ink(text: object, index: int, owner: object) -> Ink:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    mode = raw.FPDFTextObj_GetTextRenderMode(owner)
    fill = raw.FPDFText_GetStrokeColor if mode in (1, 5) else raw.FPDFText_GetFillColor
    known = fill(text, index, red, green, blue, alpha)
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, index, matrix)
    size = raw.FPDFText_GetFontSize(text, index) * (hypot(matrix.c, matrix.d) or 1.0)
    turn = round(degrees(atan2(matrix.b, matrix.a)) / 90) % 4 * 90
    return Ink((red.value, green.value, blue.value) if known else None, alpha.value / 255 if known else 1.0, mode, abs(size), turn)
