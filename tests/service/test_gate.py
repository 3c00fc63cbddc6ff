"""Who is let in to what: every operation of the OpenAPI document by key, scope and tenant; and this machine alone without keys."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from limits import RateLimitItemPerMinute
from starlette.testclient import TestClient

from scripts.openapi import current
from service.compose import Service
from service.gate import FAILURES, OPEN
from service.keys import SCOPES, Limits
from tests.service.conftest import POSTING, RESUME, key_of
from tests.serving import clinmatch

SPEC = current()
OPERATIONS = {one["operationId"]: (method, path) for path, listed in SPEC["paths"].items() for method, one in listed.items()}
WRITE = ("postings:write", "resumes:write")
NEEDED: dict[str, tuple[str, ...]] = {  # the scopes that an operation needs, as `request_of` asks it
    "livez": (), "readyz": (), "limits": (), "vocabulary": (), "metrics": ("metrics",),
    "put_posting": ("postings:write",), "put_posting_file": ("postings:write",), "delete_posting": ("postings:write",),
    "get_posting": ("postings:read",), "list_postings": ("postings:read",),
    "put_resume": ("resumes:write",), "put_resume_file": ("resumes:write",), "delete_resume": ("resumes:write",),
    "get_resume": ("resumes:read",), "list_resumes": ("resumes:read",), "export": ("postings:read",),
    "load_bulk": WRITE, "create_ingest": WRITE, "list_ingests": WRITE, "get_ingest": WRITE, "watch_ingest": WRITE, "cancel_ingest": WRITE,
    "match": ("match", "postings:read", "resumes:read"), "match_upload": ("match", "postings:read"), "match_batch": ("match",),
    "compare": ("match",), "list_matches": ("match",), "get_match": ("match",), "read_text": ("match",),
    "list_keys": ("keys",), "create_key": ("keys",), "rotate_key": ("keys",), "revoke_key": ("keys",),
}  # fmt: skip
MATRIX = [(operation, scope) for operation, scopes in NEEDED.items() for scope in scopes]
LINE = b'{"id": "p9", "kind": "posting", "text": "LCSW wanted"}'
TEXT = {"content": RESUME["text"].encode(), "headers": {"Content-Type": "text/plain"}}
Ids = Mapping[str, str]


def request_of(operation: str, ids: Ids) -> tuple[str, str, dict[str, Any]]:
    """A request that the operation answers well: method, address, and the rest."""
    method, path = OPERATIONS[operation]
    noun = next((noun for noun in ids if noun in operation), "")
    path = path.replace("{id}", ids.get(noun, "")).replace("{kind}", "postings")
    question = {"query": {"kind": "resume", "id": ids["resume"]}, "explain": "score"}
    bodies: dict[str, dict[str, Any]] = {
        "put_posting": {"json": POSTING}, "put_resume": {"json": RESUME}, "put_posting_file": TEXT, "put_resume_file": TEXT, "read_text": TEXT,
        "load_bulk": {"content": LINE}, "create_ingest": {"content": LINE}, "match": {"json": question}, "match_batch": {"json": {"questions": [question]}},
        "match_upload": {"files": {"file": RESUME["text"].encode()}, "data": {"question": '{"query": {"kind": "resume"}}'}},
        "compare": {"json": {"posting": POSTING, "resume": RESUME}}, "create_key": {"json": {"name": "x", "scopes": ["keys"]}},
    }  # fmt: skip
    return method, path, bodies.get(operation, {})


def ask(client: TestClient, operation: str, ids: Ids, headers: Mapping[str, str]) -> httpx.Response:
    method, path, rest = request_of(operation, ids)
    return client.request(method, path, **{**rest, "headers": {**rest.get("headers", {}), **headers}})


def furnished(client: TestClient, service: Service, tenant: str) -> tuple[dict[str, str], dict[str, str]]:
    """A tenant with one of everything: its headers, and the ids by noun, each of the same length for all tenants."""
    headers = key_of(service, tenant)
    ids = {"posting": f"{tenant}-p", "resume": f"{tenant}-r"}
    for plural, id, body in (("postings", ids["posting"], POSTING), ("postings", ids["posting"] + "2", POSTING), ("resumes", ids["resume"], RESUME),
                             ("resumes", ids["resume"] + "2", RESUME)):  # fmt: skip
        assert client.put(f"/v1/{plural}/{id}", json=body, headers=headers).status_code == 201
    ids["ingest"] = client.post("/v1/ingests", content=b"", headers=headers).json()["id"]
    ids["match"] = client.post("/v1/match", json={"query": {"kind": "resume", "id": ids["resume"]}}, headers=headers).json()["id"]
    client.post("/v1/match", json={"query": {"kind": "resume", "id": ids["resume"] + "2"}}, headers=headers)
    service.keyring.create(tenant, "spare", SCOPES, time.time())
    ids["key"] = next(key.id for key in service.keyring.keys(time.time(), tenant) if key.name == "spare")
    return headers, ids


def test_the_table_of_scopes_names_every_operation_and_only_those() -> None:
    assert set(NEEDED) == set(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_a_key_or_with_a_wrong_one_an_operation_is_closed(keyed: tuple[TestClient, Service], operation: str) -> None:
    client, service = keyed
    _, ids = furnished(client, service, "acme")
    wrong = key_of(service, "acme")
    wrong["Authorization"] = wrong["Authorization"][:-1] + ("0" if wrong["Authorization"][-1] != "0" else "1")
    for headers in ({}, wrong, {"Authorization": "Bearer cm_"}, {"Authorization": "Basic YTpi"}):
        answer = ask(client, operation, ids, headers)
        if OPERATIONS[operation][1] in OPEN:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.json()["type"]) == (401, "urn:clinmatch:unauthenticated")
            assert answer.headers["www-authenticate"] == 'Bearer realm="clinmatch"'
    assert client.get("/v1/postings", headers=key_of(service, "acme")).json()["documents"][0]["id"] == "acme-p"


@pytest.mark.parametrize(("operation", "scope"), MATRIX)
def test_a_key_that_lacks_a_scope_is_refused_and_nothing_happens(keyed: tuple[TestClient, Service], operation: str, scope: str) -> None:
    client, service = keyed
    headers, ids = furnished(client, service, "acme")
    before = _everything(client, headers)
    answer = ask(client, operation, ids, key_of(service, "acme", [one for one in SCOPES if one != scope]))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:clinmatch:forbidden")
    assert answer.json()["detail"] == f"this key lacks the scope {scope}"
    assert _everything(client, headers) == before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_key_with_just_the_scopes_of_an_operation_opens_it(keyed: tuple[TestClient, Service], operation: str) -> None:
    client, service = keyed
    _, ids = furnished(client, service, "acme")
    scopes = [*NEEDED[operation]] or ["metrics"]
    assert ask(client, operation, ids, key_of(service, "acme", scopes)).is_success


def test_a_batch_answers_a_question_that_the_key_may_not_ask_with_the_refusal(keyed: tuple[TestClient, Service]) -> None:
    client, service = keyed
    _, ids = furnished(client, service, "acme")
    answers = ask(client, "match_batch", ids, key_of(service, "acme", ["match", "resumes:read"])).json()["answers"]
    assert [(one["status"], one["problem"]["detail"]) for one in answers] == [(403, "this key lacks the scope postings:read")]


def test_a_key_makes_no_key_with_a_scope_or_a_rate_that_it_lacks(keyed: tuple[TestClient, Service]) -> None:
    client, service = keyed
    headers = key_of(service, "acme", ["keys"], Limits(per_minute=60))
    assert client.post("/v1/keys", json={"name": "x", "scopes": ["match"]}, headers=headers).status_code == 403
    assert client.post("/v1/keys", json={"name": "x", "scopes": ["keys"], "per_minute": 1000}, headers=headers).json()["per_minute"] == 60


def _everything(client: TestClient, headers: Mapping[str, str]) -> list[object]:
    lists = ("/v1/postings", "/v1/resumes", "/v1/keys", "/v1/matches")
    return [client.get("/v1/export/postings", headers=headers).text, *(_without(client.get(path, headers=headers).json(), "keys") for path in lists)]


def _without(value: dict[str, Any], name: str) -> dict[str, Any]:
    """The answer without the keys that the test itself makes."""
    return {**value, **({name: [one for one in value[name] if one["name"] != "test"]} if name in value else {})}


Asked = Callable[[TestClient, str, Mapping[str, str]], httpx.Response]


def _question(plural: str, **more: object) -> dict[str, object]:
    return {"query": {"kind": plural, "text": RESUME["text"]}, "limit": 1, **more}


def _by_path(operation: str) -> Asked:
    return lambda client, named, headers: ask(client, operation, dict.fromkeys(("posting", "resume", "ingest", "match", "key"), named), headers)


def _by_cursor(path: str) -> Asked:
    return lambda client, named, headers: client.get(path, params={"cursor": named}, headers=headers)


def _by_body(path: str, body: Callable[[str], object]) -> Asked:
    return lambda client, named, headers: client.post(path, json=body(named), headers=headers)


def _uploaded(client: TestClient, id: str, headers: Mapping[str, str]) -> httpx.Response:
    question = {"query": {"kind": "resume"}, "limit": 1, "cursor": id}
    return client.post("/v1/match/upload", files={"file": RESUME["text"].encode()}, data={"question": json.dumps(question)}, headers=headers)


FOREIGN: list[tuple[str, str, Asked]] = [  # operation, what is another's, and how it is asked with
    *((operation, noun, _by_path(operation)) for noun, operations in (
        ("posting", ("get_posting", "delete_posting")), ("resume", ("get_resume", "delete_resume")), ("match", ("get_match",)),
        ("ingest", ("get_ingest", "watch_ingest", "cancel_ingest")), ("key", ("rotate_key", "revoke_key")),
    ) for operation in operations),
    ("list_postings", "cursor of postings", _by_cursor("/v1/postings?limit=1")),
    ("list_resumes", "cursor of resumes", _by_cursor("/v1/resumes?limit=1")),
    ("list_matches", "cursor of matches", _by_cursor("/v1/matches?limit=1")),
    ("match", "resume", _by_body("/v1/match", lambda named: {"query": {"kind": "resume", "id": named}})),
    ("match", "cursor of match", _by_body("/v1/match", lambda named: _question("resume", cursor=named))),
    ("match_batch", "resume", _by_body("/v1/match/batch", lambda named: {"questions": [{"query": {"kind": "resume", "id": named}}]})),
    ("match_batch", "cursor of match", _by_body("/v1/match/batch", lambda named: {"questions": [_question("resume", cursor=named)]})),
    ("match_upload", "cursor of match", _uploaded),
]  # fmt: skip
PUT = ("put_posting", "put_resume", "put_posting_file", "put_resume_file")  # an id that is another's is free to everybody else


def test_every_operation_that_takes_an_id_or_a_cursor_is_asked_with_those_of_another_tenant() -> None:
    named = {operation for operation, (method, path) in OPERATIONS.items() if "{id}" in path or "cursor" in _parameters(method, path)}
    assert named | {"match", "match_batch", "match_upload"} == {operation for operation, _, _ in FOREIGN} | set(PUT)


def _parameters(method: str, path: str) -> set[str]:
    return {one["name"] for one in SPEC["paths"][path][method].get("parameters", ())}


@pytest.mark.parametrize(("operation", "noun", "asked"), FOREIGN, ids=[f"{one[0]}, {one[1]}" for one in FOREIGN])
def test_what_is_another_tenants_is_refused_as_what_is_not_there(keyed: tuple[TestClient, Service], operation: str, noun: str, asked: Asked) -> None:
    client, service = keyed
    ours, _ = furnished(client, service, "acme")
    theirs, ids = furnished(client, service, "bmce")
    ids |= {f"cursor of {name}": client.get(f"/v1/{name}?limit=1", headers=theirs).json()["next"] for name in ("postings", "resumes", "matches")}
    ids["cursor of match"] = client.post("/v1/match", json=_question("resume"), headers=theirs).json()["next"]
    before = _everything(client, theirs)
    unknown = ids[noun][:-1] + ("0" if ids[noun][-1] != "0" else "1")
    foreign, absent = asked(client, ids[noun], ours), asked(client, unknown, ours)
    assert _told(foreign, ids[noun]) == _told(absent, unknown)
    assert foreign.status_code in (404, 422) or foreign.json()["answers"][0]["status"] in (404, 422)
    assert _everything(client, theirs) == before


def _told(answer: httpx.Response, id: str) -> tuple[int, str, dict[str, str]]:
    own = ("x-request-id", "ratelimit", "content-length", "date")
    body = answer.text.replace(id, "ID").replace(answer.headers["x-request-id"], "REQUEST")
    return answer.status_code, body, {name: value for name, value in answer.headers.items() if name not in own}


@pytest.mark.parametrize("operation", PUT)
def test_an_id_of_another_tenant_is_as_free_as_any(keyed: tuple[TestClient, Service], operation: str) -> None:
    client, service = keyed
    ours, _ = furnished(client, service, "acme")
    theirs, ids = furnished(client, service, "bmce")
    before = _everything(client, theirs)
    assert ask(client, operation, ids, ours).status_code == 201
    assert _everything(client, theirs) == before


def test_an_idempotency_key_of_another_tenant_is_as_new_as_any(keyed: tuple[TestClient, Service]) -> None:
    client, service = keyed
    told = []
    for tenant in ("acme", "bmce"):
        headers = {**key_of(service, tenant), "Idempotency-Key": "once"}
        answer = client.post("/v1/keys", json={"name": "x", "scopes": ["keys"]}, headers=headers)
        assert answer.status_code == 201
        assert "idempotent-replayed" not in answer.headers
        told.append(answer.json()["id"])
    assert told[0] != told[1]


def test_every_answer_says_what_is_left_of_the_rate_and_the_one_beyond_it_when_to_come_back(keyed: tuple[TestClient, Service]) -> None:
    client, service = keyed
    headers = key_of(service, "acme", limits=Limits(per_minute=3))
    answers = [client.get("/v1/postings", headers=headers) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["ratelimit-policy"] for one in answers] == ['"minute";q=3;w=60'] * 4
    assert [one.headers["ratelimit"].partition(";t=")[0] for one in answers] == ['"minute";r=2', '"minute";r=1', '"minute";r=0', '"minute";r=0']
    assert 1 <= int(answers[3].headers["retry-after"]) <= 60
    assert answers[3].json()["type"] == "urn:clinmatch:too-many-requests"
    assert client.get("/v1/postings", headers=key_of(service, "acme")).status_code == 200  # another key has a rate of its own


def test_one_match_more_than_those_of_a_day_is_refused_until_the_next(keyed: tuple[TestClient, Service]) -> None:
    client, service = keyed
    headers = key_of(service, "acme", limits=Limits(matches_per_day=2))
    question = {"query": {"kind": "resume", "text": RESUME["text"]}}
    assert [client.post("/v1/match", json=question, headers=headers).status_code for _ in range(3)] == [200, 200, 429]
    answer = client.post("/v1/compare", json={"posting": POSTING, "resume": RESUME}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (429, "urn:clinmatch:quota-exceeded")
    assert 0 < int(answer.headers["retry-after"]) <= 86_401
    assert client.post("/v1/match", json=question, headers=key_of(service, "bmce", limits=Limits(matches_per_day=2))).status_code == 200


def test_one_document_more_than_a_tenant_may_have_is_refused_however_it_comes(keyed: tuple[TestClient, Service]) -> None:
    client, service = keyed
    headers = key_of(service, "acme", limits=Limits(documents=2))
    assert [client.put(f"/v1/postings/p{n}", json=POSTING, headers=headers).status_code for n in range(3)] == [201, 201, 403]
    assert client.put("/v1/files/postings/p3", headers={**headers, "Content-Type": "text/plain"}, content=b"LCSW wanted").status_code == 403
    assert json.loads(client.post("/v1/bulk", content=LINE, headers=headers).text)["status"] == 422
    job = client.post("/v1/ingests", content=LINE, headers=headers).json()["id"]
    assert '"state":"done"' in client.get(f"/v1/ingests/{job}/events", headers=headers).text
    assert client.get(f"/v1/ingests/{job}", headers=headers).json()["refused"] == 1
    assert client.put("/v1/postings/p0", json=POSTING, headers=headers).status_code == 200  # replacing takes no room
    assert len(client.get("/v1/postings", headers=headers).json()["documents"]) == 2


def test_too_many_wrong_keys_from_an_address_are_answered_429_while_right_ones_still_open(
    keyed: tuple[TestClient, Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, service = keyed
    assert FAILURES.amount == 30
    monkeypatch.setattr("service.gate.FAILURES", RateLimitItemPerMinute(2))
    wrong = {"Authorization": f"Bearer cm_{'0' * 16}_{'0' * 64}_00000000"}
    answers = [client.get("/v1/postings", headers=wrong) for _ in range(3)]
    assert [one.status_code for one in answers] == [401, 401, 429]
    assert answers[2].headers["retry-after"] == "60"
    assert client.get("/v1/postings").status_code == 401  # that one asked without a key
    assert client.get("/v1/postings", headers=key_of(service, "acme")).status_code == 200


FOREIGN_PAGES = [
    ({"Host": "rebound.example"}, "a name of another that leads here"),
    ({"Host": "rebound.example:8000"}, "the same with a port"),
    ({"Host": "127.0.0.1.rebound.example"}, "a name that begins like ours"),
    ({"Host": "rebound.example@127.0.0.1.example"}, "a name behind a user"),
    ({"Host": ""}, "no name"),
    ({"Origin": "https://evil.example"}, "the page of another site"),
    ({"Origin": "null"}, "a page without an origin"),
    ({"Origin": "http://testserver:3000"}, "the page of another service of this machine"),
    ({"Sec-Fetch-Site": "cross-site"}, "a form of another site"),
    ({"Sec-Fetch-Site": "same-site"}, "another port of the same name"),
]


@pytest.mark.parametrize("headers", [one[0] for one in FOREIGN_PAGES], ids=[one[1] for one in FOREIGN_PAGES])
@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/postings"), ("PUT", "/v1/postings/p1"), ("POST", "/v1/match"), ("POST", "/"), ("GET", "/")])
def test_without_keys_only_this_machine_and_its_own_pages_are_answered(client: TestClient, headers: dict[str, str], method: str, path: str) -> None:
    answer = client.request(method, path, headers=headers, json=POSTING if method == "PUT" else None)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:clinmatch:forbidden")
    assert client.get("/v1/postings").json()["documents"] == []


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_without_keys_this_machine_is_answered_under_its_names(client: TestClient, host: str) -> None:
    for headers in ({}, {"Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        assert client.get("/v1/postings", headers={"Host": host, **headers}).status_code == 200


def test_a_service_without_keys_does_not_start_where_others_could_reach_it(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "example.org"):
        done = subprocess.run(clinmatch("serve", "--store", tmp_path / "s.db", "--host", host), capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr == f"clinmatch: host: is {host!r}, and others could reach it; start with --keys, after: clinmatch keys create TENANT\n"
    assert list(tmp_path.iterdir()) == []
