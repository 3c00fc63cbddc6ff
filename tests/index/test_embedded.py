from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedded import EmbeddedIndex
from index.record import Filter, Hit, Key, Record, VectorMismatch, Vectors, Written, centroid
from index.store import Store, StoreInvalid
from tests.index.points import NEAR, QUICK, SLOW, Words, question

REBUILD = "clinmatch rebuild"
EVERYTHING = Filter()
HALF = 0.600098  # 0.6 in half precision
ASKED = np.array([1, 0, 0], dtype=np.float32)
DIRECTIONS = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 1, 1), (-1, 0, 0), (3, 4, 0)]
EVERY = settings(deadline=None, max_examples=60)


def unit(*rows: Sequence[float]) -> Vectors:
    array = np.asarray(rows, dtype=np.float64)
    return np.asarray(array / np.linalg.norm(array, axis=1, keepdims=True), dtype=np.float32)


def record(
    id: str, direction: Sequence[float] = (1, 0, 0), terms: tuple[str, ...] = (), tenant: str = "clinic", kind: str = "resume", **facets: tuple[str, ...]
) -> Record:
    return Record(Key(tenant, kind, id), facets, " ".join(terms).encode(), unit(direction), id.encode())


def opened(path: Path = Path(":memory:")) -> EmbeddedIndex:
    return EmbeddedIndex.open(path, "words", 3, REBUILD, Words)


def filled(records: Iterable[Record]) -> EmbeddedIndex:
    index = opened()
    for one in records:
        index.put([one])
    return index


