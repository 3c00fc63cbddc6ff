"""The README's examples are run as they stand there.

`<!-- test: curl -->` directly above a ```bash or ```sh block: its lines are run by bash against a real server over the bundled
sample, with http://127.0.0.1:8000 and http://localhost:8000 replaced by its address, and every answer must be below 400.
`<!-- test: python -->` directly above a ```python block: it is run by this interpreter in an empty folder.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.weights import Weights
from scripts.cli import main
from scripts.demo import SAMPLE
from tests.serving import serving

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"^<!-- test: (?P<test>curl|python) -->\n```(?P<language>bash|sh|python)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"(http://)?\b(127\.0\.0\.1|localhost):8000\b")
SECONDS = 120


def _blocks(test: str) -> list[str]:
    languages = {"curl": ("bash", "sh"), "python": ("python",)}[test]
    text = README.read_text("utf-8") if README.is_file() else ""
    return [found["code"] for found in BLOCK.finditer(text) if found["test"] == test and found["language"] in languages]


@pytest.mark.parametrize(("test", "fence"), [("curl", "```bash or ```sh"), ("python", "```python")])
def test_the_readme_has_examples_that_can_be_run(test: str, fence: str) -> None:
    assert README.is_file(), "README.md is missing"
    assert _blocks(test), f"README.md has no line '<!-- test: {test} -->' directly above a {fence} block"


def test_every_marker_stands_directly_above_a_block_of_its_language() -> None:
    assert README.is_file(), "README.md is missing"
    markers = re.findall(r"^<!-- test: (\w+) -->", README.read_text("utf-8"), re.MULTILINE)
    assert sorted(markers) == sorted(["curl"] * len(_blocks("curl")) + ["python"] * len(_blocks("python")))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server over the bundled sample."""
    store = tmp_path_factory.mktemp("readme") / "store.db"
    status = main(["ingest", str(SAMPLE / "postings.jsonl"), str(SAMPLE / "resumes.jsonl"), "--store", str(store)])
    assert status == 0
    with serving(store) as (_, address):
        yield address


@pytest.mark.skipif(not _blocks("curl"), reason="the test above fails without such a block")
def test_the_curl_commands_of_the_readme_are_answered(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert shutil.which("curl"), "curl is not installed; it is needed to run the commands of README.md"
    address = request.getfixturevalue("address")
    for code in _blocks("curl"):
        assert ADDRESS.search(code), f"this block of README.md asks no server on port 8000:\n{code}"
        failing = 'curl() { command curl --fail-with-body --silent --show-error "$@"; }\n'
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", failing + ADDRESS.sub(address, code)], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, f"status {done.returncode} of\n{code}\n{done.stdout}\n{done.stderr}"
        assert done.stdout.strip(), f"no answer to\n{code}"


@pytest.mark.parametrize("number", range(len(_blocks("python"))))
def test_the_python_of_the_readme_runs(number: int, tmp_path: Path) -> None:
    code = _blocks("python")[number]
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, f"{code}\n{done.stderr}"
    assert done.stdout.strip(), f"nothing is printed by\n{code}"


def test_the_weights_shown_are_those_of_the_product() -> None:
    lines = README.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("| licence | requirements |"))
    names, values = ([cell.strip() for cell in lines[number].strip("|").split("|")] for number in (at, at + 2))
    assert dict(zip(names, map(float, values), strict=True)) == Weights().given()
