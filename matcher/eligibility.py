"""Two profiles x date -> may this person do this work by the posting's hard requirements, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from matcher.compacts import Compacts, Membership, crossing
from matcher.credentials import HAS, REACH, Credentials, Wants, degree_level
from matcher.profile import NATIONAL, Ask, Level, Licence, LicenceClause, Mention, Strength
from matcher.reasons import DEGREE_WORDS, Reason, reason
from matcher.verdict import ORDER, RULES_AS_OF, STANDING, TEXTS, Eligibility, Finding, Judged, Standing, Verdict

OBTAINABLE = frozenset({Level.BACHELOR, Level.CERTIFIED, Level.TRAINEE})  # what anybody can obtain in the months a posting gives
OWN_TIERS = ({"LPN", "LVN"}, {"RBT"}, {"BCaBA"})  # work of its own that a higher title does not include
UNDER_SUPERVISION = frozenset({Level.ASSOCIATE, Level.TRAINEE})


def judge(wants: Wants, has: Credentials, compacts: Compacts, today: date) -> Eligibility:
    """How the credentials of a resume stand to what a posting demands, as of a date."""
    if wants.foreign and not has.foreign:
        return _abroad(wants, has)
    bench = _Bench(wants, has, compacts, today)
    required = [clause for clause in wants.clauses if clause.required] or wants.clauses
    clauses = [(clause, bench.judge(clause)) for clause in required]
    findings = [bench.finding(clause, judged) for clause, judged in clauses if clause.required]
    findings += others(wants, has)
    if not clauses:
        return Eligibility(Verdict.NOT_ASKED, "the posting names no licence", findings=tuple(findings))
    clause, worst = max(clauses, key=lambda pair: ORDER[pair[1].verdict])
    why = bench.reason(clause, worst)
    return Eligibility(worst.verdict, why.rule, worst.licence, worst.ask, why.evidence, why.as_of, tuple(findings))


def licence_verdict(wants: Wants, has: Credentials, compacts: Compacts, today: date) -> Verdict:
    """The verdict of `judge` alone, without its reasons."""
    if wants.foreign and not has.foreign:
        return Verdict.NEEDS_STATE
    bench = _Bench(wants, has, compacts, today)
    required = [clause for clause in wants.clauses if clause.required] or wants.clauses
    return max((bench.judge(clause).verdict for clause in required), key=ORDER.__getitem__, default=Verdict.NOT_ASKED)


def others(wants: Wants, has: Credentials) -> list[Finding]:
    """How the credentials stand to each demand beside licence and country; none where the country is in the way."""
    if wants.foreign and not has.foreign:
        return []
    return [finding for finding in (_degree(wants, has), _language(wants, has), *_certificates(wants, has)) if finding]


def _abroad(wants: Wants, has: Credentials) -> Eligibility:
    rule = "the work is outside the United States; a US licence does not reach there"
    licence = has.licences[0] if has.licences else None
    finding = Finding("country", Standing.NOT_ELIGIBLE, rule, RULES_AS_OF, TEXTS, (), (licence.mention,) if licence else ())
    return Eligibility(Verdict.NEEDS_STATE, rule, licence, findings=(finding,))


@dataclass(frozen=True, slots=True)
class _Bench:
    """A posting's demands and a resume's credentials before the rules of a date."""

    wants: Wants
    has: Credentials
    compacts: Compacts
    today: date

    def judge(self, clause: LicenceClause) -> Judged:
        """The best verdict that any licence reaches under any ask of the clause; over all its states where all are asked."""
        if clause.every_state and len(clause.states) > 1:
            return max((self._in(clause, (state,)) for state in clause.states), key=lambda judged: ORDER[judged.verdict])
        return self._in(clause, clause.states)

    def finding(self, clause: LicenceClause, judged: Judged) -> Finding:
        """How a clause stands, with its rule and the words in both texts."""
        why = self.reason(clause, judged)
        standing = STANDING.get(judged.verdict, Standing.NOT_ELIGIBLE)
        quotes = (judged.licence.mention,) if judged.licence else self.has.unlicensed
        return Finding("licence", standing, why.rule, why.as_of, why.evidence, clause.mentions, quotes)

    def reason(self, clause: LicenceClause, judged: Judged) -> Reason:
        """The rule in words, its date and its mark."""
        licence = judged.licence
        way = self._crossing(licence, _other_state(clause, licence)) if licence and clause.states else None
        return reason(clause, judged, self.wants, self.has, way, self.today)

    def _in(self, clause: LicenceClause, states: tuple[str, ...]) -> Judged:
        pairs = (Judged(self._verdict(ask, licence, clause, states), ask, licence) for licence in self.has.licences for ask in clause.asks)
        best = min(pairs, key=lambda judged: ORDER[judged.verdict], default=None)
        late = next((one for one in self.has.licences if _too_late(one, clause)), None)
        if best and best.verdict is Verdict.AS_ALLOWED and late:
            return Judged(Verdict.PENDING, best.ask, late)
        if best and STANDING.get(best.verdict) is Standing.ELIGIBLE:
            return best
        if clause.months is not None and all(ask.level in OBTAINABLE or ask.family == "general" for ask in clause.asks):
            return Judged(Verdict.AS_ALLOWED)
        denied = best and best.verdict is Verdict.OTHER_LICENCE and self.has.unlicensed
        return best if best and best.verdict is not Verdict.UNLICENSED and not denied else Judged(self._unheld(clause))

    def _verdict(self, ask: Ask, licence: Licence, clause: LicenceClause, states: tuple[str, ...]) -> Verdict:
        related = ask.title == licence.title or ask.family in licence.families
        if licence.mention.strength not in HAS or self._expired(licence):
            return _unready(ask, licence, clause, related)
        if not related or licence.title in self.wants.refused:
            return Verdict.OTHER_LICENCE
        if licence.level is Level.UNKNOWN and licence.title != ask.title:
            return Verdict.NOT_DETERMINED
        return self._reaching(ask, licence, clause, states) if _reaches(ask, licence) else Verdict.LEVEL_TOO_LOW

    def _reaching(self, ask: Ask, licence: Licence, clause: LicenceClause, states: tuple[str, ...]) -> Verdict:
        """A licence of the kind and level asked for: whether it reaches where the work is."""
        if licence.state == NATIONAL and not (ask.national or clause.general or ask.title == licence.title):
            return Verdict.NEEDS_STATE
        if not states and self.wants.remote and not self.wants.any_state:
            return Verdict.NOT_DETERMINED
        if self.wants.any_state or not states or licence.state in (*states, NATIONAL):
            allowed = licence.level in UNDER_SUPERVISION and ask.level not in UNDER_SUPERVISION
            allowed = allowed or (bool(clause.associates) and licence.title != ask.title and REACH[licence.level] < REACH[Level.INDEPENDENT])
            return Verdict.AS_ALLOWED if allowed or licence.level is Level.ASSOCIATE else Verdict.ELIGIBLE
        return self._elsewhere(licence, clause, states[0])

    def _elsewhere(self, licence: Licence, clause: LicenceClause, state: str) -> Verdict:
        """A licence of another state, or of none that is named."""
        if licence.state is None:
            return Verdict.NOT_DETERMINED
        if clause.multistate and licence.multistate:
            return Verdict.AS_ALLOWED
        if clause.months == 0 and licence.level not in UNDER_SUPERVISION:
            return Verdict.AS_ALLOWED
        way = self._crossing(licence, state)
        return Verdict.NEEDS_STATE if way is None else Verdict.COMPACT if way.issuing(self.today) else Verdict.COMPACT_PENDING

    def _crossing(self, licence: Licence, state: str) -> Membership | None:
        return crossing(licence, state, self.wants.remote, self.compacts)

    def _expired(self, licence: Licence) -> bool:
        return licence.expires is not None and licence.expires < self.today.isoformat()

    def _unheld(self, clause: LicenceClause) -> Verdict:
        """Where no licence of the resume can count: said to be lacking, plainly lacking, or not stated."""
        has = self.has
        if has.unlicensed or has.licences:
            return Verdict.UNLICENSED
        needed = min((degree_level(ask.family, ask.level) for ask in clause.asks), default=0)
        lacking = (has.degree is not None and has.degree < needed) or not has.works_as(self.wants.professions)
        return Verdict.UNLICENSED if lacking else Verdict.NOT_DETERMINED


def _unready(ask: Ask, licence: Licence, clause: LicenceClause, related: bool) -> Verdict:
    """A licence that is not held now: pending, where the posting may wait for it, or none."""
    if not related or licence.mention.strength is not Strength.TRAINING:
        return Verdict.UNLICENSED
    fits = licence.title == ask.title or REACH[licence.level] >= REACH[ask.level]
    here = not clause.states or licence.state is None or licence.state in clause.states
    waits = clause.months is not None and (licence.months is None or licence.months <= clause.months)
    return Verdict.AS_ALLOWED if fits and here and (waits or clause.pending) else Verdict.PENDING


def _too_late(licence: Licence, clause: LicenceClause) -> bool:
    """Whether a licence that the posting waits for is expected after it has ceased to wait."""
    awaited = licence.mention.strength is Strength.TRAINING and any(ask.title == licence.title for ask in clause.asks)
    return awaited and bool(licence.months and clause.months and licence.months > clause.months)


def _reaches(ask: Ask, licence: Licence) -> bool:
    tier = next((tier for tier in OWN_TIERS if ask.title in tier), None)
    if tier:
        return licence.title in tier
    if ask.supervisor and not licence.supervisor:
        return False
    same = Level.UNKNOWN in (licence.level, ask.level) and ask.title == licence.title
    return same or ask.level is Level.UNKNOWN or REACH[licence.level] >= REACH[ask.level]


def _other_state(clause: LicenceClause, licence: Licence) -> str:
    return next((state for state in clause.states if state != licence.state), clause.states[0])


def _degree(wants: Wants, has: Credentials) -> Finding | None:
    """A degree at the level asked for, and of a field asked for where only certain fields will do."""
    if not wants.degrees:
        return None
    asked = DEGREE_WORDS[wants.degree]
    if has.degrees & wants.degrees or (has.degree is not None and has.degree >= wants.degree and wants.any_field):
        return _finding("degree", Standing.ELIGIBLE, f"{asked} is asked for and held", wants.degree_quotes, has.degree_quotes)
    if has.degree is None:
        return _finding("degree", Standing.UNKNOWN, f"{asked} is asked for; the resume does not say", wants.degree_quotes, ())
    if has.degree >= wants.degree:
        rule = f"{asked} of a certain field is asked for; the resume names no degree of it"
        return _finding("degree", Standing.UNKNOWN, rule, wants.degree_quotes, has.degree_quotes)
    rule = f"{asked} is asked for; the highest the resume names is {DEGREE_WORDS[has.degree]}"
    return _finding("degree", Standing.NOT_ELIGIBLE, rule, wants.degree_quotes, has.degree_quotes)


def _language(wants: Wants, has: Credentials) -> Finding | None:
    if not wants.languages:
        return None
    spoken, refused = (_said_of(wants.languages, told) for told in (has.languages, has.refused))
    names = " or ".join(sorted(concept.partition(".")[2].replace("-", " ").title() for concept in wants.languages))
    standing, said = _told(spoken, refused, "and spoken")
    return _finding("language", standing, f"{names} is asked for{said}", wants.language_quotes, spoken or refused)


def _said_of(concepts: Iterable[str], told: Mapping[str, tuple[Mention, ...]]) -> tuple[Mention, ...]:
    """What a resume says of some concepts, in the order of its text."""
    return tuple(sorted((mention for concept in concepts for mention in told.get(concept, ())), key=lambda mention: (mention.start, mention.concept)))


def _certificates(wants: Wants, has: Credentials) -> Iterable[Finding]:
    for concept, quotes in wants.certificates.items():
        own, refused = has.certificates.get(concept, ()), has.refused.get(concept, ())
        standing, said = _told(own, refused, "and held")
        if standing is Standing.UNKNOWN and not has.works_as(wants.professions):
            standing, said = Standing.NOT_ELIGIBLE, "; the resume is of another profession and names none"
        yield _finding("certification", standing, f"{concept.partition('.')[2].upper()} is asked for{said}", quotes, own or refused)


def _told(own: tuple[Mention, ...], refused: tuple[Mention, ...], yes: str) -> tuple[Standing, str]:
    """How a demand stands by what a resume claims and refuses, and the words for it."""
    if own:
        return Standing.ELIGIBLE, f" {yes}"
    return (Standing.NOT_ELIGIBLE, "; the resume says no") if refused else (Standing.UNKNOWN, "; the resume does not say")


def _finding(what: str, standing: Standing, rule: str, posting: tuple[Mention, ...], resume: tuple[Mention, ...]) -> Finding:
    return Finding(what, standing, rule, RULES_AS_OF, TEXTS, posting, resume)
