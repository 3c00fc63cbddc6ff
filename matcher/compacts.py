"""Licence x state x date -> whether an interstate compact lets the person cross."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matcher.profile import Level, Licence
from matcher.vocabulary.licences import CompactMember

ADMITTED = {  # whom each compact lets across (domain reference, 3.1)
    "counseling": (Level.INDEPENDENT,),
    "psychology": (Level.INDEPENDENT,),
    "social_work": (Level.INDEPENDENT, Level.RESTRICTED, Level.BACHELOR),
}
TELEHEALTH_ONLY = "psychology"  # PSYPACT gives lasting authority by telehealth only; in person 30 days a year

Compacts = Mapping[tuple[str, str], CompactMember]  # (family, state) -> membership


@dataclass(frozen=True, slots=True)
class Membership:
    """Two states that have joined the compact of a licence's profession."""

    home: CompactMember
    there: CompactMember

    @property
    def as_of(self) -> str:
        """The later of the days for which the memberships are stated."""
        return max(self.home.as_of, self.there.as_of)

    @property
    def evidence(self) -> str:
        """The mark of the weaker source."""
        return self.there.evidence if self.home.evidence.startswith("V") else self.home.evidence

    def issuing(self, today: date) -> bool:
        """Whether both states issue privileges on a day."""
        return self.home.issuing(today) and self.there.issuing(today)


def crossing(licence: Licence, state: str, remote: bool, compacts: Compacts) -> Membership | None:
    """The compact by which a licence may reach clients in another state; None where none does."""
    for family in licence.families:
        home, there = compacts.get((family, licence.state or "")), compacts.get((family, state))
        reaches = family != TELEHEALTH_ONLY or remote
        if home and there and home.enacted and there.enacted and reaches and licence.level in ADMITTED.get(family, ()):
            return Membership(home, there)
    return None
