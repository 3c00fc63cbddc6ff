"""State, mode of work, whose law applies and years, as the texts state them."""

from __future__ import annotations

import pytest

from matcher.document import Document, Kind
from matcher.profile import Facts
from matcher.reading import Reader
from tests.conftest import posting, resume


def _asked(reader: Reader, text: str, **more: object) -> Facts:
    return reader.read(posting(text, **more)).facts


def _claimed(reader: Reader, text: str) -> Facts:
    return reader.read(resume(text)).facts


def test_the_place_of_a_posting_says_its_state(reader: Reader) -> None:
    facts = _asked(reader, "Work in Texas too.", place="Tampa, FL")
    assert (facts.state, facts.states) == ("FL", ("FL",))


def test_without_a_place_the_state_named_most_is_that_of_the_posting(reader: Reader) -> None:
    assert _asked(reader, "Our clinic in Ohio helps. Ohio it is, not Texas.").states == ("OH",)
    assert _asked(reader, "Our clinic in Fargo helps.").states == ("ND",)
    assert _asked(reader, "Our clinic helps.").states == ()


def test_telehealth_states_are_added(reader: Reader) -> None:
    assert _asked(reader, "Therapy.", place="Tampa, FL", telehealth_states=["GA", "AL"]).states == ("FL", "AL", "GA")


@pytest.mark.parametrize(
    ("text", "more", "remote"),
    [
        ("Fully remote; therapy from anywhere.", {}, True),
        ("Therapy.", {"place": "Remote (AZ, NM)"}, True),
        ("Therapy.", {"title": "Telehealth Therapist"}, True),
        ("Therapy.", {"remote": True}, True),
        ("Therapy.", {"place": "Remote", "remote": False}, False),
        ("This is not remote. Some may work from home.", {}, False),
        ("In-person only.", {"title": "Virtual Therapist"}, False),
        ("Therapy in a clinic.", {}, False),
    ],
)
def test_a_posting_is_remote_where_it_says_so(reader: Reader, text: str, more: dict[str, object], remote: bool) -> None:
    assert _asked(reader, text, **more).remote is remote


def test_a_remote_posting_with_home_visits_is_on_site_too(reader: Reader) -> None:
    assert [_asked(reader, text).onsite for text in ("Fully remote.", "Fully remote but for home visits.", "A clinic.")] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "more", "federal"),
    [
        ("Therapy.", {"employer": "Veterans Health Administration"}, True),
        ("Work at the VA Medical Center.", {}, True),
        ("Licensed in any US state.", {}, False),
        ("License of one of the states; Indian Health Service.", {}, True),
        ("Work with veterans.", {}, False),
        ("A clinic in Norfolk, VA.", {}, False),
    ],
)
def test_a_posting_is_federal_where_it_says_so(reader: Reader, text: str, more: dict[str, object], federal: bool) -> None:
    assert _asked(reader, text, **more).federal is federal


def test_a_posting_abroad_is_foreign_only_where_no_state_is_named(reader: Reader) -> None:
    assert _asked(reader, "NHS trust, Band 7, Leeds LS1 4AP.").foreign
    assert not _asked(reader, "NHS trust, Band 7.", place="Tampa, FL").foreign
    assert not _asked(reader, "Therapy in a clinic.").foreign


def test_a_resume_from_abroad_is_foreign(reader: Reader) -> None:
    assert _claimed(reader, "Psychologist, HCPC registered, Leeds").foreign
    assert not _claimed(reader, "Psychologist of Tampa, FL 33601, HCPC registered").foreign


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("At least 3 years of post-licensed experience.", 3.0),
        ("two (2) years of experience", 2.0),
        ("3-5 years experience", 3.0),
        ("10+ years of clinical experience", 10.0),
        ("Clients 18 years old. Work with them.", None),
        ("In business for 20 years.", None),
        ("About Us\nwe have 30 years of experience.", None),
    ],
)
def test_a_posting_asks_for_years_of_experience(reader: Reader, text: str, years: float | None) -> None:
    facts = _asked(reader, text)
    assert facts.years == years
    assert len(facts.years_spans) == (years is not None)


def test_the_years_of_a_resume_are_those_it_states(reader: Reader) -> None:
    text = "Therapist with 12 years of clinical experience.\n\nExperience\ntherapist, 2019 - present"
    facts = _claimed(reader, text)
    assert facts.years == 12.0
    assert [text[start:end] for start, end in facts.years_spans] == ["12 years"]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Experience\ntherapist, 2015 - present", 11.0),
        ("Experience\ntherapist, 2015 - 2019.\nintern, 2014.", 5.0),
        ("Experience\ntherapist, 2015 - 2031.", 0.0),
        ("Education\nan msw, 2010.", None),
    ],
)
def test_the_years_of_a_resume_are_otherwise_those_of_its_jobs_up_to_today(reader: Reader, text: str, years: float | None) -> None:
    assert _claimed(reader, text).years == years


