"""Rows on shelves: durable, apart by tenant, gone when they expire."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from index.shelf import Row, Shelves
from index.store import StoreInvalid

NOW = 1000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shelves.db"


@pytest.fixture
def shelves(path: Path) -> Iterator[Shelves]:
    shelves = Shelves.open(path)
    yield shelves
    shelves.close()


def row(id: str = "a", body: bytes = b"body", tenant: str = "t", shelf: str = "s", expires: float = 2000.0) -> Row:
    return Row(shelf, tenant, id, body, expires)


def test_a_row_comes_back_from_its_own_shelf_and_tenant_only(shelves: Shelves) -> None:
    shelves.put(row(), row("b"))
    assert shelves.get("s", "t", "a", NOW) == row()
    assert [shelves.get(*at, NOW) for at in (("s", "t", "x"), ("s", "u", "a"), ("x", "t", "a"))] == [None] * 3
    assert shelves.rows("s", "t", NOW) == [row(), row("b")]
    assert shelves.rows("s", "t", NOW, after="a") == [row("b")]
    assert shelves.rows("s", "t", NOW, limit=1) == [row()]
    assert shelves.rows("s", "u", NOW) == []
    assert shelves.tenants("s") == ["t"]


def test_a_row_is_replaced_by_put_and_kept_by_add(shelves: Shelves) -> None:
    assert shelves.add(row(), NOW)
    assert not shelves.add(row(body=b"other"), NOW)
    assert shelves.rows("s", "t", NOW) == [row()]
    shelves.put(row(body=b"new"))
    assert shelves.rows("s", "t", NOW) == [row(body=b"new")]


def test_what_has_expired_is_not_there_may_be_added_anew_and_is_removed(shelves: Shelves) -> None:
    shelves.put(row(expires=NOW), row("b"))
    assert shelves.get("s", "t", "a", NOW) is None
    assert shelves.rows("s", "t", NOW) == [row("b")]
    assert shelves.expire(NOW) == 1
    shelves.put(row(expires=NOW))
    assert shelves.add(row(body=b"anew"), NOW)
    assert shelves.get("s", "t", "a", NOW) == row(body=b"anew")


def test_deleting_says_whether_there_was_something(shelves: Shelves) -> None:
    shelves.put(row(), row("b"), row("c"), row(tenant="u"))
    assert (shelves.delete("s", "t", "a"), shelves.delete("s", "t", "a")) == (True, False)
    assert [one.id for one in shelves.rows("s", "t", NOW)] == ["b", "c"]
    assert shelves.rows("s", "u", NOW) == [row(tenant="u")]


def test_counting_from_many_threads_loses_nothing(shelves: Shelves) -> None:
    threads = [Thread(target=lambda: [shelves.count("s", "t", "n", 2, 2000.0) for _ in range(25)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelves.count("s", "t", "n", 0, 2000.0) == 200


def test_rows_are_there_after_reopening_and_a_write_of_another_process_is_noticed(shelves: Shelves, path: Path) -> None:
    other = Shelves.open(path)
    other.put(row())
    assert shelves.get("s", "t", "a", NOW) == row()
    shelves.put(row("b"))
    assert other.rows("s", "t", NOW) == [row(), row("b")]
    other.close()


def test_a_deleted_body_is_no_longer_in_the_file(shelves: Shelves, path: Path) -> None:
    shelves.put(row(body=b"canary-7f3a"))
    shelves.delete("s", "t", "a")
    shelves.close()
    assert b"canary-7f3a" not in path.read_bytes()


def test_a_foreign_or_damaged_file_is_refused(path: Path) -> None:
    path.write_bytes(b"no database" * 100)
    with pytest.raises(StoreInvalid, match="not a readable store"):
        Shelves.open(path)
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE foreign_one (a)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreInvalid, match=r"is of kind and format \(0, 0\), expected"):
        Shelves.open(path)
