"""Every request has an id, is timed, counted and logged: by its operation, never by its path or what it holds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import request_id
from service.logs import log

SAFE = re.compile(rb"[A-Za-z0-9._-]{1,64}")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
QUIET = ("livez", "readyz", "metrics")  # operations that are asked every few seconds, and logged only when they fail


class Metrics:
    """What an operator watches. Labels are operations and statuses, nothing else."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("clinmatch_requests_total", "Requests answered", ("operation", "status"), registry=self.registry)
        self.seconds = Histogram("clinmatch_request_seconds", "Time to the end of the answer", ("operation",), buckets=BUCKETS, registry=self.registry)
        self.running = Gauge("clinmatch_requests_running", "Requests under way", registry=self.registry)
        self.documents = Gauge("clinmatch_documents_written_total", "Documents stored since the start", registry=self.registry)


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
        token = request_id.set(id)
        started, status = time.perf_counter(), 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", id.encode()), *_GUARDS]
            await send(message)

        self._metrics().running.inc()
        try:
            await self._app(scope, receive, told)
        finally:
            self._metrics().running.dec()
            self._tell(scope, status, time.perf_counter() - started)
            request_id.reset(token)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        operation = getattr(scope.get("route"), "name", None) or "none"
        self._metrics().requests.labels(operation, str(status)).inc()
        self._metrics().seconds.labels(operation).observe(seconds)
        if operation in QUIET and status < 400:
            return
        caller = scope.get("state", {}).get("caller")
        known = {"tenant": caller.tenant, "key": caller.key} if caller else {}
        log("request", request_id=request_id.get(), operation=operation, method=scope["method"], status=status, milliseconds=round(seconds * 1000, 1), **known)


_GUARDS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"), (b"cache-control", b"no-store"))


def _id(scope: Scope) -> str:
    """The id that the caller gave the request, where it is safe to repeat, else a new one."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if SAFE.fullmatch(given) else uuid4().hex
