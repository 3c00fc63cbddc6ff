"""SQLite: record, vectors and change log in one transaction; the only truth on disk."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import apsw
import numpy as np

from index.record import ANY, NOTHING, Conflict, Expected, IndexProblem, Key, Record, Vectors, checked_vectors

FORMAT = 2
APPLICATION = 0x636D6174  # "cmat", so that a stranger's SQLite file is not taken for a store
BUSY_MILLISECONDS = 10_000
CACHE_KIBIBYTES = 16_384

_SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE record (
    version INTEGER PRIMARY KEY, tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    facets TEXT NOT NULL, numbers TEXT NOT NULL, terms TEXT NOT NULL, vectors BLOB NOT NULL, body BLOB NOT NULL,
    checksum INTEGER NOT NULL, UNIQUE (tenant, kind, id)) STRICT;
CREATE TABLE change (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, kind TEXT NOT NULL,
    id TEXT NOT NULL, action TEXT NOT NULL CHECK (action IN ('put', 'delete'))) STRICT;
"""
_COLUMNS = "tenant, kind, id, facets, numbers, terms, vectors, body, checksum, version"
_COLUMNS_1 = "tenant, kind, id, facets, terms, vectors, body, checksum, version"  # of format 1
_SAME = "WHERE tenant = ? AND kind = ? AND id = ?"


class StoreInvalid(IndexProblem):
    """The store cannot be opened or trusted: damaged, another format, or built by another encoder."""


@dataclass(frozen=True)
class Change:
    """One line of the change log."""

    sequence: int
    key: Key
    action: str


