"""The pages for people, as HTML: what they say, what they refuse, and what they keep."""

from __future__ import annotations

import re
import threading
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from matcher.document import Kind
from service.pages.examples import EXAMPLES
from service.pages.web import FILES, POLICY, SUMS, asset
from tests.service.conftest import NURSE, POSTING, RESUME

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PUBLISHED = {  # sha384 of the files in the packages htmx.org 2.0.11 and @picocss/pico 2.1.1
    "htmx-2.0.11.min.js": "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg",
    "pico-2.1.1.min.css": "L1dWfspMTHU/ApYnFiMz2QID/PlP1xCW9visvBdbEkOLkSSWsP6ZJWhPw6apiXxU",
}
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}=cmd|calc!A1 \u202egnp.exe'


class Page(HTMLParser):
    """What a browser would see: elements with attributes, and the words."""

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
        """All words."""
        return " ".join("".join(self.words).split())

    def all(self, tag: str, name: str) -> list[str]:
        """The values of an attribute of all elements of a name."""
        return [str(attrs[name]) for own, attrs in self.tags if own == tag and name in attrs]


def page(client: TestClient, path: str, status: int = 200) -> Page:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"
    return Page(answer.text)


def bring(client: TestClient, kind: str, text: object, status: int = 303) -> str:
    """Where a pasted text leads; the page itself where it is refused."""
    answer = client.post("/texts", data={"kind": kind, "text": str(text)}, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.headers["location"] if status == 303 else answer.text


@pytest.fixture
def resume(filled: TestClient) -> str:
    """The address of a pasted resume."""
    return bring(filled, "resume", RESUME["text"])


@pytest.fixture
def posting(filled: TestClient) -> str:
    """The address of a pasted posting."""
    return bring(filled, "posting", f"{POSTING['title']}\n{POSTING['place']}\n{POSTING['text']}")


def test_the_front_pages_count_what_is_stored(filled: TestClient) -> None:
    assert "2 postings are here" in page(filled, "/").text
    hire = page(filled, "/hire")
    assert "2 clinicians are here, shown without their names" in hire.text
    assert hire.all("option", "value") == ["p1", "p2"]


def test_the_policy_allows_this_site_and_nothing_inline() -> None:
    assert POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_no_page_has_inline_script_or_style_or_leads_elsewhere(filled: TestClient, resume: str, posting: str) -> None:
    shown = page(filled, resume)
    addresses = [f"{resume}{rest}" for rest in ("", "/reading", "/match/1", "/beside?with=1&with=2")] + [
        f"{posting}{rest}" for rest in ("", "/reading", "/demands")
    ]
    for one in [shown, *(page(filled, address) for address in ("/", "/hire", *addresses)), page(filled, "/texts/none", 404)]:
        assert "style" not in {tag for tag, _ in one.tags}
        assert all("src" in attrs and attrs.get("integrity") for tag, attrs in one.tags if tag == "script")
        for _, attrs in one.tags:
            assert not any(name.startswith(("on", "hx-on")) or name == "style" for name in attrs)
            assert all(str(attrs[name]).startswith(("/", "#", "?")) for name in ("href", "src", "action") if name in attrs)


def test_the_files_beside_the_pages_are_named_by_their_content_and_kept_by_browsers(client: TestClient) -> None:
    for name, data in FILES.items():
        answer = client.get(asset(name))
        assert (answer.status_code, answer.content) == (200, data)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/none.css").status_code == 404
    assert client.get("/static/..%2Fweb.py").status_code == 404


def test_the_vendored_files_are_those_that_were_published() -> None:
    assert {name: SUMS[name] for name in PUBLISHED} == PUBLISHED


def test_the_ranked_list_has_the_scores_and_words_of_the_service(filled: TestClient, resume: str) -> None:
    shown = page(filled, resume)
    matches = filled.post("/v1/match", json={"query": {"kind": "resume", "text": RESUME["text"]}}).json()["matches"]
    assert "All 2 postings, best first" in shown.text
    assert shown.text.index(str(POSTING["title"])) < shown.text.index(str(NURSE["title"]))
    for found in matches:
        assert f"{found['match']['score']:.0f}" in shown.text
        assert found["match"]["question"] is None or found["match"]["question"] in shown.text
        for name in ("in_common", "missing", "not_stated"):
            assert all(words in shown.text for words in found["match"][name][:8])


def test_one_match_shows_every_part_and_both_texts(filled: TestClient, resume: str) -> None:
    page(filled, resume)
    shown = page(filled, f"{resume}/match/1")
    [best, _] = filled.post("/v1/match", json={"query": {"kind": "resume", "text": RESUME["text"]}}).json()["matches"]
    for part in best["match"]["parts"]:
        assert f"{part['points']:.2f} of {part['possible']:.2f}" in shown.text
    assert " ".join(str(POSTING["text"]).split()) in shown.text
    assert " ".join(RESUME["text"].split()) in shown.text
    keys = {key for own in shown.all("mark", "class") for key in own.split() if key.startswith("k")}
    assert keys <= {key for own in shown.all("tr", "class") for key in own.split()}


def test_marks_stand_over_the_words_that_the_service_quotes(filled: TestClient, resume: str) -> None:
    page(filled, resume)
    html = re.sub(r'<span id="[^"]*"></span>', "", filled.get(f"{resume}/match/1").text)
    [best, _] = filled.post("/v1/match", json={"query": {"kind": "resume", "text": RESUME["text"]}}).json()["matches"]
    for at, part in enumerate(best["match"]["parts"]):
        if part["name"] == "modalities":
            runs = re.findall(rf'(?:<mark class="[^"]*\bk{at}\b[^"]*"[^>]*>[^<]*</mark>)+', html)
            marked = [re.sub(r"<[^>]*>", "", run) for run in runs]
            assert all(quote["words"] in marked for quote in (*part["posting"], *part["resume"]))


def test_why_one_stands_above_another_adds_up(filled: TestClient, resume: str) -> None:
    page(filled, resume)
    shown = page(filled, f"{resume}/beside?with=2&with=1")
    scores = [found["match"]["score"] for found in filled.post("/v1/match", json={"query": {"kind": "resume", "text": RESUME["text"]}}).json()["matches"]]
    assert f"{POSTING['title']} is above {NURSE['title']} by {scores[0] - scores[1]:.2f} points" in shown.text


@pytest.mark.parametrize("chosen", ["with=1", "", "with=1&with=1", "with=9&with=1"])
def test_a_comparison_of_too_few_or_of_unknown_ones_is_refused_in_words(filled: TestClient, resume: str, chosen: str) -> None:
    page(filled, resume)
    answer = filled.get(f"{resume}/beside?{chosen}")
    assert answer.status_code in (404, 422)
    assert "That did not work" in answer.text


def test_filters_stand_before_the_search_and_a_bad_one_is_refused(filled: TestClient, resume: str) -> None:
    assert "1 of 2 postings pass these filters" in page(filled, f"{resume}?state=CO").text
    assert "Nothing passes these filters" in page(filled, f"{resume}?state=CO&mode=remote").text
    assert "colour" not in page(filled, f"{resume}?colour=red").text
    assert "Nowhere" in page(filled, f"{resume}?state=Nowhere", 422).text
    assert "pay: is 'much', must be a number" in page(filled, f"{resume}?pay=much", 422).text


def test_the_list_can_be_parted_by_standing(filled: TestClient, resume: str) -> None:
    matches = filled.post("/v1/match", json={"query": {"kind": "resume", "text": RESUME["text"]}}).json()["matches"]
    for standing in "ENU":
        own = [found for found in matches if found["match"]["standing"] == standing]
        assert len(page(filled, f"{resume}?standing={standing}").all("article", "aria-labelledby")) == len(own)


def test_a_pasted_text_is_not_stored_until_its_person_says_so_and_then_erased(filled: TestClient, resume: str) -> None:
    for rest in ("", "/reading", "/match/1"):
        page(filled, resume + rest)
    before = filled.get("/readyz").json()
    assert (before["documents"]["resumes"], before["versions"]["sequence"]) == (2, 4)
    assert filled.get("/v1/matches").json()["matches"] == []
    for _ in range(2):  # twice is once
        assert filled.post(f"{resume}/keep").status_code == 200
    assert filled.get("/readyz").json()["documents"]["resumes"] == 3
    assert "and the copy that was kept is removed from the store" in Page(filled.post(f"{resume}/erase").text).text
    assert filled.get("/readyz").json()["documents"]["resumes"] == 2
    for rest in ("", "/reading", "/match/1"):
        assert "no longer here" in page(filled, resume + rest, 404).text
    assert filled.post(f"{resume}/keep").status_code == 404


def test_what_was_kept_is_the_text_with_its_corrections(filled: TestClient, resume: str) -> None:
    filled.post(f"{resume}/corrections", data={"what": "licence", "title": "lmft", "state": "CO", "status": "ACTIVE"})
    filled.post(f"{resume}/keep")
    [own] = [one for one in filled.get("/v1/resumes").json()["documents"] if one["id"].startswith("resume-")]
    assert "LMFT CO" in own["licences"]


def test_a_correction_is_read_and_recomputes_the_list(filled: TestClient, resume: str) -> None:
    assert "LCSW (TX)" in page(filled, resume).text
    filled.post(f"{resume}/corrections", data={"strike": "licence:LCSW@TX"})
    assert "LCSW (TX)" not in page(filled, resume).text
    assert "struck out by you" in filled.get(f"{resume}/reading").text
    filled.post(f"{resume}/corrections", data={"what": "licence", "title": "PMHNP", "state": "CO", "status": "ACTIVE"})
    filled.post(f"{resume}/corrections", data={"what": "facts", "state": "CO", "years": "7"})
    shown = page(filled, resume)
    assert "PMHNP (CO)" in shown.text
    assert "7 years" in shown.text
    assert shown.text.index(str(NURSE["title"])) < shown.text.index(str(POSTING["title"]))
    filled.post(f"{resume}/corrections", data={"what": "none"})
    assert "LCSW (TX)" in page(filled, resume).text


def test_a_kept_copy_follows_corrections_and_can_be_withdrawn_by_its_address_alone(filled: TestClient, resume: str) -> None:
    filled.post(f"{resume}/keep")
    [withdrawal] = [value for value in page(filled, resume).all("input", "value") if "/withdraw/" in value]
    filled.post(f"{resume}/corrections", data={"strike": "licence:LCSW@TX"})
    [own] = [one for one in filled.get("/v1/resumes").json()["documents"] if one["id"].startswith("resume-")]
    assert own["licences"] == []
    assert page(filled, withdrawal).all("form", "action") == [withdrawal.removeprefix("http://testserver")]
    assert "Erased" in Page(filled.post(withdrawal).text).text
    assert filled.get("/readyz").json()["documents"]["resumes"] == 2
    assert page(filled, withdrawal, 404)
    assert page(filled, f"{withdrawal}x", 404)


def test_one_who_keeps_and_corrects_at_once_keeps_one_copy_with_all_corrections(filled: TestClient, resume: str) -> None:
    threads = [threading.Thread(target=filled.post, args=(f"{resume}/keep",)) for _ in range(2)]
    threads += [threading.Thread(target=filled.post, args=(f"{resume}/corrections",), kwargs={"data": _held("LMFT")})]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [own] = [one for one in filled.get("/v1/resumes").json()["documents"] if one["id"].startswith("resume-")]
    assert "LMFT TX" in own["licences"]
    filled.post(f"{resume}/erase")
    assert filled.get("/readyz").json()["documents"]["resumes"] == 2


def _held(title: str) -> dict[str, str]:
    return {"what": "licence", "title": title, "state": "TX", "status": "ACTIVE"}


def test_a_statement_takes_the_place_of_what_the_text_says_and_can_be_taken_back(filled: TestClient, resume: str) -> None:
    shown = Page(filled.post(f"{resume}/corrections", data={**_held("LCSW"), "status": "EXPIRED"}).text)
    assert "LCSW, TX lapsed or in the past" in shown.text
    assert "Added: LCSW, TX." in shown.text
    assert "was not understood" not in shown.text
    assert "Added: LCSW, TX." not in page(filled, f"{resume}/reading").text
    filled.post(f"{resume}/corrections", data={"strike": "licence:LCSW@TX"})
    assert "no licence read" in page(filled, resume).text


def test_odd_addresses_are_answered_with_pages(filled: TestClient, resume: str) -> None:
    assert page(filled, f"{resume}?show=0")
    assert "1 of 2 postings pass" in page(filled, f"{resume}?pay=60k&silent=yes&state=CO").text
    assert filled.get("/texts", follow_redirects=False).headers["location"] == "/"
    struck = filled.post(f"{resume}/corrections", data={"strike": "nothing"})
    assert "Back to your text" in struck.text


def test_who_follows_a_link_from_another_site_sees_the_page_and_its_forms_are_refused(filled: TestClient) -> None:
    there = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert filled.get("/", headers=there).status_code == 200
    assert filled.post("/texts", data={"text": "LCSW"}, headers=there).status_code == 403
    assert filled.get("/", headers={**there, "Sec-Fetch-Dest": "iframe"}).status_code == 403
    assert filled.get("/v1/postings", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}).status_code == 403


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"strike": "modality.none"}, "nothing of this name was read"),
        ({"what": "licence", "title": "Wizard", "state": "TX", "status": "ACTIVE"}, "'Wizard' is no licence title that is known"),
        ({"what": "licence", "title": "LCSW", "state": "XX", "status": "ACTIVE"}, "must be a state of two letters"),
        ({"what": "licence", "title": "LCSW", "state": "TX", "status": "MAYBE"}, "must be one of ACTIVE, PENDING, EXPIRED"),
        ({"what": "concept", "concept": "Alchemy", "claim": "NOT"}, "'Alchemy' is nothing that is known"),
        ({"what": "concept", "concept": "EMDR", "claim": "MAYBE"}, "must be one of PRACTISED, TRAINING, NOT"),
        ({"what": "facts", "state": "XX", "years": ""}, "must be a state of two letters"),
        ({"what": "facts", "state": "", "years": "many"}, "must be a whole number"),
        ({"what": "facts", "state": "", "years": "-1"}, "must be between 0 and 70"),
        ({"what": "facts", "state": "", "years": "71"}, "must be between 0 and 70"),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else "",
)
def test_a_correction_that_cannot_be_taken_is_refused_in_words(filled: TestClient, resume: str, form: dict[str, str], told: str) -> None:
    answer = filled.post(f"{resume}/corrections", data=form)
    assert answer.status_code == 422
    assert told in Page(answer.text).text


