"""A connection to a service that fails in chosen ways."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

UNANSWERED, HALF = "unanswered", "half"  # passed on, and the answer lost, or its second half
OWN = {"host", "connection", "accept-encoding", "content-length", "transfer-encoding"}  # headers of one connection
SECONDS = 60


@dataclass(frozen=True)
class Refusal:
    """An answer in place of that of the service, which hears nothing of the request."""

    status: int
    name: str = ""
    retry_after: str | None = None


Fault = str | Refusal


@dataclass(frozen=True)
class Seen:
    """A request and the answer that the service gave."""

    method: str
    path: str
    key: str | None
    authorization: str | None
    body: bytes
    at: float
    answer: httpx.Response | None


class Faulty(ThreadingHTTPServer):
    """Passes requests on to a service; each takes the next of the faults, as long as there are any."""

    daemon_threads = True

    def __init__(self, service: str, faults: Sequence[Fault]) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.service = service
        self.faults = list(faults)
        self.seen: list[Seen] = []

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Passing(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Faulty

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.faults.pop(0) if self.server.faults else None
        answer = None if isinstance(fault, Refusal) else self._asked(body)
        key, authorization = self.headers.get("Idempotency-Key"), self.headers.get("Authorization")
        self.server.seen.append(Seen(self.command, self.path, key, authorization, body, time.monotonic(), answer))
        if isinstance(fault, Refusal):
            self._refuse(fault)
        elif answer is not None and fault != UNANSWERED:
            self._answer(answer, answer.content[: len(answer.content) // 2] if fault == HALF else answer.content)
        self.close_connection = self.close_connection or fault in (UNANSWERED, HALF)

    do_GET = do_PUT = do_POST = do_DELETE = _pass  # noqa: N815

    def _asked(self, body: bytes) -> httpx.Response:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OWN}
        return httpx.request(self.command, self.server.service + self.path, headers=headers, content=body, timeout=SECONDS)

    def _refuse(self, fault: Refusal) -> None:
        body = json.dumps({"type": f"urn:clinmatch:{fault.name}", "status": fault.status}).encode() if fault.name else b"<html>"
        self.send_response(fault.status)
        if fault.retry_after is not None:
            self.send_header("Retry-After", fault.retry_after)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, answer: httpx.Response, sent: bytes) -> None:
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in OWN:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def faulty(service: str, *faults: Fault) -> Iterator[Faulty]:
    """A server before a service that answers with faults first."""
    with Faulty(service, faults) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
