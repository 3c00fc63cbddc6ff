"""What each demand of a posting costs it: how many of the clinicians who come near meet it, do not say, or are shut out by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from matcher.ledger import Match, Verdict
from matcher.profile import Mention, Strength
from matcher.verdict import Standing
from matcher.weights import GROUPS

_SKILLS = frozenset(GROUPS.values())
_STANDING = {Verdict.MET: Standing.ELIGIBLE, Verdict.PARTLY: Standing.ELIGIBLE, Verdict.NOT_STATED: Standing.UNKNOWN, Verdict.UNMET: Standing.NOT_ELIGIBLE}


@dataclass
class Demanded:
    """One demand and how clinicians stand to it; they sum to all that were compared.

    `hard`: whoever does not meet it is not eligible; `alone` counts those whom nothing else shuts out. A demand that is not hard
    only lowers the score. `concept` is that of a demand which is not hard.
    """

    what: str
    concept: str
    mentions: tuple[Mention, ...]
    hard: bool
    counts: dict[Standing, int] = field(default_factory=lambda: dict.fromkeys(Standing, 0))
    alone: int = 0

    @property
    def met(self) -> int:
        """Who meets it."""
        return self.counts[Standing.ELIGIBLE]

    @property
    def not_stated(self) -> int:
        """Of whom it cannot be said."""
        return self.counts[Standing.UNKNOWN]

    @property
    def unmet(self) -> int:
        """Who does not meet it."""
        return self.counts[Standing.NOT_ELIGIBLE]


def demands(matches: Iterable[Match]) -> Sequence[Demanded]:
    """The demands of the one posting of some matches: hard ones first, each by how many it alone shuts out, then by how many do not meet it."""
    found: dict[tuple[str, str, tuple[Mention, ...]], Demanded] = {}
    for match in matches:
        findings = match.eligibility.findings
        against = [one for one in findings if one.standing is Standing.NOT_ELIGIBLE]
        for one in findings:
            demanded = found.setdefault((one.what, "", one.posting), Demanded(one.what, "", one.posting, True))
            demanded.counts[one.standing] += 1
            demanded.alone += against == [one]
        for part in match.parts:
            if part.name in _SKILLS and part.necessity is Strength.REQUIRED:
                demanded = found.setdefault((part.name, part.concept, part.posting), Demanded(part.name, part.concept, part.posting, False))
                demanded.counts[_STANDING[part.verdict]] += 1
    return sorted(found.values(), key=lambda one: (not one.hard, -one.alone, -one.unmet - one.not_stated, one.what, one.concept))


def standings(matches: Iterable[Match]) -> Mapping[Standing, int]:
    """How many matches stand how."""
    counts = dict.fromkeys(Standing, 0)
    for match in matches:
        counts[match.eligibility.standing] += 1
    return counts