def test_clinicians_are_numbers_until_names_are_asked_for(filled: TestClient, posting: str) -> None:
    shown = page(filled, posting)
    assert "Clinician 1" in shown.text
    for path in ("", "/match/1", "/match/2", "/beside?with=1&with=2"):
        text = filled.get(posting + path).text
        assert "Jane" not in text
        assert "Roe" not in text
        assert "r1" not in re.findall(r"\br\d\b", text)
    named = page(filled, f"{posting}?names=yes")
    assert "r1" in named.text
    assert "Jane Roe" in page(filled, f"{posting}/match/1?names=yes").text


def test_what_each_demand_excludes_sums_to_all_that_were_compared(filled: TestClient, posting: str) -> None:
    shown = page(filled, f"{posting}/demands")
    assert "Counted among the 2 clinicians" in shown.text
    rows = re.findall(r"<tr class=\"(?:hard|soft)\">.*?</tr>", filled.get(f"{posting}/demands").text, re.DOTALL)
    assert rows
    for row in rows:
        assert sum(map(int, re.findall(r'<td class="number">(\d+)</td>', row))) == 2
    assert page(filled, f"{bring(filled, 'resume', RESUME['text'])}/demands", 422)


def test_how_a_posting_was_read_comes_with_warnings(filled: TestClient) -> None:
    own = bring(filled, "posting", "Outpatient Therapist\nAustin, TX\nLCSW required. $30,000 a year.\nEMDR preferred.")
    shown = page(filled, f"{own}/reading")
    assert "at no more than $30,000 a full-time year" in shown.text
    assert "Licence required LCSW of TX" in shown.text
    assert "Preferred EMDR" in shown.text
    silent = page(filled, f"{bring(filled, 'posting', 'Therapist in Austin, TX. EMDR.')}/reading")
    assert "No pay can be read" in silent.text
    assert "No licence is asked for" in silent.text


