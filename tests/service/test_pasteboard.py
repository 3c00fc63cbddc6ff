"""What is on the pasteboard is there for its tenant, for a time, and in memory."""

from __future__ import annotations

import pytest

from matcher.matcher import Matcher
from service.errors import Refused
from service.pasteboard import KEPT, MOST, Pasteboard
from tests.conftest import resume

TEXT = resume("LCSW, Texas. EMDR.")


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_text_is_there_until_it_is_erased(matcher: Matcher) -> None:
    board = Pasteboard()
    pasted = board.add("local", TEXT, matcher.read([TEXT])[0])
    assert board.get("local", pasted.id).document == TEXT
    with board.holding("local", pasted.id) as held:
        assert held is pasted
    board.erase(pasted)
    with pytest.raises(Refused, match="no longer here"), board.holding("local", pasted.id):
        pass
    with pytest.raises(Refused, match="no longer here"):
        board.get("local", pasted.id)


def test_it_is_nobody_elses(matcher: Matcher) -> None:
    board = Pasteboard()
    pasted = board.add("acme", TEXT, matcher.read([TEXT])[0])
    with pytest.raises(Refused, match="no longer here"):
        board.get("other", pasted.id)
    assert board.add("acme", TEXT, pasted.asked).id != pasted.id
    assert len(pasted.id) >= 20


def test_it_is_gone_hours_after_its_last_use(matcher: Matcher) -> None:
    clock = Clock()
    board = Pasteboard(clock)
    asked = matcher.read([TEXT])[0]
    one, other = board.add("local", TEXT, asked), board.add("local", TEXT, asked)
    clock.now = KEPT
    board.get("local", one.id)
    clock.now = KEPT + 1
    assert len(board) == 1
    assert board.get("local", one.id)
    with pytest.raises(Refused):
        board.get("local", other.id)


def test_the_one_unused_for_longest_makes_room(matcher: Matcher) -> None:
    board = Pasteboard()
    asked = matcher.read([TEXT])[0]
    first, second = board.add("local", TEXT, asked), board.add("local", TEXT, asked)
    board.get("local", first.id)
    for _ in range(MOST - 1):
        board.add("local", TEXT, asked)
    assert len(board) == MOST
    assert board.get("local", first.id)
    with pytest.raises(Refused):
        board.get("local", second.id)


def test_what_was_found_keeps_its_number(matcher: Matcher) -> None:
    pasted = Pasteboard().add("local", TEXT, matcher.read([TEXT])[0])
    assert [pasted.number(id) for id in ("b", "a", "b")] == [1, 2, 1]
    assert pasted.found(2) == "a"
    with pytest.raises(Refused, match="nothing was found under the number 3"):
        pasted.found(3)
