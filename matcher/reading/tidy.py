"""A text as a reader sees it: one kind of space, hyphen and line end, nothing invisible; and where each character stood."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple, TypeVar

from matcher.words import UNSEEN

_LIKE = {  # characters that look like another, and are read as it
    **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("\u000b\u000c\u0085\u2028\u2029", "\n"),
    **dict.fromkeys("\u2010\u2011\u2212", "-"),
}
_PLAIN = str.maketrans(_LIKE)
_SPELT = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}  # letters joined in print
FEW_LETTERS, RARE = 40, 50  # a text of so many letters, of which fewer than one in so many is a capital, has none on purpose
_BEGUN = re.compile(r"(?<![\w'’@./-])[a-z](?=\w)")
_CARRIAGE = re.compile(r"\r(?!\n)")
_LOOSE = re.compile(rf"\r| {{2}}|[ \t](?:\n|\Z)|[{''.join((*sorted(UNSEEN), *_SPELT))}]")  # what a tidy text is without
_SPANS = frozenset({"kept", "years_spans", "place_spans", "unlicensed_span"})
Cut = tuple[int, int, str]  # start, end, and what is read there instead
Read = TypeVar("Read")


class Tidy(NamedTuple):
    """A text without what nobody sees, and the offset in the written text of each of its characters; None: the same."""

    text: str
    offsets: Sequence[int] | None

    def placed(self, offset: int) -> int:
        """Where an offset of the written text stands in the tidy one."""
        return offset if self.offsets is None else bisect_left(self.offsets, offset)

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the tidy text stands in the written one."""
        return (start, end) if self.offsets is None else _span((start, end), self.offsets)


def tidied(written: str) -> Tidy:
    """The text with single spaces, plain hyphens, letters and line ends, and without trailing spaces and invisible characters."""
    text = _CARRIAGE.sub("\n", written).translate(_PLAIN)
    if not _LOOSE.search(text):
        return Tidy(text, None)
    letters: list[str] = []
    offsets: list[int] = []
    for offset, letter in enumerate(text):
        if letter == "\n":
            _trim(letters, offsets)
        elif letter == "\r" or letter in UNSEEN or (letter == " " and letters and letters[-1] == " "):
            continue
        for one in _SPELT.get(letter, letter):
            letters.append(one)
            offsets.append(offset)
    _trim(letters, offsets)
    return Tidy("".join(letters), offsets)


def capitalised(text: str) -> str:
    """A text that someone wrote without capitals, with one at each word, so that names are seen as names; any other stays."""
    capitals = sum(map(str.isupper, text))
    if capitals * RARE > len(text):  # more than letters could be: most texts
        return text
    letters = sum(map(str.isalpha, text))
    if letters < FEW_LETTERS or capitals * RARE > letters:
        return text
    return _BEGUN.sub(lambda match: match.group().upper(), text)


def _trim(letters: list[str], offsets: list[int]) -> None:
    while letters and letters[-1] in " \t":
        letters.pop()
        offsets.pop()


def taken_out(tidy: Tidy, cuts: Iterable[Cut]) -> tuple[Tidy, list[tuple[int, int]]]:
    """The text with some stretches replaced, of two that overlap the first or longer; and these, as offsets in the written text."""
    text = tidy.text
    offsets = range(len(text)) if tidy.offsets is None else tidy.offsets
    pieces: list[str] = []
    places: list[int] = []
    taken: list[tuple[int, int]] = []
    at = 0
    for start, end, instead in sorted(set(cuts), key=lambda cut: (cut[0], -cut[1], cut[2])):
        if at <= start < end:
            pieces += (text[at:start], instead)
            places += (*offsets[at:start], *(offsets[start] for _ in instead))
            taken.append((offsets[start], offsets[end - 1] + 1))
            at = end
    return (Tidy("".join((*pieces, text[at:])), [*places, *offsets[at:]]) if taken else tidy), taken


def written_at(read: Read, offsets: Sequence[int] | None) -> Read:
    """What was read from a tidy text, with its offsets into the text as it was written."""
    return read if offsets is None or not offsets else _moved(read, offsets)


def _moved(value: Read, offsets: Sequence[int]) -> Read:
    if isinstance(value, tuple):
        return tuple(_moved(one, offsets) for one in value)  # type: ignore[return-value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    found = {item.name: getattr(value, item.name) for item in fields(value)}
    changed: dict[str, object] = {name: _spans(one, offsets) if name in _SPANS else _moved(one, offsets) for name, one in found.items()}
    if "start" in found:
        changed["start"], changed["end"] = _span((found["start"], found["end"]), offsets)
    return replace(value, **changed)


def _spans(spans: Any, offsets: Sequence[int]) -> Any:
    """A pair of offsets, or several; None stays."""
    if spans and isinstance(spans[0], int):
        return _span(spans, offsets)
    return spans and tuple(_span(span, offsets) for span in spans)


def _span(span: tuple[int, int], offsets: Sequence[int]) -> tuple[int, int]:
    start, end = span
    first = offsets[min(start, len(offsets) - 1)]
    return first, offsets[end - 1] + 1 if end > start else first
