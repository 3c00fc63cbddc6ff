"""What a posting says of people on the way to a licence: whether associates may come, until when it waits, whether none is needed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from matcher.profile import Level, LicenceClause
from matcher.sought import sought
from matcher.words import either

NOT_NEEDED = sought(
    r"\blicen[sc]\w*(?: \w+)? (?:is |are )?not (?:required|needed|necessary)|\bno licen[sc]e\b|\b(?:lapsed|expired"
    r"|pending) (?:\w+ ){0,2}(?:credential|licen[sc])\w*"
)
NONE_NEEDED = sought(
    r"\bno licen[sc]e (?:is )?(?:needed|required|expected|necessary)\b|\b(?:do not|don.t) need (?:any|a) licen[sc]e\b|\blicen[sc](?:e"
    r"|ure) (?:is )?not (?:required|needed|necessary)\b"
)

TIERS = r"(?:associates?|pre-?licensed|provisional(?:ly)?(?: licens\w+)?|limited licens\w+|interns?|residents?(?: in \w+)?|trainees|new grad\w*)"
LOWER = rf"(?:{TIERS}|LPC-?A|LMSWs?)"
WELCOME = sought(  # what opens a posting to people who are not independent yet
    rf"\b{TIERS}\b[^.;,\n]{{0,45}}\b(?:welcome|considered|ok|okay|fine|accepted|encouraged|eligible(?! for this)|invited|may apply|: yes)",
    r"(?<!provide )(?<!provides )(?<!gives )(?<!give )\b(?:free |clinical |weekly |group |individual )*supervision (?:\w+ ){0,3}toward\w*"
    r" (?:\w+ ){0,3}(?:licen[sc]\w+|(?-i:L[A-Z]{2,})\b|hours)",
    r"\bwe (?:\w+ )?(?:provide|offer|pay for) (?:\w+ ){0,3}supervision (?:\w+ )?(?:toward|for)\b|\bsupervision hours (?:signed|provided|included|offered)",
    r"\bor associate (?:status|level|licen[sc]\w+)\b|\bor (?:registered |graduate )(?:interns?|associates?)\b|\bwe supervise (?:\w+ )?toward",
)
AWAITED = sought(  # what opens it to people whose licence is on its way
    r"\blicen[sc](?:ed|e|ure)(?:[ -]or[ -](?:licen[sc]e[ -])?|,? or |[ -])eligible|\b(?-i:[A-Z]{3,})s?,? \(?or (?:licen[sc]e-)?eligible",
    r"\beligib\w+ (?:for|to (?:obtain|sit for)) (?:\w+ ){0,3}(?:licen[sc]\w+|exam\b)",
    r"\b(?:working|work) towards? (?:\w+ ){0,3}(?:licen[sc]\w+|(?-i:L[A-Z]{2,})\b)|\bpursuing licensure",
    r"\bpending (?:is |are )?(?:ok|okay|fine|welcome|accepted)\b|\bor almost (?:an? )?(?-i:[A-Z]{3,})",
    r"\b(?:exam|application|boards?) (?:date )?(?:is |already )?(?:booked|scheduled|submitted|pending)\b|\bnew grad\w* welcome",
)
UNWELCOME = sought(
    rf"\b(?:no|not|cannot|can.?t|unable to|don.?t|won.?t|isn.?t|aren.?t)\b[^.;,\n]{{0,25}}\b{LOWER}\b(?! (?:to|who|you)\b)",
    rf"\b{LOWER}\b[^.;,\n]{{0,30}}\b(?:do not (?:meet|qualify)|(?:cannot|can.?t) (?:be|serve|sign|hold|apply)|not (?:be )?(?:eligible"
    rf"|accepted|considered|admitted|meet)|need not)",
    r"\b(?:we|us)\W+(?:can.?t|cannot|don.?t|do not|are unable to|aren.?t able to)(?: \w+){0,2} supervise\b|\b(?:no one|nobody) (?:\w+ ){0,3}to supervise",
    r"\btoo small to supervise|\bdon.?t have a supervisor|\bno supervising\b|\bnot set up to provide supervision|\bdon.?t need supervised hours",
    r"\b(?:fully|independently) licen[sc]ed (?:(?-i:[A-Z]{2,}) )?only\b|\bnot able to provide supervision|\bindependent,? no one accruing hours",
)
NUMBERS = {
    word: number for number, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])
}
NUMBERS |= {"eighteen": 18, "twenty-four": 24}
WITHIN = sought(
    rf"\b(?:within|no later than|in) (?:the first |your first |about |a maximum of )?(an?|\d{{1,3}}|{'|'.join(NUMBERS)})(?: \(\d+\))?[ -](day|month|year)s?\b",
)
FROM_START = sought(rf"\b(\d{{1,2}}|{'|'.join(NUMBERS)}) (month|year)s? (?:from|after) (?:the |your )?(?:start|hire|date of hire)\w*")
BY_START = sought(
    r"\bability to obtain\b|\bable to obtain\b|\b(?:by|on|before) (?:the |your )?(?:start|first day)(?: date| of work)?\b, not\b"
    r"|\bnot (?:on )?the day of application"
)
OBTAIN = either(r"licen[sc]|eligib|obtain|registr|LCSW|LPC|LMFT|LMHC|LICSW|credential|certif")
SOON = either(r"\beligib|\bobtain|\bexpect|\bable to|\bpending|\bapprov|\bregist|\bcomplet|\bmust (?:be|become|get)")
HIRED = re.compile(r"^\s*(?:of|after|from|following)\b[^.;]{0,20}\b(?:hire|hiring|start|employ|appointment|date)", re.IGNORECASE)
MULTISTATE = sought(r"\bmulti-?state\b|\bcompact licen[sc]e|\bNLC\b|\b(?:nurse|enhanced nurse) licensure compact\b|\bor compact\b")
OF_ONE_STATE = re.compile(r"[a-z,] (?:[A-Z][a-z]+|[a-z]+-state|local) $|[.;]\s(?:[A-Z][a-z]+ ){1,2}$")  # "Alaska licensure is not needed": another state's is
STATE_CHARACTERS = 80  # before it in which that state stands
OTHER_PAPERS = either(
    r"fingerprint|clearance|\bBLS\b|\bCPR\b|\bCPI\b|\b[AP]CLS\b|\bPALS\b|\bNRP\b|\bSTABLE\b|life support|resuscitat|first aid|crisis.prevention",
    r"driver|perinatal|background|\bPPS\b",
)


class Conditions(NamedTuple):
    """What some lines say of people on the way to a licence."""

    awaited: bool
    welcome: bool
    unwelcome: bool
    months: int | None
    multistate: bool

    @classmethod
    def of(cls, text: str) -> Conditions:
        """What a text says of them."""
        awaited = bool(AWAITED.search(text))
        return cls(awaited, awaited or bool(WELCOME.search(text)), bool(UNWELCOME.search(text)), months_in(text), bool(MULTISTATE.search(text)))


def conditioned(clause: LicenceClause, said: Conditions) -> LicenceClause:
    """The clause with what is said of people on the way to a licence."""
    awaited, welcome, unwelcome, months, multistate = said
    named = {ask.level for ask in clause.asks}
    mixed = Level.ASSOCIATE in named and len(named) > 1
    associates = False if unwelcome else True if welcome or mixed or months else None
    lowered = associates and not (mixed and not welcome)
    asks = tuple(dict.fromkeys(replace(ask, level=_lowered(ask.level)) for ask in clause.asks)) if lowered else clause.asks
    independent = tuple(ask for ask in asks if ask.level is not Level.ASSOCIATE)
    asks = independent if unwelcome and independent else asks
    return replace(clause, asks=asks, associates=associates, months=months, pending=awaited and not unwelcome, multistate=multistate)


def waived(title: str, text: str) -> bool:
    """Whether a posting says that no licence is needed."""
    said = (text[max(0, match.start() - STATE_CHARACTERS) : match.start()] for match in NONE_NEEDED.finditer(text))
    return bool(NOT_NEEDED.search(title) or any(not OF_ONE_STATE.search(before) for before in said))


def months_in(text: str) -> int | None:
    """Within how many months of hire a licence may follow; 0: by the first day."""
    for match in WITHIN.finditer(text):
        before = text[max(0, match.start() - 90) : match.start()].rpartition("\n")[2]
        after = text[match.end() : match.end() + 40].partition("\n")[0]
        if (
            (OBTAIN.search(before) or re.search(r"\b[A-Z]{3,}", before))
            and not OTHER_PAPERS.search(before[-60:])
            and (SOON.search(before) or HIRED.search(after))
        ):
            number = match.group(1).lower()
            count = NUMBERS.get(number) or (int(number) if number.isdigit() else 1)
            unit = match.group(2).lower()
            return count * 12 if unit == "year" else -(-count // 30) if unit == "day" else count
    for match in FROM_START.finditer(text):
        if OBTAIN.search(text[match.end() : match.end() + 50]):
            number = match.group(1).lower()
            return (NUMBERS.get(number) or (int(number) if number.isdigit() else 1)) * (12 if match.group(2).lower() == "year" else 1)
    return next((0 for match in BY_START.finditer(text) if _by_start(text, match)), None)


def _by_start(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 60) : match.end() + 60]
    return bool(OBTAIN.search(around)) and not OTHER_PAPERS.search(around)


def _lowered(level: Level) -> Level:
    return Level.ASSOCIATE if level in (Level.INDEPENDENT, Level.RESTRICTED, Level.UNKNOWN) else level
