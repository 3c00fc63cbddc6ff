"""What a posting demands and a resume holds of licences, degrees, languages and certificates, made ready to be judged often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from matcher.profile import NATIONAL, Level, Licence, LicenceClause, Mention, Profile, Strength
from matcher.vocabulary import Vocabulary

LEVELS = {"degree.associate": 1, "degree.bachelor": 2, "degree.master": 3, "degree.doctorate": 4}
BY_FAMILY = {  # the degree that a licence at or above the associate tier implies (domain reference, 4.1)
    "counseling": 3,
    "social_work": 3,
    "marriage_family": 3,
    "psychology": 4,
    "creative_arts": 3,
    "school": 3,
    "medicine": 4,
}
REACH = {  # how far the right to work alone goes
    Level.INDEPENDENT: 5,
    Level.UNKNOWN: 4,
    Level.INDEPENDENT_NONCLINICAL: 3,
    Level.RESTRICTED: 3,
    Level.ASSOCIATE: 3,
    Level.CERTIFIED: 2,
    Level.BACHELOR: 1,
    Level.TRAINEE: 0,
}
DEGREE_REACH = {1: 0, 2: 1, 3: 3, 4: 5}  # the same for work or people known by a degree alone: a master's works under supervision
BELOW = frozenset({Level.BACHELOR, Level.CERTIFIED, Level.TRAINEE})  # tiers that imply no graduate degree
REFUSED = frozenset({Strength.EXCLUDED, Strength.LAPSED})  # what is expressly not, or no longer, held
HAS = frozenset({Strength.HELD, Strength.PRACTISED, Strength.LISTED})
MASTERS_PSYCHOLOGY = frozenset({("LCP", "KS"), ("LPP", "KY"), ("LPE-I", "AR")})  # independent at the master's level
OBTAINABLE = frozenset(  # trainings that an employer gives or a weekend does, and role words: never a bar
    f"certification.{name}"
    for names in (
        ("cpr", "bls", "acls", "first-aid", "cpi", "mhfa", "qpr", "mandt", "narcan", "tci", "asist", "safety-care", "handle-with-care", "pro-act"),
        ("safe-crisis", "physical-intervention", "mandated-reporter", "citi", "cans-cert", "dea", "suicide-training"),
        ("qmhp", "qmha", "qmhs", "mhp", "lpha"),
    )
    for name in names
)
FAMILY_PROFESSION = {  # whose licence a family's is
    "counseling": "profession.counselor",
    "social_work": "profession.clinical-social-worker",
    "marriage_family": "profession.mft",
    "psychology": "profession.psychologist",
    "addiction": "profession.addiction-counselor",
    "nursing": "profession.psychiatric-nurse",
    "medicine": "profession.psychiatrist",
    "behavior_analysis": "profession.behavior-analyst",
    "creative_arts": "profession.creative-arts-therapist",
}
FAMILY_DEGREES = {  # the degrees that a licence of a family shows
    "social_work": ("degree.msw",),
    "counseling": ("degree.ma-counseling",),
    "marriage_family": ("degree.mft-masters",),
    "psychology": ("degree.psyd", "degree.phd-psychology"),
}


@dataclass(frozen=True, slots=True)
class Wants:
    """The hard requirements of a posting. `degree` is a level from 1 (associate) to 4 (doctorate), 0 for none."""

    clauses: tuple[LicenceClause, ...]
    refused: frozenset[str]
    any_state: bool
    federal: bool
    remote: bool
    foreign: bool
    professions: frozenset[str]
    degree: int
    degrees: frozenset[str]
    any_field: bool
    degree_quotes: tuple[Mention, ...]
    languages: frozenset[str]
    language_quotes: tuple[Mention, ...]
    certificates: Mapping[str, tuple[Mention, ...]]
    reach: tuple[int, int] | None  # the lowest and the highest level of the licences, else of the degrees, that are demanded
    reach_quotes: tuple[Mention, ...]

    @classmethod
    def of(cls, profile: Profile, vocabulary: Vocabulary) -> Wants:
        """What a posting's profile demands."""
        needed = [mention for mention in profile.mentions if mention.strength is Strength.REQUIRED]
        degrees = [mention for mention in needed if mention.concept in vocabulary.concepts and _level(mention.concept, vocabulary)]
        languages = [mention for mention in needed if mention.concept.startswith("language.")]
        certificates: dict[str, tuple[Mention, ...]] = {}
        for mention in needed:
            if mention.concept.startswith("certification.") and mention.concept not in OBTAINABLE:
                certificates[mention.concept] = (*certificates.get(mention.concept, ()), mention)
        lowest = min((_level(mention.concept, vocabulary) for mention in degrees), default=0)
        fields = {mention.concept for mention in degrees}
        required = [clause for clause in profile.clauses if clause.required]
        reaches = [REACH[ask.level] for clause in required for ask in clause.asks] or [DEGREE_REACH[lowest] for _ in degrees]
        reaches += [REACH[Level.INDEPENDENT] for clause in required if clause.associates]  # they may come, others are meant
        asked = tuple(dict.fromkeys(mention for clause in required for mention in clause.mentions))
        return cls(
            clauses=profile.clauses,
            refused=_refused(profile),
            any_state=profile.facts.any_state,
            federal=profile.facts.federal,
            remote=profile.facts.remote,
            foreign=profile.facts.foreign,
            professions=_with_kin(_professions(profile), vocabulary),
            degree=lowest,
            degrees=frozenset(fields),
            any_field=bool(fields & set(LEVELS)) or "related" in profile.text.lower(),
            degree_quotes=tuple(degrees),
            languages=frozenset(mention.concept for mention in languages),
            language_quotes=tuple(languages),
            certificates=certificates,
            reach=(min(reaches), max(reaches)) if reaches else None,
            reach_quotes=asked or tuple(degrees),
        )

    def of_licence(self) -> Wants:
        """Only what decides how a licence stands to it, without the words it rests on."""
        return replace(NO_WANTS, clauses=tuple(replace(clause, mentions=()) for clause in self.clauses), **_same(self, LICENCE_WANTS))

    def of_requirements(self) -> Wants:
        """Only what decides how other credentials stand to it, without the words it rests on."""
        return replace(NO_WANTS, certificates=dict.fromkeys(self.certificates, ()), **_same(self, OTHER_WANTS))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a resume holds. `degree` is the highest level it names or its licences imply; None where it names none."""

    licences: tuple[Licence, ...]
    unlicensed: tuple[Mention, ...]
    foreign: bool
    professions: frozenset[str]
    degree: int | None
    degrees: frozenset[str]
    degree_quotes: tuple[Mention, ...]  # the degrees and the licences in hand, which `degree` and `reach` rest on
    languages: Mapping[str, tuple[Mention, ...]]
    certificates: Mapping[str, tuple[Mention, ...]]
    refused: Mapping[str, tuple[Mention, ...]]
    reach: int | None  # the highest level of the licences held, else of the degrees; None where it names neither

    @classmethod
    def of(cls, profile: Profile, vocabulary: Vocabulary) -> Credentials:
        """What a resume's profile holds."""
        licences = distinct(profile.licences)
        own = [mention for mention in profile.mentions if mention.strength in HAS and mention.concept in vocabulary.concepts]
        degrees = [mention for mention in own if mention.concept.startswith("degree.")]
        in_hand = list(_in_hand(licences))
        held = [licence for licence in in_hand if licence.level not in BELOW]
        levels = [_level(mention.concept, vocabulary) for mention in degrees]
        levels += [implied_degree(family, licence) for licence in held for family in licence.families if family in BY_FAMILY]
        implied = {degree for licence in held for family in licence.families for degree in FAMILY_DEGREES.get(family, ())}
        highest = max(levels, default=0)
        shown = tuple(dict.fromkeys([*degrees, *(licence.mention for licence in _in_hand(profile.licences))]))
        span = profile.facts.unlicensed_span
        return cls(
            licences=licences,
            unlicensed=(Mention("fact", *span, Strength.CONTEXT),) if span else (),
            foreign=profile.facts.foreign,
            professions=_with_kin([*(mention.concept for mention in profile.professions), *_of_families(in_hand)], vocabulary),
            degree=max(levels, default=None),
            degrees=frozenset(above for concept in ({mention.concept for mention in degrees} | implied) for above in vocabulary.ancestors[concept]),
            degree_quotes=shown,
            languages=_by_concept(own, "language."),
            certificates=_by_concept((replace(one, concept=above) for one in own for above in vocabulary.ancestors[one.concept]), "certification."),
            refused=_by_concept([mention for mention in profile.mentions if mention.strength in REFUSED], ""),
            reach=max((REACH[licence.level] for licence in in_hand), default=DEGREE_REACH[highest] if highest else None),
        )

    def of_licence(self) -> Credentials:
        """Only what decides whether a licence will do, without the words it rests on."""
        licences = (replace(one, mention=_bare(one.mention), assumed=False, evidence="", hours=None, note="") for one in self.licences)
        unlicensed = tuple(_bare(mention) for mention in self.unlicensed)
        return replace(NO_CREDENTIALS, licences=tuple(licences), unlicensed=unlicensed, **_same(self, LICENCE_CREDENTIALS))

    def of_requirements(self) -> Credentials:
        """Only what decides whether other hard requirements are met, without the words it rests on."""
        told = {name: _told(getattr(self, name)) for name in ("languages", "certificates", "refused")}
        return replace(NO_CREDENTIALS, **{**told, **_same(self, OTHER_CREDENTIALS)})

    def works_as(self, professions: frozenset[str]) -> bool:
        """Whether the resume shows work of one of the professions, or none at all, so that nobody can tell."""
        return not professions or not self.professions or not self.professions.isdisjoint(professions)