def test_a_stored_posting_leads_to_its_clinicians(filled: TestClient) -> None:
    answer = filled.post("/stored", data={"kind": "posting", "id": "p2"}, follow_redirects=False)
    own = answer.headers["location"]
    shown = page(filled, own)
    assert "You ask for PMHNP" in shown.text
    assert "Erase" not in shown.text
    filled.post(f"{own}/keep")
    assert "Closed" in Page(filled.post(f"{own}/erase").text).text
    assert filled.get("/v1/postings/p2").status_code == 200
    assert filled.get("/readyz").json()["documents"]["postings"] == 2
    assert filled.post("/stored", data={"kind": "posting", "id": "none"}).status_code == 404


def test_with_nothing_stored_the_page_leads_to_where_one_loads(client: TestClient) -> None:
    assert "No postings are stored yet" in page(client, "/").text
    shown = page(client, bring(client, "resume", RESUME["text"]))
    assert "Nothing is stored to match with" in shown.text


def test_a_file_is_read_as_a_text_is(filled: TestClient) -> None:
    answer = filled.post("/texts", data={"kind": "resume", "text": ""}, files={"file": ("cv.txt", RESUME["text"].encode(), "text/plain")})
    assert "LCSW (TX)" in Page(answer.text).text
    both = filled.post("/texts", data={"kind": "resume", "text": "LCSW"}, files={"file": ("cv.txt", b"LCSW in Texas", "text/plain")})
    assert both.status_code == 422
    assert "you pasted a text and chose a file" in both.text
    damaged = filled.post("/texts", data={"kind": "resume"}, files={"file": ("cv.pdf", b"%PDF-1.4 nothing", "application/pdf")})
    assert damaged.status_code == 422
    unknown = filled.post("/texts", data={"kind": "resume"}, files={"file": ("cv.png", b"\x89PNG\r\n\x1a\n", "image/png")})
    assert unknown.status_code == 415


