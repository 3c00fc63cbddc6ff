"""What a resume has copied from a posting: long runs of the same words, which show nothing of the person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import acos, asin, cos, pi, sin
from zlib import crc32

from matcher.profile import Profile
from matcher.words import UNSEEN

RUN = 9  # words in a row that two people hardly write alike by chance: 9 of 27,792 pairs of the judged set do
LINE = 4  # words of a line from which on it is not written alike by chance: no pair of the judged set does
SHINGLE = 6  # words of a shingle
WINDOW = RUN - SHINGLE + 1  # of so many shingles in a row the least is kept, so that every run of RUN words leaves one
INSERTED = "".join(sorted(UNSEEN)) + "\u2065\ufe00-\ufe0f\U000e0000-\U000e007f"  # and variation selectors, tags and one that nothing has yet, as in a pattern
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{INSERTED}])*")
_INSERTED = re.compile(f"[{INSERTED}]")

Span = tuple[int, int]


def shingles(text: str) -> tuple[int, ...]:
    """The marks of a text: two texts with RUN words in a row alike, or a line of LINE words or more, share one.

    Of the shingles of a text those are kept that winnowing picks (Schleimer, Wilkerson and Aiken 2003).
    """
    own = _words(text)
    words = [word for word, _ in own]
    marks = [_mark(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)]
    picked = {min(marks[at : at + WINDOW]) for at in range(max(0, len(marks) - WINDOW + 1))}
    return tuple(sorted(picked | {_mark(("", *words[first:last])) for first, last in _lines(text, own)}))


def _mark(words: Iterable[str]) -> int:
    return crc32(" ".join(words).encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Copies:
    """Where a resume has RUN words or more in a row from a posting, or a whole line; and their share of the words that the model sees."""

    spans: tuple[Span, ...] = ()
    share: float = 0.0

    @classmethod
    def of(cls, resume: Profile, posting: Profile) -> Copies:
        """What the resume has from the posting."""
        own, theirs = _words(resume.text), _words(posting.text)
        words, asked = [word for word, _ in own], [word for word, _ in theirs]
        runs = {tuple(asked[at : at + RUN]) for at in range(len(asked) - RUN + 1)}
        lines = {tuple(asked[first:last]) for first, last in _lines(posting.text, theirs)}
        copied = [(at, at + RUN) for at in range(len(words) - RUN + 1) if tuple(words[at : at + RUN]) in runs]
        copied += [(first, last) for first, last in _lines(resume.text, own) if tuple(words[first:last]) in lines]
        taken = sorted({at for first, last in copied for at in range(first, last)})
        spans: list[Span] = []
        for at, before in zip(taken, [-2, *taken], strict=False):
            start, end = own[at][1]
            spans[-1:] = [(spans[-1][0], end)] if before == at - 1 else [*spans[-1:], (start, end)]
        seen = {at for at, (_, (start, _)) in enumerate(own) if any(low <= start < high for low, high in resume.kept)}
        return cls(tuple(spans), len(seen.intersection(taken)) / max(1, len(seen)))


def own_likeness(similarity: float, share: float) -> float:
    """The cosine without the copied share of a text, had that share pointed where the posting points.

    A resume's direction is then the sum of its own and the posting's, weighted by their shares: the angle of its own follows.
    """
    angle = acos(max(-1.0, min(1.0, similarity)))
    turned = share / (1 - share) * sin(angle) if share < 1 else 1.0
    return cos(min(pi, angle + (asin(turned) if turned < 1 else pi / 2)))


def without(profile: Profile, spans: Sequence[Span]) -> Profile:
    """The profile of a resume without what it claims within some stretches of its text."""

    def free(start: int, end: int) -> bool:
        return not any(low < end and start < high for low, high in spans)

    facts, licences = profile.facts, [one for one in profile.licences if free(one.mention.start, one.mention.end)]
    if facts.years_spans and not all(free(*span) for span in facts.years_spans):
        facts = replace(facts, years=None, years_spans=())
    if facts.place_spans and not any(free(*span) for span in facts.place_spans):
        facts = replace(facts, state=None, states=(), place_spans=())
        licences = [replace(one, state=None) if one.assumed else one for one in licences]
    lent = {(one.title, one.state) for one in profile.licences if not free(one.mention.start, one.mention.end)}  # a title takes the state it has elsewhere
    licences = [replace(one, state=facts.state, assumed=True) if (one.title, one.state) in lent else one for one in licences]
    return replace(
        profile,
        mentions=tuple(one for one in profile.mentions if free(one.start, one.end)),
        licences=tuple(licences),
        professions=tuple(one for one in profile.professions if free(one.start, one.end)),
        facts=facts,
    )


def _words(text: str) -> list[tuple[str, Span]]:
    """The words in small letters without what nobody sees, each with its place."""
    if text.isascii():
        return [(match.group().lower(), match.span()) for match in _WORD.finditer(text)]
    return [(_INSERTED.sub("", match.group()).lower(), match.span()) for match in _WORD.finditer(text)]


def _lines(text: str, words: Sequence[tuple[str, Span]]) -> Iterator[Span]:
    """From which word to which a line goes, for lines of LINE words or more."""
    first, end = 0, 0
    for at, (_, (start, after)) in enumerate(words):
        if "\n" in text[end:start]:
            if at - first >= LINE:
                yield first, at
            first = at
        end = after
    if len(words) - first >= LINE:
        yield first, len(words)
