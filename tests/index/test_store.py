from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import apsw
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.record import ANY, Conflict, Facets, Key, Record, VectorMismatch, centroid
from index.store import Change, Store, StoreInvalid, _checksum_of_older, every_body, stored_fingerprint
from tests.index.stored import every

FINGERPRINT = "words@fp32 passages-1"
REBUILD = "clinmatch rebuild --store here.db"
JANE, JOHN = Key("clinic", "resume", "jane"), Key("clinic", "resume", "john")


def record(
    key: Key = JANE, body: bytes = b"a body", facets: Facets | None = None, brief: bytes = b"emdr dbt", rows: object = ((0.6, 0.8),), sketch: bytes = b"marks"
) -> Record:
    return Record(key, facets or {"state": ("CA",)}, brief, np.array(rows, dtype=np.float32).reshape(-1, 2), body, sketch=sketch)


def opened(path: Path, fingerprint: str = FINGERPRINT, dimension: int = 2) -> Store:
    return Store.open(path, fingerprint, dimension, REBUILD)


def plain(one: Record | None) -> tuple[object, ...] | None:
    """A record as values that can be compared."""
    return one and (one.key, dict(one.facets), one.brief, one.vectors.tolist(), one.sketch, one.body)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = opened(path)
    yield store
    store.close()


def test_a_record_comes_back_as_it_was_put(store: Store) -> None:
    given = record(facets={"mode": ("onsite", "remote"), "state": ("CA",)}, rows=((0.6, 0.8), (-1, 0)))
    store.put([given])
    assert plain(store.get(JANE)) == plain(given)


def test_what_was_never_put_is_not_there(store: Store) -> None:
    assert store.get(JANE) is None
    assert every(store) == []
    assert store.changes() == []
    assert store.sequence() == 0


@settings(deadline=None, max_examples=60)
@given(
    id=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20),
    body=st.binary(max_size=50),
    facets=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5)).map(tuple),
        max_size=3,
    ),
    count=st.integers(0, 3),
)
def test_any_id_facets_and_body_come_back_as_they_were_put(id: str, body: bytes, facets: dict[str, tuple[str, ...]], count: int) -> None:
    store = opened(Path(":memory:"))
    given = record(Key("clinic", "resume", id), body, facets, rows=[(0.0, 1.0)] * count)
    store.put([given])
    found = store.get(given.key)
    store.close()
    assert found is not None
    assert (found.key, found.body, found.vectors.tolist()) == (given.key, body, [[0.0, 1.0]] * count)
    assert dict(found.facets) == (facets or {"state": ("CA",)})


def test_putting_again_replaces_all_of_a_record(store: Store) -> None:
    store.put([record(), record(JOHN)])
    store.put([record(body=b"new", facets={"mode": ("remote",)}, brief=b"act", rows=((0, 1), (1, 0)))])
    assert plain(store.get(JANE)) == (JANE, {"mode": ("remote",)}, b"act", [[0, 1], [1, 0]], b"marks", b"new")
    assert [one.key for one in every(store)] == [JOHN, JANE]


def test_the_last_of_two_records_with_one_key_in_a_batch_stays(store: Store) -> None:
    store.put([record(body=b"first"), record(body=b"second")])
    assert [one.body for one in every(store)] == [b"second"]


def test_deleting_removes_and_says_whether_there_was_something(store: Store) -> None:
    store.put([record(), record(JOHN)])
    assert store.delete(JANE)
    assert not store.delete(JANE)
    assert store.get(JANE) is None
    assert [one.key for one in every(store)] == [JOHN]


def test_the_change_log_tells_every_write_in_order_and_nothing_else(store: Store) -> None:
    store.put([record(), record(JOHN)])
    store.delete(JANE)
    store.delete(JANE)
    store.put([record()])
    assert store.changes() == [Change(1, JANE, "put"), Change(2, JOHN, "put"), Change(3, JANE, "delete"), Change(4, JANE, "put")]
    assert store.changes(after=2) == [Change(3, JANE, "delete"), Change(4, JANE, "put")]
    assert store.sequence() == 4


def test_a_records_version_is_the_sequence_of_the_change_that_wrote_it(store: Store) -> None:
    assert store.put([record(), record(JOHN)]) == frozenset()
    assert store.put([record()]) == {JANE}
    assert [(one.key.id, one.version) for one in every(store)] == [("john", 2), ("jane", 3)]


