"""What many clients got of a service, counted from replies that were made up, and how they behave when they are refused."""

from __future__ import annotations

import asyncio

import pytest

from scripts.clients import figures
from scripts.traffic import Client, Reply, in_turn, waits

PROBLEM = "application/problem+json"


def _replies(*answers: tuple[int, float]) -> list[Reply]:
    """One after another without a pause, by status and seconds."""
    begun = 100.0
    replies = []
    for status, seconds in answers:
        replies.append(Reply(status, begun, seconds))
        begun += seconds
    return replies


@pytest.mark.parametrize(
    ("answers", "waited", "in_vain"),
    [
        ([], [], 0),
        ([(200, 1), (200, 2)], [1, 2], 0),
        ([(503, 1), (503, 1), (200, 2), (200, 1)], [4, 1], 0),
        ([(200, 1), (503, 1), (0, 30)], [1], 31),
    ],
)
def test_a_wait_begins_with_the_first_refusal_and_ends_with_the_answer(answers: list[tuple[int, float]], waited: list[float], in_vain: float) -> None:
    assert waits(_replies(*answers)) == (waited, in_vain)


def test_a_pause_after_a_refusal_is_part_of_the_wait() -> None:
    assert waits([Reply(503, 100.0, 0.1), Reply(200, 103.0, 0.5)]) == ([3.5], 0.0)


def test_the_figures_tell_the_ratio_of_each_round_and_who_went_without() -> None:
    alone = [[_replies((200, 1), (200, 1))], [_replies((200, 0.5), (200, 0.5))]]  # 1 and 2 a second
    crowds = [
        [_replies((200, 1), (200, 1)), _replies((503, 1), (200, 1))],  # 3 in 2 s
        [_replies((200, 0.5), (200, 0.5)), _replies((503, 0.5), (503, 0.5))],  # 2 in 1 s
    ]
    told = figures(alone, crowds)
    assert (told.clients, told.rates, told.ratios, told.ratio) == (2, [1.5, 2.0], [1.5, 1.0], 1.25)
    assert (told.least, told.most, told.statuses) == (0, 2, {"200": 5, "503": 3})
    assert (told.p50, told.p99, told.p99_of_p50, told.slowest) == (1000, 2000, 2, 2000)


def test_one_client_is_its_own_measure() -> None:
    alone = [[_replies((200, 1))], [_replies((200, 2))]]
    assert figures(alone, alone).ratios == [1.0, 1.0]


def test_the_slowest_is_also_one_who_was_never_answered() -> None:
    alone = [[_replies((200, 1))]]
    assert figures(alone, [[_replies((200, 1)), _replies((503, 4), (503, 5))]]).slowest == 9000


class Refusing(Client):
    """A connection on which everything is refused for an hour."""

    async def ask(self, request: bytes, due: float | None = None) -> Reply:
        return Reply(503, asyncio.get_running_loop().time(), 0.0, PROBLEM, "3600")


@pytest.mark.parametrize(("obedient", "asked"), [(True, {1}), (False, {3, 4})])
def test_an_obedient_client_comes_back_when_it_is_told_to_and_none_stays_longer_than_the_round(obedient: bool, asked: set[int]) -> None:
    async def timed() -> tuple[int, float]:
        begun = asyncio.get_running_loop().time()
        return len(await in_turn(Refusing(1), lambda: b"", 1, 0.35, obedient)), asyncio.get_running_loop().time() - begun

    count, seconds = asyncio.run(timed())
    assert count in asked
    assert seconds < 1
