"""How much a request may send, whether it says so before or not."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from service.limits import MAX_BODY, MAX_BULK, SizeLimits

DETAIL = "the body is larger than 6,291,456 bytes"
TOO_MUCH = b'{"text": "' + b"a" * MAX_BODY + b'"}'


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
@pytest.mark.parametrize(("method", "path"), [("PUT", "/v1/postings/p1"), ("POST", "/v1/match"), ("POST", "/v1/compare")])
def test_a_body_over_the_limit_is_refused(client: TestClient, method: str, path: str, declared: bool) -> None:
    content = TOO_MUCH if declared else _chunks(TOO_MUCH)
    answer = client.request(method, path, content=content, headers={"content-type": "application/json"})
    assert ("content-length" in answer.request.headers) is declared
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert {name: answer.json()[name] for name in ("type", "status", "detail")} == {"type": "urn:clinmatch:too-large", "status": 413, "detail": DETAIL}


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
def test_a_body_of_exactly_the_limit_is_read(client: TestClient, declared: bool) -> None:
    body = b'{"text": "LCSW"}'.ljust(MAX_BODY)
    answer = client.put("/v1/postings/p1", content=body if declared else _chunks(body), headers={"content-type": "application/json"})
    assert answer.status_code == 201


def test_a_bulk_load_may_send_more_than_a_document(client: TestClient) -> None:
    line = b'{"id": "p%d", "kind": "posting", "text": "LCSW' + b"\\n" * 50_000 + b'"}\n'
    answer = client.post("/v1/bulk", content=b"".join(line % number for number in range(15)))
    assert answer.text.count('"status": 201') == 15


class Reader:
    """An app that reads its whole body and remembers how much it was given."""

    def __init__(self) -> None:
        self.read = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            self.read += len(message["body"])
            if not message["more_body"]:
                return


class Sender:
    """A client that never stops sending."""

    def __init__(self) -> None:
        self.sent = 0
        self.answered: list[Message] = []

    async def receive(self) -> Message:
        self.sent += 65_536
        return {"type": "http.request", "body": b"a" * 65_536, "more_body": True}

    async def send(self, message: Message) -> None:
        self.answered.append(message)


@pytest.mark.parametrize(("path", "limit"), [("/v1/match", MAX_BODY), ("/v1/bulk", MAX_BULK)])
def test_a_client_that_never_stops_sending_is_read_no_further_than_the_limit(path: str, limit: int) -> None:
    app, sender = Reader(), Sender()
    scope: Scope = {"type": "http", "path": path, "query_string": b"", "headers": []}
    with pytest.raises(Exception, match=f"the body is larger than {limit:,} bytes"):
        anyio.run(SizeLimits(app), scope, sender.receive, sender.send)
    assert app.read == limit
    assert sender.sent == limit + 65_536


def test_a_body_declared_over_the_limit_is_refused_before_a_byte_is_read() -> None:
    app, sender = Reader(), Sender()
    scope: Scope = {"type": "http", "path": "/v1/match", "query_string": b"", "headers": [(b"content-length", str(MAX_BODY + 1).encode())]}
    anyio.run(SizeLimits(app), scope, sender.receive, sender.send)
    assert (app.read, sender.sent) == (0, 0)
    assert sender.answered[0]["status"] == 413
