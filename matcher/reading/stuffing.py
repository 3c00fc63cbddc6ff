"""What was put into a resume to be found by it: a posting's own voice, orders to the reader, hidden text, lists of keywords."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence

from matcher.profile import Flag, Licence, Mention, Strength
from matcher.reading.places import Places
from matcher.sought import sought

VOICE = sought(  # a sentence or line in which an employer speaks
    r"\bwe(?: are|'re|’re) (?:now |currently |actively )?(?:looking|seeking|hiring|searching|recruiting)\b",
    r"\b(?:ideal|successful|qualified|strong) (?:candidate|applicant)s?\b",
    r"\b(?:candidates?|applicants?|incumbent|you) (?:must|should|will|may|need|are (?:required|expected|encouraged))\b",
    r"\byou(?:'ll|’ll| are| have| hold| bring)\b",
    r"\bmust (?:have|hold|possess|currently|maintain|obtain)\b",
    r"\bmust be (?:licensed|certified|registered|able|eligible|willing|fluent|bilingual|currently|at least)\b",
    r"\b(?:equal opportunity|EEO) employer\b|\bwithout regard to race\b|\bwe offer\b|\bapply (?:now|today)\b",
    r"\b(?:is|are|strongly|highly) (?:required|preferred|desired|desirable|a (?:must|plus)|mandatory)\b",
    r"(?<!\bas )(?<!\bnot )\b(?:required|preferred|a plus|a must)[.;:)]*[ \t]*(?=\n|$|\.)",
    r"\b(?:licen[sc]e|licensure|certification|degree|experience|LCSW|LPC|LMFT|LMHC|LCPC|LICSW)\w*(?: in \w+)? (?:required|preferred|needed)\b",
    r"\b(?:required|preferred|needed|what we need|who we are) ?:",
)
ORDER = sought(
    r"\b(?:ignore|disregard|forget) (?:all |any |the )*(?:previous|prior|above|earlier|other) (?:instructions?|rules|text|prompts?)\b",
    r"\brank this (?:candidate|resume|applicant)\b",
)
HEADING = re.compile(  # what stands below it up to an empty line is a posting's
    r"^[^\w\n]*(?:(?:minimum|basic|required|preferred|desired|mandatory) (?:qualifications?|requirements?|skills|experience)|(?:job |position )?requirements"
    r"|what (?:you|we)\b[^\n]{0,30}|who you are|about the (?:role|position|job)|(?:job|position) (?:summary|description)|benefits)[^\w\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
HIDDEN = re.compile(
    r"<(?P<tag>[a-z]{1,10})\b[^<>]{0,200}?(?:(?<![-\w])color ?: ?(?:#f{3}(?:f{3})?\b|white)|font-size ?: ?[01](?:\.\d+)?(?:px|pt)|display ?: ?none"
    r"|visibility ?: ?hidden|opacity ?: ?0\b)[^<>]{0,200}>",
    re.IGNORECASE,
)
END = re.compile(r"[.!?](?=\s|$)|\n")
LONGEST = 1000  # characters to either side that belong to a sentence at most
YEAR = re.compile(r"\b(?:19|20)\d\d\b")  # what has a date is no keyword
ITEM = re.compile(r"[^,;|•\n]+")
BEHIND, FURTHER = 3, 12  # characters behind a licence within which its state begins, and in which its name is looked for
WORDS = 8  # of an item of a bare list at most
ITEMS = 6  # of a bare list at least
AT_TOP = 12  # the same where name and contact stand, which are short items too
KINDS = 3  # concepts that no paper shows, beside a licence or degree, that make a list one of keywords
FAMILIES = 3  # nobody holds the licences of so many professions
WARNINGS = {
    "posting": ("posting_voice", "reads as an employer's words, not the person's own; nothing in it counts"),
    "order": ("order_to_reader", "gives orders to whoever reads it; nothing in it counts"),
    "hidden": ("hidden_text", "is marked so that no reader would see it; nothing in it counts"),
    "keywords": ("keyword_list", "lists licences or degrees among keywords; nothing in it counts"),
}
PAPERS = ("certification", "degree", "language", "profession")


def planted(text: str, body: int) -> list[tuple[int, int, str]]:
    """The stretches of a resume that are not its own: start, end and what they are."""
    found = [
        (*_sentence(text, match.start(), body), what)
        for sign, what in ((VOICE, "posting"), (ORDER, "order"))
        for match in sign.finditer(text)
        if match.start() >= body
    ]
    end = 0  # of the paragraph
    for heading in HEADING.finditer(text, body):
        if end < heading.end():
            end = text.find("\n\n", heading.end()) % (len(text) + 1)
        found.append((heading.start(), end, "posting"))
    return [*found, *_hidden(text, body)]


def _sentence(text: str, at: int, body: int) -> tuple[int, int]:
    """The sentence or line around a place, with its full stop."""
    low, high = max(body, at - LONGEST), min(len(text), at + LONGEST)
    start = max((mark.end() for mark in END.finditer(text, low, at)), default=low)
    end = END.search(text, at, high)
    return start, end.start() + (text[end.start()] != "\n") if end else high


def _hidden(text: str, body: int) -> Iterator[tuple[int, int, str]]:
    """Elements that no browser shows, up to their end or that of the text."""
    at = body
    small = text.replace("İ", "i").lower()  # the one letter that becomes two in small letters
    while match := HIDDEN.search(text, at):
        closing = f"</{match.group('tag').lower()}"
        end = small.find(closing, match.end())
        at = end if end >= 0 else len(text)
        yield match.start(), at, "hidden"


def keyword_lists(text: str, places: Places, licences: Sequence[Licence], mentions: Sequence[Mention], titles: Container[str]) -> list[tuple[int, int]]:
    """Runs of short items that name licences without a state or degrees among skills, or licences of many professions: no one presents papers so.

    `titles` are those of licences: one that is all of an item counts though it is not read as held.
    """
    found = []
    families: dict[Mention, set[tuple[str, ...]]] = {}
    for one in licences:
        families.setdefault(one.mention, set()).add(one.families[:1])
    bare = _Begun([*(one for one in families if not _placed(places, one.end)), *(one for one in mentions if one.concept.startswith("degree."))])
    skills = _Begun(one for one in mentions if not one.concept.startswith(PAPERS))
    top = text.find("\n\n")
    for run in _runs(text):
        start, end = run[0][0], run[-1][1]
        if start < top and len(run) < AT_TOP:
            continue
        items = _Items(text, run)
        alone = list(filter(items.filled, bare.within(start, end)))
        named = alone or any(text[first:last].strip() in titles and not _placed(places, last) for first, last in run)
        held = {family for one in alone for family in families.get(one, ())}
        if named and (len(held) >= FAMILIES or len({one.concept for one in skills.within(start, end) if items.filled(one)}) >= KINDS):
            found.append((start, end))
    return found


class _Begun:
    """Mentions by where they begin."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self._mentions = sorted(mentions, key=lambda one: one.start)
        self._starts = [one.start for one in self._mentions]

    def within(self, start: int, end: int) -> Sequence[Mention]:
        """Those that begin in a stretch."""
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


