"""How long people wait at the pages, in a real browser over real postings: from the upload to the ranked list, and to the first words of each page."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from matcher.document import Kind
from scripts.measure import PORT, documents_of, fill, serving
from service.compose import open_matcher
from service.pages.examples import EXAMPLES
from service.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RESUMES = Path(__file__).parent / "sample" / "resumes.jsonl"
ASKED = 20  # resumes uploaded, half of them as PDF
FIRST_PAINT = """() => new Promise((tell) => {
    const observer = new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').forEach((entry) => tell(entry.startTime)));
    observer.observe({type: 'paint', buffered: true});
})"""


def page_times(settings: Settings, postings: Path, count: int, browser: str) -> None:
    """Print the times; the store of the settings is filled and kept. Needs Playwright (`pip install 'clinmatch[dev]'`)."""
    matcher = open_matcher(settings)
    fill(matcher, list(islice(documents_of(postings, Kind.POSTING), count)))
    resumes = list(documents_of(RESUMES, Kind.RESUME))
    matcher.put(resumes)
    stored = matcher.count(Kind.POSTING)
    matcher.close()
    texts = [document.text for document in resumes[:ASKED]]
    with serving(replace(settings, port=PORT), subprocess.DEVNULL), chromium(browser) as opened, tempfile.TemporaryDirectory() as folder:
        page = opened.new_page(base_url=f"http://127.0.0.1:{PORT}")
        uploads = list(_files(texts, Path(folder)))
        _uploaded(page, uploads[0])
        times = {suffix: [_uploaded(page, file) for file in uploads if file.suffix == suffix] for suffix in (".txt", ".pdf")}
        print(f"from the upload to the ranked list, {stored:,} postings, in the browser")
        for suffix, seconds in times.items():
            print(f"  {len(seconds)} resumes as {suffix[1:]}: median {1000 * median(seconds):.0f} ms, slowest {1000 * max(seconds):.0f} ms")
        print("first contentful paint, median of 5 (and slowest)")
        for address in _addresses(page):
            paints = [_painted(page, address) for _ in range(5)]
            print(f"  {re.sub('^/texts/[^/?]+', '/texts/…', address)}: {median(paints):.0f} ms ({max(paints):.0f})")


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


def _files(texts: Sequence[str], folder: Path) -> Iterator[Path]:
    """Resumes as files, every second one as PDF."""
    for number, text in enumerate(texts):
        path = folder / f"{number}.{'pdf' if number % 2 else 'txt'}"
        path.write_bytes(_pdf(text) if number % 2 else text.encode())
        yield path


def _pdf(text: str) -> bytes:
    from reportlab.lib.pagesizes import letter
    from reportlab.pdfgen.canvas import Canvas

    data = io.BytesIO()
    canvas = Canvas(data, letter)
    lines = [line[at : at + 95] for line in text.splitlines() for at in range(0, max(1, len(line)), 95)]
    for start in range(0, len(lines), 50):
        written = canvas.beginText(50, 740)
        for line in lines[start : start + 50]:
            written.textLine(line)
        canvas.drawText(written)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def _uploaded(page: Page, file: Path) -> float:
    """Seconds from the click until the list is seen."""
    page.goto("/")
    page.get_by_label("or choose a file").set_input_files(file)
    started = time.perf_counter()
    page.get_by_role("button", name="Show my matches").click()
    page.locator(".card").first.wait_for()
    return time.perf_counter() - started


def _addresses(page: Page) -> Iterator[str]:
    """All pages of a clinician and an employer."""
    for front, kind, rest in (("/", Kind.RESUME, ("", "/reading", "/match/1", "/beside?with=1&with=2")), ("/hire", Kind.POSTING, ("", "/reading", "/demands"))):
        page.goto(front)
        page.get_by_label("Paste your").fill(EXAMPLES[kind])
        page.get_by_role("button", name="Show").first.click()
        page.locator("#matches").wait_for()
        own = page.url.removeprefix(f"http://127.0.0.1:{PORT}")
        yield front
        yield from (own + one for one in rest)
    yield "/operate"


def _painted(page: Page, address: str) -> float:
    page.goto(address)
    return float(page.evaluate(FIRST_PAINT))