def test_a_resume_is_of_the_state_at_its_top(reader: Reader) -> None:
    text = "Jane Roe\nTampa, FL 33601\n\nExperience\nclinic in Texas."
    facts = _claimed(reader, text)
    assert (facts.state, facts.states) == ("FL", ("FL",))
    assert [text[start:end] for start, end in facts.place_spans] == ["FL"]  # the city is cut with the address


def test_a_resume_without_a_state_has_none(reader: Reader) -> None:
    assert _claimed(reader, "Therapist of the University of Texas.").state is None


@pytest.mark.parametrize("text", ["I am not licensed.", "Not yet licensed", "I do not hold a license.", "Has no state license."])
def test_a_resume_says_that_no_licence_is_held(reader: Reader, text: str) -> None:
    assert _claimed(reader, text).unlicensed_span is not None


def test_a_resume_that_says_nothing_of_licences_is_not_unlicensed(reader: Reader) -> None:
    assert _claimed(reader, "Therapist for adults.").unlicensed_span is None


@pytest.mark.parametrize(
    ("text", "any_state"),
    [
        ("Licensed in any US state.", True),
        ("An independent license issued by any state, the District of Columbia or a territory.", True),
        ("Kansas license; live in any state.", False),
        ("License in the state of Texas.", False),
    ],
)
def test_a_posting_takes_a_licence_of_any_state_where_it_says_so(reader: Reader, text: str, any_state: bool) -> None:
    assert _asked(reader, text).any_state is any_state


@pytest.mark.parametrize(
    ("text", "more", "overview"),
    [
        ("State licensure is mandatory, with common credentials being LPC, LCSW, LMFT or PsyD.", {}, True),
        ("Most states require a license such as LCSW or LPC.", {}, True),
        ("State licensure is mandatory, with common credentials being LPC or LCSW.", {"employer": "Example Clinic"}, False),
        ("State licensure is mandatory, with common credentials being LPC or LCSW.", {"place": "Austin, TX"}, False),
        ("We hire an LCSW.", {}, False),
    ],
)
def test_a_description_of_an_occupation_is_of_no_employer_and_no_state(reader: Reader, text: str, more: dict[str, object], overview: bool) -> None:
    assert _asked(reader, text, **more).overview is overview


@pytest.mark.parametrize(
    "text",
    [
        "A one-year supervised internship experience at an approved site.",
        "Graduation from a four-year college and some work experience.",
        "A license and five years' driving experience.",
        "An appointment for a period not to exceed two years while working toward licensure.",
        "Expect to become licensed within 3 years of work here.",
        "We have over 20 years experience in this work.",
        "A fixed term of 1 year. Previous experience of work.",
        "Our team sees an age range from 14 to 65 years and works with families.",
        "Cut relapses by half in a 4 year project. Therapist for adults.",
    ],
)
@pytest.mark.parametrize("kind", [Kind.POSTING, Kind.RESUME])
def test_years_that_count_something_else_are_no_experience(reader: Reader, text: str, kind: Kind) -> None:
    assert reader.read(Document(id="d", kind=kind, text=text)).facts.years is None


def test_the_years_behind_an_internship_are_still_read(reader: Reader) -> None:
    assert _asked(reader, "A one-year internship. At least two years of experience in practice.").years == 2.0


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Therapist wanted for our clinic.", {"place": "Birmingham, B13 8QE"}),
        ("Therapist wanted for our clinic.", {"place": "Dover, CT17"}),
        ("Therapist for a clinic in Camden and Islington, Band 6.", {}),
        ("Work near Manchester.", {"employer": "Oakfield NHS Trust"}),
    ],
)
def test_a_british_town_is_in_no_state(reader: Reader, text: str, more: dict[str, object]) -> None:
    facts = _asked(reader, text, **more)
    assert (facts.state, facts.states, facts.foreign) == (None, (), True)


def test_a_state_that_is_spelled_out_is_one_beside_british_words(reader: Reader) -> None:
    facts = _asked(reader, "A clinic in Alabama; NHS experience is welcome.", place="Birmingham, AL")
    assert (facts.states, facts.foreign) == (("AL",), False)
