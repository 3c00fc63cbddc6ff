"""What a posting demands of licences: any one of the titles it names, every one of several clauses, or what general words mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from matcher.document import Kind
from matcher.profile import NATIONAL, Ask, Facts, Flag, Level, Licence, LicenceClause, Mention, Strength
from matcher.reading.licences import LicenceFinder, behind_name, runs_of
from matcher.reading.places import Places
from matcher.reading.sections import Section, Sections
from matcher.reading.standing import COLLEAGUES
from matcher.reading.strength import StrengthReader, clause_around
from matcher.sought import sought
from matcher.words import Words, either

GENERIC = sought(
    r"\bLMHP(?:-type)?\b",
    r"\b(?:independent(?:ly)?|full(?:y)?|clinical(?:ly)?|unrestricted)[ -](?:clinical )?licen[sc](?:ed?|ure)\b",
    r"\blicen[sc]ed (?:(?:mental|behavioral) health |master.?s[ -]level |behavioral )?"
    r"(?:professional|therapist|clinician|counselor|provider|practitioner|psychologist)s?\b(?! of)",
    r"\blicen[sc]ed to practice independently|\b(?:licen[sc]ed|licensure) in (?:both )?(?=[A-Z])|\blicen[sc]e to practi[cs]e (?:psychotherapy|counsel|therapy|psychology|social work)|\b(?:current|active|valid|professional|state|clinical)(?: (?!prerequisites|requirements|months|years)\w+){0,3} licen[sc](?:e|ure)\b(?! plate)",
)
DRIVER = either(r"driver|driving|vehicle|teach|nursing home|child.?care licen")
NOT_NEEDED = sought(
    r"\blicen[sc]\w*(?: \w+)? (?:is |are )?not (?:required|needed|necessary)|\bno licen[sc]e\b|\b(?:lapsed|expired|pending) (?:\w+ ){0,2}(?:credential|licen[sc])\w*"
)
NONE_NEEDED = sought(
    r"\bno licen[sc]e (?:is )?(?:needed|required|expected|necessary)\b|\b(?:do not|don.t) need (?:any|a) licen[sc]e\b|\blicen[sc](?:e|ure) (?:is )?not (?:required|needed|necessary)\b"
)
TIERS = r"(?:associates?|pre-?licensed|provisional(?:ly)?(?: licens\w+)?|limited licens\w+|interns?|residents?(?: in \w+)?|trainees|new grad\w*)"
LOWER = rf"(?:{TIERS}|LPC-?A|LMSWs?)"
WELCOME = sought(  # what opens a posting to people who are not independent yet
    rf"\b{TIERS}\b[^.;,\n]{{0,30}}\b(?:welcome|considered|ok|okay|fine|accepted|encouraged|eligible(?! for this)|invited|may apply|: yes)",
    r"\blicen[sc](?:ed|e|ure)(?:[ -]or[ -](?:licen[sc]e[ -])?|,? or |[ -])eligible|\b(?-i:[A-Z]{3,})s?,? \(?or (?:licen[sc]e-)?eligible",
    r"\beligib\w+ (?:for|to (?:obtain|sit for)) (?:\w+ ){0,3}(?:licen[sc]\w+|exam\b)",
    r"\b(?:working|work) towards? (?:\w+ ){0,3}(?:licen[sc]\w+|(?-i:L[A-Z]{2,})\b)|\bpursuing licensure",
    r"(?<!provide )(?<!provides )(?<!gives )(?<!give )\b(?:free |clinical |weekly |group |individual )*supervision (?:\w+ ){0,3}toward\w* (?:\w+ ){0,3}(?:licen[sc]\w+|(?-i:L[A-Z]{2,})\b|hours)",
    r"\bwe (?:\w+ )?(?:provide|offer|pay for) (?:\w+ ){0,3}supervision (?:\w+ )?(?:toward|for)\b|\bsupervision hours (?:signed|provided|included|offered)",
    r"\bor (?:registered |graduate )(?:interns?|associates?)\b|\bwe supervise (?:\w+ )?toward",
    r"\bpending (?:is |are )?(?:ok|okay|fine|welcome|accepted)\b|\bor almost (?:an? )?(?-i:[A-Z]{3,})",
    r"\b(?:exam|application|boards?) (?:date )?(?:is |already )?(?:booked|scheduled|submitted|pending)\b",
)
UNWELCOME = sought(
    rf"\b(?:no|not|cannot|can.?t|unable to|don.?t|won.?t|isn.?t|aren.?t)\b[^.;,\n]{{0,25}}\b{LOWER}\b(?! (?:to|who|you)\b)",
    rf"\b{LOWER}\b[^.;,\n]{{0,30}}\b(?:do not (?:meet|qualify)|(?:cannot|can.?t) (?:be|serve|sign|hold|apply)|not (?:be )?(?:eligible|accepted|considered|admitted|meet)|need not)",
    r"\b(?:we|us)\W+(?:can.?t|cannot|don.?t|do not|are unable to|aren.?t able to)(?: \w+){0,2} supervise\b|\b(?:no one|nobody) (?:\w+ ){0,3}to supervise",
    r"\btoo small to supervise|\bdon.?t have a supervisor|\bno supervising\b|\bnot set up to provide supervision|\bdon.?t need supervised hours",
    r"\b(?:fully|independently) licen[sc]ed (?:(?-i:[A-Z]{2,}) )?only\b|\bnot able to provide supervision|\bindependent,? no one accruing hours",
)
NUMBERS = {
    word: number for number, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])
}
NUMBERS |= {"eighteen": 18, "twenty-four": 24}
WITHIN = sought(
    rf"\b(?:within|no later than|in) (?:the first |your first |about |a maximum of )?(an?|\d{{1,3}}|{'|'.join(NUMBERS)})(?: \(\d+\))?[ -](day|month|year)s?\b"
)
BY_START = sought(
    r"\bability to obtain\b|\bable to obtain\b|\b(?:by|on|before) (?:the |your )?(?:start|first day)(?: date| of work)?\b, not\b|\bnot (?:on )?the day of application"
)
OBTAIN = either(r"licen[sc]|eligib|obtain|registr|LCSW|LPC|LMFT|LMHC|LICSW|credential|certif")
PLUS = either(r"\b(?:and|with|plus|additionally|as well as|together with)\b|\+|&")
PSYCHOLOGIST_AFTER = re.compile(r"^\W*(?:or|and|,|\||/)+\W*(?:an? )?(?:licensed |clinical )*(?:psychologists?|Psy\.?D)\b", re.IGNORECASE)
PSYCHOLOGIST_BEFORE = re.compile(r"\b(?:psychologists?|Psy\.?D\.?)\s*(?:,|/|or|and)\s*(?:an? )?$", re.IGNORECASE)
INDEPENDENT = sought(r"\bindependent(?:ly)?\b|\bfully licen[sc]ed\b|\bunrestricted\b")
HEAD = 200  # characters in which a licence is the title's
SOON = either(r"\beligib|\bobtain|\bexpect|\bable to|\bpending|\bapprov|\bregist|\bcomplet|\bmust (?:be|become|get)")
HIRED = re.compile(r"^\s*(?:of|after|from|following)\b[^.;]{0,20}\b(?:hire|hiring|start|employ|appointment|date)", re.IGNORECASE)
OTHER_PAPERS = either(r"fingerprint|clearance|\bBLS\b|\bCPR\b|\bCPI\b|first aid|crisis.prevention|driver|perinatal|background|\bPPS\b")
DUAL = either(r"\bboth\b|\bdual(?:ly)?\b|\bdouble\b")
ONE_OF = either(r"\bor\b|\beither\b|\bone of\b|\bany of\b")
STATES_AFTER = 90  # characters after "licensed in" in which the states stand
LICENSED_IN = sought(r"\blicen[sc](?:ed|es?|ure)\b[^.;\n]{0,40}\b(?:in|by|from|of|for)\b", r"\b(?:hold|holds|holding|have|with)\b[^.;\n]{0,30}$")
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
        """What the posting demands: the titles it names, else what it says in general words, else what its title means; then what it wishes."""
        text = words.text
        own = [licence for licence in licences if not _role_word(licence, facts.states)]
        firm, wished = _firm(own), [licence for licence in own if licence.mention.strength is Strength.PREFERRED]
        clauses = [self._clause(group, text, places, facts, True) for group in _groups(firm, text)]
        if not firm:
            general = self._general(words, sections, places, facts, professions) or self._implied(text, sections, facts, professions)
            clauses = [general] if general else []
        clauses += [self._clause(group, text, places, facts, False) for group in _groups(wished, text)]
        if NOT_NEEDED.search(_title(text, sections)) or NONE_NEEDED.search(text):
            clauses = [replace(clause, required=False) for clause in clauses]
        asked = [clause for clause in clauses if clause.asks]
        return tuple(self._conditions(clause, text if len(asked) == 1 else _lines_of(text, clause.mentions)) for clause in asked)

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
        level = Level.INDEPENDENT if required and INDEPENDENT.search(text) else None
        asks |= dict.fromkeys(_psychologists(group, text))
        kept = _real_choices(ask if ask.level is not Level.UNKNOWN else replace(ask, level=level or ask.level) for ask in asks)
        return LicenceClause(kept, required, tuple(dict.fromkeys(licence.mention for licence in group)), states, every)

    def _asks(self, licence: Licence, states: tuple[str, ...]) -> Iterator[Ask]:
        state = licence.state if licence.state in states else states[0] if states else None if licence.assumed else licence.state
        families, level, _ = self._finder.meaning(licence.title, state)
        yield from (Ask(licence.title, family, level, licence.supervisor) for family in families)

    def _conditions(self, clause: LicenceClause, text: str) -> LicenceClause:
        """The clause with what the posting says of people on the way to a licence."""
        welcome, unwelcome, months = _openness(text)
        named = {ask.level for ask in clause.asks}
        mixed = Level.ASSOCIATE in named and len(named) > 1
        associates = False if unwelcome else True if welcome or mixed or months else None
        lowered = associates and not (mixed and not welcome)
        asks = tuple(dict.fromkeys(replace(ask, level=_lowered(ask.level)) for ask in clause.asks)) if lowered else clause.asks
        return replace(clause, asks=asks, associates=associates, months=months)

    def _general(self, words: Words, sections: Sections, places: Places, facts: Facts, professions: Iterable[Mention]) -> LicenceClause | None:
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
                states, every = _states_asked((), words.text, places, facts)
                return LicenceClause(asks, True, (mention,), states, every, general=True)
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


def _real_choices(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """The asks without those that are no choice beside the others: behavior analysts and diplomas among clinicians."""
    listed = list(asks)
    clinical = any(ask.family in CLINICAL and ask.level not in PARAPROFESSIONAL for ask in listed)
    return tuple(
        ask for ask in listed if not (clinical and (ask.family == "behavior_analysis" or (ask.level is Level.CERTIFIED and ask.family != "addiction")))
    )


def _lines_of(text: str, mentions: Sequence[Mention]) -> str:
    """The lines in which a clause stands."""
    return "\n".join(dict.fromkeys(text[text.rfind("\n", 0, one.start) + 1 :].partition("\n")[0] for one in mentions))


def _title(text: str, sections: Sections) -> str:
    return "\n".join(text[span.start : span.end] for span in sections.spans if span.section is Section.TITLE)


def _firm(licences: Sequence[Licence]) -> list[Licence]:
    """The licences a posting demands; what its title alone names is widened by what its text takes."""
    required = [licence for licence in licences if licence.mention.strength is Strength.REQUIRED]
    named = [licence for licence in licences if licence.mention.strength is Strength.CONTEXT]
    if any(licence.mention.start > HEAD for licence in required) or not named:
        return required
    return sorted([*required, *named], key=lambda licence: licence.mention.start)


def _groups(licences: Sequence[Licence], text: str) -> list[list[Licence]]:
    """The licences of each clause: "LCSW and LCADC" are two, every other list is one, of which any will do."""
    groups: list[list[Licence]] = []
    for run in _split_runs(licences, text):
        before = groups[-1] if groups else None
        gap = text[before[-1].mention.end : run[0].mention.start] if before else ""
        if before is None or (_unlike(before, run) and _adds(gap, before, run)):
            groups.append(run)
        else:
            before.extend(run)
    dual = DUAL.search(text[max(0, licences[0].mention.start - 40) : licences[-1].mention.end + 40]) if len(licences) == 2 else None
    if len(groups) == 1 and dual and licences[0].title != licences[1].title and not ONE_OF.search(text[licences[0].mention.end : licences[1].mention.start]):
        return [[one] for one in licences]
    return groups


def _split_runs(licences: Iterable[Licence], text: str) -> Iterator[list[Licence]]:
    """The lists of titles, cut where "and" joins a licence of another kind to a list that it does not close."""
    for run in runs_of(licences, text):
        kinds = [_kind(licence) for licence in run]
        last = {kind: number for number, kind in enumerate(kinds)}
        at, reach, comma, choice = 0, 0, False, False  # how far licences like those so far go; whether a comma, or an "or", stands between them
        for number in range(1, len(run)):
            reach = max(reach, last[kinds[number - 1]])
            gap = text[run[number - 1].mention.end : run[number].mention.start]
            oxford = comma and not choice
            state_licence = run[number].title.startswith("LBA")
            if (PLUS.search(gap) or state_licence) and not ONE_OF.search(gap) and not oxford and reach < number:
                yield run[at:number]
                at, reach, comma, choice = number, 0, False, False
            else:
                comma, choice = comma or "," in gap, choice or bool(ONE_OF.search(gap))
        yield run[at:]


def _adds(gap: str, before: Sequence[Licence], run: Sequence[Licence]) -> bool:
    """Whether what stands between two lists makes the second a further demand, not another choice."""
    if ONE_OF.search(gap):
        return False
    if any(licence.title.startswith("LBA") for licence in (*before, *run)):
        return True
    if "/" in gap:
        return False
    firm = all(licence.mention.strength is Strength.REQUIRED for licence in (*before, *run))
    return bool(PLUS.search(gap)) or (firm and bool(re.search(r"[.;\n]", gap)))


def _psychologists(group: Sequence[Licence], text: str) -> Iterator[Ask]:
    """A psychologist named beside the titles of a list: "LCSW, LMFT or PsyD"."""
    if not group or any("psychology" in licence.families for licence in group):
        return
    end = behind_name(text, group[-1].mention.end)
    after = text[end : end + 40]
    before = text[max(0, group[0].mention.start - 30) : group[0].mention.start]
    if PSYCHOLOGIST_AFTER.match(after) or PSYCHOLOGIST_BEFORE.search(before):
        yield Ask("Licensed Psychologist", "psychology", Level.INDEPENDENT)


def _role_word(licence: Licence, states: tuple[str, ...]) -> bool:
    """LMHP is a licence in Nebraska; elsewhere it is a payer's word for several."""
    return licence.title == "LMHP" and "NE" not in states


