"""What work a text is of: by its title, and by its duties where these say otherwise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from matcher.document import Kind
from matcher.profile import Flag, Level, Licence, LicenceClause, Mention, Strength
from matcher.reading.sections import Section, Sections
from matcher.sought import sought
from matcher.vocabulary import Vocabulary
from matcher.words import either

HEADLINE = 400  # characters at the top of a resume in which a profession is the person's own
SELF = either(r"\b(?:as|am|became|I.m|myself) an? (?:\w+ )?$|\bas (?:\w+ )?$")  # words that make a profession in small letters one's own
COLLEAGUE = either(  # words before a profession on a resume that make it somebody else's
    r"\b(?:with|alongside|under|by|(?:report|refer)\w* to|assist(?:s|ed|ing)?)(?:,? (?:and|or|an?|the|our|their|other|licensed|clinical"
    r"|staff|attending|supervising|(?:psychiatr|psycholog|physician|doctor|nurse|social worker|therapist|counselor|teacher|parent)\w*))*,? $"
)
NOT_MENTAL = either(r"\b(?:housing|financial|credit|debt|lactation|genetic|admissions|enrollment|camp|legal|travel|loan) $")  # such counselors
HIRING = either(
    r"\b(?:seek\w*|looking for|hir(?:e|es|ing)|recruit\w*|need\w*|join\w*|openings?|positions?|vacanc\w+|apply|role|wanted|open to|you|as an?)\b[^.;\n]*$"
)
HIRING_CHARACTERS = 90  # before several people of a profession, within which such words make it the one sought
PLAIN = either(  # a title that names a clinician in one word
    r"(?<!vision )(?<!rehabilitation )(?<!physical )(?<!occupational )(?<!speech )(?<!massage )(?<!respiratory )(?<!recreation )(?<!recreational )"
    r"\b(?P<therapist>(?:psycho)?therapist|clinician)s?\b"
    r"|(?<!camp )(?<!admissions )(?<!financial )(?<!genetic )(?<!credit )(?<!enrollment )\b(?P<counselor>counsell?or)s?\b"
)
NO_THERAPY = sought(
    r"\bno (?:psycho)?therapy\b(?! experience)|\bnot (?:an? )?(?:therapy|clinical|therapist|treatment) (?:role|position|job|post)\b"
    r"|\bno direct (?:care|treatment|client care)\b",
    r"\b(?:does not|do not|don.t|doesn.t|won.t|will not) (?:provide|do|conduct|deliver|offer) (?:any )?(?:psycho)?(?:therapy|counseling|treatment)\b",
)
THERAPY = "profession.therapist"
CLINICAL = frozenset({"counseling", "social_work", "marriage_family", "psychology"})
BELOW = frozenset({Level.BACHELOR, Level.CERTIFIED, Level.TRAINEE})
FRAMES = frozenset({"modality.trauma-informed", "modality.psychoeducation", "modality.strengths", "modality.harm-reduction"})
BACHELORS = frozenset({"degree.bsw", "degree.bachelor", "degree.ba-psychology", "degree.ba-human-services", "degree.associate", "degree.high-school"})
COLLEAGUE_CHARACTERS = 60  # before a profession, within which such words stand
ENOUGH = 2  # kinds of duties that make a role
CLEARLY = 3  # kinds of therapy that make a therapist of a case manager


class ProfessionReader:
    """Reads professions by the roles of the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._roles = vocabulary.roles
        self._ancestors = vocabulary.ancestors
        self._name = vocabulary.name

    def titled(self, mentions: Iterable[Mention], sections: Sections, text: str, kind: Kind, licences: Sequence[Licence]) -> tuple[Mention, ...]:
        """The professions a text says it is of; those inside a licence's name are the licence."""
        named = sorted((licence.mention.start, licence.mention.end) for licence in licences)
        starts, ends = [start for start, _ in named], [0, *accumulate((end for _, end in named), max)]
        own = [mention for mention in mentions if mention.concept.startswith("profession.") and mention.strength is not Strength.EXCLUDED]
        own = [one for one in own if not NOT_MENTAL.search(text[max(0, one.start - 20) : one.start])]
        own = [one for one in own if one.concept != "profession.intern" or one.end > ends[bisect_right(starts, one.start)]]
        if kind is Kind.RESUME:
            return tuple(one for one in own if _is_job(one, text) and (one.start < HEADLINE or sections.at(one.start) in (Section.EXPERIENCE, Section.BODY)))
        in_title = [mention for mention in own if sections.at(mention.start) is Section.TITLE]
        return tuple(in_title or _plain(text, sections) or [one for one in own if _is_sought(one, text)][:3])

    def by_duties(
        self, titled: tuple[Mention, ...], mentions: Sequence[Mention], clauses: Sequence[LicenceClause], text: str
    ) -> tuple[tuple[Mention, ...], tuple[Flag, ...]]:
        """The professions of a posting with those its duties show instead of its title, and a flag that says so."""
        if not titled or "\n" in text[: titled[0].start].lstrip():  # the first line, which is the title where there is one, says nothing of it
            return titled, ()
        shown = {role: self._shown(concepts, mentions) for role, concepts in self._roles.items()}
        therapy = self._therapy(shown, mentions)
        said = NO_THERAPY.search(text)
        if self._is_therapist(titled):
            other = max((role for role in shown if role != THERAPY), key=lambda role: len(shown[role]))
            licensed = any(ask.family in CLINICAL and ask.level not in BELOW for clause in clauses for ask in clause.asks)
            contradicted = (said and not therapy) or (not therapy and not licensed and len(shown[other]) >= ENOUGH)
            if contradicted and shown[other]:
                return self._instead(titled, other, shown[other])
        elif len(therapy) >= CLEARLY and not said and _is_case_manager(titled, mentions, clauses):
            return self._instead(titled, THERAPY, shown[THERAPY])
        return titled, ()

    def _is_therapist(self, titled: Iterable[Mention]) -> bool:
        """Whether a title says that the work is therapy; social workers do many kinds of work."""
        return any(THERAPY in self._ancestors.get(one.concept, ()) for one in titled)

    def _shown(self, concepts: frozenset[str], mentions: Iterable[Mention]) -> dict[str, Mention]:
        """The duties that show a role, each by its first mention."""
        found: dict[str, Mention] = {}
        for mention in mentions:
            if mention.concept in concepts and mention.strength not in (Strength.EXCLUDED, Strength.OFFERED):
                found.setdefault(mention.concept, mention)
        return found

    def _therapy(self, shown: Mapping[str, Mapping[str, Mention]], mentions: Iterable[Mention]) -> frozenset[str]:
        """The kinds of therapy a posting names as its work."""
        methods = {
            one.concept
            for one in mentions
            if one.concept.startswith("modality.")
            and not one.concept.startswith("modality.aba")
            and one.concept not in FRAMES
            and one.strength not in (Strength.EXCLUDED, Strength.OFFERED)
        }
        return frozenset({*shown[THERAPY], *methods})

    def _instead(self, titled: tuple[Mention, ...], role: str, shown: Mapping[str, Mention]) -> tuple[tuple[Mention, ...], tuple[Flag, ...]]:
        title, duties = titled[0], ", ".join(self._name(concept).lower() for concept in shown)
        message = f"the title says {self._name(title.concept).lower()}; the duties are those of a {self._name(role).lower()}: {duties}"
        kept = tuple(Mention(role, one.start, one.end, one.strength) for one in shown.values())
        return kept, (Flag("title_duties", message, title),)


