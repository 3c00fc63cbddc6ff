"""Text -> words with their places, and the one folded form in which texts and vocabulary are compared."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

WRAPPED = 60  # a line at least this long that ends without a full stop goes on in the next line
SOFT = ","  # a break that a phrase does not cross but a list does
HARD = "."  # the end of a sentence or line

_TOKEN = re.compile(
    r"(?P<dotted>\b(?:Ph\.\s?D|Psy\.\s?D|Ed\.\s?D|Ed\.\s?S|M\.\s?Ed|M\.Div|D\.Min)\b\.?|\b(?:[A-Za-z]\.){2,}(?:[A-Za-z]\b)?)"
    r"|(?P<word>[^\W_]+(?:['’][^\W_]+)*)"
    r"|(?P<and>&)"
    r"|(?P<line>\n\s*)"
    r"|(?P<hard>[.!?;:•●▪◦‣*|–—]+(?=\s|$)|[•●▪◦‣|\t]+)"
    r"|(?P<soft>[,/()\[\]\"“”–—+.;:])"
)
_ITEM = re.compile(r"(?:[-–—*+]|\d{1,2}[.)])[ \t]")  # a line that begins so is the next of a list, however long the last one was
_LETTERS = re.compile(r"[BCDFGHJKLMNPQRSTVWXZ]{2,}S")  # LPCS is a credential, not several LPC
_BREAKS = {"hard": HARD, "soft": SOFT}
_SPELLING = (
    ("behaviour", "behavior"),
    ("counsell", "counsel"),
    ("programme", "program"),
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


class Words:
    """A text cut into words; `line` is the folded text in which phrases are looked up, breaks included."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[Word] = []
        self._starts: list[int] = []
        pieces: list[str] = []
        length = 1
        for folded, word in _tokens(text):
            pieces.append(folded)
            if word is not None:
                self.words.append(word)
                self._starts.append(length)
            length += len(folded) + 1
        self.line = " " + " ".join(pieces) + " "

    def index(self, position: int) -> int:
        """Which word begins at or after a position of `line`."""
        return bisect_left(self._starts, position)

    def first_from(self, offset: int) -> int:
        """The index of the first word that begins at or after a character offset of the text."""
        return bisect_left(self.words, offset, key=lambda word: word.start)


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


@lru_cache(maxsize=256)
def words_of(text: str) -> Words:
    """The words of a text, kept for a while: a document is read for concepts, then for the terms it is found by."""
    return Words(text)


def folded_line(text: str) -> str:
    """A vocabulary phrase as it stands in the `line` of a text that writes it with its commas and slashes."""
    return " ".join(folded for folded, _ in _tokens(text))


def phrase(text: str) -> tuple[Word, ...]:
    """The words of a vocabulary phrase."""
    return tuple(word for _, word in _tokens(text) if word is not None)


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


def _tokens(text: str) -> list[tuple[str, Word | None]]:
    found: list[tuple[str, Word | None]] = []
    for match in _TOKEN.finditer(text):
        group = match.lastgroup
        if group == "word":
            raw = match.group()
            folded = fold(raw)
            found.append((folded, Word(raw, folded, match.start(), match.end())))
        elif group in _BREAKS:
            found.append((_BREAKS[group], None))
        elif group == "line":
            if _ITEM.match(text, match.end()) or not _wraps(text, match.start(), match.group()):
                found.append((HARD, None))
        else:
            found.append(_word("and" if group == "and" else re.sub(r"[.\s]", "", match.group()), match.start(), match.end()))
    return found


def _word(raw: str, start: int, end: int) -> tuple[str, Word]:
    word = Word(raw, fold(raw), start, end)
    return word.folded, word


def _wraps(text: str, end: int, gap: str) -> bool:
    start = text.rfind("\n", 0, end) + 1
    return gap.count("\n") == 1 and end - start >= WRAPPED
