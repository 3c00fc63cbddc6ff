"""Documents over HTTP: versions, preconditions, lists, files and other formats."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from service.limits import MAX_FILE
from tests.service.conftest import NURSE, POSTING, RESUME


def pdf(*lines: str) -> bytes:
    """A page with lines of text."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for number, line in enumerate(lines):
        canvas.drawString(72, 760 - 20 * number, line)
    canvas.save()
    return out.getvalue()


CV = pdf(
    "Jane Roe, LCSW", "Austin, TX", "Licensed Clinical Social Worker, Texas, since 2019.", "Experience", "Therapist, 2019 - present: EMDR with adolescents."
)


def _problem(answer: Any, status: int, name: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:clinmatch:{name}"), answer.text
    return dict(answer.json())


def test_a_new_document_is_created_and_an_old_one_replaced_each_with_its_etag(client: TestClient) -> None:
    first, again, other = (client.put("/v1/postings/p1", json=one) for one in (POSTING, POSTING, NURSE))
    assert [one.status_code for one in (first, again, other)] == [201, 200, 200]
    assert first.headers["etag"] == again.headers["etag"] != other.headers["etag"]
    got = client.get("/v1/postings/p1")
    assert got.headers["etag"] == other.headers["etag"] == f'"{got.json()["tag"]}"'


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    etag = client.put("/v1/postings/p1", json=POSTING).headers["etag"]
    for known in (etag, f'"x", W/{etag}'):
        answer = client.get("/v1/postings/p1", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert client.get("/v1/postings/p1", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_write_that_expects_another_version_changes_nothing(client: TestClient) -> None:
    old = client.put("/v1/postings/p1", json=POSTING).headers["etag"]
    new = client.put("/v1/postings/p1", json=NURSE, headers={"If-Match": old}).headers["etag"]
    for call in (client.delete, lambda path, headers: client.put(path, json=POSTING, headers=headers)):
        told = _problem(call("/v1/postings/p1", headers={"If-Match": old}), 412, "precondition-failed")
        assert told["detail"] == f"posting 'p1': expected version {old.strip(chr(34))}, but there is version {new.strip(chr(34))}"
    assert client.get("/v1/postings/p1").headers["etag"] == new
    assert client.delete("/v1/postings/p1", headers={"If-Match": new}).status_code == 204


def test_a_write_may_demand_that_there_is_a_document_or_that_there_is_none(client: TestClient) -> None:
    _problem(client.put("/v1/postings/p1", json=POSTING, headers={"If-Match": "*"}), 412, "precondition-failed")
    assert client.put("/v1/postings/p1", json=POSTING, headers={"If-None-Match": "*"}).status_code == 201
    _problem(client.put("/v1/postings/p1", json=POSTING, headers={"If-None-Match": "*"}), 412, "precondition-failed")
    assert client.put("/v1/postings/p1", json=POSTING, headers={"If-Match": "*"}).status_code == 200
    _problem(client.put("/v1/postings/p1", json=POSTING, headers={"If-None-Match": '"x"'}), 422, "malformed-request")


def test_documents_are_listed_by_id_a_page_at_a_time(client: TestClient) -> None:
    for number in range(7):
        client.put(f"/v1/postings/p{number}", json={**POSTING, "place": "Austin, TX" if number % 2 else "Denver, CO"})
    pages, cursor = [], None
    while True:
        page = client.get("/v1/postings", params={"limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        pages.append([one["id"] for one in page["documents"]])
        cursor = page["next"]
        if cursor is None:
            break
    assert pages == [["p0", "p1", "p2"], ["p3", "p4", "p5"], ["p6"]]
    texan = client.get("/v1/postings", params={"where": ["state:TX", "employment_type:full_time"], "limit": 2}).json()
    assert [one["id"] for one in texan["documents"]] == ["p0", "p1"]  # POSTING asks for a Texas licence wherever it is
    shown = client.get("/v1/postings", params={"limit": 1}).json()["documents"][0]
    assert (shown["title"], shown["place"], shown["characters"]) == (POSTING["title"], "Denver, CO", len(POSTING["text"]))
    assert "text" not in shown


def test_a_cursor_leads_on_in_its_own_list_only(client: TestClient) -> None:
    for number in range(3):
        client.put(f"/v1/postings/p{number}", json=POSTING)
        client.put(f"/v1/resumes/p{number}", json=RESUME)
    cursor = client.get("/v1/postings", params={"limit": 1}).json()["next"]
    assert _problem(client.get("/v1/resumes", params={"cursor": cursor}), 422, "invalid-cursor")["detail"] == "cursor: was not given for this question"
    _problem(client.get("/v1/postings", params={"cursor": cursor, "where": "state:TX"}), 422, "invalid-cursor")
    for bad in ("x", cursor[:-1], cursor + "A", "é"):
        assert _problem(client.get("/v1/postings", params={"cursor": bad}), 422, "invalid-cursor")["detail"] == "cursor: was not given for this question"


def test_a_list_over_what_is_no_facet_or_no_value_is_refused(client: TestClient) -> None:
    told = _problem(client.get("/v1/postings", params={"where": "TX"}), 422, "invalid-filter")
    assert (told["pointer"], told["detail"]) == ("/where", "where: is 'TX', must be facet:value")
    assert "unknown filter" in _problem(client.get("/v1/postings", params={"where": "colour:red"}), 422, "invalid-filter")["detail"]
    assert _problem(client.get("/v1/postings", params={"where": "state:Texas"}), 422, "invalid-filter")["pointer"] == "/where"


def test_a_file_is_stored_by_its_text_and_what_was_taken_from_it_is_told(client: TestClient) -> None:
    answer = client.put("/v1/files/resumes/r1", content=CV, headers={"content-type": "application/pdf"})
    assert answer.status_code == 201
    assert answer.json()["file"] == {"media_type": "application/pdf", "pages": 1, "characters": answer.json()["file"]["characters"], "hidden": []}
    got = client.get("/v1/resumes/r1").json()
    assert got["document"]["text"].startswith("Jane Roe, LCSW")
    assert [(one["title"], one["state"]) for one in got["read"]["licences"]][:1] == [("LCSW", "TX")]
    assert client.put("/v1/files/resumes/r1", content=b"Jane Roe, LPC, Texas", headers={"content-type": "text/plain"}).status_code == 200


@pytest.mark.parametrize(
    ("content", "status", "name"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"a" * 600, 415, "unsupported-format"),
        (b"\x89PNG\r\n\x1a\n" + b"a" * 600, 415, "unsupported-format"),
        (b"", 422, "invalid-upload"),
        (CV[:300], 422, "invalid-upload"),
        (b"a" * (MAX_FILE + 1), 413, "too-large"),
    ],
    ids=["doc", "png", "empty", "cut off", "too large"],
)
def test_a_file_that_cannot_be_read_is_refused_by_what_it_is(client: TestClient, content: bytes, status: int, name: str) -> None:
    for call in (client.put, client.post):
        path = "/v1/files/resumes/r1" if call == client.put else "/v1/text"
        _problem(call(path, content=content, headers={"content-type": "application/pdf"}), status, name)
    assert client.get("/v1/resumes/r1").status_code == 404


def test_the_text_of_a_file_is_read_without_being_kept(client: TestClient) -> None:
    told = client.post("/v1/text", content=CV, headers={"content-type": "application/pdf"}).json()
    assert "Licensed Clinical Social Worker" in told["text"]
    assert client.get("/readyz").json()["documents"] == {"postings": 0, "resumes": 0}


def test_a_document_is_given_in_the_formats_of_its_kind(filled: TestClient) -> None:
    posting = filled.get("/v1/postings/p1", params={"format": "jobposting"})
    assert posting.headers["content-type"] == "application/ld+json"
    assert (posting.json()["@type"], posting.json()["title"]) == ("JobPosting", POSTING["title"])
    assert filled.get("/v1/resumes/r1", params={"format": "jsonresume"}).json()["basics"]
    told = _problem(filled.get("/v1/resumes/r1", params={"format": "jobposting"}), 422, "unsupported-format")
    assert told["detail"] == "jobposting is a format of postings, not of resumes"


@pytest.mark.parametrize(
    ("kind", "format"), [("postings", "jsonl"), ("postings", "csv"), ("postings", "jobposting"), ("resumes", "jsonl"), ("resumes", "jsonresume")]
)
def test_what_is_exported_can_be_loaded_again(filled: TestClient, kind: str, format: str) -> None:
    before = {one["id"]: filled.get(f"/v1/{kind}/{one['id']}").json() for one in filled.get(f"/v1/{kind}").json()["documents"]}
    content = filled.get(f"/v1/export/{kind}", params={"format": format}).content
    for id in before:
        filled.delete(f"/v1/{kind}/{id}")
    statuses = [json.loads(line) for line in filled.post("/v1/bulk", params={"format": format, "kind": kind[:-1]}, content=content).text.splitlines()]
    assert [one["status"] for one in statuses] == [201, 201]
    assert {id: filled.get(f"/v1/{kind}/{id}").json() for id in before} == before


def test_the_vocabulary_and_the_limits_can_be_read(client: TestClient) -> None:
    facets = client.get("/v1/vocabulary").json()["facets"]
    assert facets["modality"]["modality.trauma.emdr"]
    assert facets["state"]["TX"] == "TX"
    assert client.get("/v1/limits").json()["limits"]["file_bytes"] == MAX_FILE
