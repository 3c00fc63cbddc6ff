"""P10: one tenant's answers are byte-identical whether or not another tenant exists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from matcher.matcher import Matcher
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary
from service.compose import Service, open_index
from service.keys import SCOPES
from tests.conftest import TODAY, WordLengthEncoder
from tests.service.conftest import DOCUMENTS, POSTING, RESUME, key_of, keyed_over

MANY = 5_000  # documents of the other tenant, in one bulk load
SKILLS = ("EMDR", "DBT", "CBT", "family therapy", "play therapy", "trauma", "adolescents", "medication management")
OWN_HEADERS = ("x-request-id", "date", "ratelimit", "content-length")  # the last follows from the body, which is compared without the request id
MADE = re.compile(r'"(made|created|finished|lines_per_second)":[0-9.e+]+')  # times
REQUEST = re.compile(r'"request_id":"[0-9a-f]+"')
BULK = b'{"id": "a1", "kind": "posting", "text": "LPC wanted in Austin, TX"}\n{"id": "a1", "kind": "posting", "text": ""}\n{\n'
QUESTION = {"query": {"kind": "resume", "text": RESUME["text"]}, "favoured": {"modality": ["trauma.emdr"]}}
ASKED: list[tuple[str, str, object]] = [
    ("GET", "/v1/postings?limit=2", None),
    ("GET", "/v1/resumes?where=state:TX", None),
    ("GET", "/v1/postings/p1", None),
    ("GET", "/v1/resumes/r1", None),
    ("GET", "/v1/resumes/r1?format=jsonresume", None),
    ("GET", "/v1/postings/b-only", None),
    ("DELETE", "/v1/postings/b-only", None),
    ("POST", "/v1/match", QUESTION),
    ("POST", "/v1/match", {"query": {"kind": "posting", "id": "p1"}, "explain": "brief"}),
    ("POST", "/v1/match", {"query": {"kind": "resume", "id": "r1"}, "explain": "score", "limit": 1}),
    ("POST", "/v1/match", {"query": {"kind": "resume", "id": "r1"}, "required": {"state": ["CO"]}}),
    ("POST", "/v1/match", {"query": {"kind": "resume", "id": "b-only"}}),
    ("POST", "/v1/match/batch", {"questions": [QUESTION, {"query": {"kind": "posting", "id": "b-only"}}]}),
    ("POST", "/v1/compare", {"posting": POSTING, "resume": RESUME}),
    ("POST", "/v1/compare", {"posting": POSTING, "resume": {"text": "***"}}),
    ("GET", "/v1/export/postings", None),
    ("GET", "/v1/export/resumes?format=csv", None),
    ("GET", "/v1/matches", None),
    ("GET", "/v1/ingests", None),
    ("GET", "/v1/keys", None),
    ("GET", "/v1/vocabulary", None),
    ("GET", "/v1/limits", None),
    ("GET", "/readyz", None),
    ("GET", "/v1/nothing", None),
]


@pytest.fixture
def installation(tmp_path: Path, vocabulary: Vocabulary, reader: Reader) -> Iterator[tuple[TestClient, Service]]:
    with _installation(tmp_path / "first", vocabulary, reader) as both:
        yield both


def _installation(folder: Path, vocabulary: Vocabulary, reader: Reader) -> AbstractContextManager[tuple[TestClient, Service]]:
    """An installation with a secret that is always the same, for marks depend on it."""
    folder.mkdir()
    (folder / "store-service.secret").write_bytes(b"k" * 32)
    encoder = WordLengthEncoder()
    return keyed_over(Matcher(vocabulary, Reader(vocabulary, TODAY), encoder, open_index(folder / "store.db", vocabulary, encoder)), folder)


def test_the_answers_of_a_tenant_are_the_same_bytes_with_and_without_five_thousand_documents_of_another(installation: tuple[TestClient, Service]) -> None:
    client, service = installation
    ours, theirs = key_of(service, "acme"), key_of(service, "bmce")
    _fill(client, ours)
    before = _answers(client, ours)
    assert [told[0] for told in before].count(200) == 19
    loaded = client.post("/v1/bulk", content=b"\n".join(_lines(MANY)), headers=theirs).text
    assert loaded.count('"status": 201') == MANY
    assert _answers(client, ours) == before
    assert client.post("/v1/match", json=QUESTION, headers=theirs).json()["total"] == 200
    client.post("/v1/bulk", content=b"\n".join(_lines(200, "replaced LPC wanted in Denver, CO: DBT")), headers=theirs)
    for number in range(6, 200, 2):
        assert client.delete(f"/v1/{'postings' if number % 4 else 'resumes'}/{_id(number)}", headers=theirs).status_code == 204
    assert _answers(client, ours) == before


def test_the_answers_of_a_tenant_are_the_same_bytes_where_another_was_first_and_writes_in_between(
    installation: tuple[TestClient, Service], tmp_path: Path, vocabulary: Vocabulary, reader: Reader
) -> None:
    client, service = installation
    ours = key_of(service, "acme")
    loaded = _fill(client, ours)
    alone = _answers(client, ours)
    with _installation(tmp_path / "second", vocabulary, reader) as (other, shared):
        for key in service.keyring.keys(0.0, "acme"):
            shared.keyring._keep(key)
        theirs = key_of(shared, "bmce", SCOPES)
        other.post("/v1/bulk", content=b"\n".join(_lines(200)), headers=theirs)
        assert _fill(other, ours, theirs) == loaded
        assert _answers(other, ours) == alone


def _fill(client: TestClient, ours: Mapping[str, str], theirs: Mapping[str, str] | None = None) -> str:
    """Store documents, and as many of the other tenant under the same ids; gives the statuses of a bulk load."""
    for path, body in DOCUMENTS.items():
        assert client.put(f"/v1/{path}", json=body, headers=ours).status_code == 201
        if theirs:
            assert client.put(f"/v1/{path}", json={"text": "LPC wanted: EMDR, trauma, adolescents"}, headers=theirs).status_code in (200, 201)
    return client.post("/v1/bulk", content=BULK, headers=ours).text


def _answers(client: TestClient, headers: Mapping[str, str]) -> list[tuple[int, str, dict[str, str]]]:
    return [_answer(client, method, path, body, headers) for method, path, body in ASKED]


def _answer(client: TestClient, method: str, path: str, body: object, headers: Mapping[str, str]) -> tuple[int, str, dict[str, str]]:
    answer = client.request(method, path, json=body, headers=headers)
    return answer.status_code, _timeless(answer.text), {name: value for name, value in answer.headers.items() if name not in OWN_HEADERS}


def _timeless(text: str) -> str:
    return REQUEST.sub("", MADE.sub("", text))


def _id(number: int) -> str:
    """Some of their ids are ours."""
    return ("p1", "r1", "p2", "r2", "b-only", "b-only")[number] if number < 6 else f"b{number}"


def _lines(count: int, text: str = "") -> Iterator[bytes]:
    for number in range(count):
        kind = ("posting", "resume")[number % 4 == 0] if number >= 6 else ("posting", "resume")[number % 2]
        words = text or f"LCSW licensed in Texas required: {SKILLS[number % 8]} and {SKILLS[number % 7]} with adolescents after trauma, number {number}."
        yield json.dumps({"id": _id(number), "kind": kind, "text": words, "place": "Austin, TX"}).encode()
