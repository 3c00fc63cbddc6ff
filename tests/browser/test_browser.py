"""What the tests of the pages rest on: each fault of a page is found and told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser

from tests.browser.browser import Visits, executable, first_contentful_paint, overflows, violations
from tests.serving import listening

SOUND = '<!doctype html><html lang="en"><title>t</title><link rel="icon" href="data:,"><main><h1>t</h1>'
LOOSE = "default-src * data: 'unsafe-inline'"
PAGES = {  # name -> policy, status, what stands on the page
    "sound": (LOOSE, 200, ""),
    "error": (LOOSE, 200, "<script>console.error('oh')</script>"),
    "warning": (LOOSE, 200, "<script>console.warn('oh')</script>"),
    "failure": (LOOSE, 200, "<script>throw Error('oh')</script>"),
    "rejection": (LOOSE, 200, "<script>Promise.reject(Error('oh'))</script>"),
    "style": ("default-src 'none'; img-src data:", 200, "<h2 style='color: red'>t</h2>"),
    "script": ("default-src 'none'; img-src data:", 200, "<script>document.title = 'oh'</script>"),
    "elsewhere": (LOOSE, 200, "<img src='http://example.invalid/one.png' alt=''>"),
    "other-port": (LOOSE, 200, "<img src='http://127.0.0.1:9/one.png' alt=''>"),
    "refused": (LOOSE, 422, ""),
    "unnamed": (LOOSE, 200, "<img src='data:,' id='one'>"),
    "pale": (LOOSE, 200, "<p id='one' style='color: #ccc; background: #fff'>Too pale</p>"),
    "wide": (LOOSE, 200, "<style>body { margin: 0 }</style><p id='one' style='width: 400px'>t</p>"),
    "scrolling": (LOOSE, 200, "<div style='overflow-x: auto'><p style='width: 400px'>t</p></div>"),
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of the pages above."""
    app = FastAPI()

    @app.get("/{name}")
    def page(name: str) -> HTMLResponse:
        policy, status, body = PAGES[name]
        return HTMLResponse(SOUND + body, status, {"Content-Security-Policy": policy})

    with listening(app) as address:
        yield address


@pytest.fixture
def visits(browser: Browser, address: str) -> Iterator[Visits]:
    """Visits whose faults the test reads."""
    visits = Visits(browser, address)
    yield visits
    visits.close()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("error", "console error: oh"),
        ("warning", "console warning: oh"),
        ("failure", "script failed: oh"),
        ("rejection", "script failed: oh"),
        ("style", "Content Security Policy"),
        ("script", "Content Security Policy"),
        ("elsewhere", "asked elsewhere: http://example.invalid/one.png"),
        ("other-port", "asked elsewhere: http://127.0.0.1:9/one.png"),
        ("refused", "422"),
    ],
)
def test_what_goes_wrong_on_a_page_is_told(visits: Visits, name: str, told: str) -> None:
    visits(f"/{name}")
    visits.close()
    assert any(told in fault for fault in visits.faults), visits.faults


@pytest.mark.parametrize("name", ["style", "elsewhere", "refused"])
def test_without_scripts_too(visits: Visits, name: str) -> None:
    visits(f"/{name}", scripts=False)
    visits.close()
    assert visits.faults


def test_a_sound_page_and_what_was_expected_are_no_faults(visits: Visits) -> None:
    assert violations(visits("/sound")) == []
    visits("/refused", expected=["status of 422"])
    visits("/script", scripts=False)
    visits.close()
    assert visits.faults == []


@pytest.mark.parametrize(("name", "told"), [("unnamed", "image-alt: #one: Fix any"), ("pale", "color-contrast: #one: Fix any")])
def test_axe_tells_rule_and_place(visits: Visits, name: str, told: str) -> None:
    assert [one[: len(told)] for one in violations(visits(f"/{name}"))] == [told]


def test_axe_runs_under_a_policy_that_allows_no_script(visits: Visits) -> None:
    page = visits("/script")
    assert page.title() == "t"
    assert violations(page) == []


def test_what_is_wider_than_the_window_is_named_and_what_scrolls_by_itself_is_not(visits: Visits) -> None:
    assert overflows(visits("/wide"), (320, 768)) == ["320: p#one ends at 400", "320: the document is 400 wide"]
    assert overflows(visits("/scrolling"), (320, 768)) == []


def test_the_first_paint_has_its_time(visits: Visits) -> None:
    assert 0 < first_contentful_paint(visits("/sound")) < 60_000


def test_without_a_browser_the_tests_fail_and_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CLINMATCH_CHROMIUM", raising=False)
    monkeypatch.delenv("CLINMATCH_NO_BROWSER", raising=False)
    with pytest.raises(pytest.fail.Exception, match="install Debian's `chromium`"):
        executable()
    monkeypatch.setenv("CLINMATCH_CHROMIUM", "/opt/chrome")
    assert executable() == "/opt/chrome"
    monkeypatch.setenv("CLINMATCH_NO_BROWSER", "1")
    with pytest.raises(pytest.skip.Exception, match="left out by CLINMATCH_NO_BROWSER"):
        executable()