def _unlike(some: Sequence[Licence], others: Iterable[Licence]) -> bool:
    """Whether two lists add up (clinical and addiction, a national certificate and a state's licence) and do not stand in for each other."""
    kinds = {_kind(licence) for licence in others}
    return not any(_kind(licence) in kinds for licence in reversed(some))


def _kind(licence: Licence) -> tuple[bool, bool]:
    return bool(CLINICAL.intersection(licence.families)), licence.title.startswith("LBA")


def _states_asked(group: Iterable[Licence], text: str, places: Places, facts: Facts) -> tuple[tuple[str, ...], bool]:
    """The states a licence is asked of: those its clause names, else those of the work; and whether all are asked."""
    named = dict.fromkeys(licence.state for licence in group if not licence.assumed and licence.state and licence.state != NATIONAL)
    every = False
    for match in LICENSED_IN.finditer(text):
        line = text[max(0, match.start() - 40) : match.end() + STATES_AFTER].partition("\n")[0]
        found = [] if NEGATED.search(line) else _run(places, text, match.end())
        named |= dict.fromkeys(state for state, _ in found)
        listed = text[match.end() : found[-1][1] + 14] if found else ""
        every = every or (len(found) > 1 and not ONE_OF.search(listed) and bool(EACH.search(listed) or len(found) == 2))
    elsewhere = facts.remote or not facts.place_spans
    own = list(named) if named and (elsewhere or every) else [state for state in named if state in facts.states]
    return tuple(own) or facts.states, every


