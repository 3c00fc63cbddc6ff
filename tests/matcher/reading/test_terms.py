"""Employment, schedule, pay, caseload and supervision, as postings state them and resumes ask for them."""

from __future__ import annotations

import time

import pytest

from matcher.document import Kind
from matcher.profile import Pay, Terms
from matcher.reading import Reader
from matcher.reading.sections import Section, Sections, Span
from matcher.reading.terms import read_terms
from tests.conftest import posting, resume


def _read(text: str, section: Section = Section.BODY, kind: Kind = Kind.POSTING) -> Terms:
    return read_terms(text, Sections([Span(section, 0, len(text))]), kind)


def _pay(text: str) -> Pay:
    [pay] = _read(text).pay
    return pay


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("This is a W-2 position.", "w2"),
        ("W2 or 1099, your choice.", "w2 1099"),
        ("Join us as an independent contractor.", "1099"),
        ("1099, not W-2.", "1099"),
        ("No 1099, W-2 only.", "w2"),
        ("This is not a W-2 position.", ""),
        ("We do not hire independent contractors.", ""),
        ("Bring a copy of your W-2.", ""),
        ("Attach W-2 forms.", ""),
        ("Call 555-1099.", ""),
        ("1099 Main St", ""),
        ("Clinic at St Mary's, London W2 1NY", ""),
        ("60/40 split", "fee_split"),
        ("You keep 65% of fees.", "fee_split"),
        ("A percentage of collections.", "fee_split"),
        ("60/40 split between clinical and admin time", ""),
        ("Fee-for-service, paid monthly.", "fee_for_service"),
        ("Experience with Medicaid fee-for-service billing.", ""),
        ("A salaried role.", "salaried"),
        ("Hourly, non-exempt.", "hourly"),
        ("Bi-hourly checks of patients.", ""),
        ("Full-time therapist", "full_time"),
        ("Full- or part-time", "full_time part_time"),
        ("40 hours per week", "full_time"),
        ("Hours: full time", "full_time"),
        ("Licensed Clinical Social Worker (part-time)", "part_time"),
        ("Two years of full-time experience.", ""),
        ("A full-time, one-year pre-doctoral internship is required.", ""),
        ("Health plan for full-time employees.", ""),
        ("Not a full-time position.", ""),
        ("0.5 FTE", "part_time"),
        ("20 hours/week", "part_time"),
        ("10 hours per week of supervision", ""),
        ("State full-time or part-time status.", ""),
        ("Per diem or PRN.", "per_diem"),
        ("Per diem for travel is paid.", ""),
        ("Gives PRN medication.", ""),
        ("A 13-week contract.", "temporary"),
        ("Locum, to cover leave.", "temporary"),
        ("Keeps temporary housing records.", ""),
        ("This internship is paid.", "internship"),
        ("We are seeking graduate interns.", "internship"),
        ("Complete an internship first.", ""),
        ("We are not accepting interns.", ""),
        ("Supervise an intern.", ""),
        ("An unpaid position.", "volunteer"),
        ("Paid or volunteer experience.", ""),
    ],
)
def test_employment(text: str, values: str) -> None:
    assert [term.value for term in _read(text).employment] == values.split()


