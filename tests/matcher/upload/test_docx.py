"""DOCX: all parts in order, what is hidden, and what is refused."""

from __future__ import annotations

import pytest

from matcher.upload import UnreadableFile, UnsupportedFormat, UploadReader
from scripts.hostile_files import archive, docx
from tests.matcher.upload.conftest import OFFICE, VISIBLE, document, paragraph, part, run, shape

STUFFED = "EMDR DBT hidden words"
SIZES = '<wp:extent cx="{0}" cy="{0}"/>'
PLACE = '<wp:positionH relativeFrom="page"><wp:posOffset>{}</wp:posOffset></wp:positionH><wp:positionV><wp:posOffset>0</wp:posOffset></wp:positionV>'
STYLES = part(
    "styles",
    '<w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Same"><w:basedOn w:val="Gone"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="List"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>',
)


def _table(*rows: list[str], look: str = "") -> str:
    cells = ["".join(f"<w:tc><w:tcPr>{look}</w:tcPr>{cell if cell.startswith('<') else paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


HIDDEN = [
    ("white", paragraph(run(STUFFED, '<w:color w:val="FFFFFF"/>')), "white"),
    ("nearly white", paragraph(run(STUFFED, '<w:color w:val="F0F0F0"/>')), "white"),
    ("black on its black shading", paragraph(run(STUFFED, '<w:color w:val="000000"/><w:shd w:fill="101010"/>')), "white"),
    ("white in a white cell", _table([paragraph(run(STUFFED, '<w:color w:val="FFFFFF"/>'))], look='<w:shd w:fill="FFFFFF"/>'), "white"),
    ("tiny", paragraph(run(STUFFED, '<w:sz w:val="4"/>')), "tiny"),
    ("vanish", paragraph(run(STUFFED, "<w:vanish/>")), "vanish"),
    ("vanish by a style", paragraph(run(STUFFED, '<w:rStyle w:val="Same"/>')), "vanish"),
    ("a text box beside the page", paragraph(shape(paragraph(STUFFED), PLACE.format(-9_000_000) + SIZES.format(914_400))), "off_page"),
    ("an indent beside the page", paragraph(STUFFED, look='<w:ind w:left="31000"/>'), "off_page"),
    ("a hidden text box", paragraph(shape(paragraph(STUFFED), '<wp:docPr id="1" name="x" hidden="1"/>')), "invisible"),
]


@pytest.mark.parametrize(("body", "reason"), [case[1:] for case in HIDDEN], ids=[case[0] for case in HIDDEN])
def test_hidden_text_is_left_out_and_reported(uploads: UploadReader, body: str, reason: str) -> None:
    upload = uploads.read(document(paragraph(VISIBLE), body, styles=STYLES))
    assert upload.text == VISIBLE
    assert [(one.reason, one.characters, one.words) for one in upload.hidden] == [(reason, len(STUFFED.replace(" ", "")), STUFFED)]


WHITE_RUN = run(STUFFED, '<w:color w:val="FFFFFF"/>')
DARK = '<a:solidFill><a:srgbClr val="203050"/></a:solidFill>'
SEEN = [
    ("white in a dark cell", _table([paragraph(WHITE_RUN)], look='<w:shd w:fill="203050"/>')),
    ("white on dark shading", paragraph(WHITE_RUN, look='<w:shd w:fill="203050"/>')),
    ("white in a dark text box", paragraph(shape(paragraph(WHITE_RUN), "", DARK))),
    ("white over a dark shape", paragraph(WHITE_RUN) + paragraph(shape("", SIZES.format(9_144_000), DARK))),
    ("not vanished after all", paragraph(run(STUFFED, '<w:rStyle w:val="Gone"/><w:vanish w:val="0"/>'))),
    ("automatic colour", paragraph(run(STUFFED, '<w:color w:val="auto"/>'))),
]


@pytest.mark.parametrize("body", [case[1] for case in SEEN], ids=[case[0] for case in SEEN])
def test_what_a_reader_sees_is_not_hidden(uploads: UploadReader, body: str) -> None:
    upload = uploads.read(document(paragraph(VISIBLE), body, styles=STYLES))
    assert [line for line in upload.text.split("\n") if line] == [VISIBLE, STUFFED]
    assert upload.hidden == ()


def test_the_text_of_a_box_stands_once_after_its_paragraph(uploads: UploadReader) -> None:
    body = paragraph(run("Before"), shape(paragraph("In the box") + paragraph("Twice")), run(" and behind")) + paragraph("After")
    assert uploads.read(document(body)).text.split("\n") == ["Before and behind", "In the box", "Twice", "After"]


def test_cells_are_parted_and_tables_stand_in_their_place(uploads: UploadReader) -> None:
    inner = _table(["a", "b"])
    table = _table(["Licence", "State"], ["LCSW", "Texas"], [paragraph("one") + paragraph("two"), "three"], [inner + paragraph(), "last"])
    lines = uploads.read(document(paragraph("Before"), table, paragraph("After"))).text.split("\n")
    assert [line for line in lines if line] == ["Before", "Licence\tState", "LCSW\tTexas", "one", "two", "three", "a\tb", "last", "After"]


def test_breaks_tabs_lists_and_symbols_are_kept(uploads: UploadReader) -> None:
    body = [
        paragraph(
            "<w:r><w:t>LCSW</w:t><w:tab/><w:t>Texas</w:t><w:br/><w:t>self</w:t><w:noBreakHyphen/><w:t>harm</w:t></w:r>",
            look='<w:tabs><w:tab w:pos="9"/></w:tabs>',
        ),
        paragraph("Groups", look='<w:numPr><w:numId w:val="1"/></w:numPr>'),
        paragraph("Families", look='<w:pStyle w:val="List"/>'),
        paragraph('<w:r><w:sym w:font="Symbol" w:char="F0B7"/><w:t> Couples</w:t></w:r>'),
        paragraph(look='<w:numPr><w:numId w:val="1"/></w:numPr>'),
    ]
    assert uploads.read(document(*body, styles=STYLES)).text.split("\n") == ["LCSW\tTexas", "self-harm", "• Groups", "• Families", "• Couples"]


def test_controls_links_and_insertions_are_text_and_deletions_are_not(uploads: UploadReader) -> None:
    body = (
        f"<w:sdt><w:sdtContent>{paragraph('Control')}</w:sdtContent></w:sdt>"
        f"<w:p><w:hyperlink>{run('Link')}</w:hyperlink><w:ins>{run(' in')}</w:ins><w:del><w:r><w:delText>no</w:delText>{run('no')}</w:r></w:del>"
        f"<w:moveFrom>{run('no')}</w:moveFrom><w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t> seen</w:t></w:r>"
        f"<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    upload = uploads.read(document(body))
    assert (upload.text, upload.hidden) == ("Control\nLink in seen", ())


def test_headers_footers_and_notes_are_read_where_they_are_shown(uploads: UploadReader) -> None:
    margins = "".join(
        f'<w:{kind}Reference xmlns:r="{OFFICE}" w:type="{place}" r:id="{id}"/>'
        for kind, place, id in [("header", "default", "r0"), ("header", "first", "r1"), ("footer", "default", "r3")]
    )
    note = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    upload = uploads.read(
        document(
            paragraph(run("Body"), note),
            f"<w:sectPr>{margins}</w:sectPr>",
            header1=part("hdr", paragraph("Top")),
            header2=part("hdr", paragraph("First page only, which this document has not")),
            header3=part("hdr", paragraph("Never referred to")),
            footer1=part("ftr", paragraph("Bottom")),
            footnotes=part(
                "footnotes", f'<w:footnote w:id="7">{paragraph("Note")}</w:footnote><w:footnote w:id="8">{paragraph("Never referred to")}</w:footnote>'
            ),
        )
    )
    assert upload.text.split("\n") == ["Top", "Body", "Bottom", "Note"]
    assert upload.media_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert upload.pages is None


REFUSED = [
    ("macros", docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "a Word document with macros (.docm)"),
    ("a spreadsheet", docx(main="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), "a spreadsheet (.xlsx)"),
    ("OpenDocument", archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), "an OpenDocument text (.odt)"),
    ("a zip file", archive({"a.txt": "LCSW"}), "a zip file that is no DOCX"),
]


@pytest.mark.parametrize(("data", "found"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_another_zip_file_is_refused_by_its_name(uploads: UploadReader, data: bytes, found: str) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        uploads.read(data, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    assert str(caught.value) == f"format: is {found}; the formats are PDF, DOCX and plain text: save as PDF or DOCX"


def test_more_text_than_the_limit_is_refused(uploads: UploadReader) -> None:
    with pytest.raises(UnreadableFile, match=r"^characters: has more than 200,000 characters, at most 200,000 are taken$"):
        uploads.read(docx("".join(paragraph(f"{number} therapist") for number in range(20_000))))
