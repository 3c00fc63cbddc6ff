"""P5: a hard filter is complete: every eligible document is reachable, however selective the filter."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedded import EmbeddedIndex
from index.record import Filter, Key, Question, Record
from matcher.catalog import InvalidFilter, to_filter
from matcher.document import Document
from matcher.matcher import DEPTH, Matcher, fingerprint
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary
from tests.conftest import WordLengthEncoder, posting, resume

PLACES = {"TX": "Austin, TX", "CA": "Oakland, CA", "NY": "Albany, NY", "WA": "Tacoma, WA"}
TYPES = ("full_time", "part_time", "contract")
COPIES = 10
ASKED = resume("Jane Roe, LCSW\nAustin, TX\nExperience\nTherapist: DBT with teens.")

VALUES = st.lists(st.sampled_from("xyz"), max_size=3, unique=True).map(tuple)
CONDITIONS = st.dictionaries(st.sampled_from("abcd"), st.frozensets(st.sampled_from("xyzw"), max_size=3), max_size=3)


def passes(facets: Mapping[str, tuple[str, ...]], required: Mapping[str, frozenset[str]], banned: Mapping[str, frozenset[str]]) -> bool:
    """The meaning of a filter, said once more in other words."""
    for name, values in required.items():
        if not set(facets.get(name, ())) & values:
            return False
    return not any(set(facets.get(name, ())) & values for name, values in banned.items())


@settings(deadline=None, max_examples=150)
@given(
    stored=st.lists(st.tuples(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), st.lists(st.sampled_from("pqr"), max_size=3)), max_size=40),
    required=CONDITIONS,
    banned=CONDITIONS,
    beyond=st.integers(0, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_allowed_record_is_reached_and_no_other(
    stored: list[tuple[dict[str, tuple[str, ...]], list[str]]],
    required: dict[str, frozenset[str]],
    banned: dict[str, frozenset[str]],
    beyond: int,
    seed: int,
) -> None:
    vectors = np.random.default_rng(seed).normal(size=(len(stored) + 1, 4))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    index = EmbeddedIndex.open(Path(":memory:"), "any", 4, "clinmatch rebuild")
    index.put([Record(Key("t", "k", f"{n}"), facets, tuple(terms), vectors[n : n + 1], b"") for n, (facets, terms) in enumerate(stored)])
    allowed = sorted(f"{number}" for number, (facets, _) in enumerate(stored) if passes(facets, required, banned))
    hits = index.search("t", "k", Question(vectors[-1], ("p", "q")), [Filter(required, banned)], len(allowed) + beyond or 1)
    assert sorted(hit.id for hit in hits) == allowed


def test_the_one_allowed_record_among_thousands_is_reached_though_it_is_the_farthest_and_shares_no_word() -> None:
    index = EmbeddedIndex.open(Path(":memory:"), "any", 2, "clinmatch rebuild")
    near, far = np.array([[1, 0]], dtype=np.float32), np.array([[-1, 0]], dtype=np.float32)
    index.put([Record(Key("t", "k", f"{number}"), {"state": ("CA",)}, ("emdr",), near, b"") for number in range(5000)])
    index.put([Record(Key("t", "k", "rare"), {"state": ("CA", "WY")}, (), far, b"")])
    hits = index.search("t", "k", Question(near[0], ("emdr",)), [Filter(required={"state": frozenset({"WY"})})], 1)
    assert [(hit.id, hit.similarity) for hit in hits] == [("rare", -1.0)]
    banned = index.search("t", "k", Question(near[0], ("emdr",)), [Filter(banned={"state": frozenset({"WY"})})], 5000)
    assert {hit.id for hit in banned} == {f"{number}" for number in range(5000)}


@pytest.fixture(scope="module")
def stored() -> list[Document]:
    """Postings of every state, type of employment and mode, more of them than a search is deep."""
    return [
        posting("LCSW required. DBT with adolescents.", id=f"{state} {type} {remote} {copy}", place=PLACES[state], employment_type=type, remote=remote)
        for state, type, remote, copy in product(PLACES, TYPES, (True, False), range(COPIES))
    ]


@pytest.fixture(scope="module")
def crowded(stored: list[Document], vocabulary: Vocabulary, reader: Reader) -> Matcher:
    encoder = WordLengthEncoder()
    index = EmbeddedIndex.open(Path(":memory:"), fingerprint(encoder, vocabulary), encoder.dimension, "clinmatch rebuild")
    matcher = Matcher(vocabulary, reader, encoder, index)
    matcher.put(stored)
    return matcher


STATES = st.frozensets(st.sampled_from([*PLACES, "WY"]), min_size=1)
KINDS = st.frozensets(st.sampled_from([*TYPES, "internship"]), min_size=1)
MODES = st.frozensets(st.sampled_from(["remote", "onsite"]), min_size=1)
FACETS = st.fixed_dictionaries({}, optional={"state": STATES, "employment_type": KINDS, "mode": MODES})


@settings(deadline=None, max_examples=60)
@given(required=FACETS, banned=FACETS)
def test_every_document_that_a_filter_in_the_domains_words_allows_is_ranked_and_no_other(
    crowded: Matcher, stored: list[Document], required: dict[str, frozenset[str]], banned: dict[str, frozenset[str]]
) -> None:
    allowed = set()
    for document in stored:
        state = document.id[:2]
        facets = {"state": (state,), "employment_type": (str(document.employment_type),), "mode": ("remote" if document.remote else "onsite",)}
        if passes(facets, required, banned):
            allowed.add(document.id)
    found = crowded.match(ASKED, where=to_filter(required, banned), limit=len(stored))
    assert len(found) == len(allowed)
    assert {one.document.id for one in found} == allowed


def test_without_a_filter_every_document_is_ranked_when_the_limit_allows(crowded: Matcher, stored: list[Document]) -> None:
    assert len(stored) == 240 > DEPTH
    assert {one.document.id for one in crowded.match(ASKED, limit=len(stored))} == {document.id for document in stored}


def test_a_page_is_full_as_long_as_enough_documents_are_allowed(crowded: Matcher) -> None:
    where = to_filter({"state": ["WA"], "employment_type": ["contract"]}, {"mode": ["onsite"]})
    assert [one.document.id for one in crowded.match(ASKED, where=where, limit=COPIES)] == [f"WA contract True {copy}" for copy in range(COPIES)]


def test_a_filter_that_nothing_passes_gives_an_empty_page(crowded: Matcher) -> None:
    assert crowded.match(ASKED, where=to_filter({"state": ["WY"]}, {})) == []
    assert crowded.match(ASKED, where=to_filter({"state": list(PLACES)}, {"state": list(PLACES)})) == []


def test_a_filter_over_what_is_no_facet_is_refused_with_the_names_that_are(crowded: Matcher) -> None:
    with pytest.raises(InvalidFilter, match="unknown filter 'salary'; the filters are state, mode, employment_type"):
        crowded.match(ASKED, where=to_filter({"salary": ["100000"]}, {}))
