"""Whose a licence is, and how it stands: held, pending, ended, denied; demanded, wished for, or a colleague's."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from matcher.profile import Level, Strength
from matcher.reading.sections import Section
from matcher.reading.strength import OF_SOME
from matcher.sought import sought
from matcher.words import either

REACH = 90  # characters to either side of a licence that can speak of it
STOP = re.compile(r"(?<!\b[A-Z])(?<!\bDr)(?<!\bMs)(?<!\bMr)[.!?](?=\s)|[\n;•●▪]")  # ends what is said of a licence; an initial's dot does not
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNTS = {word: number for number, word in enumerate(NUMBERS)}
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# On a resume.
OTHERS = either(  # words before a licence that make it somebody else's
    r"supervised by|supervisor|supervision (?:\w+ ){0,2}(?:of|by|from|under|with|w/)|\b(?:sister|brother|mother|father|friend)",
    r"supervising \w+|supervision:|\b(?:team|teams|work|works|worked|working|partner\w*|collaborat\w*) with\b|\bboard\b[^.;\n]{0,30}\bfor (?:\w+ (?:&|and) )?$",
    r"under (?:the |an? )?(?:\w+ ){0,3}$|instructor|co-?signed by|spouse|wife|husband",
    r"alongside|co-?led with|team of|report(?:s|ed|ing)? to|consult\w* with|refer\w* to|\bhir(?:e|ed|ing)\b|by the (?:\w+ )?$|and the $|director; $",
)
NAMED = re.compile(r"\b(?:[A-Z]\. [A-Z][\w’'-]+|Dr\.? (?:[A-Z][\w’'.-]+ ?){1,2}),? \(?$")  # "weekly with D. Ferrante LICDC": a person, with an initial
PERHAPS_OTHERS = either(  # the same, but not in a list of the person's own licences
    r"with an?\b|with my (?:\w+ )?$|\band (?:an?|one) (?:\w+ )?$|\btheir (?:\w+ )?$|\b(?:an?|by an?|from an?) $|train(?:ed|ing) "
)
OWN = either(
    r"\b(?:eligible for|pursuing|obtain\w*|earn\w*|hold|holding|received) (?:an?|my|the) (?:\w+ )?$|\bas an? (?:\w+ )?$|\b(?:I am|I.m"
    r"|am|became|now) an? (?:[\w-]+ ){0,2}$|\b(?:I am|I.m) [^.;]*\band an? (?:\w+ )?$|\bI (?:\w+ )?hold\b"
)
SINCE = re.compile(r"^[^.;]{0,40}\bsince\b", re.IGNORECASE)  # a licence, and since when: the writer's own
SUPERVISES = either(r"\bsupervis(?:es|ed|ing)\b(?! (?:practice|work|hours|experience))[^.]{0,60}$|\b(?:one|two|three|four|five|six|seven|\d{1,2}) (?:\w+ )?$")
THEIRS = either(
    r"^\W*(?:I (?:meet|report|consult)\b|who |on (?:staff|site|my team|our team)|field instructor|colleague|level\b)",
    r"^[ -]supervis(?:ed|ion)\b|^\W*(?:\w+\W+){0,2}supervis(?:es|ed) (?:me|my|us|all|the)\b|^\W*(?:signs?|signed|co-?sign(?:s|ed)?|oversees|oversaw)\b",
)
ENDED = re.compile(r"^\W{0,4}(?:19|20)\d\d\s*[-–—]\s*((?:19|20)?\d\d)\b")  # the years of a licence that was left behind
LAPSED = either(
    r"^[^.;]{0,45}\b(?:laps(?:ed?|ing)|expired|inactive|retired|surrendered|relinquished|not renewed|closed|no longer"
    r"|allowed to (?:end|lapse|expire)|discontinued)\b"
)
FORMER = either(
    r"\b(?:I was an? (?:\w+ )?$|former(?:ly)?|previous(?:ly)?|prior|lapsed|expired|inactive|retired|no longer (?:an? )?|used to be|past)(?: \w+)?\W{0,3}$"
    r"|\b(?:surrendered|gave up|retired|let) (?:my|the) (?:\w+ ){0,2}$"
)
DENIED = either(r"\b(?:no|not|never|without|neither|nor|isn.t|cannot|can.t|couldn.t|don.t (?:have|hold)|do not (?:have|hold))\b(?! only| just)[^,;]{0,32}$")
DENIED_AFTER = either(r"^\W{0,3}(?:is |was |license |licence )?not (?:currently |yet )?(?:held|active|issued|renewed|mine|obtained)\b")
PENDING = either(  # before a licence that is on its way
    r"\b(?:pending|awaiting|applied for|apply for|applying for|application for|plan(?:s|ning)? to|will be|hop(?:e|ing) to|about to"
    r"|appl(?:ied|ying)\b[^.;]{0,60}\bfor|goals?:|maybe|someday|undecided|aspir\w+|expect\w*|anticipat\w*|to become|becoming)\b[^.;]{0,40}$",
    r"\b(?:eligible for|sitting for|sit for|studying for|preparing for|pursuing|seeking|in progress|process of|register(?:ing)? (?:as|for))\b[^.;]{0,40}$",
)
TOWARD = either(
    r"\b(?:toward\w*|accru\w+|candidate for|on track (?:to|for)|working on|exam for)\b[^.;]{0,32}$"
)  # the same, but said of an associate's work too
PENDING_AFTER = either(
    r"^[^.;]{0,30}\b(?:pending|in process|in progress|to be issued|applied for|application|paperwork|not yet issued|awaiting"
    r"|submitted|expected|anticipated|eligible|goal)\b"
)
TOWARD_AFTER = either(r"^\W{0,3}(?:\w+ )?(?:exams?|hours|track|candidate|candidacy|in training)\b")
UNLICENSED = sought(
    r"\b(?:not|never|un)[ -]?(?:yet |currently |been )*licen[sc]ed\b|\bno (?:state |clinical |current |active )?licen[sc]e\b",
    r"\bdo not hold (?:a|any) (?:\w+ )?licen[sc]e|\bwithout a licen[sc]e\b|\bnot licensed or registered\b",
)
EXPIRES = re.compile(
    r"\b(?:exp(?:ires?|ired|iration|iry)?\b\.?|valid (?:through|thru|until|to)|(?:good |active )?(?:through|thru)|until)"
    r"[ :]*(?:date|on|in|:)?[ :]*"
    r"(?:(?P<iso>20\d\d-\d\d-\d\d)|(?P<month>\d{1,2})/(?:(?P<day>\d{1,2})/)?(?P<year>20\d\d)"
    r"|(?:(?P<name>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.? (?:\d{1,2}, )?)?(?P<only>20\d\d))\b",
    re.IGNORECASE,
)
MONTHS = re.compile(rf"\b(?:with)?in (?:the next |about |around )?(?P<count>\d{{1,2}}|{'|'.join(COUNTS)}) (?P<unit>month|year)s?\b", re.IGNORECASE)
HOURS = re.compile(
    r"\b(?P<done>\d{1,2},?\d{3}|\d{3})(?: ?(?:of|/|out of)(?: the| my)?(?: required)? ?(?P<of>\d{1,2},?\d{3}))? (?:\w+[ -]){0,3}hours\b", re.IGNORECASE
)

NOT_HELD_BY_ANYONE = re.compile(
    r"^(?:[ -]track\b| (?:school|program)s?\b| courses?\b| (?:grad(?:uate)? )?students?\b| prep\b)"
)  # "LPC-track students", "LPC-S course"

# On a posting.
COLLEAGUES = either(  # words before a licence that make it a colleague's
    r"\bteam \([^.;\n)]*$|\b(?:crew|who.s on the team|team already|team (?:includes?|consists of|is made up of)|staff includes?)\b[^.;\n]*$",
    r"supervised by|supervisor(?! (?:status|designation|credential|approval))|supervision (?:\w+ )?(?:by|from|with)|alongside|beside"
    r"|team of|colleagues|report\w* to|next to",
    r"under (?:an?|the|our|one of our) (?:[\w-]+ ){0,2}$|toward(?:s)? (?:your |the |an? )?(?:\w+ )?$|\b(?:our|with an?|by an?|from an?) (?:[\w-]+ ){0,2}$",
    r"\b(?:director|manager|owner|founder|lead|supervisor|who)\b[^.;\n]{0,12}\b(?:who )?is [^.;\n]{0,40}\ban? $",
    r"\b(?:direction|supervision|license|guidance) of (?:an?|the) $|\bby the $|\bstaff who (?:hold|have) (?:an?|the) $"
    r"|\b(?:coordinate|work|meet|talk)\w* with the $",
    r"\b(?:supervision|direction|guidance|assistance|review)(?: of| by|) (?:an?|the) (?:registered nurse|RN)\b[^.;,]{0,24}$|\bwith the RN (?:and/)?or $",
)
FIELD = re.compile(r"\bfields? of $", re.IGNORECASE)  # before "Licensed Professional Counseling": a field, not the title
PAY_GRADE = re.compile(r"\$[\d,.]+k?(?:/\w+)?,?(?: (?:for|as|when|if)(?: an?)?)? ?\(?$", re.IGNORECASE)
COLLEAGUE_NAMED = either(
    r"\b(?:director|supervisor|lead|manager|chief|coordinator|reports? to:?[^.\n]{0,30})\W{1,3}"
    r"(?:(?-i:[A-Z])[\w.]+ (?-i:[A-Z])[\w.]+,? )?$|\bformer clinicians? \($"
)
COLLEAGUE_DOES = either(
    r"^(?:[^.;\n]{0,20}\b(?:down the hall|days? a week)\b| (?:exam|training)\b"
    r"| on (?:staff|call|duty|site|our team)| who\b| supervis| signs?\b| reviews?\b| leads?\b| will (?:sign|meet|review|supervise))"
)
YOU_SUPERVISE = either(r"\bsupervis(?:e|es|ing)\b[^.]{0,60}$|\b(?:two|three|four|five|six|\d{1,2}) (?:\w+ )?$")
ARTICLE = re.compile(r"\b(?:the|an?) (?:[\w-]+ )?$", re.IGNORECASE)
INVITED = either(
    r"\bhey\b|\bcalling all\b|\battention\b|\bhir(?:e|es|ing)\b|seek|looking for|open to|welcom|invit|apply|encourag|consider|accept|need|wanted",
    r"\bfor $|require|must|one of",
)
ASKED_OF_YOU = either(  # what stands before "an LCSW" that is asked for, not met at work
    r"(?:\beither|\bboth|need|seek\w*|\bhir\w+|looking for|open to|\byou.re|you (?:are|have|hold)|\bbe|\bhave|\bhold\w*|\bas|\bor"
    r"|licen[sc]\w+ as|requir\w*|\bmeans|^|[:(,])"
    r"\W*(?:\w+ )?(?:an?|the) (?:[\w-]+ )?$"
)
DIFFERENTIAL = either(r"\bearns?\b|differential|bonus|\bextra\b")
EARNS = re.compile(r"^[\s)]{0,2}(?:earns?|is paid|are paid|gets?|starts? at|makes?) (?:more|extra|higher|\$)", re.IGNORECASE)
NEARBY_STAFF = re.compile(r"^[\s)]{0,2}(?:is|are) (?:down the hall|next door|on site|upstairs|already on)", re.IGNORECASE)
CONTINUES = re.compile(r"^[\s,/]*(?:and|or)\b[^.;]{0,25}$", re.IGNORECASE)  # between two titles of a list
WISHED = either(r"prefer|\bplus\b|desir|ideal|bonus|asset|advantage|nice to have|\blove\b|favou?r|helpful|strong")
SAID_OF_LIST = re.compile(  # what stands right behind a list of titles and speaks of all of it
    r"^[\s)]{0,2}(?:licen[sc]\w*|certif\w*|registration|credentials?|level|candidates|applicants|holders"
    r"|clinicians)?[\s,:;–-]{0,3}(?:is|are|will be|would be)?\s?(?:also |all |strongly |highly |both )?"
    r"(?:(?P<wished>welcome in addition|gets? a (?:bump|premium)|preferred|desired|desirable|a plus|ideal|an? (?:real |big )?(?:plus|bonus|asset)|favou?red)"
    r"|(?P<asked>required|mandatory|needed|necessary|essential|a must|is a must)"
    r"|(?P<taken>considered|accepted|encouraged to apply|invited to apply|ok\b|okay|fine\b|welcome|may apply|can apply|eligible))",
    re.IGNORECASE,
)
UNFIT = re.compile(
    r"^[^.;]{0,60}\bbut\b[^.;]{0,40}\b(?:will not|won.?t|cannot|can.?t|unable to|do not|don.?t)\b"
    r"|^[^.;]{0,50}?\b(?:cannot|can.?t|will not|won.?t|does not|doesn.?t|do not|don.?t|is not|isn.?t|are not|aren.?t)\b"
    r" (?:\w+ )?(?:fill|hold|take|qualify|enough|meet|substitute|suffice|count|accrue|accepted|considered|admitted|eligible|sufficient"
    r"|a substitute|either|do|suffice)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Around:
    """The words about a licence: before it in its sentence, of these those since the licence before it, and after it up to the next one."""

    sentence: str
    before: str
    after: str
    beyond: str  # after it, whatever comes


def around(text: str, start: int, end: int, previous: int, following: int) -> Around:
    """The words about the licence at `start` to `end`; `previous` is where the one before it ends, `following` where the next begins."""
    low = max(0, start - REACH)
    sentence = STOP.split(text[low:start])[-1]
    own = sentence[max(0, len(sentence) - (start - previous)) :] if previous > low else sentence
    beyond = STOP.split(text[end : end + REACH])[0]
    return Around(sentence, own, beyond[: max(0, following - end)], beyond)


def on_resume(place: Around, level: Level, section: Section, plural: bool) -> Strength | None:
    """How a licence on a resume stands; None where it is somebody else's."""
    near = place.sentence[-45:]
    if (
        plural
        or section is Section.OTHER
        or NOT_HELD_BY_ANYONE.match(place.beyond)
        or OTHERS.search(near)
        or (NAMED.search(near) and section is not Section.TITLE)
        or SUPERVISES.search(place.sentence)
        or THEIRS.search(place.beyond)
    ):
        return None
    if DENIED.search(place.before) or DENIED_AFTER.search(place.after):
        return Strength.EXCLUDED
    if section is not Section.LICENCES and PERHAPS_OTHERS.search(near) and not OWN.search(place.sentence) and not SINCE.search(place.beyond):
        return None
    if ENDED.match(place.after) or LAPSED.search(place.after) or FORMER.search(place.before):
        return Strength.LAPSED
    return Strength.TRAINING if _pending(place, level) else Strength.HELD


