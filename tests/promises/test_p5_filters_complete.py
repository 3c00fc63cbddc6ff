"""P5: a hard filter is complete: every eligible document is reachable, however selective the filter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedded import EmbeddedIndex
from index.record import ABSENT, Filter, Key, Range, Record
from matcher.document import Document
from matcher.filters import Between, Conditions, InvalidFilter
from matcher.filters import to_filter as conditions
from matcher.matcher import Matcher, fingerprint
from matcher.reading import Reader
from matcher.sheet import BriefSheet
from matcher.vocabulary import Vocabulary, load
from tests.conftest import WordLengthEncoder, posting, resume
from tests.index.points import Words, question

PLACES = {"TX": "Austin, TX", "CA": "Oakland, CA", "NY": "Albany, NY", "WA": "Tacoma, WA"}
TYPES = ("full_time", "part_time", "contract")
COPIES = 10
ASKED = resume("Jane Roe, LCSW\nAustin, TX\nExperience\nTherapist: DBT with teens.")


def to_filter(required: Conditions, banned: Conditions) -> Filter:
    """The filter of the product's vocabulary."""
    return conditions(required, banned, load())


VALUES = st.lists(st.sampled_from("xyz"), max_size=3, unique=True).map(tuple)
CONDITIONS = st.dictionaries(st.sampled_from("abcd"), st.frozensets(st.sampled_from(["x", "y", "z", "w", ABSENT]), max_size=3), max_size=3)
SPANS = st.lists(st.integers(0, 9), min_size=2, max_size=2).map(lambda ends: (float(min(ends)), float(max(ends))))
NUMBERS = st.dictionaries(st.sampled_from("mn"), SPANS, max_size=2)
RANGES = st.dictionaries(st.sampled_from("mno"), st.builds(lambda span, absent: Range(*span, absent), SPANS, st.booleans()), max_size=2)


def passes(facets: Mapping[str, tuple[str, ...]], numbers: Mapping[str, tuple[float, float]], where: Filter) -> bool:
    """The meaning of a filter, said once more in other words."""

    def has(name: str, values: frozenset[str]) -> bool:
        return bool(set(facets.get(name, ())) & values) or (ABSENT in values and not facets.get(name))

    def reaches(name: str, within: Range) -> bool:
        if name not in numbers:
            return within.absent
        return any(within.low <= whole <= within.high for whole in range(int(numbers[name][0]), int(numbers[name][1]) + 1))

    wanted = [has(*one) for one in where.required.items()] + [reaches(*one) for one in where.required_ranges.items()]
    unwanted = [has(*one) for one in where.banned.items()] + [reaches(*one) for one in where.banned_ranges.items()]
    return all(wanted) and not any(unwanted)


