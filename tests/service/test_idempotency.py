"""A POST that is sent again: the first answer, and no second effect."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from index.record import NOTHING, Expected, Written
from index.shelf import Shelves
from matcher.matcher import LOCAL, Matcher
from service.compose import Service
from service.idempotency import KEPT, MAX_KEY, Idempotency
from service.keys import OWNER
from service.secret import Secret
from service.settings import Settings
from tests.service.conftest import DOCUMENTS, POSTING, RESUME, app_over, key_of, keyed_over

Keyed = tuple[TestClient, Service]
LINE = b'{"id": "p1", "kind": "posting", "text": "LCSW wanted in Austin, TX"}'
BULK = b"\n".join((LINE, LINE.replace(b"p1", b"p2"), b"{"))
ONCE = {"Idempotency-Key": "once"}
EFFECTS: list[tuple[str, dict[str, Any], str]] = [  # what is posted, and where its effect is to be seen
    ("/v1/ingests", {"content": BULK}, "/v1/ingests"),
    ("/v1/keys", {"json": {"name": "x", "scopes": ["match"]}}, "/v1/keys"),
    ("/v1/bulk", {"content": BULK}, "/v1/postings"),
]


def _post(client: TestClient, path: str, headers: dict[str, str], body: dict[str, Any]) -> httpx.Response:
    return client.post(path, headers={**headers, **ONCE}, **body)


@pytest.mark.parametrize(("path", "body", "seen"), EFFECTS, ids=[one[0] for one in EFFECTS])
def test_the_same_request_has_the_same_bytes_and_no_second_effect(keyed: Keyed, path: str, body: dict[str, Any], seen: str) -> None:
    client, service = keyed
    headers = key_of(service, "acme")
    first = _post(client, path, headers, body)
    assert first.is_success
    assert "idempotent-replayed" not in first.headers
    _done(client, headers)
    before = client.get(seen, headers=headers).content
    again = [_post(client, path, headers, body) for _ in range(3)]
    assert [one.content for one in again] == [first.content] * 3
    assert [one.status_code for one in again] == [first.status_code] * 3
    assert [one.headers["idempotent-replayed"] for one in again] == ["true"] * 3
    assert [one.headers.get("location") for one in again] == [first.headers.get("location")] * 3
    assert client.get(seen, headers=headers).content == before
    other = client.post(path, headers={**headers, "Idempotency-Key": "twice"}, **body)
    assert "idempotent-replayed" not in other.headers


def _done(client: TestClient, headers: dict[str, str]) -> None:
    until = time.monotonic() + 10
    while any(one["state"] != "done" for one in client.get("/v1/ingests", headers=headers).json()["ingests"]):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_bulk_load_that_is_sent_again_writes_nothing(keyed: Keyed) -> None:
    client, service = keyed
    headers = key_of(service, "acme")
    _post(client, "/v1/bulk", headers, {"content": BULK})
    client.put("/v1/postings/p1", json=POSTING, headers=headers)
    _post(client, "/v1/bulk", headers, {"content": BULK})
    assert client.get("/v1/postings/p1", headers=headers).json()["document"]["title"] == POSTING["title"]


@pytest.mark.parametrize(("path", "body"), [("/v1/bulk", LINE), ("/v1/bulk?first_line=2", BULK), ("/v1/ingests", BULK)])
def test_another_request_under_the_same_key_is_refused(keyed: Keyed, path: str, body: bytes) -> None:
    client, service = keyed
    headers = key_of(service, "acme")
    _post(client, "/v1/bulk", headers, {"content": BULK})
    answer = _post(client, path, headers, {"content": body})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:clinmatch:idempotency-key-reused")


class Slow(Matcher):
    """A matcher that stores when it is told to."""

    begun = threading.Event()
    go_on = threading.Event()

    def put(self, documents: Any, tenant: str = LOCAL, expected: Expected = NOTHING) -> Written:
        self.begun.set()
        assert self.go_on.wait(10)
        return super().put(documents, tenant, expected)


def test_a_second_request_while_the_first_is_running_is_told_to_come_back(matcher: Matcher, tmp_path: Path) -> None:
    slow = Slow(matcher.vocabulary, matcher._reader, matcher.encoder, matcher.index)
    with keyed_over(slow, tmp_path) as (client, service):
        headers = key_of(service, "acme")
        answers: list[httpx.Response] = []
        first = threading.Thread(target=lambda: answers.append(_post(client, "/v1/bulk", headers, {"content": LINE})))
        first.start()
        assert slow.begun.wait(10)
        second = _post(client, "/v1/bulk", headers, {"content": LINE})
        slow.go_on.set()
        first.join()
        assert (second.status_code, second.json()["type"]) == (409, "urn:clinmatch:idempotency-key-in-use")
        assert second.headers["retry-after"] == "1"
        assert _post(client, "/v1/bulk", headers, {"content": LINE}).content == answers[0].content


def test_of_many_first_requests_at_once_one_takes_effect(keyed: Keyed) -> None:
    client, service = keyed
    headers = key_of(service, "acme")
    answers: list[httpx.Response] = []
    threads = [threading.Thread(target=lambda: answers.append(_post(client, "/v1/keys", headers, EFFECTS[1][1]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.status_code for one in answers} <= {201, 409}
    assert len({one.json()["id"] for one in answers if one.status_code == 201}) == 1
    assert len(service.keyring.keys(time.time(), "acme")) == 2


@pytest.mark.parametrize(("path", "bad", "good"), [
    ("/v1/keys", {"name": "", "scopes": ["match"]}, {"name": "x", "scopes": ["match"]}),
])  # fmt: skip
def test_a_refusal_is_not_kept_so_that_the_request_can_be_mended(keyed: Keyed, path: str, bad: object, good: object) -> None:
    client, service = keyed
    headers = key_of(service, "acme")
    assert _post(client, path, headers, {"json": bad}).is_client_error
    mended = _post(client, path, headers, {"json": good})
    assert mended.is_success
    assert "idempotent-replayed" not in mended.headers


@pytest.mark.parametrize(("status", "calls"), [(201, 1), (422, 2)])
def test_who_has_the_end_of_an_answer_can_send_again_at_once(tmp_path: Path, status: int, calls: int) -> None:
    """The second request is sent from within the delivery of the first answer's last part."""
    told: list[int] = []
    ran: list[int] = []
    shelves = Shelves.open(tmp_path / "shelves.db")
    secret = Secret(b"root")

    async def create(scope: Scope, receive: Receive, send: Send) -> None:
        ran.append(1)
        await Response(b"{}", status)(scope, receive, send)

    idempotency = Idempotency(create, lambda: shelves, lambda: secret)
    scope = {"type": "http", "method": "POST", "path": "/v1/keys", "query_string": b"", "headers": [(b"idempotency-key", b"once")], "state": {"caller": OWNER}}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])
        elif len(told) == 1:
            await idempotency(scope, receive, send)

    asyncio.run(idempotency(scope, receive, send))
    assert told == [status, status]
    assert len(ran) == calls


