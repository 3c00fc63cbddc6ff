"""P9: nothing personal in logs, metrics, problems, temporary files or file names; nor readable in what lies beside the store.

The store itself holds the documents, which is what it is for, and the write-ahead log of the service what was in it, until the
service stops. A problem may name the id, the version, the field or the filter value that the same request gave, to the caller that
gave it, and never a text, another header or another query parameter; that is all that is let pass here.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.testclient import TestClient

from index.record import NOTHING, Expected, Written
from index.shelf import Shelves
from matcher.document import Document, Kind
from matcher.matcher import LOCAL, Matcher
from scripts.openapi import current
from service.keys import SCOPES, Keyring
from service.recent import KEPT
from service.secret import Secret
from service.settings import Settings
from tests.matcher.upload.conftest import document, paragraph, pdf, written
from tests.service.conftest import app_over
from tests.serving import serving

PLACES = ("name", "mail", "phone", "resume", "posting", "title", "employer", "file", "id", "where", "query", "cursor", "agent", "referer", "cookie",
          "custom", "idempotency", "label", "path", "field", "basic", "job", "mapping", "weight", "tag")  # fmt: skip
GIVEN_BACK = ("id", "where", "field", "weight", "tag")  # a problem may name these to the one who sent them
Request = tuple[str, str, dict[str, Any]]
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def canaries() -> dict[str, str]:
    """A word for every personal place, which is nowhere else in the world."""
    return {place: f"{place}{uuid4().hex}" for place in PLACES}


def resume_of(canaries: Mapping[str, str]) -> str:
    return (
        f"{canaries['name']} Roe, LCSW\n{canaries['mail']}@example.org | (512) 555-{canaries['phone']}\nAustin, TX\n\n"
        f"Licensed Clinical Social Worker, Texas, 2019."
        f"\n\nExperience\nTherapist, {canaries['resume']} Clinic, 2019 - present: EMDR with adolescents after trauma, individual therapy."
    )


def headers_of(canaries: Mapping[str, str], words: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {words}", "User-Agent": canaries["agent"], "Referer": f"http://{canaries['referer']}/", "Cookie": f"a={canaries['cookie']}",
        "X-Custom": canaries["custom"],
    }  # fmt: skip


def requests_of(canaries: Mapping[str, str]) -> Iterator[tuple[str, Request]]:  # noqa: C901 - a list
    """Every operation by its name, asked well and badly, with canaries wherever there is room."""
    resume, id = resume_of(canaries), canaries["id"]
    posting = {"title": f"{canaries['title']} LCSW", "employer": canaries["employer"], "place": "Austin, TX",
               "text": f"LCSW licensed in Texas required. EMDR with adolescents at {canaries['posting']} clinic."}  # fmt: skip
    question = {"query": {"kind": "resume", "text": resume}, "limit": 1}
    files = {"pdf": pdf(written(*resume.split("\n"))), "docx": document(*(paragraph(line) for line in resume.split("\n"))), "text": resume.encode()}
    line = json.dumps({"id": id, "kind": "resume", "text": resume}).encode()
    lines = b"\n".join((line, b'{"id": "x", "kind": "resume", "text": "%s\\u0000"}' % canaries["job"].encode(), canaries["job"].encode(), b"\xff" + line))
    for plural, body in (("posting", posting), ("resume", {"text": resume})):
        base = f"/v1/{plural}s"
        yield f"put_{plural}", ("PUT", f"{base}/{id}", {"json": body})
        for bad in ({"text": f"{resume}\0"}, {"text": [resume]}, {**body, "posted": 5, canaries["field"]: resume}, {**body, "pay": {"low": resume}}, [resume]):
            yield f"put_{plural}", ("PUT", f"{base}/{id}", {"json": bad})
        yield f"put_{plural}", ("PUT", f"{base}/{id}", {"content": f'{{"text": "{resume}'.encode(), "headers": JSON})
        yield f"put_{plural}", ("PUT", f"{base}/{id}", {"json": body, "headers": {"If-Match": canaries["tag"]}})
        yield f"get_{plural}", ("GET", f"{base}/{id}?format={canaries['query']}", {})
        yield f"get_{plural}", ("GET", f"{base}/{id}?{canaries['query']}={resume[:40]}", {})
        yield f"get_{plural}", ("GET", f"{base}/{id}-none", {})
        for query in ({"where": f"state:{canaries['where']}"}, {"where": canaries["where"]}, {"cursor": canaries["cursor"]}, {"limit": canaries["query"]}):
            yield f"list_{plural}s", ("GET", base, {"params": query})
        for file in files.values():
            yield f"put_{plural}_file", ("PUT", f"/v1/files/{plural}s/{id}", {"content": file, "headers": {"Content-Type": canaries["custom"]}})
        yield f"put_{plural}_file", ("PUT", f"/v1/files/{plural}s/{id}", {"content": files["pdf"][:900]})
        yield f"delete_{plural}", ("DELETE", f"{base}/{id}-none", {})
    yield "match", ("POST", "/v1/match", {"json": question})
    for more in ({"cursor": canaries["cursor"]}, {"required": {"state": [canaries["where"]]}}, {"weights": {canaries["weight"]: 1}}, {"limit": resume},
                 {"query": {"kind": canaries["query"]}}, {"query": {"kind": "resume", "id": f"{id}-none"}},
                 {"query": {"kind": "resume", "text": f"{canaries['resume']} likes cheese"}}):  # fmt: skip
        yield "match", ("POST", "/v1/match", {"json": {**question, **more}})
        yield "match_batch", ("POST", "/v1/match/batch", {"json": {"questions": [{**question, **more}, question]}})
    for name, file in files.items():
        named = {"file": (f"{canaries['file']}.{name}", file, canaries["custom"])}
        yield "match_upload", ("POST", "/v1/match/upload", {"files": named, "data": {"question": '{"query": {"kind": "resume"}}'}})
        yield "read_text", ("POST", "/v1/text", {"content": file})
    yield (
        "match_upload",
        ("POST", "/v1/match/upload", {"files": {"file": (canaries["file"], b"\0" * 50)}, "data": {"question": '{"query": {"kind": "resume"}}'}}),
    )
    yield "match_upload", ("POST", "/v1/match/upload", {"files": {"file": (canaries["file"], b"LCSW")}, "data": {"question": resume}})
    yield "read_text", ("POST", "/v1/text", {"content": files["docx"][:700]})
    yield "compare", ("POST", "/v1/compare", {"json": {"posting": posting, "resume": {"text": resume}}})
    yield "compare", ("POST", "/v1/compare", {"json": {"posting": posting, "resume": {"text": resume, "remote": resume}}})
    yield "load_bulk", ("POST", "/v1/bulk", {"content": lines})
    yield "load_bulk", ("POST", "/v1/bulk", {"content": lines, "params": {"format": canaries["query"]}})
    yield "create_ingest", ("POST", "/v1/ingests", {"content": lines})
    yield "create_ingest", ("POST", "/v1/ingests", {"content": lines, "params": {"format": "csv", "mapping": canaries["mapping"]}})
    for method, path, name in (("GET", "", "get_ingest"), ("GET", "/events", "watch_ingest"), ("DELETE", "", "cancel_ingest")):
        yield name, (method, f"/v1/ingests/{id}-none{path}", {})
    yield "create_key", ("POST", "/v1/keys", {"json": {"name": canaries["label"], "scopes": ["match"]}})
    yield "create_key", ("POST", "/v1/keys", {"json": {"name": canaries["label"], "scopes": [canaries["label"]]}})
    yield "rotate_key", ("POST", f"/v1/keys/{id}/rotate", {})
    yield "revoke_key", ("DELETE", f"/v1/keys/{id}", {})
    yield "get_match", ("GET", f"/v1/matches/{id}-none", {})
    yield "list_matches", ("GET", f"/v1/matches?cursor={canaries['cursor']}", {})
    yield "export", ("GET", f"/v1/export/postings?where={canaries['where']}", {})
    yield "vocabulary", ("GET", "/v1/vocabulary", {"headers": {"Authorization": f"Basic {canaries['basic']}"}})
    yield "vocabulary", ("GET", "/v1/vocabulary", {"headers": {"Authorization": f"Bearer {canaries['basic']}"}})
    for name in ("list_ingests", "list_keys", "metrics", "livez", "readyz", "limits"):
        yield name, ("GET", {"list_ingests": "/v1/ingests", "list_keys": "/v1/keys", "limits": "/v1/limits"}.get(name, f"/{name}"), {})
    yield "", ("GET", f"/v1/{canaries['path']}?{canaries['query']}", {})
    yield "", ("PATCH", f"/v1/postings/{canaries['path']}", {"content": resume.encode()})
    yield "", ("GET", f"/v1/postings?where={canaries['query'] * 400}", {})


def test_every_operation_is_asked_with_canaries(canaries: dict[str, str]) -> None:
    assert {name for name, _ in requests_of(canaries)} - {""} == {one["operationId"] for path in current()["paths"].values() for one in path.values()}


def test_no_canary_is_in_what_a_real_server_writes_beside_its_store(canaries: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary, store = tmp_path / "tmp", tmp_path / "data" / "store.db"
    temporary.mkdir()
    store.parent.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    settings = Settings(store=store)
    shelves = Shelves.open(settings.shelves)
    words = Keyring(shelves, Secret.load(settings.secret)).create("acme", canaries["label"], SCOPES, time.time())[1]
    shelves.close()
    secrets = [words, words.split("_")[2]]
    with (
        serving(store, "--keys", "--precision", "fp32") as (_, address),
        httpx.Client(base_url=address, headers=headers_of(canaries, words), timeout=60) as client,
    ):
        problems = _problems(client, canaries, secrets)
        _finished(client)
        metrics = client.get("/metrics").text
        left = _files(temporary)
    beside = {path: data for path, data in _files(store.parent).items() if path.name.startswith("store-service")}
    assert {path.name for path in beside} >= {"store-service.db", "store-service.secret"}
    logged = (store.parent / "serve.log").read_text()
    assert logged.count('"event": "request"') > 80
    everything = [*canaries.values(), *secrets]
    assert _found(everything, {"log": logged, "metrics": metrics, **problems}) == []
    assert _found(everything, {str(path): str(path.relative_to(tmp_path)) for path in (*left, *beside, *_files(store.parent))}) == []
    assert _found(everything, {str(path): data for path, data in left.items()}) == []
    kept_open = canaries["label"]  # the name of a key is shown to its tenant
    assert _found([one for one in everything if one != kept_open], {str(path): data for path, data in beside.items()}) == []
    assert _found([canaries["resume"]], {str(store): store.read_bytes()}) != []  # which is what a store is for, and shows that the search finds


def test_the_pages_leave_nothing_of_a_text_in_any_file(canaries: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary, store = tmp_path / "tmp", tmp_path / "data" / "store.db"
    temporary.mkdir()
    store.parent.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    text, headers = resume_of(canaries), {name: value for name, value in headers_of(canaries, "").items() if name != "Authorization"}
    large = {"file": (canaries["file"], text.encode() * 9_000, "text/plain")}  # longer than what is taken, and than what a form keeps in memory by itself
    with serving(store) as (process, address), httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        own = client.post("/texts", data={"kind": "resume", "text": text}).headers["location"]
        statuses = [client.post("/texts", data={"kind": "resume"}, files=large).status_code]
        for rest in ("", "/reading", "/match/1", f"?state={canaries['where']}", f"?pay={canaries['query']}", f"/beside?with={canaries['id']}"):
            statuses.append(client.get(own + rest).status_code)
        for form in ({"strike": canaries["field"]}, {"what": "licence", "title": canaries["title"], "state": "TX"}, {"strike": "licence:LCSW@TX"}):
            statuses.append(client.post(f"{own}/corrections", data=form).status_code)
        statuses += [client.post("/stored", data={"kind": "resume", "id": canaries["id"]}).status_code, client.get(f"/texts/{canaries['path']}").status_code]
        metrics = client.get("/metrics").text
        open_files = [os.readlink(one) for one in Path(f"/proc/{process.pid}/fd").iterdir()]
    assert set(statuses) == {200, 303, 404, 422}
    logged = (store.parent / "serve.log").read_text()
    assert logged.count('"event": "request"') >= len(statuses)
    assert _found([*canaries.values(), own.rpartition("/")[2]], {"log": logged, "metrics": metrics}) == []
    assert _found(list(canaries.values()), {str(path): data for folder in (temporary, store.parent) for path, data in _files(folder).items()}) == []
    assert [name for name in open_files if name.startswith(str(temporary))] == []


def _problems(client: httpx.Client, canaries: Mapping[str, str], secrets: list[str]) -> dict[str, str]:
    """The refusals, without what each was asked with and may name."""
    told, statuses = {}, set()
    for number, (name, (method, path, rest)) in enumerate(requests_of(canaries)):
        again = {"Idempotency-Key": f"{canaries['idempotency']}-{number}"}
        answer = client.request(method, path, **{**rest, "headers": {**again, **rest.get("headers", {})}})
        statuses.add(answer.status_code)
        body = (
            answer.text if answer.status_code >= 400 else json.dumps([one.get("problem") for one in answer.json()["answers"]]) if name == "match_batch" else ""
        )
        for place in GIVEN_BACK:
            body = body.replace(canaries[place], place)
        told[f"{method} {name} {number}: {answer.status_code}"] = body
        if name == "create_key" and answer.status_code == 201:
            secrets += [answer.json()["key"], answer.json()["key"].split("_")[2]]
    assert statuses >= {200, 201, 202, 401, 404, 405, 412, 414, 415, 422}
    return told


def _finished(client: httpx.Client) -> None:
    until = time.monotonic() + 30
    while any(job["state"] in ("waiting", "running") for job in client.get("/v1/ingests").json()["ingests"]):
        assert time.monotonic() < until
        time.sleep(0.1)


def _files(folder: Path) -> dict[Path, bytes]:
    return {Path(root) / name: (Path(root) / name).read_bytes() for root, _, names in os.walk(folder) for name in names}


def _found(canaries: list[str], written: Mapping[str, str | bytes]) -> list[tuple[str, str]]:
    """Where a canary is, in any of the spellings that a file may have it in."""
    found = []
    for place, data in written.items():
        held = (data.encode() if isinstance(data, str) else data).lower()
        for canary in canaries:
            plain = canary.lower().encode()
            if any(one in held for one in (plain, plain.hex().encode(), canary.lower().encode("utf-16-le"))):
                found.append((place, canary))
    return found


class Failing(Matcher):
    """A matcher whose every fault quotes what it was given."""

    def put(self, documents: Any, tenant: str = LOCAL, expected: Expected = NOTHING) -> Written:
        raise RuntimeError(f"cannot store {documents}")

    def get(self, kind: Kind, id: str, tenant: str = LOCAL) -> Any:
        raise ValueError(id)

    def read(self, documents: Any) -> Any:
        raise KeyError(documents[0].text)

    def compare(self, posting: Document, resume: Document, *more: Any) -> Any:
        raise MemoryError(resume.text)


def test_no_canary_is_in_what_a_fault_leaves_behind(canaries: dict[str, str], matcher: Matcher, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    failing = Failing(matcher.vocabulary, matcher._reader, matcher.encoder, matcher.index)
    faults = {}
    with TestClient(app_over(failing, tmp_path)) as client:
        for number, (name, (method, path, rest)) in enumerate(requests_of(canaries)):
            answer = client.request(method, path, **rest)
            if answer.status_code == 500 or name in ("load_bulk", "create_ingest"):
                faults[f"{name} {number}"] = answer.text.replace(canaries["id"], "id")
        _finished(client)  # type: ignore[arg-type]
        jobs = client.get("/v1/ingests").json()["ingests"]
        recent = client.app_state["service"].metrics.recent.listed()
    assert len(recent) == KEPT
    assert _found(list(canaries.values()), {"recent": repr(recent)}) == []
    assert jobs[0]["state"] == "failed"
    assert {name.split()[0] for name in faults} >= {
        "put_posting",
        "put_resume",
        "get_posting",
        "match",
        "compare",
        "load_bulk",
        "put_resume_file",
        "match_upload",
    }
    out, err = capfd.readouterr()
    assert '"unexpected"' in err
    assert _found(list(canaries.values()), {"out": out, "err": err, **faults}) == []
