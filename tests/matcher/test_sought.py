"""What is sought is found where `re` finds it, whatever the text."""

from __future__ import annotations

import random
import re
from importlib import import_module

import pytest

from matcher.reading.places import StateFinder
from matcher.sought import Opening, Sought, openings_of, sought
from matcher.vocabulary import Vocabulary, load

MODULES = ("asked_states", "boilerplate", "conditions", "facts", "general", "grammar", "pay", "professions", "standing", "terms")
SIGNS = [
    " ",
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "\n",
    "; ",
    " (",
    ") ",
    "/",
    "-",
    " - ",
    "–",
    "’",
    "'",
    "_",
    "&",
    " & ",
    "$",
    "%",
    "• ",
    ": ",
    "«",
    "\t",
    "\r\n",
    "...",
]
ODD = ["İ", "ı", "K", "ſ", "ß", "é", "Σ", "٣", "１０", "\u0301", "🧠", "ﬁ", "Ⅷ", "x" * 40, "2019", "40", "7.5", "401k", "LCSW", "TX", "IN", "Ph.D."]


def _patterns(vocabulary: Vocabulary) -> list[Sought]:
    finder = StateFinder(vocabulary.states)
    places = [*(vars(import_module(f"matcher.reading.{name}")) for name in MODULES), vars(finder), {"legal": vocabulary.cues.legal}]
    cues = [Sought(vocabulary.cues[use]) for use in vocabulary.cues]
    return [value for place in places for value in place.values() if isinstance(value, Sought)] + cues


def _text(chance: random.Random, words: list[str]) -> str:
    """Words of a pattern in any order, case and spelling, with other things between them."""
    pieces = []
    for _ in range(120):
        word = chance.choice(words) if words and chance.random() < 0.85 else chance.choice(ODD)
        pieces.append(chance.choice([word, word, word.upper(), word.title(), word.replace("s", "ſ").replace("k", "K").replace("i", "İ"), f"{word}s", word[1:]]))
        pieces.append(chance.choice(SIGNS) if chance.random() < 0.95 else "")
    return "".join(pieces)


@pytest.mark.parametrize("number", range(len(_patterns(load()))))
def test_every_pattern_finds_what_re_finds(vocabulary: Vocabulary, number: int) -> None:
    one = _patterns(vocabulary)[number]
    chance = random.Random(number)
    words = re.findall(r"[A-Za-z]{2,}|[IA]", re.sub(r"\(\?P?<\w+>|\\\w", " ", one.pattern.pattern)) or ["word"]
    for _ in range(30):
        text = _text(chance, words)
        found = [match.span() for match in one.finditer(text)]
        assert found == [match.span() for match in one.pattern.finditer(text)]
        first = one.search(text, len(text) // 2)
        plain = one.pattern.search(text, len(text) // 2)
        assert (first and first.span()) == (plain and plain.span())
        assert {start for start, _ in found} <= set(one.places(text))


def test_no_pattern_of_the_product_is_left_to_re(vocabulary: Vocabulary) -> None:
    assert [one.pattern.pattern[:60] for one in _patterns(vocabulary) if not openings_of(one.pattern)] == []


@pytest.mark.parametrize(
    ("pattern", "begun"),
    [
        (r"\b(?:full|part)[- ]time\b", {"full|", "part|"}),
        (r"\bevenings?\b", {"evening|", "evenings"}),
        (r"\b(?-i:FFS)\b|\blicen[sc]\w+", {"FFS|", "licens", "licenc"}),
        (r", ?TX\b", {"1 tx|", "2 tx|"}),
        (r"\d{1,2} hours", {"0|", "00|"}),
        (r"(?<!new )\bengland", {"england"}),
        (r"\bpre-?licensed", {"pre|", "prelicen"}),
        (r" (?=we (?:use|do)\b)", {"1 we|"}),
        (r"\((?:lapsed|ended)\)", {"("}),
        (r"[•▪]|\.(?=\s)", {"•", "▪", "."}),
        (r"unlicensed|never", {"unlicens", "never"}),
    ],
)
def test_a_pattern_tells_with_what_it_begins(pattern: str, begun: set[str]) -> None:
    assert {_shown(opening) for opening in openings_of(re.compile(pattern, re.IGNORECASE))} == begun


def _shown(opening: Opening) -> str:
    lead = f"{opening.lead} " if opening.stem and opening.lead else ""
    return f"{lead}{opening.stem or opening.sign}{'|' if opening.whole else ''}"


@pytest.mark.parametrize("pattern", [r"\w+@\w+", r"a?", r".*x", r"\bé", r"of\b", r"(?a:\bword)", r"\s+x", r"(a)\1", r"[^a-z]b"])
def test_a_pattern_of_which_no_beginning_can_be_told_is_left_to_re(pattern: str) -> None:
    text = "a@b word xx aa of offence éa Bb -b\n x"
    one = sought(pattern)
    assert [match.span() for match in one.finditer(text)] == [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


def test_a_search_begins_at_an_offset() -> None:
    one = sought(r"\bnot\b")
    assert [match and match.start() for match in (one.search("not not"), one.search("not not", 1), one.search("not not", 5))] == [0, 4, None]
