"""PDF -> an Upload by PDFium; by pypdf where PDFium cannot open it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import pypdfium2 as pdfium
from pypdfium2 import raw

from matcher.upload.cleaning import cleaned
from matcher.upload.fallback import read_by_pypdf
from matcher.upload.glyphs import Area, Page, read_page
from matcher.upload.hiding import Gathered
from matcher.upload.invalid import UnreadableFile, no_text, scan, too_many
from matcher.upload.layout import blocks
from matcher.upload.limits import LIMITS
from matcher.upload.paragraphs import joined
from matcher.upload.pixels import render
from matcher.upload.runs import runs_by_turn
from matcher.upload.upload import PDF, Upload
from matcher.upload.visible import INVISIBLE, SCANNED, Sheet, unseen

FEWEST = 50  # characters a page, below which a page of pictures is a scan
OBJECTS = 20_000  # of a page, among which pictures are looked for


def read_pdf(data: bytes) -> Upload:
    """The visible text of a PDF, page after page; raises InvalidUpload."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise UnreadableFile("encrypted", "needs a password to be opened; save it without one") from error
        return read_by_pypdf(data)
    count = len(document)
    if count > LIMITS["pages"]:
        raise too_many("pages", count, "pages")
    return _read(document, count) if count else read_by_pypdf(data)


def _read(document: pdfium.PdfDocument, count: int) -> Upload:
    gathered = Gathered()
    texts: list[str] = []
    pictured = False
    left = int(LIMITS["characters"])
    for number in range(count):
        page = document[number]
        text, characters, filled = _page_text(page, gathered, left, texts[-1] if texts else "")
        page.close()
        texts.append(text)
        left -= characters
        pictured = pictured or filled >= SCANNED
    text = cleaned("\n\n".join(filter(None, texts)))
    letters = sum(map(str.isalnum, text))
    if pictured and len("".join(text.split())) < FEWEST * count:
        raise scan(count, letters)
    if not letters:
        raise no_text(gathered.characters)
    return Upload(text, PDF, count, gathered.hidden())


def _page_text(page: pdfium.PdfPage, gathered: Gathered, most: int, before: str) -> tuple[str, int, float]:
    """The visible text of a page, the number of all its characters, and the share of it that pictures fill.

    A line cut off at the edge of a page that stands whole on the page before is not hidden: browsers print it twice.
    """
    found = read_page(page.raw, most)
    if found is None:
        raise too_many("characters", None, "characters")
    box = page.get_bbox()
    filled = _pictured(page, box)
    reasons = unseen(found, Sheet(box, filled, render(page.raw) if found.inks else None))
    for reason, words in _hidden(found, reasons).items():
        if reason != INVISIBLE or "".join(words.split()) not in "".join(before.split()):
            gathered.add(reason, words)
    parts = [joined(blocks(runs)) for runs in runs_by_turn(found, reasons)]
    return "\n\n".join(parts), len(found.glyphs), filled


def _hidden(page: Page, reasons: Sequence[str]) -> dict[str, str]:
    """Reason -> the text that is hidden for it."""
    hidden: dict[str, list[str]] = {}
    last = ""
    for glyph in page.glyphs:
        last = reasons[glyph.owner] if glyph.owner >= 0 else last
        if last:
            hidden.setdefault(last, []).append(glyph.letter)
    return {reason: "".join(letters) for reason, letters in hidden.items()}


def _pictured(page: pdfium.PdfPage, box: Area) -> float:
    """The share of a page that pictures fill, at most 1."""
    area = (box[2] - box[0]) * (box[3] - box[1])
    filled = 0.0
    for one in islice(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4), OBJECTS):
        left, bottom, right, top = one.get_bounds()
        filled += max(0.0, min(right, box[2]) - max(left, box[0])) * max(0.0, min(top, box[3]) - max(bottom, box[1]))
    return min(1.0, filled / area) if area > 0 else 0.0
