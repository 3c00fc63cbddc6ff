"""A POST that is sent again with the same Idempotency-Key has the first answer and no second effect.

As draft-ietf-httpapi-idempotency-key-header-07 has it. An answer is kept for a day, sealed with the key that its caller
chose, so that the file alone does not tell what it says; refusals are not kept, so that they can be mended and sent again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.shelf import Row, Shelves
from service.errors import problem
from service.keys import Caller
from service.secret import Secret

SHELF = "answers"
KEPT = 86_400.0  # seconds
RUNNING = 600.0  # seconds after which a request that left no answer is taken to have died
MAX_KEY = 255  # letters
MAX_KEPT = 8 << 20  # bytes of an answer; a larger one is not kept
IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
    "description": "Words of your own: sent again with them, the same request has the first answer, with `Idempotent-Replayed`, and no second effect",
}  # fmt: skip
HARMLESS = ("/v1/match", "/v1/match/batch", "/v1/match/upload", "/v1/compare", "/v1/text")  # have no effect that a second one would double
HEADERS = (b"content-type", b"location", b"etag")


class Idempotency:
    """Lets the first request of a key through and answers the others."""

    def __init__(self, app: ASGIApp, shelves: Callable[[], Shelves], secret: Callable[[], Secret], clock: Callable[[], float] = time.time) -> None:
        self._app = app
        self._shelves = shelves
        self._secret = secret
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it has an answer."""
        words = next((value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"idempotency-key"), None)
        caller: Caller | None = scope.get("state", {}).get("caller")
        if words is None or caller is None or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if not 0 < len(words) <= MAX_KEY:
            await problem(422, "malformed-request", f"Idempotency-Key: has {len(words)} letters, must have 1 to {MAX_KEY}")(scope, receive, send)
            return
        if scope["path"] in HARMLESS:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        request = sha256(b"\0".join((scope["path"].encode(), scope["query_string"], body))).hexdigest()
        id = self._secret().mark("idempotency", caller.key or "", words)
        answer = await run_in_threadpool(self._known, caller.tenant, id, words, request)
        if answer is None:
            await self._first(scope, _again(body, receive), send, Row(SHELF, caller.tenant, id, b"", self._clock() + KEPT), words, request)
        else:
            await answer(scope, receive, send)

    def _known(self, tenant: str, id: str, words: str, request: str) -> Response | None:
        """The answer that there is to give; None where there is none yet, and then the place is taken."""
        now = self._clock()
        mark = json.dumps({"request": request, "answer": None}).encode()
        if self._shelves().add(Row(SHELF, tenant, id, self._secret().seal(words, mark), now + RUNNING), now):
            return None
        row = self._shelves().get(SHELF, tenant, id, now)
        held: dict[str, Any] = json.loads(self._secret().unseal(words, row.body)) if row else {"request": request, "answer": None}
        if held["request"] != request:
            return problem(422, "idempotency-key-reused", "this Idempotency-Key was sent with another request")
        if held["answer"] is None:
            return problem(409, "idempotency-key-in-use", "the first request with this Idempotency-Key is still running", {"Retry-After": "1"})
        answer = held["answer"]
        return Response(bytes.fromhex(answer["body"]), answer["status"], {**answer["headers"], "Idempotent-Replayed": "true"})

    async def _first(self, scope: Scope, receive: Receive, send: Send, row: Row, words: str, request: str) -> None:
        answer = _Answer(send, lambda answer: self._settle(row, answer, words, request))
        try:
            await self._app(scope, receive, answer.send)
        finally:
            if not answer.is_settled:
                await run_in_threadpool(self._settle, row, answer, words, request)

    def _settle(self, row: Row, answer: _Answer, words: str, request: str) -> None:
        if not (answer.is_settled and 200 <= answer.status < 300 and len(answer.body) <= MAX_KEPT):
            self._shelves().delete(row.shelf, row.tenant, row.id)
            return
        told = {"status": answer.status, "headers": answer.headers, "body": bytes(answer.body).hex()}
        sealed = self._secret().seal(words, json.dumps({"request": request, "answer": told}).encode())
        self._shelves().put(Row(row.shelf, row.tenant, row.id, sealed, row.expires))


class _Answer:
    """An answer on its way, settled before its last part is sent: who has seen its end can send the request again."""

    def __init__(self, send: Send, settle: Callable[[_Answer], None]) -> None:
        self._send = send
        self._settle = settle
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.is_settled = False  # came to its end

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message.get("headers", ()) if name in HEADERS}
        else:
            if len(self.body) <= MAX_KEPT:
                self.body += message.get("body", b"")
            if not message.get("more_body", False):
                self.is_settled = True
                await run_in_threadpool(self._settle, self)
        await self._send(message)


async def _whole(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, and then what the connection still says."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