def test_no_sequence_number_is_ever_used_twice_even_after_deletes(path: Path) -> None:
    store = opened(path)
    store.put([record(), record(JOHN)])
    store.delete(JOHN)
    store.close()
    again = opened(path)
    again.put([record(JOHN)])
    assert again.sequence() == 4
    again.close()


def test_a_record_is_there_after_reopening(path: Path) -> None:
    first = opened(path)
    first.put([record(), record(JOHN)])
    first.delete(JOHN)
    first.close()
    second = opened(path)
    assert [plain(one) for one in every(second)] == [plain(record())]
    assert second.sequence() == 3
    second.close()


def test_tenants_and_kinds_with_the_same_id_stay_apart(store: Store) -> None:
    keys = [Key("clinic", "resume", "1"), Key("hospital", "resume", "1"), Key("clinic", "posting", "1")]
    store.put([record(key, body=f"{key.tenant} {key.kind}".encode()) for key in keys])
    store.delete(keys[0])
    assert [store.get(key) and plain(store.get(key))[-1] for key in keys] == [None, b"hospital resume", b"clinic posting"]  # type: ignore[index]


@pytest.mark.parametrize(
    "rows",
    [((np.nan, 0.0),), ((np.inf, 0.0),), ((0.0, 0.0),), ((1.0, 1.0),)],
    ids=["NaN", "infinite", "zero", "too long"],
)
def test_a_bad_vector_is_refused_and_nothing_of_its_batch_is_stored(store: Store, rows: object) -> None:
    store.put([record(JOHN, body=b"before")])
    with pytest.raises(VectorMismatch):
        store.put([record(JOHN, body=b"after"), record(JANE, rows=rows)])
    assert [(one.key, one.body) for one in every(store)] == [(JOHN, b"before")]
    assert store.sequence() == 1


def test_a_vector_of_another_dimension_is_refused_and_nothing_of_its_batch_is_stored(store: Store) -> None:
    wide = Record(JANE, {}, (), np.array([[1, 0, 0]], dtype=np.float32), b"")
    with pytest.raises(VectorMismatch, match=r"shape \(1, 3\), the index holds \(n, 2\)"):
        store.put([record(JOHN), wide])
    assert every(store) == []
    assert store.sequence() == 0


def test_a_store_of_another_encoder_is_refused_and_the_rebuild_command_named(path: Path) -> None:
    opened(path).close()
    with pytest.raises(StoreInvalid) as refused:
        opened(path, fingerprint="other@bf16 passages-1")
    assert str(refused.value) == f"{path}: built with fingerprint '{FINGERPRINT}', this program has 'other@bf16 passages-1'; run: {REBUILD}"


def test_a_store_of_another_dimension_is_refused_and_the_rebuild_command_named(path: Path) -> None:
    opened(path).close()
    with pytest.raises(StoreInvalid, match=f"built with dimension '2', this program has '384'; run: {REBUILD}"):
        opened(path, dimension=384)


def test_a_refused_store_can_still_be_opened_as_what_it_is(path: Path) -> None:
    first = opened(path)
    first.put([record()])
    first.close()
    with pytest.raises(StoreInvalid):
        opened(path, fingerprint="other")
    again = opened(path)
    assert plain(again.get(JANE)) == plain(record())
    again.close()


def test_a_store_of_another_format_is_refused_with_both_numbers(path: Path) -> None:
    opened(path).close()
    altered(path, "PRAGMA user_version = 7")
    with pytest.raises(StoreInvalid, match="format 7, this program reads format 3"):
        opened(path)


def test_a_strangers_database_is_refused_and_its_bytes_stay(path: Path) -> None:
    altered(path, "CREATE TABLE recipe (name TEXT)", "INSERT INTO recipe VALUES ('soup')")
    before = path.read_bytes()
    with pytest.raises(StoreInvalid, match="not a store of this program; choose another path"):
        opened(path)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@settings(deadline=None, max_examples=60)
