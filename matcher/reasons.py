"""A verdict on a licence -> the rule in words, its date, and the mark of its source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from matcher.compacts import Membership
from matcher.credentials import Credentials, Wants, degree_level
from matcher.profile import NATIONAL, Ask, Level, Licence, LicenceClause, Strength
from matcher.verdict import RULES_AS_OF, Judged, Verdict

DEGREE_WORDS = ("no degree", "an associate degree", "a bachelor's degree", "a master's degree", "a doctorate")
LEVEL_WORDS = {  # "restricted" would say to a clinician that a board has acted
    Level.RESTRICTED: "not independent",
    Level.INDEPENDENT_NONCLINICAL: "independent, nonclinical",
    Level.BACHELOR: "of a bachelor's level",
}
FEDERAL = "V:S75"  # the mark of the rule that a federal employer accepts a licence of any state


class Reason(NamedTuple):
    """A rule in words, the date it is stated for, and the mark of its source."""

    rule: str
    as_of: str
    evidence: str


def reason(clause: LicenceClause, judged: Judged, wants: Wants, has: Credentials, crossing: Membership | None, today: date) -> Reason:
    """Why a licence stands to a clause as judged; `crossing` is the compact by which it may cross into the state asked for."""
    licence, ask = judged.licence, judged.ask
    if licence is None or ask is None:
        return Reason(_none_held(clause, judged.verdict, has), RULES_AS_OF, "G")
    if judged.verdict in (Verdict.COMPACT, Verdict.COMPACT_PENDING) and crossing:
        return Reason(_crossing(licence, judged.verdict, crossing), crossing.as_of, crossing.evidence)
    if wants.any_state and judged.verdict in (Verdict.ELIGIBLE, Verdict.AS_ALLOWED):
        accepts = "a federal employer accepts" if wants.federal else "the posting accepts"
        return Reason(f"{accepts} a licence of any state; {licence.title} is held", RULES_AS_OF, FEDERAL if wants.federal else licence.evidence)
    if licence.expires and licence.expires < today.isoformat():
        return Reason(f"{licence.title} ended on {licence.expires}", RULES_AS_OF, licence.evidence)
    return Reason(_SAID[judged.verdict](clause, ask, licence), RULES_AS_OF, licence.evidence)


def _crossing(licence: Licence, verdict: Verdict, crossing: Membership) -> str:
    issuing = "both issue privileges to practise" if verdict is Verdict.COMPACT else "privileges are not issued in both states"
    compact = crossing.there.compact.replace("_", " ")
    return f"{licence.title} is of {licence.state}; {licence.state} and {crossing.there.state} have enacted the {compact} compact and {issuing}"


def _held(clause: LicenceClause, ask: Ask, licence: Licence) -> str:
    if licence.mention.strength is Strength.TRAINING:
        return f"{licence.title} is pending, and the posting takes people on the way to it"
    if licence.state == NATIONAL:
        return f"{licence.title} is no state's to give, and is held"
    if not clause.states:
        return f"the posting names no state; {licence.title} is held"
    if licence.state not in clause.states and licence.multistate and clause.multistate:
        return (
            f"{licence.title} of {_where(licence)} is said to be multistate, and the posting takes a compact licence; whether it reaches there is not checked"
        )
    if licence.state not in clause.states:
        return f"{licence.title} is of {_where(licence)}; the posting takes the ability to obtain one of {' or '.join(clause.states)}"
    said = "taken from the resume's own place" if licence.assumed else "stated"
    return f"{licence.title} in {licence.state} ({said}), {level_words(licence.level)} there"


def _needs_state(clause: LicenceClause, ask: Ask, licence: Licence) -> str:
    if licence.state == NATIONAL:
        return f"{licence.title} is a national certificate; the posting asks for {ask.title}, which a state issues"
    waits = f"; the posting waits {clause.months} months for it" if clause.months else ""
    return f"{licence.title} is of {_where(licence)}; the work is in {' or '.join(clause.states)}, which needs its own licence{waits}"


def _not_determined(clause: LicenceClause, ask: Ask, licence: Licence) -> str:
    if licence.state is None:
        return f"{licence.title} is named without a state"
    return f"{licence.title} is held, and the remote work names no state"


def _too_low(clause: LicenceClause, ask: Ask, licence: Licence) -> str:
    if ask.supervisor and not licence.supervisor:
        return f"{licence.title} is not a supervisor's; the posting asks for {ask.title}"
    return f"{licence.title} is {level_words(licence.level)} in {_where(licence)}; the posting asks for {ask.title}, {level_words(ask.level)}"


def _pending(clause: LicenceClause, ask: Ask, licence: Licence) -> str:
    hours = f", {licence.hours[0]:,} hours done" + (f" of {licence.hours[1]:,}" if licence.hours[1] else "") if licence.hours else ""
    expected = f", expected within {licence.months} months" if licence.months else ""
    return f"{licence.title} is pending or in preparation, not held{expected}{hours}"


def _other(clause: LicenceClause, ask: Ask, licence: Licence) -> str:
    if ask.family in licence.families:
        return f"the posting says that it does not take {licence.title}"
    return f"{licence.title} is not {ask.title}, and no list makes it one"


_SAID: dict[Verdict, Callable[[LicenceClause, Ask, Licence], str]] = {
    Verdict.ELIGIBLE: _held,
    Verdict.AS_ALLOWED: _held,
    Verdict.NEEDS_STATE: _needs_state,
    Verdict.NOT_DETERMINED: _not_determined,
    Verdict.LEVEL_TOO_LOW: _too_low,
    Verdict.PENDING: _pending,
    Verdict.OTHER_LICENCE: _other,
    Verdict.UNLICENSED: _other,
}


def _none_held(clause: LicenceClause, verdict: Verdict, has: Credentials) -> str:
    wanted = " or ".join(dict.fromkeys(ask.title for ask in clause.asks))
    if verdict is Verdict.AS_ALLOWED:
        given = f"{clause.months} months" if clause.months else "until the first day"
        return f"the posting gives {given} to obtain {wanted}"
    if verdict is Verdict.NOT_DETERMINED:
        return f"the posting asks for {wanted}; the resume names no licence"
    if has.unlicensed or has.licences:
        return f"the posting asks for {wanted}; the resume says that none is held now"
    if has.degree is not None and has.degree < min(degree_level(ask.family, ask.level) for ask in clause.asks):
        return f"the posting asks for {wanted}; the resume names no licence, and the highest degree it names is {DEGREE_WORDS[has.degree]}"
    return f"the posting asks for {wanted}; the resume names no licence and shows no work of that profession"


def _where(licence: Licence) -> str:
    return licence.state or "a state that is not named"


def level_words(level: Level) -> str:
    """A level as people say it."""
    return LEVEL_WORDS.get(level, level.value)
