"""A headless Chromium that reaches this machine only, and what a test asks of a page in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError, sync_playwright

from scripts.page_times import FIRST_PAINT

WIDTHS = (320, 768, 1280, 1920)  # CSS pixels
HEIGHT = 900
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--disable-quic",
    "--disable-sync",
    "--disable-domain-reliability",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
MISSING = "no browser: install Debian's `chromium`, name another by CLINMATCH_CHROMIUM, or leave these tests out by CLINMATCH_NO_BROWSER=1"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

AXE = """async (tags) => {
    const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
    return found.violations.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target.join(' '), node.failureSummary]));
}"""
TOO_WIDE = """() => {
    const root = document.documentElement, limit = root.clientWidth;
    if (root.scrollWidth <= limit) return [];
    const scrolls = (one) => one && one !== document.body && one !== root && (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement));
    const name = (one) => one.tagName.toLowerCase() + (one.id && '#' + one.id) + [...one.classList].map((part) => '.' + part).join('');
    const wide = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > limit && !scrolls(one.parentElement));
    return wide.map((one) => `${name(one)} ends at ${Math.ceil(one.getBoundingClientRect().right)}`).concat(`the document is ${root.scrollWidth} wide`);
}"""


def executable() -> str:
    """The browser: that of CLINMATCH_CHROMIUM, or the first that the system has; without one the test fails, or is skipped on demand."""
    if os.environ.get("CLINMATCH_NO_BROWSER") == "1":
        pytest.skip("left out by CLINMATCH_NO_BROWSER=1")
    found = os.environ.get("CLINMATCH_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return found or pytest.fail(MISSING)


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    """The browser at a path, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visits:
    """Pages of one origin, each in a context of its own, and all that went wrong in them."""

    browser: Browser
    origin: str
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self,
        path: str = "/",
        width: int = 1280,
        color_scheme: Literal["light", "dark"] = "light",
        scripts: bool = True,
        expected: Sequence[str] = (),
    ) -> Page:
        """A page that has loaded; a console message with one of the `expected` words in it is no fault."""
        context = self.browser.new_context(
            base_url=self.origin, viewport={"width": width, "height": HEIGHT}, color_scheme=color_scheme, java_script_enabled=scripts
        )  # fmt: skip
        self.contexts.append(context)
        context.on("console", lambda message: self._said(message, expected))
        context.on("weberror", self._failed)
        context.on("request", self._asked)
        page = context.new_page()
        page.goto(path)
        return page

    def close(self) -> None:
        """Close every page, after what it still had to say."""
        for context in self.contexts:
            for page in context.pages:
                page.evaluate("0")
            context.close()
        self.contexts.clear()

    def _said(self, message: ConsoleMessage, expected: Sequence[str]) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in expected):
            self.faults.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _failed(self, error: WebError) -> None:
        self.faults.append(f"script failed: {error.error}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "about") and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"asked elsewhere: {request.url}")


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, as 'rule: selector: summary'."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    return [f"{rule}: {selector}: {' '.join(summary.split())}" for rule, selector, summary in page.evaluate(AXE, TAGS)]


def overflows(page: Page, widths: Sequence[int] = WIDTHS) -> list[str]:
    """What makes the document wider than the window, at each width, as '320: table ends at 412'."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width}: {one}" for one in page.evaluate(TOO_WIDE)]
    return found


def first_contentful_paint(page: Page) -> float:
    """The milliseconds from the start of the navigation until the first words or lines were drawn."""
    return float(page.evaluate(FIRST_PAINT))
