"""What a posting demands of licences: any one of the titles it names, every one of several clauses, or what general words mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from matcher.document import Kind
from matcher.profile import Ask, Facts, Flag, Level, Licence, LicenceClause, Mention, Strength
from matcher.reading.licences import COLLEAGUES, LicenceFinder
from matcher.reading.places import Places
from matcher.reading.sections import Section, Sections
from matcher.reading.strength import StrengthReader, clause_around
from matcher.words import Words, either

GENERIC = either(
    r"\b(?:independent(?:ly)?|full(?:y)?|clinical(?:ly)?|unrestricted)[ -](?:clinical )?licen[sc](?:ed?|ure)\b",
    r"\blicen[sc]ed (?:(?:mental|behavioral) health |master.?s[ -]level |behavioral )?"
    r"(?:professional|therapist|clinician|counselor|provider|practitioner|psychologist)s?\b(?! of)",
    r"\blicen[sc]ed to practice independently|\b(?:current|active|valid|professional|state|clinical)(?: (?!prerequisites|requirements|months|years)\w+){0,3} licen[sc](?:e|ure)\b(?! plate)",
)
DRIVER = either(r"driver|driving|vehicle|teach|nursing home|child.?care licen")
NOT_NEEDED = either(
    r"\blicen[sc]\w*(?: \w+)? (?:is |are )?not (?:required|needed|necessary)|\bno licen[sc]e\b|\b(?:lapsed|expired|pending) (?:\w+ ){0,2}(?:credential|licen[sc])\w*"
)
TIERS = r"(?:associates?|pre-?licensed|provisional(?:ly)?(?: licens\w+)?|limited licens\w+|interns?|residents?(?: in \w+)?|trainees|new grad\w*|LPC-?A|LMSWs?)"
WELCOME = either(  # what opens a posting to people who are not independent yet
    rf"\b{TIERS}\b[^.;,\n]{{0,30}}\b(?:welcome|considered|ok|okay|fine|accepted|encouraged|eligible(?! for this)|invited|may apply|: yes)",
    r"\blicen[sc](?:ed|e|ure)(?:[ -]or[ -](?:licen[sc]e[ -])?|,? or |[ -])eligible|\b[A-Z]{3,}s?,? \(?or (?:licen[sc]e-)?eligible",
    r"\beligib\w+ (?:for|to (?:obtain|sit for)) (?:\w+ ){0,3}(?:licen[sc]\w+|exam\b)",
    r"\b(?:working|work) towards? (?:\w+ ){0,3}(?:licen[sc]\w+|L[A-Z]{2,}\b)|\bpursuing licensure",
    r"(?<!provide )(?<!provides )(?<!gives )(?<!give )\b(?:free |clinical |weekly |group |individual )*supervision (?:\w+ ){0,3}toward\w* (?:\w+ ){0,3}(?:licen[sc]\w+|L[A-Z]{2,}\b|hours)",
    r"\bwe (?:\w+ )?(?:provide|offer|pay for) (?:\w+ ){0,3}supervision (?:\w+ )?(?:toward|for)\b|\bsupervision hours (?:signed|provided|included|offered)",
    r"\bpending (?:is |are )?(?:ok|okay|fine|welcome|accepted)\b|\bor almost (?:an? )?[A-Z]{3,}",
    r"\b(?:exam|application|boards?) (?:date )?(?:is |already )?(?:booked|scheduled|submitted|pending)\b",
)
UNWELCOME = either(
    rf"\b(?:no|not|cannot|can.?t|unable to|don.?t|won.?t|isn.?t|aren.?t)\b[^.;,\n]{{0,25}}\b{TIERS}\b(?! (?:to|who|you)\b)",
    rf"\b{TIERS}\b[^.;,\n]{{0,30}}\b(?:do not (?:meet|qualify)|(?:cannot|can.?t) (?:be|serve|sign|hold|apply)|not (?:be )?(?:eligible|accepted|considered|admitted|meet)|need not)",
    r"\b(?:we|us)\W+(?:can.?t|cannot|don.?t|do not|are unable to|aren.?t able to)(?: \w+){0,2} supervise\b|\b(?:no one|nobody) (?:\w+ ){0,3}to supervise",
    r"\btoo small to supervise|\bdon.?t have a supervisor|\bno supervising\b|\bnot set up to provide supervision|\bdon.?t need supervised hours",
    r"\b(?:fully|independently) licen[sc]ed only\b|\bindependent,? no one accruing hours",
)
NUMBERS = {word: number for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
NUMBERS |= {"eighteen": 18, "twenty-four": 24}
WITHIN = re.compile(
    rf"\b(?:within|no later than|in) (?:the first |your first |about |a maximum of )?(an?|\d{{1,3}}|{'|'.join(NUMBERS)})[ -](day|month|year)s?\b", re.IGNORECASE
)
BY_START = either(
    r"\bability to obtain\b|\bable to obtain\b|\b(?:by|on|before) (?:the |your )?(?:start|first day)(?: date| of work)?\b, not\b|\bnot (?:on )?the day of application"
)
OBTAIN = either(r"licen[sc]|eligib|obtain|registr|LCSW|LPC|LMFT|LMHC|LICSW|credential|certif")
JOINED = re.compile(
    r"^\W*(?:licen[sc]e\w*|credential\w*|certifi\w*|\(\w[\w-]*\))?\W*(?:and|with|plus|\+|&|as well as)\s+(?:an? |also |the |their )?(?:\w+ ){0,2}$",
    re.IGNORECASE,
)
SOON = either(r"\beligib|\bobtain|\bexpect|\bable to|\bpending|\bapprov|\bregist|\bcomplet|\bmust (?:be|become|get)")
HIRED = re.compile(r"^\s*(?:of|after|from|following)\b[^.;]{0,20}\b(?:hire|hiring|start|employ|appointment|date)", re.IGNORECASE)
OTHER_PAPERS = either(r"fingerprint|clearance|\bBLS\b|\bCPR\b|\bCPI\b|first aid|crisis.prevention|driver|perinatal|background|\bPPS\b")
DUAL = either(r"\bboth\b|\bdual(?:ly)?\b|\bdouble\b")
ONE_OF = either(r"\bor\b|\beither\b|\bone of\b|\bany of\b")
STATES_AFTER = 90  # characters after "licensed in" in which the states stand
LICENSED_IN = either(r"\blicen[sc](?:ed|es?|ure)\b[^.;\n]{0,40}\b(?:in|by|from|of|for)\b", r"\b(?:hold|holds|holding|have|with)\b[^.;\n]{0,30}$")
NEGATED = either(r"\b(?:not|no|cannot|isn.t|aren.t|doesn.t|won.t|can.t|never|nor)\b")
EACH = either(r"\bboth\b|\beach\b|\ball\b|\bas well as\b|\bdual(?:ly)?[ -]licen")
MASTERS = ("counseling", "social_work", "marriage_family")
CLINICAL = frozenset({*MASTERS, "psychology", "medicine", "nursing"})
PARAPROFESSIONAL = frozenset({Level.BACHELOR, Level.CERTIFIED, Level.TRAINEE})
PROFESSION_FAMILIES = {  # whose licence a posting means that asks for "a licence"
    "profession.psychologist": ("psychology",),
    "profession.neuropsychologist": ("psychology",),
    "profession.forensic-psychologist": ("psychology",),
    "profession.school-psychologist": ("school", "psychology"),
    "profession.school-counselor": ("school",),
    "profession.counselor": ("counseling",),
    "profession.social-worker": ("social_work",),
    "profession.clinical-social-worker": ("social_work",),
    "profession.school-social-worker": ("social_work", "school"),
    "profession.mft": ("marriage_family",),
    "profession.addiction-counselor": ("addiction", *MASTERS),
    "profession.pmhnp": ("nursing",),
    "profession.psychiatric-nurse": ("nursing",),
    "profession.prescriber": ("nursing", "medicine"),
    "profession.psychiatrist": ("medicine",),
    "profession.behavior-analyst": ("behavior_analysis",),
}
REGULATED = frozenset(  # whose title no one may bear without a licence, so that the title asks for one
    [
        "profession.psychologist",
        "profession.neuropsychologist",
        "profession.forensic-psychologist",
        "profession.pmhnp",
        "profession.psychiatrist",
        "profession.prescriber",
    ]
)
FEDERAL_REGULATED = frozenset(["profession.social-worker", "profession.clinical-social-worker"])  # series 0185: licensed at the master's level
EQUALS = either(r"\b(?:all |equally )+welcome|\bany of (?:these|them)\b|\bconsidered\b")
LEARNER = either(
    r"\b(?:intern\w*|extern\w*|practicum|student|fellow\w*|trainee|assistant|technician|associate|aide|resident|post-?doc\w*|coordinator|navigator|wellbeing)\b"
)


class ClauseReader:
    """Reads the licence clauses of a posting from the licences found in it."""

    def __init__(self, licences: LicenceFinder, strengths: StrengthReader) -> None:
        self._finder = licences
        self._strength = strengths.strength

    def read(
        self, licences: Sequence[Licence], words: Words, sections: Sections, places: Places, facts: Facts, professions: Sequence[Mention]
    ) -> tuple[LicenceClause, ...]:
        """What the posting demands: the titles it names, else what it says in general words, else what its title means."""
        by_strength: dict[Strength, list[Licence]] = {}
        for licence in licences:
            by_strength.setdefault(licence.mention.strength, []).append(licence)
        firm = by_strength.get(Strength.REQUIRED) or by_strength.get(Strength.CONTEXT) or []
        wished = by_strength.get(Strength.PREFERRED, [])
        equals = bool(wished) and bool(EQUALS.search(_line_of(words.text, wished[0].mention.start)))
        general = None if firm or equals else self._general(words, sections, facts, professions) or self._implied(words.text, sections, facts, professions)
        if general:
            return (self._conditions(general, words.text),)
        required = bool(firm) or equals
        if NOT_NEEDED.search(_title(words.text, sections)):
            required = False
        clauses = [self._clause(group, words.text, places, facts, required) for group in _groups(firm or wished, words.text)]
        return tuple(self._conditions(clause, words.text) for clause in clauses if clause.asks)

    def flags(self, clauses: Iterable[LicenceClause], licences: Iterable[Licence]) -> Iterator[Flag]:
        """Titles that none of the posting's states issues, where the clause names no title of the family that one does."""
        for clause in clauses:
            for ask in clause.asks:
                if clause.general or not clause.states or any(self._finder.issued(ask.title, state) for state in clause.states):
                    continue
                native = [
                    other for other in clause.asks if other.family == ask.family and any(self._finder.issued(other.title, state) for state in clause.states)
                ]
                mention = next((licence.mention for licence in licences if licence.title == ask.title), clause.mentions[0])
                meant = self._finder.local_title(ask.family, ask.level, clause.states[0])
                if not native and meant:
                    where = " or ".join(clause.states)
                    yield Flag(
                        "wrong_state_title",
                        f"{where} issues no {ask.title}; read as {meant}, its {ask.family.replace('_', ' ')} licence of that level",
                        mention,
                    )

    def _clause(self, group: Sequence[Licence], text: str, places: Places, facts: Facts, required: bool) -> LicenceClause:
        states, every = _states_asked(group, text, places, facts)
        asks = dict.fromkeys(ask for licence in group for ask in self._asks(licence, states))
        return LicenceClause(_real_choices(asks, text, group), required, tuple(dict.fromkeys(licence.mention for licence in group)), states, every)

    def _asks(self, licence: Licence, states: tuple[str, ...]) -> Iterator[Ask]:
        state = licence.state if licence.state in states else states[0] if states else None if licence.assumed else licence.state
        families, level, _ = self._finder.meaning(licence.title, state)
        yield from (Ask(licence.title, family, level, licence.supervisor) for family in families)

    def _conditions(self, clause: LicenceClause, text: str) -> LicenceClause:
        """The clause with what the posting says of people on the way to a licence."""
        welcome, unwelcome = bool(WELCOME.search(text)), bool(UNWELCOME.search(text))
        associates = False if unwelcome else True if welcome else None
        months = _months(text)
        lowered = associates or (months is not None and associates is None)
        asks = tuple(dict.fromkeys(replace(ask, level=_lowered(ask.level)) for ask in clause.asks)) if lowered else clause.asks
        obtained = months is not None and all(ask.level in PARAPROFESSIONAL or ask.family == "general" for ask in clause.asks)
        return replace(clause, asks=asks, associates=associates, months=months, required=clause.required and not obtained)

    def _general(self, words: Words, sections: Sections, facts: Facts, professions: Iterable[Mention]) -> LicenceClause | None:
        own = [PROFESSION_FAMILIES[one.concept] for one in professions if one.concept in PROFESSION_FAMILIES]
        families = dict.fromkeys(family for listed in own for family in listed) or dict.fromkeys((*MASTERS, "psychology"))
        for match in GENERIC.finditer(words.text):
            section = sections.at(match.start())
            around = words.text[max(0, match.start() - 30) : match.end() + 30]
            if (
                section in (Section.BOILERPLATE, Section.ABOUT, Section.OFFER)
                or DRIVER.search(around)
                or COLLEAGUES.search(words.text[max(0, match.start() - 60) : match.start()])
            ):
                continue
            firm = self._strength(Kind.POSTING, "licence", section, clause_around(words.text, *match.span()))
            if firm in (Strength.REQUIRED, Strength.CONTEXT):
                mention = Mention("licence", *match.span(), Strength.REQUIRED)
                asks = tuple(Ask(match.group(), family, Level.INDEPENDENT) for family in families)
                return LicenceClause(asks, True, (mention,), facts.states, general=True)
        return None

    def _implied(self, text: str, sections: Sections, facts: Facts, professions: Iterable[Mention]) -> LicenceClause | None:
        """The licence that a title such as Staff Psychologist stands for."""
        own = [one for one in professions if sections.at(one.start) is Section.TITLE]
        federal = [one for one in own if facts.federal and one.concept in FEDERAL_REGULATED]
        titled = federal or (own if all(one.concept in REGULATED for one in own) else [])
        if not titled or facts.foreign or LEARNER.search(_title(text, sections)) or NOT_NEEDED.search(text):
            return None
        name = text[titled[0].start : titled[0].end]
        families = dict.fromkeys(family for one in titled for family in PROFESSION_FAMILIES[one.concept])
        level = Level.RESTRICTED if federal else Level.INDEPENDENT
        asks = tuple(Ask(name, family, level) for family in families)
        return LicenceClause(asks, True, tuple(titled), facts.states, general=True)


