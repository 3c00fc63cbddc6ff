"""Matching over HTTP: filters, favours, depths, pages of a fixed ranking, batches, files, and the record afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.service.conftest import NURSE, POSTING, RESUME
from tests.service.test_documents import CV, _problem

ASKED = {"query": {"kind": "resume", "text": RESUME["text"]}}


def _ask(client: TestClient, **more: Any) -> dict[str, Any]:
    answer = client.post("/v1/match", json={**ASKED, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture
def many(client: TestClient) -> TestClient:
    """A client over nine postings that differ in what they ask."""
    for number in range(9):
        client.put(f"/v1/postings/p{number}", json={**POSTING, "text": POSTING["text"] + " CBT required." * (number % 3), "title": f"Therapist {number}"})
    return client


@pytest.mark.parametrize(("explain", "has", "lacks"), [("score", "score", "summary"), ("brief", "summary", "parts"), ("full", "parts", None)])
def test_a_match_is_explained_as_deeply_as_is_asked(filled: TestClient, explain: str, has: str, lacks: str | None) -> None:
    shown = _ask(filled, explain=explain)["matches"][0]["match"]
    full = _ask(filled)["matches"][0]["match"]
    assert has in shown
    assert lacks is None or lacks not in shown
    assert {name: full[name] for name in shown} == shown


def test_pages_go_on_in_the_same_ranking_whatever_was_stored_since(many: TestClient) -> None:
    whole = _ask(many, limit=9)
    first = _ask(many, limit=4)
    many.put("/v1/postings/new", json=POSTING)
    second = _ask(many, limit=4, cursor=first["next"])
    third = _ask(many, limit=4, cursor=second["next"])
    assert [len(page["matches"]) for page in (first, second, third)] == [4, 4, 1]
    assert third["next"] is None
    assert [one for page in (first, second, third) for one in page["matches"]] == whole["matches"]
    assert {page["id"] for page in (first, second, third)} == {whole["id"]}
    assert {page["total"] for page in (first, second, third)} == {9}


def test_a_document_that_changed_or_went_since_is_named_and_not_shown(many: TestClient) -> None:
    first = _ask(many, limit=4)
    fifth, sixth = (one["id"] for one in _ask(many, limit=9)["matches"][4:6])
    many.put(f"/v1/postings/{fifth}", json=NURSE)
    many.delete(f"/v1/postings/{sixth}")
    second = _ask(many, limit=4, cursor=first["next"])
    assert second["changed"] == [{"rank": 5, "id": fifth}, {"rank": 6, "id": None}]
    assert [one["rank"] for one in second["matches"]] == [7, 8]


def test_a_cursor_is_for_its_own_question_only(many: TestClient) -> None:
    cursor = _ask(many, limit=4)["next"]
    for other in ({"query": {"kind": "resume", "text": "Jane Roe, LPC, Texas"}}, {"weights": {"licence": 1}}, {"required": {"state": ["TX"]}}):
        told = _problem(many.post("/v1/match", json={**ASKED, "cursor": cursor, **other}), 422, "invalid-cursor")
        assert told["detail"] == "cursor: was not given for this question"
    _problem(many.post("/v1/match", json={**ASKED, "cursor": "nonsense"}), 422, "invalid-cursor")
    listing = many.get("/v1/postings", params={"limit": 1}).json()["next"]
    _problem(many.post("/v1/match", json={**ASKED, "cursor": listing}), 422, "invalid-cursor")


def test_what_is_favoured_earns_points_and_what_is_required_or_banned_excludes(filled: TestClient) -> None:
    favoured = _ask(filled, favoured={"employment_type": ["part_time"]})
    assert len(favoured["matches"]) == 2
    lines = {one["id"]: [part for part in one["match"]["parts"] if part["name"] == "favoured"] for one in favoured["matches"]}
    assert [part["points"] > 0 for id in ("p1", "p2") for part in lines[id]] == [False, True]
    assert favoured["weights"]["applied"]["favoured"] == favoured["weights"]["suggested"]["favoured"] > 0
    assert [one["id"] for one in _ask(filled, required={"licence": ["social_work:independent@TX"]})["matches"]] == ["p1"]
    assert [one["id"] for one in _ask(filled, banned={"licence_family": ["social_work"]})["matches"]] == ["p2"]
    assert [one["id"] for one in _ask(filled, required={"years": {"at_least": 1}})["matches"]] == ["p1"]
    assert [one["id"] for one in _ask(filled, required={"years": {"at_least": 3, "or_not_stated": True}})["matches"]] == ["p2"]
    assert len(_ask(filled, required={"instrument": ["not_stated"]})["matches"]) == 2
    assert _ask(filled, banned={"instrument": ["not_stated"]})["matches"] == []


def test_suggested_weights_are_told_beside_those_applied(filled: TestClient) -> None:
    weights = _ask(filled, weights={"licence": 40})["weights"]
    assert weights["applied"]["licence"] > weights["suggested"]["licence"]
    assert all(abs(sum(one.values()) - 100) < 0.1 for one in weights.values())


def test_a_batch_answers_every_question_in_order_and_a_bad_one_stops_none(filled: TestClient) -> None:
    questions = [ASKED, {"query": {"kind": "posting", "id": "nowhere"}}, {"query": {"kind": "posting", "id": "p2"}, "limit": 1}]
    answers = filled.post("/v1/match/batch", json={"questions": questions}).json()["answers"]
    assert [one["status"] for one in answers] == [200, 404, 200]
    assert answers[0]["match"] == _ask(filled)
    assert answers[1]["problem"]["type"] == "urn:clinmatch:unknown-document"
    assert [one["id"] for one in answers[2]["match"]["matches"]] == ["r2"]


def test_a_file_is_matched_as_its_text_is_and_is_not_kept(filled: TestClient) -> None:
    form = {"question": json.dumps({"query": {"kind": "resume"}, "limit": 1})}
    answer = filled.post("/v1/match/upload", files={"file": ("cv.pdf", CV, "application/pdf")}, data=form)
    assert answer.status_code == 200, answer.text
    text = filled.post("/v1/text", content=CV).json()["text"]
    by_text = filled.post("/v1/match", json={"query": {"kind": "resume", "text": text}, "limit": 1}).json()
    assert answer.json()["matches"] == by_text["matches"]
    assert answer.json()["file"]["pages"] == 1
    for question, pointer in (("{", ""), ('{"query": {"kind": "job"}}', "/question/query/kind"), ('{"query": {"kind": "resume", "text": "LCSW"}}', "/query")):
        told = filled.post("/v1/match/upload", files={"file": ("cv.pdf", CV)}, data={"question": question})
        assert told.status_code == 422
        assert (told.json().get("pointer") or told.json()["errors"][0]["pointer"]).startswith(pointer)


def test_a_match_can_be_explained_later_without_a_word_of_a_text(filled: TestClient) -> None:
    made = _ask(filled, required={"state": ["TX"]}, weights={"licence": 40})
    record = filled.get(f"/v1/matches/{made['id']}").json()
    assert record["versions"] == made["versions"]
    assert record["conditions"]["required"] == {"state": ["TX"]}
    assert [one["id"] for one in record["results"]] == [one["id"] for one in made["matches"]]
    for kept, shown in zip(record["results"], made["matches"], strict=True):
        assert (kept["score"], kept["standing"], kept["eligibility"]) == tuple(shown["match"][name] for name in ("score", "standing", "eligibility"))
        assert [(part["name"], part["points"]) for part in kept["parts"]] == [(part["name"], part["points"]) for part in shown["match"]["parts"]]
    assert "Jane" not in json.dumps(record)
    assert "adolescents after" not in json.dumps(record)
    filled.delete("/v1/postings/p1")
    assert [one["id"] for one in filled.get(f"/v1/matches/{made['id']}").json()["results"]] == [None]
    listed = filled.get("/v1/matches").json()
    assert [one["id"] for one in listed["matches"]] == [made["id"]]
    _problem(filled.get("/v1/matches/m_nothing"), 404, "unknown-match")


def test_the_same_question_is_one_match_until_something_changes(filled: TestClient) -> None:
    first = _ask(filled)
    assert _ask(filled) == first
    filled.put("/v1/postings/p3", json=POSTING)
    assert _ask(filled)["id"] != first["id"]