class _Items:
    """A run of items."""

    def __init__(self, text: str, run: Sequence[tuple[int, int]]) -> None:
        self._text, self._run = text, run
        self._starts = [start for start, _ in run]

    def filled(self, mention: Mention) -> bool:
        """Whether a mention is all that an item says, but for its label and brackets."""
        at = bisect_right(self._starts, mention.start) - 1
        if at < 0 or mention.start >= self._run[at][1]:
            return False
        start, end = self._run[at]
        rest = self._text[max(start, mention.end) : end] + self._text[start : mention.start].rpartition(":")[2]
        return not re.search(r"\w", rest.partition("(")[0])


def _placed(places: Places, end: int) -> bool:
    """Whether a state stands right behind a licence that ends there."""
    return any(one.start <= end + BEHIND for one in places.named(end, end + BEHIND + FURTHER))


def warning(what: str, start: int, end: int) -> Flag:
    """What a person should know of a stretch that does not count."""
    name, message = WARNINGS[what]
    return Flag(name, message, Mention("flag", start, end, Strength.CONTEXT))


def _runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """The items of stretches of at least ITEMS items in a row, none longer than WORDS words; an empty line ends one."""
    run: list[tuple[int, int]] = []
    for item in ITEM.finditer(text):
        parted = bool(run) and "\n\n" in text[run[-1][1] : item.start()]
        short = 0 < len(item.group().split()) <= WORDS and not YEAR.search(item.group())
        if run and (parted or not short):
            if len(run) >= ITEMS:
                yield run
            run = []
        if short:
            run.append(item.span())
    if len(run) >= ITEMS:
        yield run