def _run(places: Places, text: str, at: int) -> list[tuple[str, int]]:
    """The states named one after another from a place on, with where each ends."""
    found: list[tuple[str, int]] = []
    for mention in places.named(at, at + STATES_AFTER):
        gap = text[found[-1][1] if found else at : mention.start]
        if len(gap) > 24 or re.search(r"[.;\n]", gap):
            break
        found.append((mention.state, mention.end))
    return found


@lru_cache(maxsize=16)  # many clauses may stand in one line
def _openness(text: str) -> tuple[bool, bool, int | None]:
    """Whether a text welcomes people who are not independent yet, whether it shuts them out, and by when it wants the licence."""
    return bool(WELCOME.search(text)), bool(UNWELCOME.search(text)), _months(text)


def _months(text: str) -> int | None:
    """Within how many months of hire a licence may follow; 0: by the first day."""
    for match in WITHIN.finditer(text):
        before = text[max(text.rfind("\n", 0, match.start()) + 1, match.start() - 90) : match.start()]
        after = text[match.end() : match.end() + 40].partition("\n")[0]
        if (
            (OBTAIN.search(before) or re.search(r"\b[A-Z]{3,}", before))
            and not OTHER_PAPERS.search(before[-60:])
            and (SOON.search(before) or HIRED.search(after))
        ):
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
