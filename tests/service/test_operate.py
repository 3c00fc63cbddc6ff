"""The operator's page: what it shows of the service, what it starts, and what it never shows."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from math import inf
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from matcher.document import Kind
from matcher.matcher import LOCAL, Matcher
from service.compose import Service
from service.health import CHECKS
from service.ingests import Ingest
from service.observe import Traffic, together
from service.pages.operate import Loading, duration, moment, quick, size
from service.pages.operate import _loading as loading
from service.recent import KEPT
from tests.service.conftest import POSTING, RESUME, app_over
from tests.service.test_pages import Page, page

LINE = '{"id": "p%d", "kind": "posting", "text": "LCSW licensed in Texas required."}'
BAD = '{"id": "q", "kind": "posting", "text": "***"}'
HOSTILE = '"><script>alert(1)</script>{{ 7 * 7 }}'
POSTS = ("/operate/checks", "/operate/ingests", "/operate/ingests/i_1/cancel", "/operate/keys", "/operate/keys/1/rotate", "/operate/keys/1/revoke")
FOREIGN = (
    {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
)  # fmt: skip


def _service(client: TestClient) -> Service:
    found: Service = client.app_state["service"]
    return found


def _load(client: TestClient, body: str, name: str = "some.jsonl", status: int = 303, **fields: str) -> str:
    answer = client.post("/operate/ingests", files={"file": (name, body.encode())}, data=fields, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.headers["location"] if status == 303 else Page(answer.text).text


def _finished(client: TestClient) -> list[Ingest]:
    until = time.monotonic() + 20
    while any(job.state in ("waiting", "running") for job in _service(client).ingests.list(LOCAL)):
        assert time.monotonic() < until
        time.sleep(0.02)
    return _service(client).ingests.list(LOCAL)


def _told(client: TestClient) -> str:
    """The words of the page, those of each element apart."""
    return " ".join(" ".join(page(client, "/operate").words).split())


def _made(client: TestClient, **fields: Any) -> str:
    """The words of a new key."""
    answer = client.post("/operate/keys", data={"tenant": "acme", "name": "feed", "scope": ["match", "postings:read"], "per_minute": "60", **fields})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return re.findall(r"cm_[0-9a-f_]{90}", answer.text)[0]


def test_it_tells_counts_versions_files_and_traffic(filled: TestClient) -> None:
    filled.post("/texts", data={"kind": "resume", "text": RESUME["text"]})
    filled.get("/v1/postings/none")
    text = _told(filled)
    assert "Postings 2 Resumes 2 Changes stored 4 Pasted texts in memory 1" in text
    assert "Model word-length@fp32" in text
    assert f"Licences judged as of {_service(filled).matcher.today}" in text
    assert str(_service(filled).settings.store) in text
    assert "put_posting 2 0 0" in text
    assert "get_posting 1 1 0" in text
    assert "operate 1" not in text  # its own requests would hide those that count


def test_an_empty_service_says_so(client: TestClient) -> None:
    text = _told(client)
    for words in ("Nothing was loaded", "None since the start", "No key was made yet", "Half answered within –"):
        assert words in text


def test_it_leads_from_every_address_that_a_form_answered_at(client: TestClient) -> None:
    for part in ("checks", "ingests", "keys"):
        assert client.get(f"/operate/{part}", follow_redirects=False).headers["location"] == f"/operate#{part}"
    assert client.get("/operate/other", follow_redirects=False).headers["location"] == "/operate"


def test_the_checks_are_those_of_the_doctor_with_their_times(filled: TestClient) -> None:
    text = Page(filled.post("/operate/checks").text).text
    assert f"All {len(CHECKS)} checks are well" in text
    for name in CHECKS:
        assert re.search(rf"{name}, well: .+ [0-9,]+ ms", text)
    _service(filled).settings.secret.unlink()
    text = Page(filled.post("/operate/checks").text).text
    assert f"1 of {len(CHECKS)} checks found something wrong" in text
    assert "secret, wrong: " in text


def test_a_file_is_loaded_and_its_refused_lines_are_listed(client: TestClient) -> None:
    assert _load(client, "\n".join([LINE % 1, BAD, LINE % 2])) == "/operate#ingests"
    assert [(job.state, job.taken, job.refused) for job in _finished(client)] == [("done", 2, 1)]
    shown = page(client, "/operate")
    assert "2 taken, 1 refused" in shown.text
    assert "Why 1 line was refused line 2 text holds no letters" in shown.text
    assert "100 percent gone through: 2 taken, 1 refused" in shown.all("svg", "aria-label")
    assert client.get("/v1/postings/p1").status_code == 200


@pytest.mark.parametrize(
    ("name", "body", "fields", "taken"),
    [
        ("a.csv", "id,kind,text\np1,posting,LCSW wanted\n", {}, 1),
        ("a.CSV", "Nr,What\np1,LCSW wanted\n", {"kind": "posting", "mapping": '{"Nr": "id", "What": "text"}'}, 1),
        ("a.txt", "id,text\nr1,LCSW\nr2,LPC\n", {"format": "csv", "kind": "resume"}, 2),
        ("a.json", '{"@type": "JobPosting", "identifier": "p1", "title": "LCSW", "description": "LCSW wanted"}', {"format": "jobposting"}, 1),
        ("a.json", '{"basics": {"name": "Jane Roe", "label": "LCSW", "summary": "EMDR"}, "id": "r1"}', {"format": "jsonresume"}, None),
    ],
)
def test_every_format_is_loaded(client: TestClient, name: str, body: str, fields: dict[str, str], taken: int | None) -> None:
    _load(client, body, name, **fields)
    (job,) = _finished(client)
    assert job.state == "done"
    assert taken is None or job.taken == taken, job.refusals
    assert page(client, "/operate").text.count("lines a second") == 1


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("", {}, "file: was not chosen"),
        ("a.json", {}, "format: cannot be told from the name of the file"),
        ("a.jsonl", {"format": "xml"}, "format: cannot be told"),
        ("a.jsonl", {"kind": "job"}, "kind: is 'job', must be one of posting, resume, or nothing"),
        ("a.jsonl", {"format": "jsonresume", "kind": "posting"}, "jsonresume is a format of resumes, not of postings"),
        ("a.csv", {"mapping": "{"}, "mapping: is not JSON"),
    ],
)
def test_a_load_that_cannot_be_is_refused_with_the_reason(client: TestClient, name: str, fields: dict[str, str], told: str) -> None:
    answer = client.post("/operate/ingests", files={"file": (name, b"{}")} if name else None, data=fields, follow_redirects=False)
    assert answer.status_code == 422
    assert told in Page(answer.text).text
    assert _service(client).ingests.list(LOCAL) == []


class Slow(Matcher):
    """A matcher that stores a batch in a while."""

    def put(self, *given: Any) -> Any:
        time.sleep(0.1)
        return super().put(*given)


@pytest.fixture
def slow(matcher: Matcher, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(app_over(Slow(matcher.vocabulary, matcher._reader, matcher.encoder, matcher.index), tmp_path)) as client:
        yield client


def test_a_list_with_an_open_load_follows_it_and_the_load_can_be_cancelled(slow: TestClient) -> None:
    _load(slow, "\n".join(LINE % number for number in range(2000)))
    shown = page(slow, "/operate")
    assert ("div", "every 2s") in [(tag, attrs.get("hx-trigger")) for tag, attrs in shown.tags]
    (action,) = [one for one in shown.all("form", "action") if one.endswith("/cancel")]
    assert slow.post(action, follow_redirects=False).headers["location"] == "/operate#ingests"
    assert [job.state for job in _finished(slow)] == ["cancelled"]
    shown = page(slow, "/operate")
    assert not any(attrs.get("hx-trigger") for _, attrs in shown.tags)
    assert "cancelled" in shown.text
    assert slow.post("/operate/ingests/i_none/cancel").status_code == 404


def _job(**more: Any) -> Ingest:
    return Ingest("i_1", more.pop("state", "running"), "jsonl", None, None, 10, 100.0, **more)


def test_a_load_tells_its_share_its_pace_and_the_time_left() -> None:
    shown = loading(_job(lines=50, taken=40, refused=10, at=50, length=200), 110.0)
    assert shown == Loading(shown.job, True, "loading", 0.25, 20.0, 5.0, "5 lines a second, about 30 s left")
    assert loading(_job(lines=50, taken=50), 110.0).words == "5 lines a second"  # how long the body is is not known
    waiting = loading(_job(state="waiting", length=200), 110.0)
    assert (waiting.state, waiting.share, waiting.words) == ("waiting", 0.0, "")
    done = loading(_job(state="done", finished=105.0, lines=50, taken=50), 110.0)
    assert (done.open, done.share, done.taken, done.words) == (False, 1.0, 100.0, "10 lines a second")


def test_failures_are_listed_newest_first_without_anything_they_held(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/v1/postings/Canary-path?Canary-query=1")
    client.post("/v1/match", json={"query": {"kind": "resume", "text": "Canary-text likes cheese"}}, headers={"X-Request-ID": "abc-1"})
    client.request("CANARY", "/v1/postings")

    def fail(kind: Kind, id: str, tenant: str) -> None:
        raise KeyError(id)

    monkeypatch.setattr(_service(client).matcher, "get", fail)
    client.get("/v1/postings/Canary-bug")
    shown = page(client, "/operate").text
    bug = re.search(r"500 ours get_posting GET internal KeyError at test_operate\.py:\d+", shown)
    refused = shown.index("422 match POST nothing-to-read abc-1")
    assert bug
    assert bug.start() < shown.index("405") < refused < shown.index("422 get_posting GET malformed-request")
    assert "canary" not in shown.lower().replace("test_operate.py", "")


def test_a_refused_form_of_a_page_is_listed_by_its_problem(client: TestClient) -> None:
    client.post("/texts", data={"kind": "resume", "text": "We like cheese."})
    assert "422 bring POST nothing-to-read" in page(client, "/operate").text


def test_only_the_last_failures_are_kept(client: TestClient) -> None:
    for _ in range(KEPT + 5):
        client.get("/nowhere")
    assert len(_service(client).metrics.recent.listed()) == KEPT
    assert page(client, "/operate").text.count("no such address") == KEPT


def test_a_key_is_made_shown_once_and_opens_what_it_may(client: TestClient) -> None:
    words = _made(client)
    caller = _service(client).keyring.opened(words, time.time())
    assert caller
    assert (caller.tenant, caller.scopes) == ("acme", {"match", "postings:read"})
    assert caller.limits
    assert caller.limits.per_minute == 60
    shown = client.get("/operate").text
    assert words not in shown
    assert words.split("_")[2] not in shown
    assert f"acme feed {words.split('_')[1]} read postings, match 60" in _told(client)


def test_a_key_is_replaced_and_revoked_in_any_tenant(client: TestClient) -> None:
    words = _made(client, tenant="north")
    id = words.split("_")[1]
    answer = client.post(f"/operate/keys/{id}/rotate")
    (again,) = re.findall(r"cm_[0-9a-f_]{90}", answer.text)
    assert again != words
    assert "replaced until" in Page(answer.text).text
    ring = _service(client).keyring
    assert ring.opened(words, time.time())
    for one in (words, again):
        revoked = client.post(f"/operate/keys/{one.split('_')[1]}/revoke", follow_redirects=False)
        assert (revoked.status_code, revoked.headers["location"]) == (303, "/operate#keys")
        assert ring.opened(one, time.time()) is None
    assert client.post(f"/operate/keys/{id}/revoke").status_code == 404
    assert "No key was made yet" in page(client, "/operate").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"tenant": "Acme Inc."}, "tenant: is 'Acme Inc.', must be lowercase letters"),
        ({"tenant": LOCAL}, "and not 'local'"),
        ({"scope": []}, "scopes: must be some of"),
        ({"scope": ["all"]}, "scopes: 'all' is none of"),
        ({"per_minute": "0"}, "per_minute: is '0', must be a number from 1 to 1,000,000"),
        ({"per_minute": "²"}, "per_minute: is '²'"),
        ({"name": "n" * 3000}, "name: has 3000 characters"),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_the_reason(client: TestClient, fields: Mapping[str, Any], told: str) -> None:
    answer = client.post("/operate/keys", data={"tenant": "acme", "name": "", "scope": ["match"], "per_minute": "60", **fields})
    assert answer.status_code == 422
    assert told in Page(answer.text).text
    assert _service(client).keyring.keys(time.time()) == []


def test_hostile_words_are_shown_as_words(client: TestClient) -> None:
    _made(client, name=HOSTILE)
    _load(client, '{"id": "p1", "kind": "posting", "text": "LCSW", "<script>": 1}')
    _finished(client)
    shown = page(client, "/operate")
    assert HOSTILE in shown.text
    assert all("src" in attrs for tag, attrs in shown.tags if tag == "script")
    assert not any(name == "style" or name.startswith("on") for _, attrs in shown.tags for name in attrs)


def test_every_form_of_the_page_is_among_those_that_foreign_pages_may_not_send(client: TestClient) -> None:
    _made(client)
    _load(client, LINE % 1)
    shape = [re.sub(r"(?<=/)(i_)?[0-9a-f]{16,}(?=/)", "*", one.partition("#")[0]) for one in page(client, "/operate").all("form", "action")]
    assert set(shape) <= {re.sub(r"/(i_)?1(?=/)", "/*", one) for one in POSTS}


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", POSTS)
def test_the_page_of_another_site_can_send_none_of_the_forms(client: TestClient, path: str, headers: dict[str, str]) -> None:
    fields: dict[str, Any] = {"tenant": "acme", "scope": "match", "per_minute": "60"}
    answer = client.post(path, data=fields, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:clinmatch:forbidden")
    assert _service(client).keyring.keys(time.time()) == []
    assert _service(client).ingests.list(LOCAL) == []


def test_a_service_with_keys_has_no_such_page(keyed: tuple[TestClient, Service]) -> None:
    client, service = keyed
    words = service.keyring.create("acme", "", ["keys", "metrics"], time.time())[1]
    assert client.get("/operate", headers={"Authorization": f"Bearer {words}"}).status_code == 404


def test_shares_of_the_times_are_even_within_the_steps_in_which_they_were_counted() -> None:
    one = Traffic("a", Counter({"2": 10}), Counter({0.1: 5, 0.2: 9, inf: 10}))
    assert [one.quantile(share) for share in (0.2, 0.5, 0.7, 0.9, 0.95)] == [0.04, 0.1, pytest.approx(0.15), 0.2, 0.2]
    assert Traffic("b", Counter(), Counter()).quantile(0.5) is None
    both = together([one, Traffic("c", Counter({"2": 5, "5": 5}), Counter({0.1: 10, 0.2: 10, inf: 10}))])
    assert (both.answered, both.statuses["5"], both.quantile(0.75)) == (20, 5, 0.1)


def test_times_and_sizes_are_told_as_people_say_them() -> None:
    assert [duration(one) for one in (0.2, 59, 61, 3_661, 90_000)] == ["0 s", "59 s", "1 min 1 s", "1 h 1 min", "1 d 1 h"]
    assert [size(one) for one in (0, 2_048, 5 << 20, 3 << 30)] == ["0 KB", "2 KB", "5.0 MB", "3.00 GB"]
    assert [quick(one) for one in (None, 0.0034, 2.25)] == ["–", "3 ms", "2.2 s"]
    assert re.fullmatch(r"\d\d \w{3} \d\d:\d\d:\d\d", moment(time.time()))
    assert re.fullmatch(r"\d\d \w{3} 2001 \d\d:\d\d", moment(1_000_000_000.0))


def test_a_document_is_counted_at_once(client: TestClient) -> None:
    client.put("/v1/postings/p1", json=POSTING)
    assert "Postings 1 Resumes 0" in _told(client)
