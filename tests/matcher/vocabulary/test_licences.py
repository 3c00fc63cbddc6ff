"""The same letters mean different things in different states."""

from __future__ import annotations

import pytest

from matcher.profile import Level
from matcher.vocabulary import Vocabulary
from matcher.vocabulary.licences import LicenceTable, LicenceTitle, State


def _title(title: str, state: str, level: Level = Level.INDEPENDENT, name: str = "Licensed Zed", aliases: tuple[str, ...] = ()) -> LicenceTitle:
    return LicenceTitle(title, state, name, "counseling", level, False, aliases, "G", "")


@pytest.mark.parametrize(
    ("state", "level"),
    [("CA", "independent"), ("MA", "restricted"), ("MD", "independent_nonclinical"), ("RI", "restricted"), ("WV", "restricted")],
)
def test_an_lcsw_reaches_as_its_state_says(vocabulary: Vocabulary, state: str, level: str) -> None:
    assert [row.level.value for row in vocabulary.licences.meanings("LCSW", state)] == [level]


def test_a_title_means_what_its_state_says_before_what_is_said_of_every_state() -> None:
    here, anywhere = _title("LZ", "CA"), _title("LZ", "*", Level.RESTRICTED)
    table = LicenceTable([here, anywhere])
    assert table.meanings("LZ", "CA") == [here]
    assert table.meanings("LZ", "TX") == [anywhere]


def test_a_title_without_a_row_for_the_state_can_mean_all_it_means_elsewhere() -> None:
    rows = [_title("LZ", "CA"), _title("LZ", "MA", Level.RESTRICTED)]
    assert LicenceTable(rows).meanings("LZ", "TX") == LicenceTable(rows).meanings("LZ", None) == rows
    assert LicenceTable(rows).meanings("LY", "CA") == []


def test_a_state_issues_the_titles_of_its_rows() -> None:
    table = LicenceTable([_title("LZ", "CA"), _title("LY", "*")])
    assert [table.issued(title, state) for title, state in (("LZ", "CA"), ("LZ", "TX"), ("LY", "TX"), ("LX", "CA"))] == [True, False, True, False]


def test_a_title_is_written_by_letters_in_capitals_and_by_names_in_any_case() -> None:
    table = LicenceTable([_title("LZ", "CA", aliases=("zed license",))])
    assert table.writings() == {"lz": [("LZ", True)], "licensed zed": [("LZ", False)], "zed license": [("LZ", False)]}


def test_a_writing_leads_to_every_title_that_it_can_stand_for(vocabulary: Vocabulary) -> None:
    assert {title for title, _ in vocabulary.licences.writings()["licensed clinical social worker"]} >= {"LCSW", "LCSW-C"}


def test_a_compact_member_has_its_status_and_date(vocabulary: Vocabulary) -> None:
    member = vocabulary.compacts["counseling", "GA"]
    assert (member.compact, member.state, member.status, member.as_of, member.evidence) == ("counseling", "GA", "issuing", "2026-06-13", "V:S11")
    assert vocabulary.compacts["counseling", "VA"].status == "enacted"
    assert vocabulary.compacts["counseling", "CA"].status == "none"


def test_a_state_has_its_name_and_cities(vocabulary: Vocabulary) -> None:
    alaska = vocabulary.states["AK"]
    assert isinstance(alaska, State)
    assert (alaska.code, alaska.name, alaska.cities[:2]) == ("AK", "Alaska", ("Anchorage", "Fairbanks"))
    assert len(vocabulary.states) == 54