def answers(index: EmbeddedIndex, terms: Iterable[str] = (), where: Filter = EVERYTHING, depth: int = 10, vector: Vectors = ASKED) -> list[tuple[str, float]]:
    return [(hit.id, round(hit.similarity, 3)) for hit in index.search("clinic", "resume", question(vector, terms), where, depth)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def index(path: Path) -> Iterator[EmbeddedIndex]:
    index = opened(path)
    yield index
    index.close()


RECORDS = st.lists(
    st.tuples(
        st.sampled_from([f"r{number}" for number in range(12)]),
        st.sampled_from(DIRECTIONS),
        st.lists(st.sampled_from("abcd"), max_size=4).map(tuple),
        st.lists(st.sampled_from(["CA", "TX", "NY"]), max_size=2, unique=True).map(tuple),
    ).map(lambda given: record(given[0], given[1], given[2], state=given[3])),
    max_size=25,
)


@pytest.mark.parametrize("call", ["outside_version", "sequence", "changes_by_tenant", "outlines"])
def test_what_another_process_writes_while_a_store_is_opened_is_followed(path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    first = opened(path)
    first.put([record("one"), record("gone")])
    plain = getattr(Store, call)

    def interrupted(store: Store, *rest: object) -> object:
        monkeypatch.undo()
        found = plain(store, *rest)
        first.put([record("one", (0, 1, 0)), record("two")])
        first.delete(Key("clinic", "resume", "gone"))
        return found

    monkeypatch.setattr(Store, call, interrupted)
    second = opened(path)
    assert answers(second) == answers(first) == [("two", 1.0), ("one", 0.0)]
    assert (second.strays(), second.sequence("clinic")) == (0, 5)
    first.close()
    second.close()


def test_a_record_is_found_as_soon_as_it_is_put_with_its_cosine_and_version(index: EmbeddedIndex) -> None:
    assert index.put([record("far", (-1, 0, 0)), record("near"), record("between", (3, 4, 0))]).sequence == 3
    near, between, far = Hit("near", 1.0, 2 * NEAR, 2), Hit("between", HALF, round(NEAR * (1 + HALF)), 3), Hit("far", -1.0, 0, 1)
    assert index.search("clinic", "resume", question(ASKED), EVERYTHING, 10) == [near, between, far]


def test_only_the_nearest_are_given_up_to_the_depth(index: EmbeddedIndex) -> None:
    index.put([record("far", (-1, 0, 0)), record("near"), record("between", (3, 4, 0))])
    assert answers(index, depth=2) == [("near", 1.0), ("between", 0.6)]
    assert answers(index, depth=1) == [("near", 1.0)]


def test_points_of_all_kinds_count_together(index: EmbeddedIndex) -> None:
    index.put([record("near", (3, 4, 0)), record("words", (0, 1, 0), terms=("emdr", "LCSW")), record("home", (0, 1, 0), ("emdr",), state=("CA",))])
    asked = question(ASKED, ("emdr", "LCSW", "dbt"), near=20, favoured=((Filter({"state": frozenset({"CA"})}), 9),))
    words, near, home = 20 + 2 * QUICK + SLOW, 32, 20 + QUICK + 9
    assert index.search("clinic", "resume", asked, EVERYTHING, 10) == [Hit("words", 0.0, words, 2), Hit("home", 0.0, home, 3), Hit("near", HALF, near, 1)]


def test_a_record_of_many_vectors_is_compared_by_their_mean_direction(index: EmbeddedIndex) -> None:
    index.put([Record(Key("clinic", "resume", "two"), {}, b"", unit((1, 0, 0), (0, 1, 0)), b"")])
    assert answers(index) == [("two", round(0.5**0.5, 3))]


def test_a_record_without_vectors_is_found_with_no_similarity(index: EmbeddedIndex) -> None:
    index.put([Record(Key("clinic", "resume", "none"), {}, b"", np.empty((0, 3), dtype=np.float32), b""), record("near")])
    assert answers(index) == [("near", 1.0), ("none", 0.0)]


def test_ties_are_decided_by_id(index: EmbeddedIndex) -> None:
    index.put([record(id) for id in ("d", "a", "c", "e", "b")])
    assert answers(index, depth=3) == [("a", 1.0), ("b", 1.0), ("c", 1.0)]


def test_directions_that_half_precision_cannot_tell_apart_tie(index: EmbeddedIndex) -> None:
    index.put([record("b"), record("a", (1, 0.00000001, 0))])
    assert answers(index, depth=1) == [("a", 1.0)]


@EVERY
@given(records=RECORDS, data=st.data())
def test_answers_do_not_depend_on_the_order_of_insertion(records: list[Record], data: st.DataObject) -> None:
    unique = list({one.key.id: one for one in records}.values())
    one, other = filled(unique), filled(data.draw(st.permutations(unique)))
    terms, depth = data.draw(st.lists(st.sampled_from("abcd"), max_size=3)), data.draw(st.integers(1, 14))
    for direction in DIRECTIONS:
        vector = unit(direction)[0]
        assert answers(one, terms, depth=depth, vector=vector) == answers(other, terms, depth=depth, vector=vector)


@EVERY
@given(records=RECORDS, gone=st.lists(st.sampled_from([f"r{number}" for number in range(12)]), max_size=6), roomy=st.integers(1, 6), data=st.data())
def test_packing_away_dead_rows_changes_no_answer(records: list[Record], gone: list[str], roomy: int, data: st.DataObject) -> None:
    terms, depth = data.draw(st.lists(st.sampled_from("abcd"), max_size=3)), data.draw(st.integers(1, 14))
    where = Filter(required={"state": frozenset(data.draw(st.lists(st.sampled_from(["CA", "TX"]), min_size=1)))})
    anew = filled({one.key.id: one for one in records if one.key.id not in gone}.values())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.collection.ROOMY", roomy)
        packed = filled(records)
        for id in gone:
            packed.delete(Key("clinic", "resume", id))
        packed.put([record("last", (0, 1, 0), ("a",), state=("CA",))])
    anew.put([record("last", (0, 1, 0), ("a",), state=("CA",))])
    for filter in (EVERYTHING, where):
        assert answers(packed, terms, filter, depth) == answers(anew, terms, filter, depth)
    assert packed.count("clinic", "resume") == anew.count("clinic", "resume")


def test_dead_rows_are_packed_away_once_they_are_many_and_most(monkeypatch: pytest.MonkeyPatch, index: EmbeddedIndex) -> None:
    monkeypatch.setattr("index.collection.ROOMY", 4)
    rows = []
    for _ in range(8):
        index.put([record("one")])
        rows.append(len(index._collections["clinic", "resume"]._ids))
    assert rows == [1, 2, 3, 4, 1, 2, 3, 4]
    assert answers(index) == [("one", 1.0)]


@EVERY
@given(records=RECORDS, data=st.data())
def test_a_filtered_search_equals_a_search_where_only_the_allowed_are_stored(records: list[Record], data: st.DataObject) -> None:
    values = st.dictionaries(st.sampled_from(["state", "unknown"]), st.frozensets(st.sampled_from(["CA", "TX", "NY", "WA"]), max_size=3), max_size=2)
    where = Filter(data.draw(values), data.draw(values))
    unique = list({one.key.id: one for one in records}.values())
    allowed = [one for one in unique if where.allows(one.facets)]
    depth = data.draw(st.integers(1, 14))
    assert answers(filled(unique), (), where, depth) == answers(filled(allowed), (), EVERYTHING, depth)


@EVERY
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 80), share=st.floats(0, 1), depth=st.integers(1, 90))
def test_hits_are_those_of_comparing_with_every_allowed_record_in_numpy(seed: int, count: int, share: float, depth: int) -> None:
    random = np.random.default_rng(seed)
    directions = random.integers(-3, 4, size=(count, 3)) + np.array([0, 0, 0.5])
    kept = random.random(count) < share
    records = [record(f"{number:03}", tuple(direction), kept=(str(kept[number]),)) for number, direction in enumerate(directions)]
    index = opened()
    index.put(records)
    asked = unit(tuple(random.integers(-3, 4, size=3) + 0.25))[0]
    cosines = np.round([float((centroid(one.vectors) * asked).sum()) for one in records], 6)
    expected = sorted((-cosine, one.key.id) for cosine, one, allowed in zip(cosines.tolist(), records, kept, strict=True) if allowed)[:depth]
    found = answers(index, where=Filter(required={"kept": frozenset({"True"})}), depth=depth, vector=asked)
    assert [id for id, _ in found] == [id for _, id in expected]
    assert [similarity for _, similarity in found] == pytest.approx([-negated for negated, _ in expected], abs=6e-4)