@pytest.mark.parametrize(("title", "values"), [("Therapist Intern", ["internship"]), ("Internship Coordinator", []), ("Volunteer", ["volunteer"])])
def test_the_title_says_whether_the_post_is_an_internship(reader: Reader, title: str, values: list[str]) -> None:
    assert [term.value for term in reader.read(posting("Work here.", title=title)).facts.terms.employment] == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Monday through Friday", "weekdays"),
        ("M-F, some evenings", "weekdays evenings"),
        ("Evening and weekend hours", "evenings weekends"),
        ("Saturdays required", "weekends"),
        ("No weekends.", ""),
        ("No nights, weekends or holidays", ""),
        ("No evenings or weekends; on-call once a month", "on_call"),
        ("No weekends, flexible schedule", "flexible"),
        ("Weekends off", ""),
        ("Nights and weekends are not required.", ""),
        ("10% weekend differential", ""),
        ("Apply by Sunday, June 5.", ""),
        ("Rated by the Sunday Times.", ""),
        ("Night shift", "nights"),
        ("Overnight travel", ""),
        ("On-call rotation", "on_call"),
        ("no on-call", ""),
        ("Report to the on-call supervisor.", ""),
        ("Set your own schedule", "flexible"),
        ("Must be able to work a flexible schedule", ""),
        ("Swing shift, four tens", "shift four_day_week"),
        ("4-day work week", "four_day_week"),
    ],
)
def test_schedule(text: str, values: str) -> None:
    assert [term.value for term in _read(text).schedule] == values.split()


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "yearly", "clinical"),
    [
        ("Salary: $69,000 - $92,000", 69_000, 92_000, "year", (69_000, 92_000), (60, 80)),  # / (25 x 46 = 1,150)
        ("$69-92k DOE", 69_000, 92_000, "year", (69_000, 92_000), (60, 80)),
        ("$69K to $92K base", 69_000, 92_000, "year", (69_000, 92_000), (60, 80)),
        ("We pay 69,000 - 92,000.", 69_000, 92_000, "year", (69_000, 92_000), (60, 80)),
        ("$57,500 annually", 57_500, 57_500, "year", (57_500, 57_500), (50, 50)),
        ("Minimum: $57,500   Maximum: $69,000", 57_500, 69_000, "year", (57_500, 69_000), (50, 60)),
        ("$34.50/hr", 34.5, 34.5, "hour", (71_760, 71_760), (62.4, 62.4)),  # x 2,080, / 1,150
        ("$23 to $46 an hour", 23, 46, "hour", (47_840, 95_680), (41.6, 83.2)),
        ("Pay: $23 DOE", 23, 23, "hour", (47_840, 47_840), (41.6, 41.6)),
        ("$45–$60 per session", 45, 60, "session", (51_750, 69_000), (45, 60)),  # x 1,150
        ("$96 per 53-minute session", 96, 96, "session", (110_400, 110_400), (96, 96)),
        ("1099 at $72 per clinical hour", 72, 72, "session", (82_800, 82_800), (72, 72)),
        ("Salary: USD 23.00 - USD 46.00 hourly", 23, 46, "hour", (47_840, 95_680), (41.6, 83.2)),
        ("$60/$75 per session", 60, 75, "session", (69_000, 86_250), (60, 75)),
        ("$2,300 biweekly", 1_150, 1_150, "week", (59_800, 59_800), (52, 52)),  # half, x 52, / 1,150
        ("Pay: $1,150 a week", 1_150, 1_150, "week", (59_800, 59_800), (52, 52)),
        ("Pay: $4,600 monthly", 4_600, 4_600, "month", (55_200, 55_200), (48, 48)),  # x 12, / 1,150
        ("Daily rate: $230 per day", 230, 230, "day", (59_800, 59_800), (52, 52)),  # x 260, / 1,150
        ("60% split", 60, 60, "percent", None, None),
        ("60-70% of collections", 60, 70, "percent", None, None),
        ("35/65 split", 65, 65, "percent", None, None),
        ("Sign-on bonus of $5,000, salary $57,500", 57_500, 57_500, "year", (57_500, 57_500), (50, 50)),
        ("$57,500 a year plus $2,000 sign-on bonus", 57_500, 57_500, "year", (57_500, 57_500), (50, 50)),
        ("The salary of this grant-funded post is $57,500.", 57_500, 57_500, "year", (57_500, 57_500), (50, 50)),
    ],
)
def test_pay(text: str, low: float, high: float, unit: str, yearly: tuple[float, float] | None, clinical: tuple[float, float] | None) -> None:
    pay = _pay(text)
    assert (pay.low, pay.high, pay.unit, pay.yearly, pay.clinical) == (low, high, unit, yearly, clinical)