@pytest.mark.parametrize("words", ["", "k" * (MAX_KEY + 1)])
def test_a_key_of_no_or_too_many_letters_is_refused(keyed: Keyed, words: str) -> None:
    client, service = keyed
    answer = client.post("/v1/bulk", content=LINE, headers={**key_of(service, "acme"), "Idempotency-Key": words})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:clinmatch:malformed-request")


def test_an_answer_is_kept_for_a_day(matcher: Matcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [time.time()]
    monkeypatch.setattr("service.idempotency.Idempotency.__init__.__defaults__", (lambda: now[0],))
    with TestClient(app_over(matcher, tmp_path)) as client:
        body = EFFECTS[0][1]
        told = []
        for later in (0.0, KEPT - 1, 2.0):
            now[0] += later
            told.append("idempotent-replayed" in client.post("/v1/ingests", headers=ONCE, **body).headers)
    assert told == [False, True, False]


def test_what_has_no_effect_is_done_anew(keyed: Keyed) -> None:
    client, service = keyed
    headers = key_of(service, "acme")
    question = {"json": {"query": {"kind": "resume", "text": RESUME["text"]}}}
    first = _post(client, "/v1/match", headers, question).json()
    for path, body in DOCUMENTS.items():
        client.put(f"/v1/{path}", json=body, headers=headers)
    again = _post(client, "/v1/match", headers, question)
    assert "idempotent-replayed" not in again.headers
    assert (len(first["matches"]), len(again.json()["matches"])) == (0, 2)
    assert service.shelves.rows("answers", "acme", time.time()) == []


def test_a_saved_answer_cannot_be_read_from_the_file_without_the_key_words(matcher: Matcher, tmp_path: Path) -> None:
    words, canary = "words-of-the-caller-17", "Quetzalcoatl"
    with keyed_over(matcher, tmp_path) as (client, service):
        headers = {**key_of(service, "acme"), "Idempotency-Key": words}
        answer = client.post("/v1/text", content=f"LCSW at {canary} clinic".encode(), headers=headers)
        assert canary in answer.text
        made = client.post("/v1/keys", json={"name": "x", "scopes": ["match"]}, headers={**headers, "Idempotency-Key": words + "2"}).json()["key"]
        assert service.shelves.rows("answers", "acme", time.time())
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith(Settings(store=tmp_path / "store.db").shelves.stem))
    for secret in (words, canary, made, made.split("_")[2]):
        for spelling in (secret.encode(), secret.encode().hex().encode(), json.dumps(secret.encode().hex()).encode()):
            assert spelling not in held
