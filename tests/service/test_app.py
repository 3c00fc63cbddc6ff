"""The HTTP interface, from a client's side."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from service.app import VERSION
from tests.service.conftest import DOCUMENTS, NURSE, POSTING, RESUME
from tests.serving import STOP_SECONDS, serving

RESUME_OF_TEXT = {"query": {"kind": "resume", "text": RESUME["text"]}}


def _matches(client: TestClient, **body: Any) -> list[dict[str, Any]]:
    answer = client.post("/v1/match", json=body)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["matches"])


def _ids(client: TestClient, **body: Any) -> list[str]:
    return [one["id"] for one in _matches(client, **body)]


def _lines(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def test_livez_says_that_the_process_answers(client: TestClient) -> None:
    assert client.get("/livez").json() == {"status": "live"}


def test_readyz_counts_the_documents_and_names_the_versions(filled: TestClient) -> None:
    ready = filled.get("/readyz").json()
    assert ready["status"] == "ready"
    assert ready["documents"] == {"postings": 2, "resumes": 2}
    assert ready["versions"]["model"] == "word-length@fp32"
    assert ready["versions"]["sequence"] == 4


def test_a_put_is_acknowledged_with_its_place_in_the_change_log(client: TestClient) -> None:
    assert client.put("/v1/postings/p1", json=POSTING).json().items() >= {"id": "p1", "kind": "posting", "sequence": 1}.items()
    assert client.put("/v1/resumes/p1", json=RESUME).json().items() >= {"id": "p1", "kind": "resume", "sequence": 2}.items()
    assert client.put("/v1/postings/p1", json=NURSE).json().items() >= {"id": "p1", "kind": "posting", "sequence": 3}.items()


def test_a_document_is_given_back_as_it_came(client: TestClient) -> None:
    sent = {**POSTING, "pay": {"low": 40, "high": 60, "period": "hour"}, "remote": False, "telehealth_states": ["TX"], "posted": "2026-11-01"}
    client.put("/v1/postings/p1", json=sent)
    got = client.get("/v1/postings/p1").json()
    assert (got["id"], got["kind"]) == ("p1", "posting")
    assert got["document"] == {"id": "p1", "kind": "posting", **sent}


def test_a_document_is_given_back_with_what_was_read_at_its_place(filled: TestClient) -> None:
    got = filled.get("/v1/postings/p1").json()
    assert {"modality.dbt", "population.adolescents"} <= {one["concept"] for one in got["read"]["mentions"]}
    for one in got["read"]["mentions"]:
        assert one["words"] == got["document"][one["field"]][one["start"] : one["end"]]
    assert [(one["title"], one["state"]) for one in got["read"]["licences"]] == [("LCSW", "TX")] * 2  # in the title and in the text
    assert got["read"]["facts"]["state"] == "TX"
    assert got["read"]["facts"]["years"] == 2


def test_put_replaces_the_whole_document(client: TestClient) -> None:
    client.put("/v1/postings/p1", json=POSTING)
    client.put("/v1/postings/p1", json={"text": "LPC wanted"})
    assert client.get("/v1/postings/p1").json()["document"] == {"id": "p1", "kind": "posting", "text": "LPC wanted"}
    assert client.get("/readyz").json()["documents"]["postings"] == 1


def test_a_deleted_document_is_gone_and_found_by_no_match(filled: TestClient) -> None:
    assert filled.delete("/v1/postings/p1").status_code == 204
    assert filled.get("/v1/postings/p1").status_code == 404
    assert filled.delete("/v1/postings/p1").status_code == 404
    assert _ids(filled, **RESUME_OF_TEXT) == ["p2"]


def test_an_id_may_hold_slashes_spaces_and_any_letters(client: TestClient) -> None:
    for id in ("a/b/c", "a b", "Zoë-№5", "x?y#z"):
        path = "/v1/postings/" + "/".join(_quoted(step) for step in id.split("/"))
        assert client.put(path, json=POSTING).json()["id"] == id
        assert client.get(path).json()["id"] == id


def _quoted(step: str) -> str:
    return "".join(f"%{byte:02X}" for byte in step.encode())


def test_a_write_is_searchable_in_the_next_request(client: TestClient) -> None:
    assert _ids(client, **RESUME_OF_TEXT) == []
    client.put("/v1/postings/new", json=POSTING)
    assert _ids(client, **RESUME_OF_TEXT) == ["new"]
    client.put("/v1/postings/new", json=NURSE)
    assert _matches(client, **RESUME_OF_TEXT)[0]["title"] == "Psychiatric Nurse Practitioner"


BULK = [
    b'{"id": "p1", "kind": "posting", "text": "LCSW wanted in Austin, TX"}',
    b'{"id": "p2", "kind": "posting", "text": ""}',
    b"",
    b"not json",
    b"\xff",
    b"[" * 100_000,
    b'{"id": %s}' % (b"1" * 5_000),
    b'{"id": "p1", "kind": "posting", "text": "again"}',
    b'{"id": "p3", "kind": "posting", "text": "LPC", "salary": 5}',
    b'{"id": "p4", "kind": "posting", "text": "LPC", "telehealth_states": [[]]}',
    b'{"id": "r1", "kind": "resume", "text": "LCSW \\ud800"}',
    b'{"id": "r2", "kind": "resume", "text": "Jane Roe, LCSW, Texas"}',
]  # fmt: skip
BULK_STATUS = [
    (1, 201, "p1"), (2, 422, "text"), (4, 422, "line"), (5, 422, "line"), (6, 422, "line"), (7, 422, "line"), (8, 422, "id"),
    (9, 422, "salary"), (10, 422, "telehealth_states"), (11, 422, "text"), (12, 201, "r2"),
]  # fmt: skip


def test_a_bulk_load_answers_every_line_in_order_and_takes_the_good_ones(client: TestClient) -> None:
    answer = client.post("/v1/bulk", content=b"\n".join(BULK))
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [(one["line"], one["status"], one.get("id") or one["pointer"][1:]) for one in _lines(answer)] == BULK_STATUS
    assert client.get("/readyz").json()["documents"] == {"postings": 1, "resumes": 1}
    assert _ids(client, query={"kind": "resume", "id": "r2"}) == ["p1"]


def test_a_bulk_line_that_is_refused_says_why(client: TestClient) -> None:
    answer = client.post("/v1/bulk", content=b'{"id": "p1", "kind": "posting", "text": "***"}')
    assert _lines(answer) == [
        {"line": 1, "status": 422, "pointer": "/text", "detail": "text: holds no letters, only digits or symbols; nothing can be read from it"}
    ]


def test_a_bulk_load_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does(client: TestClient) -> None:
    answer = client.post("/v1/bulk", content=b"\xef\xbb\xbf" + BULK[0] + b"\r\n" + BULK[-1] + b"\r\n")
    assert [(one["line"], one["status"]) for one in _lines(answer)] == [(1, 201), (2, 201)]


def test_an_empty_bulk_load_has_an_empty_answer(client: TestClient) -> None:
    assert client.post("/v1/bulk", content=b"").text == ""


def test_a_bulk_load_of_more_than_one_batch_takes_every_document(client: TestClient) -> None:
    lines = [b'{"id": "p%03d", "kind": "posting", "text": "LCSW wanted in Austin, TX"}' % number for number in range(150)]
    answers = _lines(client.post("/v1/bulk", content=b"\n".join(lines)))
    assert [one["id"] for one in answers] == [f"p{number:03}" for number in range(150)]
    assert client.get("/readyz").json()["documents"]["postings"] == 150


def test_a_resume_text_finds_the_posting_that_fits_first(filled: TestClient) -> None:
    assert _ids(filled, **RESUME_OF_TEXT) == ["p1", "p2"]


def test_a_posting_document_finds_the_resume_that_fits_first(filled: TestClient) -> None:
    assert _ids(filled, query={"kind": "posting", "document": POSTING}) == ["r1", "r2"]
    assert _ids(filled, query={"kind": "posting", "document": NURSE}) == ["r2", "r1"]


def test_a_stored_document_is_matched_by_its_id_as_by_its_text(filled: TestClient) -> None:
    for kind, plural, id in (("posting", "postings", "p1"), ("resume", "resumes", "r2")):
        by_id = _matches(filled, query={"kind": kind, "id": id})
        assert by_id == _matches(filled, query={"kind": kind, "document": DOCUMENTS[f"{plural}/{id}"]})


def test_matches_are_ranked_from_1_by_falling_score_and_limited(filled: TestClient) -> None:
    found = _matches(filled, **RESUME_OF_TEXT)
    assert [one["rank"] for one in found] == [1, 2]
    assert found[0]["match"]["score"] > found[1]["match"]["score"]
    assert _ids(filled, **RESUME_OF_TEXT, limit=1) == ["p1"]


def test_a_found_document_is_named_by_what_its_owner_stated(filled: TestClient) -> None:
    first = _matches(filled, **RESUME_OF_TEXT)[0]
    named = {name: first[name] for name in ("id", "kind", "title", "employer", "place")}
    assert named == {"id": "p1", "kind": "posting", "title": POSTING["title"], "employer": POSTING["employer"], "place": POSTING["place"]}


def test_a_required_facet_leaves_only_documents_that_have_it(filled: TestClient) -> None:
    assert _ids(filled, **RESUME_OF_TEXT, required={"state": ["CO"]}) == ["p2"]
    assert _ids(filled, **RESUME_OF_TEXT, required={"state": ["CO", "TX"], "employment_type": ["full_time"]}) == ["p1"]
    assert _ids(filled, **RESUME_OF_TEXT, required={"state": ["WY"]}) == []


def test_a_banned_facet_leaves_the_documents_without_it(filled: TestClient) -> None:
    assert _ids(filled, **RESUME_OF_TEXT, banned={"employment_type": ["full_time"]}) == ["p2"]


def test_a_filter_over_no_facet_is_refused_by_its_name(filled: TestClient) -> None:
    answer = filled.post("/v1/match", json={**RESUME_OF_TEXT, "required": {"colour": ["red"]}})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:clinmatch:invalid-filter")
    assert answer.json()["detail"].startswith("required.colour: unknown filter; the filters are state, mode, ")


def test_weights_share_out_the_hundred_points(filled: TestClient) -> None:
    only = dict.fromkeys(
        ("requirements", "level", "profession", "place", "modalities", "clients", "setting", "duties", "credentials", "language", "experience", "similarity"), 0
    )
    first = _matches(filled, **RESUME_OF_TEXT, weights=only)[0]["match"]
    points = {part["name"]: part["points"] for part in first["parts"] if part["points"]}
    assert points == {"licence": 100.0}
    assert first["score"] == 100.0


@pytest.mark.parametrize(
    ("weights", "detail"),
    [
        ({"salary": 5}, "unknown weight 'salary'; the weights are licence, requirements, level, profession, place, "),
        ({"licence": -1}, "weight licence is -1.0, must be between 0 and 100"),
        ({"licence": 101}, "weight licence is 101.0, must be between 0 and 100"),
    ],
)
def test_a_weight_that_cannot_be_used_is_refused_by_name_and_reason(filled: TestClient, weights: dict[str, float], detail: str) -> None:
    for path, body in (("match", RESUME_OF_TEXT), ("compare", {"posting": POSTING, "resume": RESUME})):
        answer = filled.post(f"/v1/{path}", json={**body, "weights": weights})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:clinmatch:invalid-weights")
        assert answer.json()["detail"].startswith(detail)


def test_compare_scores_a_pair_as_a_match_of_the_same_texts_does(filled: TestClient) -> None:
    compared = filled.post("/v1/compare", json={"posting": POSTING, "resume": RESUME}).json()
    assert compared == _matches(filled, **RESUME_OF_TEXT)[0]["match"]


def test_compare_stores_nothing(client: TestClient) -> None:
    client.post("/v1/compare", json={"posting": POSTING, "resume": RESUME})
    assert client.get("/readyz").json()["documents"] == {"postings": 0, "resumes": 0}
    assert client.get("/readyz").json()["versions"]["sequence"] == 0


def test_the_score_is_the_sum_of_the_parts_and_so_are_both_ends_of_its_interval(filled: TestClient) -> None:
    for body in (RESUME_OF_TEXT, {"query": {"kind": "posting", "id": "p2"}}):
        for found in _matches(filled, **body):
            match, parts = found["match"], found["match"]["parts"]
            assert match["score"] == round(sum(part["points"] for part in parts), 2)
            assert match["interval"] == [round(sum(part[end] for part in parts), 2) for end in ("low", "high")]
            assert all(0 <= part["points"] <= part["possible"] for part in parts)


def test_every_quote_stands_verbatim_in_the_field_it_names(filled: TestClient) -> None:
    quotes = 0
    for kind, plural, id in (("resume", "resumes", "r1"), ("posting", "postings", "p2")):
        asked = filled.get(f"/v1/{plural}/{id}").json()["document"]
        for found in _matches(filled, query={"kind": kind, "id": id}):
            other = filled.get(f"/v1/{found['kind']}s/{found['id']}").json()["document"]
            documents = {asked["kind"]: asked, other["kind"]: other}
            for part in found["match"]["parts"]:
                for side in ("posting", "resume"):
                    for quote in part[side]:
                        assert quote["words"] == documents[side][quote["field"]][quote["start"] : quote["end"]] != ""
                        quotes += 1
    assert quotes > 20


def test_an_answer_names_the_versions_that_it_depends_on(filled: TestClient) -> None:
    versions = filled.post("/v1/match", json=RESUME_OF_TEXT).json()["versions"]
    assert versions == filled.get("/readyz").json()["versions"]


def test_the_same_question_has_the_same_answer_byte_for_byte(filled: TestClient) -> None:
    assert filled.post("/v1/match", json=RESUME_OF_TEXT).content == filled.post("/v1/match", json=RESUME_OF_TEXT).content


@pytest.mark.parametrize("query", [{}, {"id": "r1", "text": "LCSW"}, {"text": "LCSW", "document": {"text": "LCSW"}}])
def test_a_question_is_asked_in_exactly_one_way(filled: TestClient, query: dict[str, Any]) -> None:
    answer = filled.post("/v1/match", json={"query": {"kind": "resume", **query}})
    assert (answer.status_code, answer.json()["pointer"]) == (422, "/query")
    assert answer.json()["detail"] == "query: must have exactly one of id, document and text"


def test_a_text_in_which_nothing_can_be_matched_is_refused_with_the_reason(filled: TestClient) -> None:
    answer = filled.post("/v1/match", json={"query": {"kind": "resume", "text": "We like cheese."}})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:clinmatch:nothing-to-read")
    assert answer.json()["detail"].startswith("nothing clinical was found in the text")


def test_every_operation_of_the_openapi_document_has_its_own_id(client: TestClient) -> None:
    spec = client.get("/v1/openapi.json").json()
    ids = [operation["operationId"] for path in spec["paths"].values() for operation in path.values()]
    assert sorted(ids) == sorted(
        ["cancel_ingest", "compare", "create_ingest", "create_key", "export", "get_ingest", "get_match", "limits", "list_ingests", "list_keys", "list_matches"]
        + [
            "livez",
            "load_bulk",
            "match",
            "match_batch",
            "match_upload",
            "metrics",
            "read_text",
            "readyz",
            "revoke_key",
            "rotate_key",
            "vocabulary",
            "watch_ingest",
        ]
        + [f"{action}_{kind}" for action in ("put", "get", "delete") for kind in ("posting", "resume")]
        + ["list_postings", "list_resumes", "put_posting_file", "put_resume_file"]
    )
    assert spec["info"]["version"] == VERSION


def test_every_example_of_the_openapi_document_is_accepted(client: TestClient) -> None:
    spec = client.get("/v1/openapi.json").json()
    schemas = spec["components"]["schemas"]
    documents, questions, pairs, asked = (schemas[name]["examples"] for name in ("DocumentIn", "MatchIn", "CompareIn", "Asking"))
    assert all((documents, questions, pairs, asked))
    for id in (one["id"] for one in asked if "id" in one):
        assert client.put(f"/v1/postings/{id}", json=documents[0]).status_code == 201
    assert {client.put("/v1/postings/x", json=one).status_code for one in documents} == {201}
    assert {client.post("/v1/match", json=one).status_code for one in questions} == {200}
    assert {client.post("/v1/match", json={"query": one}).status_code for one in asked} == {200}
    assert {client.post("/v1/compare", json=one).status_code for one in pairs} == {200}
    bulk = spec["paths"]["/v1/bulk"]["post"]["requestBody"]["content"]["application/x-ndjson"]["example"]
    assert [one["status"] for one in _lines(client.post("/v1/bulk", content=bulk.replace("...", "LCSW").encode()))] == [201]


def test_a_server_process_takes_a_document_matches_it_and_ends_cleanly_when_told(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    with serving(store, "--precision", "fp32") as (process, address), httpx.Client(base_url=address, timeout=30) as http:
        assert http.put("/v1/postings/p1", json=POSTING).json().items() >= {"id": "p1", "kind": "posting", "sequence": 1}.items()
        answer = http.post("/v1/match", json=RESUME_OF_TEXT).json()
        assert [one["id"] for one in answer["matches"]] == ["p1"]
        assert answer["versions"]["model"] == "all-MiniLM-L6-v2@fp32"
        assert http.put("/v1/postings/big", content=(b"x" * 65536 for _ in range(128)), headers={"Content-Type": "application/json"}).status_code == 413
        assert http.get("/readyz").json()["documents"] == {"postings": 1, "resumes": 0}
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_SECONDS) in (0, -signal.SIGTERM)
    assert not store.with_name("store.db-wal").exists()
    assert "Traceback" not in (tmp_path / "serve.log").read_text()
