"""Every error is a problem (RFC 9457) that names what is wrong, and repeats no text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.record import NOTHING, Expected, Written
from index.store import StoreInvalid
from matcher.document import Document, Kind
from matcher.matcher import LOCAL, Matcher
from service.errors import problem
from tests.service.conftest import POSTING, RESUME, app_over

JSON = {"content-type": "application/json"}
CANARY = "Canary-7f3a"


def _problem(answer: Any, status: int, name: str) -> dict[str, Any]:
    body = dict(answer.json())
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (body["type"], body["status"]) == (f"urn:clinmatch:{name}", status)
    return body


def test_a_document_that_is_not_there_is_named(client: TestClient) -> None:
    body = _problem(client.get("/v1/postings/p9"), 404, "unknown-document")
    assert body.pop("request_id") != ""
    assert body == {"type": "urn:clinmatch:unknown-document", "title": "Not Found", "status": 404, "detail": "no posting 'p9'"}
    assert _problem(client.delete("/v1/resumes/r9"), 404, "unknown-document")["detail"] == "no resume 'r9'"
    assert _problem(client.post("/v1/match", json={"query": {"kind": "resume", "id": "r9"}}), 404, "unknown-document")["detail"] == "no resume 'r9'"


def test_a_path_that_is_not_there_is_a_problem(client: TestClient) -> None:
    assert _problem(client.get("/nowhere"), 404, "http")["title"] == "Not Found"


def test_a_method_that_is_not_allowed_is_a_problem_with_those_that_are(client: TestClient) -> None:
    answer = client.patch("/livez")
    assert _problem(answer, 405, "http")["title"] == "Method Not Allowed"
    assert answer.headers["allow"] == "GET"


def test_another_plural_is_no_path(client: TestClient) -> None:
    assert _problem(client.put("/v1/jobs/p1", json=POSTING), 404, "http")["title"] == "Not Found"


MALFORMED = [
    ("not JSON", b'{"text": LCSW}', "", "is not JSON at character 9: Expecting value"),
    ("two objects", b"{} {}", "", "is not JSON at character 3: Extra data"),
    ("invalid UTF-8", b'{"text": "\xff"}', "", "is not UTF-8"),
    ("a depth bomb", b'{"text": ' + b"[" * 200_000, "", "is nested too deeply"),
    ("a number of 5,000 digits", b'{"text": %s}' % (b"1" * 5_000), "", "holds a number of too many digits"),
    ("an array", b"[]", "", "Input should be a valid dictionary or object to extract fields from"),
    ("nothing", b"", "", "Field required"),
    ("no text", b"{}", "/text", "Field required"),
    ("a text that is a number", b'{"text": 5}', "/text", "Input should be a valid string"),
    ("half a pair", b'{"text": "LCSW \\ud800"}', "/text", "Input should be a valid string, unable to parse raw data as a unicode string"),
    ("a long text", b'{"text": "%s"}' % (b"a" * 200_001), "/text", "String should have at most 200000 characters"),
    ("NaN", b'{"text": "LCSW", "pay": {"low": NaN, "high": 1, "period": "hour"}}', "/pay/low", "Input should be a finite number"),
    ("Infinity", b'{"text": "LCSW", "pay": {"low": 1, "high": Infinity, "period": "hour"}}', "/pay/high", "Input should be a finite number"),
    ("another key", b'{"text": "LCSW", "salary": 5}', "/salary", "Extra inputs are not permitted"),
    ("another key within", b'{"text": "LCSW", "pay": {"low": 1, "high": 2, "period": "hour", "a/b~c": 1}}', "/pay/a~1b~0c", "Extra inputs are not permitted"),
    ("another employment type", b'{"text": "LCSW", "employment_type": "gig"}', "/employment_type",
     "Input should be 'full_time', 'part_time', 'contract', 'per_diem' or 'internship'"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "pointer", "detail"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_a_malformed_body_is_refused_by_pointer_and_reason(client: TestClient, body: bytes, pointer: str, detail: str) -> None:
    told = _problem(client.put("/v1/postings/p1", content=body, headers=JSON), 422, "malformed-request")
    assert told["errors"] == [{"pointer": pointer, "detail": detail}]
    assert told["detail"] == f"{pointer or 'body'}: {detail}"
    assert client.get("/readyz").json()["documents"]["postings"] == 0


def test_every_malformed_field_is_listed(client: TestClient) -> None:
    told = _problem(client.put("/v1/postings/p1", json={"title": 5, "remote": "perhaps"}), 422, "malformed-request")
    assert [one["pointer"] for one in told["errors"]] == ["/text", "/title", "/remote"]


UNUSABLE: list[tuple[str, dict[str, object], str, str]] = [
    ("an empty text", {"text": ""}, "/text", "text: is empty"),
    ("a NUL", {"text": "LCSW\0"}, "/text", "text: holds a NUL character at position 4"),
    ("symbols", {"text": "***"}, "/text", "text: holds no letters, only digits or symbols; nothing can be read from it"),
    ("a bad date", {"posted": "2026-02-30"}, "/posted", "posted: is '2026-02-30', must be a date like 2026-11-22"),
    ("a bad state", {"telehealth_states": ["ZZ"]}, "/telehealth_states", "telehealth_states: holds 'ZZ', must be two-letter US states"),
    ("pay upside down", {"pay": {"low": 2, "high": 1, "period": "hour"}}, "/pay", "pay: low 2 is above high 1"),
    ("too much pay", {"pay": {"low": 2, "high": 1e9, "period": "hour"}}, "/pay/high", "pay.high: is 1000000000.0, must be between 0 and 10,000,000"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "pointer", "detail"), [case[1:] for case in UNUSABLE], ids=[case[0] for case in UNUSABLE])
def test_a_document_that_cannot_be_used_is_refused_by_pointer_and_reason(client: TestClient, values: dict[str, object], pointer: str, detail: str) -> None:
    told = _problem(client.put("/v1/postings/p1", json={**POSTING, **values}), 422, "invalid-document")
    assert (told["pointer"], told["detail"]) == (pointer, detail)


def test_a_bad_write_leaves_the_stored_document_as_it_was(client: TestClient) -> None:
    client.put("/v1/postings/p1", json=POSTING)
    before = client.get("/v1/postings/p1").content
    client.put("/v1/postings/p1", json={"text": "***"})
    assert client.get("/v1/postings/p1").content == before


def test_the_pointer_tells_the_posting_of_a_pair_from_the_resume(client: TestClient) -> None:
    for bad in ("posting", "resume"):
        told = _problem(client.post("/v1/compare", json={"posting": POSTING, "resume": RESUME, bad: {"text": "***"}}), 422, "invalid-document")
        assert told["pointer"] == f"/{bad}/text"


def test_the_pointer_leads_into_the_question(client: TestClient) -> None:
    for query, pointer in (({"text": ""}, "/query/text"), ({"document": {"text": "LCSW", "posted": "soon"}}, "/query/document/posted")):
        told = _problem(client.post("/v1/match", json={"query": {"kind": "resume", **query}}), 422, "invalid-document")
        assert told["pointer"] == pointer


@pytest.mark.parametrize("id", ["%00", "a%09b", "%20"])
def test_an_id_that_cannot_be_seen_on_one_line_is_refused(client: TestClient, id: str) -> None:
    assert _problem(client.put(f"/v1/postings/{id}", json=POSTING), 422, "invalid-document")["pointer"] == "/id"


@pytest.mark.parametrize("member", ["id", "required", "weights", "key"])
def test_half_a_surrogate_pair_anywhere_is_no_more_than_a_refusal_or_an_empty_answer(client: TestClient, member: str) -> None:
    bodies = {
        "id": b'{"query": {"kind": "resume", "id": "\\ud800"}}',
        "required": b'{"query": {"kind": "resume", "text": "LCSW"}, "required": {"\\ud800": ["a"]}}',
        "weights": b'{"query": {"kind": "resume", "text": "LCSW"}, "weights": {"\\ud800": 1}}',
        "key": b'{"query": {"kind": "resume", "text": "LCSW"}, "\\ud800": 1}',
    }
    assert client.post("/v1/match", content=bodies[member], headers=JSON).status_code == 422


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_a_number_that_is_none_is_refused_wherever_it_stands(client: TestClient, number: bytes) -> None:
    question = b'{"query": {"kind": "resume", "text": "LCSW"}, "%s": %s}'
    for name, value in ((b"limit", number), (b"weights", b'{"licence": %s}' % number)):
        assert client.post("/v1/match", content=question % (name, value), headers=JSON).status_code == 422


def test_no_error_repeats_a_text(client: TestClient) -> None:
    answers = [
        client.put("/v1/postings/p1", json={**POSTING, "text": f"{CANARY}\0"}),
        client.put("/v1/postings/p1", json={**POSTING, "text": [CANARY]}),
        client.put("/v1/postings/p1", json={**POSTING, "title": {CANARY: 1} and [CANARY]}),
        client.put("/v1/postings/p1", json={**POSTING, "text": CANARY * 30_000}),
        client.put("/v1/postings/p1", content=f'{{"text": "{CANARY}'.encode(), headers=JSON),
        client.put("/v1/postings/p1", content=f'{{"text": "{CANARY}\\ud800"}}'.encode(), headers=JSON),
        client.put("/v1/postings/p1", content=f'{{"text": "{CANARY}\xff"}}'.encode("latin-1"), headers=JSON),
        client.post("/v1/match", json={"query": {"kind": "resume", "text": f"{CANARY} likes cheese"}}),
        client.post("/v1/match", json={"query": {"kind": CANARY, "text": CANARY}}),
        client.post("/v1/match", json={"query": {"kind": "resume", "text": CANARY, "id": "r1"}}),
        client.post("/v1/compare", json={"posting": {"text": CANARY}, "resume": {"text": CANARY, "more": CANARY}}),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert [answer.text for answer in answers if CANARY in answer.text] == []
    bulk = client.post("/v1/bulk", content=f'{{"id": "p1", "kind": "posting", "text": "{CANARY}\\u0000"}}\n{{"{CANARY}'.encode())
    assert bulk.text.count('"status": 422') == 2
    assert CANARY not in bulk.text


class Failing(Matcher):
    """A matcher with a bug whose message quotes a text."""

    error: Exception = RuntimeError(f"cannot read {CANARY}")

    def count(self, kind: Kind, tenant: str = LOCAL) -> int:
        raise self.error

    def put(self, documents: object, tenant: str = LOCAL, expected: Expected = NOTHING) -> Written:
        assert isinstance(documents, list)
        assert isinstance(documents[0], Document)
        raise self.error


@pytest.fixture
def failing(matcher: Matcher) -> Failing:
    return Failing(matcher.vocabulary, matcher._reader, matcher.encoder, matcher.index)


def test_a_bug_is_answered_without_detail_and_logged_without_its_message(failing: Failing, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with TestClient(app_over(failing, tmp_path)) as client:
        body = _problem(client.get("/readyz"), 500, "internal")
        assert client.get("/livez").status_code == 200
    assert {**body, "request_id": ""} == {
        "type": "urn:clinmatch:internal", "title": "Internal Server Error", "status": 500, "detail": "internal error", "request_id": "",
    }  # fmt: skip
    written = capsys.readouterr().err
    told = [json.loads(line) for line in written.splitlines() if '"unexpected"' in line]
    assert [(one["error"], one["place"].partition(":")[0], one["request_id"]) for one in told] == [("RuntimeError", "test_errors.py", body["request_id"])]
    assert CANARY not in written


def test_a_bug_in_the_middle_of_an_answer_ends_it_and_is_logged_without_its_message(
    failing: Failing, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with TestClient(app_over(failing, tmp_path)) as client:
        answer = client.post("/v1/bulk", content=b'{"id": "p1", "kind": "posting", "text": "LCSW"}')
    assert answer.text == ""
    written = capsys.readouterr().err
    assert '"error": "RuntimeError", "place": "test_errors.py' in written
    assert CANARY not in written


def test_a_store_that_fails_while_serving_is_said_to_be_unavailable(failing: Failing, tmp_path: Path) -> None:
    failing.error = StoreInvalid("posting 'p1': the stored row fails its checksum; put the document again or restore a backup")
    with TestClient(app_over(failing, tmp_path)) as client:
        body = _problem(client.get("/readyz"), 503, "store-invalid")
    assert body["detail"] == "posting 'p1': the stored row fails its checksum; put the document again or restore a backup"


def test_a_problem_can_be_sent_whatever_its_detail_holds() -> None:
    assert bytes(problem(422, "http", "half \ud800").body) == b'{"type":"urn:clinmatch:http","title":"Unprocessable Entity","status":422,"detail":"half ?"}'