NO_WANTS = Wants((), frozenset(), False, False, False, False, frozenset(), 0, frozenset(), False, (), frozenset(), (), {}, None, ())
NO_CREDENTIALS = Credentials((), (), False, frozenset(), None, frozenset(), (), {}, {}, {}, None)
LICENCE_WANTS = ("refused", "any_state", "remote", "foreign", "professions")
OTHER_WANTS = ("foreign", "professions", "degree", "degrees", "any_field", "languages")
LICENCE_CREDENTIALS = ("foreign", "professions", "degree")
OTHER_CREDENTIALS = ("foreign", "professions", "degree", "degrees")


def _same(whole: Wants | Credentials, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(whole, name) for name in names}


def _bare(mention: Mention) -> Mention:
    return replace(mention, start=0, end=0)


def _told(by_concept: Mapping[str, tuple[Mention, ...]]) -> dict[str, tuple[Mention, ...]]:
    """What can be demanded of what a resume tells, each by one mention."""
    return {name: (_bare(told[0]),) for name, told in by_concept.items() if name.startswith(("language.", "certification.")) and name not in OBTAINABLE}


def distinct(licences: Iterable[Licence]) -> tuple[Licence, ...]:
    """One licence for each title, state and standing, so that naming one twice changes nothing."""
    found: dict[tuple[object, ...], Licence] = {}
    for licence in licences:
        found.setdefault((licence.title, licence.state, licence.level, licence.mention.strength), licence)
    return tuple(found.values())


