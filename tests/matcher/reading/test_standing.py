"""Whose a licence is and how it stands, by the words about it."""

from __future__ import annotations

import pytest

from matcher.profile import Level, Strength
from matcher.reading.sections import Section
from matcher.reading.standing import around, details, of_list, on_posting, on_resume, unlicensed


def _around(text: str, title: str = "LCSW", following: str = ""):
    start = text.index(title)
    return around(text, start, start + len(title), 0, text.index(following) if following else len(text))


@pytest.mark.parametrize(
    ("text", "level", "strength"),
    [
        ("LCSW, Texas, 2015", Level.INDEPENDENT, Strength.HELD),
        ("I hold an LCSW in Texas", Level.INDEPENDENT, Strength.HELD),
        ("LCSW pending", Level.INDEPENDENT, Strength.TRAINING),
        ("working toward the LCSW", Level.INDEPENDENT, Strength.TRAINING),
        ("LCSW in 3 months", Level.INDEPENDENT, Strength.TRAINING),
        ("LCSW exam in January", Level.INDEPENDENT, Strength.TRAINING),
        ("LCSW, collecting hours", Level.ASSOCIATE, Strength.HELD),
        ("LCSW application submitted", Level.ASSOCIATE, Strength.TRAINING),
        ("LCSW (Texas), retired status", Level.INDEPENDENT, Strength.LAPSED),
        ("Surrendered my Texas LCSW in 2019", Level.INDEPENDENT, Strength.LAPSED),
        ("LCSW, 2008-2014", Level.INDEPENDENT, Strength.LAPSED),
        ("I can't practise as an LCSW", Level.INDEPENDENT, Strength.EXCLUDED),
        ("No LCSW yet", Level.INDEPENDENT, Strength.EXCLUDED),
    ],
)
def test_a_licence_on_a_resume_stands_by_its_own_words(text: str, level: Level, strength: Strength) -> None:
    assert on_resume(_around(text), level, Section.BODY, plural=False) is strength


@pytest.mark.parametrize(
    "text",
    [
        "supervised by Dana Fields, LCSW",
        "Field instructor: R. Quill, LCSW",
        "co-led a group with an LCSW",
        "notes co-signed by the site LCSW",
        "my wife, an LCSW",
        "an LCSW supervises me",
    ],
)
def test_a_licence_of_somebody_else_is_none_of_the_writers(text: str) -> None:
    assert on_resume(_around(text), Level.INDEPENDENT, Section.BODY, plural=False) is None


@pytest.mark.parametrize("text", ["LCSW; I supervise four associates", "LCSW, supervised practice since 2019", "Concord, New Hampshire, LCSW"])
def test_words_of_supervision_or_place_beside_a_licence_do_not_make_it_somebody_elses(text: str) -> None:
    assert on_resume(_around(text), Level.INDEPENDENT, Section.BODY, plural=False) is Strength.HELD


def test_what_is_said_of_one_licence_is_not_said_of_its_neighbour() -> None:
    text = "I let my LPN lapse; LCSW in Connecticut"
    assert on_resume(_around(text), Level.INDEPENDENT, Section.BODY, plural=False) is Strength.HELD
    assert on_resume(_around(text, "LPN", "LCSW"), Level.BACHELOR, Section.BODY, plural=False) is Strength.LAPSED


@pytest.mark.parametrize(
    ("text", "section", "firmness"),
    [
        ("Our clinic hires an LCSW", Section.BODY, Strength.CONTEXT),
        ("LCSW wanted", Section.BODY, Strength.CONTEXT),
        ("weekly meetings with an LCSW", Section.DUTIES, Strength.OFFERED),
        ("under the direction of the LCSW", Section.DUTIES, Strength.OFFERED),
        ("Reports to: Director (LCSW", Section.DUTIES, Strength.OFFERED),
        ("the LCSW on call", Section.DUTIES, Strength.OFFERED),
        ("you supervise three LCSW", Section.DUTIES, Strength.OFFERED),
        ("$80,000 for LCSW", Section.OFFER, None),
        ("LCSW-track students are welcome", Section.BODY, None),
    ],
)
def test_a_posting_asks_for_a_licence_or_names_a_colleagues(text: str, section: Section, firmness: Strength | None) -> None:
    start = text.index("LCSW")
    assert on_posting(_around(text), text[max(0, start - 50) : start], section, plural=False, firmness=Strength.CONTEXT) is firmness


@pytest.mark.parametrize(
    ("behind", "strength"),
    [
        (" preferred.", Strength.PREFERRED),
        (" is required", Strength.REQUIRED),
        (" may apply", Strength.CONTEXT),
        (" is welcome and earns a differential", Strength.PREFERRED),
        (" earns more", Strength.OFFERED),
        (" in Texas", None),
    ],
)
def test_the_words_behind_a_list_speak_of_all_of_it(behind: str, strength: Strength | None) -> None:
    assert of_list(behind) is strength


@pytest.mark.parametrize(
    ("line", "expires", "months", "hours"),
    [
        (", expires 06/2027", "2027-06-30", None, None),
        (", exp. 06/15/2027", "2027-06-15", None, None),
        (" valid through 2028-04-01", "2028-04-01", None, None),
        (" expires March 2027", "2027-03-31", None, None),
        (" within six months", None, 6, None),
        (" in 2 years", None, 24, None),
        (", 2,400 of 3,000 hours", None, None, (2400, 3000)),
        (", 1,180 supervised hours", None, None, (1180, None)),
    ],
)
def test_a_licence_tells_its_end_its_coming_and_its_hours(line: str, expires: str | None, months: int | None, hours: tuple[int, int | None] | None) -> None:
    assert tuple(details(_around(f"LCSW{line}"), line)) == (expires, months, hours)


@pytest.mark.parametrize(("text", "found"), [("I am not yet licensed.", True), ("I hold no license.", True), ("Licensed since 2015.", False)])
def test_a_resume_says_that_no_licence_is_held(text: str, found: bool) -> None:
    assert (unlicensed(text) is not None) is found
