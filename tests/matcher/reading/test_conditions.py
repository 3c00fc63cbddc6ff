"""What a posting says of people on the way to a licence."""

from __future__ import annotations

import pytest

from matcher.profile import Ask, Level, LicenceClause
from matcher.reading.conditions import Conditions, conditioned, months_in, waived

CLAUSE = LicenceClause((Ask("LCSW", "social_work", Level.INDEPENDENT),), True, ())


@pytest.mark.parametrize(
    ("text", "associates", "level"),
    [
        ("LCSW. Associates welcome.", True, Level.ASSOCIATE),
        ("LCSW or license-eligible.", True, Level.ASSOCIATE),
        ("We provide clinical supervision toward licensure.", True, Level.ASSOCIATE),
        ("LCSW. No associates, please.", False, Level.INDEPENDENT),
        ("LCSW. Registered interns do not meet the requirement.", False, Level.INDEPENDENT),
        ("LCSW. We are too small to supervise anybody.", False, Level.INDEPENDENT),
        ("LCSW. You will supervise two associates.", None, Level.INDEPENDENT),
        ("LCSW, able to provide supervision for licensure.", None, Level.INDEPENDENT),
        ("LCSW.", None, Level.INDEPENDENT),
    ],
)
def test_a_posting_opens_itself_to_associates_or_shuts_them_out(text: str, associates: bool | None, level: Level) -> None:
    found = conditioned(CLAUSE, Conditions.of(text))
    assert (found.associates, found.asks[0].level) == (associates, level)


def test_a_list_that_names_associates_welcomes_them_and_lowers_nobody() -> None:
    both = LicenceClause((Ask("LCSW", "social_work", Level.INDEPENDENT), Ask("ASW", "social_work", Level.ASSOCIATE)), True, ())
    found = conditioned(both, Conditions.of("LCSW or ASW."))
    assert (found.associates, [ask.level for ask in found.asks]) == (True, [Level.INDEPENDENT, Level.ASSOCIATE])


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("LCSW within 12 months of hire", 12),
        ("must obtain the license within one year of hire", 12),
        ("registration within 60 days of hire", 2),
        ("LCSW, or eligible within six (6) months", 6),
        ("You have two years from start to earn the LCSW", 24),
        ("ability to obtain a Texas license", 0),
        ("CPR within 30 days of hire", None),
        ("We answer within two days", None),
        ("LCSW", None),
    ],
)
def test_the_months_a_posting_waits_for_a_licence(text: str, months: int | None) -> None:
    assert months_in(text) == months


@pytest.mark.parametrize(
    ("title", "text", "waive"),
    [("Intake Specialist (license not required)", "", True), ("", "No license is needed.", True), ("Therapist", "License required.", False)],
)
def test_a_posting_waives_the_licence(title: str, text: str, waive: bool) -> None:
    assert waived(title, text) is waive
