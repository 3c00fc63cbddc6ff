"""A licence is a title and a state at a date: every verdict, with the rule that decided it."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.credentials import Credentials, Wants, distinct
from matcher.eligibility import judge
from matcher.reading import Reader
from matcher.verdict import VERDICTS, Eligibility, Standing, Verdict
from matcher.vocabulary import Vocabulary
from tests.conftest import TODAY, posting, resume


@pytest.fixture
def judged(reader: Reader, vocabulary: Vocabulary):
    """The eligibility of a resume under a posting."""

    def _judged(asked: str, held: str, place: str = "", today: date = TODAY, **more: object) -> Eligibility:
        wants = Wants.of(reader.read(posting(asked, place=place, **more)), vocabulary)
        return judge(wants, Credentials.of(reader.read(resume(held)), vocabulary), vocabulary.compacts, today)

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
            "LPC is of GA; GA and AZ have enacted the counseling compact and both issue privileges to practise",
        ),
        ("LCSW required.", "Fresno, CA", "Licensed as LCSW since 2015.", "not_determined", "LCSW is named without a state"),
        (
            "LPC required.",
            "Phoenix, AZ",
            "LPC in Virginia since 2015.",
            "compact_not_issuing",
            "LPC is of VA; VA and AZ have enacted the counseling compact and privileges are not issued in both states",
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
            "LCSW is not independent in MA; the posting asks for LICSW, independent",
        ),
        (
            "LISW required within 12 months of hire.",
            "Toledo, OH",
            "LSW in Ohio since 2015.",
            "eligible_as_posting_allows",
            "LSW in OH (stated), not independent there",
        ),
        ("LISW or LSW required.", "Toledo, OH", "LSW in Ohio since 2015.", "eligible", "LSW in OH (stated), not independent there"),
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
    assert found.rule == "a federal employer accepts a licence of any state; LCSW is held"


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
    assert (found.verdict, found.rule) == (Verdict.LEVEL_TOO_LOW, "ASW is associate in CA; the posting asks for LCSW, independent")


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
    found = judged("Licensed Psychologist required. Fully remote telehealth.", "Licensed Psychologist in Texas since 2015.", "Remote (ID)")
    assert (found.verdict, found.evidence, found.as_of) == (Verdict.COMPACT, "V:S69; V:S70", "2024-05")


def test_the_compact_of_psychology_reaches_no_office_in_another_state(judged) -> None:
    assert judged("Licensed Psychologist required.", "Licensed Psychologist in Texas since 2015.", "Boise, ID").verdict is Verdict.NEEDS_STATE


@pytest.mark.parametrize(("day", "verdict"), [("2026-06-07", Verdict.COMPACT_PENDING), ("2026-06-08", Verdict.COMPACT)])
def test_a_compact_opens_on_the_day_it_begins_to_issue(judged, day: str, verdict: Verdict) -> None:
    found = judged("LPC required.", "LMHC in Indiana since 2015.", "Phoenix, AZ", today=date.fromisoformat(day))
    assert found.verdict is verdict


def test_a_licence_ends_on_the_day_it_expires(judged) -> None:
    held = "LICENSES\nLCSW, California, expires 06/30/2026"
    assert judged("LCSW required.", held, "Fresno, CA", today=date(2026, 6, 30)).verdict is Verdict.ELIGIBLE
    assert judged("LCSW required.", held, "Fresno, CA", today=date(2026, 7, 1)).verdict is Verdict.UNLICENSED


@pytest.mark.parametrize(
    ("asked", "held", "standing", "what"),
    [
        ("LCSW required. Fluent Spanish required.", "LCSW in California. Languages: Spanish.", Standing.ELIGIBLE, "licence"),
        ("LCSW required. Fluent Spanish required.", "LCSW in California.", Standing.UNKNOWN, "language"),
        ("Master's degree required.", "EDUCATION\nBachelor of Arts in Psychology", Standing.NOT_ELIGIBLE, "degree"),
        ("Master's degree required.", "LCSW in California.", Standing.ELIGIBLE, "degree"),
        ("Master's degree required.", "Group leader in clinics.", Standing.UNKNOWN, "degree"),
    ],
)
def test_every_hard_requirement_counts_for_the_standing(judged, asked: str, held: str, standing: Standing, what: str) -> None:
    found = judged(asked, held, "Fresno, CA")
    assert found.standing is standing
    assert found.deciding is not None
    assert found.deciding.what == what


def test_both_licences_are_asked_where_and_joins_unlike_ones(judged) -> None:
    asked = "Must be licensed as both LCSW and LCADC."
    one = judged(asked, "LCSW in New Jersey since 2015.", "Newark, NJ")
    both = judged(asked, "LCSW in New Jersey since 2015. LCADC in New Jersey since 2017.", "Newark, NJ")
    assert (one.verdict, both.verdict) == (Verdict.OTHER_LICENCE, Verdict.ELIGIBLE)
    assert [finding.standing for finding in one.findings] == [Standing.ELIGIBLE, Standing.NOT_ELIGIBLE]


def test_two_states_are_both_asked(judged) -> None:
    asked = "LCSW required. You must be licensed in both New Jersey and Pennsylvania."
    assert judged(asked, "LCSW in New Jersey since 2015.", "Newark, NJ").verdict is Verdict.NEEDS_STATE
    assert judged(asked, "LCSW in New Jersey since 2015. LCSW in Pennsylvania since 2016.", "Newark, NJ").verdict is Verdict.ELIGIBLE


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