def _real_choices(asks: Iterable[Ask], text: str, group: Sequence[Licence]) -> tuple[Ask, ...]:
    """The asks without those that are no choice beside the others: technicians and diplomas among clinicians, BCBA beside the state's licence."""
    listed = list(asks)
    clinical = any(ask.family in CLINICAL and ask.level not in PARAPROFESSIONAL for ask in listed)
    kept = [ask for ask in listed if not (clinical and ask.level is Level.CERTIFIED and ask.family != "addiction")]
    state_licensed = any(ask.title.startswith("LBA") for ask in kept)
    if state_licensed and not any(ONE_OF.search(text[before.mention.end : after.mention.start]) for before, after in pairwise(group)):
        kept = [ask for ask in kept if not ask.title.startswith("BCBA")]
    return tuple(kept)


def _line_of(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0]


def _title(text: str, sections: Sections) -> str:
    return text[: max((span.end for span in sections.spans if span.section is Section.TITLE), default=0)]


def _groups(licences: Sequence[Licence], text: str) -> list[list[Licence]]:
    """The licences of each clause: "LCSW and LCADC" are two, every other list is one, of which any will do."""
    for before, after in pairwise(licences):
        between = text[before.mention.end : after.mention.start]
        if before.mention == after.mention or not JOINED.match(between) or set(before.families) & set(after.families):
            continue
        around = text[max(0, before.mention.start - 60) : after.mention.end + 40]
        listed = [one for one in licences if one.mention not in (before.mention, after.mention) and abs(one.mention.start - before.mention.start) < 60]
        if (not listed and "/" not in between and not ONE_OF.search(between) and _unlike(before, after)) or DUAL.search(around):
            second = [one for one in licences if one.title == after.title]
            first = [one for one in licences if one.title != after.title]
            return [first, second] if first and second else [list(licences)]
    return [list(licences)] if licences else []