@given(garbage=st.binary(min_size=2, max_size=5000))
def test_a_file_of_random_bytes_is_refused_and_its_bytes_stay(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.mktemp("garbage") / "store.db"
    path.write_bytes(garbage)
    with pytest.raises(StoreInvalid, match=r"not a readable store .* restore a backup, or move the file away"):
        opened(path)
    assert path.read_bytes() == garbage


@pytest.mark.parametrize("share", [0.001, 0.03, 0.2, 0.5, 0.8, 0.99, 0.9999])
def test_a_truncated_store_is_refused_when_opened_or_at_the_latest_when_read(path: Path, share: float) -> None:
    filled(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(StoreInvalid, match="restore a backup"):
        every(opened(path))


@pytest.mark.parametrize("marker", [b'"WA"', b"neurofeedback", np.array([0.28, 0.96], dtype=np.float32).tobytes(), b"the body of mary", b"the sketch"])
def test_a_row_with_one_flipped_bit_is_not_given_out(path: Path, marker: bytes) -> None:
    mary = Key("clinic", "resume", "mary")
    store = opened(path)
    store.put([record(JOHN), record(mary, b"the body of mary", {"state": ("WA",)}, b"neurofeedback", ((0.28, 0.96),), b"the sketch")])
    store.close()
    flip(path, marker)
    again = opened(path)
    with pytest.raises(StoreInvalid, match=r"resume 'mary': the stored row fails its checksum; restore a backup, or move the file away and ingest again"):
        again.get(mary)
    with pytest.raises(StoreInvalid, match="mary"):
        every(again)
    assert plain(again.get(JOHN)) == plain(record(JOHN))
    again.close()


def test_a_damaged_row_is_mended_by_putting_the_document_again(path: Path) -> None:
    store = opened(path)
    store.put([record(body=b"the body of jane")])
    store.close()
    flip(path, b"the body of jane")
    again = opened(path)
    again.put([record(body=b"the body of jane")])
    assert plain(again.get(JANE)) == plain(record(body=b"the body of jane"))
    again.close()


def test_a_bit_flipped_anywhere_in_the_file_is_refused_or_changes_no_answer(path: Path) -> None:
    expected = filled(path)
    whole = path.read_bytes()
    chance = random.Random(20261122)
    refused = 0
    for trial in range(600):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        copy = path.with_name(f"damaged-{trial}.db")
        copy.write_bytes(damaged)
        try:
            store = opened(copy)
            store.check()
            listed = {one.key: plain(one) for one in every(store)}
            found = {key: plain(store.get(key)) for key in expected}
            store.close()
        except StoreInvalid:
            refused += 1
        else:
            assert listed == found == expected, f"trial {trial}"
    assert refused > 150


def test_a_store_that_was_not_closed_is_whole_when_opened_again(path: Path) -> None:
    store = opened(path)
    store.put([record()])
    copy = path.with_name("copy.db")
    for end in ("", "-wal"):  # what a machine that lost power would find
        shutil.copy(path.with_name(path.name + end), copy.with_name(copy.name + end))
    store.close()
    again = opened(copy)
    assert plain(again.get(JANE)) == plain(record())
    again.close()


def test_a_batch_that_fails_half_way_leaves_nothing(store: Store) -> None:
    bad = record(Key("clinic", "resume", None))  # type: ignore[arg-type]
    with pytest.raises(Exception, match="NOT NULL"):
        store.put([record(JOHN), bad])
    assert every(store) == []
    assert store.changes() == []
    store.put([record(JOHN)])
    assert [one.key for one in every(store)] == [JOHN]


def test_the_outside_version_changes_with_anothers_writes_and_not_with_our_own(path: Path, store: Store) -> None:
    before = store.outside_version()
    store.put([record()])
    assert store.outside_version() == before
    other = opened(path)
    assert store.outside_version() == before
    other.put([record(JOHN)])
    other.close()
    assert store.outside_version() != before
    assert store.get(JOHN) is not None


def test_writes_are_made_durable_and_erased_bytes_are_overwritten(path: Path) -> None:
    store = opened(path)
    settings = {name: store._connection.pragma(name) for name in ("journal_mode", "synchronous", "secure_delete")}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    store.put([record(body=b"the secret of jane")])
    store.close()
    assert b"the secret of jane" in path.read_bytes()
    again = opened(path)
    again.delete(JANE)
    again.close()
    assert b"the secret of jane" not in path.read_bytes()


def test_folders_on_the_way_to_a_new_store_are_made(tmp_path: Path) -> None:
    opened(tmp_path / "new" / "folder" / "store.db").close()
    assert (tmp_path / "new" / "folder" / "store.db").is_file()


def test_the_fingerprint_of_a_store_can_be_read_without_opening_it_for_writing(path: Path) -> None:
    opened(path).close()
    before = path.read_bytes()
    assert stored_fingerprint(path) == FINGERPRINT
    assert path.read_bytes() == before


def test_there_is_no_fingerprint_where_there_is_no_store(tmp_path: Path) -> None:
    garbage, stranger = tmp_path / "garbage.db", tmp_path / "stranger.db"
    garbage.write_bytes(b"not a database" * 100)
    altered(stranger, "CREATE TABLE recipe (name TEXT)")
    assert [stored_fingerprint(path) for path in (tmp_path / "none.db", tmp_path, garbage, stranger)] == [None] * 4
    assert not (tmp_path / "none.db").exists()


def test_every_body_can_be_read_whatever_encoder_filled_the_store(path: Path) -> None:
    store = opened(path)
    store.put([record(Key("hospital", "resume", "jane"), b"one"), record(JANE, b"two"), record(Key("hospital", "resume", "jane"), b"three")])
    store.close()
    assert list(every_body(path)) == [("clinic", b"two"), ("hospital", b"three")]


def test_the_bodies_of_what_is_no_store_are_refused(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"not a database" * 100)
    for path in (garbage, tmp_path / "none.db"):
        with pytest.raises(StoreInvalid, match="not a readable store"):
            list(every_body(path))


def test_a_damaged_body_is_not_read_for_a_rebuild(path: Path) -> None:
    store = opened(path)
    store.put([record(body=b"the body of jane")])
    store.close()
    flip(path, b"the body of jane")
    with pytest.raises(StoreInvalid, match="fails its checksum"):
        list(every_body(path))


def altered(path: Path, *statements: str) -> None:
    """Change a database file with another program."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def flip(path: Path, marker: bytes) -> None:
    """Flip the lowest bit of the middle byte of the one place where the marker stands."""
    data = bytearray(path.read_bytes())
    assert data.count(marker) == 1
    data[data.index(marker) + len(marker) // 2] ^= 1
    path.write_bytes(data)


def filled(path: Path) -> dict[Key, tuple[object, ...] | None]:
    """A closed store of thirty records at the path; returns them as they must come back."""
    given = [
        record(Key("clinic", "resume", f"r{number}"), f"body {number} ".encode() * 60, {"state": ("CA", "TX")}, f"emdr w{number}".encode())
        for number in range(30)
    ]
    store = opened(path)
    store.put(given)
    store.close()
    return {one.key: plain(one) for one in given}


def test_a_write_with_an_expectation_that_does_not_hold_changes_nothing(store: Store) -> None:
    store.put([record(body=b"first")])
    tag = record(body=b"first").tag
    for expected, found in [(None, tag), ("0" * 32, tag)]:
        with pytest.raises(Conflict) as told:
            store.put([record(JOHN), record(body=b"second")], {JANE: expected})
        assert (told.value.expected, told.value.found) == (expected, found)
        with pytest.raises(Conflict, match=r"resume 'jane': expected (none|version 0+), but there is version "):
            store.delete(JANE, {JANE: expected})
    with pytest.raises(Conflict, match="resume 'john': expected any, but there is none"):
        store.put([record(JOHN)], {JOHN: ANY})
    assert ([one.body for one in every(store)], store.sequence()) == ([b"first"], 1)
    store.put([record(body=b"second")], {JANE: tag})
    store.put([record(body=b"third")], {JANE: ANY})
    store.put([record(JOHN)], {JOHN: None})
    assert store.delete(JANE, {JANE: record(body=b"third").tag})


def test_a_version_leads_to_its_key_even_after_it_was_replaced(store: Store) -> None:
    store.put([record(), record(JOHN)])
    store.put([record(body=b"new")])
    store.delete(JOHN)
    assert [store.key_of(version) for version in range(6)] == [None, JANE, JOHN, JANE, None, None]


def test_changes_are_counted_by_tenant(store: Store) -> None:
    store.put([record(), record(JOHN), record(Key("practice", "resume", "jane"))])
    store.delete(JANE)
    assert store.changes_by_tenant(4) == {"clinic": 3, "practice": 1}
    assert store.changes_by_tenant(2) == {"clinic": 2}


def test_numbers_come_back_as_they_were_put(store: Store) -> None:
    store.put([replace(record(), numbers={"pay": (50.5, 60.0), "years": (2.0, 2.0)})])
    found = store.get(JANE)
    assert found is not None
    assert found.numbers == {"pay": (50.5, 60.0), "years": (2.0, 2.0)}


OLDER = {  # the table and a row of each older format
    1: ("tenant, kind, id, facets, terms, vectors, body", ("clinic", "resume", "jane", "{}", "[]", b"", b"a body")),
    2: ("tenant, kind, id, facets, numbers, terms, vectors, body", ("clinic", "resume", "jane", "{}", "{}", "[]", b"", b"a body")),
}


@pytest.mark.parametrize("number", OLDER)
def test_a_store_of_an_older_format_is_refused_with_the_command_that_rebuilds_it_and_its_bodies_are_read(path: Path, number: int) -> None:
    opened(path).close()
    columns, row = OLDER[number]
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE record (version INTEGER PRIMARY KEY, {columns}, checksum)")
    connection.execute(f"INSERT INTO record ({columns}, checksum) VALUES ({', '.join('?' * len(row))}, ?)", (*row, _checksum_of_older(row)))
    connection.execute(f"PRAGMA user_version = {number}")
    connection.commit()
    connection.close()
    with pytest.raises(StoreInvalid, match=f"format {number}, this program reads format 3; run: {REBUILD}"):
        opened(path)
    assert list(every_body(path)) == [("clinic", b"a body")]


def test_an_outline_is_what_an_index_holds_of_a_record(store: Store) -> None:
    store.put([replace(record(rows=((1, 0), (0.6, 0.8))), numbers={"years": (2.0, 3.0)}), record(JOHN)])
    one = store.outline(JANE)
    assert one is not None
    assert (one.key, one.version, one.facets, one.numbers, one.brief) == (JANE, 1, {"state": ("CA",)}, {"years": (2.0, 3.0)}, b"emdr dbt")
    assert one.direction.tolist() == centroid(record(rows=((1, 0), (0.6, 0.8))).vectors).tolist()
    assert [outline.key for outline in store.outlines(0, store.sequence())] == [JANE, JOHN]
    assert store.outline(Key("clinic", "resume", "mary")) is None


def test_sketches_are_found_by_version_and_are_empty_where_nothing_is_stored_any_more(store: Store) -> None:
    store.put([record(sketch=b"one"), record(JOHN, sketch=b"two")])
    store.put([record(sketch=b"three")])
    assert store.sketches([2, 1, 3, 99]) == [b"two", b"", b"three", b""]
    store.delete(JOHN)
    assert store.sketches([2]) == [b""]


def test_a_damaged_outline_is_refused_when_it_is_read(path: Path) -> None:
    store = opened(path)
    store.put([record(brief=b"neurofeedback")])
    store.close()
    flip(path, b"neurofeedback")
    again = opened(path)
    with pytest.raises(StoreInvalid, match="resume 'jane': the stored row fails its checksum"):
        list(again.outlines(0, again.sequence()))
    again.close()


def test_a_store_that_is_locked_for_a_moment_is_not_called_damaged(path: Path) -> None:
    store = opened(path)
    store.put([record()])
    store.close()
    other = apsw.Connection(str(path))  # sqlite3 is another library, whose locks do not hold within one process
    other.execute("PRAGMA journal_mode=DELETE")  # as a rebuild does
    other.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(lambda: list(Store.beside(path, 2).outlines(0, 1)))
        time.sleep(0.2)
        other.execute("COMMIT")
        assert [one.key for one in beside.result()] == [JANE]
    other.close()


def test_a_new_store_is_opened_by_many_at_once(tmp_path: Path) -> None:
    for number in range(40):
        with ThreadPoolExecutor(4) as pool:
            for store in [one.result() for one in [pool.submit(opened, tmp_path / f"{number}.db") for _ in range(4)]]:
                store.close()
