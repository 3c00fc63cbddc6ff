"""Two profiles x date -> verdict: may this person do this work by the posting's hard requirements, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matcher.credentials import Credentials, Wants, degree_level
from matcher.profile import NATIONAL, Ask, Level, Licence, LicenceClause, Mention, Strength
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
TRAININGS = frozenset({Level.BACHELOR, Level.CERTIFIED, Level.TRAINEE})  # what anybody can obtain in the months a posting gives
UNDER_SUPERVISION = frozenset({Level.ASSOCIATE, Level.TRAINEE})
HELD = frozenset({Strength.HELD, Strength.PRACTISED, Strength.LISTED})
RULES_AS_OF = "2026-11-22"  # the date of the reference that titles and levels come from
DEGREE_WORDS = ("no degree", "an associate degree", "a bachelor's degree", "a master's degree", "a doctorate")
COMPACT_LEVELS = {  # whom each compact lets across (domain reference, 3.1)
    "counseling": (Level.INDEPENDENT,),
    "psychology": (Level.INDEPENDENT,),
    "social_work": (Level.INDEPENDENT, Level.RESTRICTED, Level.BACHELOR),
}
TELEHEALTH_ONLY = "psychology"  # PSYPACT gives lasting authority by telehealth only; in person 30 days a year
ANY_STATE = "V:S75"  # the mark of the rule that a federal employer accepts a licence of any state


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
        found = {finding.standing for finding in self.findings}
        return next((one for one in (Standing.NOT_ELIGIBLE, Standing.UNKNOWN) if one in found), Standing.ELIGIBLE)

    @property
    def deciding(self) -> Finding | None:
        """The first of the worst findings; None where nothing hard is asked."""
        return next((finding for finding in self.findings if finding.standing is self.standing), None)


Compacts = Mapping[tuple[str, str], CompactMember]


@dataclass(frozen=True, slots=True)
class _Judged:
    """How one licence stands to one ask of a clause."""

    verdict: Verdict
    ask: Ask | None
    licence: Licence | None


def judge(wants: Wants, has: Credentials, compacts: Compacts, today: date) -> Eligibility:
    """How the credentials of a resume stand to what a posting demands, as of a date."""
    if wants.foreign and not has.foreign:
        return _abroad(wants, has)
    required = [clause for clause in wants.clauses if clause.required] or wants.clauses
    clauses = [(clause, _best(clause, wants, has, compacts, today)) for clause in required]
    findings = [_licence_finding(clause, judged, wants, has, compacts, today) for clause, judged in clauses if clause.required]
    findings += [finding for finding in (_degree(wants, has), _language(wants, has), *_certificates(wants, has)) if finding]
    if not clauses:
        return Eligibility(Verdict.NOT_ASKED, "the posting names no licence", findings=tuple(findings))
    clause, worst = max(clauses, key=lambda pair: ORDER[pair[1].verdict])
    rule, as_of, evidence = _reasoned(clause, worst, wants, has, compacts, today)
    return Eligibility(worst.verdict, rule, worst.licence, worst.ask, evidence, as_of, tuple(findings))


def _abroad(wants: Wants, has: Credentials) -> Eligibility:
    rule = "the work is outside the United States; a US licence does not reach there"
    licence = has.licences[0] if has.licences else None
    finding = Finding("country", Standing.NOT_ELIGIBLE, rule, RULES_AS_OF, "G", (), (licence.mention,) if licence else ())
    asked = Verdict.NEEDS_STATE if wants.clauses else Verdict.NOT_ASKED
    return Eligibility(asked, rule, licence, findings=(finding,))


def _best(clause: LicenceClause, wants: Wants, has: Credentials, compacts: Compacts, today: date) -> _Judged:
    """The best verdict that any licence reaches under any ask of the clause; over all its states where all are asked."""
    if clause.every_state and len(clause.states) > 1:
        each = [_in_states(clause, (state,), wants, has, compacts, today) for state in clause.states]
        return max(each, key=lambda judged: ORDER[judged.verdict])
    return _in_states(clause, clause.states, wants, has, compacts, today)


def _in_states(clause: LicenceClause, states: tuple[str, ...], wants: Wants, has: Credentials, compacts: Compacts, today: date) -> _Judged:
    best: _Judged | None = None
    for licence in has.licences:
        for ask in clause.asks:
            verdict = _verdict(ask, licence, clause, states, wants, compacts, today)
            if best is None or ORDER[verdict] < ORDER[best.verdict]:
                best = _Judged(verdict, ask, licence)
    late = next((one for one in has.licences if _too_late(one, clause)), None)
    if best and best.verdict is Verdict.AS_ALLOWED and late:
        return _Judged(Verdict.PENDING, best.ask, late)
    if best and STANDING.get(best.verdict) is Standing.ELIGIBLE:
        return best
    if clause.months is not None and all(ask.level in TRAININGS or ask.family == "general" for ask in clause.asks):
        return _Judged(Verdict.AS_ALLOWED, None, None)
    if best and best.verdict is not Verdict.UNLICENSED and not (best.verdict is Verdict.OTHER_LICENCE and has.unlicensed):
        return best
    return _Judged(_unheld(clause, wants, has), None, None)


def _verdict(ask: Ask, licence: Licence, clause: LicenceClause, states: tuple[str, ...], wants: Wants, compacts: Compacts, today: date) -> Verdict:
    related = ask.title == licence.title or ask.family in licence.families
    if licence.mention.strength not in HELD or _expired(licence, today):
        return _unready(ask, licence, clause, related)
    if not related:
        return Verdict.OTHER_LICENCE
    if licence.level is Level.UNKNOWN and licence.title != ask.title:
        return Verdict.NOT_DETERMINED
    if not _reaches(ask, licence):
        return Verdict.LEVEL_TOO_LOW
    if licence.state == NATIONAL and not (ask.national or clause.general or ask.title == licence.title):
        return Verdict.NEEDS_STATE
    if not states and wants.remote and not wants.any_state:
        return Verdict.NOT_DETERMINED
    if wants.any_state or not states or licence.state in states or licence.state == NATIONAL:
        allowed = licence.level in UNDER_SUPERVISION and ask.level not in UNDER_SUPERVISION
        return Verdict.AS_ALLOWED if allowed or licence.level is Level.ASSOCIATE else Verdict.ELIGIBLE
    if licence.state is None:
        return Verdict.NOT_DETERMINED
    if clause.months == 0 and licence.level not in UNDER_SUPERVISION:
        return Verdict.AS_ALLOWED
    return _elsewhere(licence, states[0], wants.remote, compacts, today)


def _unready(ask: Ask, licence: Licence, clause: LicenceClause, related: bool) -> Verdict:
    """A licence that is not held now: pending, where the posting may wait for it, or none."""
    if not related or licence.mention.strength is not Strength.TRAINING:
        return Verdict.UNLICENSED
    fits = licence.title == ask.title or REACH[licence.level] >= REACH[ask.level]
    here = not clause.states or licence.state is None or licence.state in clause.states
    waits = clause.months is not None and (licence.months is None or licence.months <= clause.months)
    return Verdict.AS_ALLOWED if fits and here and (waits or clause.associates) else Verdict.PENDING


def _too_late(licence: Licence, clause: LicenceClause) -> bool:
    """Whether a licence that the posting waits for is expected after it has ceased to wait."""
    awaited = licence.mention.strength is Strength.TRAINING and any(ask.title == licence.title for ask in clause.asks)
    return awaited and bool(licence.months and clause.months and licence.months > clause.months)


def _expired(licence: Licence, today: date) -> bool:
    return licence.expires is not None and licence.expires < today.isoformat()


def _reaches(ask: Ask, licence: Licence) -> bool:
    if ask.supervisor and not licence.supervisor:
        return False
    same = Level.UNKNOWN in (licence.level, ask.level) and ask.title == licence.title
    return same or ask.level is Level.UNKNOWN or REACH[licence.level] >= REACH[ask.level]


def _elsewhere(licence: Licence, state: str, remote: bool, compacts: Compacts, today: date) -> Verdict:
    members = _members(licence, state, compacts)
    if not members or not all(member.enacted for member in members) or (members[0].compact == TELEHEALTH_ONLY and not remote):
        return Verdict.NEEDS_STATE
    return Verdict.COMPACT if all(member.issuing(today) for member in members) else Verdict.COMPACT_PENDING


def _members(licence: Licence, state: str, compacts: Compacts) -> tuple[CompactMember, ...]:
    """The memberships of both states in the compact of the licence's profession; empty where there is none."""
    for family in licence.families:
        if licence.state is None or licence.level not in COMPACT_LEVELS.get(family, ()):
            continue
        home, there = compacts.get((family, licence.state)), compacts.get((family, state))
        if home and there:
            return home, there
    return ()


