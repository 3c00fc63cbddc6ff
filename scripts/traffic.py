"""Requests by the hundred: an HTTP client so light that it takes little from the server it shares a machine with."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

TIMED_OUT = 0  # the status of a request without an answer
TIMEOUT_SECONDS = 30.0
REFUSED = (429, 503)
PROBE_SECONDS = 0.1  # between two questions whether the server lives, and after a refusal


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a request. `begun` is when it was due, which may be before it could be sent; `seconds` count from there."""

    status: int
    begun: float
    seconds: float
    media_type: str = ""
    retry_after: str = ""
    body: bytes = b""

    @property
    def is_told(self) -> bool:
        """Whether a refusal says what it is and when to come back."""
        return self.media_type == "application/problem+json" and self.retry_after.isdigit()


class Client:
    """Connections to one server that are used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, request: bytes, due: float | None = None) -> Reply:
        """Send a whole request and read its answer; `due`: when it should have been sent, on the clock of `time.perf_counter`."""
        begun = time.perf_counter() if due is None else due
        try:
            status, headers, body = await asyncio.wait_for(self._exchange(request), TIMEOUT_SECONDS)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            return Reply(TIMED_OUT, begun, time.perf_counter() - begun)
        return Reply(status, begun, time.perf_counter() - begun, headers.get("content-type", ""), headers.get("retry-after", ""), body)

    def close(self) -> None:
        """Let go of all connections."""
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():  # the server lets go of connections that nothing is asked on
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)

    async def _exchange(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        reader, writer = connection = await self._connection()
        kept = False
        try:
            writer.write(request)
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            kept = headers.get("connection") != "close"
        finally:
            if kept:
                self._idle.append(connection)
            else:
                writer.close()
        return int(lines[0].split(" ")[1]), headers, body


def post(path: str, body: object) -> bytes:
    """A whole request that posts JSON."""
    data = json.dumps(body).encode()
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


def get(path: str) -> bytes:
    """A whole request for something."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


async def in_turn(client: Client, requests: Callable[[], bytes], clients: int, seconds: float, obedient: bool = False) -> list[Reply]:
    """Closed loop: so many clients, each of which asks again when it has its answer.

    A refused one asks again after a moment, or, where it is obedient, after the time that the refusal names.
    """
    until = time.perf_counter() + seconds

    async def one() -> list[Reply]:
        replies = []
        while time.perf_counter() < until:
            replies.append(await client.ask(requests()))
            if replies[-1].status in REFUSED:
                pause = float(replies[-1].retry_after) if obedient and replies[-1].is_told else PROBE_SECONDS
                await asyncio.sleep(min(pause, until - time.perf_counter()))
        return replies

    return [reply for replies in await asyncio.gather(*(one() for _ in range(clients))) for reply in replies]


async def at_rate(client: Client, requests: Callable[[], bytes], rate: float, seconds: float) -> list[Reply]:
    """Open loop: so many requests a second, whatever becomes of those before; late sending counts as waiting."""
    start = time.perf_counter()
    under_way = []
    for number in range(round(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        under_way.append(asyncio.create_task(client.ask(requests(), due)))
    return list(await asyncio.gather(*under_way))


async def probed(port: int, path: str, work: Awaitable[list[Reply]]) -> tuple[list[Reply], list[Reply]]:
    """The replies of some work, and those to a small question asked again and again meanwhile, on a connection of its own."""
    client, probes, request = Client(port), list[Reply](), get(path)

    async def probe() -> None:
        while True:
            probes.append(await client.ask(request))
            await asyncio.sleep(PROBE_SECONDS)

    probing = asyncio.create_task(probe())
    try:
        replies = await work
    finally:
        probing.cancel()
        client.close()
    return replies, probes


def percentile(seconds: Iterable[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed; NaN of none."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def statuses(replies: Sequence[Reply]) -> dict[str, int]:
    """How often each status was answered."""
    return {str(status) if status else "none": count for status, count in sorted(Counter(reply.status for reply in replies).items())}


def waits(replies: Iterable[Reply]) -> tuple[list[float], float]:
    """Seconds from when one client first asked until each of its answers, over what was refused between, and for how long it waited for one in vain."""
    answered, since, last = list[float](), None, 0.0
    for reply in replies:
        since, last = reply.begun if since is None else since, reply.begun + reply.seconds
        if reply.status == 200:
            answered.append(last - since)
            since = None
    return answered, 0.0 if since is None else last - since


def goodput(replies: Sequence[Reply]) -> float:
    """Answers of status 200 a second, from the first request to the last answer."""
    begun, ended = min(reply.begun for reply in replies), max(reply.begun + reply.seconds for reply in replies)
    return sum(reply.status == 200 for reply in replies) / (ended - begun)
