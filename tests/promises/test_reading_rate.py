"""Reading is linear: twice the text takes twice the time, whatever stands in it; the rate is printed."""

from __future__ import annotations

import statistics
import time

import pytest

from matcher.document import Document
from matcher.reading import Reader
from tests.conftest import posting, resume

pytestmark = pytest.mark.alone

HALF, WHOLE = 50_000, 100_000  # characters
GROWTH = 2.6  # times the time of half the text, on a machine that does other work
TIMES = 3
POSTING = """Juniper Street Counseling is hiring an outpatient therapist for its clinic in Harrisburg, Pennsylvania.

About the role
You will carry a caseload of 22 to 25 clients a week: adults, couples and adolescents with anxiety, depression, grief and trauma. About \
a third of our sessions are by telehealth. You provide individual and family therapy, complete intake assessments and treatment plans, \
keep progress notes within 48 hours, and coordinate care with schools, probation and primary care.

What you need
- LCSW, LPC or LMFT in Pennsylvania; LSW and LAPC are welcome and receive free weekly supervision toward licensure
- Two years of experience with CBT or DBT; EMDR training is preferred, not required
- Experience with co-occurring substance use disorders and crisis intervention
- Spanish is a plus

What we offer
* $68,000 to $79,500 a year, full-time, W-2, with health insurance, a 401(k) match and 20 days of paid time off
* A flexible schedule: two evenings a week, no weekends, no on-call duty
* $1,200 a year for continuing education, and consultation groups led by a licensed psychologist

Our team of nine clinicians has worked with families on both sides of the river since 1998. We use measurement-based care (PHQ-9, GAD-7), \
and we do not bill for sessions that are cancelled by 8 a.m. Part-time positions (15-20 hours) are paid per session at 60% of collections.

Juniper Street Counseling is an equal opportunity employer. Applicants are considered without regard to race, religion, sex, age, \
disability or veteran status. A background check and child abuse clearances are required before the first day of work.

"""
HOSTILE = (
    "x" * 700 + " " + "(LCSW/LPC/" * 30 + "not not not " * 30 + "$45-$60/hr, " * 20 + "•" * 60 + "1" * 90 + " 7/7/7/7-7-7 " * 15 + "\n"
    "LCSW and LADC and LPC, " * 20 + "[[((" * 20 + "licensed in Texas, " * 12
    + "EMDR,CBT/ACT;" * 20 + "no,no/no;no\n• \n- \n" * 10 + "a.b.c.d." * 20 + "_ _" * 20 + "\n"
)  # fmt: skip


def _text(sample: str, length: int) -> str:
    return (sample * (length // len(sample) + 1))[:length]


def _seconds(reader: Reader, document: Document, enough: float = 0.0) -> float:
    """The processor time a document takes to be read, the median of some readings; the first where that is `enough`."""
    taken: list[float] = []
    for number in range(TIMES):
        again = type(document)(id=document.id, kind=document.kind, text=f"{document.text}{' ' * number}")  # no reading finds the words of another
        started = time.process_time()
        reader.read(again)
        taken.append(time.process_time() - started)
        if taken[0] <= enough:
            return taken[0]
    return statistics.median(taken)


@pytest.mark.parametrize("write", [posting, resume])
@pytest.mark.parametrize("sample", [POSTING, HOSTILE], ids=["prose", "hostile"])
def test_twice_the_text_takes_twice_the_time(reader: Reader, sample: str, write: object) -> None:
    assert callable(write)
    reader.read(write(_text(sample, HALF)))
    half = _seconds(reader, write(_text(sample, HALF)))
    whole = _seconds(reader, write(_text(sample, WHOLE)), enough=GROWTH * half)
    print(f"{WHOLE / whole / 1e6:.2f} MB/s, {whole / half:.2f} times the time for twice the text")  # noqa: T201
    assert whole <= GROWTH * half