def _unheld(clause: LicenceClause, wants: Wants, has: Credentials) -> Verdict:
    """Where no licence of the resume can count: said to be lacking, plainly lacking, or not stated."""
    if has.unlicensed or has.licences:
        return Verdict.UNLICENSED
    needed = min((degree_level(ask.family, ask.level) for ask in clause.asks), default=0)
    if (has.degree is not None and has.degree < needed) or not has.works_as(wants.professions):
        return Verdict.UNLICENSED
    return Verdict.NOT_DETERMINED


def _licence_finding(clause: LicenceClause, judged: _Judged, wants: Wants, has: Credentials, compacts: Compacts, today: date) -> Finding:
    rule, as_of, evidence = _reasoned(clause, judged, wants, has, compacts, today)
    standing = STANDING.get(judged.verdict, Standing.NOT_ELIGIBLE)
    quotes = (judged.licence.mention,) if judged.licence else has.unlicensed
    return Finding("licence", standing, rule, as_of, evidence, clause.mentions, quotes)


def _reasoned(clause: LicenceClause, judged: _Judged, wants: Wants, has: Credentials, compacts: Compacts, today: date) -> tuple[str, str, str]:
    """The rule in words, its date, and its reference mark."""
    licence, ask = judged.licence, judged.ask
    if licence is None or ask is None:
        return _none_held(clause, judged.verdict, has), RULES_AS_OF, "G"
    if judged.verdict in (Verdict.COMPACT, Verdict.COMPACT_PENDING):
        home, there = _members(licence, _state_of(clause, licence), compacts)
        issuing = "both issue privileges to practise" if judged.verdict is Verdict.COMPACT else "privileges are not issued in both states"
        mark = there.evidence if home.evidence.startswith("V") else home.evidence
        named = f"{licence.title} is of {licence.state}; {licence.state} and {there.state} have enacted the {there.compact.replace('_', ' ')} compact"
        return f"{named} and {issuing}", max(home.as_of, there.as_of), mark
    if wants.any_state and judged.verdict in (Verdict.ELIGIBLE, Verdict.AS_ALLOWED):
        return f"the posting accepts a licence of any state; {licence.title} is held", RULES_AS_OF, ANY_STATE
    return _sentence(clause, judged.verdict, ask, licence, today), RULES_AS_OF, licence.evidence


