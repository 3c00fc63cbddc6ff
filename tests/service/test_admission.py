"""Admission: so many at once, so many waiting in order, nobody for long, and no place lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from service.admission import Admission
from service.errors import Refused

LONG = 60.0  # seconds, in which nobody runs out of patience here
SHORT = 0.02


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 30))


async def settled() -> None:
    """Let every task go as far as it can without waiting for time."""
    for _ in range(10):
        await asyncio.sleep(0)


class Work:
    """Tasks that hold their place until they are told to finish, and the order in which they were admitted."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._ends: dict[str, asyncio.Event] = {}
        self.order: list[str] = []
        self.running: set[str] = set()

    def begin(self, name: str) -> asyncio.Task[None]:
        self._ends[name] = asyncio.Event()
        return asyncio.create_task(self._held(name))

    def finish(self, name: str) -> None:
        self._ends[name].set()

    async def end(self, name: str) -> None:
        self.finish(name)
        await settled()

    async def _held(self, name: str) -> None:
        async with self._admission.admitted():
            self.order.append(name)
            self.running.add(name)
            try:
                await self._ends[name].wait()
            finally:
                self.running.discard(name)


async def free_places(admission: Admission, most: int) -> int:
    """How many can be admitted at once, found by trying with one more than there may be."""
    work = Work(admission)
    tasks = [work.begin(str(number)) for number in range(most + 1)]
    await settled()
    free = len(work.running)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return free


def test_as_many_as_there_are_places_run_at_once_and_the_others_wait() -> None:
    async def scenario() -> None:
        work = Work(Admission("match", 2, 2, LONG))
        tasks = [work.begin(name) for name in "abcd"]
        await settled()
        assert work.running == {"a", "b"}
        for name in "abcd":
            await work.end(name)
        await asyncio.gather(*tasks)

    run(scenario)


def test_who_waits_is_admitted_in_the_order_of_asking() -> None:
    async def scenario() -> None:
        work = Work(Admission("match", 1, 5, LONG))
        tasks = [work.begin(name) for name in "abcdef"]
        await settled()
        for name in "abcdef":
            assert work.running == {name}
            await work.end(name)
        await asyncio.gather(*tasks)
        assert work.order == list("abcdef")

    run(scenario)


def test_beyond_the_queue_one_is_refused_at_once_with_a_time_to_come_back() -> None:
    async def scenario() -> None:
        work = Work(Admission("match", 1, 1, LONG))
        tasks = [work.begin(name) for name in "ab"]
        await settled()
        with pytest.raises(Refused) as refused:
            await asyncio.wait_for(work.begin("c"), 1)
        assert (refused.value.status, refused.value.name, str(refused.value)) == (503, "overloaded", "too many match requests are under way")
        assert refused.value.headers["Retry-After"] in ("1", "2", "3")
        for name in "ab":
            await work.end(name)
        await asyncio.gather(*tasks)

    run(scenario)


def test_who_waits_too_long_is_refused_and_leaves_the_queue_to_others() -> None:
    async def scenario() -> None:
        admission = Admission("match", 1, 1, SHORT)
        work = Work(admission)
        first, late = work.begin("a"), work.begin("b")
        with pytest.raises(Refused):
            await late
        other = work.begin("c")  # there is room in the queue again
        await settled()
        await work.end("a")
        assert work.running == {"c"}
        await work.end("c")
        await asyncio.gather(first, other)
        assert await free_places(admission, 1) == 1

    run(scenario)


def test_one_that_leaves_while_it_waits_gives_its_turn_to_the_next() -> None:
    async def scenario() -> None:
        admission = Admission("match", 1, 2, LONG)
        work = Work(admission)
        first, leaver, last = (work.begin(name) for name in "abc")
        await settled()
        leaver.cancel()
        await settled()
        await work.end("a")
        assert work.order == ["a", "c"]
        await work.end("c")
        await asyncio.gather(first, last)
        assert leaver.cancelled()

    run(scenario)


@pytest.mark.parametrize("steps", range(6), ids=lambda steps: f"{steps} steps after")
def test_one_that_leaves_as_its_turn_comes_hands_it_on(steps: int) -> None:
    async def scenario() -> None:
        admission = Admission("match", 1, 2, LONG)
        work = Work(admission)
        first, leaver, last = (work.begin(name) for name in "abc")
        await settled()
        work.finish("a")
        for _ in range(steps):
            await asyncio.sleep(0)
        leaver.cancel()
        await settled()
        assert leaver.cancelled()
        assert work.running == {"c"}
        await work.end("c")
        await asyncio.gather(first, last)
        assert await free_places(admission, 1) == 1

    run(scenario)


def test_work_that_fails_gives_its_place_back() -> None:
    async def scenario() -> None:
        admission = Admission("match", 1, 0, LONG)
        with pytest.raises(ZeroDivisionError):
            async with admission.admitted():
                raise ZeroDivisionError
        assert await free_places(admission, 1) == 1

    run(scenario)


@pytest.mark.parametrize("seed", range(20))
def test_no_place_is_lost_however_many_come_leave_fail_and_run_out_of_time(seed: int) -> None:
    chance = random.Random(seed)
    places, queue = chance.randint(1, 3), chance.randint(0, 5)

    async def scenario() -> None:
        admission = Admission("match", places, queue, 0.004)
        running = most = 0

        async def one() -> None:
            nonlocal running, most
            async with admission.admitted():
                running += 1
                most = max(most, running)
                try:
                    await asyncio.sleep(chance.choice((0, 0.001, 0.003)))
                    if chance.random() < 0.2:
                        raise ZeroDivisionError
                finally:
                    running -= 1

        tasks = []
        for _ in range(300):
            tasks.append(asyncio.create_task(one()))
            await asyncio.sleep(chance.choice((0, 0, 0, 0.001)))
            if chance.random() < 0.4:
                chance.choice(tasks).cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(one) for one in ended} <= {type(None), Refused, ZeroDivisionError, asyncio.CancelledError}
        assert most == places
        assert len(admission._waiting) == 0
        assert await free_places(admission, places) == places

    run(scenario)