def _pending(place: Around, level: Level) -> bool:
    if PENDING.search(place.before) or PENDING_AFTER.search(place.after) or MONTHS.search(place.after[:40]) or MONTHS.search(place.before):
        return level not in (Level.ASSOCIATE, Level.TRAINEE) or bool(PENDING.search(place.before) or PENDING_AFTER.search(place.after[:24]))
    return level not in (Level.ASSOCIATE, Level.TRAINEE) and bool(TOWARD.search(place.before) or TOWARD_AFTER.search(place.after))


def on_posting(place: Around, raw_before: str, section: Section, plural: bool, firmness: Strength) -> Strength | None:
    """How firmly a posting asks for a licence whose clause reads as `firmness`; OFFERED: a colleague's, or asked of some only; None: a pay grade."""
    if PAY_GRADE.search(raw_before) or NOT_HELD_BY_ANYONE.match(place.beyond):
        return None
    if section is Section.BOILERPLATE or YOU_SUPERVISE.search(place.sentence) or COLLEAGUE_DOES.match(place.after):
        return Strength.OFFERED
    if OF_SOME.search(place.sentence) or FIELD.search(place.sentence):
        return Strength.OFFERED
    if section is not Section.TITLE and (COLLEAGUES.search(place.sentence[-60:]) or COLLEAGUE_NAMED.search(raw_before)):
        return Strength.OFFERED
    if firmness is Strength.PREFERRED and section is not Section.PREFERRED and not WISHED.search(place.sentence + place.beyond):
        firmness = Strength.CONTEXT  # "welcome", "considered": one of those taken
    invited = section in (Section.REQUIRED, Section.TITLE) or INVITED.search(place.sentence + place.beyond)
    listed = CONTINUES.match(place.before) and place.before != place.sentence
    met = firmness is Strength.CONTEXT and ARTICLE.search(place.sentence) and not ASKED_OF_YOU.search(place.sentence) and not listed
    if met or (plural and not invited):
        return Strength.OFFERED
    return firmness


