"""The operator's page in a browser: readable with any means, on any width, with and without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser import Visits, overflows, violations

LINES = [{"id": f"operate-{number}", "kind": "posting", "text": "LCSW licensed in Texas required. EMDR with adolescents."} for number in range(3)]
BODY = "\n".join(json.dumps(line) for line in [*LINES, {"id": "operate-bad", "kind": "posting", "text": "***"}]).encode()


@pytest.fixture(autouse=True)
def _as_before(origin: str) -> Iterator[None]:
    """Takes out again what a test has stored."""
    yield
    for line in LINES:
        httpx.delete(f"{origin}/v1/postings/{line['id']}")


def _load(page: Page) -> None:
    page.get_by_label("File to load").set_input_files({"name": "some.jsonl", "mimeType": "application/x-ndjson", "buffer": BODY})
    page.get_by_role("button", name="Load", exact=True).click()


def _make(page: Page, tenant: str) -> str:
    """The id of a new key."""
    page.get_by_label("Tenant").fill(tenant)
    page.get_by_role("textbox", name="Name").fill("feed")
    page.get_by_role("button", name="Make the key").click()
    words = page.locator(".secret").inner_text()
    assert re.fullmatch(r"cm_[0-9a-f]{16}_[0-9a-f]{64}_[0-9a-f]{8}", words)
    return words.split("_")[1]


def _all_shown(page: Page) -> Page:
    """The page with something in every section, and all that can be opened open."""
    _load(page)
    page.get_by_role("button", name="Run the checks").click()
    expect(page.get_by_text("All 8 checks are well")).to_be_visible(timeout=60_000)
    _make(page, "shown")
    page.goto("/operate")
    expect(page.locator(".job .pill").first).to_have_text("done", timeout=60_000)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    return page


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_it_breaks_no_rule_of_access_and_is_no_wider_than_its_window(visit: Visits, origin: str, color_scheme: Literal["light", "dark"]) -> None:
    page = visit("/operate", color_scheme=color_scheme)
    assert violations(page) == []
    httpx.get(f"{origin}/v1/postings/nowhere")
    page = _all_shown(page)
    assert violations(page) == []
    assert overflows(page, (320, 1280)) == []
    page.get_by_role("button", name="Run the checks").click()
    expect(page.get_by_text("All 8 checks are well")).to_be_visible(timeout=60_000)
    assert violations(page) == []
    assert overflows(page, (320, 1280)) == []


def test_a_load_is_followed_until_it_is_done(visit: Visits) -> None:
    page = visit("/operate")
    _load(page)
    page.wait_for_url("**/operate#ingests")
    job = page.locator(".job").first
    expect(job.locator(".pill")).to_have_text("done", timeout=60_000)
    expect(job).to_contain_text("3 taken, 1 refused")
    expect(page.locator("#ingests")).not_to_have_attribute("hx-trigger", "every 2s")
    job.locator("summary").click()
    expect(job.locator(".refusals")).to_contain_text("line 4 text holds no letters")


def test_a_key_is_shown_once_and_revoked(visit: Visits) -> None:
    page = visit("/operate")
    id = _make(page, "once")
    expect(page.get_by_role("alert")).to_contain_text("shown this once")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    assert id not in page.url
    page.goto("/operate")
    expect(page.locator(".secret")).to_have_count(0)
    row = page.get_by_role("row").filter(has_text=id)
    row.locator("summary").click()
    row.get_by_role("button", name="Yes, for good").click()
    expect(page.get_by_text(id)).to_have_count(0)


def test_all_of_it_works_without_scripts(visit: Visits) -> None:
    page = visit("/operate", scripts=False)
    page.get_by_role("button", name="Run the checks").click()
    expect(page.get_by_text("All 8 checks are well")).to_be_visible(timeout=60_000)
    page.goto("/operate")
    _load(page)
    for _ in range(60):
        if page.locator(".job .pill").first.inner_text() == "done":
            break
        page.get_by_role("link", name="Refresh", exact=True).click()
    expect(page.locator(".job").first).to_contain_text("3 taken, 1 refused")
    id = _make(page, "plain")
    page.get_by_role("row").filter(has_text=id).get_by_role("button", name="Replace").click()
    assert page.locator(".secret").inner_text().split("_")[1] != id
    expect(page.get_by_role("row").filter(has_text=id)).to_contain_text("replaced until")
