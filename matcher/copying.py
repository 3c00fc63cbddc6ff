"""What a resume has copied from a posting: long runs of the same words, which show nothing of the person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import acos, asin, cos, pi, sin
from zlib import crc32

from matcher.profile import Profile

RUN = 12  # words in a row that no two people write alike by chance
SHINGLE = 8  # words of a shingle
WINDOW = RUN - SHINGLE + 1  # of so many shingles in a row the least is kept, so that every run of RUN words leaves one
UNSEEN = "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{UNSEEN}])*")
_UNSEEN = re.compile(f"[{UNSEEN}]")

Span = tuple[int, int]


def shingles(text: str) -> tuple[int, ...]:
    """The marks of a text (winnowing, Schleimer, Wilkerson and Aiken 2003): two texts with RUN words in a row alike share one."""
    words = [word for word, _ in _words(text)]
    marks = [crc32(" ".join(words[at : at + SHINGLE]).encode("utf-8", "replace")) for at in range(len(words) - SHINGLE + 1)]
    return tuple(sorted({min(marks[at : at + WINDOW]) for at in range(max(0, len(marks) - WINDOW + 1))}))


@dataclass(frozen=True, slots=True)
class Copies:
    """Where a resume has RUN words or more in a row from a posting, and their share of its words."""

    spans: tuple[Span, ...] = ()
    share: float = 0.0

    @classmethod
    def of(cls, resume: Profile, posting: Profile) -> Copies:
        """What the resume has from the posting."""
        own = _words(resume.text)
        words, theirs = [word for word, _ in own], [word for word, _ in _words(posting.text)]
        runs = {tuple(theirs[at : at + RUN]) for at in range(len(theirs) - RUN + 1)}
        begun = [at for at in range(len(words) - RUN + 1) if tuple(words[at : at + RUN]) in runs]
        taken = sorted({at for start in begun for at in range(start, start + RUN)})
        spans: list[Span] = []
        for at, before in zip(taken, [-2, *taken], strict=False):
            start, end = own[at][1]
            spans[-1:] = [(spans[-1][0], end)] if before == at - 1 else [*spans[-1:], (start, end)]
        return cls(tuple(spans), len(taken) / max(1, len(own)))


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

    facts = profile.facts
    if facts.years_spans and not all(free(*span) for span in facts.years_spans):
        facts = replace(facts, years=None, years_spans=())
    if facts.place_spans and not any(free(*span) for span in facts.place_spans):
        facts = replace(facts, state=None, states=(), place_spans=())
    return replace(
        profile,
        mentions=tuple(one for one in profile.mentions if free(one.start, one.end)),
        licences=tuple(one for one in profile.licences if free(one.mention.start, one.mention.end)),
        professions=tuple(one for one in profile.professions if free(one.start, one.end)),
        facts=facts,
    )


def _words(text: str) -> list[tuple[str, Span]]:
    """The words in small letters without what nobody sees, each with its place."""
    if text.isascii():
        return [(match.group().lower(), match.span()) for match in _WORD.finditer(text)]
    return [(_UNSEEN.sub("", match.group()).lower(), match.span()) for match in _WORD.finditer(text)]
