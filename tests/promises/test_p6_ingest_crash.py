"""P6: a load in the background goes on after kill -9 of its server, and every line of it is taken exactly once."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from index.embedded import EmbeddedIndex
from matcher.catalog import from_record
from matcher.document import Document
from matcher.matcher import LOCAL
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary, load
from service import ingests
from service.app import create_app
from service.compose import Service
from service.deadlines import Deadlines
from service.logs import quieten
from service.settings import Settings
from tests.conftest import TODAY
from tests.index.stored import every
from tests.promises.test_p6_crash import ROOT, SKILLS, matcher_at
from tests.serving import free_port

SMALL = 4  # lines in a batch
LINES = 300
BAD = 60  # every one so many is refused
KILLS = 5
READY_SECONDS = 30


def lines() -> list[str]:
    listed = []
    for number in range(LINES):
        text = "" if number % BAD == BAD - 1 else f"LCSW or LPC required in Texas. {SKILLS[number % 7]} and {SKILLS[number % 5]}, number {number}."
        listed.append(json.dumps({"id": f"p{number}", "kind": "posting", "text": text}))
    return listed


def serve_until_killed(store: str, port: str) -> None:
    """What the process does that is killed: serve, with the stand-in encoder and small batches."""
    ingests.BATCH = SMALL  # type: ignore[misc]
    vocabulary = load()
    matcher = matcher_at(Path(store), vocabulary, Reader(vocabulary, TODAY))
    quieten()
    app = create_app(lambda: Service.over(matcher, Settings(store=Path(store))))
    uvicorn.run(app, port=int(port), http=Deadlines, log_config=None, access_log=False)


@contextmanager
def server(store: Path) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    port = free_port()
    script = "import sys; from tests.promises.test_p6_ingest_crash import serve_until_killed; serve_until_killed(*sys.argv[1:])"
    command = [sys.executable, "-c", script, str(store), str(port)]
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        try:
            wait(process, client)
            yield process, client
        finally:
            process.kill()


def wait(process: subprocess.Popen[bytes], client: httpx.Client) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"the server ended with status {process.returncode}"
        try:
            client.get("/livez").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"the server was not ready after {READY_SECONDS} s")


def followed(client: httpx.Client, path: str, lines: int) -> dict[str, Any]:
    """The job once it has gone through so many lines, or is done."""
    while True:
        job: dict[str, Any] = client.get(path).raise_for_status().json()
        if job["lines"] >= lines or job["state"] not in ("waiting", "running"):
            return job
        time.sleep(0.002)


@pytest.mark.alone
def test_a_load_in_the_background_goes_on_after_every_kill_and_takes_each_line_once(tmp_path: Path, vocabulary: Vocabulary, reader: Reader) -> None:
    chance, store, given = random.Random(20261123), tmp_path / "store.db", lines()
    seen, path = 0, ""
    for kill in range(KILLS):
        with server(store) as (process, client):
            if not path:
                answer = client.post("/v1/ingests", content="\n".join(given).encode(), headers={"Content-Type": "application/x-ndjson"})
                assert answer.status_code == 202
                path = answer.headers["Location"]
            else:
                job = client.get(path).raise_for_status().json()
                assert job["state"] in ("waiting", "running")
                assert job["lines"] >= seen  # what was told is not forgotten
            seen = followed(client, path, seen + chance.randrange(LINES // (KILLS + 3)))["lines"] if kill else 0
            time.sleep(chance.uniform(0, 0.02))
            process.send_signal(signal.SIGKILL)
            assert process.wait(10) == -signal.SIGKILL
    assert 0 < seen < LINES

    with server(store) as (_, client):
        job = followed(client, path, LINES + 1)
        assert (job["state"], job["lines"], job["taken"], job["refused"]) == ("done", LINES, LINES - LINES // BAD, LINES // BAD)
        assert [one["line"] for one in job["refusals"]] == list(range(BAD, LINES + 1, BAD))

    matcher = matcher_at(store, vocabulary, reader)
    assert isinstance(matcher.index, EmbeddedIndex)
    records = every(matcher.index._store)
    assert len({one.key for one in records}) == len(records)
    expected = [Document.from_mapping(json.loads(line)) for number, line in enumerate(given) if number % BAD != BAD - 1]
    assert sorted((from_record(one).document for one in records), key=lambda one: one.id) == sorted(expected, key=lambda one: one.id)
    assert matcher.index.sequence(LOCAL) <= len(expected) + KILLS * SMALL  # nothing but a batch under way is done again
    matcher.close()
