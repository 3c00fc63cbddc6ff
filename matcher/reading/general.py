"""A licence asked for without a title: in general words, or by a title that no one may bear without one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from matcher.document import Kind
from matcher.profile import Ask, Facts, Level, LicenceClause, Mention, Strength
from matcher.reading.asked_states import AskedStates
from matcher.reading.conditions import NOT_NEEDED
from matcher.reading.places import Places
from matcher.reading.sections import Section, Sections
from matcher.reading.standing import COLLEAGUES
from matcher.reading.strength import StrengthReader, clause_around
from matcher.sought import sought
from matcher.words import either

GENERIC = sought(
    r"\bLMHP(?:-type)?\b",
    r"\b(?:independent(?:ly)?|full(?:y)?|clinical(?:ly)?|unrestricted)[ -](?:clinical )?licen[sc](?:ed?|ure)\b",
    r"\blicen[sc]ed (?:(?:mental|behavioral) health |master.?s[ -]level |behavioral )?"
    r"(?:professional|therapist|clinician|counselor|provider|practitioner|psychologist)s?\b(?! of)",
    r"\blicen[sc]ed or certified (?:by (?:a|the|any) state )?(?:to independently practice|at the (?:advanced|independent))"
    r"|\blicen[sc]ed at the (?:advanced|independent)"
    r"|\blicen[sc]ed to practice independently|\b(?:licen[sc]ed|licensure) in (?:both )?(?=[A-Z])"
    r"|\blicen[sc]e to practi[cs]e (?:psychotherapy|counsel|therapy|psychology|social work)|\b(?:current|active|valid|professional"
    r"|state|clinical)(?: (?!prerequisites|requirements|months|years)\w+){0,3} licen[sc](?:e|ure)\b(?! plate)",
)
DRIVER = either(r"driver|driving|vehicle|teach|nursing home|child.?care licen")
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


ON_ONES_OWN = sought(r"\bindependent(?:ly)? practi|\bpractice independently|\bindependent level|\badvanced practice level")
ANY_OF = either(r"\bone of\b|\bany of\b|\beither\b")
BEFORE_LIST = 300  # characters before general words in which "one of" makes them one of several
ITEM = re.compile(r"\W*(?:\(?\w{1,2}[.)]|[-•*])\s")
BESIDE = 100  # characters behind general words in which the field of the licence is named
FIELDS = {
    "psychology": either(r"\bpsycholog(?:y|ists?)\b"),
    "addiction": either(
        r"\b(?:substance (?:use|abuse)|alcohol and (?:other )?drug|addictions?|chemical dependency) (?:disorder )?(?:counsel|treatment|professional)"
    ),
    "social_work": either(r"\bsocial work"),
    "marriage_family": either(r"\bmarriage and family"),
    "nursing": either(r"\bnurs(?:e|ing)\b"),
    "counseling": either(r"\b(?:professional|mental health) counsel"),
}


def _line(text: str, match: re.Match[str]) -> int:
    """Where the item of a list begins in which general words stand: "a) Social Worker - licensed at the independent level"."""
    begin = text.rfind("\n", 0, match.start()) + 1
    return begin if ITEM.match(text, begin) and match.start() - begin < BESIDE else match.start()


def _fields(text: str) -> dict[str, None]:
    """The families named in the sentence that asks for a licence."""
    sentence = text.partition("\n")[0].partition(". ")[0]
    return dict.fromkeys(family for family, words in FIELDS.items() if words.search(sentence))


class GeneralReader:
    """Reads the licence clause of a posting that names no title."""

    def __init__(self, strengths: StrengthReader) -> None:
        self._strength = strengths.strength

    def read(self, text: str, sections: Sections, places: Places, facts: Facts, professions: Iterable[Mention]) -> LicenceClause | None:
        """What general words ask for, else what the title means; None where neither asks for a licence."""
        titled = list(professions)
        return self._general(text, sections, places, facts, titled) or implied(text, sections, facts, titled)

    def _general(self, text: str, sections: Sections, places: Places, facts: Facts, professions: Iterable[Mention]) -> LicenceClause | None:
        own = [PROFESSION_FAMILIES[one.concept] for one in professions if one.concept in PROFESSION_FAMILIES]
        families = dict.fromkeys(family for listed in own for family in listed) or dict.fromkeys((*MASTERS, "psychology"))
        spoken: list[re.Match[str]] = []
        for match in GENERIC.finditer(text):
            section = sections.at(match.start())
            around = text[max(0, match.start() - 30) : match.end() + 30]
            if (
                section in (Section.BOILERPLATE, Section.ABOUT, Section.OFFER)
                or DRIVER.search(around)
                or COLLEAGUES.search(text[max(0, match.start() - 60) : match.start()])
            ):
                continue
            firm = self._strength(Kind.POSTING, "licence", section, clause_around(text, *match.span()))
            if firm in (Strength.REQUIRED, Strength.CONTEXT):
                spoken.append(match)
                if not ANY_OF.search(text, max(0, spoken[0].start() - BEFORE_LIST), spoken[0].start()):
                    break
        if not spoken:
            return None
        meant = dict.fromkeys(family for match in spoken for family in _fields(text[_line(text, match) : match.end() + BESIDE])) or families
        asks = tuple(Ask(spoken[0].group(), family, Level.INDEPENDENT) for family in meant)
        mentions = tuple(Mention("licence", *match.span(), Strength.REQUIRED) for match in spoken)
        states, every = AskedStates(text, places, facts).of(())
        return LicenceClause(asks, True, mentions, states, every, general=True)


def implied(text: str, sections: Sections, facts: Facts, professions: Iterable[Mention]) -> LicenceClause | None:
    """The licence that a title such as Staff Psychologist stands for."""
    own = [one for one in professions if sections.at(one.start) is Section.TITLE]
    federal = [one for one in own if facts.federal and one.concept in FEDERAL_REGULATED]
    titled = federal or (own if all(one.concept in REGULATED for one in own) else [])
    if not titled or facts.foreign or LEARNER.search(title_of(text, sections)) or NOT_NEEDED.search(text):
        return None
    name = text[titled[0].start : titled[0].end]
    families = dict.fromkeys(family for one in titled for family in PROFESSION_FAMILIES[one.concept])
    entry = federal and not ON_ONES_OWN.search(text)
    level = Level.RESTRICTED if entry else Level.INDEPENDENT
    asks = tuple(Ask(name, family, level) for family in families)
    return LicenceClause(asks, True, tuple(titled), facts.states, general=True)


def title_of(text: str, sections: Sections) -> str:
    """The title lines of a posting."""
    return "\n".join(text[span.start : span.end] for span in sections.spans if span.section is Section.TITLE)
