"""Licence x state x date -> verdict, with the rule that decided it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
HELD = frozenset({Strength.HELD, Strength.PRACTISED, Strength.LISTED})


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


VERDICTS = tuple(Verdict)
ORDER = {verdict: place for place, verdict in enumerate(VERDICTS)}


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A verdict, the licence and ask it rests on, the rule in words, and the reference mark of that rule."""

    verdict: Verdict
    rule: str
    licence: Licence | None = None
    ask: Ask | None = None
    evidence: str = "G"


Compacts = Mapping[tuple[str, str], CompactMember]


def distinct(licences: Iterable[Licence]) -> tuple[Licence, ...]:
    """One licence for each title, state and standing, so that naming one twice changes nothing."""
    found: dict[tuple[object, ...], Licence] = {}
    for licence in licences:
        found.setdefault((licence.title, licence.state, licence.level, licence.mention.strength), licence)
    return tuple(found.values())


def judge(posting: Profile, resume: Profile, licences: Iterable[Licence], compacts: Compacts) -> Eligibility:
    """The best verdict that any of the resume's (distinct) licences reaches under the posting's clause."""
    if not posting.clauses:
        return Eligibility(Verdict.NOT_ASKED, "the posting names no licence")
    best: tuple[int, Ask, Licence] | None = None
    for licence in licences:
        for ask in posting.clauses[0].asks:
            place = ORDER[_verdict(ask, licence, posting.facts, compacts)]
            if best is None or place < best[0]:
                best = (place, ask, licence)
    if best is None or VERDICTS[best[0]] is Verdict.UNLICENSED:
        return _none_held(posting.clauses[0], resume)
    return _reasoned(VERDICTS[best[0]], best[1], best[2], posting.facts, compacts)


def _verdict(ask: Ask, licence: Licence, posting: Facts, compacts: Compacts) -> Verdict:
    related = ask.title == licence.title or ask.family in licence.families
    if licence.mention.strength not in HELD:
        pending = related and licence.mention.strength is Strength.TRAINING
        return Verdict.PENDING if pending else Verdict.UNLICENSED
    if not related:
        return Verdict.OTHER_LICENCE
    if not _reaches(ask, licence):
        return Verdict.LEVEL_TOO_LOW
    if posting.foreign:
        return Verdict.NEEDS_STATE
    if posting.federal or not posting.states or licence.state in posting.states:
        return Verdict.AS_ALLOWED if licence.level is Level.ASSOCIATE else Verdict.ELIGIBLE
    return Verdict.NOT_DETERMINED if licence.state is None else _elsewhere(licence, posting.states[0], compacts)


def _reaches(ask: Ask, licence: Licence) -> bool:
    unknown = licence.level is Level.UNKNOWN and ask.title == licence.title
    return unknown or ask.level is Level.UNKNOWN or REACH[licence.level] >= REACH[ask.level]


def _elsewhere(licence: Licence, state: str, compacts: Compacts) -> Verdict:
    members = _members(licence, state, compacts)
    if not members or any(member.status not in ("issuing", "enacted") for member in members):
        return Verdict.NEEDS_STATE
    return Verdict.COMPACT if all(member.status == "issuing" for member in members) else Verdict.COMPACT_PENDING


def _members(licence: Licence, state: str, compacts: Compacts) -> tuple[CompactMember, ...]:
    """The memberships of both states in the compact of the licence's profession; empty where there is none."""
    if licence.level is not Level.INDEPENDENT or licence.state is None:
        return ()
    for family in licence.families:
        home, there = compacts.get((family, licence.state)), compacts.get((family, state))
        if home and there:
            return home, there
    return ()


def _reasoned(verdict: Verdict, ask: Ask, licence: Licence, posting: Facts, compacts: Compacts) -> Eligibility:
    """The verdict with its rule in words and the reference mark of that rule."""
    rule, evidence = _RULES[verdict](ask, licence, posting), licence.evidence
    if verdict in (Verdict.COMPACT, Verdict.COMPACT_PENDING):
        members = _members(licence, posting.states[0], compacts)
        rule, evidence = f"{rule} as of {members[1].as_of}", members[1].evidence
    elif posting.federal and verdict in (Verdict.ELIGIBLE, Verdict.AS_ALLOWED):
        rule, evidence = f"a federal posting accepts a licence of any state; {licence.title} is held", "V:S75"
    return Eligibility(verdict, rule, licence, ask, evidence)


def _in_state(ask: Ask, licence: Licence, posting: Facts) -> str:
    if not posting.states:
        return f"the posting names no state; {licence.title} is held"
    said = "taken from the resume's own place" if licence.assumed else "stated"
    return f"{licence.title} in {licence.state} ({said}), {_plain(licence.level)} there"


def _needs_state(ask: Ask, licence: Licence, posting: Facts) -> str:
    if posting.foreign:
        return "the work is outside the United States; a US licence does not reach there"
    return f"{licence.title} is of {licence.state}; the work is in {' or '.join(posting.states)}, which needs its own licence"


_RULES: dict[Verdict, Callable[[Ask, Licence, Facts], str]] = {
    Verdict.ELIGIBLE: _in_state,
    Verdict.AS_ALLOWED: _in_state,
    Verdict.NEEDS_STATE: _needs_state,
    Verdict.COMPACT: lambda ask, licence, posting: (
        f"{licence.title} is of {licence.state}; by compact {licence.state} and {posting.states[0]} issue privileges to practise"
    ),
    Verdict.COMPACT_PENDING: lambda ask, licence, posting: (
        f"{licence.title} is of {licence.state}; the compact with {posting.states[0]} is enacted but does not issue privileges in both states"
    ),
    Verdict.NOT_DETERMINED: lambda ask, licence, posting: f"{licence.title} is named without a state",
    Verdict.PENDING: lambda ask, licence, posting: f"{licence.title} is pending or in preparation, not held",
    Verdict.LEVEL_TOO_LOW: lambda ask, licence, posting: (
        f"{licence.title} is {_plain(licence.level)} in {licence.state or 'its state'}; the posting asks for {_plain(ask.level)}"
    ),
    Verdict.OTHER_LICENCE: lambda ask, licence, posting: f"{licence.title} is not {ask.title}, and no list makes it one",
}


def _none_held(clause: LicenceClause, resume: Profile) -> Eligibility:
    wanted = " or ".join(dict.fromkeys(ask.title for ask in clause.asks))
    if resume.facts.unlicensed_span or resume.licences:
        return Eligibility(Verdict.UNLICENSED, f"the posting asks for {wanted}; the resume says that none is held now")
    return Eligibility(Verdict.NOT_DETERMINED, f"the posting asks for {wanted}; the resume names no licence")


def _plain(level: Level) -> str:
    return level.value.replace("_", ", ")
