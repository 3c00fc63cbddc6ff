"""Many callers that send a byte a second: when each is let go, and how others are answered meanwhile.

Those that read slowly are let go too (tests/service/test_deadlines.py); from outside a closed connection cannot be told from a slow one.
"""

from __future__ import annotations

import asyncio
import json
import select
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from scripts.ingest import ingest
from scripts.measure import PORT, serving
from scripts.overload import SAMPLE, questions
from scripts.traffic import Client, Reply, at_rate, percentile, statuses
from service.compose import open_matcher
from service.limits import BODY_SECONDS, HEADER_SECONDS
from service.settings import Settings

CROWD = 200
RATE = 2.0  # matches a second that others ask
GRACE = 1.0  # seconds after its deadline by which a connection must be gone
SENT_SLOWLY = b"GET /livez HTTP/1.1\r\nX: " + b"x" * 200
HEAD = b"POST /v1/match HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"


class Slow:
    """A caller that does one small thing a second until it is let go."""

    def __init__(self, opening: bytes, step: Callable[[socket.socket, int], object]) -> None:
        self._step = step
        self._socket = socket.socket()
        self._socket.connect(("127.0.0.1", PORT))
        self._socket.setblocking(False)
        self._socket.send(opening)
        self._begun = time.perf_counter()
        self._watched = select.poll()
        self._watched.register(self._socket, select.POLLRDHUP)

    async def let_go(self, until: float) -> float:
        """Seconds until the other end let go; infinite where it had not after `until`."""
        steps = 0
        while (passed := time.perf_counter() - self._begun) < until:
            if self._watched.poll(0):
                self._socket.close()
                return passed
            if passed > steps:
                with suppress(OSError):  # it was let go meanwhile
                    self._step(self._socket, steps)
                steps += 1
            await asyncio.sleep(0.05)
        self._socket.close()
        return float("inf")


def slow_clients(settings: Settings, as_json: bool) -> None:
    """Print for each kind of slow caller when the last was let go, and the matches of others meanwhile beside those before."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(settings, store=Path(folder) / "sample.db", port=PORT)
        matcher = open_matcher(settings)
        ingest(matcher, [SAMPLE / "postings.jsonl"])
        matcher.close()
        with serving(settings, stderr=subprocess.DEVNULL):
            figures = asyncio.run(_measured())
    print(json.dumps(figures) if as_json else "\n".join(f"{name}: {value}" for name, value in figures.items()))


async def _measured() -> dict[str, object]:
    client, question = Client(PORT), questions()
    await at_rate(client, question, RATE, 5)
    before = await at_rate(client, question, RATE, BODY_SECONDS)
    crowds = [
        ("headers", HEADER_SECONDS, [Slow(b"", lambda one, step: one.send(SENT_SLOWLY[step : step + 1])) for _ in range(CROWD)]),
        ("body", BODY_SECONDS, [Slow(HEAD, lambda one, step: one.send(b" ")) for _ in range(CROWD)]),
    ]
    waiting = [asyncio.gather(*(one.let_go(limit + 10 * GRACE) for one in crowd)) for _, limit, crowd in crowds]
    meanwhile = await at_rate(client, question, RATE, max(limit for _, limit, _ in crowds))
    client.close()
    figures: dict[str, object] = {}
    for (name, limit, _), gone in zip(crowds, [await each for each in waiting], strict=True):
        figures[f"{name}, of {CROWD} let go by {limit + GRACE:.0f} s"] = sum(seconds <= limit + GRACE for seconds in gone)
        figures[f"{name}, last let go, seconds"] = round(max(gone), 2)
    figures |= {**_told("before", before), **_told("meanwhile", meanwhile)}
    figures["p99 meanwhile to before (goal 2)"] = round(percentile(_times(meanwhile), 0.99) / percentile(_times(before), 0.99), 2)
    return figures


def _told(name: str, replies: list[Reply]) -> dict[str, object]:
    times = _times(replies)
    return {f"matches {name}, p50 and p99, ms": [round(1000 * percentile(times, share)) for share in (0.5, 0.99)], f"statuses {name}": statuses(replies)}


def _times(replies: list[Reply]) -> list[float]:
    return [one.seconds for one in replies if one.status == 200]
