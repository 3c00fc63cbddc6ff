"""Patterns sought in whole texts: tried only where they can begin, which one pass over a text finds for all of them.

`re` tries a pattern at every character, which would take most of the time of reading. Here each pattern is read once for what a match
can begin with ("full", "part", "1099", ", TX"); a text is cut into words once, and each word says which patterns to try there. What is
found is what `re` finds; a pattern of which no beginning can be told is left to `re`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, compress
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

STEM = 8  # characters of a word by which patterns are told apart
SIGN = 2  # the same of what stands between words
COMMON = (" ", ",")  # signs that stand before too many words
LEAST = 3  # letters of a stem that may begin within a word
KNOWN = 24  # characters of a piece of text that is remembered
REMEMBERED = 65_536  # pieces
KEPT = 16  # texts whose places are remembered
MOST = 1_000  # ways in which a pattern may begin
SPREAD = 40  # characters of a class that are told apart
AGAIN = 8  # repetitions that are followed
REPEATS = frozenset({ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT})
PARTS, WORD, DIGITS = re.compile(r"(\W+)"), re.compile(r"\w"), re.compile(r"\d")
DIGIT = "0"  # stands for every digit
ASCII_OF = {ord("İ"): "i", ord("ı"): "i", ord("ſ"): "s"}  # what else matches a letter, case aside, and does not become it in small letters


class Opening(NamedTuple):
    """One way in which a match can begin: some characters that are of no word, then the beginning of a word, or all of it."""

    lead: int = 0
    sign: str = ""  # the first of those characters
    stem: str = ""
    bounded: bool = False  # whether the stem can only begin a word
    cased: bool = True  # whether capitals count in all of it
    whole: bool = False  # whether the word ends with the stem
    done: bool = False  # whether nothing is told of what follows

    @property
    def told(self) -> bool:
        """Whether it can be looked up."""
        known = self.bounded or self.lead or len(self.stem) >= LEAST or not any(map(str.isalpha, self.stem))
        return bool(known if self.stem else self.sign)


class Sought:
    """A pattern to be searched for in whole texts, as by `re`."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self._number = _REGISTER.enter(pattern)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every match, none over another."""
        return self.pattern.finditer(text) if self._number is None else self._matches(text, self._number)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first match that begins at an offset or behind it."""
        return self.pattern.search(text, start) if self._number is None else next(self._matches(text, self._number, start), None)

    def places(self, text: str) -> Sequence[int]:
        """Where in a text a match can begin."""
        return range(len(text)) if self._number is None else _places(text).get(self._number, ())

    def _matches(self, text: str, number: int, end: int = 0) -> Iterator[re.Match[str]]:
        match, places = self.pattern.match, _places(text).get(number, ())
        for at in range(bisect_left(places, end), len(places)):
            place = places[at]
            if place >= end and (found := match(text, place)):
                yield found
                end = found.end()


def sought(*patterns: str, cased: bool = False) -> Sought:
    """One pattern of several, to be searched for in whole texts; case aside, unless `cased`."""
    return Sought(re.compile("|".join(patterns), 0 if cased else re.IGNORECASE))


class _Register(dict[str, tuple[tuple[int, int], ...]]):
    """Piece of text -> the numbers of the patterns that can begin there, each with its offset; told when a piece is first met."""

    def __init__(self) -> None:
        self.moved: set[int] = set()  # the patterns that may begin elsewhere than at the beginning of a piece
        self._numbers: dict[tuple[str, int], int | None] = {}
        self._begins: dict[tuple[str, bool, bool], set[tuple[int, int]]] = defaultdict(set)  # stem, cased, whole -> pattern and offset
        self._in_words: dict[Opening, set[int]] = defaultdict(set)  # what may stand anywhere in a word
        self._in_gaps: dict[Opening, set[int]] = defaultdict(set)

    def enter(self, pattern: re.Pattern[str]) -> int | None:
        """The number of a pattern, which is the same for the same pattern; None where it cannot be told with what it begins."""
        known = (pattern.pattern, pattern.flags)
        if known not in self._numbers:
            openings = openings_of(pattern)
            self._numbers[known] = len(self._numbers) if openings else None
            for opening in openings:
                self._enter(opening, len(self._numbers) - 1)
            self.clear()
            _places.cache_clear()
        return self._numbers[known]

    def _enter(self, opening: Opening, number: int) -> None:
        if opening.lead or not opening.bounded:
            self.moved.add(number)
        if opening.stem and (opening.bounded or opening.lead):
            self._begins[opening.stem, opening.cased, opening.whole].add((number, -opening.lead))
        else:
            (self._in_words if opening.stem else self._in_gaps)[opening].add(number)

    def __missing__(self, piece: str) -> tuple[tuple[int, int], ...]:
        told = {*self._beginning(piece), *_inside(piece, self._in_words)} if WORD.match(piece) else {*_inside(piece, self._in_gaps)}
        found = tuple(sorted(told))
        if len(piece) <= KNOWN:
            if len(self) >= REMEMBERED:
                self.clear()
            self[piece] = found
        return found

    def _beginning(self, piece: str) -> Iterator[tuple[int, int]]:
        start = piece[: STEM + 1]
        for cased in (True, False):
            form = _form(start, cased)
            yield from self._begins.get((form, cased, True), ())
            for length in range(1, min(len(form), STEM) + 1):
                yield from self._begins.get((form[:length], cased, False), ())


def _inside(piece: str, openings: Mapping[Opening, Iterable[int]]) -> Iterator[tuple[int, int]]:
    forms = {cased: _form(piece, cased) for cased in (True, False)}
    for opening, numbers in openings.items():
        form, text = forms[opening.cased], opening.stem or opening.sign
        at = form.find(text)
        while at >= 0:
            if not opening.whole or at + len(text) == len(form):
                yield from ((number, at) for number in numbers)
            at = form.find(text, at + 1)


def _form(piece: str, cased: bool) -> str:
    """A piece of text as stems are written; as long as it was."""
    return DIGITS.sub(DIGIT, piece if cased else piece.translate(ASCII_OF).lower())


@lru_cache(maxsize=KEPT)
def _places(text: str) -> dict[int, list[int]]:
    """The number of every pattern that can match in a text -> where, in order."""
    pieces = PARTS.split(text)  # words, and between them what is of no word
    starts = accumulate(map(len, pieces), initial=0)
    begun = list(map(_REGISTER.__getitem__, pieces))
    found: dict[int, list[int]] = defaultdict(list)
    for start, numbers in zip(compress(starts, begun), filter(None, begun), strict=True):
        for number, offset in numbers:
            found[number].append(start + offset)
    for number in _REGISTER.moved.intersection(found):
        found[number] = sorted({place for place in found[number] if place >= 0})
    return found


def openings_of(pattern: re.Pattern[str]) -> frozenset[Opening]:
    """The ways in which a match of a pattern can begin; none where that cannot be told."""
    if pattern.flags & re.ASCII:  # its words are others
        return frozenset()
    begun = _sequence({Opening()}, parser.parse(pattern.pattern, pattern.flags), bool(pattern.flags & re.IGNORECASE))
    ended = {_shortest(opening) for opening in begun}
    return frozenset(opening for opening in ended if not _needless(opening, ended)) if all(opening.told for opening in ended) else frozenset()


def _shortest(opening: Opening) -> Opening:
    """An opening by what it is looked up: a rare sign, else the word behind it."""
    if opening.sign[:1] not in ("", *COMMON):
        return Opening(len(opening.sign), opening.sign, done=True)
    return opening._replace(sign="" if opening.stem else opening.sign, done=True)


def _needless(opening: Opening, others: set[Opening]) -> bool:
    """Whether another opening, with less of the same word, tells as much."""
    less = opening._replace(whole=False)
    return any(less._replace(stem=opening.stem[:length]) in others for length in range(1, len(opening.stem) + (1 if opening.whole else 0)))


def _sequence(begun: set[Opening], items: Iterable[tuple[Any, Any]], folded: bool) -> set[Opening]:
    """The openings, each with what one thing after another adds to it."""
    done: set[Opening] = set()
    growing = begun
    listed = list(items)
    for number, (op, value) in enumerate(listed, 1):
        done |= {opening for opening in growing if opening.done}
        growing = {opening for opening in growing if not opening.done}
        if growing and op is ops.ASSERT and number == len(listed) and value[0] > 0:  # what must follow tells as much as what does
            growing = _ended(_sequence(growing, value[1], folded))
        elif growing:
            growing = _item(growing, op, value, folded)
    return done | growing


def _item(growing: set[Opening], op: Any, value: Any, folded: bool) -> set[Opening]:
    """The openings with what one thing of a pattern adds to them."""
    if op in (ops.LITERAL, ops.IN):
        return _characters(growing, [(op, value)] if op is ops.LITERAL else value, folded)
    if op is ops.BRANCH:
        return set[Opening]().union(*(_sequence(growing, way, folded) for way in value[1]))
    if op is ops.SUBPATTERN:
        _, added, removed, inner = value
        return _sequence(growing, inner, (folded or bool(added & re.IGNORECASE)) and not removed & re.IGNORECASE)
    if op in REPEATS:
        return _repeated(growing, value, folded)
    if op in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):  # these take no character
        return {_bounded(opening, op, value) for opening in growing}
    return _ended(growing)


def _no_word_before(op: Any, value: Any) -> bool:
    """Whether a thing says that no character of a word stands before."""
    if op is not ops.ASSERT_NOT or value[0] > 0 or len(value[1]) != 1:
        return False
    inner, listed = value[1][0]
    return inner is ops.IN and listed[0][0] is not ops.NEGATE and (ops.CATEGORY, ops.CATEGORY_WORD) in listed


def _bounded(opening: Opening, op: Any, value: Any) -> Opening:
    """The opening with what a thing that takes no character says of where a word begins or ends."""
    edge = value is ops.AT_BOUNDARY
    if opening.stem:
        return opening._replace(whole=True, done=True) if edge else opening
    return opening._replace(bounded=opening.bounded or edge or _no_word_before(op, value))


def _repeated(growing: set[Opening], times: tuple[int, int, Any], folded: bool) -> set[Opening]:
    least, most, inner = times
    found = set() if least else set(growing)
    for number in range(1, min(most, AGAIN) + 1):
        growing = _sequence(growing, inner, folded)
        found |= growing if number >= least else {opening for opening in growing if opening.done}
        growing = {opening for opening in growing if not opening.done}
    return found | (_ended(growing) if most > AGAIN else set())


def _ended(growing: Iterable[Opening]) -> set[Opening]:
    """The openings, with nothing told of what follows."""
    return {opening._replace(done=True) for opening in growing}


def _characters(growing: set[Opening], listed: Sequence[tuple[Any, Any]], folded: bool) -> set[Opening]:
    """The openings with one character of a class."""
    characters = _class(listed)
    if characters is None or len(characters) * len(growing) > MOST:
        return _ended(growing)
    return {_with(opening, character, folded) for opening in growing for character in characters}


def _with(opening: Opening, character: str, folded: bool) -> Opening:
    """The opening with a character behind it; an empty one is any that is of no word."""
    if character.isalnum() or character == "_":
        stem, cased = opening.stem + character, opening.cased and not folded
        return opening._replace(stem=stem if cased else stem.lower(), cased=cased, done=len(stem) >= STEM)
    if opening.stem:
        return opening._replace(whole=True, done=True)
    known = character if opening.lead == len(opening.sign) < SIGN else ""
    return opening._replace(lead=opening.lead + 1, sign=opening.sign + known)


def _class(listed: Sequence[tuple[Any, Any]]) -> set[str] | None:
    """The characters of a class, one for all digits and an empty one for any between words; None where they are too many."""
    found: set[str] = set()
    for op, value in listed:
        first, last = value if op is ops.RANGE else (value, value)
        if op is ops.CATEGORY and value in (ops.CATEGORY_SPACE, ops.CATEGORY_NOT_WORD):
            found.add("")
        elif op is ops.CATEGORY and value is ops.CATEGORY_DIGIT:
            found.add(DIGIT)
        elif op in (ops.LITERAL, ops.RANGE) and last - first < SPREAD:
            found |= {DIGIT if chr(code).isdecimal() else chr(code) for code in range(first, last + 1)}
        else:
            return None
    return found if all(one.isascii() or not one.isalnum() for one in found) else None


_REGISTER = _Register()
