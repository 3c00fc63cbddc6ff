"""Tests of several processes run beside each other, and one that takes time alone."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from tests.turns import Turns

SECONDS = 20


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < until
        time.sleep(0.005)


def _is_held(path: Path) -> bool:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_tests_are_beside_each_other_and_one_that_is_alone_waits_and_is_not_overtaken(tmp_path: Path) -> None:
    ends = {name: Event() for name in ("first", "second", "alone", "later")}
    entered: list[str] = []

    def run(name: str) -> None:
        turns = Turns(tmp_path)
        with turns.taken(name == "alone"):
            entered.append(name)
            assert ends[name].wait(SECONDS)
        turns.close()

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(run, name) for name in ("first", "second")]
        _until(lambda: set(entered) == {"first", "second"})
        done.append(pool.submit(run, "alone"))
        _until(lambda: _is_held(tmp_path / "door"))
        done.append(pool.submit(run, "later"))
        ends["first"].set()
        done[0].result(SECONDS)
        assert len(entered) == 2
        ends["second"].set()
        _until(lambda: "alone" in entered)
        ends["later"].set()
        time.sleep(0.05)
        assert entered[2:] == ["alone"]
        ends["alone"].set()
        assert [one.result(SECONDS) for one in done] == [None] * 4
    assert entered[2:] == ["alone", "later"]
