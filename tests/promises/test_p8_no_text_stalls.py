"""P8: no text takes long to read: time grows with its length, not with the square of it; and none stops the reader."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator

import pytest

from matcher.document import Document
from matcher.reading import Reader
from tests.conftest import posting, resume

pytestmark = pytest.mark.alone

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
    started = time.process_time()
    reader.read(resume(text))
    reader.read(posting(text))
    assert time.process_time() - started < SECONDS


SHORT, LONG = 10_000, 60_000  # characters
GROWTH = 2.5 * LONG / SHORT  # times the time; the square would take 36 times
SAID_OVER = {  # what a reader might compare each with all the others of
    "lists of titles": "LCSW, MSW, CBT, DBT, EMDR, ACT\n\n",
    "one long list": "LCSW, MSW, CBT, DBT, EMDR, ACT, ",
    "degrees": "MSW; PhD; ",
    "a degree of every year": "MSW, University of Texas, 2019\n",
    "clauses on one line": "LCSW required. LADC required. ",
    "clauses on lines": "Licensed in Texas: LCSW required. LADC required.\n",
    "clauses in states": "Must have LCSW in Texas. Must have LADC in California. ",
    "no licence of a state": "Alaska licensure is not needed. ",
    "no licence": "no license needed. ",
    "hidden": '<span style="color:white">x</span> ',
    "headings": "Requirements:\n",
    "interns": "LCSW. Intern, ",
    "an employer's voice": "you will have LCSW required; ",
    "general words": "one of licensed at the independent level by a state, ",
    "colleagues": "with D. Ferrante LCSW, ",
    "professions": "licensed as a psychologist ",
    "lines": "Provided individual therapy to adults with depression using CBT.\n",
}
UNENDING = ["LCSW " + "and/or " * 60 + "x LPC"]


@pytest.fixture(scope="module", autouse=True)
def settled() -> Iterator[None]:
    """What other tests left is not gone through again while time is taken."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _seconds(reader: Reader, document: Document, enough: float = 0.0) -> float:
    """The processor time a document takes to be read, the better of two; the first where that is `enough`."""
    taken: list[float] = []
    for number in range(2):
        again = Document(id=document.id, kind=document.kind, text=f"{document.text}{' ' * number}")  # no reading finds the words of another
        started = time.process_time()
        reader.read(again)
        taken.append(time.process_time() - started)
        if taken[0] <= enough:
            break
    return min(taken)


@pytest.mark.parametrize("write", [posting, resume])
@pytest.mark.parametrize("said", SAID_OVER.values(), ids=SAID_OVER)
def test_the_time_does_not_grow_with_the_square_of_how_often_a_thing_is_said(reader: Reader, said: str, write: Callable[[str], Document]) -> None:
    short, long = (write(("A text. " + said * (length // len(said) + 1))[:length]) for length in (SHORT, LONG))
    most = GROWTH * _seconds(reader, short)
    assert _seconds(reader, long, enough=most) <= most


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", UNENDING)
def test_no_pattern_tries_every_way_to_cut_a_text(reader: Reader, text: str) -> None:
    reader.read(resume(text))
    reader.read(posting(text))


def test_letters_that_grow_in_small_letters_hide_nothing_else(reader: Reader) -> None:
    hidden = '<b style="display:none">LPC İİİİ</b>'
    read = reader.read(resume(f"{hidden}\nLCSW in Texas. {hidden}"))
    assert [licence.title for licence in read.licences] == ["LCSW"]
