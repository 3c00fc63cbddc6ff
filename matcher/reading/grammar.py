"""Where the brackets, clauses and sentences of a text end, and where its cues stand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from matcher.sought import sought
from matcher.vocabulary.cues import Cues

ASIDE = re.compile(r"[^()\n.;,]{0,25}\(([^()\n]{0,80})\)")  # "LCSW in California (lapsed 2019)"
BRACKETS = re.compile(r"\([^()\n]{0,200}\)")
ENDS = sought(
    r"(?P<sentence>[.!?](?=\s)(?<!\b\d.)(?<!\bDr.)(?<!\bSt.)|\n(?:(?![a-z])|(?<![^\n]{60}\n))|[•●▪]| [*+](?= )| -(?=[A-Z]))"
    r"|[;|]| (?:[Bb]ut(?! also)|[Hh]owever|[Aa]lthough|[Tt]hough|[Ww]hereas|[Ww]hile|[Ii]nstead)\b"
    r"|,(?= (?:and |so |then )?(?:I|we|you|they|there)\b)| (?:and|or|so) (?=(?:who|I|we|you|they)\b)"
    r"| (?=we (?:use|do|offer|see|work|take|treat)\b)",
    cased=True,
)
BEFORE, BEHIND = 240, 200  # characters of a clause or sentence to either side of a mention at most
KEPT = 64  # texts whose clauses are remembered


class Stretches:
    """Stretches of a text in order: which of them lie in a part of it."""

    def __init__(self, found: list[tuple[int, int]]) -> None:
        self.starts = [start for start, _ in found]
        self.ends = [end for _, end in found]

    def between(self, low: int, high: int) -> bool:
        """Whether one lies from low to high."""
        at = bisect_left(self.starts, low)
        return at < len(self.starts) and self.ends[at] <= high

    def last(self, low: int, high: int) -> int:
        """Where the last of those from low to high ends, or -1."""
        at = bisect_left(self.starts, high) - 1
        while at >= 0 and self.starts[at] >= low:
            if self.ends[at] <= high:
                return self.ends[at]
            at -= 1
        return -1

    def first(self, low: int, high: int) -> int:
        """Where the first of those from low to high begins, or -1."""
        at = bisect_left(self.starts, low)
        return self.starts[at] if at < len(self.starts) and self.ends[at] <= high else -1

    def around(self, start: int, end: int, low: int, high: int) -> tuple[int, int]:
        """The part from low to high without any of them that start and end lie in."""
        before = bisect_right(self.ends, start) - 1
        after = bisect_left(self.starts, end)
        return max(low, self.ends[before]) if before >= 0 else low, min(high, self.starts[after]) if after < len(self.starts) else high


class _Layout:
    """Where a text's brackets, clauses and sentences end."""

    def __init__(self, text: str) -> None:
        self.brackets = Stretches([match.span() for match in BRACKETS.finditer(text)])
        ends = [(*match.span(), match.lastgroup) for match in ENDS.finditer(text)]
        self.inner = Stretches([(start, end) for start, end, _ in ends])
        self.outer = Stretches([(start, end) for start, end, _ in ends if self.bracket(start) is None])
        self.sentences = Stretches([(start, end) for start, end, whole in ends if whole])

    def bracket(self, offset: int) -> tuple[int, int] | None:
        """The inside of the bracket an offset lies in."""
        at = bisect_right(self.brackets.starts, offset) - 1
        inside = at >= 0 and self.brackets.starts[at] < offset < self.brackets.ends[at]
        return (self.brackets.starts[at] + 1, self.brackets.ends[at] - 1) if inside else None


_layout = lru_cache(maxsize=KEPT)(_Layout)


@dataclass(frozen=True, slots=True)
class Clause:
    """The words around a mention at `start` to `end`: its clause, within brackets and around them, and its sentence, as offsets."""

    text: str
    start: int
    end: int
    scopes: tuple[tuple[int, int, bool], ...]  # from the innermost: begin, end, whether it is the inside of a bracket
    sentence: tuple[int, int]

    @property
    def before(self) -> str:
        """The innermost clause before the mention."""
        return self.text[self.scopes[0][0] : self.start]

    @property
    def after(self) -> str:
        """The innermost clause after the mention, up to a bracket."""
        return self.text[self.end : self.scopes[0][1]].partition("(")[0]

    @property
    def aside(self) -> tuple[int, int] | None:
        """The inside of the bracket right after the mention."""
        match = ASIDE.match(self.text, self.end, self.end + 110)
        return match.span(1) if match else None


def clause_around(text: str, start: int, end: int) -> Clause:
    """The clause of a text in which a mention stands."""
    layout = _layout(text)
    bracket = layout.bracket(start)
    least, most = max(0, start - BEFORE), min(len(text), end + BEHIND)
    low, high = layout.outer.around(start, end, least, most)
    scopes: tuple[tuple[int, int, bool], ...] = ((low, high, False),)
    if bracket and end <= bracket[1]:
        scopes = ((*layout.inner.around(start, end, *bracket), True), *scopes)
    return Clause(text, start, end, scopes, layout.sentences.around(start, end, least, most))


class Hits:
    """Where the cues of a text stand: outside of brackets, and in them."""

    def __init__(self, text: str, cues: Cues) -> None:
        layout = _layout(text)
        found: dict[tuple[str, bool], list[tuple[int, int]]] = defaultdict(list)
        innocent: set[int] = set()  # "not" of "not only"
        for use, start, end in cues.places(text):
            if use == "not_a_denial":
                innocent.update(range(start, end))
            else:
                found[use, layout.bracket(start) is not None].append((start, end))
        for inside in (False, True):
            for use in ("denied_before", "denied_after"):
                found[use, inside] = [span for span in found[use, inside] if span[0] not in innocent]
        self._by_use = {key: Stretches(spans) for key, spans in found.items() if spans}

    def of(self, use: str, inside: bool) -> Stretches:
        """The places of a use in brackets, or outside of them."""
        return self._by_use.get((use, inside), _NONE)


_NONE = Stretches([])