def _unlike(one: Licence, other: Licence) -> bool:
    """Whether two licences joined by 'and' are of kinds that add up (clinical and addiction), not of kinds that stand in for each other."""
    kinds = [bool(CLINICAL.intersection(licence.families)) for licence in (one, other)]
    return kinds[0] != kinds[1]


def _states_asked(group: Iterable[Licence], text: str, places: Places, facts: Facts) -> tuple[tuple[str, ...], bool]:
    """The states a licence is asked of: those its clause names, else those of the work; and whether all are asked."""
    named: dict[str, None] = {}
    every = False
    for licence in group:
        if not licence.assumed and licence.state and len(licence.state) == 2 and licence.state != "US":
            named[licence.state] = None
    for match in LICENSED_IN.finditer(text):
        if NEGATED.search(text[max(0, match.start() - 40) : match.end() + STATES_AFTER].partition("\n")[0]):
            continue
        found = _run(places, text, match.end())
        named.update(dict.fromkeys(state for state, _ in found))
        stretch = text[match.start() : found[-1][1]] if found else ""
        every = every or (len(found) > 1 and not ONE_OF.search(text[match.end() : found[-1][1]]) and bool(EACH.search(stretch) or len(found) == 2))
    own = [state for state in named if state in facts.states] or (list(named) if named and (facts.remote or not facts.states) else [])
    return tuple(dict.fromkeys((*own, *(named if every else ())))) or facts.states, every


