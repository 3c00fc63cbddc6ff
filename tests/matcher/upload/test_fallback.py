"""pypdf where PDFium fails: the same text, the same refusals, and what it can tell of hidden text."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from reportlab.pdfgen.canvas import Canvas

from matcher.upload import UnreadableFile
from matcher.upload.fallback import read_by_pypdf
from tests.matcher.upload.conftest import VISIBLE, pdf, written


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    yield
    logging.disable(logging.NOTSET)


def _white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 300, "EMDR")


def _tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 2)
    canvas.drawString(72, 300, "EMDR")


def _without_ink(canvas: Canvas) -> None:
    text = canvas.beginText(72, 300)
    text.setTextRenderMode(3)
    text.textOut("EMDR")
    canvas.drawText(text)


@pytest.mark.parametrize(("draw", "reason"), [(_white, "white"), (_tiny, "tiny"), (_without_ink, "invisible")], ids=["white", "tiny", "without ink"])
def test_visible_text_is_read_and_hidden_text_reported(draw: Callable[[Canvas], None], reason: str) -> None:
    def both(canvas: Canvas) -> None:
        written(VISIBLE)(canvas)
        draw(canvas)

    upload = read_by_pypdf(pdf(both))
    assert (upload.text, upload.pages) == (VISIBLE, 1)
    assert [(one.reason, one.characters, one.words) for one in upload.hidden] == [(reason, 4, "EMDR")]


def test_more_pages_than_the_limit_are_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"^pages: has 51 pages, at most 50 are taken$"):
        read_by_pypdf(pdf(lambda canvas: [(written(VISIBLE)(canvas), canvas.showPage()) for _ in range(51)]))  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + bytes(range(256)) * 50])
def test_what_it_cannot_follow_is_damaged(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"^file: is a damaged PDF"):
        read_by_pypdf(data)
