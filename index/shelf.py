"""Small durable rows beside a store: each lies on a shelf, under a tenant and an id, until it expires. What they mean is their owner's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import apsw

from index.store import BUSY_MILLISECONDS, StoreInvalid, exclusive, is_empty, prepare, readable

FORMAT = 1
APPLICATION = 0x636D7368  # "cmsh"
NEVER = 253_402_300_799.0  # the last second of the year 9999

_SCHEMA = """
CREATE TABLE row (
    shelf TEXT NOT NULL, tenant TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, amount INTEGER NOT NULL,
    expires REAL NOT NULL, PRIMARY KEY (shelf, tenant, id)) STRICT, WITHOUT ROWID;
CREATE INDEX row_expires ON row (expires);
"""
_AT = "shelf = ? AND tenant = ? AND id = ?"


@dataclass(frozen=True)
class Row:
    """A body under an id; `expires` in seconds since 1970."""

    shelf: str
    tenant: str
    id: str
    body: bytes
    expires: float = NEVER


class Shelves:
    """One file of rows. A write is durable when the call returns; no clock but the `now` passed in, in seconds since 1970."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._lock = RLock()

    @classmethod
    def open(cls, path: Path) -> Shelves:
        """Open or create the file; raises StoreInvalid when it is damaged, foreign or of another format."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with readable(str(path)):
            connection = apsw.Connection(str(path))
            connection.set_busy_timeout(BUSY_MILLISECONDS)
            with exclusive(connection):
                if is_empty(connection):
                    connection.execute(f"{_SCHEMA} PRAGMA application_id={APPLICATION}; PRAGMA user_version={FORMAT};")
            found = connection.pragma("application_id"), connection.pragma("user_version")
            if found != (APPLICATION, FORMAT):
                raise StoreInvalid(f"{path}: is of kind and format {found}, expected {(APPLICATION, FORMAT)}; restore a backup, or move the file away")
            prepare(connection)
        return cls(connection)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def put(self, *rows: Row) -> None:
        """Add or replace rows, in one transaction."""
        with self._writing() as connection:
            for row in rows:
                connection.execute("INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?, 0, ?)", (row.shelf, row.tenant, row.id, row.body, row.expires))

    def add(self, row: Row, now: float) -> bool:
        """Add a row; False when there is one that has not expired, which stays."""
        with self._writing() as connection:
            connection.execute(f"DELETE FROM row WHERE {_AT} AND expires <= ?", (row.shelf, row.tenant, row.id, now))
            connection.execute("INSERT OR IGNORE INTO row VALUES (?, ?, ?, ?, 0, ?)", (row.shelf, row.tenant, row.id, row.body, row.expires))
            return connection.changes() == 1

    def get(self, shelf: str, tenant: str, id: str, now: float) -> Row | None:
        """The row under an id, or None."""
        with self._lock:
            rows = list(self._connection.execute(f"SELECT body, expires FROM row WHERE {_AT} AND expires > ?", (shelf, tenant, id, now)))
        return Row(shelf, tenant, id, *rows[0]) if rows else None

    def rows(self, shelf: str, tenant: str, now: float, after: str = "", limit: int = -1) -> list[Row]:
        """The rows of a tenant on a shelf past an id, by id; all of them without a limit."""
        query = "SELECT id, body, expires FROM row WHERE shelf = ? AND tenant = ? AND id > ? AND expires > ? ORDER BY id LIMIT ?"
        with self._lock:
            return [Row(shelf, tenant, *found) for found in self._connection.execute(query, (shelf, tenant, after, now, limit))]

    def tenants(self, shelf: str) -> list[str]:
        """Every tenant with a row on the shelf."""
        with self._lock:
            return [str(found[0]) for found in self._connection.execute("SELECT DISTINCT tenant FROM row WHERE shelf = ? ORDER BY tenant", (shelf,))]

    def count(self, shelf: str, tenant: str, id: str, amount: int, expires: float) -> int:
        """Add to the amount of a row, which begins at 0; gives the new amount."""
        with self._writing() as connection:
            query = "INSERT INTO row VALUES (?, ?, ?, x'', ?, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount RETURNING amount"
            return int(next(iter(connection.execute(query, (shelf, tenant, id, amount, expires))))[0])

    def delete(self, shelf: str, tenant: str, id: str) -> bool:
        """Remove a row; False when there was none."""
        with self._writing() as connection:
            connection.execute(f"DELETE FROM row WHERE {_AT}", (shelf, tenant, id))
            return connection.changes() == 1

    def fold(self) -> None:
        """Fold the write-ahead log back, so that what was deleted is gone from it too, as soon as nobody reads."""
        with self._lock:
            self._connection.pragma("wal_checkpoint(TRUNCATE)")

    def expire(self, now: float) -> int:
        """Remove what has expired; gives how many rows."""
        with self._writing() as connection:
            connection.execute("DELETE FROM row WHERE expires <= ?", (now,))
            return connection.changes()

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        with self._lock, exclusive(self._connection):
            yield self._connection