@pytest.mark.parametrize(
    "text",
    [
        "$5,000 sign-on bonus",
        "Sign-on bonus paid: $15,000",
        "Stipend of $40,000",
        "$30,000 in loan repayment",
        "Tuition help up to $25,000 a year",
        "$1,500 per year for CEUs",
        "Malpractice of $1,000,000/$3,000,000",
        "A 1M/3M policy.",
        "A budget of $500,000",
        "A $750,000 grant",
        "Our fee is $150 per session",
        "Clients pay $120 per session",
        "Private pay rate of $175 per session",
        "Copay $25 per visit",
        "401(k) match of $2,000 a year",
        "401k plan",
        "A $1 million program",
        "We raised $30M.",
        "$3 weekend differential",
        "$2 an hour more for Spanish",
        "+$6.00 an hour on nights",
        "£35,000 per annum",
        "Salary of 40 hours",
        "$4,000 a year",  # below 10,000
        "$2,000,000 a year",
        "$4 an hour",
        "$700/hr",
        "10-12 weeks, 2 to 4 visits",
    ],
)
def test_what_is_not_pay(text: str) -> None:
    assert _read(text).pay == ()


def test_an_amount_among_words_of_pay_comes_first() -> None:
    assert [pay.low for pay in _read("$50 per session at our other site. Your rate: $60 per session.").pay] == [60, 50]


def test_two_amounts_of_different_units_are_two() -> None:
    assert [(pay.low, pay.high, pay.unit) for pay in _read("$45 per session and $60 an hour").pay] == [(45, 45, "session"), (60, 60, "hour")]


def test_an_amount_is_read_once_and_where_it_first_stands() -> None:
    text = "Pay: $30/hr. Again: $30/hr."
    assert [(pay.start, pay.end) for pay in _read(text).pay] == [(5, 11)]


def test_a_heading_says_that_the_line_below_is_pay() -> None:
    assert [pay.unit for pay in _read("Compensation\n\n$34.50, and a cat.").pay] == ["hour"]


@pytest.mark.parametrize(
    ("text", "clinical"),
    [
        ("Salary: $46,000. 20 clinical hours a week.", 50),  # / (20 x 46 = 920)
        ("Salary: $46,000. 18-22 client hours weekly.", 50),
        ("Salary: $46,000. 50% direct service.", 50),  # 50 % of 40 hours is 20
        ("Salary: $46,000.", 40),  # / 1,150
    ],
)
def test_hours_with_clients_are_those_the_text_states(text: str, clinical: float) -> None:
    pay = _pay(text)
    assert pay.clinical == (clinical, clinical)
    assert ("as the text states" in " ".join(pay.assumptions)) is (clinical == 50)


@pytest.mark.parametrize(
    ("text", "assumptions"),
    [
        ("$34.50/hr", ("A full-time year is 2,080 paid hours.", "25 hours with clients a week in 46 weeks.")),
        ("$60 per session", ("Full-time work is 25 sessions a week in 46 weeks; a session is one hour with a client.",)),
        ("60/40 split", ("The larger share is taken as the clinician's.", "The fee is not stated.")),
        ("65% of fees", ("The fee is not stated.",)),
        (
            "$2,400 biweekly",
            ("The biweekly amount is halved to a week's.", "A full-time year is 52 paid weeks.", "25 hours with clients a week in 46 weeks."),
        ),
        (
            "Salary: $70,000",
            (
                "No unit is printed; by its size the amount is taken as a year's.",
                "The amount is for full-time work.",
                "25 hours with clients a week in 46 weeks.",
            ),
        ),
    ],
)
def test_pay_says_what_it_rests_on(text: str, assumptions: tuple[str, ...]) -> None:
    assert _pay(text).assumptions == assumptions


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        ("A caseload of 25-30 clients.", [(25, 30, "clients")]),
        ("Caseload cap 18.", [(18, 18, "clients")]),
        ("See 22 clients per week.", [(22, 22, "sessions_per_week")]),
        ("25 clinical hours a week", [(25, 25, "sessions_per_week")]),
        ("22–25 direct-service hours weekly", [(22, 25, "sessions_per_week")]),
        ("A minimum of 19 clients", [(19, 19, "clients")]),
        ("22 clients is full time.", [(22, 22, "sessions_per_week")]),
        ("A caseload of adults ages 18-65", []),
        ("Groups of 8 clients a week", []),
        ("Two to three sessions; 3 sessions a week", []),
        ("40 hours a week", []),
        ("No minimums.", []),
    ],
)
def test_caseload(text: str, cases: list[tuple[int, int, str]]) -> None:
    assert [(case.low, case.high, case.unit) for case in _read(text).caseload] == cases


