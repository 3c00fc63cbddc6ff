"""Whose profession a text names: the post's or the person's own, not a colleague's."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.document import Document, Kind
from matcher.profile import Profile
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def reader(vocabulary: Vocabulary) -> Reader:
    return Reader(vocabulary, date(2026, 11, 22))


def _read(reader: Reader, kind: Kind, text: str, title: str = "") -> Profile:
    return reader.read(Document(id="d", kind=kind, title=title, text=text))


def _professions(profile: Profile) -> set[str]:
    return {mention.concept for mention in profile.professions}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Ward Assistant", "It is a team of psychiatrists, nurses and psychologists. You keep the ward safe."),
        ("Ward Assistant", "Psychologists and psychiatrists visit the ward weekly."),
        ("Intake Paralegal", "The paralegal refers clients to housing counselors and to a credit counselor."),
    ],
)
def test_colleagues_and_counselors_of_another_trade_are_not_the_profession_of_a_posting(reader: Reader, title: str, text: str) -> None:
    assert _professions(_read(reader, Kind.POSTING, text, title)) == set()


def test_several_people_that_are_sought_are_the_profession_of_a_posting(reader: Reader) -> None:
    assert _professions(_read(reader, Kind.POSTING, "We are hiring two psychologists for our clinic.", "Join us")) == {"profession.psychologist"}


@pytest.mark.parametrize("title", ["Low Vision Therapist", "Rehabilitation Therapist"])
def test_therapists_of_another_trade_are_none(reader: Reader, title: str) -> None:
    assert "profession.therapist" not in _professions(_read(reader, Kind.POSTING, "Teach people to use aids.", title))


def test_a_title_that_names_no_profession_is_not_set_against_the_duties(reader: Reader) -> None:
    text = "Complete referrals, coordinate services with the county and do case management. A mental health counselor sits next door."
    assert _read(reader, Kind.POSTING, text, "Intake Paralegal").flags == ()
    assert [flag.name for flag in _read(reader, Kind.POSTING, text, "Mental Health Counselor").flags] == ["title_duties"]


THERAPY = "Individual therapy, group therapy, family therapy and treatment planning."


@pytest.mark.parametrize(
    ("title", "text", "flagged"),
    [
        ("Case Manager", THERAPY, True),
        ("Social Worker (Case Manager)", THERAPY, False),
        ("Case Manager", f"{THERAPY}\nRequirements\nBachelor's degree in social work.", False),
        ("Case Manager", f"{THERAPY}\nRequirements\nMaster's degree; LCSW.", True),
    ],
)
def test_a_case_manager_is_a_therapist_only_where_no_more_is_titled_and_more_than_a_bachelor_is_asked(
    reader: Reader, title: str, text: str, flagged: bool
) -> None:
    profile = _read(reader, Kind.POSTING, text, title)
    assert bool(profile.flags) is flagged
    assert ("profession.therapist" in _professions(profile)) is flagged


@pytest.mark.parametrize(
    "line",
    ["Collaborated with Psychologist and Psychiatrist on diagnosis", "Worked under a licensed Psychologist", "Reported to the Clinical Psychologist"],
)
def test_colleagues_are_not_the_profession_of_a_resume(reader: Reader, line: str) -> None:
    text = f"Kim Roe\n\nExperience\nCase Manager, Harbor House, 2019 - 2024\n{line}."
    assert _professions(_read(reader, Kind.RESUME, text)) == {"profession.case-manager"}
