"""A phrase is marked by the words that name it, in one piece, once, and as one thing."""

from __future__ import annotations

import pytest

from matcher.reading.phrases import PhraseFinder
from matcher.vocabulary import Vocabulary
from matcher.words import Words


@pytest.fixture(scope="module")
def finder(vocabulary: Vocabulary) -> PhraseFinder:
    return PhraseFinder(vocabulary)


def _marked(finder: PhraseFinder, text: str) -> set[tuple[str, str]]:
    words = Words(text)
    places = [place for place in finder.find(words) if place.category != "profession"]
    return {(place.category, text[words.words[place.first].start : words.words[place.last].end]) for place in places}


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Conducting intake assessments.", ("duty", "intake assessments")),
        ("Leads a Seeking Safety group.", ("modality", "Seeking Safety")),
        ("Sessions by video with clients.", ("setting", "video")),
        ("Two years in an outpatient setting.", ("setting", "outpatient")),
        ("In-home services for youth.", ("setting", "In-home")),
        ("ERP for OCD.", ("modality", "ERP")),
        ("ERP for OCD.", ("problem", "OCD")),
        ("Counseling for autistic students at school.", ("population", "autistic students")),
        ("Individual sessions and family therapy.", ("modality", "Individual sessions")),
        ("Arranged aftercare for clients.", ("duty", "Arranged aftercare")),
        ("Coordinates with the psychiatrist and school.", ("duty", "Coordinates with the psychiatrist")),
    ],
)
def test_a_name_is_marked_without_the_words_around_it(finder: PhraseFinder, text: str, marked: tuple[str, str]) -> None:
    assert marked in _marked(finder, text)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Suicide risk assessment.", {("duty", "Suicide risk assessment")}),
        ("Opioid treatment program.", {("setting", "Opioid treatment program")}),
        ("Trauma-informed care (TIC).", {("modality", "Trauma-informed care")}),
        ("Psychotherapy.", {("modality", "Psychotherapy")}),
    ],
)
def test_words_are_marked_once_and_as_the_longest_thing_they_name(finder: PhraseFinder, text: str, marked: set[tuple[str, str]]) -> None:
    assert _marked(finder, text) == marked


@pytest.mark.parametrize(
    "degree",
    [
        "BA, Asian Studies",
        "B.A., International Studies",
        "M.S. in Computer Science",
        "Master's degree in psychology, counseling or social work",
        "M.Ed., Counseling",
    ],
)
def test_a_degree_is_marked_with_what_it_is_in(finder: PhraseFinder, degree: str) -> None:
    assert ("degree", degree) in _marked(finder, f"Education: {degree}, 2015.")


@pytest.mark.parametrize("text", ["Lowell, MA, Full day.", "Jackson, MS, Hospital District."])
def test_a_state_is_no_degree(finder: PhraseFinder, text: str) -> None:
    assert not [marked for marked in _marked(finder, text) if marked[0] == "degree"]
