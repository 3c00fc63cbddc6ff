"""What a file is, by its first bytes; its name and its declared type decide nothing."""

from __future__ import annotations

from matcher.upload.invalid import unsupported

HEAD = 1024  # bytes in which a PDF may begin

_OTHERS = (  # first bytes -> what they are
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc)"),
    (b"{\\rtf", "a rich text document (.rtf)"),
    (b"\x89PNG", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF8", "an image (GIF)"),
    (b"BM", "an image (BMP)"),
    (b"II*\0", "an image (TIFF)"),
    (b"MM\0*", "an image (TIFF)"),
    (b"%!PS", "a PostScript document"),
    (b"\x1f\x8b", "an archive (gzip)"),
    (b"Rar!", "an archive (RAR)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_MARKUP = (  # the same of text
    (b"<!doctype html", "a web page (HTML)"),
    (b"<html", "a web page (HTML)"),
    (b"<head", "a web page (HTML)"),
    (b"<body", "a web page (HTML)"),
    (b"<?xml", "an XML document"),
)


def sniffed(data: bytes) -> str:
    """`pdf`, `zip` (perhaps a DOCX) or `text`; raises UnsupportedFormat for what is known to be something else."""
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return "zip"
    head = data[:HEAD]
    for magic, name in _OTHERS:
        if head.startswith(magic) and not (len(magic) == 2 and _readable(head)):
            raise unsupported(name)
    if head[8:12] == b"WEBP" or head[4:8] == b"ftyp":
        raise unsupported("an image or a film (WebP, HEIC, MP4)")
    if b"%PDF-" in head:
        return "pdf"
    _check_markup(head)
    return "text"


def _check_markup(head: bytes) -> None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for magic, name in _MARKUP:
        if text.startswith(magic):
            raise unsupported(name)


def _readable(head: bytes) -> bool:
    """Whether bytes look like text: "BM" and "MZ" also begin words."""
    return not any(byte < 9 for byte in head)
