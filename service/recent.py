"""The last requests that were refused or failed: what the log says of them, in memory, and nothing of what they held (P9)."""

from __future__ import annotations

from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock

KEPT = 50
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # any other may be something pasted


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that ended with a status from 400 on. `problem`: the name of its type; `error` and `place`: of a bug. `at` in seconds since 1970."""

    at: float
    operation: str
    method: str
    status: int
    request_id: str
    problem: str = ""
    error: str = ""
    place: str = ""

    @property
    def ours(self) -> bool:
        """Whether the service is to blame, not the caller."""
        return self.status >= 500


@dataclass(slots=True)
class Noted:
    """What is learnt of a request while it is answered."""

    problem: str = ""
    error: str = ""
    place: str = ""


noted: ContextVar[Noted] = ContextVar("noted")


def note(problem: str = "", error: str = "", place: str = "") -> None:
    """Remember of the request under way by what it ends; outside of one this does nothing."""
    known = noted.get(None)
    if known:
        known.problem, known.error, known.place = problem or known.problem, error or known.error, place or known.place


class Recent:
    """The last `KEPT` failures."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: deque[Failure] = deque(maxlen=KEPT)

    def add(self, failure: Failure) -> None:
        """Take one; the oldest makes room."""
        with self._lock:
            self._held.append(failure)

    def listed(self) -> list[Failure]:
        """All of them, the newest first."""
        with self._lock:
            return list(reversed(self._held))
