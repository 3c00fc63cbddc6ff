"""Files made to harm who reads them: bombs, circles, lies and damage. Each is the same bytes at every call."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping

PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
WORDS = b"Licensed Clinical Social Worker in Texas, EMDR with teens"
CONTENT = b"BT /F1 12 Tf 72 720 Td (" + WORDS + b") Tj ET"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARAGRAPH = f"<w:p><w:r><w:t>{WORDS.decode()}</w:t></w:r></w:p>"
MEGABYTE = 1 << 20


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file, one made at a time."""
    for name, make in (_PDFS | _DOCX | _OTHERS).items():
        yield name, make()


def pdf(objects: Mapping[int, bytes] | None = None, trailer: bytes = b"") -> bytes:
    """A PDF of one page with some of its objects (1 catalogue, 2 pages, 3 page, 4 content, 5 font) replaced, or others added."""
    whole = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: PAGE, 4: stream(CONTENT), 5: FONT, **(objects or {})}
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = {}
    for number, body in whole.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 1\n0000000000 65535 f \n")
    for number, place in places.items():
        out.write(b"%d 1\n%010d 00000 n \n" % (number, place))
    out.write(b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (max(whole) + 1, trailer, start))
    return out.getvalue()


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object with further entries in its dictionary."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def docx(body: str = PARAGRAPH, parts: Mapping[str, bytes | str] | None = None, main: str = MAIN, prolog: str = "") -> bytes:
    """A DOCX with this body and further parts; one given as empty is left out."""
    types = f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    whole: dict[str, bytes | str] = {
        "[Content_Types].xml": types,
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document {W}><w:body>{body}</w:body></w:document>',
        **(parts or {}),
    }
    return archive({name: part for name, part in whole.items() if part})


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip file with these entries, deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _deflated(size: int, times: int = 1, filling: bytes = b" ") -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join([packer.compress(filling * MEGABYTE) for _ in range(size // MEGABYTE)]) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def _flate(size: int) -> bytes:
    return pdf({4: stream(_deflated(size), b"/Filter /FlateDecode")})


def _nested_flate() -> bytes:
    return pdf({4: stream(_deflated(200 * MEGABYTE, 3), b"/Filter [" + b"/FlateDecode " * 3 + b"]")})


def _many_filters() -> bytes:
    return pdf({4: stream(CONTENT.hex().encode() + b">", b"/Filter [" + b"/ASCIIHexDecode " * 5_000 + b"]")})


def _run_length() -> bytes:
    return pdf({4: stream(b"\x81 " * (2 * MEGABYTE) + b"\x80", b"/Filter /RunLengthDecode")})


def _lzw() -> bytes:
    return pdf({4: stream(_noise(MEGABYTE), b"/Filter /LZWDecode")})


def _image(wide: int, high: int, filter: bytes, data: bytes) -> bytes:
    page = PAGE.replace(b"/Font", b"/XObject << /I 6 0 R >> /Font")
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter %s" % (wide, high, filter)
    return pdf({3: page, 4: stream(b"q 612 0 0 792 0 0 cm /I Do Q " + CONTENT), 6: stream(data, entries)})


def _forms(depth: int, times: int) -> bytes:
    """Forms that each draw the next one several times: times ** depth texts."""
    page = PAGE.replace(b"/Font", b"/XObject << /X 6 0 R >> /Font")
    objects = {3: page, 4: stream(b"/X Do")}
    for number in range(6, 6 + depth):
        last = number == 5 + depth
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> /XObject << /X %d 0 R >> >>" % (number + (not last))
        objects[number] = stream(CONTENT if last else b"/X Do " * times, entries)
    return pdf(objects)


def _form_circle() -> bytes:
    page = PAGE.replace(b"/Font", b"/XObject << /X 6 0 R >> /Font")
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /X 6 0 R >> >>"
    return pdf({3: page, 4: stream(b"/X Do " + CONTENT), 6: stream(b"/X Do /X Do", entries)})


def _pages(count: int) -> bytes:
    return pdf({2: b"<< /Type /Pages /Kids [" + b"3 0 R " * count + b"] /Count %d >>" % count})


def _deep_pages() -> bytes:
    tree = {number: b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (number - 1, number + 1) for number in range(6, 20_000)}
    return pdf({2: b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>", **tree, 20_000: PAGE})


def _object_stream_circle() -> bytes:
    inner = b"7 0 << /Type /ObjStm >>"
    return pdf({6: stream(inner, b"/Type /ObjStm /N 1 /First 4 /Extends 6 0 R"), 2: b"<< /Type /Pages /Kids 7 0 R /Count 1 >>"})


def _xref_loop() -> bytes:
    plain = pdf()
    return plain.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % plain.rindex(b"xref\n0 1"))


def _wild_xref() -> bytes:
    return pdf().replace(b"00000 n", b"99999 n").replace(b"startxref\n", b"startxref\n9999999999")


def _to_unicode() -> bytes:
    lines = b"".join(b"<%04x> <%s>\n" % (code % 65536, b"0041" * 200) for code in range(60_000))
    table = b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange 60000 beginbfchar\n" + lines + b"endbfchar endcmap"
    return pdf({5: FONT[:-2] + b"/ToUnicode 6 0 R >>", 6: stream(zlib.compress(table), b"/Filter /FlateDecode")})


def _many_letters() -> bytes:
    return pdf({4: stream(zlib.compress(b"BT /F1 1 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 100_000 + b"ET"), b"/Filter /FlateDecode")})


def _many_paths() -> bytes:
    return pdf({4: stream(zlib.compress(CONTENT + b" 0 0 m 600 700 l 3 9 l f" * 400_000), b"/Filter /FlateDecode")})


def _box(box: bytes) -> bytes:
    return pdf({3: PAGE.replace(b"[0 0 612 792]", box)})


def _encrypted() -> bytes:
    entries = b"/Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <%s> /U <%s>" % (b"ab" * 32, b"cd" * 32)
    return pdf({6: b"<< " + entries + b" >>"}, b"/Encrypt 6 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]")


def _cut(make: Callable[[], bytes], share: float) -> Callable[[], bytes]:
    return lambda: make()[: int(share * len(make()))]


def _flipped(make: Callable[[], bytes], seed: int) -> Callable[[], bytes]:
    def flipped() -> bytes:
        data, chance = bytearray(make()), _chance(seed)
        for _ in range(20):
            data[chance.randrange(8, len(data))] ^= 1 << chance.randrange(8)
        return bytes(data)

    return flipped


def _sample_docx() -> bytes:
    return docx(PARAGRAPH * 50)


def _bomb_docx() -> bytes:
    return docx(parts={"word/media/image1.bin": b"\0" * (60 * MEGABYTE)})


def _ratio() -> bytes:
    return docx(parts={"word/media/image1.bin": b"\0" * (40 * MEGABYTE)})


def _noise(size: int) -> bytes:
    return _chance(2).randbytes(size)


def _chance(seed: int) -> random.Random:
    return random.Random(seed)


def _text_node() -> bytes:
    return docx(f"<w:p><w:r><w:t>{'a' * (40 * MEGABYTE)}</w:t></w:r></w:p>", {"word/noise.bin": _noise(MEGABYTE)})


def _empty_paragraphs() -> bytes:
    return docx("<w:p/>" * 4_000_000, {"word/noise.bin": _noise(MEGABYTE)})


def _attributes() -> bytes:
    attributes = " ".join(f'w:a{number}="1"' for number in range(500_000))
    return docx(f"<w:p {attributes}/>{PARAGRAPH}", {"word/noise.bin": _noise(MEGABYTE)})


def _deep() -> bytes:
    return docx("<w:sdt>" * 100_000 + PARAGRAPH + "</w:sdt>" * 100_000)


def _nested_tables() -> bytes:
    return docx("<w:tbl><w:tr><w:tc>" * 60 + PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 60)


def _laughs() -> bytes:
    entities = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {new} "{("&" + old + ";") * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True))
    return docx("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", prolog=f"<!DOCTYPE w:document [{entities}]>")


def _external_entity() -> bytes:
    return docx("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", prolog='<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


def _external_type() -> bytes:
    return docx(prolog='<!DOCTYPE w:document SYSTEM "http://127.0.0.1:9/x.dtd">')


def _relationships(*rows: tuple[str, str, str]) -> str:
    found = "".join(f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{to}" {mode}/>' for n, (kind, to, mode) in enumerate(rows))
    return f'<Relationships xmlns="{PACKAGE}/relationships">{found}</Relationships>'


def _external_relationship() -> bytes:
    rows = ("attachedTemplate", "http://127.0.0.1:9/x.dotm", 'TargetMode="External"'), ("header", "file:///etc/passwd", 'TargetMode="External"')
    return docx(parts={"word/_rels/document.xml.rels": _relationships(*rows)})


def _climbing() -> bytes:
    return docx(
        f'{PARAGRAPH}<w:sectPr><w:headerReference xmlns:r="{OFFICE}" w:type="default" r:id="r0"/></w:sectPr>',
        {"word/_rels/document.xml.rels": _relationships(("header", "../../../etc/passwd", "")), "../../etc/passwd": "x"},
    )


def _own_header() -> bytes:
    margin = f'<w:sectPr><w:headerReference xmlns:r="{OFFICE}" w:type="default" r:id="r0"/></w:sectPr>'
    return docx(PARAGRAPH + margin, {"word/_rels/document.xml.rels": _relationships(("header", "document.xml", ""), ("styles", "document.xml", ""))})


def _style_circle() -> bytes:
    style = '<w:style w:type="paragraph" w:styleId="{}"><w:basedOn w:val="{}"/></w:style>'
    styles = f"<w:styles {W}>{style.format('a', 'b')}{style.format('b', 'a')}</w:styles>"
    body = f'<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>{WORDS.decode()}</w:t></w:r></w:p>'
    return docx(body, {"word/styles.xml": styles, "word/_rels/document.xml.rels": _relationships(("styles", "styles.xml", ""))})


def _overlap() -> bytes:
    """Fifty directory entries of one and the same local entry."""
    data = docx(PARAGRAPH * 100)
    end = data.rindex(b"PK\5\6")
    start = struct.unpack("<I", data[end + 16 : end + 20])[0]
    directory = data[start:end]
    first = directory[: 46 + struct.unpack("<H", directory[28:30])[0]]
    more = b"".join(first[:46] + first[46:-2] + b"%02d" % number for number in range(50))
    count = struct.pack("<HH", 52, 52)
    return data[:end] + more + data[end : end + 8] + count + struct.pack("<I", len(directory) + len(more)) + data[end + 16 :]


def _lying_size() -> bytes:
    data = bytearray(docx(PARAGRAPH * 1_000))
    place = data.rindex(b"PK\1\2")
    data[place + 24 : place + 28] = struct.pack("<I", 100)
    return bytes(data)


def _many_entries() -> bytes:
    return docx(parts={f"word/{number}.xml": "x" for number in range(3_000)})


def _nested_zip() -> bytes:
    inner = archive({"a": b"\0" * (10 * MEGABYTE)})
    for _ in range(5):
        inner = archive({f"{number}.zip": inner for number in range(5)})
    return archive({"a.zip": inner})


def _encrypted_zip() -> bytes:
    data = bytearray(docx())
    for magic, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(magic, at + 4)
    return bytes(data)


def _polyglot() -> bytes:
    return pdf() + docx()


def _other_polyglot() -> bytes:
    return docx(parts={"a.pdf": pdf()}).replace(b"PK\3\4", b"PK\3\4", 1) + pdf()


_PDFS: dict[str, Callable[[], bytes]] = {
    "flate-200mb.pdf": lambda: _flate(200 * MEGABYTE),
    "flate-4gb-nested.pdf": lambda: pdf({4: stream(_deflated(1024 * MEGABYTE, 2), b"/Filter [/FlateDecode /FlateDecode]")}),
    "flate-three-deep.pdf": _nested_flate,
    "5000-filters.pdf": _many_filters,
    "run-length.pdf": _run_length,
    "lzw-noise.pdf": _lzw,
    "image-60000x60000.pdf": lambda: _image(60_000, 60_000, b"/FlateDecode", _deflated(200 * MEGABYTE, filling=b"\0")),
    "image-jbig2-noise.pdf": lambda: _image(20_000, 20_000, b"/JBIG2Decode", _noise(100_000)),
    "image-jpx-noise.pdf": lambda: _image(20_000, 20_000, b"/JPXDecode", b"\0\0\0\x0cjP  \r\n\x87\n" + _noise(100_000)),
    "forms-10-to-the-8.pdf": lambda: _forms(8, 10),
    "form-circle.pdf": _form_circle,
    "pages-100000.pdf": lambda: _pages(100_000),
    "pages-51.pdf": lambda: _pages(51),
    "pages-count-lies.pdf": lambda: pdf({2: b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>"}),
    "pages-circle.pdf": lambda: pdf({2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 40 >>"}),
    "pages-20000-deep.pdf": _deep_pages,
    "object-stream-circle.pdf": _object_stream_circle,
    "xref-loop.pdf": _xref_loop,
    "xref-wild.pdf": _wild_xref,
    "to-unicode-12-million.pdf": _to_unicode,
    "letters-2400000.pdf": _many_letters,
    "paths-400000.pdf": _many_paths,
    "box-huge.pdf": lambda: _box(b"[0 0 100000000 100000000]"),
    "box-nothing.pdf": lambda: _box(b"[0 0 0 0]"),
    "box-infinite.pdf": lambda: _box(b"[-1e38 -1e38 1e38 1e38]"),
    "brackets-1000000.pdf": lambda: pdf({3: b"[" * 1_000_000}),
    "length-lies.pdf": lambda: pdf({4: b"<< /Length 999999999 >>\nstream\n" + CONTENT + b"\nendstream"}),
    "reference-to-itself.pdf": lambda: pdf({4: b"4 0 R", 5: b"5 0 R"}),
    "font-of-noise.pdf": lambda: pdf({5: FONT[:-2] + b"/FontDescriptor << /FontFile2 6 0 R >> >>", 6: stream(_noise(50_000))}),
    "javascript.pdf": lambda: pdf({1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (while(1){}) >> >>"}),
    "launch.pdf": lambda: pdf({1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI (http://127.0.0.1:9/) >> >>"}),
    "encrypted.pdf": _encrypted,
    "no-text.pdf": lambda: pdf({4: stream(b"")}),
    "magic-only.pdf": lambda: b"%PDF-1.7",
    "magic-and-noise.pdf": lambda: b"%PDF-1.7\n" + _noise(100_000),
    "polyglot-pdf-first.pdf": _polyglot,
    **{f"cut-at-{share:.0%}.pdf": _cut(pdf, share) for share in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)},
    **{f"flipped-{seed}.pdf": _flipped(pdf, seed) for seed in range(6)},
}
_DOCX: dict[str, Callable[[], bytes]] = {
    "unpacked-60mb.docx": _bomb_docx,
    "ratio-1000.docx": _ratio,
    "text-node-40mb.docx": _text_node,
    "empty-paragraphs-4000000.docx": _empty_paragraphs,
    "attributes-500000.docx": _attributes,
    "100000-deep.docx": _deep,
    "5000-deep-with-noise.docx": lambda: docx("<w:sdt>" * 5_000 + PARAGRAPH + "</w:sdt>" * 5_000, {"word/noise.bin": _noise(MEGABYTE)}),
    "tables-60-deep.docx": _nested_tables,
    "billion-laughs.docx": _laughs,
    "external-entity.docx": _external_entity,
    "external-dtd.docx": _external_type,
    "external-relationship.docx": _external_relationship,
    "climbing-path.docx": _climbing,
    "header-is-body.docx": _own_header,
    "style-circle.docx": _style_circle,
    "overlap.docx": _overlap,
    "size-lies.docx": _lying_size,
    "entries-3000.docx": _many_entries,
    "nested-zip.docx": _nested_zip,
    "encrypted-zip.docx": _encrypted_zip,
    "macros.docm": lambda: docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
    "macros-renamed.docx": lambda: docx(parts={"word/vbaProject.bin": b"\0" * 100}),
    "spreadsheet.docx": lambda: docx(main="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "no-types.docx": lambda: docx(parts={"[Content_Types].xml": ""}),
    "no-document.docx": lambda: docx(parts={"word/document.xml": ""}),
    "not-xml.docx": lambda: docx(parts={"word/document.xml": _noise(10_000)}),
    "no-text.docx": lambda: docx("<w:p/>"),
    "empty-zip.docx": lambda: archive({}),
    "polyglot-zip-first.docx": _other_polyglot,
    **{f"cut-at-{share:.0%}.docx": _cut(_sample_docx, share) for share in (0.1, 0.5, 0.9, 0.99)},
    **{f"flipped-{seed}.docx": _flipped(_sample_docx, seed) for seed in range(6)},
}
_OTHERS: dict[str, Callable[[], bytes]] = {
    "empty.pdf": lambda: b"",
    "old-word.doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5_000),
    "rich.rtf": lambda: b"{\\rtf1 " + b"{" * 100_000,
    "page.html": lambda: b"<!DOCTYPE html><script>alert(1)</script>",
    "picture.png": lambda: b"\x89PNG\r\n\x1a\n" + bytes(1_000),
    "program.txt": lambda: b"\x7fELF" + bytes(1_000),
    "nul.txt": lambda: b"LCSW\0in Texas",
    "noise.txt": lambda: _noise(100_000),
    "blanks.txt": lambda: b" \n" * 1_000,
    "utf16-lone-surrogates.txt": lambda: b"\xff\xfe" + b"\x00\xd8" * 1_000,
    "utf16-odd.txt": lambda: b"\xff\xfeL\0C\0S",
    "utf8-cut.txt": lambda: "Beratung für Jugendliche – ä".encode()[:-1],
    "controls.txt": lambda: bytes(range(1, 32)) * 100,
    "one-word-150000.txt": lambda: b"a" * 150_000,
    "text-9mb.txt": lambda: b"LCSW " * 1_900_000,
    "bytes-11mb.pdf": lambda: b"%PDF-1.7\n" + bytes(11 * MEGABYTE),
    "combining-storm.txt": ("a" + "\u0301" * 50_000).encode,
    "bidi-and-tags.txt": ("LCSW \u202e\u2066" + "".join(chr(0xE0000 + ord(letter)) for letter in "hired") + " Texas").encode,
}
