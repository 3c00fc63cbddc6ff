"""A licence is a title and a state at a date: every verdict, with the rule that decided it."""

from __future__ import annotations

import pytest

from matcher.eligibility import VERDICTS, Eligibility, Verdict, distinct, judge
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary
from tests.conftest import posting, resume


@pytest.fixture
def judged(reader: Reader, vocabulary: Vocabulary):
    """The eligibility of a resume under a posting."""

    def _judged(asked: str, held: str, place: str = "", **more: object) -> Eligibility:
        found = reader.read(resume(held))
        return judge(reader.read(posting(asked, place=place, **more)), found, distinct(found.licences), vocabulary.compacts)

    return _judged


@pytest.mark.parametrize(
    ("asked", "place", "held", "verdict", "rule"),
    [
        ("LCSW required.", "Fresno, CA", "LCSW in California since 2015.", "eligible", "LCSW in CA (stated), independent there"),
        (
            "LCSW required; associates welcome.",
            "Fresno, CA",
            "Associate Clinical Social Worker (ASW) in California since 2015.",
            "eligible_as_posting_allows",
            "ASW in CA (stated), associate there",
        ),
        (
            "LPC required.",
            "Phoenix, AZ",
            "LPC in Georgia since 2015.",
            "eligible_through_compact",
            "LPC is of GA; by compact GA and AZ issue privileges to practise as of 2026-06-13",
        ),
        ("LCSW required.", "Fresno, CA", "Licensed as LCSW since 2015.", "not_determined", "LCSW is named without a state"),
        (
            "LPC required.",
            "Phoenix, AZ",
            "LPC in Virginia since 2015.",
            "compact_not_issuing",
            "LPC is of VA; the compact with AZ is enacted but does not issue privileges in both states as of 2026-06-13",
        ),
        (
            "LCSW required.",
            "Fresno, CA",
            "LCSW in Texas since 2015.",
            "needs_licence_in_state",
            "LCSW is of TX; the work is in CA, which needs its own licence",
        ),
        ("LCSW required.", "Fresno, CA", "LCSW pending in California.", "licence_pending", "LCSW is pending or in preparation, not held"),
        (
            "LICSW required.",
            "Boston, MA",
            "LCSW in Massachusetts since 2015.",
            "level_too_low",
            "LCSW is restricted in MA; the posting asks for independent",
        ),
        ("LCSW required.", "Fresno, CA", "LMFT in California since 2015.", "other_licence", "LMFT is not LCSW, and no list makes it one"),
        (
            "LCSW required.",
            "Fresno, CA",
            "I am not licensed. Therapist in clinics.",
            "unlicensed",
            "the posting asks for LCSW; the resume says that none is held now",
        ),
        ("Peer specialist to run groups.", "Fresno, CA", "LMFT in California since 2015.", "not_asked", "the posting names no licence"),
    ],
)
def test_every_verdict_has_its_rule_in_words(judged, asked: str, place: str, held: str, verdict: str, rule: str) -> None:
    found = judged(asked, held, place)
    assert (found.verdict.value, found.rule) == (verdict, rule)


def test_a_resume_that_names_no_licence_is_not_determined_rather_than_unlicensed(judged) -> None:
    found = judged("LCSW or LMFT required.", "Therapist in clinics for adults.", "Fresno, CA")
    assert found.verdict is Verdict.NOT_DETERMINED
    assert found.rule == "the posting asks for LCSW or LMFT; the resume names no licence"
    assert found.licence is None


def test_a_state_taken_from_the_resumes_own_place_is_said_to_be_so(judged) -> None:
    assert (
        judged("LCSW required.", "Jane Roe, LCSW\nFresno, CA 93701\n", "Fresno, CA").rule == "LCSW in CA (taken from the resume's own place), independent there"
    )


def test_a_federal_posting_accepts_a_licence_of_any_state(judged) -> None:
    found = judged("LCSW required.", "LCSW in California since 2015.", "Boston, MA", employer="Veterans Health Administration")
    assert (found.verdict, found.evidence) == (Verdict.ELIGIBLE, "V:S75")
    assert found.rule == "a federal posting accepts a licence of any state; LCSW is held"


def test_a_federal_posting_still_asks_for_the_level(judged) -> None:
    found = judged("LICSW required.", "LCSW in Massachusetts since 2015.", "Boston, MA", employer="Veterans Health Administration")
    assert found.verdict is Verdict.LEVEL_TOO_LOW


def test_a_licence_of_a_state_does_not_reach_a_foreign_country(judged) -> None:
    found = judged("LCSW required. NHS trust in Leeds, England.", "LCSW in California since 2015.")
    assert found.verdict is Verdict.NEEDS_STATE
    assert found.rule == "the work is outside the United States; a US licence does not reach there"


