"""Tests beside each other in several processes, and a test that takes time alone."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turns:
    """What the processes of one run share: a room that many tests may be in, or one alone, and the door to it.

    Who waits to be alone keeps the door, so that nobody else comes in before.
    """

    def __init__(self, folder: Path) -> None:
        self._door, self._room = ((folder / name).open("a") for name in ("door", "room"))

    @contextmanager
    def taken(self, alone: bool) -> Iterator[None]:
        """A test in the room."""
        fcntl.flock(self._door, fcntl.LOCK_EX)
        fcntl.flock(self._room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:
            fcntl.flock(self._door, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)
            if alone:
                fcntl.flock(self._door, fcntl.LOCK_UN)

    def close(self) -> None:
        """Leave."""
        self._door.close()
        self._room.close()
