"""Loads: in bulk from any line, in the background with progress, in every format."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.shelf import Row, Shelves
from matcher.matcher import Matcher
from service.ingests import BODIES
from service.limits import MAX_DEPTH, MAX_LINES
from tests.service.conftest import POSTING, app_over
from tests.service.test_documents import _problem

GOOD = [{"id": f"p{number}", "kind": "posting", "text": "LCSW wanted in Austin, TX"} for number in range(5)]
BODY = "\n".join(json.dumps(one) for one in GOOD)


def _lines(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def _finished(client: TestClient, id: str) -> dict[str, Any]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        job = client.get(f"/v1/ingests/{id}").json()
        if job["state"] not in ("waiting", "running"):
            return dict(job)
        time.sleep(0.02)
    raise AssertionError(job)


def test_a_load_that_was_cut_off_goes_on_at_any_line(client: TestClient) -> None:
    statuses = _lines(client.post("/v1/bulk", params={"first_line": 4}, content=BODY))
    assert [(one["line"], one["id"]) for one in statuses] == [(4, "p3"), (5, "p4")]
    assert client.get("/readyz").json()["documents"]["postings"] == 2


def test_a_csv_is_loaded_under_its_own_headers(client: TestClient) -> None:
    content = "Req,Job Title,Ad\r\n7,Therapist,LCSW required in Texas\r\n8,Nurse,\r\n"
    params = {"format": "csv", "kind": "posting", "mapping": json.dumps({"Req": "id", "Job Title": "title", "Ad": "text"})}
    assert [(one["line"], one["status"]) for one in _lines(client.post("/v1/bulk", params=params, content=content))] == [(2, 201), (3, 422)]
    assert client.get("/v1/postings/7").json()["document"]["title"] == "Therapist"
    for mapping in ("{", "[]", '{"a": 1}'):
        assert _problem(client.post("/v1/bulk", params={**params, "mapping": mapping}, content=content), 422, "invalid-document")["pointer"] == "/mapping"


def test_a_job_is_taken_at_once_done_later_and_tells_what_it_refused(client: TestClient) -> None:
    answer = client.post("/v1/ingests", content=BODY + '\n{"id": "x"}\nnot json')
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/ingests/{answer.json()['id']}"
    job = _finished(client, answer.json()["id"])
    assert (job["state"], job["lines"], job["taken"], job["refused"]) == ("done", 7, 5, 2)
    assert [(one["line"], one["pointer"]) for one in job["refusals"]] == [(6, "/kind"), (7, "/line")]
    assert client.get("/readyz").json()["documents"]["postings"] == 5
    assert [one["id"] for one in client.get("/v1/ingests").json()["ingests"]] == [job["id"]]
    _problem(client.get("/v1/ingests/i_nothing"), 404, "unknown-ingest")


def test_a_job_tells_its_progress_as_events_until_it_is_done(client: TestClient) -> None:
    id = client.post("/v1/ingests", content=BODY).json()["id"]
    events = client.get(f"/v1/ingests/{id}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    blocks = [block.splitlines() for block in events.text.strip().split("\n\n")]
    assert blocks[0] == ["retry: 5000"]
    assert blocks[-1][0] == "id: 5-done"
    last = json.loads(blocks[-1][1].removeprefix("data: "))
    assert (last["state"], last["taken"]) == ("done", 5)
    assert client.get(f"/v1/ingests/{id}/events", headers={"Last-Event-ID": "5-done"}).status_code == 204


def test_the_body_of_a_job_is_gone_once_it_is_done(client: TestClient, tmp_path: Path) -> None:
    _finished(client, client.post("/v1/ingests", content=BODY.replace("Austin", "Canary-7f3a")).json()["id"])
    shelves = Shelves.open(tmp_path / "store-service.db")
    assert shelves.tenants(BODIES) == []
    shelves.close()
    assert b"Canary-7f3a" not in (tmp_path / "store-service.db").read_bytes()


def test_a_job_that_a_process_left_is_done_by_the_next(matcher: Matcher, tmp_path: Path) -> None:
    app = app_over(matcher, tmp_path)
    with TestClient(app) as client:
        client.app_state["service"].ingests.close()  # as if the process had died
        id = client.post("/v1/ingests", content=BODY).json()["id"]
        assert client.get(f"/v1/ingests/{id}").json()["state"] == "waiting"
        service = client.app_state["service"]
        service.ingests.__init__(matcher, service.shelves)
        service.ingests.start()
        assert _finished(client, id)["taken"] == 5


def test_a_job_can_be_stopped_and_keeps_what_it_has_taken(client: TestClient) -> None:
    id = client.post("/v1/ingests", content="\n".join(BODY.replace('"p', f'"{number}-') for number in range(200))).json()["id"]
    job = client.delete(f"/v1/ingests/{id}").json()
    assert job["state"] == "cancelled"
    time.sleep(0.2)
    stored = client.get("/readyz").json()["documents"]["postings"]
    time.sleep(0.3)
    assert client.get("/readyz").json()["documents"]["postings"] == stored < 1000


def test_json_nested_deeper_than_the_limit_is_refused(client: TestClient) -> None:
    nested = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    answer = client.put("/v1/postings/p1", content=f'{{"text": {nested}}}', headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["detail"]) == (422, f"body: is nested deeper than {MAX_DEPTH}")
    shallow = client.put("/v1/postings/p1", content=f'{{"text": {nested[1:-1]}}}', headers={"content-type": "application/json"})
    assert shallow.json()["errors"][0]["pointer"] == "/text"


def test_metrics_count_by_operation_and_status(client: TestClient) -> None:
    client.put("/v1/postings/p1", json=POSTING)
    client.get("/v1/postings/nowhere")
    metrics = client.get("/metrics").text
    assert 'clinmatch_requests_total{operation="put_posting",status="201"} 1.0' in metrics
    assert 'clinmatch_requests_total{operation="get_posting",status="404"} 1.0' in metrics
    assert "nowhere" not in metrics


def test_documents_are_counted_however_they_are_stored(client: TestClient) -> None:
    client.put("/v1/postings/p1", json=POSTING)
    client.post("/v1/bulk", content=BODY)
    _finished(client, client.post("/v1/ingests", content=BODY).json()["id"])
    metrics = client.get("/metrics").text
    assert "# TYPE clinmatch_documents_written_total counter" in metrics
    assert "clinmatch_documents_written_total 11.0" in metrics


@pytest.mark.parametrize(("sent", "kept"), [("abc-1.2_X", True), ("a" * 65, False), ("über", False), ("a b", False)])
def test_a_request_keeps_the_id_its_caller_gave_where_it_is_safe_to_repeat(client: TestClient, sent: str, kept: bool) -> None:
    answer = client.get("/v1/postings/nowhere", headers={"X-Request-ID": sent.encode()})
    assert (answer.headers["x-request-id"] == sent) is kept
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_load_of_more_lines_than_are_taken_is_refused(client: TestClient) -> None:
    for path in ("/v1/bulk", "/v1/ingests"):
        told = _problem(client.post(path, content=b"{}\n" * (MAX_LINES + 1)), 413, "too-large")
        assert told["detail"] == f"the body has {MAX_LINES + 1:,} lines, at most {MAX_LINES:,} are taken"


def test_what_has_expired_is_removed_while_there_is_no_work(matcher: Matcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.ingests.IDLE", 0.01)
    with TestClient(app_over(matcher, tmp_path)) as client:
        shelves = client.app_state["service"].shelves
        shelves.put(Row("matches", "t", "old", b"", 1.0))
        until = time.monotonic() + 10
        while shelves.tenants("matches"):
            assert time.monotonic() < until
            time.sleep(0.01)


def test_a_load_of_one_kind_refuses_lines_of_the_other(client: TestClient) -> None:
    body = BODY + '\n{"id": "r1", "kind": "resume", "text": "Jane Roe, LCSW"}'
    statuses = _lines(client.post("/v1/bulk", params={"kind": "posting"}, content=body))
    assert [one["status"] for one in statuses] == [201] * 5 + [422]
    assert statuses[-1]["detail"] == "kind: is resume, and this load is of postings"
    assert _finished(client, client.post("/v1/ingests", params={"kind": "posting"}, content=body).json()["id"])["refused"] == 1
    assert client.get("/readyz").json()["documents"] == {"postings": 5, "resumes": 0}


def test_a_line_says_whether_its_document_is_new_and_which_version_it_is(client: TestClient) -> None:
    first, again = (_lines(client.post("/v1/bulk", content=BODY)) for _ in range(2))
    assert [one["status"] for one in first + again] == [201] * 5 + [200] * 5
    assert first[0]["tag"] == again[0]["tag"] == client.get("/v1/postings/p0").json()["tag"]


def test_a_parameter_that_an_operation_does_not_know_is_refused_with_those_it_does(client: TestClient) -> None:
    told = _problem(client.get("/v1/postings", params={"were": "state:TX"}), 422, "malformed-request")
    assert told["errors"] == [{"pointer": "/were", "detail": "unknown; known are cursor, limit, where"}]


@pytest.mark.parametrize("media", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_not_said_to_be_json_is_refused_by_its_type(client: TestClient, media: str | None) -> None:
    answer = client.put("/v1/postings/p1", content=b'{"text": "LCSW"}', headers={"content-type": media} if media else {})
    assert _problem(answer, 415, "unsupported-format")["detail"] == f"the Content-Type is {media or ''!r}, this operation takes application/json"


def test_a_document_can_be_put_back_as_it_was_got(client: TestClient) -> None:
    client.put("/v1/postings/p1", json=POSTING)
    got = client.get("/v1/postings/p1").json()["document"]
    assert client.put("/v1/postings/p1", json=got).status_code == 200
    for other, pointer in (({**got, "id": "p2"}, "/id"), ({**got, "kind": "resume"}, "/kind")):
        assert _problem(client.put("/v1/postings/p1", json=other), 422, "invalid-document")["pointer"] == pointer


def test_a_document_that_can_match_nothing_is_stored_with_a_warning(client: TestClient) -> None:
    assert client.put("/v1/resumes/r1", json={"text": "We like cheese."}).json()["warnings"][0].startswith("nothing clinical was found")
    assert client.put("/v1/postings/p1", json=POSTING).json()["warnings"] == []
