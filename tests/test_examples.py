"""The examples of docs/examples are run as they stand there, against a real server, and say the same in every language."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from service.client import Client
from tests.faulty import Refusal, faulty
from tests.serving import free_port, serving

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
COMPILER = "typescript@5"
SECONDS = 120
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "ERR_SOCKET_TIMEOUT")
STORED = {
    "stored-1": {"title": "Child Therapist", "place": "Dallas, TX", "text": "LCSW licensed in Texas required. Play therapy with children."},
    "stored-2": {"title": "Couples Therapist", "place": "Columbus, OH", "text": "LMFT licensed in Ohio required. Couples therapy."},
    "stored-3": {"title": "Prescriber", "place": "Denver, CO", "text": "PMHNP licensed in Colorado required. Medication management."},
}
RANKS = ["1", "2", "3", "4"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with three postings; the example puts the fourth."""
    with serving(tmp_path_factory.mktemp("examples") / "store.db", "--precision", "fp32") as (_, address), Client(address) as client:
        for id, document in STORED.items():
            client.put("posting", id, document)  # type: ignore[arg-type]
        yield address


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The TypeScript example, checked and translated."""
    _needs("match.ts", "node", "npm")
    folder = tmp_path_factory.mktemp("typescript")
    got = _run(["npm", "install", "--no-audit", "--no-fund", COMPILER], folder)
    if got.returncode and any(sign in got.stderr for sign in UNREACHABLE):
        pytest.skip(f"{COMPILER} cannot be had: the npm registry cannot be reached")
    assert got.returncode == 0, got.stderr
    shutil.copy(EXAMPLES / "match.ts", folder)
    made = _run(["node_modules/.bin/tsc", "--strict", "--target", "es2022", "--module", "commonjs", "match.ts"], folder)
    assert made.returncode == 0, made.stdout
    return folder / "match.js"


def _needs(example: str, *programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"docs/examples/{example} is not run: {', '.join(missing)} is not installed")


def _run(command: Sequence[str | Path], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=SECONDS, check=False)


def _python(*arguments: str | Path) -> list[str | Path]:
    return [sys.executable, EXAMPLES / "match.py", *arguments]


def _bash(*arguments: str | Path) -> list[str | Path]:
    _needs("match.sh", "curl", "jq")
    return ["bash", EXAMPLES / "match.sh", *arguments]


def _said(command: Sequence[str | Path], folder: Path, **environment: str) -> list[str]:
    done = _run(command, folder, PYTHONPATH=str(ROOT), **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_the_python_example_stores_matches_in_pages_and_shows_a_refusal(address: str, tmp_path: Path) -> None:
    stored, *matches, refused = _said(_python(address), tmp_path)
    assert stored == "stored example-1"
    shown = [line.split(" | ") for line in matches]
    assert [(place.partition(".")[0], place.partition(" ")[2]) for place, *_ in shown[:1]] == [("1", "example-1")]
    assert [place.partition(".")[0] for place, *_ in shown] == RANKS
    scores = [float(score) for _, score, _, _ in shown]
    assert scores == sorted(scores, reverse=True)
    assert shown[0][2].startswith("U ")  # Spanish is required, and the resume does not say
    assert "language" in shown[0][3]
    assert refused.startswith("refused 404 urn:clinmatch:unknown-document no resume 'nobody'")


def test_the_python_example_is_typed(tmp_path: Path) -> None:
    done = _run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, EXAMPLES / "match.py"], ROOT)
    assert done.returncode == 0, done.stdout


def test_the_bash_example_says_the_same(address: str, tmp_path: Path) -> None:
    assert _said(_bash(address), tmp_path) == _said(_python(address), tmp_path)


def test_the_typescript_example_says_the_same(address: str, script: Path, tmp_path: Path) -> None:
    assert _said(["node", script, address], tmp_path) == _said(_python(address), tmp_path)


@pytest.mark.parametrize("language", ["bash", "typescript", "python"])
def test_an_example_comes_back_where_the_service_is_busy_and_sends_its_key(address: str, tmp_path: Path, language: str, request: pytest.FixtureRequest) -> None:
    with faulty(address, Refusal(503, "overloaded", "1")) as way:
        command = {"bash": _bash, "python": _python, "typescript": lambda address: ["node", request.getfixturevalue("script"), address]}[language]
        assert len(_said(command(way.address), tmp_path, CM_KEY="cm_x")) == 2 + len(RANKS)
        assert [one.method for one in way.seen] == ["PUT", "PUT", "POST", "POST", "POST"]
        assert way.seen[1].at - way.seen[0].at >= 1
        assert len({one.key for one in way.seen}) == 4
        assert {one.authorization for one in way.seen} == {"Bearer cm_x"}


def test_the_bash_example_tells_of_a_service_that_is_not_there(tmp_path: Path) -> None:
    done = _run(_bash(address := f"http://127.0.0.1:{free_port()}"), tmp_path)
    assert done.returncode != 0
    assert done.stderr == f"{address} does not answer\n"
