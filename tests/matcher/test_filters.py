"""Conditions in words become a filter, or are refused by name; what is favoured becomes lines of the ledger."""

from __future__ import annotations

from datetime import date

import pytest

from index.record import ABSENT, Filter, Range
from matcher.filters import Between, Conditions, InvalidFilter, favours, known_values, to_filter
from matcher.ledger import Verdict
from matcher.matcher import LOCAL, Matcher
from matcher.vocabulary import Vocabulary
from matcher.weights import FAVOUR, TOTAL, Weights
from tests.conftest import posting, resume

ASKED = resume("Jane Roe, LCSW\nReno, NV\nExperience\nTherapist: EMDR with teens.")


def test_names_and_values_become_a_filter_and_short_names_of_concepts_are_understood(vocabulary: Vocabulary) -> None:
    assert to_filter({"state": ["CA", "OR", "CA"]}, {"modality": ["aba", "not_stated"]}, vocabulary) == Filter(
        {"state": frozenset({"CA", "OR"})}, {"modality": frozenset({"modality.aba", ABSENT})}
    )
    day = date(2026, 11, 1)
    assert to_filter({"posted": Between(at_least=day), "years": Between(at_most=5, or_not_stated=True)}, {}, vocabulary) == Filter(
        required_ranges={"posted": Range(low=float(day.toordinal())), "years": Range(high=5.0, absent=True)}
    )
    assert to_filter({"licence": ["social_work:independent@TX", "counseling@TX", "nursing"]} if "nursing" in known_values(vocabulary)["licence_family"] else
                     {"licence": ["social_work:independent@TX", "counseling@TX"]}, {}, vocabulary).required["licence"] >= {"counseling@TX"}  # fmt: skip


REFUSED: list[tuple[Conditions, str]] = [
    ({"salary": ["1"]}, r"required\.salary: unknown filter; the filters are state, mode, employment_type, licence, .*posted, closes"),
    ({"salary": Between(1)}, r"required\.salary: takes no range; those that do are pay_per_year, years, posted, closes"),
    ({"state": ["Texas"]}, r"required\.state: 'Texas' is no state; GET /v1/vocabulary lists"),
    ({"modality": ["EMDR therapy!"]}, r"required\.modality: 'EMDR therapy!' is no modality"),
    ({"licence": ["LCSW in Texas"]}, r"required\.licence: 'LCSW in Texas' must be a family, with a level or a state"),
    ({"licence": ["social_work:great"]}, r"required\.licence: 'great' is no licence level"),
    ({"licence": ["social_work@ZZ"]}, r"required\.licence: 'ZZ' is no state"),
    ({"years": ["5"]}, r"required\.years: must be a range with at_least or at_most, or both"),
    ({"years": Between()}, r"required\.years: must have at_least or at_most, or both"),
    ({"years": Between(5, 4)}, r"required\.years: at_least 5 is above at_most 4"),
    ({"years": Between(date(2026, 1, 1))}, r"required\.years\.at_least: must be a number"),
    ({"posted": Between(at_most=5)}, r"required\.posted\.at_most: must be a date like 2026-11-22"),
]


@pytest.mark.parametrize(("required", "told"), REFUSED)
def test_a_condition_that_nothing_could_meet_is_refused_by_its_place(vocabulary: Vocabulary, required: Conditions, told: str) -> None:
    with pytest.raises(InvalidFilter, match=told):
        to_filter(required, {}, vocabulary)


def test_every_value_that_is_listed_is_taken(vocabulary: Vocabulary) -> None:
    for name, values in known_values(vocabulary).items():
        assert to_filter({name: values}, {}, vocabulary).required[name] == set(values)


def test_a_licence_filter_joins_family_level_and_state_of_one_licence(matcher: Matcher) -> None:
    matcher.put([resume("Jane Roe\nLCSW, Texas. LPC Associate, Ohio.", "both"), resume("Jane Roe\nLPC, Texas.", "one")])
    asked = posting("LPC required. Individual therapy.", place="Austin, TX")
    for value, expected in [("counseling@TX", ["one"]), ("counseling@OH", ["both"]), ("counseling:independent@OH", []), ("counseling:independent", ["one"])]:
        where = to_filter({"licence": [value]}, {}, matcher.vocabulary)
        assert [found.document.id for found in matcher.match(asked, where=where)] == expected


def test_what_is_favoured_earns_points_in_lines_of_its_own_and_excludes_nothing(matcher: Matcher) -> None:
    matcher.put([posting("LCSW required. EMDR.", "p1", place="Reno, NV", remote=True), posting("LCSW required. EMDR.", "p2", place="Reno, NV")])
    plain = {found.document.id: found.match.score for found in matcher.match(ASKED)}
    assert plain["p1"] == plain["p2"]
    wanted = favours({"mode": ["remote"], "pay_per_year": Between(at_least=50_000)}, matcher.vocabulary)
    asked = matcher.read([ASKED])[0]
    places = matcher.rank(asked, LOCAL, Filter(), Weights(), 10, wanted)
    found = {one.document.id: one.match for one in matcher.placed(asked, places, LOCAL, Weights(), wanted)}
    assert [one.score for one in places] == [match.score for match in found.values()]
    assert list(found) == ["p1", "p2"]
    lines = {id: [part for part in match.parts if part.name == "favoured"] for id, match in found.items()}
    worth = round(TOTAL * FAVOUR / (FAVOUR + sum(Weights().given().values())) / 2, 2)
    assert [(part.concept, part.points, part.possible, part.verdict) for part in lines["p1"]] == [
        ("mode", worth, worth, Verdict.MET), ("pay_per_year", 0, worth, Verdict.NOT_STATED),
    ]  # fmt: skip
    assert lines["p2"][0].points == 0
    assert round(found["p1"].score - found["p2"].score, 2) == worth
    assert all(match.score == round(sum(part.points for part in match.parts), 2) for match in found.values())


def test_a_comparison_is_repeated_by_version_and_gone_once_the_document_has_changed(matcher: Matcher) -> None:
    matcher.put([posting("LCSW required. EMDR.", "p1", place="Reno, NV")])
    asked = matcher.read([ASKED])[0]
    (found,) = matcher.match(ASKED)
    assert matcher.again(asked, found.version, LOCAL, Weights()) == found
    assert matcher.again(asked, found.version, "another", Weights()) is None
    assert matcher.again(asked, found.version + 1, LOCAL, Weights()) is None
    matcher.put([posting("LPC required.", "p1")])
    assert matcher.again(asked, found.version, LOCAL, Weights()) is None