@pytest.mark.parametrize("seed", range(6))
def test_similarities_within_a_few_millionths_are_ranked_alike_in_any_order_of_insertion(seed: int) -> None:
    random, dimension, count = np.random.default_rng(seed), 384, 60
    asked = unit(tuple(random.normal(size=dimension)))[0]
    across = random.normal(size=(count, dimension))
    across -= np.outer(across @ asked, asked) / (asked @ asked)
    cosines = 0.5 + random.uniform(-2e-6, 2e-6, size=(count, 1))
    vectors = unit(*(cosines * asked + np.sqrt(1 - cosines**2) * across / np.linalg.norm(across, axis=1, keepdims=True)))
    records = [Record(Key("clinic", "resume", f"{number:02}"), {}, b"", vectors[number : number + 1], b"") for number in range(count)]
    orders = [records, [records[number] for number in random.permutation(count)]]
    indexes = [EmbeddedIndex.open(Path(":memory:"), "words", dimension, REBUILD, Words) for _ in orders]
    for index, order in zip(indexes, orders, strict=True):
        index.put(order)
    exact = np.round([float(np.einsum("ij,j->i", centroid(one.vectors).reshape(1, -1), asked)[0]) for one in records], 6)
    expected = [f"{number:02}" for number in sorted(range(count), key=lambda number: (-exact[number], number))]
    assert 1 < len(set(exact.tolist())) < count
    for depth in (1, 10, 30):
        assert [[id for id, _ in answers(index, depth=depth, vector=asked)] for index in indexes] == [expected[:depth]] * 2


def test_a_replaced_record_is_found_as_it_now_is_and_only_once(index: EmbeddedIndex) -> None:
    index.put([record("one", (1, 0, 0), ("emdr",), state=("CA",)), record("two", (0, 1, 0))])
    index.put([record("one", (-1, 0, 0), ("dbt",), state=("TX",))])
    assert answers(index) == [("two", 0.0), ("one", -1.0)]
    shared = [hit.points - round(NEAR * (1 + hit.similarity)) for hit in index.search("clinic", "resume", question(ASKED, ("dbt", "emdr")), EVERYTHING, 9)]
    assert shared == [0, QUICK]
    assert answers(index, where=Filter(required={"state": frozenset({"CA"})})) == []
    assert answers(index, where=Filter(required={"state": frozenset({"TX"})})) == [("one", -1.0)]
    assert index.count("clinic", "resume") == 2


