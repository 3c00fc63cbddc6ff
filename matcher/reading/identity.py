"""A resume as anybody's: the name, pronouns, age, contact data and address below the state are taken out before it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matcher.reading.boilerplate import ANYBODY, MAIL, NOT_NAMES, TELEPHONE
from matcher.reading.places import ANYWHERE_ELSE
from matcher.reading.tidy import Cut
from matcher.vocabulary import Vocabulary
from matcher.words import either

HEAD = 600  # characters at the top of a resume in which it says who and where the person is
PRINTED_NAME = 70  # characters of the longest name
PAGE = 2_500  # characters of the first page, in which a name can stand below a margin
TITLES = r"(?:(?:Dr|Mr|Mrs|Ms|Mx|Miss|Prof|MR|MRS|MS|MX|MISS|DR)\b\.? )?"
PART = r"(?:[^\W\d_a-z][\w'’ʻ‘.-]*|(?:van|von|de|der|den|del|della|di|da|dos|la|le|el|al|bin|ibn|y|e)(?= )|al-[^\W\d_]+)"
NAME = re.compile(rf"(?P<title>{TITLES})(?P<name>{PART}(?: {PART}){{1,5}}(?:,? (?:Jr|Sr|JR|SR)\b\.?)?)(?=\s*(?:$|[,|·•(\[–—/-]))")
INVERTED = re.compile(rf"(?P<title>)(?P<name>{PART}, {PART}(?: [A-Z]\.?)?)(?=\s*(?:$|[|·•(\[–—/-]))")
NO_NAME = re.compile(r"\s*(?:curriculum vitae|r[ée]sum[ée]|cv|contact)\b[^\n]{0,40}", re.IGNORECASE)
LETTERS = r"(?:[A-Z]{2,6}(?:-[A-Z]{1,3})?|Ph\.?D|Psy\.?D|Ed\.?D|M\.?Ed|DrPH)"
CREDENTIAL = re.compile(rf"(?:\s*[,|(]\s*|\s+[–-]?\s*){LETTERS}\b")
ALONE = re.compile(rf"^(?P<name>{PART}(?: {PART}){{1,3}})(?:,? {LETTERS})*$", re.MULTILINE)
BELOW = re.compile(r"\n[^\n]{0,200}\n[A-Z][\w .'-]{1,30}, [A-Z][a-z]+[^\n]{0,60}(?:Area|United States|USA)$", re.MULTILINE)  # a headline, and a place
REACHED = re.compile(rf"{MAIL}|{TELEPHONE}|\b[A-Z][a-z]+,? [A-Z]{{2}}\b|, [A-Z][a-z]+\b")  # a name stands near such
PLAIN = re.compile(rf"{MAIL}|{TELEPHONE}|[A-Za-z] \d{{5}}\b")  # and a name of ordinary words only near such
LABEL = r"(?:\b(?:(?:home|cell|mobile|work) )?(?:phone|tel(?:ephone)?|cell|mobile|fax|e-?mail|(?:(?:home|mailing|street) )?address)\b[.:]* *)?"
STREETS = (
    r"st(?:reet)?|ave(?:nue)?|r(?:oa)?d|blvd|boulevard|dr(?:ive)?|ln|lane|way|ct|court|pl(?:ace)?|ter(?:race)?|p(?:ark)?wa?y|h(?:igh)?wa?y"
    r"|cir(?:cle)?|sq(?:uare)?|loop|tr(?:ai)?l"
)
PRONOUN = r"(?:she|he|they|ze|zie|xe|ey|her|hers|him|his|them|their|theirs|hir|hirs|zir|zirs|xem|xyr|xyrs|em|eir)"
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DAY = rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)?\d\d|{MONTH}\.? \d{{1,2}},? (?:19|20)\d\d|\d{{1,2}} {MONTH} (?:19|20)\d\d|(?:19|20)\d\d)"
ANYWHERE = re.compile(  # what says who a person is, wherever it stands
    "|".join(
        (
            rf"{LABEL}{MAIL}",
            rf"{LABEL}(?:\+?1[-. ])?{TELEPHONE}(?: ?\((?:home|mobile|cell|work)\))?",
            rf"[(\[]{PRONOUN}(?: ?/ ?{PRONOUN}){{1,3}}[)\]]|\bpronouns?: *[^\n]{{0,40}}$|\b{PRONOUN}(?:/{PRONOUN}){{1,3}}\b",
            rf"\b(?:date of birth|birth ?date|d\.?o\.?b\b\.?|born(?: in| on)?):? *{DAY}",
            r"^ *age:? \d\d\b(?: years(?: old)?)?(?=[,;.| ]|$)|\b\d\d years old\b(?=[.;,]|$)",
            r"^[\[( ]*photo(?:graph)?\b[^\n]{0,40}$",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
AT_TOP = either(  # where a person can be reached
    rf"{LABEL}(?<![\d-])\b\d{{1,5}} (?:[NSEW]\.? )?(?:[\w.'’]+ ){{1,4}}?(?:{STREETS})\b\.?(?:,? (?:apt|unit|suite|ste|#)\.? ?[\w-]+|,? #\w+)?",
    r"\bp\.? ?o\.? box \d+",
    r"(?<=[a-z]{2} )\d{5}(?:-\d{4})?\b",
)
CITY = r"(?:(?<=\n)|(?<=[|·•/] ))(?P<city>(?:[A-Z][\w.'’-]*[a-z.] ){0,3}[A-Z][\w'’-]*[a-z]),? (?="
NO_CITY = either(r"licen[sc]|psycholog|therap|counsel|work|nurs|social|clinic|certif|regist|associate|analyst|student|school|universit|college|center|\bof\b")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
NUMBERED = ("II", "III", "IV", "JR", "SR")
LEFT = " \t|·•,;/()[]:–—-"  # what stands between such things


OWN = r"[^\W\d_a-z][\w'’ʻ‘-]*[^\W\d_A-Z]"  # a part of a name within a sentence
NUMBERED_AS = re.compile(  # by which registers and networks know a person
    r"(?:licen[sc]e|lic|reg(?:istration)?|cert(?:ificate|ification)?|permit|npi|orcid|caqh|dea)\b\.? ?(?:no\b\.?|number|id|#)?[ :#]*"
    r"(?=[\w.-]*\d{3})(?!(?:19|20)\d\d\b)[A-Z]{0,5}[\w.-]{4,20}"
    r"|#\s?\d{4,10}\b|\b\d{10}\b|\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b|(?<!\w)@\w{3,30}\b|\blinkedin\.com/\S+",
    re.IGNORECASE,
)
SAID = re.compile(rf"(?i:\b(?:my name is|(?:curriculum vitae|r[ée]sum[ée]|cv) of|signed|sincerely),?\s+)(?:Dr\.? )?(?P<name>{OWN}(?: {OWN}){{1,3}})")


class Anonymous:
    """Makes any resume anybody's; a name that is a word of the field, a month or a place is known only where all of it stands."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        states = vocabulary.states
        names = "|".join(sorted({re.escape(name) for state in states.values() for name in (state.code, state.name)}, key=lambda name: (-len(name), name)))
        self._city = re.compile(rf"{CITY}(?:{names})\b(?= ?\d{{5}}|\s*(?:$|[|·•/(.]| \d{{3}}|, U)))", re.MULTILINE)
        written = (
            *vocabulary.concepts,
            *(city for state in states.values() for city in (state.name, *state.cities)),
            *map(vocabulary.name, vocabulary.concepts),
        )
        self._words = frozenset(word.lower() for one in (*written, *MONTHS) for word in re.findall(r"[^\W\d_]+", one))

    def cuts(self, text: str, body: int) -> Iterator[Cut]:
        """What says who the person is, in a resume whose text begins at `body`."""
        name = name_of(text, body, self._words)
        if name:
            yield from ((*match.span(), ANYBODY) for match in self._named(text, text[slice(*name)]).finditer(text, body))
        for match in ANYWHERE.finditer(text, body):
            yield *_widened(text, *match.span()), ""
        for match in AT_TOP.finditer(text, body, body + HEAD):
            yield *_widened(text, *match.span()), ""
        for match in self._city.finditer(text, body, body + HEAD):
            if not NO_CITY.search(match.group("city")):
                yield *match.span("city"), ANYWHERE_ELSE

    def told(self, text: str) -> Iterator[tuple[int, int]]:
        """All by which somebody who reads a resume could find its person, more than is cut before it is read: numbers and each part of a name too."""
        yield from ((start, end) for start, end, _ in self.cuts(text, 0))
        yield from (match.span() for match in NUMBERED_AS.finditer(text))
        names = [text[slice(*name)] for name in [name_of(text, 0, self._words)] if name] + [match.group("name") for match in SAID.finditer(text)]
        parts = {part for name in names for part in re.findall(r"[^\W\d_][\w'’ʻ‘-]+", name) if len(part) > 2 and part.lower() not in NOT_NAMES}
        for part in sorted(parts):
            yield from (match.span() for match in re.finditer(rf"\b(?:{re.escape(part)}|{re.escape(part.upper())}|{re.escape(part.title())})\b", text))

    def _named(self, text: str, name: str) -> re.Pattern[str]:
        """The name, and each of its words that is no other word."""
        small = set(re.findall(r"\b[a-z]{2,}\b", text))
        own = [part for part in re.findall(r"[^\W\d_][\w'’ʻ‘-]+", name) if part.lower() not in self._words | small | NOT_NAMES]
        forms = {form for part in own for form in (part, part.title(), part.upper()) if len(part) > 1 and not part.islower()}
        cited = (rf"(?i:{re.escape(form)})(?=, [A-Z]\.)" for part in re.findall(r"[^\W\d_][\w'’ʻ‘-]+", name) for form in dict.fromkeys((part, part.title())))
        listed = "|".join((*map(re.escape, [name, name.title(), name.upper(), *sorted(forms)]), *cited))
        return re.compile(rf"\b{TITLES}(?:{listed})(?!\w)(?:['’]s\b)?(?!@|\.\w)")