def _sentence(clause: LicenceClause, verdict: Verdict, ask: Ask, licence: Licence, today: date) -> str:
    where = licence.state or "a state that is not named"
    match verdict:
        case Verdict.ELIGIBLE | Verdict.AS_ALLOWED if licence.mention.strength is Strength.TRAINING:
            return f"{licence.title} is pending, and the posting takes people on the way to it"
        case Verdict.AS_ALLOWED if clause.states and licence.state not in (*clause.states, NATIONAL):
            return f"{licence.title} is of {where}; the posting takes the ability to obtain one of {' or '.join(clause.states)}"
        case Verdict.ELIGIBLE | Verdict.AS_ALLOWED:
            return _in_state(clause, licence)
        case Verdict.NEEDS_STATE if licence.state == NATIONAL:
            return f"{licence.title} is a national certificate; the posting asks for {ask.title}, which a state issues"
        case Verdict.NEEDS_STATE:
            waits = f"; the posting waits {clause.months} months for it" if clause.months else ""
            return f"{licence.title} is of {where}; the work is in {' or '.join(clause.states)}, which needs its own licence{waits}"
        case Verdict.NOT_DETERMINED:
            unknown = "is named without a state" if licence.state is None else "is held, and the remote work names no state"
            return f"{licence.title} {unknown}"
        case Verdict.PENDING:
            return f"{licence.title} is pending or in preparation, not held"
        case Verdict.LEVEL_TOO_LOW:
            if ask.supervisor and not licence.supervisor:
                return f"{licence.title} is not a supervisor's; the posting asks for {ask.title}"
            return f"{licence.title} is {_plain(licence.level)} in {where}; the posting asks for {ask.title}, {_plain(ask.level)}"
        case _ if _expired(licence, today):
            return f"{licence.title} ended on {licence.expires}"
        case _:
            return f"{licence.title} is not {ask.title}, and no list makes it one"


