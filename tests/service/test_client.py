"""The client against real server processes, and over a connection that fails in chosen ways."""

from __future__ import annotations

import json
import pickle
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from scripts.hostile_files import docx
from service import client as module
from service.client import Client, DocumentIn, Kind, Problem
from tests.faulty import HALF, UNANSWERED, Fault, Faulty, Refusal, faulty
from tests.matcher.upload.conftest import pdf, written
from tests.service.conftest import NURSE, POSTING, PRESCRIBER, RESUME
from tests.serving import clinmatch, free_port, serving

TEXT = RESUME["text"]
LCSW: DocumentIn = {"title": "Therapist", "place": "Austin, TX", "text": "LCSW in Texas required. EMDR with adolescents."}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that needs no keys."""
    with serving(tmp_path_factory.mktemp("open") / "store.db", "--precision", "fp32") as (_, address):
        yield address


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    """A client of an empty service."""
    with Client(address) as client:
        yield client
        _clear(client)


@pytest.fixture
def filled(client: Client) -> Client:
    """A client of a service with two postings and two resumes."""
    client.put("posting", "p1", POSTING)
    client.put("posting", "p2", NURSE)
    client.put("resume", "r1", RESUME)
    client.put("resume", "r2", PRESCRIBER)
    return client


def _clear(client: Client) -> None:
    for kind in get_args(Kind):
        for one in list(client.list_documents(kind)):
            client.delete(kind, one["id"])


# Documents


def test_a_document_is_put_replaced_and_given_back(client: Client) -> None:
    first, second = client.put("posting", "p1", LCSW), client.put("posting", "p1", {**LCSW, "title": "Clinician"})
    assert (first["id"], first["kind"], second["sequence"] - first["sequence"]) == ("p1", "posting", 1)
    got = client.get("posting", "p1")
    assert (got["tag"], got["document"]["title"], got["read"]["facts"]["state"]) == (second["tag"], "Clinician", "TX")
    assert first["tag"] != second["tag"]


def test_a_write_under_a_condition_is_refused_where_it_does_not_hold(client: Client) -> None:
    tag = client.put("posting", "p1", LCSW, if_none_match="*")["tag"]
    with pytest.raises(Problem) as refused:
        client.put("posting", "p1", LCSW, if_none_match="*")
    assert (refused.value.status, refused.value.name) == (412, "precondition-failed")
    new = client.put("posting", "p1", {**LCSW, "title": "Clinician"}, if_match=tag)["tag"]
    for attempt in (lambda: client.put("posting", "p1", LCSW, if_match=tag), lambda: client.delete("posting", "p1", if_match=tag)):
        with pytest.raises(Problem, match="412 precondition-failed"):
            attempt()
    client.put("posting", "p1", LCSW, if_match="*")
    assert client.get("posting", "p1")["document"]["title"] == "Therapist"
    client.delete("posting", "p1", if_match=client.get("posting", "p1")["tag"])
    with pytest.raises(Problem, match="404 unknown-document"):
        client.get("posting", "p1")
    assert new != tag


def test_a_document_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    tag = client.put("resume", "r1", RESUME)["tag"]
    assert client.get_if_changed("resume", "r1", tag) is None
    client.put("resume", "r1", PRESCRIBER)
    changed = client.get_if_changed("resume", "r1", tag)
    assert changed is not None
    assert changed["document"]["text"] == PRESCRIBER["text"]


@pytest.mark.parametrize("id", ["a/b/c", "a b", "Zoë-№5", "x?y#z", "..", ".", "a/../b", "100%", "%2F", "+"])
def test_an_id_may_be_any_text(client: Client, id: str) -> None:
    assert client.put("posting", id, LCSW)["id"] == id
    assert client.get("posting", id)["id"] == id
    assert [one["id"] for one in client.list_documents("posting")] == [id]
    client.delete("posting", id)
    assert list(client.list_documents("posting")) == []


def test_a_document_is_given_in_the_format_of_another_program(client: Client) -> None:
    client.put("posting", "p1", POSTING)
    assert json.loads(client.get_as("posting", "p1", "jobposting"))["title"] == POSTING["title"]
    with pytest.raises(Problem, match="422 unsupported-format") as refused:
        client.get_as("posting", "p1", "jsonresume")
    assert refused.value.pointer == "/format"


def test_a_file_is_stored_by_its_text_and_read_without_being_stored(client: Client, tmp_path: Path) -> None:
    lines = TEXT.splitlines()
    files = {"cv.pdf": pdf(written(*lines)), "cv.docx": docx("".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)), "cv.txt": TEXT.encode()}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        by_path, by_bytes = client.put_file("resume", name, tmp_path / name), client.put_file("resume", f"{name} again", data)
        assert by_path["file"] == by_bytes["file"]
        assert "Licensed Clinical Social Worker" in client.get("resume", name)["document"]["text"]
        read = client.read_text(tmp_path / name)
        assert (read["text"], read["hidden"]) == (client.get("resume", name)["document"]["text"], [])
    with pytest.raises(Problem, match="412 precondition-failed"):
        client.put_file("resume", "cv.pdf", files["cv.pdf"], if_none_match="*")
    with pytest.raises(Problem) as refused:
        client.read_text(b"GIF89a" + bytes(50))
    assert refused.value.status in (415, 422)


# Loads


def _postings(count: int) -> list[dict[str, Any]]:
    return [{"id": f"p{number:03}", "kind": "posting", "text": f"LCSW in Texas required. EMDR. Team {number}."} for number in range(count)]


def test_a_bulk_load_gives_a_status_for_every_document_in_order(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_LINES", 25)
    sent = _postings(60)
    sent[30]["text"] = "***"
    sent[40]["title"] = "\ud800"
    statuses = list(client.bulk(iter(sent)))
    assert [one["line"] for one in statuses] == list(range(1, 61))
    refused = {one["line"]: one["pointer"] for one in statuses if one["status"] == 422}
    assert refused == {31: "/text", 41: "/title"}
    assert [one["id"] for one in client.list_documents("posting")] == [one["id"] for one in sent if one["text"] != "***" and "title" not in one]


def test_a_bulk_load_takes_documents_as_it_sends_them_and_a_kind_for_all(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_LINES", 2)
    taken = []

    def resumes() -> Iterator[dict[str, Any]]:
        for number in range(6):
            taken.append(number)
            yield {"id": f"r{number}", "text": TEXT}

    first = next(client.bulk(resumes(), kind="resume"))
    assert (first["line"], first["status"], first["id"]) == (1, 201, "r0")
    assert taken == [0, 1, 2]


def test_nothing_is_asked_for_an_empty_bulk_load() -> None:
    assert list(Client("http://127.0.0.1:1").bulk([])) == []


def test_an_ingest_is_watched_until_it_is_done(client: Client, tmp_path: Path) -> None:
    table = tmp_path / "jobs.csv"
    table.write_text("Ref,Job Title,Body\nj1,Therapist,LCSW in Texas required.\nj2,Nothing,***\n", "utf-8")
    job = client.ingest(table, "csv", "posting", {"Ref": "id", "Job Title": "title", "Body": "text"})
    seen = list(client.watch_ingest(job["id"]))
    last = seen[-1]
    assert (last["state"], last["lines"], last["taken"], last["refused"]) == ("done", 2, 1, 1)
    assert [one["pointer"] for one in last["refusals"]] == ["/text"]
    assert all(one["state"] in ("waiting", "running") for one in seen[:-1])
    assert client.wait_ingest(job["id"])["taken"] == client.get_ingest(job["id"])["taken"] == 1
    assert job["id"] in [one["id"] for one in client.list_ingests()]
    assert client.cancel_ingest(job["id"])["state"] == "done"
    assert client.get("posting", "j1")["document"]["title"] == "Therapist"
    with pytest.raises(Problem, match="404 unknown-ingest"):
        client.wait_ingest("i_0")


def test_the_same_ingest_with_the_same_key_is_one_job(client: Client) -> None:
    body = json.dumps(_postings(1)[0]).encode()
    first, second = (client.ingest(body, idempotency_key=f"ingest-{id(client)}") for _ in range(2))
    assert first["id"] == second["id"]
    assert client.wait_ingest(first["id"])["state"] == "done"
    with pytest.raises(Problem, match="422 idempotency-key-reused"):
        client.ingest(body * 2, idempotency_key=f"ingest-{id(client)}")


def test_an_export_holds_what_was_put(filled: Client) -> None:
    lines = b"".join(filled.export("posting")).splitlines()
    assert [json.loads(line)["text"] for line in lines] == [POSTING["text"], NURSE["text"]]
    assert b"".join(filled.export("posting", "csv", ["state:CO"])).count(b"Psychiatric Nurse Practitioner") == 1
    assert b"".join(filled.export("resume", where=["state:WY"])) == b""
    with pytest.raises(Problem, match="422 invalid-filter"):
        list(filled.export("posting", where=["colour:red"]))


# Matches


def test_a_text_a_document_an_id_and_a_file_of_the_same_words_are_matched_alike(filled: Client, tmp_path: Path) -> None:
    (tmp_path / "cv.txt").write_text(TEXT, "utf-8")
    answers = [
        filled.match("resume", text=TEXT),
        filled.match("resume", document={"text": TEXT}),
        filled.match("resume", id="r1"),
        filled.match_file("resume", tmp_path / "cv.txt"),
    ]
    assert [one["matches"] for one in answers] == [answers[0]["matches"]] * 4
    assert [one["id"] for one in answers[0]["matches"]] == ["p1", "p2"]
    best = answers[0]["matches"][0]["match"]
    assert (best["standing"], round(sum(part["points"] for part in best["parts"]), 2)) == ("E", best["score"])
    assert (answers[3].get("file") or {})["characters"] == len(TEXT)


def test_more_is_told_of_a_match_the_more_is_asked(filled: Client) -> None:
    score, brief, full = (filled.match("resume", explain, text=TEXT)["matches"][0]["match"] for explain in ("score", "brief", "full"))
    assert set(score) < set(brief) < set(full)
    assert score.items() <= brief.items() <= full.items()


def test_conditions_and_weights_reach_the_service(filled: Client) -> None:
    assert [one["id"] for one in filled.match("resume", text=TEXT, required={"state": ["CO"]})["matches"]] == ["p2"]
    assert [one["id"] for one in filled.match("resume", text=TEXT, banned={"state": ["CO"]}, limit=5)["matches"]] == ["p1"]
    told = filled.match("resume", text=TEXT, weights={"licence": 40}, favoured={"years": {"at_least": 1}})
    assert told["weights"]["applied"]["licence"] > told["weights"]["suggested"]["licence"]
    with pytest.raises(Problem, match="422 invalid-weights"):
        filled.match("resume", text=TEXT, weights={"salary": 5})


def test_pages_go_through_the_whole_ranking(client: Client) -> None:
    list(client.bulk(_postings(5)))
    pages = list(client.pages("resume", "score", text=TEXT, limit=2))
    assert [[one["rank"] for one in page["matches"]] for page in pages] == [[1, 2], [3, 4], [5]]
    assert {page["id"] for page in pages} == {client.match("resume", "score", text=TEXT, limit=2)["id"]}
    with pytest.raises(Problem, match="422 invalid-cursor"):
        client.match("resume", text=TEXT, limit=2, cursor=pages[0]["next"] or "", banned={"state": ["CO"]})


def test_a_batch_answers_each_question_or_tells_its_problem(filled: Client) -> None:
    good, bad = filled.match_batch([{"query": {"kind": "resume", "id": "r1"}, "limit": 1}, {"query": {"kind": "resume", "id": "r9"}}], "brief")
    assert good["status"] == 200
    assert [one["id"] for one in (good.get("match") or {"matches": []})["matches"]] == ["p1"]
    assert Problem(bad.get("problem") or {}).name == "unknown-document"


def test_a_pair_is_compared_as_a_match_of_it_would_be(filled: Client) -> None:
    assert filled.compare(POSTING, RESUME) == filled.match("resume", text=TEXT)["matches"][0]["match"]
    assert filled.compare(POSTING, RESUME, {"licence": 100})["score"] > 0


def test_a_match_can_be_looked_up_afterwards(filled: Client) -> None:
    answer = filled.match("resume", text=TEXT, limit=1)
    record = filled.get_match(answer["id"])
    assert (record["ranked"], [one["id"] for one in record["results"]]) == (2, ["p1"])
    assert answer["id"] in [one["id"] for one in filled.list_matches()]
    with pytest.raises(Problem, match="404 unknown-match"):
        filled.get_match("m_0")


# The service


def test_the_service_tells_how_it_is_and_what_it_knows(filled: Client) -> None:
    filled.live()
    assert filled.ready()["documents"] == {"postings": 2, "resumes": 2}
    assert filled.limits()["page"] == 200
    assert filled.vocabulary()["facets"]["modality"]["modality.trauma.emdr"].startswith("EMDR")
    assert "documents" in filled.metrics()


def test_a_problem_tells_every_place_that_is_at_fault(client: Client) -> None:
    with pytest.raises(Problem) as refused:
        client.put("posting", "p1", {"text": 5, "salary": 3})  # type: ignore[typeddict-item,typeddict-unknown-key]
    problem = refused.value
    assert (problem.status, problem.title, problem.type) == (422, "Unprocessable Entity", "urn:clinmatch:malformed-request")
    assert {one["pointer"] for one in problem.errors} == {"/text", "/salary"}
    assert problem.request_id
    assert str(problem).startswith("422 malformed-request: ")


def test_a_problem_reaches_another_process_whole() -> None:
    sent = Problem({"type": "urn:clinmatch:overloaded", "status": 503, "detail": "busy", "request_id": "q1"}, 2.0)
    assert vars(pickle.loads(pickle.dumps(sent))) == vars(sent)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """The address of a server that needs keys, and the keys of two of its tenants."""
    store = tmp_path_factory.mktemp("keyed") / "store.db"
    made = [
        subprocess.run(clinmatch("keys", "create", tenant, "--store", store), capture_output=True, text=True, check=True).stdout.split()[0]
        for tenant in ("north", "south")
    ]
    with serving(store, "--precision", "fp32", "--keys") as (_, address):
        yield address, made[0], made[1]


def test_without_a_key_that_opens_nothing_is_answered(keyed: tuple[str, str, str]) -> None:
    for key in (None, "cm_wrong"):
        with Client(keyed[0], key) as client:
            assert client.ready() == {"status": "ready", "documents": None, "versions": None}
            with pytest.raises(Problem, match="401 unauthenticated"):
                client.vocabulary()


def test_each_tenant_has_its_own_documents_and_matches(keyed: tuple[str, str, str]) -> None:
    address, *keys = keyed
    with Client(address, keys[0]) as north, Client(address, keys[1]) as south:
        north.put("posting", "p1", LCSW)
        assert [one["id"] for one in north.match("resume", text=TEXT)["matches"]] == ["p1"]
        assert south.match("resume", text=TEXT)["matches"] == []
        assert [one["status"] for one in south.bulk(_postings(2))] == [201, 201]
        assert len(list(north.list_documents("posting"))) == 1
        assert len(list(south.list_documents("posting"))) == 2


def test_keys_are_made_rotated_and_revoked(keyed: tuple[str, str, str]) -> None:
    address, key, _ = keyed
    with ExitStack() as held:
        owner = held.enter_context(Client(address, key))
        made = owner.create_key("reader", ["postings:read"], per_minute=5)
        reader = held.enter_context(Client(address, made["key"], retries=0))
        list(reader.list_documents("posting"))
        with pytest.raises(Problem, match="403 forbidden: this key lacks the scope postings:write"):
            reader.put("posting", "p1", LCSW)
        new = owner.rotate_key(made["id"])
        assert (new["name"], new["scopes"], new["per_minute"]) == ("reader", ["postings:read"], 5)
        list(held.enter_context(Client(address, new["key"])).list_documents("posting"))
        with pytest.raises(Problem, match="429 too-many-requests") as refused:
            _ = [list(reader.list_documents("posting")) for _ in range(6)]
        assert 0 < (refused.value.retry_after or 0) <= 120
        owner.revoke_key(new["id"])
        assert new["id"] not in [one["id"] for one in owner.list_keys()]
        with pytest.raises(Problem, match="401 unauthenticated"):
            list(held.enter_context(Client(address, new["key"])).list_documents("posting"))
        with pytest.raises(Problem, match="404 unknown-key"):
            owner.revoke_key(new["id"])


def test_a_client_does_not_show_its_key() -> None:
    client = Client("http://127.0.0.1:1", "cm_hidden")
    assert "hidden" not in repr(vars(client)) + repr(client)


# A connection that fails


@contextmanager
def between(address: str, *faults: Fault, retries: int = 3) -> Iterator[tuple[Client, Faulty]]:
    """A client whose requests go to the service over a connection with faults."""
    with faulty(address, *faults) as way, Client(way.address, retries=retries) as client:
        yield client, way


@pytest.mark.parametrize("status", [429, 503])
def test_a_request_comes_back_after_the_time_that_the_service_names(client: Client, address: str, status: int) -> None:
    with between(address, Refusal(status, "overloaded", "1")) as (retrying, way):
        retrying.put("posting", "p1", LCSW)
    first, second = way.seen
    assert 1 <= second.at - first.at < 3
    assert (first.method, first.path, first.body) == (second.method, second.path, second.body)
    assert client.get("posting", "p1")["document"]["title"] == "Therapist"


def test_a_time_to_come_back_may_be_a_date(client: Client, address: str) -> None:
    with between(address, Refusal(503, "", "Mon, 23 Nov 2020 00:00:00 GMT"), Refusal(503, "", "soon"), Refusal(503)) as (retrying, way):
        assert retrying.limits() == client.limits()
    assert len(way.seen) == 4


def test_a_time_to_come_back_that_is_too_long_is_left_to_the_caller(address: str) -> None:
    with between(address, Refusal(429, "quota-exceeded", "40000")) as (retrying, way):
        with pytest.raises(Problem, match="429 quota-exceeded") as refused:
            retrying.match("resume", text=TEXT)
        assert refused.value.retry_after == 40_000
    assert len(way.seen) == 1


def test_a_request_is_given_up_after_so_many_repetitions(address: str) -> None:
    with between(address, *[Refusal(503, "overloaded", "0")] * 5, retries=2) as (retrying, way), pytest.raises(Problem, match="503 overloaded"):
        retrying.vocabulary()
    assert len(way.seen) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 412, 413, 422, 500, 502])
def test_no_other_refusal_is_asked_again(address: str, status: int) -> None:
    with between(address, Refusal(status, "", "0")) as (retrying, way), pytest.raises(Problem) as refused:
        retrying.match("resume", text=TEXT)
    assert (refused.value.status, refused.value.type, len(way.seen)) == (status, "about:blank", 1)


@pytest.mark.parametrize("fault", [UNANSWERED, HALF])
def test_a_post_whose_answer_was_lost_is_sent_again_and_done_once(client: Client, address: str, fault: str) -> None:
    with between(address, fault) as (retrying, way):
        job = retrying.ingest(json.dumps(_postings(1)[0]).encode())
    first, second = way.seen
    assert [one["id"] for one in client.list_ingests()][-1:] == [job["id"]]
    assert (first.key, first.body) == (second.key, second.body)
    assert second.answer is not None
    assert second.answer.headers["Idempotent-Replayed"] == "true"


def test_a_post_that_is_still_under_way_after_a_cut_is_waited_for(client: Client, address: str) -> None:
    with between(address, UNANSWERED, Refusal(409, "idempotency-key-in-use", "0")) as (retrying, way):
        assert retrying.compare(LCSW, RESUME)["standing"] == "E"
    assert len({one.key for one in way.seen}) == 1
    with between(address, Refusal(409, "idempotency-key-in-use", "0")) as (retrying, way), pytest.raises(Problem, match="409 idempotency-key-in-use"):
        retrying.compare(LCSW, RESUME)


def test_every_post_has_a_key_of_its_own(address: str) -> None:
    with between(address) as (passing, way):
        for _ in range(2):
            passing.compare(LCSW, RESUME)
        passing.compare(LCSW, RESUME, idempotency_key="mine")
    assert len({one.key for one in way.seen}) == 3
    assert way.seen[2].key == "mine"


def test_a_deletion_or_a_write_under_a_condition_that_may_have_arrived_is_not_repeated(client: Client, address: str) -> None:
    client.put("posting", "p1", LCSW)
    with between(address, UNANSWERED) as (retrying, way), pytest.raises(httpx.RemoteProtocolError):
        retrying.delete("posting", "p1")
    assert len(way.seen) == 1
    with between(address, UNANSWERED) as (retrying, way), pytest.raises(httpx.RemoteProtocolError):
        retrying.put("posting", "p1", LCSW, if_none_match="*")
    assert len(way.seen) == 1
    assert [one["id"] for one in client.list_documents("posting")] == ["p1"]


def test_a_plain_write_whose_answer_was_lost_is_repeated(client: Client, address: str) -> None:
    with between(address, UNANSWERED, UNANSWERED) as (retrying, way):
        assert retrying.put("posting", "p1", LCSW)["tag"] == client.get("posting", "p1")["tag"]
    assert len(way.seen) == 3


def test_a_service_that_is_not_there_is_asked_so_many_times() -> None:
    began = time.monotonic()
    with Client(f"http://127.0.0.1:{free_port()}", retries=2) as client, pytest.raises(httpx.ConnectError):
        client.delete("posting", "p1")
    assert time.monotonic() - began >= 0.375  # at least half of each pause


def test_a_bulk_load_that_is_cut_goes_on_at_the_first_line_without_a_status(client: Client, address: str) -> None:
    sent = _postings(8)
    with between(address, HALF, HALF, UNANSWERED) as (loading, way):
        statuses = list(loading.bulk(sent))
    assert [one["line"] for one in statuses] == list(range(1, 9))
    assert {one["status"] for one in statuses} <= {200, 201}  # 200 for what was stored before the cut
    firsts = [int(httpx.URL(one.path).params["first_line"]) for one in way.seen]
    assert firsts[0] == 1
    assert firsts == sorted(firsts)
    assert firsts[-1] > firsts[1] > 1
    assert len(list(client.list_documents("posting"))) == 8


def test_a_bulk_load_that_gets_nowhere_is_given_up(address: str) -> None:
    with between(address, *[UNANSWERED] * 20, retries=1) as (loading, way), pytest.raises(httpx.RemoteProtocolError):
        list(loading.bulk(_postings(1)))
    assert len(way.seen) <= 4


def test_an_ingest_is_watched_over_a_cut_connection(client: Client, address: str) -> None:
    job = client.ingest(json.dumps(_postings(1)[0]).encode())
    with between(address, HALF, UNANSWERED) as (watching, way):
        assert watching.wait_ingest(job["id"])["state"] == "done"
    assert len(way.seen) == 3
    with between(address, *[UNANSWERED] * 20, retries=0) as (watching, _), pytest.raises(httpx.RemoteProtocolError):
        watching.wait_ingest(job["id"])
