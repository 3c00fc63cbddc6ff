"""Real files, made here: PDFs by reportlab, DOCX by zipfile; and one reader for all tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from matcher.upload import UploadReader
from scripts.hostile_files import PACKAGE, W, docx

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
VISIBLE = "Licensed Clinical Social Worker in Austin, Texas, with adolescents and families"


@pytest.fixture(scope="session")
def uploads() -> Iterator[UploadReader]:
    with UploadReader(workers=2) as reader:
        yield reader


def pdf(draw: Callable[[Canvas], None], **options: object) -> bytes:
    """A PDF of letter pages as `draw` fills it."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=letter, **options)  # type: ignore[arg-type]
    draw(canvas)
    canvas.save()
    return out.getvalue()


def written(*lines: str, left: float = 72, top: float = 720, size: float = 11, leading: float = 14) -> Callable[[Canvas], None]:
    """Draws lines one below the other."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        for number, line in enumerate(lines):
            canvas.drawString(left, top - number * leading, line)

    return draw


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, look: str = "") -> str:
    return f"<w:p><w:pPr>{look}</w:pPr>{''.join(one if one.startswith('<') else run(one) for one in runs)}</w:p>"


def document(*body: str, **parts: str) -> bytes:
    """A DOCX of these paragraphs; `styles`, `header`, `footnotes` ... become parts related to it, the n-th as r<n>."""
    named = {f"word/{name}.xml": part for name, part in parts.items()}
    rows = "".join(f'<Relationship Id="r{n}" Type="{OFFICE}/{name.rstrip("0123456789")}" Target="{name}.xml"/>' for n, name in enumerate(parts))
    rels = {"word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'}
    return docx("".join(body), {**named, **rels})


def part(name: str, inner: str) -> str:
    return f'<w:{name} {W} xmlns:r="{OFFICE}">{inner}</w:{name}>'


def shape(inner: str, anchor: str = "", properties: str = "") -> str:
    """A text box as Word writes it: the drawing, and the same again for old readers."""
    spaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    box = f"<w:txbxContent>{inner}</w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent {spaces}><mc:Choice Requires="wps"><w:drawing><wp:anchor>{anchor}<wps:wsp><wps:spPr>{properties}</wps:spPr>'
        f"<wps:txbx>{box}</wps:txbx></wps:wsp></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
