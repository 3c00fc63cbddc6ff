"""Plain text and what is no text: by the bytes alone."""

from __future__ import annotations

import pytest

from matcher.upload import LIMITS, InvalidUpload, UnreadableFile, UnsupportedFormat, Upload, UploadReader

TEXT = "Thérapeute – LCSW in Texas, “EMDR”"
LONG = "Systemische Beratung für Jugendliche, Männer und Familien nach einer Trennung. Führung, Übergänge, Gespräche, Schlüsselfähigkeiten, Büro. " * 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_same_text_in_any_encoding_is_the_same_upload(uploads: UploadReader, encoding: str) -> None:
    assert uploads.read(TEXT.encode(encoding)) == Upload(TEXT, "text/plain")


def test_a_long_text_of_the_western_code_page_is_read(uploads: UploadReader) -> None:
    assert uploads.read(LONG.encode("cp1252")).text == LONG.rstrip()


def test_line_ends_and_form_feeds_become_newlines(uploads: UploadReader) -> None:
    assert uploads.read(b"one\r\ntwo\rthree\x0cfour\n\n\n\nfive  \n").text == "one\ntwo\nthree\nfour\n\nfive"


OTHERS = [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc)"),
    (b"{\\rtf1 LCSW}", "a rich text document (.rtf)"),
    (b"\x89PNG\r\n\x1a\n", "an image (PNG)"),
    (b"\xff\xd8\xff\xe0", "an image (JPEG)"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "an image or a film (WebP, HEIC, MP4)"),
    (b"  <!DOCTYPE HTML><p>LCSW", "a web page (HTML)"),
    (b"<?xml version='1.0'?><w/>", "an XML document"),
    (b"LCSW\0in Texas", "binary data of no known kind"),
    (bytes(range(256)), "binary data of no known kind"),
]


@pytest.mark.parametrize(("data", "found"), OTHERS, ids=[case[1] for case in OTHERS])
def test_another_format_is_refused_with_those_that_are_read(uploads: UploadReader, data: bytes, found: str) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        uploads.read(data, "application/pdf")
    assert str(caught.value) == f"format: is {found}; the formats are PDF, DOCX and plain text: save as PDF or DOCX"
    assert isinstance(caught.value, InvalidUpload | ValueError)


UNREADABLE = [
    ("no bytes", b"", "file: is empty: 0 bytes"),
    ("blanks", b" \n\t", "text: is empty"),
    ("too many bytes", b"%PDF-" + bytes(10 << 20), "bytes: has 10,485,765 bytes, at most 10,485,760 are taken"),
    ("too many characters", b"a" * 200_001, "characters: has 200,001 characters, at most 200,000 are taken"),
    ("broken UTF-16", b"\xff\xfe\x00\xd8", "text: is not UTF-16 at byte 2, as its first two bytes say; save it as UTF-8"),
]


@pytest.mark.parametrize(("data", "message"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_a_text_that_cannot_be_taken_is_refused_by_name_and_reason(uploads: UploadReader, data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        uploads.read(data)
    assert str(caught.value) == message
    assert f"{caught.value.name}: {caught.value.reason}" == message


def test_as_many_characters_as_the_limit_are_taken(uploads: UploadReader) -> None:
    assert len(uploads.read(b"a" * 200_000).text) == LIMITS["characters"] == 200_000


def test_words_that_begin_like_another_format_are_text(uploads: UploadReader) -> None:
    assert uploads.read(b"MZ is not BM").text == "MZ is not BM"