def test_a_deleted_record_is_not_found_any_more(index: EmbeddedIndex) -> None:
    index.put([record("one", terms=("emdr",), state=("CA",)), record("two", (0, 1, 0))])
    assert index.delete(Key("clinic", "resume", "one"))
    assert not index.delete(Key("clinic", "resume", "one"))
    assert answers(index, ["emdr"]) == [("two", 0.0)]
    assert answers(index, where=Filter(required={"state": frozenset({"CA"})})) == []
    assert index.get(Key("clinic", "resume", "one")) is None
    assert index.count("clinic", "resume") == 1


def test_a_deleted_record_can_be_put_again(index: EmbeddedIndex) -> None:
    index.put([record("one")])
    index.delete(Key("clinic", "resume", "one"))
    index.put([record("one", (0, 1, 0))])
    assert answers(index) == [("one", 0.0)]


def test_reopening_gives_the_same_answers(path: Path) -> None:
    first = opened(path)
    first.put([record("one", terms=("emdr", "dbt"), state=("CA",)), record("two", (3, 4, 0), terms=("dbt",)), record("three", (0, 1, 0))])
    first.put([record("one", (1, 1, 0), terms=("dbt",), state=("CA", "TX"))])
    first.delete(Key("clinic", "resume", "three"))
    before = first.search("clinic", "resume", question(ASKED, ("dbt",), near=100), EVERYTHING, 10)
    first.close()
    second = opened(path)
    assert second.search("clinic", "resume", question(ASKED, ("dbt",), near=100), EVERYTHING, 10) == before
    assert [(hit.id, hit.points, hit.version) for hit in before] == [("one", 171 + QUICK, 4), ("two", 160 + QUICK, 2)]
    second.close()


def test_a_search_where_nothing_is_stored_finds_nothing(index: EmbeddedIndex) -> None:
    assert answers(index, ["emdr"]) == []
    assert index.count("clinic", "resume") == 0
    index.put([record("one", kind="posting"), record("one", tenant="hospital")])
    assert answers(index, ["emdr"]) == []


def test_a_search_of_no_depth_finds_nothing(index: EmbeddedIndex) -> None:
    index.put([record("one", terms=("emdr",))])
    assert answers(index, ["emdr"], depth=0) == []


def test_a_bad_vector_is_refused_and_nothing_of_its_batch_is_stored_or_found(index: EmbeddedIndex) -> None:
    index.put([record("before")])
    for vectors in (unit((1, 0)), np.zeros((1, 3), dtype=np.float32), np.full((1, 3), np.nan, dtype=np.float32)):
        with pytest.raises(VectorMismatch):
            index.put([record("good"), Record(Key("clinic", "resume", "bad"), {}, b"", vectors, b"")])
    assert answers(index) == [("before", 1.0)]
    assert index.get(Key("clinic", "resume", "good")) is None
    assert index.sequence("clinic") == 1


def test_two_tenants_with_the_same_id_stay_apart(index: EmbeddedIndex) -> None:
    index.put([record("one", terms=("emdr",)), record("one", (0, 1, 0), tenant="hospital", terms=("dbt",)), record("one", (0, 0, 1), kind="posting")])
    assert index.search("clinic", "resume", question(ASKED, ["dbt"]), EVERYTHING, 10) == [Hit("one", 1.0, 2 * NEAR, 1)]
    assert index.search("hospital", "resume", question(ASKED, ["dbt"]), EVERYTHING, 10) == [Hit("one", 0.0, NEAR + QUICK, 2)]
    index.delete(Key("clinic", "resume", "one"))
    assert answers(index) == []
    assert index.get(Key("hospital", "resume", "one")) is not None
    assert (index.count("clinic", "resume"), index.count("hospital", "resume"), index.count("clinic", "posting")) == (0, 1, 1)