@pytest.mark.parametrize("kind", list(Kind))
def test_the_examples_are_read(filled: TestClient, kind: Kind) -> None:
    assert "best first" in page(filled, bring(filled, kind, EXAMPLES[kind])).text


def test_hostile_words_in_every_field_are_shown_as_words(client: TestClient) -> None:
    fields = {name: f"{name} {HOSTILE}" for name in ("title", "employer")}
    client.put("/v1/postings/p1", json={**POSTING, **fields, "text": f"LCSW {HOSTILE} in Texas required."})
    client.put("/v1/resumes/%3Cscript%3Ealert(1)%3C%2Fscript%3E", json={**RESUME, "title": HOSTILE})
    own = bring(client, "resume", f"{RESUME['text']} </textarea>{HOSTILE}")
    shown = [page(client, own), page(client, f"{own}/reading"), page(client, f"{own}/match/1")]
    hire = bring(client, "posting", f"{POSTING['text']} </bdi>{HOSTILE}")
    shown += [page(client, f"{hire}?names=yes"), page(client, f"{hire}/match/1?names=yes"), page(client, f"{hire}/reading"), page(client, "/hire")]
    for one in shown:
        assert "img" not in {tag for tag, _ in one.tags}
        assert len(one.all("script", "src")) == len([tag for tag, _ in one.tags if tag == "script"]) == 2
    words = " ".join(HOSTILE.split())
    assert f"title {words}" in shown[0].text
    assert words in shown[1].text
    assert words in shown[2].text
    assert "<script>alert(1)</script>" in shown[3].text
    refused = bring(client, "resume", f"??? </textarea>{HOSTILE}", 422)
    assert f"??? </textarea>{words}" in Page(refused).text


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("resume", "", "text: is empty"),
        ("posting", " \r\n ", "text: is empty"),
        ("resume", "*** 123", "text: holds no letters, only digits or symbols; nothing can be read from it"),
        ("resume", "LCSW\0", "text: holds a NUL character at position 4"),
        ("resume", "a" * 200_001, "text: has 200,001 characters, at most 200,000 are taken"),
        ("resume", "We like cheese & <wine>.", "othing clinical was found in the text"),
    ],
    ids=["empty", "blank", "symbols", "NUL", "long", "cheese"],
)
def test_a_text_that_cannot_be_matched_stays_in_the_form_with_the_reason(client: TestClient, kind: str, text: str, reason: str) -> None:
    refused = Page(bring(client, kind, text, 422))
    assert reason[1:] in refused.text
    assert " ".join(text.split()) in refused.text
    assert ("/hire" if kind == "posting" else "/") in [attrs.get("href") for _, attrs in refused.tags if attrs.get("aria-current") == "page"]


def test_a_form_of_many_fields_or_of_another_shape_is_refused(client: TestClient) -> None:
    assert client.post("/texts", content="&".join(f"a{number}=1" for number in range(1_001)), headers=FORM).status_code in (400, 422)
    assert client.post("/texts", json={"kind": "resume"}).status_code == 422
    assert client.post("/texts", files={"text": ("a.txt", b"LCSW", "text/plain")}).status_code == 422
