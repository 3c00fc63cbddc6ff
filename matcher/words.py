"""Text -> words with their places, and the one folded form in which texts and vocabulary are compared."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple, TypeVar, overload

WRAPPED = 60  # a line at least this long that ends without a full stop goes on in the next line
SOFT = ","  # a break that a phrase does not cross but a list does
BEHIND = "x"  # stands for the word behind a gap
HARD = "."  # the end of a sentence or line
UNSEEN = frozenset(  # soft hyphens, joiners, marks of direction
    "\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)

_WORDS = re.compile(
    r"((?=[A-Za-z]{1,3}\.)\b(?:(?:Ph\.\s?D|Psy\.\s?D|Ed\.\s?D|Ed\.\s?S|M\.\s?Ed|M\.Div|D\.Min)\b\.?|(?:[A-Za-z]\.){2,}(?:[A-Za-z]\b)?)"
    r"|[^\W_]+(?:['’][^\W_]+)*|&)"
)
_MARKS = re.compile(  # what stands between words
    r"(?P<line>\n\s*)"
    r"|(?P<hard>[.!?;:•●▪◦‣*|–—]+(?=\s|$)|[•●▪◦‣|\t]+)"
    r"|(?P<soft>[,/()\[\]\"“”–—+.;:])"
)
KNOWN, REMEMBERED = 24, 65_536  # characters of a word or gap that is remembered, and how many are
_ITEM = re.compile(r"(?:[-–—*+]|\d{1,2}[.)])[ \t]")  # a line that begins so is the next of a list, however long the last one was
_LETTERS = re.compile(r"[BCDFGHJKLMNPQRSTVWXZ]{2,}S")  # LPCS is a credential, not several LPC
_BREAKS = {"line": HARD, "hard": HARD, "soft": SOFT}
_DASH = "–"
_OPEN = ""  # for a gap that is a break or none by what stands around it: a single line break, a dash between words
_SPELLING = (
    ("behaviour", "behavior"),
    ("counsell", "counsel"),
    ("programme", "program"),
    ("centred", "centered"),
    ("centring", "centering"),
    ("centre", "center"),
    ("licence", "license"),
    ("lisenc", "licens"),
    ("liscens", "licens"),
    ("paediatr", "pediatr"),
    ("isation", "ization"),
)


class Word(NamedTuple):
    """A word as written, its folded form, and its character offsets."""

    raw: str
    folded: str
    start: int
    end: int


class _Rows(Sequence[Word]):
    """Words that are made only when they are asked for, which is seldom."""

    def __init__(self, raws: list[str], folded: list[str], starts: list[int], ends: list[int]) -> None:
        self._raws, self._folded, self._starts, self._ends = raws, folded, starts, ends

    def __len__(self) -> int:
        return len(self._raws)

    @overload
    def __getitem__(self, index: int) -> Word: ...
    @overload
    def __getitem__(self, index: slice) -> list[Word]: ...
    def __getitem__(self, index: int | slice) -> Word | list[Word]:
        if isinstance(index, slice):
            return list(map(Word, self._raws[index], self._folded[index], self._starts[index], self._ends[index]))
        return Word(self._raws[index], self._folded[index], self._starts[index], self._ends[index])

    def __iter__(self) -> Iterator[Word]:
        return map(Word, self._raws, self._folded, self._starts, self._ends)


class Words:
    """A text cut into words, with a list of each of their attributes; `line` is the folded text in which phrases are looked up, breaks included."""

    def __init__(self, text: str) -> None:
        self.text = text
        parts = _WORDS.split(text)  # gap, word, gap, word ... gap
        offsets = list(accumulate(map(len, parts), initial=0))
        forms = list(map(_FORMS.__getitem__, parts[1::2]))
        self.raws = [raw for raw, _ in forms]
        self.folded = [folded for _, folded in forms]
        self.starts, self.ends = offsets[1:-1:2], offsets[2::2]
        self.words = _Rows(self.raws, self.folded, self.starts, self.ends)
        parts[1::2] = self.folded
        parts[0::2] = self._breaks(parts[0::2], offsets)
        self._places = list(accumulate(map(len, parts), initial=0))[1:-1:2]
        self.line = "".join(parts) if len(parts) > 1 or parts[0] != " " else "  "

    def _breaks(self, gaps: list[str], offsets: list[int]) -> list[str]:
        """The gaps between words as `line` writes them."""
        breaks = list(map(_GAPS.__getitem__, gaps[:-1]))
        at = -1
        for _ in range(breaks.count(_OPEN)):
            at = breaks.index(_OPEN, at + 1)
            breaks[at] = _written(gaps[at] + BEHIND, self.text, offsets[2 * at])
        return [*breaks, _written(gaps[-1], self.text, offsets[-2])]

    def respelt(self, folded: Mapping[int, str]) -> Words:
        """The same words, some of them folded otherwise."""
        other = copy(self)
        other.folded = [folded.get(at, written) for at, written in enumerate(self.folded)]
        other.words = _Rows(self.raws, other.folded, self.starts, self.ends)
        other._places, pieces, length = [], [], 1
        left = iter(other.folded)
        for piece in self.line.split():
            broken = piece in (SOFT, HARD)
            if not broken:
                other._places.append(length)
            pieces.append(piece if broken else next(left))
            length += len(pieces[-1]) + 1
        other.line = " " + " ".join(pieces) + " "
        return other

    def index(self, position: int) -> int:
        """Which word begins at or after a position of `line`."""
        return bisect_left(self._places, position)

    def first_from(self, offset: int) -> int:
        """The index of the first word that begins at or after a character offset of the text."""
        return bisect_left(self.starts, offset)


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """One form for case, plural, possessive, accents and British spelling."""
    if _LETTERS.fullmatch(word):
        return word.lower()
    folded = word.lower().replace("’", "'")
    if not folded.isascii():
        folded = "".join(letter for letter in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(letter))
    folded = folded.split("'")[0].replace(".", "") or folded
    for british, american in _SPELLING:
        folded = folded.replace(british, american)
    folded = re.sub(r"is(e[sd]?|ing)$", r"iz\1", folded) if len(folded) > 6 else folded
    return _singular(folded)


def either(*patterns: str) -> re.Pattern[str]:
    """One pattern of several, case aside."""
    return re.compile("|".join(patterns), re.IGNORECASE)


def folded_line(text: str) -> str:
    """A vocabulary phrase as it stands in the `line` of a text that writes it with its commas and slashes."""
    return Words(text).line[1:-1]


def phrase(text: str) -> tuple[Word, ...]:
    """The words of a vocabulary phrase."""
    return tuple(Words(text).words)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("oses", "yses", "crises")):
        return word[:-2] + "is"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


_Form = TypeVar("_Form")


class _Forms(dict[str, tuple[str, str]]):
    """Word as printed -> the word without dots, and its folded form."""

    def __missing__(self, printed: str) -> tuple[str, str]:
        raw = "and" if printed == "&" else re.sub(r"[.\s]", "", printed)
        return _remembered(self, printed, (raw, fold(raw)))


class _Gaps(dict[str, str]):
    """What stands between two words -> the breaks in it, with the spaces around them."""

    def __missing__(self, gap: str) -> str:
        lines = [match.group() for match in _MARKS.finditer(gap + BEHIND) if match.lastgroup == "line"]
        is_open = gap == _DASH or any(line.count("\n") == 1 for line in lines)
        return _remembered(self, gap, _OPEN if is_open else _written(gap + BEHIND, "", 0))


def _remembered(known: dict[str, _Form], key: str, form: _Form) -> _Form:
    if len(key) <= KNOWN:
        if len(known) >= REMEMBERED:
            known.clear()
        known[key] = form
    return form


def _written(gap: str, text: str, offset: int) -> str:
    """The breaks in a gap that stands at an offset of a text, with the spaces around them."""
    if gap == f"\n{BEHIND}":
        return " " if _wraps(text, offset, "\n") else f" {HARD} "
    if gap == f"{_DASH}{BEHIND}":  # "parent–child" is one word, "Spanish–English" two
        around = text[max(0, offset - 1) : offset] + text[offset + 1]
        return " " if len(around) > 1 and around.isalpha() and (around.islower() or around.isupper()) else f" {SOFT} "
    marks = (match for match in _MARKS.finditer(gap) if not (match.lastgroup == "line" and _wraps(text, offset + match.start(), match.group())))
    return " ".join(["", *(_BREAKS[match.lastgroup or ""] for match in marks), ""])


def _wraps(text: str, end: int, gap: str) -> bool:
    start = text.rfind("\n", 0, end) + 1
    return gap.count("\n") == 1 and end - start >= WRAPPED and not _ITEM.match(text, end + len(gap))


_FORMS, _GAPS = _Forms(), _Gaps()