def test_one_tenants_answers_are_the_same_whether_or_not_another_exists(index: EmbeddedIndex) -> None:
    own = [record(f"r{number}", DIRECTIONS[number % 7], ("emdr", "dbt")[: 1 + number % 2]) for number in range(9)]
    index.put([record(f"r{number}", DIRECTIONS[number % 5], ("emdr",), tenant="hospital") for number in range(20)])
    index.put(own)
    alone = filled(own)
    for depth in (1, 3, 20):
        assert answers(index, ["dbt", "emdr"], depth=depth) == answers(alone, ["dbt", "emdr"], depth=depth)


def test_what_a_second_connection_writes_becomes_searchable(path: Path, index: EmbeddedIndex) -> None:
    index.put([record("one"), record("two", (0, 1, 0))])
    other = opened(path)
    other.put([record("three", (3, 4, 0), state=("CA",)), record("two", (-1, 0, 0))])
    other.delete(Key("clinic", "resume", "one"))
    assert answers(index) == [("three", 0.6), ("two", -1.0)]
    assert answers(index, where=Filter(required={"state": frozenset({"CA"})})) == [("three", 0.6)]
    assert index.count("clinic", "resume") == 2
    index.put([record("four", (0, 0, 1))])
    assert answers(other) == [("three", 0.6), ("four", 0.0), ("two", -1.0)]
    other.close()


def test_a_write_after_a_second_connections_write_follows_both(path: Path, index: EmbeddedIndex) -> None:
    other = opened(path)
    other.put([record("theirs")])
    assert index.put([record("ours", (0, 1, 0))]).sequence == 2
    assert answers(index) == [("theirs", 1.0), ("ours", 0.0)]
    other.close()


def test_a_store_of_another_encoder_is_refused_and_the_rebuild_command_named(path: Path) -> None:
    opened(path).close()
    with pytest.raises(StoreInvalid, match=r"built with fingerprint 'words', this program has 'letters'; run: clinmatch rebuild$"):
        EmbeddedIndex.open(path, "letters", 3, REBUILD, Words)


def test_an_index_over_a_damaged_row_is_refused_and_the_row_named(path: Path) -> None:
    index = opened(path)
    index.put([record("well"), record("hurt", terms=("neurofeedback",))])
    index.close()
    path.write_bytes(path.read_bytes().replace(b"neurofeedback", b"neurofeedbacc"))
    with pytest.raises(StoreInvalid, match="resume 'hurt': the stored row fails its checksum"):
        opened(path)


def test_the_centroid_of_what_is_stored_is_that_of_what_was_put(index: EmbeddedIndex) -> None:
    vectors = unit((1, 2, 3), (-3, 1, 0), (0.2, 0.1, 5))
    index.put([Record(Key("clinic", "resume", "one"), {}, b"", vectors, b"")])
    kept = index.get(Key("clinic", "resume", "one"))
    assert kept is not None
    assert centroid(kept.vectors).tobytes() == centroid(vectors).tobytes()


def test_the_sequence_counts_the_changes_of_one_tenant_alone(index: EmbeddedIndex) -> None:
    assert index.put([record("one"), record("two")]).sequence == 2
    assert index.put([record("one", tenant="hospital")]).sequence == 1
    one = record("one")
    assert index.put([one]) == Written(3, frozenset({one.key}), {one.key: one.tag})
    index.delete(Key("clinic", "resume", "two"))
    assert [index.sequence(tenant) for tenant in ("clinic", "hospital", "nobody")] == [4, 1, 0]


def test_ids_are_listed_in_order_a_page_at_a_time(index: EmbeddedIndex) -> None:
    index.put([record(id, state=("CA",) if id != "c" else ("TX",)) for id in ("d", "a", "c", "e", "b")])
    assert index.ids("clinic", "resume", EVERYTHING, "", 3) == ["a", "b", "c"]
    assert index.ids("clinic", "resume", EVERYTHING, "c", 3) == ["d", "e"]
    assert index.ids("clinic", "resume", Filter({"state": frozenset({"CA"})}), "a", 9) == ["b", "d", "e"]
    assert index.ids("hospital", "resume", EVERYTHING, "", 3) == []