def _run(places: Places, text: str, at: int) -> list[tuple[str, int]]:
    """The states named one after another from a place on, with where each ends."""
    found: list[tuple[str, int]] = []
    for mention in places.named(at, at + STATES_AFTER):
        gap = text[found[-1][1] if found else at : mention.start]
        if len(gap) > 24 or re.search(r"[.;\n]", gap):
            break
        found.append((mention.state, mention.end))
    return found


def _months(text: str) -> int | None:
    """Within how many months of hire a licence may follow; 0: by the first day."""
    for match in WITHIN.finditer(text):
        before = text[max(text.rfind("\n", 0, match.start()) + 1, match.start() - 90) : match.start()]
        after = text[match.end() : match.end() + 40].partition("\n")[0]
        if OBTAIN.search(before) and not OTHER_PAPERS.search(before[-60:]) and (SOON.search(before) or HIRED.search(after)):
            number = match.group(1).lower()
            count = NUMBERS.get(number) or (int(number) if number.isdigit() else 1)
            unit = match.group(2).lower()
            return count * 12 if unit == "year" else -(-count // 30) if unit == "day" else count
    return next((0 for match in BY_START.finditer(text) if _by_start(text, match)), None)


def _by_start(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 60) : match.end() + 60]
    return bool(OBTAIN.search(around)) and not OTHER_PAPERS.search(around)


def _lowered(level: Level) -> Level:
    return Level.ASSOCIATE if level in (Level.INDEPENDENT, Level.RESTRICTED, Level.UNKNOWN) else level
