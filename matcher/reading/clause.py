"""What a posting demands of licences: any one of the titles it names, else what it says in general words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from matcher.document import Kind
from matcher.profile import Ask, Level, Licence, LicenceClause, Mention, Strength
from matcher.reading.licences import LicenceFinder
from matcher.reading.sections import Section, Sections
from matcher.reading.strength import StrengthReader, clause_around
from matcher.words import Words, either

GENERIC = either(
    r"\b(?:independent(?:ly)?|full(?:y)?|clinical(?:ly)?|unrestricted)[ -](?:clinical )?licen[sc](?:ed?|ure)\b",
    r"\blicen[sc]ed (?:(?:mental|behavioral) health |master.?s[ -]level |behavioral )?"
    r"(?:professional|therapist|clinician|counselor|provider|practitioner)s?\b(?! of)",
    r"\blicen[sc]ed to practice independently|\b(?:current|active|valid|professional|state|clinical)(?: \w+){0,3} licen[sc](?:e|ure)\b(?! plate)",
)
DRIVER = either(r"driver|driving|vehicle|teach")
WELCOME = either(  # what opens a posting to people who are not independent yet
    r"\b(?:associates?|pre-?licensed|provisional(?:ly)? licens\w+|limited licens\w+|interns?|residents?|new grad\w*)\b[^.;\n]{0,30}"
    r"\b(?:welcome|considered|ok|okay|fine|accepted|encouraged|eligible|invited|may apply)",
    r"\blicen[sc](?:ed|e|ure)[ -](?:or[ -](?:licen[sc]e[ -])?)?eligible|\beligib\w+ (?:for|to obtain) (?:\w+ ){0,3}licen[sc]\w+",
    r"\bworking toward|\bpursuing licensure|\bpre-?licensed|\blicensure supervision|\bsupervision hours",
    r"\bsupervision (?:\w+ ){0,3}(?:toward|for) (?:\w+ ){0,3}(?:licen[sc]\w+|LCSW|LPC|LMFT|LMHC|LICSW|LCPC|hours)",
    r"\b(?:within|in) (?:\w+ |\d+ )?(?:months?|years?) of hire",
)
UNWELCOME = either(
    r"\b(?:no|not|cannot|can.?t|unable to|don.?t|won.?t|isn.?t|aren.?t)\b[^.;\n]{0,40}"
    r"\b(?:associates?|interns?|pre-?licensed|provisional|candidates? for licensure|limited license|trainees|supervis\w+)\b",
    r"\b(?:associates?|interns?|pre-?licensed|residents?(?: in \w+)?|LPC-?A|LMSWs?)\b[^.;\n]{0,40}"
    r"\b(?:do not meet|cannot|can.?t|not (?:eligible|accepted|considered|meet)|need not)",
)
MASTERS = ("counseling", "social_work", "marriage_family")
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


class ClauseReader:
    """Reads the licence clause of a posting from the licences found in it."""

    def __init__(self, licences: LicenceFinder, strengths: StrengthReader) -> None:
        self._meaning = licences.meaning
        self._strength = strengths.strength

    def read(self, licences: Iterable[Licence], words: Words, sections: Sections, states: tuple[str, ...], professions: Iterable[str]) -> tuple[LicenceClause, ...]:
        """What the posting demands: any one of the titles it names, else what it says in general words."""
        by_strength: dict[Strength, list[Licence]] = {}
        for licence in licences:
            by_strength.setdefault(licence.mention.strength, []).append(licence)
        firm = by_strength.get(Strength.REQUIRED) or by_strength.get(Strength.CONTEXT) or []
        general, mention = ({}, None) if firm else self._general(words, sections, professions)
        chosen = firm or ([] if general else by_strength.get(Strength.PREFERRED, []))
        asks = general or {ask: None for licence in chosen for ask in self._asks(licence, states)}
        if not asks:
            return ()
        if WELCOME.search(words.text) and not UNWELCOME.search(words.text):
            asks = {replace(ask, level=_lowered(ask.level)): None for ask in asks}
        mentions = dict.fromkeys([mention] if mention else [licence.mention for licence in chosen])
        return (LicenceClause(tuple(asks), bool(firm or general), tuple(mentions), states),)

    def _asks(self, licence: Licence, states: tuple[str, ...]) -> Iterator[Ask]:
        state = licence.state if licence.state in states else states[0] if states else licence.state
        families, level, _ = self._meaning(licence.title, state)
        yield from (Ask(licence.title, family, level) for family in families)

    def _general(self, words: Words, sections: Sections, professions: Iterable[str]) -> tuple[dict[Ask, None], Mention | None]:
        own = [PROFESSION_FAMILIES[concept] for concept in professions if concept in PROFESSION_FAMILIES]
        families = dict.fromkeys(family for listed in own for family in listed) or dict.fromkeys((*MASTERS, "psychology"))
        for match in GENERIC.finditer(words.text):
            section = sections.at(match.start())
            around = words.text[max(0, match.start() - 30) : match.end() + 30]
            if section in (Section.BOILERPLATE, Section.ABOUT, Section.OFFER) or DRIVER.search(around):
                continue
            firm = self._strength(Kind.POSTING, "licence", section, clause_around(words.text, *match.span()))
            if firm in (Strength.REQUIRED, Strength.CONTEXT):
                mention = Mention("licence", *match.span(), Strength.REQUIRED)
                return {Ask(match.group(), family, Level.INDEPENDENT): None for family in families}, mention
        return {}, None


def _lowered(level: Level) -> Level:
    return Level.ASSOCIATE if level in (Level.INDEPENDENT, Level.RESTRICTED, Level.UNKNOWN) else level
