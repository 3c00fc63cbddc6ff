"""SQLite: record, vectors and change log in one transaction; the only truth on disk."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

import apsw
import msgspec
import numpy as np

from index.record import ANY, NOTHING, Conflict, Expected, IndexProblem, Key, Outline, Record, Vectors, centroid, checked_vectors

FORMAT = 3
APPLICATION = 0x636D6174  # "cmat", so that a stranger's SQLite file is not taken for a store
BUSY_MILLISECONDS = 10_000
CACHE_KIBIBYTES = 16_384
MAPPED = 1 << 40  # bytes of a file that are mapped where it is only read, which halves the time of the first reading

_SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE outline (
    version INTEGER PRIMARY KEY, tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    facets TEXT NOT NULL, numbers TEXT NOT NULL, brief BLOB NOT NULL, direction BLOB NOT NULL,
    checksum INTEGER NOT NULL, UNIQUE (tenant, kind, id)) STRICT;
CREATE TABLE content (
    version INTEGER PRIMARY KEY REFERENCES outline (version), sketch BLOB NOT NULL, vectors BLOB NOT NULL, body BLOB NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
CREATE TABLE change (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, kind TEXT NOT NULL,
    id TEXT NOT NULL, action TEXT NOT NULL CHECK (action IN ('put', 'delete'))) STRICT;
"""
CHECKED = ("setting", "change", "outline")  # the contents, which may be many gigabytes, are as each is read
WAYS = ("NOT INDEXED", "INDEXED BY sqlite_autoindex_outline_1")
_OUTLINE = "tenant, kind, id, facets, numbers, brief, direction"
_IDENTITY = "SELECT tenant, kind, id, version FROM outline"
_CONTENT = "sketch, vectors, body"
_BOTH = f"SELECT {_OUTLINE}, outline.checksum, {_CONTENT}, content.checksum, version FROM outline LEFT JOIN content USING (version)"
_BODIES = {  # of each older format, a row as its checksum was made of it
    1: "SELECT tenant, kind, id, facets, terms, vectors, body, checksum FROM record ORDER BY version",
    2: "SELECT tenant, kind, id, facets, numbers, terms, vectors, body, checksum FROM record ORDER BY version",
    FORMAT: "SELECT tenant, kind, id, sketch, vectors, body, content.checksum FROM outline LEFT JOIN content USING (version) ORDER BY version",
}
_facets = msgspec.json.Decoder(dict[str, tuple[str, ...]]).decode
_numbers = msgspec.json.Decoder(dict[str, tuple[float, float]]).decode
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

        Raises StoreInvalid when the file cannot be read, is foreign, of another format, or holds vectors of another encoder; `check` looks at the rest.
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
        except (apsw.Error, UnicodeDecodeError) as error:
            raise StoreInvalid(f"{path}: not a readable store ({error}); restore a backup, or move the file away and ingest again") from error
        return cls(connection, dimension)

    @classmethod
    def beside(cls, path: Path, dimension: int) -> Store:
        """Another look at a store that is open: it only reads, and checks the rows it reads alone."""
        return cls(_mapped(path), dimension)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self._connection.filename)

    def check(self) -> None:
        """Look through what is held in memory of every record, and the log of changes; raises StoreInvalid where they are damaged."""
        with readable(str(self.path)):
            connection = _mapped(self.path) if self._connection.filename else self._connection  # which is one in memory alone
            connection.execute("BEGIN")  # all of it is looked at as it is now
            verdicts = [row[0] for table in CHECKED for row in connection.execute(f"PRAGMA quick_check({table})") if row[0] != "ok"]
            if not verdicts and len({sum(map(hash, connection.execute(f"{_IDENTITY} {how}"))) for how in WAYS}) > 1:
                verdicts = ["the index of outline does not agree with it"]  # which SQLite can tell, too, at twenty times the time
            connection.execute("COMMIT")
        if verdicts:
            raise StoreInvalid(f"{self.path}: damaged ({verdicts[0]}); restore a backup, or move the file away and ingest again")

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
            for record, (outline, content) in zip(records, rows, strict=True):
                if _remove(connection, outline[:3]):
                    replaced.add(record.key)
                version = _log(connection, outline[:3], "put")
                connection.execute(f"INSERT INTO outline ({_OUTLINE}, checksum, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*outline, version))
                connection.execute(f"INSERT INTO content ({_CONTENT}, checksum, version) VALUES (?, ?, ?, ?, ?)", (*content, version))
        return frozenset(replaced)

    def delete(self, key: Key, expected: Expected = NOTHING) -> bool:
        """Remove a record; False when there was none. `expected`: as for put."""
        identity = (key.tenant, key.kind, key.id)
        with self._writing() as connection:
            self._expect(expected)
            if not _remove(connection, identity):
                return False
            _log(connection, identity, "delete")
        return True

    def get(self, key: Key) -> Record | None:
        """The record under the key, or None."""
        with self._lock, readable(f"{key.kind} {key.id!r}"):
            rows = list(self._connection.execute(f"{_BOTH} {_SAME}", (key.tenant, key.kind, key.id)))
        return self._record(rows[0]) if rows else None

    def outline(self, key: Key) -> Outline | None:
        """What an index holds in memory of the record under the key, or None."""
        return next(self._outlines(_SAME, (key.tenant, key.kind, key.id)), None)

    def outlines(self, after: int, to: int) -> Iterator[Outline]:
        """The outlines of the records of the versions past one and up to another, in that order."""
        return self._outlines("WHERE version > ? AND version <= ? ORDER BY version", (after, to))

    def sketches(self, versions: Sequence[int]) -> list[bytes]:
        """The sketch of each record by its version, empty where it is no longer stored."""
        with self._lock, readable("the store"):
            found = [list(self._connection.execute("SELECT sketch FROM content WHERE version = ?", (version,))) for version in versions]
        return [rows[0][0] if rows else b"" for rows in found]

    def key_of(self, version: int) -> Key | None:
        """The key that a version was written under, whether or not the record is still in it; None where there was none."""
        with self._lock:
            rows = list(self._connection.execute("SELECT tenant, kind, id FROM change WHERE sequence = ? AND action = 'put'", (version,)))
        return Key(*rows[0]) if rows else None

    def changes_by_tenant(self, last: int) -> dict[str, int]:
        """How many changes each tenant has made, up to one."""
        with self._lock:
            return dict(self._connection.execute("SELECT tenant, count(*) FROM change WHERE sequence <= ? GROUP BY tenant", (last,)))

    def counts(self) -> dict[tuple[str, str], int]:
        """How many records each tenant has of each kind."""
        with self._lock, readable("the store"):
            rows = self._connection.execute("SELECT tenant, kind, count(*) FROM outline GROUP BY tenant, kind")
            return {(tenant, kind): count for tenant, kind, count in rows}

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

    def _outlines(self, where: str, values: tuple[object, ...]) -> Iterator[Outline]:
        with self._lock, readable("the store"):
            for *row, checksum, version in self._connection.execute(f"SELECT {_OUTLINE}, checksum, version FROM outline {where}", values):
                _verify(row, checksum)
                yield _outline(row, version)

    def _record(self, row: Sequence[Any]) -> Record:
        outline, (sum_1, sketch, vectors, body, sum_2, version) = row[:7], row[7:]
        _verify(outline, sum_1)
        _verify((*outline[:3], sketch, vectors, body), sum_2)
        held, rows = _outline(outline, version), np.frombuffer(vectors, dtype=np.float32).reshape(-1, self.dimension)
        return Record(held.key, held.facets, held.brief, rows, body, version, held.numbers, sketch)


def _outline(row: Sequence[Any], version: int) -> Outline:
    tenant, kind, id, facets, numbers, brief, direction = row
    return Outline(Key(tenant, kind, id), version, _facets(facets), _numbers(numbers), brief, np.frombuffer(direction, dtype=np.float16))


def _mapped(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(BUSY_MILLISECONDS)
    connection.execute(f"PRAGMA mmap_size={MAPPED}")
    return connection


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
        number = connection.pragma("user_version")
        of = _checksum_of_older if number in (1, 2) else _checksum
        for *row, checksum in connection.execute(_BODIES.get(number, _BODIES[FORMAT])):
            _verify(row, checksum, of)
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


def _verify(row: Sequence[object], checksum: object, of: Callable[[Iterable[object]], int] | None = None) -> None:
    if checksum is None or (of or _checksum)(row) != checksum:
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


def _row(record: Record, dimension: int) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """A row of each table."""
    identity = (record.key.tenant, record.key.kind, record.key.id)
    vectors: Vectors = checked_vectors(record.vectors, dimension)
    facets = json.dumps({name: list(values) for name, values in sorted(record.facets.items())}, ensure_ascii=False)
    numbers = json.dumps(dict(sorted(record.numbers.items())))
    outline = (*identity, facets, numbers, record.brief, centroid(vectors).astype(np.float16).tobytes())
    content = (record.sketch, vectors.tobytes(), record.body)
    return (*outline, _checksum(outline)), (*content, _checksum((*identity, *content)))


def _remove(connection: apsw.Connection, identity: tuple[object, ...]) -> bool:
    """Whether there was something."""
    found = list(connection.execute(f"SELECT version FROM outline {_SAME}", identity))
    for version in found:
        connection.execute("DELETE FROM content WHERE version = ?", version)
        connection.execute("DELETE FROM outline WHERE version = ?", version)
    return bool(found)


def _checksum(row: Iterable[object]) -> int:
    return zlib.crc32(msgspec.msgpack.encode(tuple(row)))


def _checksum_of_older(row: Iterable[object]) -> int:
    """As formats 1 and 2 had it."""
    parts = [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return zlib.crc32(b"".join(piece for part in parts for piece in (len(part).to_bytes(8, "little"), part)))


def _log(connection: apsw.Connection, identity: tuple[object, ...], action: str) -> int:
    connection.execute("INSERT INTO change (tenant, kind, id, action) VALUES (?, ?, ?, ?)", (*identity, action))
    return connection.last_insert_rowid()
