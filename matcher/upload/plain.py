"""Plain text: bytes of some encoding -> an Upload. No parser, so no child process."""

from __future__ import annotations

import codecs

from matcher.upload.cleaning import cleaned
from matcher.upload.invalid import UnreadableFile, no_text, too_many, unsupported
from matcher.upload.limits import LIMITS
from matcher.upload.upload import TEXT, Upload

SAMPLE = 1 << 16  # bytes from which the encoding is guessed
FEW = 8  # bytes beyond ASCII that tell nothing about an encoding
BINARY = 0.005  # share of control characters above which bytes are no text
WESTERN = ["cp1252", "mac_roman", "cp1250", "iso8859_2", "cp1251", "cp1253", "cp1254", "cp1257", "big5", "gb18030", "shift_jis", "euc_kr"]


def read_plain(data: bytes) -> Upload:
    """The text of a file; raises UnsupportedFormat for what is no text, UnreadableFile for broken UTF-16, too much text, or none."""
    if len(data) > 4 * int(LIMITS["characters"]) + 4:  # more than UTF-8 and UTF-16 can need
        raise too_many("characters", None, "characters")
    text = cleaned(_decoded(data))
    if not text.strip():
        raise no_text()
    if len(text) > LIMITS["characters"]:
        raise too_many("characters", len(text), "characters")
    return Upload(text, TEXT)


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableFile("text", f"is not UTF-16 at byte {error.start}, as its first two bytes say; save it as UTF-8") from error
        return _checked(text)
    _checked(data.decode("latin-1"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _guessed(data)


def _guessed(data: bytes) -> str:
    beyond = sum(byte > 127 for byte in data[:SAMPLE])
    for name in (*([_likeliest(data[:SAMPLE])] if beyond > FEW else []), "cp1252"):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    raise unsupported("text in an unknown encoding")


def _likeliest(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=WESTERN).best()
    return best.encoding if best else "cp1252"


def _checked(text: str) -> str:
    controls = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 11, 12, 13, 27))
    if "\0" in text or controls > BINARY * len(text):
        raise unsupported("binary data of no known kind" if controls else "binary data")
    return text
