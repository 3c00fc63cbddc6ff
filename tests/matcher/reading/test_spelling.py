"""A slip of spelling is read as the word meant, a word of its own as itself."""

from __future__ import annotations

import pytest

from matcher.reading.spelling import Speller
from matcher.words import Words

KNOWN = ("depression", "anxiety", "behavioral", "counselor", "medication", "marital", "treatment", "plan", "retired")


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(KNOWN)


def _read(speller: Speller, text: str) -> list[str]:
    return [word.folded for word in speller.read(Words(text)).words]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("depresion", "depression"),
        ("depresssion", "depression"),
        ("anxeity", "anxiety"),
        ("behavorial", "behavioral"),
        ("behiveoral", "behiveoral"),
        ("councelor", "counselor"),
        ("counseler", "counselor"),
        ("mediation", "mediation"),
        ("martial", "martial"),
        ("retires", "retire"),
        ("treatmnet", "treatment"),
        ("pre-treatment", "pre treatment"),
    ],
)
def test_only_a_single_slip_in_a_long_word_is_mended(speller: Speller, written: str, meant: str) -> None:
    assert " ".join(_read(speller, written)) == meant


@pytest.mark.parametrize(("text", "read"), [("tx plan", ["treatment", "plan"]), ("Tx plan", ["treatment", "plan"]), ("Austin, TX", ["austin", "tx"])])
def test_shorthand_is_read_but_for_capitals_that_are_a_state(speller: Speller, text: str, read: list[str]) -> None:
    assert _read(speller, text) == read


def test_mended_words_keep_their_places(speller: Speller) -> None:
    text = "Treats depresion, anxeity; writes the tx plan.\nMore."
    mended, plain = speller.read(Words(text)), Words(text.replace("depresion", "depression").replace("anxeity", "anxiety").replace("tx", "treatment"))
    assert mended.line == plain.line
    assert [text[word.start : word.end] for word in mended.words] == [word.raw for word in Words(text).words]
    assert [mended.index(mended.line.index(f" {word.folded} ") + 1) for word in mended.words] == list(range(len(mended.words)))


def test_a_text_without_slips_is_the_same(speller: Speller) -> None:
    words = Words("treatment of depression")
    assert speller.read(words) is words
