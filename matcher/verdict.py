"""What can be said about being allowed to do the work, and what it rests on: values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from matcher.profile import Ask, Licence, Mention

RULES_AS_OF = "2026-11-22"  # the date of the reference that titles and levels come from
TEXTS = "texts"  # the mark of a finding that rests on the words of both texts alone


class Verdict(StrEnum):
    """What the texts say about being licensed for the work, from best to worst."""

    ELIGIBLE = "eligible"
    AS_ALLOWED = "eligible_as_posting_allows"
    COMPACT = "eligible_through_compact"
    NOT_DETERMINED = "not_determined"
    COMPACT_PENDING = "compact_not_issuing"
    NEEDS_STATE = "needs_licence_in_state"
    PENDING = "licence_pending"
    LEVEL_TOO_LOW = "level_too_low"
    OTHER_LICENCE = "other_licence"
    UNLICENSED = "unlicensed"
    NOT_ASKED = "not_asked"


class Standing(StrEnum):
    """Whether the hard requirements are met: E; one is contradicted or plainly lacking: N; one is not stated: U."""

    ELIGIBLE = "E"
    NOT_ELIGIBLE = "N"
    UNKNOWN = "U"


VERDICTS = tuple(Verdict)
ORDER = {verdict: place for place, verdict in enumerate(VERDICTS)}
STANDING = {
    Verdict.ELIGIBLE: Standing.ELIGIBLE,
    Verdict.AS_ALLOWED: Standing.ELIGIBLE,
    Verdict.NOT_ASKED: Standing.ELIGIBLE,
    Verdict.COMPACT: Standing.UNKNOWN,
    Verdict.NOT_DETERMINED: Standing.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One hard requirement and how it stands: the rule in words, its date and reference mark, and the words in both texts."""

    what: str
    standing: Standing
    rule: str
    as_of: str
    evidence: str
    posting: tuple[Mention, ...]
    resume: tuple[Mention, ...]


def in_the_way(findings: Sequence[Finding]) -> Finding | None:
    """The first of the worst findings that are not met; None where all are."""
    return next((one for standing in (Standing.NOT_ELIGIBLE, Standing.UNKNOWN) for one in findings if one.standing is standing), None)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The verdict on the licence with the licence and ask it rests on, its rule, date and mark; and all hard requirements."""

    verdict: Verdict
    rule: str
    licence: Licence | None = None
    ask: Ask | None = None
    evidence: str = "G"
    as_of: str = RULES_AS_OF
    findings: tuple[Finding, ...] = ()

    @property
    def standing(self) -> Standing:
        """E, N or U over all hard requirements: the worst of them."""
        open_ = in_the_way(self.findings)
        return open_.standing if open_ else Standing.ELIGIBLE

    @property
    def deciding(self) -> Finding | None:
        """The first of the worst findings; None where nothing hard is asked."""
        return in_the_way(self.findings) or next(iter(self.findings), None)

    @property
    def others(self) -> tuple[Finding, ...]:
        """The hard requirements beside licence and country."""
        return tuple(finding for finding in self.findings if finding.what not in ("licence", "country"))


@dataclass(frozen=True, slots=True)
class Judged:
    """How the best licence of a resume stands to the best ask of a clause; None where no licence can count."""

    verdict: Verdict
    ask: Ask | None = None
    licence: Licence | None = None