def _plain(text: str, sections: Sections) -> list[Mention]:
    """The profession of a title that says no more than "Therapist"."""
    titles = (PLAIN.search(text, span.start, span.end) for span in sections.spans if span.section is Section.TITLE)
    match = next(filter(None, titles), None)
    return [Mention(f"profession.{match.lastgroup}", *match.span(), Strength.REQUIRED)] if match else []


def _is_sought(mention: Mention, text: str) -> bool:
    """Whether a posting whose title says nothing seeks the profession: several people of it are else its colleagues."""
    several = text[mention.end - 1] == "s" or text[mention.end : mention.end + 2] == "s "
    return not several or bool(HIRING.search(text[max(0, mention.start - HIRING_CHARACTERS) : mention.start]))


def _is_case_manager(titled: Iterable[Mention], mentions: Iterable[Mention], clauses: Iterable[LicenceClause]) -> bool:
    """Whether a title says case manager and no more, and not a bachelor's degree is all that is asked for."""
    asked = {one.concept for one in mentions if one.strength is Strength.REQUIRED and one.concept.startswith("degree.")}
    return all(one.concept == "profession.case-manager" for one in titled) and not (asked and asked <= BACHELORS and not any(clauses))


def _is_job(mention: Mention, text: str) -> bool:
    words = text[mention.start : mention.end]
    if COLLEAGUE.search(text[max(0, mention.start - COLLEAGUE_CHARACTERS) : mention.start]):
        return False
    return not words.endswith("s") and (words[0].isupper() or bool(SELF.search(text[max(0, mention.start - 20) : mention.start])))
