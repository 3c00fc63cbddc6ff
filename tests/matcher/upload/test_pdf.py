"""PDF: reading order, what is hidden and what only looks so, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table

from matcher.upload import NoTextLayer, UnreadableFile, UploadReader
from tests.matcher.upload.conftest import VISIBLE, pdf, written

STUFFED = "EMDR DBT ACT hidden words of a posting"
WHITE, BLACK = (1, 1, 1), (0, 0, 0)


def _hidden(draw: Callable[[Canvas], None]) -> bytes:
    def both(canvas: Canvas) -> None:
        written(VISIBLE, VISIBLE, VISIBLE)(canvas)
        canvas.saveState()
        canvas.setFont("Helvetica", 11)
        draw(canvas)
        canvas.restoreState()

    return pdf(both)


def _in_colour(colour: tuple[float, float, float]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(*colour)
        canvas.drawString(72, 300, STUFFED)

    return draw


def _tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 3)
    canvas.drawString(72, 300, STUFFED)


def _shrunk(canvas: Canvas) -> None:
    canvas.scale(0.2, 0.2)
    canvas.drawString(300, 1000, STUFFED)


def _off_page(canvas: Canvas) -> None:
    canvas.drawString(1000, 300, STUFFED)


def _without_ink(canvas: Canvas) -> None:
    canvas.beginText()
    text = canvas.beginText(72, 300)
    text.setTextRenderMode(3)
    text.textOut(STUFFED)
    canvas.drawText(text)


def _covered(canvas: Canvas) -> None:
    canvas.drawString(72, 300, STUFFED)
    canvas.setFillColorRGB(*WHITE)
    canvas.rect(60, 290, 400, 30, stroke=0, fill=1)


def _transparent(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    canvas.drawString(72, 300, STUFFED)


def _black_on_black(canvas: Canvas) -> None:
    canvas.rect(60, 290, 400, 30, stroke=0, fill=1)
    canvas.drawString(72, 300, STUFFED)


HIDDEN = [
    ("white", _in_colour(WHITE), "white"),
    ("nearly white", _in_colour((0.9, 0.9, 0.9)), "white"),
    ("black on black", _black_on_black, "white"),
    ("tiny", _tiny, "tiny"),
    ("shrunk", _shrunk, "tiny"),
    ("beside the page", _off_page, "off_page"),
    ("without ink", _without_ink, "invisible"),
    ("transparent", _transparent, "invisible"),
    ("covered", _covered, "invisible"),
]


@pytest.mark.parametrize(("draw", "reason"), [case[1:] for case in HIDDEN], ids=[case[0] for case in HIDDEN])
def test_hidden_text_is_left_out_and_reported(uploads: UploadReader, draw: Callable[[Canvas], None], reason: str) -> None:
    upload = uploads.read(_hidden(draw))
    assert "EMDR" not in upload.text
    assert upload.text.count("Licensed") == 3
    assert [(one.reason, one.characters, one.words) for one in upload.hidden] == [(reason, len(STUFFED.replace(" ", "")), STUFFED)]


def _dark_sidebar(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.1, 0.15, 0.3)
    canvas.rect(0, 0, 260, 500, stroke=0, fill=1)
    canvas.setFillColorRGB(*WHITE)
    canvas.drawString(20, 300, STUFFED)


def _on_a_photo(canvas: Canvas) -> None:
    photo = Image.effect_noise((612, 200), 80).convert("L").point(lambda value: value // 2)
    canvas.drawImage(ImageReader(photo), 0, 250, 612, 100)
    canvas.setFillColorRGB(*WHITE)
    canvas.drawString(72, 300, STUFFED)


def _grey(canvas: Canvas) -> None:
    _in_colour((0.6, 0.6, 0.6))(canvas)


@pytest.mark.parametrize("draw", [_dark_sidebar, _on_a_photo, _grey], ids=["white on a dark sidebar", "white on a photo", "grey"])
def test_what_a_reader_sees_is_not_hidden(uploads: UploadReader, draw: Callable[[Canvas], None]) -> None:
    upload = uploads.read(_hidden(draw))
    assert STUFFED in upload.text
    assert upload.hidden == ()


def _scan() -> ImageReader:
    page = Image.new("L", (1224, 1584), 255)
    ImageDraw.Draw(page).text((100, 100), VISIBLE, fill=0)
    return ImageReader(page)


def test_the_recognised_text_of_a_scan_is_text(uploads: UploadReader) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(_scan(), 0, 0, 612, 792)
        text = canvas.beginText(50, 740)
        text.setFont("Helvetica", 10)
        text.setTextRenderMode(3)
        text.textOut(VISIBLE)
        canvas.drawText(text)

    upload = uploads.read(pdf(draw))
    assert (upload.text, upload.hidden) == (VISIBLE, ())


def test_a_scan_without_text_is_refused_with_advice(uploads: UploadReader) -> None:
    with pytest.raises(NoTextLayer, match=r"^text: holds 0 characters of text on 1 page of pictures: a scan or a photo; save the resume as PDF or DOCX"):
        uploads.read(pdf(lambda canvas: canvas.drawImage(_scan(), 0, 0, 612, 792)))


LEFT = ["Contact", "Austin, TX", "Skills", "EMDR", "Play therapy", "Languages", "Spanish", "French"]
RIGHT = [
    "Experience",
    "Therapist in a community clinic for adolescents and",
    "families after trauma, with group work each week.",
    "Case manager in a hospital with adults who had",
    "several admissions in one year, and their families.",
    "Education",
    "Master of Social Work, University of Texas, 2015,",
    "with a concentration in clinical practice.",
]


@pytest.mark.parametrize("leading", [15, 17], ids=["the same baselines", "other baselines"])
def test_two_columns_are_read_one_after_the_other_below_the_header(uploads: UploadReader, leading: float) -> None:
    def draw(canvas: Canvas) -> None:
        written("Jane Example, LCSW, therapist for children, adolescents and their families in Texas", top=750, size=13)(canvas)
        for number in range(len(LEFT)):  # row by row, as some programs write
            written(LEFT[number], left=50, top=700 - 15 * number)(canvas)
            written(RIGHT[number], left=250, top=700 - leading * number - 3 * (leading > 15))(canvas)

    text = uploads.read(pdf(draw)).text
    places = [text.index(word) for word in ("Jane Example", "Contact", "EMDR", "French", "Experience", "Case manager", "Master")]
    assert places == sorted(places)


def test_dates_at_the_right_margin_stay_with_their_rows(uploads: UploadReader) -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(8):
            written(f"Therapist, clinic {number}", top=700 - 20 * number)(canvas)
            written(f"{2010 + number} - {2011 + number}", left=480, top=700 - 20 * number)(canvas)

    lines = uploads.read(pdf(draw)).text.split("\n")
    assert lines == [f"Therapist, clinic {number}\t{2010 + number} - {2011 + number}" for number in range(8)]


def test_the_cells_of_a_table_are_read_row_by_row(uploads: UploadReader) -> None:
    rows = [["Licence", "State", "Since"], ["LCSW", "Texas", "2015"], ["LCSW", "Ohio", "2019"], ["LICSW", "Washington", "2021"], ["LCSW-C", "Maryland", "2022"]]
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=letter).build([Table(rows, colWidths=150)])
    assert uploads.read(out.getvalue()).text.split("\n") == ["\t".join(row) for row in rows]


def test_a_wrapped_paragraph_is_one_line_and_a_list_is_not(uploads: UploadReader) -> None:
    lines = [
        "Provides trauma-focused cognitive behavioral therapy for children and adoles-",
        "cents, and eye movement desensitization for adults in a trauma-",
        "informed clinic.",
        "• Groups",
        "• Families",
    ]
    assert uploads.read(pdf(written(*lines))).text.split("\n") == [
        "Provides trauma-focused cognitive behavioral therapy for children and adolescents, and eye movement desensitization for adults "
        "in a trauma-informed clinic.",
        "• Groups",
        "• Families",
    ]


def test_words_without_blanks_in_the_file_are_parted_by_their_places(uploads: UploadReader) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 10)
        at = 72.0
        for word in VISIBLE.split():
            for letter_ in word:
                canvas.drawString(at, 700, letter_)
                at += canvas.stringWidth(letter_, "Times-Roman", 10) - 0.3
            at += 1.9

    assert uploads.read(pdf(draw)).text == VISIBLE


def test_turned_text_and_turned_pages_are_read(uploads: UploadReader) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.rotate(90)
        canvas.translate(0, -612)
        written(VISIBLE, "Second line", top=500)(canvas)

    assert uploads.read(pdf(draw)).text == f"{VISIBLE}\nSecond line"


def _pages(count: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        for number in range(count):
            written(f"{VISIBLE} {number}")(canvas)
            canvas.showPage()

    return pdf(draw)


def test_pages_are_read_in_order_up_to_the_limit(uploads: UploadReader) -> None:
    upload = uploads.read(_pages(50))
    assert upload.pages == 50
    assert [line.rpartition(" ")[2] for line in upload.text.split("\n\n")] == [str(number) for number in range(50)]
    assert upload.media_type == "application/pdf"


def test_more_pages_than_the_limit_are_refused_with_both_numbers(uploads: UploadReader) -> None:
    with pytest.raises(UnreadableFile, match=r"^pages: has 51 pages, at most 50 are taken$"):
        uploads.read(_pages(51))


def test_more_text_than_the_limit_is_refused(uploads: UploadReader) -> None:
    def draw(canvas: Canvas) -> None:
        for _ in range(45):
            written(*["word " * 40] * 30, size=4, leading=5)(canvas)
            canvas.showPage()

    with pytest.raises(UnreadableFile, match=r"^characters: has more than 200,000 characters, at most 200,000 are taken$"):
        uploads.read(pdf(draw))


def _encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(written(VISIBLE)))))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_encrypted_file_is_read_where_it_needs_no_password(uploads: UploadReader) -> None:
    assert uploads.read(_encrypted("")).text == VISIBLE


def test_an_encrypted_file_that_needs_one_is_refused(uploads: UploadReader) -> None:
    with pytest.raises(UnreadableFile, match=r"^encrypted: needs a password to be opened; save it without one$"):
        uploads.read(_encrypted("secret"))


def test_a_page_of_hidden_text_alone_is_empty(uploads: UploadReader) -> None:
    with pytest.raises(UnreadableFile, match=r"^text: is empty: no visible character, 31 hidden$"):
        uploads.read(pdf(_in_colour(WHITE)))


def test_a_file_without_pages_or_text_is_refused(uploads: UploadReader) -> None:
    with pytest.raises(UnreadableFile, match=r"^text: is empty$"):
        uploads.read(pdf(lambda canvas: canvas.showPage()))
