"""What the work pays: dollars or a share of the fee as printed, per year of full-time work, and per hour with a client."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from matcher.profile import Caseload, Pay
from matcher.reading.frame import Page
from matcher.reading.sections import Section
from matcher.sought import sought
from matcher.words import either

FULL_WEEK = 40  # paid hours
CLIENT_WEEK = 25  # hours with clients, or sessions, in a full week, where the text states none
CLIENT_WEEKS = 46  # weeks a year with clients
STATED_WEEK = (10, 40)  # hours with clients a week that can be those of full-time work
PER_YEAR = {"hour": 2080, "session": CLIENT_WEEK * CLIENT_WEEKS, "day": 260, "week": 52, "month": 12, "year": 1}
BASIS = {
    "hour": "A full-time year is 2,080 paid hours.",
    "session": f"Full-time work is {CLIENT_WEEK} sessions a week in {CLIENT_WEEKS} weeks; a session is one hour with a client.",
    "day": "A full-time year is 260 paid days.",
    "week": "A full-time year is 52 paid weeks.",
    "month": "A full-time year is 12 paid months.",
    "year": "The amount is for full-time work.",
}
PLAUSIBLE = {  # US dollars per unit that can be pay, and percent of a fee
    "hour": (5, 600),
    "session": (10, 600),
    "day": (40, 5_000),
    "week": (200, 20_000),
    "month": (800, 85_000),
    "year": (10_000, 1_000_000),
    "percent": (20, 100),
}
HOURLY = 250  # dollars: an amount without a unit up to this is an hour's, in the words of pay
WIDEST = 5  # times the low end of a range its high end can be

SHARE = (
    r"\b\d\d(?:\s?%?\s?(?:-|–|to)\s?\d\d)?\s?(?:%|percent)\s(?:(?:fee|commission|revenue|clinician|therapist)[ -])?"
    r"(?:split|of (?:(?:the|all|your|each|net|gross|what|session|insurance|client) ){0,3}"
    r"(?:fees?|collect\w+|bill(?:ed|ings?)|reimburse\w*|revenue|receipts?|payments?))\b"
    r"|\b\d\d ?/ ?\d\d (?:(?:(?:fee|commission|revenue|clinician|pay) )?split|in your favor)\b|\bsplit(?:s|ting)?(?: of| is|:)? \d\d ?/ ?\d\d\b"
)
SHARES = sought(SHARE)
NOT_SHARED = either(  # « and » stand around the share
    r"»\W*(?:between|of (?:clinical|time|direct|your|work|dut)|clinical|direct|remote|in[- ]office|admin|time)",
    r"\b(?:time|work|schedule|duties)\W+(?:is |are )?\W*«",
)
NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,2}(?:\.\d\d?)?|\d{1,6}(?:\.\d\d?)?)(?!\d|,\d{3})"
DOLLARS = r"(?:USD ?\$?|(?:US)?\${1,2}) ?"
PER = r"\s{0,2}(?:/|\bper\b|\ban?\b|\beach\b)\s{0,2}"
AMOUNT = sought(
    rf"(?:(?<![\w.,£€$+])(?P<sign>{DOLLARS})|(?<![\w.,£€$+/-]))(?!40[13]\s?\(?[kb])(?P<low>{NUMBER})(?P<k>\s?k\b)?\+?"
    rf"(?P<range>(?:{PER}(?:year|yr|hour|hr|session|month|week)\b\.?)?(?: \([^()\n]{{1,20}}\))?"
    r"(?:\s{0,3}(?:-|–|—|to\b|and\b|up to\b|/(?=\$))\s{0,3}|[\s,/]{1,4}max(?:imum)?:?\s{0,3})"
    rf"(?:{DOLLARS})?(?P<high>{NUMBER})(?P<ks>\s?k\b)?(?!\s?(?:%|hours?\b|hrs\b|years?\b|days\b|weeks\b|min|percent)))?"
    r"(?!\s?(?:m|mm|million|b|bn|billion|percent)\b|%|:\d|/\d)",
)
UNIT = re.compile(
    r"(?:\+|\s?(?:USD|DOE|gross|\([^()\n]{1,25}\)))?[\s,]{0,2}(?:"
    rf"(?P<session>{PER}(?:(?:completed|attended|individual|therapy|clinical|kept|\d\d(?: ?(?:or|-|–|to) ?\d\d)?[- ]?min(?:ute)?s?) ){{0,3}}"
    r"(?:session|visit|appointment|clients?\b(?! hour)|90(?:791|83[247]))"
    rf"|{PER}(?:client|clinical|billable|direct|contact|face-to-face|therapy)[- ](?:service |care |contact )?(?:hour|hr))"
    rf"|(?P<hour>{PER}(?:hour|hr|h)\b|hourly\b|p/?h\b|hr\b)|(?P<year>{PER}(?:year|yr|annum)\b|annual(?:ly)?\b|yearly\b|p\.?a\b)"
    rf"|(?P<biweekly>bi-?weekly\b|every (?:two|other) weeks?\b|{PER}pay period\b|{PER}two weeks\b)"
    rf"|(?P<month>{PER}(?:month|mo)\b|monthly\b)|(?P<week>{PER}(?:week|wk)\b|weekly\b)|(?P<day>{PER}day\b|daily\b))",
    re.IGNORECASE,
)
OF_WHAT = re.compile(  # the last of these before an amount says what it is
    r"(?P<never>bonus|sign(?:ing)?[- ]on|stipend|loan|tuition|relocat\w+|retention|differential)"
    r"|(?P<other>\bCEU?s?\b|budget|grants?\b(?!-)|rais(?:ed|ing)|fund(?:s|ing|rais\w+)?\b(?!-)|\bfees?\b|co-?pay\w*|insurance|liability|malpractice"
    r"|coverage|match\b|401|allowance|supplement|reimburs\w*(?: rates?)?|deductible|premium|revenue|award\w*|worth|savings?|referr\w+|extra|additional"
    r"|\badd\b|housing|rent\b|mileage|(?:clients?|patients?|famil(?:y|ies)|people|members|who|you) pays?\b|(?:self|private|cash)[- ]pay(?: rates?)?"
    r"|sliding|charges?\b|costs?\b|donat\w+|scholarship|assets|\bCAD\b|\bAUD\b|sales|projects\b|incentive|sessions? (?:is|are)|below|under|less than)"
    r"|(?P<pay>\bpays?\b|\bpaid (?:at|hourly|up)\b|salar\w+|wages?\b|compensation|\brates?\b|\bearn\w*|hourly|remuneration|\bmoney\b|\bmake\b|W-?2|1099"
    r"|\bstart(?:s|ing)?\b|\bbase\b)",
    re.IGNORECASE,
)
PART = re.compile(r",|\bplus\b|\band\b", re.IGNORECASE)  # ends what a bonus is said of
NOT_PAY = either(
    r"(?:(?!\bplus\b|\band\b|\bwith\b)[^.;,\n$(+]){0,22}?\b(?:bonus|sign(?:ing)?[- ]on|stipend|retention|more\b|extra|differential|CEU?s?\b|tuition"
    r"|reimburs\w+|deductible|co-?pay\w*|budget|grants?\b(?!-)|funds\b|funding\b|loan|allowance|match\b|guarantee|off\b|liability|insurance|program\b"
    r"|incentive|scholarship|toward|investment|in (?:revenue|sales|assets|donations|debt|capital)"
    r"|for (?:an? |each |\w+ )?(?:training|CE|continuing|books|no|late|testimony|referr\w+|meetings))"
)
PAID = either(r"[^.;\n$]{0,12}?\b(?:DOE|depending on|commensurate|to start|base\b|salary|W-?2|full[- ]time|licensed|resident)")
BARE = re.compile(r"(?:^|\n)[\s•●▪*–-]*\Z")
DIRECT = sought(
    r"\b(\d\d) ?(?:%|percent) (?:of (?:your |work |the )?(?:time|hours) in )?(?:direct|productiv\w+|billable|client|face-to-face)\b",
)


@dataclass(frozen=True, slots=True)
class _Amount:
    low: float
    high: float
    unit: str
    start: int
    end: int
    notes: tuple[str, ...] = ()
    of_pay: bool = True


def read_pay(page: Page, caseloads: Iterable[Caseload]) -> tuple[Pay, ...]:
    """Every amount that is pay, once, those said to be pay first; `caseloads` say how many hours a week are with clients."""
    stated = _client_week(page.text, caseloads)
    amounts = [amount for amount in (*_amounts(page), *_shares(page)) if _plausible(amount) and page.says(amount.start, amount.end)]
    first = {(amount.low, amount.high, amount.unit): amount for amount in sorted(amounts, key=lambda amount: -amount.start)}
    return tuple(_normal(amount, stated) for amount in sorted(first.values(), key=lambda amount: (not amount.of_pay, amount.start)))


def _shares(page: Page) -> Iterator[_Amount]:
    for match in SHARES.finditer(page.text):
        low, *rest = sorted(float(number) for number in re.findall(r"\d\d", match.group()))
        if not NOT_SHARED.search(page.frame(*match.span())):
            split = "/" in match.group()
            notes = ("The larger share is taken as the clinician's.",) if split else ()
            yield _Amount(max([low, *rest]) if split else low, max([low, *rest]), "percent", *match.span(), notes)


def _amounts(page: Page) -> Iterator[_Amount]:
    at = since = 0
    while match := AMOUNT.search(page.text, at):
        printed = _printed(page.text, match)
        at = printed.end
        if match.group("sign") or printed.unit or match.group("k") or match.group("range"):
            of_pay = _of_pay(page, match, printed, since) if page.speaks(printed.start) else None
            since = printed.end
            if of_pay is not None and (sized := _sized(printed, of_pay)):
                yield sized


def _printed(text: str, match: re.Match[str]) -> _Amount:
    """The amount with its unit, empty where none is printed."""
    thousands = bool(match.group("k") or match.group("ks"))
    low, high, end = _number(match.group("low"), thousands), _number(match.group("high") or match.group("low"), thousands), match.end()
    first, unit = UNIT.match(text, match.end("k") if match.group("k") else match.end("low")), UNIT.match(text, end)
    if not low <= high <= WIDEST * low or (first and unit and first.lastgroup != unit.lastgroup):  # two amounts
        low = high = _number(match.group("low"), bool(match.group("k")))
        end, unit = match.start("range"), None
    unit = unit or first
    name, end = (unit.lastgroup or "", max(end, unit.end())) if unit else ("", end)
    if name == "biweekly":
        return _Amount(low / 2, high / 2, "week", match.start(), end, ("The biweekly amount is halved to a week's.",))
    return _Amount(low, high, name, match.start(), end)


def _number(digits: str, thousands: bool) -> float:
    value = float(digits.replace(",", ""))
    return value * 1000 if thousands and value < 1000 else value


def _of_pay(page: Page, match: re.Match[str], amount: _Amount, since: int) -> bool | None:
    """Whether an amount stands among words of pay; None where it is no pay."""
    bare = BARE.search(page.text, max(since, amount.start - 9), amount.start)
    words = _words(page.before(amount.start, since))
    if words[-1:] == ["other"] or "never" in words or NOT_PAY.match(page.text, amount.end):
        return None
    heading = bare and _words(page.before(bare.start(), since))[-1:] == ["pay"]
    if words or heading or PAID.match(page.text, amount.end):
        money = match.group("sign") or match.group("k") or "," in match.group() or amount.unit in ("hour", "session", "year")
        return True if money else None
    if not match.group("sign"):
        return None
    alone = match.group("high") or bare or page.sections.at(amount.start) is Section.OFFER
    return False if amount.unit or (alone and amount.low >= PLAUSIBLE["month"][0]) else None


def _words(said: str) -> list[str]:
    """What the words before an amount say it is, in order; a bonus is no longer said of what follows a comma."""
    last = max((part.end() for part in PART.finditer(said)), default=0)
    found = [(word.lastgroup or "", word.start()) for word in OF_WHAT.finditer(said)]
    return ["other" if name == "never" and at < last else name for name, at in found]


def _sized(amount: _Amount, of_pay: bool) -> _Amount | None:
    """The amount with a unit by its size where none is printed; None where the size does not tell."""
    unit = amount.unit or ("year" if amount.low >= PLAUSIBLE["year"][0] else "hour" if of_pay and amount.high <= HOURLY else "")
    notes = amount.notes if amount.unit else (f"No unit is printed; by its size the amount is taken as {'an hour' if unit == 'hour' else 'a year'}'s.",)
    return _Amount(amount.low, amount.high, unit, amount.start, amount.end, notes, of_pay) if unit else None


def _plausible(amount: _Amount) -> bool:
    low, high = PLAUSIBLE[amount.unit]
    return low <= amount.low and amount.high <= high


def _client_week(text: str, caseloads: Iterable[Caseload]) -> float | None:
    direct = DIRECT.search(text)
    weeks = [(one.low + one.high) / 2 for one in caseloads if one.unit == "sessions_per_week"]
    weeks += [int(direct.group(1)) / 100 * FULL_WEEK] if direct else []
    return next((week for week in weeks if STATED_WEEK[0] <= week <= STATED_WEEK[1]), None)


def _normal(amount: _Amount, stated: float | None) -> Pay:
    """The amount per year of full-time work and per hour with a client, and what these rest on."""
    printed = (amount.low, amount.high, amount.unit)
    if amount.unit == "percent":
        return Pay(*printed, None, None, (*amount.notes, "The fee is not stated."), amount.start, amount.end)
    yearly = (round(amount.low * PER_YEAR[amount.unit], 2), round(amount.high * PER_YEAR[amount.unit], 2))
    notes = (*amount.notes, BASIS[amount.unit])
    if amount.unit == "session":
        return Pay(*printed, yearly, (amount.low, amount.high), notes, amount.start, amount.end)
    hours = (stated or CLIENT_WEEK) * CLIENT_WEEKS
    with_clients = f"{stated:g} hours with clients a week, as the text states," if stated else f"{CLIENT_WEEK} hours with clients a week"
    clinical = (round(yearly[0] / hours, 2), round(yearly[1] / hours, 2))
    return Pay(*printed, yearly, clinical, (*notes, f"{with_clients} in {CLIENT_WEEKS} weeks."), amount.start, amount.end)
