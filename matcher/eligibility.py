"""Licence x state x date -> verdict, with the rule that decided it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matcher.profile import Ask, Facts, Level, Licence, LicenceClause, Profile, Strength
from matcher.vocabulary.licences import CompactMember

REACH = {
    Level.INDEPENDENT: 5,
    Level.UNKNOWN: 4,
    Level.INDEPENDENT_NONCLINICAL: 3,
    Level.RESTRICTED: 3,
    Level.ASSOCIATE: 3,
    Level.CERTIFIED: 2,
    Level.BACHELOR: 1,
    Level.TRAINEE: 0,
}
COMPACTED = frozenset({"counseling", "social_work", "psychology"})


class Verdict(StrEnum):
    """What the texts say about being allowed to do the work, from best to worst."""

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


ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A verdict, the licence and ask it rests on, the rule in words, and the reference mark of that rule."""

    verdict: Verdict
    rule: str
    licence: Licence | None = None
    ask: Ask | None = None
    evidence: str = "G"


def judge(posting: Profile, resume: Profile, compacts: Mapping[tuple[str, str], CompactMember]) -> Eligibility:
    """The best verdict that any licence of the resume reaches under the posting's clause."""
    if posting.clause is None:
        return Eligibility(Verdict.NOT_ASKED, "the posting names no licence")
    held = [licence for licence in resume.licences if licence.mention.strength in (Strength.HELD, Strength.PRACTISED, Strength.LISTED)]
    pending = [licence for licence in resume.licences if licence.mention.strength is Strength.TRAINING]
    verdicts = [_one(ask, licence, posting.facts, resume.facts, compacts) for ask in posting.clause.asks for licence in held]
    verdicts += [_pending(ask, licence) for ask in posting.clause.asks for licence in pending if ask.family in licence.families]
    if verdicts:
        return min(verdicts, key=lambda one: ORDER[one.verdict])
    return _none_held(posting.clause, resume)


def _one(ask: Ask, licence: Licence, posting: Facts, resume: Facts, compacts: Mapping[tuple[str, str], CompactMember]) -> Eligibility:
    if ask.title != licence.title and ask.family not in licence.families:
        return Eligibility(Verdict.OTHER_LICENCE, f"{licence.title} is not {ask.title}, and no list makes it one", licence, ask, licence.evidence)
    if not _reaches(ask, licence):
        rule = f"{licence.title} is {_plain(licence.level)} in {licence.state or 'its state'}; the posting asks for {_plain(ask.level)}"
        return Eligibility(Verdict.LEVEL_TOO_LOW, rule, licence, ask, licence.evidence)
    return _in_state(ask, licence, posting, resume, compacts)


def _reaches(ask: Ask, licence: Licence) -> bool:
    if ask.level is Level.UNKNOWN or (ask.level is Level.INDEPENDENT and licence.level is Level.UNKNOWN and ask.title == licence.title):
        return True
    return REACH[licence.level] >= REACH[ask.level]


def _in_state(ask: Ask, licence: Licence, posting: Facts, resume: Facts, compacts: Mapping[tuple[str, str], CompactMember]) -> Eligibility:
    if posting.foreign:
        return Eligibility(Verdict.NEEDS_STATE, "the work is outside the United States; a US licence does not reach there", licence, ask)
    met = Verdict.AS_ALLOWED if licence.level is Level.ASSOCIATE else Verdict.ELIGIBLE
    if posting.federal:
        return Eligibility(met, f"a federal posting accepts a licence of any state; {licence.title} is held", licence, ask, "V:S75")
    if not posting.states:
        return Eligibility(met, f"the posting names no state; {licence.title} is held", licence, ask, licence.evidence)
    if licence.state in posting.states:
        said = "taken from the resume's own place" if licence.assumed else "stated"
        return Eligibility(met, f"{licence.title} in {licence.state} ({said}), {_plain(licence.level)} there", licence, ask, licence.evidence)
    if licence.state is None:
        return Eligibility(Verdict.NOT_DETERMINED, f"{licence.title} is named without a state", licence, ask, licence.evidence)
    return _elsewhere(ask, licence, posting.states, compacts)


def _elsewhere(ask: Ask, licence: Licence, states: tuple[str, ...], compacts: Mapping[tuple[str, str], CompactMember]) -> Eligibility:
    wanted = " or ".join(states)
    rule = f"{licence.title} is of {licence.state}; the work is in {wanted}, which needs its own licence"
    for family in sorted(COMPACTED & set(licence.families)):
        members = [compacts.get((family, state)) for state in (licence.state or "", states[0])]
        if licence.level is Level.INDEPENDENT and all(member and member.status in ("issuing", "enacted") for member in members):
            live = all(member and member.status == "issuing" for member in members)
            as_of = next(member.as_of for member in members if member)
            how = "both issue privileges" if live else "enacted in both, not issuing in both"
            verdict = Verdict.COMPACT if live else Verdict.COMPACT_PENDING
            text = f"{licence.title} is of {licence.state}; compact between {licence.state} and {states[0]}: {how} as of {as_of or 'an unstated date'}"
            return Eligibility(verdict, text, licence, ask, members[1].evidence if members[1] else "G")
    return Eligibility(Verdict.NEEDS_STATE, rule, licence, ask, licence.evidence)


def _pending(ask: Ask, licence: Licence) -> Eligibility:
    return Eligibility(Verdict.PENDING, f"{licence.title} is pending or in preparation, not held", licence, ask, licence.evidence)


def _none_held(clause: LicenceClause, resume: Profile) -> Eligibility:
    wanted = _titles(clause.asks)
    if resume.facts.unlicensed_span or resume.licences:
        return Eligibility(Verdict.UNLICENSED, f"the posting asks for {wanted}; the resume says that none is held now")
    return Eligibility(Verdict.NOT_DETERMINED, f"the posting asks for {wanted}; the resume names no licence")


def _titles(asks: Iterable[Ask]) -> str:
    return " or ".join(dict.fromkeys(ask.title for ask in asks))


def _plain(level: Level) -> str:
    return level.value.replace("_", ", ")
