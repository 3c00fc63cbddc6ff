"""What was read from a document, as properties of the formats; each is marked, so that no import takes it for more than the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from matcher.formats.places import state_name
from matcher.formats.values import DERIVED
from matcher.profile import NATIONAL, LicenceClause, Profile, Strength
from matcher.vocabulary import Vocabulary

SKILLS = ("modality", "population", "problem", "setting")  # categories of our concepts that are given as skills
CREDENTIALS = {  # what Google for Jobs calls our degrees: https://developers.google.com/search/docs/appearance/structured-data/job-posting
    "degree.doctorate": "postgraduate degree",
    "degree.master": "postgraduate degree",
    "degree.bachelor": "bachelor degree",
    "degree.associate": "associate degree",
    "degree.high-school": "high school",
}
SHOWN = (Strength.PRACTISED, Strength.HELD, Strength.LISTED)
Property = dict[str, object]


def posting_properties(profile: Profile, vocabulary: Vocabulary) -> dict[str, object]:
    """Licence clauses as qualifications, degrees and years as requirements, methods, people, problems and settings as skills."""
    found: dict[str, object] = {
        "qualifications": [one for clause in profile.clauses for one in _credentials(clause)],
        "educationRequirements": list(_degrees(profile, vocabulary)),
        "skills": [
            _marked(
                "DefinedTerm", name=vocabulary.name(one.concept), termCode=one.concept, inDefinedTermSet="urn:clinmatch:vocabulary", description=one.necessity
            )
            for one in profile.requirements
            if one.concept.partition(".")[0] in SKILLS
        ],
    }
    if profile.facts.years:
        found["experienceRequirements"] = _marked("OccupationalExperienceRequirements", monthsOfExperience=round(12 * profile.facts.years))
    return {name: value for name, value in found.items() if value}


def resume_properties(profile: Profile, vocabulary: Vocabulary) -> dict[str, object]:
    """Licences as certificates, degrees as education, concepts as skills by category, languages."""
    held = [one for one in profile.licences if one.mention.strength in SHOWN]
    states = [(one, one.state if one.state and one.state != NATIONAL else None) for one in held]
    certificates = [_item(name=f"{one.title}, {state_name(state)}" if state else one.title) for one, state in states]
    skills = [_item(name=category, keywords=names) for category in SKILLS if (names := list(_names(profile, vocabulary, category)))]
    degrees = [_item(studyType=name) for name in _names(profile, vocabulary, "degree")]
    languages = [_item(language=name) for name in _names(profile, vocabulary, "language")]
    found = {"certificates": _once(certificates), "education": degrees, "skills": skills, "languages": languages}
    return {name: value for name, value in found.items() if value}


def _credentials(clause: LicenceClause) -> Iterator[Property]:
    """One credential for each title that will do."""
    titles = list(dict.fromkeys(ask.title for ask in clause.asks))
    necessity = "required" if clause.required else "preferred"
    said = necessity if len(titles) == 1 else f"{necessity}: any one of {', '.join(titles)}"
    areas = [{"@type": "State", "name": state_name(state), "identifier": f"US-{state}"} for state in clause.states if state != NATIONAL]
    for title in titles:
        yield _marked("EducationalOccupationalCredential", name=title, credentialCategory="license", description=said, **({"validIn": areas} if areas else {}))


def _degrees(profile: Profile, vocabulary: Vocabulary) -> Iterator[Property]:
    for one in profile.requirements:
        category = next((CREDENTIALS[degree] for degree in CREDENTIALS if degree in vocabulary.ancestors[one.concept]), None)
        if category and one.necessity is not Strength.CONTEXT:
            name = vocabulary.name(one.concept)
            yield _marked("EducationalOccupationalCredential", name=name, credentialCategory=category, description=one.necessity.value)


def _names(profile: Profile, vocabulary: Vocabulary, category: str) -> Iterable[str]:
    concepts = dict.fromkeys(one.concept for one in profile.mentions if one.concept.startswith(f"{category}.") and one.strength in SHOWN)
    return (vocabulary.name(concept) for concept in concepts)


def _marked(type: str, **values: object) -> Property:
    return {"@type": type, "additionalType": DERIVED, **values}


def _item(**values: object) -> Property:
    return {**values, "additionalType": DERIVED}


def _once(items: list[Property]) -> list[Property]:
    return [item for number, item in enumerate(items) if item not in items[:number]]