def _in_state(clause: LicenceClause, licence: Licence) -> str:
    if licence.state == NATIONAL:
        return f"{licence.title} is no state's to give, and is held"
    if not clause.states:
        return f"the posting names no state; {licence.title} is held"
    said = "taken from the resume's own place" if licence.assumed else "stated"
    return f"{licence.title} in {licence.state} ({said}), {_plain(licence.level)} there"


def _state_of(clause: LicenceClause, licence: Licence) -> str:
    return next((state for state in clause.states if state != licence.state), clause.states[0])


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


def _degree(wants: Wants, has: Credentials) -> Finding | None:
    """A degree at the level asked for, and of a field asked for where only certain fields will do."""
    if not wants.degrees:
        return None
    asked = DEGREE_WORDS[wants.degree]
    if has.degrees & wants.degrees or (has.degree is not None and has.degree >= wants.degree and wants.any_field):
        return Finding("degree", Standing.ELIGIBLE, f"{asked} is asked for and held", RULES_AS_OF, "G", wants.degree_quotes, has.degree_quotes)
    if has.degree is None or has.degree >= wants.degree:
        rule = (
            f"{asked} is asked for; the resume does not say"
            if has.degree is None
            else f"{asked} of a certain field is asked for; the resume names no degree of it"
        )
        return Finding("degree", Standing.UNKNOWN, rule, RULES_AS_OF, "G", wants.degree_quotes, has.degree_quotes)
    rule = f"{asked} is asked for; the highest the resume names is {DEGREE_WORDS[has.degree]}"
    return Finding("degree", Standing.NOT_ELIGIBLE, rule, RULES_AS_OF, "G", wants.degree_quotes, has.degree_quotes)


def _language(wants: Wants, has: Credentials) -> Finding | None:
    if not wants.languages:
        return None
    quotes = tuple(mention for concept in wants.languages for mention in has.languages.get(concept, ()))
    names = " or ".join(sorted(concept.partition(".")[2].replace("-", " ").title() for concept in wants.languages))
    if quotes:
        return Finding("language", Standing.ELIGIBLE, f"{names} is asked for and spoken", RULES_AS_OF, "G", wants.language_quotes, quotes)
    refused = tuple(mention for concept in wants.languages for mention in has.refused.get(concept, ()))
    standing, said = (Standing.NOT_ELIGIBLE, "says no") if refused else (Standing.UNKNOWN, "does not say")
    return Finding("language", standing, f"{names} is asked for; the resume {said}", RULES_AS_OF, "G", wants.language_quotes, refused)


def _certificates(wants: Wants, has: Credentials) -> Iterable[Finding]:
    for concept, quotes in wants.certificates.items():
        own, refused = has.certificates.get(concept, ()), has.refused.get(concept, ())
        name = concept.partition(".")[2].upper()
        standing = Standing.ELIGIBLE if own else Standing.NOT_ELIGIBLE if refused else Standing.UNKNOWN
        said = " and held" if own else "; the resume says it is not held now" if refused else "; the resume does not say"
        yield Finding("certification", standing, f"{name} is asked for{said}", RULES_AS_OF, "G", quotes, own or refused)


def _plain(level: Level) -> str:
    return level.value.replace("_", ", ")
