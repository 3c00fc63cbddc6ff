"""JobPosting: theirs is read by the reader as it was meant, ours loses nothing, and what was read comes back once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.catalog import Stored
from matcher.document import Document, InvalidDocument, Kind, Pay
from matcher.formats import from_job_posting, to_job_posting
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary
from tests.conftest import posting

STATE = {"@type": "State", "name": "Texas, USA"}
THEIRS: dict[str, Any] = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "title": "Outpatient Therapist",
    "identifier": {"@type": "PropertyValue", "name": "Harbor House", "value": "H-17"},
    "datePosted": "2026-11-01T08:00:00Z",
    "validThrough": "2026-12-31",
    "employmentType": "FULL_TIME",
    "hiringOrganization": {"@type": "Organization", "name": "Harbor House"},
    "jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", "addressLocality": "Austin", "addressRegion": "TX", "addressCountry": "US"}},
    "jobLocationType": "TELECOMMUTE",
    "applicantLocationRequirements": [STATE],
    "baseSalary": {"@type": "MonetaryAmount", "currency": "USD", "value": {"@type": "QuantitativeValue", "minValue": 40, "maxValue": 55.5, "unitText": "HOUR"}},
    "description": "<p>Join us &amp; help families.</p><ul><li>Individual therapy</li></ul>",
    "somethingElse": {"deep": [1]},
}


def _text(**more: object) -> str:
    return from_job_posting({**THEIRS, **more}).text.removeprefix("Join us & help families.\n- Individual therapy").strip()


def test_every_field_that_a_document_has_is_taken() -> None:
    assert from_job_posting(THEIRS) == Document(
        "H-17", Kind.POSTING, "Join us & help families.\n- Individual therapy", "Outpatient Therapist", "Harbor House", "Austin, TX",
        "full_time", Pay(40, 55.5, "hour"), True, ("TX",), date(2026, 11, 1), date(2026, 12, 31),
    )  # fmt: skip


def test_theirs_comes_back_with_every_property_that_a_document_has_a_field_for(vocabulary: Vocabulary) -> None:
    back = to_job_posting(from_job_posting(THEIRS), vocabulary)
    expected = {**THEIRS, "@context": "https://schema.org", "datePosted": "2026-11-01"}
    del expected["somethingElse"]
    assert back == expected


@pytest.mark.parametrize("wrapped", [[THEIRS], {"@graph": [{"@type": "Organization"}, THEIRS]}, {**THEIRS, "@type": ["schema:JobPosting"]}])
def test_a_list_of_one_and_a_graph_are_the_same_posting(wrapped: object) -> None:
    assert from_job_posting(wrapped) == from_job_posting(THEIRS)


@pytest.mark.parametrize(
    ("property", "value", "line"),
    [
        ("qualifications", "LCSW or LPC", "Qualifications: LCSW or LPC"),
        (
            "qualifications",
            {"@type": "EducationalOccupationalCredential", "credentialCategory": "license", "name": "LCSW", "validIn": [{"name": "Texas"}, {"name": "Ohio"}]},
            "Qualifications: LCSW in Texas or Ohio",
        ),
        ("skills", ["EMDR", {"@type": "DefinedTerm", "name": "TF-CBT"}], "Skills: EMDR; TF-CBT"),
        ("responsibilities", "<ul><li>Intakes</li><li>Groups</li></ul>", "Responsibilities:\n- Intakes\n- Groups"),
        ("experienceRequirements", {"monthsOfExperience": 24}, "Experience requirements: 2 years of experience"),
        ("experienceRequirements", {"monthsOfExperience": "18"}, "Experience requirements: 18 months of experience"),
        ("experienceRequirements", "Two years with teens", "Experience requirements: Two years with teens"),
        ("educationRequirements", {"credentialCategory": "bachelor degree"}, "Education requirements: bachelor degree"),
        ("occupationalCategory", {"codeValue": "21-1014.00", "name": "Counselors"}, "Occupational category: 21-1014.00 Counselors"),
        ("jobBenefits", "Supervision<script>x</script>", "Benefits: Supervision"),
        ("workHours", "Evenings", "Work hours: Evenings"),
        ("employmentType", ["PART_TIME", "TEMPORARY"], "Employment type: part-time; temporary"),
        ("employmentType", "VOLUNTEER", "Employment type: volunteer"),
        ("baseSalary", {"currency": "USD", "value": {"minValue": 400, "maxValue": 500, "unitText": "DAY"}}, "Salary: $400 to 500 per day"),
        ("baseSalary", {"currency": "USD", "value": {"minValue": 40, "unitText": "HOUR"}}, "Salary: from $40 per hour"),
        ("baseSalary", {"currency": "CAD", "value": {"value": 50, "unitText": "HOUR"}}, "Salary: CAD 50 per hour"),
        ("applicantLocationRequirements", [STATE, {"@type": "Country", "name": "USA"}, {"name": "Ontario"}], "Applicant location: Ontario"),
        ("skills", "individual  THERAPY", ""),
    ],
)
def test_what_a_document_has_no_field_for_is_a_labelled_line_once(property: str, value: object, line: str) -> None:
    assert _text(**{property: value}) == line


def test_labelled_lines_are_read_as_what_they_say(reader: Reader) -> None:
    qualification = {"credentialCategory": "license", "name": "LCSW", "validIn": {"name": "Texas"}}
    profile = reader.read(from_job_posting({**THEIRS, "qualifications": qualification, "skills": "EMDR", "experienceRequirements": {"monthsOfExperience": 24}}))
    assert [([ask.title for ask in clause.asks], clause.states, clause.required) for clause in profile.clauses] == [(["LCSW"], ("TX",), True)]
    assert profile.facts.years == 2
    assert {one.concept: one.necessity for one in profile.requirements}["modality.trauma.emdr"] == "required"


OURS = posting(
    "LCSW licensed in Texas required. Two years of experience. EMDR with adolescents preferred.\n\n• Master's degree required",
    title="Therapist",
    place="Austin, TX",
)


def test_what_was_read_is_given_and_not_taken_again(reader: Reader, vocabulary: Vocabulary) -> None:
    out = to_job_posting(Stored(OURS, reader.read(OURS), ()), vocabulary)
    (licence,) = out["qualifications"]  # type: ignore[misc, attr-defined]
    assert (licence["@type"], licence["name"]) == ("EducationalOccupationalCredential", "LCSW")
    assert licence["validIn"] == [{"@type": "State", "name": "Texas", "identifier": "US-TX"}]
    assert {one["termCode"]: one["name"] for one in out["skills"]}["modality.trauma.emdr"] == "EMDR"  # type: ignore[attr-defined]
    assert out["experienceRequirements"]["monthsOfExperience"] == 24  # type: ignore[index]
    assert out["educationRequirements"][0]["credentialCategory"] == "postgraduate degree"  # type: ignore[index]
    assert from_job_posting(out) == OURS
    added = {**out, "skills": [*out["skills"], "DBT"]}  # type: ignore[misc]
    assert from_job_posting(added).text == f"{OURS.text}\n\nSkills: DBT"


def test_only_what_html_cannot_say_exactly_is_copied(vocabulary: Vocabulary) -> None:
    assert "additionalProperty" not in to_job_posting(posting("LCSW\nin Texas\n- EMDR\n\nMore", place="Austin, TX"), vocabulary)
    assert to_job_posting(OURS, vocabulary)["additionalProperty"] == [
        {"@type": "PropertyValue", "propertyID": "urn:clinmatch:text", "name": "text, exactly", "value": OURS.text}
    ]


def test_pay_by_the_session_stands_in_an_additional_property(vocabulary: Vocabulary) -> None:
    paid = replace(OURS, text="LCSW", pay=Pay(90, 96, "session"))
    out = to_job_posting(paid, vocabulary)
    assert "baseSalary" not in out
    assert out["additionalProperty"][0]["value"] == {"low": 90.0, "high": 96.0, "period": "session"}  # type: ignore[index]
    assert from_job_posting(out) == paid


def test_an_edited_property_wins_over_the_copy_beside_it(vocabulary: Vocabulary) -> None:
    out = to_job_posting(OURS, vocabulary)
    assert from_job_posting({**out, "description": "<p>LPC</p>"}).text == "LPC"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"title": 7.5}, None),
        ({"title": {}}, "title: must be a string, not an object"),
        ({"title": "a" * 501}, "title: has 501 characters, at most 500 are taken"),
        ({"description": None}, "description: missing"),
        ({"description": True}, "description: must be a string, not a boolean"),
        ({"identifier": None}, "identifier: missing"),
        ({"datePosted": "soon"}, "datePosted: is 'soon', must be a date like 2026-11-22"),
        ({"jobLocation": 7}, "jobLocation: must be an object, not a number"),
        ({"jobLocation": {"address": {"addressRegion": []}}}, None),
        ({"jobLocation": {"address": {"addressRegion": True}}}, "jobLocation.address.addressRegion: must be a string, not a boolean"),
        ({"baseSalary": {"value": {"value": -1, "unitText": "HOUR"}}}, "baseSalary.low: is -1, must be between 0 and 10,000,000"),
        ({"baseSalary": {"value": {"minValue": 9, "maxValue": 1, "unitText": "HOUR"}}}, "baseSalary: low 9 is above high 1"),
        ({"description": "<p>" + "a" * 200_001}, "description: has 200,001 characters, at most 200,000 are taken"),
        ({"description": "<p>" * 1_000_000}, "description: has 3,000,000 characters of HTML, at most 2,000,000 are taken"),
        ({"skills": ["x"] * 101}, "skills: holds 101 values, at most 100 are taken"),
        ({"@type": "Event"}, "@type: is 'Event', must be JobPosting"),
    ],
)
def test_a_wrong_property_is_named_by_its_path(more: dict[str, object], said: str | None) -> None:
    if said is None:
        from_job_posting({**THEIRS, **more})
        return
    with pytest.raises(InvalidDocument) as caught:
        from_job_posting({**THEIRS, **more})
    assert str(caught.value) == said


def test_the_id_is_that_of_the_identifier_the_address_or_the_caller() -> None:
    without = {name: value for name, value in THEIRS.items() if name != "identifier"}
    assert from_job_posting({**without, "url": "https://x.example/1"}, "f").id == "https://x.example/1"
    assert from_job_posting({**without, "identifier": 17}).id == "17"
    assert from_job_posting(without, "f").id == "f"


CITIES = st.sampled_from(["Austin", "San Juan", "Winston-Salem"])
PLACE = st.builds(
    lambda city, region: {"@type": "Place", "address": {"@type": "PostalAddress", "addressLocality": city, "addressRegion": region, "addressCountry": "US"}},
    CITIES,
    st.sampled_from(["TX", "Texas", "NC"]),
)
SALARY = st.builds(
    lambda low, more, unit: {
        "@type": "MonetaryAmount", "currency": "USD",
        "value": {"@type": "QuantitativeValue", "minValue": low, "maxValue": low + 1 + more, "unitText": unit},
    },
    st.integers(0, 1000), st.integers(0, 1000), st.sampled_from(["HOUR", "YEAR"]),
)  # fmt: skip
FOREIGN = st.fixed_dictionaries(
    {"description": st.sampled_from(["<p>LCSW &amp; LPC</p>", "<p>Needed:</p><ul><li>LCSW</li><li>Car</li></ul><p>Call<br>us</p>"])},
    optional={
        "title": st.text("Therapist &<", min_size=1),
        "hiringOrganization": st.builds(lambda name: {"@type": "Organization", "name": name}, st.text("Harbor &<", min_size=1)),
        "jobLocation": st.one_of(PLACE, st.lists(PLACE, min_size=2, max_size=3, unique_by=str)),
        "jobLocationType": st.just("TELECOMMUTE"),
        "applicantLocationRequirements": st.just([STATE]),
        "employmentType": st.sampled_from(["FULL_TIME", "PART_TIME", "CONTRACTOR", "PER_DIEM", "INTERN"]),
        "baseSalary": SALARY,
        "datePosted": st.dates().map(str),
        "validThrough": st.dates().map(str),
    },
)


@given(values=FOREIGN)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_document_has_a_field_for_comes_back_as_they_said_it(values: dict[str, Any], vocabulary: Vocabulary) -> None:
    organisation = values.get("hiringOrganization", {})
    identifier = {"@type": "PropertyValue", **({"name": organisation["name"]} if organisation else {}), "value": "x"}
    theirs = {"@context": "https://schema.org", "@type": "JobPosting", "identifier": identifier, **values}
    assert to_job_posting(from_job_posting(theirs), vocabulary) == theirs
