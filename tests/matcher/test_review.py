"""What the author of a posting is warned of, and what not."""

from __future__ import annotations

import pytest

from matcher.document import Document
from matcher.reading import Reader
from matcher.review import review
from tests.conftest import posting

SOUND = "Requirements\nLCSW licensed in California required. $80,000 - $95,000 a year. EMDR preferred."


def _names(reader: Reader, document: Document) -> list[str]:
    return [warning.name for warning in review(document, reader.read(document))]


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        (SOUND.replace("$80,000 - $95,000", "$28,000 - $34,000"), "Fresno, CA", "low_pay"),
        (SOUND.replace("$80,000 - $95,000 a year. ", ""), "Fresno, CA", "no_pay"),
        (SOUND.replace("LCSW licensed in California required. ", ""), "Fresno, CA", "no_licence"),
        (SOUND.replace(" licensed in California", ""), "", "no_state"),
        (SOUND.replace("LCSW licensed in California", "LICSW licensed in California"), "Fresno, CA", "wrong_state_title"),
    ],
)
def test_a_posting_is_warned_of_one_thing(reader: Reader, text: str, place: str, name: str) -> None:
    assert _names(reader, posting(SOUND, place="Fresno, CA")) == []
    assert _names(reader, posting(text, place=place)) == [name]


@pytest.mark.parametrize("words", ["LCSW or associates (ASW) licensed in California required.", "ASW registered in California required."])
def test_low_pay_is_that_of_associates(reader: Reader, words: str) -> None:
    text = SOUND.replace("LCSW licensed in California required.", words).replace("$80,000 - $95,000", "$28,000 - $34,000")
    assert "low_pay" not in _names(reader, posting(text, place="Fresno, CA"))


def test_pay_beside_the_text_counts(reader: Reader) -> None:
    silent = SOUND.replace("$80,000 - $95,000 a year. ", "")
    assert _names(reader, posting(silent, place="Fresno, CA", pay={"low": 40, "high": 60, "period": "hour"})) == []
    assert _names(reader, posting(silent, place="Fresno, CA", pay={"low": 12, "high": 18, "period": "hour"})) == ["low_pay"]
    assert _names(reader, posting(silent, place="Fresno, CA", pay={"low": 70, "high": 90, "period": "session"})) == []


def test_the_words_a_warning_rests_on_are_named(reader: Reader) -> None:
    document = posting(SOUND.replace("$80,000 - $95,000", "$28,000 - $34,000"), place="Fresno, CA")
    profile = reader.read(document)
    [warning] = review(document, profile)
    assert [profile.quote(one) for one in warning.mentions] == ["LCSW", "$28,000 - $34,000 a year"]