def name_of(text: str, body: int = 0, ordinary: frozenset[str] = frozenset()) -> tuple[int, int] | None:
    """Where the name of the person is printed: in the first line that can hold it, or alone in a line below what stands beside it in print.

    None where no line is plainly one's name. `ordinary` are words of the field.
    """
    at = body
    while at < len(text):
        end = text.find("\n", at) % (len(text) + 1)
        line = text[at:end]
        if line.strip() and not NO_NAME.fullmatch(line):
            return _name_in(text, at, line, ordinary) or _name_below(text, end, body, ordinary)
        at = end + 1
    return None


def _name_below(text: str, at: int, body: int, ordinary: frozenset[str]) -> tuple[int, int] | None:
    """A name alone in its line, with its letters, under which the first page goes on with a place: as in a profile whose margin was read first."""
    for match in ALONE.finditer(text, at, body + PAGE):
        words = {word.strip(".,").lower() for word in match.group("name").split()}
        lettered = match.end("name") < match.end()
        if ordinary.isdisjoint(words) and NOT_NAMES.isdisjoint(words) and (lettered or BELOW.match(text, match.end())):
            return match.span("name")
    return None


def _name_in(text: str, at: int, line: str, ordinary: frozenset[str]) -> tuple[int, int] | None:
    start = at + len(line) - len(line.lstrip(" *#_"))
    shown = text[start : start + PRINTED_NAME].partition("\n")[0]
    match = INVERTED.match(shown) if shown.partition(",")[0].isupper() else None
    match = None if match and CREDENTIAL.fullmatch(f", {match.group('name').partition(', ')[2]}") else match
    match = match or NAME.match(shown)
    if not match:
        return None
    words = match.group("name").split()
    shouted = match.group("name").isupper()
    known = next((number for number, word in enumerate(words) if _no_part(word.strip(".,"), shouted)), len(words))
    if not ordinary.isdisjoint(match.group("name").lower().split()) and not PLAIN.search(text, at, at + HEAD):
        return None
    if not match.group("title") and (known < 2 or not (CREDENTIAL.match(shown, match.end()) or REACHED.search(text, at + len(line), at + HEAD))):
        return None
    kept = len(" ".join(words[: max(known, 1)]).rstrip(","))
    return start + match.start("name"), start + match.start("name") + kept


def _no_part(word: str, shouted: bool) -> bool:
    """Whether a word is no part of a name: one of work, or letters behind a name that is not itself in capitals."""
    return word.lower() in NOT_NAMES or (not shouted and len(word) > 1 and word.isupper() and word not in NUMBERED)


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch with what only parted it from its neighbours; the whole line, where it holds nothing else."""
    low, high = start, end
    while low and text[low - 1] in LEFT:
        low -= 1
    while high < len(text) and text[high] in LEFT:
        high += 1
    first, last = not low or text[low - 1] == "\n", high == len(text) or text[high] == "\n"
    if first and last:
        return low, min(len(text), high + 1)
    if first:
        return low, high
    return (low, high) if last else (start, end)
