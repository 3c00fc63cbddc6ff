"""Every request has an id, is timed, counted and logged: by its operation, never by its path or what it holds."""

from __future__ import annotations

import re
import time
from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.samples import Sample
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import request_id
from service.logs import log
from service.recent import METHODS, Failure, Noted, Recent, noted

SAFE = re.compile(rb"[A-Za-z0-9._-]{1,64}")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
QUIET = ("livez", "readyz", "metrics", "operate")  # operations that are asked every few seconds, and logged only when they fail
ASIDE = (*QUIET, "static")  # operations that say nothing of how callers are served


@dataclass(frozen=True)
class Traffic:
    """What became of the requests for an operation. `statuses`: first digit of the status -> how many; `times`: seconds -> how many took no longer."""

    operation: str
    statuses: Counts[str]
    times: Counts[float]

    @property
    def answered(self) -> int:
        """How many were answered."""
        return self.statuses.total()

    def quantile(self, share: float) -> float | None:
        """The seconds that this share of the answers took at most, even within the steps in which they were counted; None without any."""
        bounds = sorted(self.times)
        wanted = share * self.times[bounds[-1]] if bounds else 0.0
        low, below = 0.0, 0
        for bound in bounds if wanted else ():
            count = self.times[bound]
            if count >= wanted:
                return low if bound == inf else low + (bound - low) * (wanted - below) / (count - below)
            low, below = bound, count
        return None


def together(listed: Sequence[Traffic]) -> Traffic:
    """All operations as one."""
    statuses, times = Counts[str](), Counts[float]()
    for one in listed:
        statuses.update(one.statuses)
        times.update(one.times)
    return Traffic("", statuses, times)


class Metrics:
    """What an operator watches. Labels are operations and statuses, nothing else."""

    def __init__(self) -> None:
        self.recent = Recent()
        self.registry = CollectorRegistry()
        self.requests = Counter("clinmatch_requests_total", "Requests answered", ("operation", "status"), registry=self.registry)
        self.seconds = Histogram("clinmatch_request_seconds", "Time to the end of the answer", ("operation",), buckets=BUCKETS, registry=self.registry)
        self.running = Gauge("clinmatch_requests_running", "Requests under way", registry=self.registry)
        self.documents = Counter("clinmatch_documents_written_total", "Documents stored since the start", registry=self.registry)

    def traffic(self) -> list[Traffic]:
        """What became of the requests so far, by operation, those of the operators' own tools left out."""
        times: dict[str, Counts[float]] = defaultdict(Counts)
        statuses: dict[str, Counts[str]] = defaultdict(Counts)
        for sample in self._samples(self.seconds):
            if sample.name.endswith("_bucket"):
                times[sample.labels["operation"]][float(sample.labels["le"])] += int(sample.value)
        for sample in self._samples(self.requests):
            if sample.name.endswith("_total"):
                statuses[sample.labels["operation"]][sample.labels["status"][:1]] += int(sample.value)
        return [Traffic(name, statuses[name], times[name]) for name in sorted(statuses, key=lambda name: (-statuses[name].total(), name))]

    def under_way(self) -> int:
        """How many requests are being answered."""
        return int(next(iter(self.running.collect())).samples[0].value)

    def _samples(self, metric: Counter | Histogram) -> Iterator[Sample]:
        return (sample for family in metric.collect() for sample in family.samples if sample.labels.get("operation") not in ASIDE)


class Observe:
    """The outermost layer: gives a request its id, and tells what became of it."""

    def __init__(self, app: ASGIApp, metrics: Callable[[], Metrics]) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, observed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id = _id(scope)
        token, heard = request_id.set(id), noted.set(Noted())
        started, status = time.perf_counter(), 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = {name for name, _ in message.get("headers", ())}
                guards = (guard for guard in _GUARDS if guard[0] not in own)
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", id.encode()), *guards]
            await send(message)

        self._metrics().running.inc()
        try:
            await self._app(scope, receive, told)
        finally:
            self._metrics().running.dec()
            self._tell(scope, status, time.perf_counter() - started)
            request_id.reset(token)
            noted.reset(heard)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        operation = getattr(scope.get("route"), "name", None) or "none"
        self._metrics().requests.labels(operation, str(status)).inc()
        self._metrics().seconds.labels(operation).observe(seconds)
        if status >= 400:
            known, method = noted.get(), scope["method"] if scope["method"] in METHODS else "other"
            self._metrics().recent.add(Failure(time.time(), operation, method, status, request_id.get(), known.problem, known.error, known.place))
        if operation in QUIET and status < 400:
            return
        caller = scope.get("state", {}).get("caller")
        who = {"tenant": caller.tenant, "key": caller.key} if caller else {}
        log("request", request_id=request_id.get(), operation=operation, method=scope["method"], status=status, milliseconds=round(seconds * 1000, 1), **who)


_GUARDS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"), (b"cache-control", b"no-store"))


def _id(scope: Scope) -> str:
    """The id that the caller gave the request, where it is safe to repeat, else a new one."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if SAFE.fullmatch(given) else uuid4().hex