def test_a_posting_without_a_state_takes_the_licence_of_any(judged) -> None:
    found = judged("LCSW required.", "LCSW in California since 2015.")
    assert (found.verdict, found.rule) == (Verdict.ELIGIBLE, "the posting names no state; LCSW is held")


def test_an_associate_is_too_low_where_the_posting_does_not_open_itself(judged) -> None:
    found = judged("LCSW required.", "Associate Clinical Social Worker (ASW) in California.", "Fresno, CA")
    assert (found.verdict, found.rule) == (Verdict.LEVEL_TOO_LOW, "ASW is associate in CA; the posting asks for independent")


def test_a_compact_opens_no_door_to_an_associate(judged) -> None:
    found = judged("LPC required; associates welcome.", "LPC Associate in Georgia: APC in Georgia.", "Phoenix, AZ")
    assert found.verdict is Verdict.NEEDS_STATE


def test_a_state_outside_the_compact_needs_its_own_licence(judged) -> None:
    assert judged("LPC required.", "LPC in Texas since 2015.", "Phoenix, AZ").verdict is Verdict.NEEDS_STATE


def test_an_undetermined_compact_membership_promises_nothing(judged, vocabulary: Vocabulary) -> None:
    assert vocabulary.compacts["social_work", "OK"].status == "undetermined"
    assert judged("LCSW required.", "LCSW in Oklahoma since 2015.", "Norfolk, VA").verdict is Verdict.NEEDS_STATE


def test_a_family_without_a_compact_needs_a_licence_in_the_state(judged) -> None:
    assert judged("LMFT required.", "LMFT in Georgia since 2015.", "Phoenix, AZ").verdict is Verdict.NEEDS_STATE


def test_a_psychologist_crosses_by_the_compact_of_psychology(judged) -> None:
    found = judged("Licensed Psychologist required.", "Licensed Psychologist in Texas since 2015.", "Boise, ID")
    assert (found.verdict, found.evidence) == (Verdict.COMPACT, "V:S69; V:S70")


def test_the_best_of_several_licences_decides(judged) -> None:
    found = judged("LCSW required.", "LCSW in Massachusetts. LCSW in California since 2015.", "Fresno, CA")
    assert found.verdict is Verdict.ELIGIBLE
    assert found.licence is not None
    assert (found.licence.title, found.licence.state) == ("LCSW", "CA")


def test_any_one_of_the_licences_asked_for_is_enough(judged) -> None:
    found = judged("LPCC, LCSW or LMFT required.", "LMFT in California since 2015.", "Fresno, CA")
    assert found.verdict is Verdict.ELIGIBLE
    assert found.ask is not None
    assert found.ask.title == "LMFT"


def test_a_title_of_another_name_in_the_same_family_and_level_is_accepted(judged) -> None:
    found = judged("LMHC required.", "LPC in Georgia since 2015.", "Atlanta, GA")
    assert (found.verdict, found.rule) == (Verdict.ELIGIBLE, "LPC in GA (stated), independent there")


def test_a_lapsed_licence_is_not_held(judged) -> None:
    found = judged("LCSW required.", "California LCSW, lapsed in 2019.", "Fresno, CA")
    assert (found.verdict, found.rule) == (Verdict.UNLICENSED, "the posting asks for LCSW; the resume says that none is held now")


def test_a_licence_lapsed_in_brackets_behind_its_state_is_not_held(judged) -> None:
    assert judged("LCSW required.", "LCSW in California (lapsed 2019).", "Fresno, CA").verdict is Verdict.UNLICENSED


def test_naming_a_licence_twice_is_one_licence(reader: Reader) -> None:
    once = distinct(reader.read(resume("LCSW in California since 2015.")).licences)
    twice = distinct(reader.read(resume("LCSW in California since 2015.\n\nLCSW in California since 2015.")).licences)
    assert twice == once
    assert len(once) == 1


def test_the_same_title_in_two_states_is_two_licences(reader: Reader) -> None:
    assert {one.state for one in distinct(reader.read(resume("LCSW in California since 2015. LCSW in Texas since 2019.")).licences)} == {"CA", "TX"}


def test_verdicts_stand_from_best_to_worst() -> None:
    assert VERDICTS[0] is Verdict.ELIGIBLE
    assert VERDICTS.index(Verdict.COMPACT) < VERDICTS.index(Verdict.COMPACT_PENDING) < VERDICTS.index(Verdict.NEEDS_STATE) < VERDICTS.index(Verdict.UNLICENSED)


@pytest.mark.parametrize("text", ["LCSW in Texas.", "LCSW in Texas. LMFT of Ohio since 2015."])
def test_the_state_behind_a_licence_is_its_own(reader: Reader, text: str) -> None:
    assert [(one.state, one.assumed) for one in reader.read(resume(f"Tampa, FL 33601\n{text}")).licences if one.title == "LCSW"] == [("TX", False)]
