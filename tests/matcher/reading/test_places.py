"""A state is named by its name, by letters where an address has them, or by a well-known city."""

from __future__ import annotations

import pytest

from matcher.reading.places import StateFinder
from matcher.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def finder(vocabulary: Vocabulary) -> StateFinder:
    return StateFinder(vocabulary.states)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Lives in Georgia", [("GA", "Georgia")]),
        ("New York and West Virginia", [("NY", "New York"), ("WV", "West Virginia")]),
        ("Tampa, FL 33601", [("FL", "FL")]),
        ("Boston, MA", [("MA", "MA")]),
        ("PORTLAND, OR", [("OR", "OR")]),
        ("Somewhere, MA 02110", [("MA", "MA")]),
        ("Licensed (NC) and [TX]", [("NC", "NC"), ("TX", "TX")]),
        ("NY LCSW", [("NY", "NY")]),
    ],
)
def test_a_state_is_named_in_words_or_by_the_letters_of_an_address(finder: StateFinder, text: str, named: list[tuple[str, str]]) -> None:
    assert [(mention.state, text[mention.start : mention.end]) for mention in finder.places(text).named()] == named


@pytest.mark.parametrize("text", ["CBT or DBT", "Kim Doe, MA, LPC", "come in, OK?", "Call me OR write", "LCSW, PA", "CO-LED GROUPS IN SCHOOLS"])
def test_degrees_and_words_are_no_states(finder: StateFinder, text: str) -> None:
    assert finder.places(text).named() == []


@pytest.mark.parametrize("text", ["University of Texas at Austin", "Texas State University", "Virginia Tech University", "Bank of Georgia", "Delaware Avenue"])
def test_a_school_or_a_street_is_no_place(finder: StateFinder, text: str) -> None:
    places = finder.places(text)
    assert [mention.state for mention in places.named()] == []


def test_a_well_known_city_places_its_state_and_the_longest_name_wins(finder: StateFinder) -> None:
    text = "Clinics in Fargo and North Little Rock"
    assert [(mention.state, text[mention.start : mention.end]) for mention in finder.places(text).cities()] == [("ND", "Fargo"), ("AR", "North Little Rock")]


@pytest.mark.parametrize(
    ("place", "states"),
    [("Tampa, FL", ("FL",)), ("Remote (AZ, NM)", ("AZ", "NM")), ("Fargo", ("ND",)), ("Washington, DC", ("DC",)), ("Remote", ()), ("", ())],
)
def test_a_place_line_has_its_states(finder: StateFinder, place: str, states: tuple[str, ...]) -> None:
    assert finder.of_place(place) == states


@pytest.mark.parametrize(("place", "state"), [("Kansas City, MO", "MO"), ("Michigan City, IN", "IN"), ("Nevada City, CA", "CA")])
def test_a_city_named_after_another_state_is_in_its_own(finder: StateFinder, place: str, state: str) -> None:
    assert finder.of_place(place) == (state,)


def test_states_are_asked_by_stretch(finder: StateFinder) -> None:
    places = finder.places("Texas, then Ohio, then Utah")
    assert [mention.state for mention in places.named(6, 17)] == ["OH"]
    assert [mention.state for mention in places.named(1)] == ["OH", "UT"]


@pytest.mark.parametrize(
    "text",
    [
        "under a physician (MD/DO)",
        "supervised by an NP/PA team",
        "a Physician Assistant (PA) on the unit",
        "Motivational Interviewing (MI)",
        "Department of Veterans Affairs (VA)",
        "experience (VA or non-VA)",
        "Housing Support- VA Program",
        "a BA/MA degree",
    ],
)
def test_letters_of_a_credential_or_of_the_words_before_them_are_no_state(finder: StateFinder, text: str) -> None:
    assert finder.places(text).named() == []


@pytest.mark.parametrize(
    ("text", "states"),
    [("Telehealth (MD/VA)", ["MD", "VA"]), ("LCSW (PA)", ["PA"]), ("clinics (MD)", ["MD"]), ("Norfolk VA", ["VA"]), ("Smallville, VA", ["VA"])],
)
def test_the_same_letters_are_a_state_where_nothing_else_explains_them(finder: StateFinder, text: str, states: list[str]) -> None:
    assert [mention.state for mention in finder.places(text).named()] == states


@pytest.mark.parametrize(
    "text",
    [
        "licensed in a State, Territory, or Commonwealth (i.e., Puerto Rico) of the U.S. or in the District of Columbia",
        "a license from a State, the District of Columbia, the Commonwealth of Puerto Rico, or a territory",
        "of any U.S. state or the District of Columbia",
    ],
)
def test_any_state_or_territory_names_no_place(finder: StateFinder, text: str) -> None:
    assert finder.places(text).named() == []


def test_the_district_and_the_island_are_places_elsewhere(finder: StateFinder) -> None:
    assert [mention.state for mention in finder.places("Licensed in Maryland and the District of Columbia; offices in Puerto Rico").named()] == [
        "MD",
        "DC",
        "PR",
    ]


@pytest.mark.parametrize("text", ["California Coast University", "Texas Lutheran University", "Florida Medical College"])
def test_a_school_with_a_state_in_its_name_is_no_place(finder: StateFinder, text: str) -> None:
    assert finder.places(text).named() == []


def test_a_name_does_not_begin_with_the_state_of_the_line_before(finder: StateFinder) -> None:
    text = "Eugene, OR\nLMFTs, OR LCSW"
    assert [finder.places(text).begin(text.index(name)) for name in ("LMFT", "LCSW")] == [text.index("LMFT"), text.index("OR LCSW")]
