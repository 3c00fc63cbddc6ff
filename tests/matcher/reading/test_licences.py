"""Licences are a title, a state and a standing; nobody else's licence counts."""

from __future__ import annotations

import pytest

from matcher.profile import Level, Strength
from matcher.reading import Reader
from tests.conftest import posting, resume


def _held(reader: Reader, text: str) -> set[tuple[str, str | None, str]]:
    profile = reader.read(resume(text))
    return {(one.title, one.state, one.level.value) for one in profile.licences if one.mention.strength is Strength.HELD}


@pytest.mark.parametrize(
    ("state", "level"),
    [("California", "independent"), ("Massachusetts", "restricted"), ("Maryland", "independent_nonclinical")],
)
def test_the_same_letters_reach_differently_in_different_states(reader: Reader, state: str, level: str) -> None:
    assert [one[2] for one in _held(reader, f"Licensed as an LCSW in {state} since 2015.")] == [level]


def test_a_state_before_the_title_belongs_to_it_and_not_to_the_title_before(reader: Reader) -> None:
    held = _held(reader, "Licensed in three states: Virginia LCSW, Maryland LCSW-C, and District of Columbia LICSW.")
    assert {one[:2] for one in held} == {("LCSW", "VA"), ("LCSW-C", "MD"), ("LICSW", "DC")}


def test_one_title_held_in_two_states_is_two_licences(reader: Reader) -> None:
    held = _held(reader, "Licensed Clinical Social Worker – North Carolina (2019) & Tennessee (2022)")
    assert {one[:2] for one in held} == {("LCSW", "NC"), ("LCSW", "TN")}


def test_a_state_taken_from_the_place_is_marked_as_assumed(reader: Reader) -> None:
    profile = reader.read(resume("Jane Roe, LCSW\nTampa, FL 33601\nTherapist"))
    assert [(one.title, one.state, one.assumed) for one in profile.licences] == [("LCSW", "FL", True)]


@pytest.mark.parametrize(
    "text",
    [
        "Intern in Texas, supervised by an LMFT-S.",
        "I supervise two LMSWs in Texas.",
        "Sites in Texas; LCSW-S on site.",
        "REFERENCES\nMaria Doe, LCSW, Austin, TX",
    ],
)
def test_a_licence_of_somebody_else_is_not_held(reader: Reader, text: str) -> None:
    assert _held(reader, text) == set()


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("Texas LCSW: not held at this time.", Strength.EXCLUDED),
        ("Hours toward LPCC are tracked.", Strength.TRAINING),
        ("LSW exam date: February.", Strength.TRAINING),
        ("Clinical Social Worker (LSW), 2013 – 2015", Strength.LAPSED),
        ("Washington LICSW (2019, not renewed)", Strength.LAPSED),
    ],
)
def test_what_is_not_held_now_is_told_apart(reader: Reader, text: str, strength: Strength) -> None:
    assert [one.mention.strength for one in reader.read(resume(f"Boston, MA 02110\n\n{text}")).licences] == [strength]


def test_a_name_with_its_letters_is_one_licence(reader: Reader) -> None:
    profile = reader.read(resume("Licensed Graduate Social Worker (LGSW), Minnesota Board of Social Work, 2023"))
    assert [(one.title, one.state) for one in profile.licences] == [("LGSW", "MN")]


@pytest.mark.parametrize("text", ["CAPS-5 and PCL-5 administered.", "The program must act fast; cap on hours.", "Met at the lac."])
def test_letters_that_mean_something_else_are_no_licence(reader: Reader, text: str) -> None:
    assert reader.read(resume(f"Orlando, FL 32801\n{text}")).licences == ()


def test_a_list_of_titles_is_any_of(reader: Reader) -> None:
    clause = reader.read(posting("Any ONE of: LPC, LCSW or LMFT required.", place="Newark, NJ")).clauses[0]
    assert clause is not None
    assert {(ask.title, ask.level) for ask in clause.asks} == {(title, Level.INDEPENDENT) for title in ("LPC", "LCSW", "LMFT")}


def test_an_excluded_title_is_not_accepted(reader: Reader) -> None:
    clause = reader.read(posting("Requirements\nIllinois LCPC is mandatory. An LPC can't hold this position.", place="Rockford, IL")).clauses[0]
    assert clause is not None
    assert [ask.title for ask in clause.asks] == ["LCPC"]


def test_supervision_toward_licensure_opens_a_posting_to_associates(reader: Reader) -> None:
    clause = reader.read(posting("LCSW required, or working toward it; supervision toward licensure provided.", place="Austin, TX")).clauses[0]
    assert clause is not None
    assert {ask.level for ask in clause.asks} == {Level.ASSOCIATE}


def test_a_generic_licence_means_that_of_the_profession_in_the_title(reader: Reader) -> None:
    clause = reader.read(posting("Must hold a current and active license.", title="Staff Psychologist", place="Boise, ID")).clauses[0]
    assert clause is not None
    assert {ask.family for ask in clause.asks} == {"psychology"}


def test_a_posting_without_a_word_on_licences_asks_for_none(reader: Reader) -> None:
    assert reader.read(posting("Peer specialist to run groups for adults.", place="Boise, ID")).clauses == ()
