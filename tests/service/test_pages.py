"""The page for people."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from service.pages import POLICY
from tests.service.conftest import NURSE, POSTING, RESUME


class Page(HTMLParser):
    """What a browser would see: elements with attributes, and the text by element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All visible words."""
        return " ".join("".join(self.words).split())

    def names(self) -> set[str]:
        """The elements that occur."""
        return {tag for tag, _ in self.tags}


def _page(client: TestClient, kind: str | None = None, text: str = "", status: int = 200) -> Page:
    answer = client.get("/") if kind is None else client.post("/", data={"kind": kind, "text": text})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    return Page(answer.text)


def test_the_front_page_has_the_form_and_counts_what_is_stored(filled: TestClient) -> None:
    page = _page(filled)
    assert "2 postings and 2 resumes are stored here" in page.text
    assert [attrs["value"] for tag, attrs in page.tags if tag == "input" and "checked" in attrs] == ["resume"]
    assert "article" not in page.names()


def test_the_policy_allows_no_script_and_no_other_site() -> None:
    assert POLICY.startswith("default-src 'none'; ")
    assert "script-src" not in POLICY
    assert "http" not in POLICY


def test_no_page_has_a_script_or_a_handler_or_leads_elsewhere(filled: TestClient) -> None:
    for page in (_page(filled), _page(filled, "resume", RESUME["text"]), _page(filled, "resume", "", 422)):
        assert "script" not in page.names()
        assert "style" not in page.names()
        for _, attrs in page.tags:
            assert not any(name.startswith("on") or name == "style" for name in attrs)
            assert all(str(attrs[name]).startswith("/") for name in ("href", "src", "action") if name in attrs)


def test_the_style_of_the_page_is_served(client: TestClient) -> None:
    answer = client.get("/static/page.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert ".score" in answer.text


def test_a_pasted_resume_shows_postings_with_the_scores_of_the_service(filled: TestClient) -> None:
    page = _page(filled, "resume", RESUME["text"])
    matches = filled.post("/v1/match", json={"query": {"kind": "resume", "text": RESUME["text"]}}).json()["matches"]
    assert "2 best of 2" in page.text
    assert page.text.index(str(POSTING["title"])) < page.text.index(str(NURSE["title"]))
    for found in matches:
        assert f"{found['match']['score']:.0f} {found['title']}" in page.text
        assert found["match"]["summary"] in page.text
        for part in found["match"]["parts"]:
            assert f"{part['points']:.2f} of {part['possible']:.2f}" in page.text
            assert all(" ".join(quote["words"].split()) in page.text for quote in (*part["posting"], *part["resume"]))


def test_a_pasted_posting_shows_resumes_by_their_ids(filled: TestClient) -> None:
    page = _page(filled, "posting", f"{POSTING['title']}\n{POSTING['place']}\n{POSTING['text']}")
    assert page.text.index(" r1 ") < page.text.index(" r2 ")
    assert [attrs["value"] for tag, attrs in page.tags if tag == "input" and "checked" in attrs] == ["posting"]


def test_a_pasted_text_is_not_kept(filled: TestClient) -> None:
    _page(filled, "resume", RESUME["text"])
    assert filled.get("/readyz").json()["versions"]["sequence"] == 4


def test_with_nothing_stored_the_page_says_how_to_load(client: TestClient) -> None:
    page = _page(client, "resume", RESUME["text"])
    assert "Nothing is stored to match with. Load documents first: clinmatch ingest FILE" in page.text


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}'


def test_hostile_html_in_every_field_is_shown_as_words(client: TestClient) -> None:
    fields = {name: f"{name} {HOSTILE}" for name in ("title", "employer")}
    client.put("/v1/postings/p1", json={**POSTING, **fields, "text": f"LCSW {HOSTILE} in Texas required."})
    page = _page(client, "resume", f"{RESUME['text']} </textarea>{HOSTILE}")
    assert page.names().isdisjoint({"script", "img"})
    assert f"title {HOSTILE}" in page.text
    assert f"employer {HOSTILE}" in page.text
    assert f"</textarea>{HOSTILE}" in page.text


def test_hostile_html_in_an_id_is_shown_as_words(client: TestClient) -> None:
    client.put("/v1/resumes/%3Cscript%3Ealert(1)%3C%2Fscript%3E", json=RESUME)
    page = _page(client, "posting", str(POSTING["text"]))
    assert "script" not in page.names()
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("resume", "", "text: is empty"),
        ("posting", " \r\n ", "text: is empty"),
        ("resume", "*** 123", "text: holds no letters, only digits or symbols; nothing can be read from it"),
        ("resume", "LCSW\0", "text: holds a NUL character at position 4"),
        ("resume", "a" * 200_001, "text: has 200,001 characters, at most 200,000 are taken"),
        ("resume", "We like cheese.", "nothing clinical was found in the text: no licence, degree, method, setting or duty; there is nothing to match"),
        ("<b>", "LCSW", "kind: is '<b>', must be one of posting, resume"),
    ],
    ids=["empty", "blank", "symbols", "NUL", "long", "cheese", "kind"],
)
def test_a_text_that_cannot_be_matched_is_answered_with_the_field_and_the_reason(client: TestClient, kind: str, text: str, reason: str) -> None:
    page = _page(client, kind, text, 422)
    assert reason in page.text
    assert "article" not in page.names()


def test_what_was_pasted_stays_in_the_form(client: TestClient) -> None:
    assert "We like cheese & <wine>." in _page(client, "posting", "We like cheese & <wine>.", 422).text


def test_a_form_without_its_fields_is_answered_with_the_reason(client: TestClient) -> None:
    answer = client.post("/", content=b"")
    assert answer.status_code == 422
    assert "kind: is &#39;&#39;, must be one of posting, resume" in answer.text


def test_a_form_of_many_fields_is_refused(client: TestClient) -> None:
    answer = client.post("/", content="&".join(f"a{number}=1" for number in range(100)))
    assert (answer.status_code, answer.json()["detail"]) == (422, "form: has too many fields")


def test_a_form_that_is_not_utf_8_is_read_as_far_as_it_is(filled: TestClient) -> None:
    answer = filled.post("/", content=b"kind=resume&text=LCSW+licensed+in+Texas+%FF")
    assert answer.status_code == 200
    assert str(POSTING["title"]) in answer.text
