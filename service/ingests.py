"""Documents that are taken in the background: a job is kept with its body until it is done, so that a crash costs nothing."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from threading import Condition, Thread
from typing import Literal

import msgspec

from index.record import Written
from index.shelf import Row, Shelves
from matcher.catalog import key
from matcher.document import Document, Kind, MatcherProblem
from matcher.formats import Format, parse
from matcher.matcher import BATCH, Matcher
from matcher.sources import Refusal
from service.logs import log

SHELF = "ingests"
BODIES = "ingest-bodies"
IDLE = 3_600.0  # seconds without a job after which what has expired is removed
KEPT = 7 * 86_400.0  # seconds that a job is remembered
TOLD = 1_000  # refusals that a job lists; all are counted
MAX_WAITING = 20  # jobs of a tenant that are not done
State = Literal["waiting", "running", "done", "cancelled", "failed"]
OPEN = ("waiting", "running")


class UnknownIngest(MatcherProblem, LookupError):
    """No job of this tenant under this id."""


class TooManyIngests(MatcherProblem):
    """A tenant has as many jobs under way as it may."""


@dataclass(frozen=True)
class Ingest:
    """A job and how far it is. `lines` that hold something have been gone through; times in seconds since 1970.

    `at`: the line of the body that was reached, of `length`, which is None for a format that is not written in lines.
    """

    id: str
    state: State
    format: str
    kind: str | None
    mapping: Mapping[str, str] | None
    documents: int  # the most that the tenant may have stored of a kind
    created: float
    finished: float | None = None
    lines: int = 0
    taken: int = 0
    refused: int = 0
    refusals: tuple[Refusal, ...] = ()
    at: int = 0
    length: int | None = None

    @property
    def share(self) -> float | None:
        """How much of the body has been gone through, from 0 to 1; None where that is not known."""
        if self.state == "done":
            return 1.0
        return min(1.0, self.at / self.length) if self.length else None

    def per_second(self, now: float) -> float:
        """How many lines it went through in a second."""
        seconds = (self.finished or now) - self.created
        return self.lines / seconds if seconds > 0 else 0.0

    def seconds_left(self, now: float) -> float | None:
        """In how many seconds it will be done at the pace so far; None where that is not known."""
        if self.state not in OPEN or not self.share:
            return None
        return max(0.0, now - self.created) * (1 - self.share) / self.share


IN_LINES = (Format.JSONL, Format.CSV)  # formats whose entries are numbered by the lines of the body
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(Ingest).decode
Entries = Iterator[tuple[int, Document | Refusal]]


class Ingests:
    """All jobs of an installation, done by one thread, a batch of each in turn, so that no tenant waits for another's end."""

    def __init__(
        self, matcher: Matcher, shelves: Shelves, clock: Callable[[], float] = time.time, stored: Callable[[int], object] = lambda count: None
    ) -> None:
        self._matcher = matcher
        self._shelves = shelves
        self._clock = clock
        self._stored = stored  # told how many documents were
        self._turns: deque[tuple[str, str]] = deque()
        self._entries: dict[str, Entries] = {}
        self._changed = Condition()
        self._closing = False
        self._thread = Thread(target=self._work, name="ingests", daemon=True)

    def start(self) -> None:
        """Begin, with the jobs that an earlier process left."""
        for tenant in self._shelves.tenants(SHELF):
            self._turns.extend((tenant, job.id) for job in self.list(tenant) if job.state in OPEN)
        self._thread.start()

    def close(self) -> None:
        """Stop after the batch under way; what is left is done after the next start."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def add(self, tenant: str, body: bytes, format: Format, kind: Kind | None, mapping: Mapping[str, str] | None, documents: int) -> Ingest:
        """A new job, which is on disk on return; raises TooManyIngests."""
        waiting = sum(1 for job in self.list(tenant) if job.state in OPEN)
        if waiting >= MAX_WAITING:
            raise TooManyIngests(f"{waiting} ingests are under way, at most {MAX_WAITING} may be")
        now = self._clock()
        length = body.count(b"\n") + (not body.endswith(b"\n")) if format in IN_LINES else None
        id = f"i_{int(now * 1000):011x}{secrets.token_hex(6)}"
        job = Ingest(id, "waiting", format.value, kind, mapping, documents, now, length=length)
        self._shelves.put(Row(BODIES, tenant, job.id, body), self._row(tenant, job))
        with self._changed:
            self._turns.append((tenant, job.id))
            self._changed.notify_all()
        return job

    def get(self, tenant: str, id: str) -> Ingest:
        """A job; raises UnknownIngest."""
        row = self._shelves.get(SHELF, tenant, id, self._clock())
        if row is None:
            raise UnknownIngest(f"no ingest {id!r:.60}")
        return _decode(row.body)

    def list(self, tenant: str) -> list[Ingest]:
        """The jobs of a tenant, oldest first."""
        return [_decode(row.body) for row in self._shelves.rows(SHELF, tenant, self._clock())]

    def cancel(self, tenant: str, id: str) -> Ingest:
        """Stop a job where it is; what it has taken stays. Raises UnknownIngest."""
        with self._changed:
            job = self.get(tenant, id)
            if job.state in OPEN:
                job = self._finished(tenant, job, "cancelled")
            return job

    def _work(self) -> None:
        while True:
            with self._changed:
                busy = bool(self._changed.wait_for(lambda: self._turns or self._closing, IDLE))
                if self._closing:
                    return
                tenant, id = self._turns.popleft() if busy else ("", "")
            if not busy:
                self._shelves.expire(self._clock())
                continue
            try:
                going = self._turn(tenant, id)
            except Exception as error:  # whatever it is, it ends this job alone, and its message, which may quote a text, is told nobody
                log("ingest failed", level="error", tenant=tenant, error=type(error).__name__)
                with self._changed:
                    self._finished(tenant, self.get(tenant, id), "failed")
                going = False
            if going:
                self._turns.append((tenant, id))

    def _turn(self, tenant: str, id: str) -> bool:
        """One batch of a job; whether there may be more."""
        row = self._shelves.get(SHELF, tenant, id, self._clock())
        job = _decode(row.body) if row else None
        if job is None or job.state not in OPEN:
            self._entries.pop(id, None)
            return False
        batch = list(islice(self._left(tenant, job), BATCH))
        if not batch:
            with self._changed:
                self._finished(tenant, job, "done")
            return False
        written, refusals = take(self._matcher, tenant, batch, job.documents)
        self._stored(len(written.tags))
        told = tuple(refusals[number] for number in sorted(refusals))
        taken, refused = job.taken + len(written.tags), job.refused + len(told)
        progress = replace(job, state="running", lines=job.lines + len(batch), at=batch[-1][0], taken=taken, refused=refused)
        with self._changed:  # or a cancelled job would run on
            if self.get(tenant, id).state in OPEN:
                self._shelves.put(self._row(tenant, replace(progress, refusals=(*job.refusals, *told)[:TOLD])))
        return True

    def _left(self, tenant: str, job: Ingest) -> Entries:
        """The entries of a job that are not done; after a restart its body is gone through from the beginning."""
        if job.id not in self._entries:
            row = self._shelves.get(BODIES, tenant, job.id, self._clock())
            entries = entries_of(row.body if row else b"", Format(job.format), Kind(job.kind) if job.kind else None, job.mapping)
            self._entries[job.id] = islice(entries, job.lines, None)
        return self._entries[job.id]

    def _finished(self, tenant: str, job: Ingest, state: State) -> Ingest:
        job = replace(job, state=state, finished=self._clock())
        self._entries.pop(job.id, None)
        self._shelves.put(self._row(tenant, job))
        self._shelves.delete(BODIES, tenant, job.id)
        self._shelves.fold()
        return job

    def _row(self, tenant: str, job: Ingest) -> Row:
        return Row(SHELF, tenant, job.id, _encode(job), job.created + KEPT)


def take(matcher: Matcher, tenant: str, batch: list[tuple[int, Document | Refusal]], most: int) -> tuple[Written, dict[int, Refusal]]:
    """Store the documents of a batch, as far as the tenant may have so many; gives what was written, and line -> refusal."""
    refused = {number: one for number, one in batch if isinstance(one, Refusal)}
    documents = [(number, one) for number, one in batch if isinstance(one, Document)]
    room = {kind: most - matcher.count(kind, tenant) for kind in Kind}
    kept = []
    for number, document in documents:
        ample = room[document.kind] >= len(documents)
        replaces = not ample and matcher.index.get(key(tenant, document.kind, document.id)) is not None
        if ample or replaces or room[document.kind] > 0:
            room[document.kind] -= not (ample or replaces)
            kept.append(document)
        else:
            refused[number] = Refusal("body", number, "id", f"there are {most:,} {document.kind}s stored, which is as many as may be")
    return matcher.put(kept, tenant), refused


def entries_of(body: bytes, format: Format, kind: Kind | None, mapping: Mapping[str, str] | None) -> Entries:
    """The documents and refusals of a body with their lines; with a kind, those that name the other one are refused."""
    for number, one in parse(body, format, kind, mapping):
        if kind and isinstance(one, Document) and one.kind is not kind:
            yield number, Refusal("body", number, "kind", f"is {one.kind}, and this load is of {kind}s")
        else:
            yield number, one
