"""P8: no text takes long to read: time grows with its length, not with the square of it."""

from __future__ import annotations

import time

import pytest

from matcher.reading import Reader
from tests.conftest import posting, resume

LENGTH = 20_000  # characters
SECONDS = 3.0  # on a slow machine that does other work; a quadratic reader takes minutes
FILLERS = [
    "A", "a", " ", "\n", "\t", ".", "LCSW ", "LCSW,", "LCSW(", "EMDR ", "ACT ", "CBT, ", "A B ", "Boston ", "Austin, TX ", "TX ", "licensed ",
    "not ", "401k ", "2019 - ", "5 years ", "(", "((((", "a@", "www.", "L.C.", "individual, ", "= ", "•", "\u0301", "🧠", "é", "Licensed in any ",
    "supervision toward ", "1 A", "\r\n",
]  # fmt: skip


@pytest.mark.parametrize("filler", FILLERS)
def test_a_text_of_one_thing_over_and_over_is_read_in_seconds(reader: Reader, filler: str) -> None:
    text = "LCSW in Texas. " + filler * (LENGTH // len(filler))
    started = time.perf_counter()
    reader.read(resume(text))
    reader.read(posting(text))
    assert time.perf_counter() - started < SECONDS