@pytest.mark.parametrize(
    ("text", "section", "values"),
    [
        ("Free clinical supervision toward LCSW", Section.OFFER, "clinical"),
        ("Supervision hours provided.", Section.BODY, "clinical"),
        ("We provide supervision for associates.", Section.BODY, "clinical"),
        ("Associates receive weekly supervision.", Section.BODY, "clinical"),
        ("Weekly clinical supervision", Section.OFFER, "clinical"),
        ("Administrative supervision is provided.", Section.BODY, "administrative"),
        ("A peer consultation group meets weekly.", Section.BODY, "peer"),
        ("Provide clinical supervision to interns.", Section.DUTIES, ""),
        ("Provide supervision toward licensure for associates.", Section.DUTIES, ""),
        ("Leads peer consultation groups.", Section.DUTIES, ""),
        ("Experience with clinical supervision", Section.REQUIRED, ""),
        ("We are not set up to provide supervision toward a license.", Section.BODY, ""),
        ("Able to practice without supervision", Section.REQUIRED, ""),
        ("Clinical supervision", Section.BODY, ""),
    ],
)
def test_supervision_that_the_employer_offers(text: str, section: Section, values: str) -> None:
    assert [term.value for term in _read(text, section).supervision] == values.split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Seeking full-time work at $80,000 a year, evenings welcome.", ["full-time", "evenings", "$80,000 a year"]),
        ("Willing to work weekends.", ["weekends"]),
        ("Full-time therapist, per diem nurse, on-call for crises.", []),
        ("Managed a budget with salaries of $300,000 a year.", []),
        ("Carried a caseload of 60 with evening groups.", []),
        ("Happy to work days; I would prefer not to go back to overnights.", []),
    ],
)
def test_a_resume_states_only_what_the_person_asks_for(text: str, words: list[str]) -> None:
    terms = _read(text, kind=Kind.RESUME)
    found = [*terms.employment, *terms.schedule, *terms.pay, *terms.caseload, *terms.supervision]
    assert [text[one.start : one.end] for one in found] == words


def test_work_history_asks_for_nothing() -> None:
    assert _read("Available evenings and weekends for crisis calls.", Section.EXPERIENCE, Kind.RESUME) == Terms()


def test_spans_are_the_words_as_written() -> None:
    text = "Part-time W-2 work, no weekends, one evening.\nPay: $34.50 - $40.00/hr. See 12 clients a week. We provide group supervision."
    terms = _read(text)
    found = [*terms.employment, *terms.schedule, *terms.pay, *terms.caseload, *terms.supervision]
    assert [text[one.start : one.end] for one in found] == [
        "Part-time",
        "W-2",
        "evening",
        "$34.50 - $40.00/hr",
        "12 clients a week",
        "We provide group supervision",
    ]


def test_the_reader_reads_terms_of_both_kinds(reader: Reader) -> None:
    assert [pay.yearly for pay in reader.read(posting("Therapist. Salary: $57,500.")).facts.terms.pay] == [(57_500, 57_500)]
    assert [term.value for term in reader.read(resume("Jane Example, LCSW\nSeeking part-time work.")).facts.terms.employment] == ["part_time"]


@pytest.mark.alone
@pytest.mark.parametrize(
    "piece", ["$1,111-", "1,111,111 - ", "$$$", "70/", "no evenings or ", "caseload of of ", "free clinical weekly ", "–$ 9k", "$9 to ", "( "]
)
def test_a_hostile_text_is_read_in_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    _read(text)
    assert time.process_time() - began < 0.5
