"""Extracted text without characters that no document may hold; the rest of tidying is reading's."""

from __future__ import annotations

import re

_BULLETS = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf0d8\uf0a8\uf0fc\uf076\uf0b2\uf02d\uf0e0\uf075\u25cf\uf09f"), "•")  # of symbol fonts
_BREAKS = {ord("\f"): "\n", ord("\v"): "\n", 0x2028: "\n", 0x2029: "\n"}
_GONE = {**dict.fromkeys([*range(9), *range(0x0E, 0x20), 0x7F, 0xFFFE, 0xFFFF]), **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}
_TABLE = {**_BULLETS, **_BREAKS, **_GONE}


def cleaned(text: str) -> str:
    """The text without control characters, lone surrogates, trailing blanks, or more than one empty line in a row; idempotent."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