class Store:
    """One file of records. Writes are serialised and durable when the call returns."""

    def __init__(self, connection: apsw.Connection, dimension: int) -> None:
        self._connection = connection
        self._lock = RLock()
        self.dimension = dimension

    @classmethod
    def open(cls, path: Path, fingerprint: str, dimension: int, rebuild: str) -> Store:
        """Open or create the store at `path`; `rebuild` is the command named when it was built otherwise.

        Raises StoreInvalid when the file is damaged, foreign, of another format, or holds vectors of another encoder.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = apsw.Connection(str(path))
            connection.set_busy_timeout(BUSY_MILLISECONDS)
            with exclusive(connection):
                if is_empty(connection):
                    _create(connection, fingerprint, dimension)
                else:
                    _check(connection, path, fingerprint, dimension, rebuild)
            prepare(connection)
        except apsw.Error as error:
            raise StoreInvalid(f"{path}: not a readable store ({error}); restore a backup, or move the file away and ingest again") from error
        return cls(connection, dimension)

    def close(self) -> None:
        """Fold the write-ahead log back and release the file."""
        self._connection.close()

    def put(self, records: Sequence[Record], expected: Expected = NOTHING) -> frozenset[Key]:
        """Add or replace the records in one transaction; gives the keys that held a record before.

        `expected`: the tag a key must have before, ANY, or None for no record. Raises Conflict, and then nothing is written.
        """
        rows = [_row(record, self.dimension) for record in records]
        replaced = set[Key]()
        with self._writing() as connection:
            self._expect(expected)
            for record, row in zip(records, rows, strict=True):
                connection.execute(f"DELETE FROM record {_SAME}", row[:3])
                if connection.changes():
                    replaced.add(record.key)
                version = _log(connection, row[:3], "put")
                connection.execute(f"INSERT INTO record ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, version))
        return frozenset(replaced)

    def delete(self, key: Key, expected: Expected = NOTHING) -> bool:
        """Remove a record; False when there was none. `expected`: as for put."""
        identity = (key.tenant, key.kind, key.id)
        with self._writing() as connection:
            self._expect(expected)
            connection.execute(f"DELETE FROM record {_SAME}", identity)
            if not connection.changes():
                return False
            _log(connection, identity, "delete")
        return True

    def get(self, key: Key) -> Record | None:
        """The record under the key, or None."""
        query = f"SELECT {_COLUMNS} FROM record {_SAME}"
        with self._lock, readable(f"{key.kind} {key.id!r}"):
            rows = list(self._connection.execute(query, (key.tenant, key.kind, key.id)))
        return self._record(rows[0]) if rows else None

    def key_of(self, version: int) -> Key | None:
        """The key that a version was written under, whether or not the record is still in it; None where there was none."""
        with self._lock:
            rows = list(self._connection.execute("SELECT tenant, kind, id FROM change WHERE sequence = ? AND action = 'put'", (version,)))
        return Key(*rows[0]) if rows else None

    def changes_by_tenant(self) -> dict[str, int]:
        """How many changes each tenant has made."""
        with self._lock:
            return dict(self._connection.execute("SELECT tenant, count(*) FROM change GROUP BY tenant"))

    def counts(self) -> dict[tuple[str, str], int]:
        """How many records each tenant has of each kind."""
        with self._lock, readable("the store"):
            rows = self._connection.execute("SELECT tenant, kind, count(*) FROM record GROUP BY tenant, kind")
            return {(tenant, kind): count for tenant, kind, count in rows}

    def records(self) -> Iterator[Record]:
        """All records in the order they were last written."""
        with self._lock, readable("the store"):
            for row in self._connection.execute(f"SELECT {_COLUMNS} FROM record ORDER BY version"):
                yield self._record(row)

    def changes(self, after: int = 0) -> list[Change]:
        """The change log past a sequence number, oldest first."""
        query = "SELECT sequence, tenant, kind, id, action FROM change WHERE sequence > ? ORDER BY sequence"
        with self._lock:
            return [Change(row[0], Key(*row[1:4]), row[4]) for row in self._connection.execute(query, (after,))]

    def outside_version(self) -> int:
        """A number that changes whenever another connection or process has written to the file."""
        return int(self._connection.pragma("data_version"))

    def sequence(self) -> int:
        """The number of the last change, 0 when nothing was ever written."""
        with self._lock:
            row = next(iter(self._connection.execute("SELECT coalesce(max(sequence), 0) FROM change")))
        return int(row[0])

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        with self._lock, exclusive(self._connection):
            yield self._connection

    def _expect(self, expected: Expected) -> None:
        for key, tag in expected.items():
            record = self.get(key)
            found = record.tag if record else None
            if found != tag and not (tag == ANY and found):
                raise Conflict(key, tag, found)

    def _record(self, row: Sequence[object]) -> Record:
        tenant, kind, id, facets, numbers, terms, vectors, body, checksum, version = row
        _verify(row[:-2], checksum)
        assert isinstance(vectors, bytes)
        assert isinstance(body, bytes)
        array = np.frombuffer(vectors, dtype=np.float32).reshape(-1, self.dimension)
        values = {name: tuple(listed) for name, listed in json.loads(str(facets)).items()}
        ranges = {name: (low, high) for name, (low, high) in json.loads(str(numbers)).items()}
        return Record(Key(str(tenant), str(kind), str(id)), values, tuple(json.loads(str(terms))), array, body, int(str(version)), ranges)


def stored_fingerprint(path: Path) -> str | None:
    """The fingerprint of the store at a path; None where there is no readable one. Changes nothing."""
    if not path.is_file():
        return None
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        rows = list(connection.execute("SELECT value FROM setting WHERE name = 'fingerprint'"))
        connection.close()
    except apsw.Error:
        return None
    return str(rows[0][0]) if rows else None


def every_body(path: Path) -> Iterator[tuple[str, bytes]]:
    """Tenant and body of every record, whatever encoder filled the store; raises StoreInvalid for a damaged one."""
    with readable(str(path)):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        columns = _COLUMNS if connection.pragma("user_version") == FORMAT else _COLUMNS_1
        for *row, checksum, _ in connection.execute(f"SELECT {columns} FROM record ORDER BY version"):
            _verify(row, checksum)
            yield str(row[0]), bytes(row[-1])
        connection.close()


def supplant(path: Path, fresh: Path) -> None:
    """Put the store at `fresh`, which nobody has open, in the place of the one at `path`.

    Raises StoreInvalid where another process still has the old one open: what it writes would be lost.
    """
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")  # folds the log back, which needs the file to itself
        connection.execute("BEGIN EXCLUSIVE")
        os.replace(fresh, path)
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreInvalid(f"{path}: in use by another process; stop the service and run the command again") from error
    finally:
        connection.close()


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turns what SQLite says of damage into StoreInvalid."""
    try:
        yield
    except (apsw.Error, UnicodeDecodeError) as error:
        raise StoreInvalid(f"{name}: not a readable store ({error}); restore a backup, or move the file away and ingest again") from error


