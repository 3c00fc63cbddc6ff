from __future__ import annotations

import math
from collections.abc import Iterable

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import LexicalIndex
from index.vectors import Allowed

CORPUS = [
    "emdr trauma adults trauma",
    "dbt skills group adolescents dbt dbt",
    "emdr dbt",
    "intake",
    "couples family therapy adults family therapy telehealth evening therapy",
    "adults",
]
QUERIES = ["emdr", "dbt adults", "therapy family trauma emdr", "adults adults adults", "unknown", "unknown dbt"]
WORDS = st.lists(st.sampled_from("abcdefg"), max_size=8).map(tuple)
EVERY = settings(deadline=None, max_examples=150)


def filled(documents: list[tuple[str, ...]]) -> LexicalIndex:
    index = LexicalIndex()
    for document in documents:
        index.add(document)
    return index


def best(index: LexicalIndex, terms: Iterable[str], allowed: Allowed, depth: int) -> list[int]:
    return list(index.best(index.asked(terms), allowed, depth).tolist())


@pytest.mark.parametrize("query", QUERIES)
def test_scores_equal_those_of_bm25s_with_the_formula_of_lucene(query: str) -> None:
    documents = [text.split() for text in CORPUS]
    reference = bm25s.BM25(method="lucene", k1=1.5, b=0.75, dtype="float64")
    reference.index(documents, show_progress=False)
    known = [term for term in query.split() if any(term in document for document in documents)]
    expected = reference.get_scores(known) if known else np.zeros(len(documents))
    assert filled([tuple(document) for document in documents]).scores(query.split()) == pytest.approx(expected, rel=1e-12)


def test_a_score_is_the_one_computed_by_hand() -> None:
    index = filled([("emdr", "emdr", "adults"), ("dbt",)])
    weight = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    assert index.scores(["emdr"]).tolist() == pytest.approx([weight * 2 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2)), 0])


@EVERY
@given(documents=st.lists(WORDS, max_size=25), data=st.data())
def test_after_adds_and_removes_scores_equal_those_of_an_index_built_anew(documents: list[tuple[str, ...]], data: st.DataObject) -> None:
    index = LexicalIndex()
    living: dict[int, tuple[str, ...]] = {}
    for row, document in enumerate(documents):
        index.add(document)
        living[row] = document
        if data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(sorted(living)))
            index.remove(gone)
            del living[gone]
    rows = np.array(sorted(living), dtype=np.int64)
    query = data.draw(WORDS)
    anew = filled([living[row] for row in rows.tolist()])
    assert index.scores(query)[rows].tolist() == anew.scores(query).tolist()
    depth = data.draw(st.integers(1, 30))
    assert sorted(best(index, query, np.isin(np.arange(len(documents)), rows), depth)) == sorted(
        rows[best(anew, query, np.ones(len(rows), dtype=np.bool_), depth)]
    )


@EVERY
@given(documents=st.lists(WORDS, min_size=1, max_size=25), query=WORDS, depth=st.integers(1, 30), keep=st.lists(st.booleans(), min_size=25, max_size=25))
def test_the_best_are_the_highest_allowed_scores_above_zero_with_all_that_tie(
    documents: list[tuple[str, ...]], query: tuple[str, ...], depth: int, keep: list[bool]
) -> None:
    index = filled(documents)
    allowed = np.array(keep[: len(documents)])
    scores = index.scores(query)
    above = sorted((row for row in np.flatnonzero(allowed).tolist() if scores[row] > 0), key=lambda row: -scores[row])
    floor = scores[above[min(depth, len(above)) - 1]] if above else 0
    assert set(best(index, query, allowed, depth)) == {row for row in above if scores[row] >= floor - 1e-6}


@pytest.mark.parametrize("seed", range(12))
def test_the_best_are_exact_though_their_terms_were_weighed_at_several_average_lengths(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.lexical.TIE", tie := 1e-4)
    random, index = np.random.default_rng(seed), LexicalIndex()

    def add(count: int, length: int) -> None:
        for _ in range(count):
            index.add([*np.repeat(["a", "b", "c"], random.integers(0, 4, 3)).tolist(), *["filler"] * int(random.integers(length, length + 60))])

    for query, count, length in (("a", 300, 100), ("b", 3, 250), ("c", 3, 250), ("aabbc", 3, 250), ("abc", 200, 900)):
        add(count, length)
        scores, asked = index.scores(query), index.asked(query)
        allowed = random.random(len(scores)) < 0.8
        ranked = np.sort(np.where(allowed, scores, 0))[::-1]
        for depth in range(1, 60):
            expected = np.flatnonzero(allowed & (scores > 0) & (scores >= ranked[depth - 1] - tie))
            assert index.best(asked, allowed, depth).tolist() == expected.tolist()


def test_a_term_said_twice_in_a_question_counts_twice() -> None:
    index = filled([("emdr", "adults"), ("dbt",)])
    assert index.scores(["emdr", "emdr"]).tolist() == (2 * index.scores(["emdr"])).tolist()


def test_a_term_that_every_document_has_never_counts_against_one() -> None:
    scores = filled([("adults",), ("adults", "dbt"), ("adults",)]).scores(["adults"])
    assert (scores > 0).all()


def test_a_term_whose_documents_are_all_removed_scores_nothing() -> None:
    index = filled([("emdr",), ("dbt",)])
    index.remove(0)
    assert index.scores(["emdr"]).tolist() == [0, 0]
    assert best(index, ["emdr"], np.array([False, True]), 5) == []


def test_an_index_without_documents_or_with_wordless_ones_scores_nothing() -> None:
    assert LexicalIndex().scores(["emdr"]).tolist() == []
    assert filled([(), ()]).scores(["emdr"]).tolist() == [0, 0]


def test_a_depth_of_nothing_finds_nothing() -> None:
    assert best(filled([("emdr",), ("emdr",)]), ["emdr"], np.array([True, True]), 0) == []