@settings(deadline=None, max_examples=150)
@given(
    stored=st.lists(st.tuples(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), st.lists(st.sampled_from("pqr"), max_size=3), NUMBERS), max_size=40),
    where=st.builds(Filter, CONDITIONS, CONDITIONS, RANGES, RANGES),
    beyond=st.integers(0, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_allowed_record_is_reached_and_no_other(
    stored: list[tuple[dict[str, tuple[str, ...]], list[str], dict[str, tuple[float, float]]]],
    where: Filter,
    beyond: int,
    seed: int,
) -> None:
    vectors = np.random.default_rng(seed).normal(size=(len(stored) + 1, 4))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    index = EmbeddedIndex.open(Path(":memory:"), "any", 4, "clinmatch rebuild", Words)
    index.put(
        [
            Record(Key("t", "k", f"{n}"), facets, " ".join(terms).encode(), vectors[n : n + 1], b"", numbers=spans)
            for n, (facets, terms, spans) in enumerate(stored)
        ]
    )
    allowed = sorted(f"{number}" for number, (facets, _, spans) in enumerate(stored) if passes(facets, spans, where))
    hits = index.search("t", "k", question(vectors[-1], ("p", "q")), where, len(allowed) + beyond or 1)
    assert sorted(hit.id for hit in hits) == allowed
    assert index.ids("t", "k", where, "", len(stored) + 1) == allowed
    assert [f"{number}" for number, (facets, _, spans) in enumerate(stored) if where.allows(facets, spans)] == sorted(allowed, key=int)


def test_a_filter_over_sizes_reaches_all_that_state_them_and_on_demand_those_that_do_not(matcher: Matcher) -> None:
    matcher.put([posting("LCSW required. Pay: $60,000 - $80,000 a year.", id="paid", place="Reno, NV", posted="2026-11-01")])
    matcher.put([posting("LCSW required.", id="silent", place="Reno, NV")])
    nevada = {"state": ["NV"]}
    for within, expected in [
        (Between(at_least=70_000), ["paid"]),
        (Between(at_least=90_000), []),
        (Between(at_most=50_000, or_not_stated=True), ["silent"]),
        (Between(at_least=70_000, or_not_stated=True), ["paid", "silent"]),
    ]:
        assert sorted(one.document.id for one in matcher.match(ASKED, where=to_filter({**nevada, "pay_per_year": within}, {}))) == expected
    assert [one.document.id for one in matcher.match(ASKED, where=to_filter({**nevada, "posted": Between(date(2026, 10, 30), date(2026, 11, 1))}, {}))] == [
        "paid"
    ]
    assert [one.document.id for one in matcher.match(ASKED, where=to_filter(nevada, {"posted": Between(date(2026, 10, 30))}))] == ["silent"]


def test_the_one_allowed_record_among_thousands_is_reached_though_it_is_the_farthest_and_shares_no_word() -> None:
    index = EmbeddedIndex.open(Path(":memory:"), "any", 2, "clinmatch rebuild", Words)
    near, far = np.array([[1, 0]], dtype=np.float32), np.array([[-1, 0]], dtype=np.float32)
    index.put([Record(Key("t", "k", f"{number}"), {"state": ("CA",)}, b"emdr", near, b"") for number in range(5000)])
    index.put([Record(Key("t", "k", "rare"), {"state": ("CA", "WY")}, b"", far, b"")])
    hits = index.search("t", "k", question(near[0], ("emdr",)), Filter(required={"state": frozenset({"WY"})}), 1)
    assert [(hit.id, hit.similarity) for hit in hits] == [("rare", -1.0)]
    banned = index.search("t", "k", question(near[0], ("emdr",)), Filter(banned={"state": frozenset({"WY"})}), 5000)
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
    index = EmbeddedIndex.open(Path(":memory:"), fingerprint(encoder, vocabulary), encoder.dimension, "clinmatch rebuild", BriefSheet)
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
        if passes(facets, {}, Filter(required, banned)):
            allowed.add(document.id)
    found = crowded.match(ASKED, where=to_filter(required, banned), limit=len(stored))
    assert len(found) == len(allowed)
    assert {one.document.id for one in found} == allowed


def test_without_a_filter_every_document_is_ranked_when_the_limit_allows(crowded: Matcher, stored: list[Document]) -> None:
    assert len(stored) == 240
    assert {one.document.id for one in crowded.match(ASKED, limit=len(stored))} == {document.id for document in stored}


def test_a_page_is_full_as_long_as_enough_documents_are_allowed(crowded: Matcher) -> None:
    where = to_filter({"state": ["WA"], "employment_type": ["contract"]}, {"mode": ["onsite"]})
    assert [one.document.id for one in crowded.match(ASKED, where=where, limit=COPIES)] == [f"WA contract True {copy}" for copy in range(COPIES)]


def test_a_filter_that_nothing_passes_gives_an_empty_page(crowded: Matcher) -> None:
    assert crowded.match(ASKED, where=to_filter({"state": ["WY"]}, {})) == []
    assert crowded.match(ASKED, where=to_filter({"state": list(PLACES)}, {"state": list(PLACES)})) == []


def test_a_filter_over_what_is_no_facet_is_refused_with_the_names_that_are(crowded: Matcher) -> None:
    with pytest.raises(InvalidFilter, match=r"required\.salary: unknown filter; the filters are state, mode, employment_type"):
        crowded.match(ASKED, where=to_filter({"salary": ["100000"]}, {}))
