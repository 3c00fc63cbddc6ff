"""The lines of a ledger and what they sum to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matcher.profile import Mention, Profile, Strength
from matcher.verdict import Eligibility
from matcher.weights import CENT


class Verdict(StrEnum):
    """Whether a resume answers what a posting asks."""

    MET = "met"
    PARTLY = "partly"
    UNMET = "unmet"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the ledger: what was asked, what answers it, and the points that come of it.

    `low` and `high` are what the line would bring once the text said what it does not say now.
    `posting` and `resume` are all the words that count for it; without those of the resume it earns nothing.
    """

    name: str
    concept: str
    points: float
    possible: float
    verdict: Verdict
    posting: tuple[Mention, ...]
    resume: tuple[Mention, ...]
    necessity: Strength
    low: float
    high: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A posting and a resume compared."""

    posting: Profile
    resume: Profile
    similarity: float
    eligibility: Eligibility
    parts: tuple[Part, ...]

    @property
    def score(self) -> float:
        """0 to 100: the sum of the parts."""
        return round(sum(part.points for part in self.parts), CENT)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the score can end once everything that is not stated is known."""
        return round(sum(part.low for part in self.parts), CENT), round(sum(part.high for part in self.parts), CENT)


@dataclass(frozen=True, slots=True)
class Draft:
    """A part before the points of its group are shared out: `share` of them, `credit` (0 to 1) of the share earned."""

    concept: str
    share: float
    credit: float
    verdict: Verdict
    posting: tuple[Mention, ...]
    resume: tuple[Mention, ...]
    necessity: Strength = Strength.CONTEXT
    note: str = ""


def scaled(name: str, draft: Draft, worth: float) -> Part:
    """The part of a group worth so many points that a draft comes to."""
    possible = round(worth * draft.share, CENT)
    points = round(possible * draft.credit, CENT)
    low, high = (0.0, possible) if draft.verdict is Verdict.NOT_STATED else (points, points)
    return Part(name, draft.concept, points, possible, draft.verdict, draft.posting, draft.resume, draft.necessity, low, high, draft.note)
