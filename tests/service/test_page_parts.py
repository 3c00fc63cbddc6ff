"""The parts of pages: texts in pieces, and scores as bars."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from matcher.compare import compare
from matcher.reading import Reader
from matcher.sides import Demand, Offer
from matcher.vocabulary import Vocabulary
from matcher.weights import Weights
from service.pages.bars import COLOUR_OF, bar, told
from service.pages.marks import Mark, pieces
from tests.conftest import TODAY, posting, resume

MARKS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from(["k0", "k1", "k2", "v-met"])), max_size=12)


@given(st.text(max_size=30), MARKS)
def test_the_pieces_are_the_text_and_each_has_the_marks_that_lie_over_it(text: str, spans: list[tuple[int, int, str]]) -> None:
    found = pieces(text, [Mark(start, end, (key,)) for start, end, key in spans])
    assert "".join(piece.text for piece in found) == text
    at = 0
    for piece in found:
        for offset in range(at, at + len(piece.text)):
            assert set(piece.keys) == {key for start, end, key in spans if start <= offset < end}
        at += len(piece.text)


@given(st.text(max_size=30), MARKS)
def test_each_plain_key_begins_once(text: str, spans: list[tuple[int, int, str]]) -> None:
    begun = [key for piece in pieces(text, [Mark(start, end, (key,)) for start, end, key in spans]) for key in piece.begins]
    assert sorted(begun) == sorted({key for start, end, key in spans if start < min(end, len(text)) and "-" not in key})


def test_only_a_part_of_a_text_is_shown_where_that_is_asked() -> None:
    found = pieces("title\ntext", [Mark(0, 8, ("k0",))], 6)
    assert [(piece.text, piece.keys) for piece in found] == [("te", ("k0",)), ("xt", ())]


def test_a_bar_is_the_score_then_what_is_not_stated(reader: Reader, vocabulary: Vocabulary) -> None:
    asked = posting("Requirements\nLCSW required. EMDR required, DBT preferred. Spanish is a plus.", place="Fresno, CA")
    offered = resume("LCSW\nFresno, CA\n\nExperience\nTherapist: DBT.")
    match = compare(Demand(reader.read(asked), vocabulary), Offer(reader.read(offered), vocabulary), 0.6, Weights(), vocabulary, TODAY)
    stretches = bar(match)
    earned = [one for one in stretches if one.colour != "open"]
    assert round(sum(one.width for one in earned), 2) == match.score
    assert round(stretches[-1].x + stretches[-1].width, 2) == match.interval[1]
    assert all(round(one.x + one.width, 2) == other.x for one, other in itertools.pairwise(stretches))
    assert told(match).startswith(f"{match.score:g} of 100 points, at most {match.interval[1]:g}. licence and hard requirements: ")
    assert {part.name for part in match.parts} <= set(COLOUR_OF)