def _verify(row: Sequence[object], checksum: object) -> None:
    if _checksum(row) != checksum:
        raise StoreInvalid(f"{row[1]} {row[2]!r}: the stored row fails its checksum; restore a backup, or move the file away and ingest again")


def prepare(connection: apsw.Connection) -> None:
    """Make what is acknowledged durable and what is deleted gone."""
    _log_ahead(connection)
    for pragma in ("synchronous=FULL", "secure_delete=ON", f"cache_size=-{CACHE_KIBIBYTES}"):
        connection.execute(f"PRAGMA {pragma}")


def _log_ahead(connection: apsw.Connection) -> None:
    """Turn to a write-ahead log; SQLite does not wait by itself for others who are just opening the file."""
    until = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except apsw.BusyError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def exclusive(connection: apsw.Connection) -> Iterator[None]:
    """One transaction that alone may write; undone where it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def is_empty(connection: apsw.Connection) -> bool:
    """Whether nothing was ever made in the file."""
    tables = next(iter(connection.execute("SELECT count(*) FROM sqlite_schema")))
    return bool(tables == (0,))


def _create(connection: apsw.Connection, fingerprint: str, dimension: int) -> None:
    connection.execute(_SCHEMA)
    connection.execute(f"PRAGMA application_id={APPLICATION}")
    connection.execute(f"PRAGMA user_version={FORMAT}")
    settings = {"fingerprint": fingerprint, "dimension": str(dimension)}
    connection.executemany("INSERT INTO setting VALUES (?, ?)", settings.items())


def _check(connection: apsw.Connection, path: Path, fingerprint: str, dimension: int, rebuild: str) -> None:
    verdicts = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
    if verdicts != ["ok"]:
        raise StoreInvalid(f"{path}: damaged ({verdicts[0]}); restore a backup, or move the file away and ingest again")
    found = {name: connection.pragma(name) for name in ("application_id", "user_version")}
    if found["application_id"] != APPLICATION:
        raise StoreInvalid(f"{path}: a SQLite file, but not a store of this program; choose another path")
    if found["user_version"] != FORMAT:
        advice = f"run: {rebuild}" if found["user_version"] < FORMAT else "use the release that wrote it"
        raise StoreInvalid(f"{path}: format {found['user_version']}, this program reads format {FORMAT}; {advice}")
    settings: dict[str, str] = {str(name): str(value) for name, value in connection.execute("SELECT name, value FROM setting")}
    expected = {"fingerprint": fingerprint, "dimension": str(dimension)}
    for name, value in expected.items():
        if settings.get(name) != value:
            raise StoreInvalid(f"{path}: built with {name} {settings.get(name)!r}, this program has {value!r}; run: {rebuild}")


def _row(record: Record, dimension: int) -> tuple[object, ...]:
    key = record.key
    vectors: Vectors = checked_vectors(record.vectors, dimension)
    facets = json.dumps({name: list(values) for name, values in sorted(record.facets.items())}, ensure_ascii=False)
    numbers = json.dumps(dict(sorted(record.numbers.items())))
    row = (key.tenant, key.kind, key.id, facets, numbers, json.dumps(record.terms, ensure_ascii=False), vectors.tobytes(), record.body)
    return (*row, _checksum(row))


def _checksum(row: Iterable[object]) -> int:
    total = 0
    for value in row:
        part = value if isinstance(value, bytes) else str(value).encode()
        total = zlib.crc32(part, zlib.crc32(len(part).to_bytes(8, "little"), total))
    return total


def _log(connection: apsw.Connection, identity: tuple[object, ...], action: str) -> int:
    connection.execute("INSERT INTO change (tenant, kind, id, action) VALUES (?, ?, ?, ?)", (*identity, action))
    return connection.last_insert_rowid()
