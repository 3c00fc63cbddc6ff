"""The pictures of the README: the pages over the bundled sample, taken by a headless Chromium."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.document import Kind
from scripts.demo import SAMPLE
from scripts.ingest import ingest
from scripts.measure import serving
from scripts.page_times import chromium
from service.compose import open_matcher
from service.pages.examples import EXAMPLES
from service.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOCS = Path(__file__).parents[1] / "docs"
PORT = 8798
WIDTH, HEIGHT = 1280, 900  # CSS pixels


def pictures(settings: Settings, browser: str) -> list[Path]:
    """Write the pictures and return where they are."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):  # so that no path of this machine is in a picture
        own = replace(settings, store=Path("clinmatch.db"), port=PORT)
        matcher = open_matcher(own)
        ingest(matcher, [SAMPLE / "postings.jsonl", SAMPLE / "resumes.jsonl"])
        matcher.close()
        with serving(own), chromium(browser) as opened:
            page = opened.new_page(base_url=f"http://127.0.0.1:{PORT}", viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
            _bring(page, "/", Kind.RESUME)
            taken = [_taken(page, "result")]
            page.locator(".card h2 a").first.click()
            page.locator(".ledger tbody tr").first.locator("a").first.hover()
            taken.append(_taken(page, "match"))
            page.get_by_role("link", name="What was read").click()
            taken.append(_taken(page, "reading"))
            _bring(page, "/hire", Kind.POSTING)
            page.get_by_role("link", name="What each demand excludes").click()
            taken.append(_taken(page, "demands", 560))
            taken.append(_operated(page))
    return taken


def _bring(page: Page, front: str, kind: Kind) -> None:
    page.goto(front)
    page.get_by_label("Paste your").fill(EXAMPLES[kind])
    page.get_by_role("button", name="Show").first.click()
    page.locator(".card").first.wait_for()


def _operated(page: Page) -> Path:
    """The operator's page after a load and the checks."""
    page.goto("/operate")
    page.get_by_label("File to load").set_input_files(SAMPLE / "postings.jsonl")
    page.get_by_role("button", name="Load", exact=True).click()
    page.get_by_text("60 of 60").or_(page.get_by_text("done")).first.wait_for()
    page.get_by_role("button", name="Run the checks").click()
    page.locator("ul.checks li").first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    return _taken(page, "operate", 1_100)


def _taken(page: Page, name: str, height: int = HEIGHT) -> Path:
    page.set_viewport_size({"width": WIDTH, "height": height})
    path = DOCS / f"{name}.png"
    page.screenshot(path=path)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return path


if __name__ == "__main__":
    for path in pictures(Settings(), shutil.which("chromium") or "chromium"):
        print(path.name, file=sys.stderr)
