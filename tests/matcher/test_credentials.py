"""What a posting demands and a resume holds, made ready to be judged."""

from __future__ import annotations

import pytest

from matcher.credentials import Credentials, Wants, degree_level
from matcher.profile import Level
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary
from tests.conftest import posting, resume


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("EDUCATION\nMaster of Social Work", 3),
        ("EDUCATION\nBachelor of Arts in Psychology", 2),
        ("LCSW in California.", 3),
        ("Licensed Psychologist in Texas.", 4),
        ("Registered Behavior Technician (RBT).", None),
        ("Group leader.", None),
    ],
)
def test_the_highest_degree_is_named_or_implied_by_a_licence(reader: Reader, vocabulary: Vocabulary, text: str, degree: int | None) -> None:
    assert Credentials.of(reader.read(resume(text)), vocabulary).degree == degree


def test_a_degree_in_progress_is_not_held(reader: Reader, vocabulary: Vocabulary) -> None:
    assert Credentials.of(reader.read(resume("EDUCATION\nMSW student, expected May 2027")), vocabulary).degree is None


def test_the_lowest_degree_asked_for_is_the_bar(reader: Reader, vocabulary: Vocabulary) -> None:
    wants = Wants.of(reader.read(posting("Requirements\n- Bachelor's or master's degree in social work")), vocabulary)
    assert wants.degree == 2


def test_trainings_an_employer_gives_are_no_bar(reader: Reader, vocabulary: Vocabulary) -> None:
    wants = Wants.of(reader.read(posting("Requirements\n- CPR certification\n- Registered Play Therapist (RPT)")), vocabulary)
    assert set(wants.certificates) == {"certification.rpt"}


@pytest.mark.parametrize(
    ("family", "level", "degree"), [("social_work", Level.RESTRICTED, 3), ("psychology", Level.INDEPENDENT, 4), ("social_work", Level.BACHELOR, 0)]
)
def test_a_licence_implies_a_degree(family: str, level: Level, degree: int) -> None:
    assert degree_level(family, level) == degree