def of_list(behind: str) -> Strength | None:
    """What the words right behind a list of titles say of all of them; None where they say nothing."""
    if EARNS.match(behind) or NEARBY_STAFF.match(behind):
        return Strength.OFFERED
    match = SAID_OF_LIST.match(behind)
    if not match:
        return None
    paid = match.group("taken") and DIFFERENTIAL.search(behind)
    return Strength.PREFERRED if match.group("wished") or paid else Strength.REQUIRED if match.group("asked") else Strength.CONTEXT


class Details(NamedTuple):
    """What else is said of a licence: its last day (ISO), months until it is expected, hours done and needed."""

    expires: str | None = None
    months: int | None = None
    hours: tuple[int, int | None] | None = None


def details(place: Around, line: str) -> Details:
    """When a licence ends, within how many months it is expected, and hours done; `line` is what follows it up to the next licence or line."""
    ends = EXPIRES.search(line)
    soon = MONTHS.search(line) or MONTHS.search(place.before)
    hours = HOURS.search(line) or HOURS.search(place.before)
    return Details(
        _date(ends) if ends else None,
        _count(soon.group("count")) * (12 if soon.group("unit").lower() == "year" else 1) if soon else None,
        _hours(hours) if hours else None,
    )


def unlicensed(text: str) -> tuple[int, int] | None:
    """Where a resume says that the person holds no licence."""
    match = UNLICENSED.search(text)
    return match.span() if match else None


def _date(match: re.Match[str]) -> str:
    """The last day that a printed date stands for, as ISO."""
    parts = match.groupdict()
    if parts["iso"]:
        return str(parts["iso"])
    year, month = int(parts["year"] or parts["only"]), _month(parts)
    day = int(parts["day"]) if parts["day"] else monthrange(year, month)[1]
    return f"{year:04}-{month:02}-{day:02}"


def _month(parts: Mapping[str, str | None]) -> int:
    number, name = parts["month"], parts["name"]
    return min(12, max(1, int(number))) if number else MONTH_NAMES.index(name[:3].lower()) + 1 if name else 12


def _count(text: str) -> int:
    return int(text) if text.isdigit() else COUNTS[text.lower()]


def _hours(match: re.Match[str]) -> tuple[int, int | None]:
    done, of = match.group("done"), match.group("of")
    return int(done.replace(",", "")), int(of.replace(",", "")) if of else None