def implied_degree(family: str, licence: Licence) -> int:
    """The degree that holding a licence shows; some states license a master's degree in psychology (domain reference, 1.4)."""
    masters = family == "psychology" and (licence.level is not Level.INDEPENDENT or (licence.title, licence.state) in MASTERS_PSYCHOLOGY)
    return LEVELS["degree.master"] if masters else BY_FAMILY[family]


def degree_level(family: str, level: Level) -> int:
    """The degree that a licence of a family at a level implies, from 0 (none) to 4 (doctorate)."""
    return 0 if level in BELOW else BY_FAMILY.get(family, 0)


def national(licence: Licence) -> bool:
    """Whether a title is issued nationally, and no state's."""
    return licence.state == NATIONAL


def _in_hand(licences: Iterable[Licence]) -> Iterator[Licence]:
    return (licence for licence in licences if licence.mention.strength in HAS)


def _of_families(licences: Iterable[Licence]) -> Iterator[str]:
    """The professions whose licence some licences are."""
    yield from (FAMILY_PROFESSION[family] for licence in licences for family in licence.families if family in FAMILY_PROFESSION)


def _refused(profile: Profile) -> frozenset[str]:
    """The titles a posting says it does not take."""
    asked = {ask.title for clause in profile.clauses for ask in clause.asks}
    return frozenset(licence.title for licence in profile.licences if licence.mention.strength is Strength.EXCLUDED) - asked


def _professions(profile: Profile) -> set[str]:
    """The professions whose licence a posting asks for, else those of its title."""
    by_licence = {FAMILY_PROFESSION[ask.family] for clause in profile.clauses for ask in clause.asks if ask.family in FAMILY_PROFESSION}
    return by_licence or {mention.concept for mention in profile.professions}


def _level(concept: str, vocabulary: Vocabulary) -> int:
    return max((LEVELS[above] for above in vocabulary.ancestors[concept] if above in LEVELS), default=0)


def _by_concept(mentions: Iterable[Mention], prefix: str) -> dict[str, tuple[Mention, ...]]:
    found: dict[str, tuple[Mention, ...]] = {}
    for mention in mentions:
        if mention.concept.startswith(prefix):
            found[mention.concept] = (*found.get(mention.concept, ()), mention)
    return found


def _with_kin(concepts: Iterable[str], vocabulary: Vocabulary) -> frozenset[str]:
    return frozenset(above for concept in concepts if concept in vocabulary.ancestors for above in vocabulary.ancestors[concept])
