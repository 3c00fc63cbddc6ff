"""No more work at a time than can be done in good time; the rest is refused at once, with a time to come back (D5)."""

from __future__ import annotations

import asyncio
import os
import random
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import Request

from service.errors import Refused

WORKERS = os.cpu_count() or 1
MATCHES = max(1, WORKERS // 2)  # the model takes all cores by itself, and the rest runs on one: two at a time answer no more, and each later
WAIT_SECONDS = 2.0  # in the queue, after which an answer would come too late


class Admission:
    """One class of work: so many at once, so many waiting, and nobody for long."""

    def __init__(self, name: str, workers: int, queue: int, wait: float = WAIT_SECONDS) -> None:
        self._name = name
        self._free = workers
        self._queue = queue
        self._wait = wait
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Hold a place while the work is done; raises Refused when there is none in good time."""
        await self._enter()
        try:
            yield
        finally:
            self._leave()

    async def _enter(self) -> None:
        if self._free:
            self._free -= 1
            return
        if len(self._waiting) >= self._queue:
            raise self._refusal()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._wait):
                await turn
        except BaseException as error:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif not turn.cancelled():  # its turn came as it left
                self._leave()
            if isinstance(error, TimeoutError):
                raise self._refusal() from None
            raise

    def _leave(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # or it is about to leave
                turn.set_result(None)
                return
        self._free += 1

    def _refusal(self) -> Refused:
        seconds = random.randint(1, 3)  # noqa: S311 - so that those refused together do not come back together
        return Refused(503, "overloaded", f"too many {self._name} requests are under way", {"Retry-After": str(seconds)})


def place(name: str) -> Callable[[Request], AsyncIterator[None]]:
    """A dependency that holds a place in a class of work until the answer is sent."""

    async def held(request: Request) -> AsyncIterator[None]:
        admissions: dict[str, Admission] = request.app.state.admissions
        async with admissions[name].admitted():
            yield

    return held


def admissions() -> dict[str, Admission]:
    """The classes of work of a service, which do not take each other's places."""
    return {
        "match": Admission("match", MATCHES, 2 * MATCHES),
        "batch": Admission("batch", 1, 2, 10.0),
        "write": Admission("write", WORKERS, 4 * WORKERS, 10.0),
        "file": Admission("file", WORKERS, 2 * WORKERS, 5.0),
        "export": Admission("export", 2, 2, 10.0),
        "bulk": Admission("bulk", 2, 2, 10.0),
    }
