"""JSON Resume: theirs is read as a resume, ours loses nothing, and what was read comes back once."""

from __future__ import annotations

from typing import Any

import pytest

from matcher.catalog import Stored
from matcher.document import InvalidDocument
from matcher.formats import from_json_resume, to_json_resume
from matcher.profile import Strength
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary
from tests.conftest import resume

JANE: dict[str, Any] = {
    "basics": {
        "name": "Jane Roe",
        "label": "Clinical Social Worker",
        "email": "jane@example.com",
        "location": {"address": "1 Main St", "city": "Austin", "region": "TX", "countryCode": "US"},
        "summary": "Trauma therapist for teens.",
    },
    "work": [
        {
            "name": "Harbor House",
            "position": "Outpatient Therapist",
            "startDate": "2019-03-01",
            "summary": "Individual therapy with adolescents.",
            "highlights": ["TF-CBT and EMDR"],
        },
        {"name": "Bridge", "position": "Case Manager", "startDate": "2015-06", "endDate": "2019-02"},
    ],
    "volunteer": [{"organization": "Crisis Line", "position": "Counselor", "startDate": "2014", "endDate": "2015"}],
    "education": [{"institution": "University of Texas", "area": "Social Work", "studyType": "Master", "endDate": "2015-05", "courses": ["Grief"]}],
    "certificates": [{"name": "LCSW", "issuer": "Texas Behavioral Health Executive Council", "date": "2018-05-01"}],
    "skills": [{"name": "Methods", "level": "Advanced", "keywords": ["DBT"]}],
    "languages": [{"language": "Spanish", "fluency": "Fluent"}],
    "projects": [{"name": "School clinic", "startDate": "2020", "highlights": ["Groups"]}],
    "publications": [{"name": "On teens", "publisher": "Journal", "releaseDate": "2020-01-01"}],
    "awards": [{"title": "Clinician of the year", "awarder": "Harbor", "date": "2021"}],
    "interests": [{"name": "Hiking"}],
    "references": [{"name": "Sam Poe", "reference": "Great"}],
}
TEXT = """Jane Roe

Summary
Trauma therapist for teens.

Licenses and Certifications
- LCSW, Texas Behavioral Health Executive Council, May 2018

Experience
Outpatient Therapist, Harbor House, Mar 2019 - present
Individual therapy with adolescents.
- TF-CBT and EMDR

Case Manager, Bridge, Jun 2015 - Feb 2019

Volunteer Experience
Counselor, Crisis Line, 2014 - 2015

Project Experience
School clinic, 2020 - present
- Groups

Education
Master in Social Work, University of Texas, 2015
Coursework: Grief

Skills
- Methods (Advanced): DBT

Languages
- Spanish (Fluent)

Publications
- On teens, Journal, Jan 2020

Awards
- Clinician of the year, Harbor, 2021

Interests
- Hiking"""


def test_the_sections_become_a_resume_text_without_contact_data_and_references() -> None:
    document = from_json_resume(JANE, "jane")
    assert document.text == TEXT
    assert (document.id, document.title, document.place) == ("jane", "Clinical Social Worker", "Austin, TX")


def test_licences_degrees_and_work_are_read_as_they_were_meant(reader: Reader) -> None:
    profile = reader.read(from_json_resume(JANE, "jane"))
    assert {(one.title, one.state, one.mention.strength) for one in profile.licences} == {("LCSW", "TX", Strength.HELD)}
    read = {(one.concept, one.strength) for one in profile.mentions}
    assert {
        ("degree.msw", Strength.HELD),
        ("modality.trauma.emdr", Strength.PRACTISED),
        ("modality.dbt", Strength.LISTED),
        ("language.spanish", Strength.HELD),
        ("population.adolescents", Strength.PRACTISED),
    } <= read
    assert profile.facts.years == 12  # since 2014, volunteering included


@pytest.mark.parametrize(
    ("certificate", "licence"),
    [
        ({"name": "Licensed Professional Counselor", "issuer": "State of Ohio"}, ("LPC", "OH")),
        ({"name": "LMFT (California)", "date": "2020"}, ("LMFT", "CA")),
        ({"name": "PMHNP-BC", "issuer": "ANCC"}, ("PMHNP", None)),
    ],
)
def test_certificates_are_read_as_licences(certificate: dict[str, str], licence: tuple[str, str | None], reader: Reader) -> None:
    profile = reader.read(from_json_resume({"basics": {"name": "Sam Poe"}, "certificates": [certificate]}, "sam"))
    assert licence[0] in {one.title for one in profile.licences} | {one.title.removesuffix("-BC") for one in profile.licences}
    assert licence[1] is None or licence[1] in {one.state for one in profile.licences}


def test_theirs_comes_back_with_what_a_document_has_a_field_for(vocabulary: Vocabulary) -> None:
    back = to_json_resume(from_json_resume(JANE, "jane"), vocabulary)
    assert back["basics"] == {"label": "Clinical Social Worker", "location": {"city": "Austin", "region": "TX", "countryCode": "US"}, "summary": TEXT}
    assert back["meta"] == {"clinmatch": {"whole": "basics.summary", "id": "jane"}}


def test_what_was_read_is_given_and_not_taken_again_but_what_was_added_is(reader: Reader, vocabulary: Vocabulary) -> None:
    ours = resume("Jane Roe, LCSW\nAustin, TX\n\nSkills\nDBT", remote=True)
    out = to_json_resume(Stored(ours, reader.read(ours), ()), vocabulary)
    assert out["certificates"] == [{"name": "LCSW, Texas", "additionalType": "urn:clinmatch:read"}]
    assert from_json_resume(out) == ours
    added = {**out, "certificates": [*out["certificates"], {"name": "LPC"}]}  # type: ignore[misc]
    assert from_json_resume(added).text == f"{ours.text}\n\nLicenses and Certifications\n- LPC"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "basics: must be an object, not a list"),
        ({}, "basics: missing, a JSON Resume has basics"),
        ({"basics": []}, "basics: must be an object, not a list"),
        ({"basics": {}}, "basics: missing"),
        ({"basics": {"label": {}}}, "basics.label: must be a string, not an object"),
        ({"basics": {"location": "Austin"}}, "basics.location: must be an object, not a string"),
        ({"basics": {"name": "J"}, "work": [{"position": {}}]}, "work.0.position: must be a string, not an object"),
        ({"basics": {"name": "J"}, "work": {"highlights": [{}]}}, "work.highlights.0: must be a string, not an object"),
        ({"basics": {"name": "J"}, "skills": ["x"]}, "skills.0: must be an object, not a string"),
        ({"basics": {"summary": "a" * 200_001}}, "basics: has 200,009 characters, at most 200,000 are taken"),
        ({"basics": {"name": "J"}, "meta": {"clinmatch": {"remote": 1}}}, "meta.clinmatch.remote: must be true or false, not a number"),
    ],
)
def test_a_wrong_field_is_named_by_its_path(values: object, said: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        from_json_resume(values, "r")
    assert str(caught.value) == said


def test_a_resume_without_an_id_is_refused() -> None:
    with pytest.raises(InvalidDocument, match=r"meta\.clinmatch\.id: missing"):
        from_json_resume(JANE)
