"""Licences a text names: title and state, whose they are, and what a posting accepts."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import ahocorasick

from matcher.document import Kind
from matcher.profile import NATIONAL, Level, Licence, Mention, Strength
from matcher.reading.phrases import ENGLISH, Sentence, Sentences
from matcher.reading.places import Places
from matcher.reading.sections import Section, Sections
from matcher.reading.strength import Clause, StrengthReader, clause_around
from matcher.vocabulary import LicenceTitle, Vocabulary
from matcher.words import HARD, Word, Words, either, fold

OTHERS = either(  # words before a licence on a resume that make it somebody else's
    r"supervised by|supervisor|supervision (?:of|by|from|under|with)|under (?:the |an? )?(?:\w+ ){0,3}$|instructor",
    r"alongside|co-?led with|team of|report(?:s|ed|ing)? to|consult\w* with|refer\w* to|hir(?:e|ed|ing)|by the $|and the $|director; $",
)
PERHAPS_OTHERS = either(  # the same, but not in a list of the person's own licences
    r"with an?\b|with my (?:\w+ )?$|\band (?:an?|one) (?:\w+ )?$|\b(?:an?|by an?|from an?) $|train(?:ed|ing) "
)
OWN = either(r"\bas an? (?:\w+ )?$|\b(?:I am|I.m|am|became|now) an? (?:\w+ )?$")
COLLEAGUES = either(  # the same on a posting
    r"supervised by|supervisor|supervision (?:by|from|with)|alongside|beside|team of|colleagues|report\w* to|next to",
    r"under (?:an?|the|our|one of our) (?:\w+ )?$|toward(?:s)? (?:your |the |an? )?(?:\w+ )?$|\b(?:our|with an?|by an?|from an?) (?:\w+ )?$",
)
COLLEAGUE_NAMED = either(r"\b(?:director|supervisor|lead|manager|chief|coordinator|reports? to:?[^.\n]{0,30})\W{1,3}$|\bformer clinicians? \($")
SUPERVISES = either(r"\bsupervis(?:e|es|ed|ing)\b[^.]{0,60}$|\b(?:one|two|three|four|five|\d+) (?:\w+ )?$")
SUPERVISES_ME = either(
    r"^\W*(?:I (?:meet|report|work|consult)|who |on (?:staff|site)|field instructor|colleague|level\b)",
    r"^\W*(?:\w+\W+){0,3}supervis|^\W*(?:signs?|co-?signs?|oversees)",
)
TIER = re.compile(r" (associate|intern|candidate|resident)$")
TOWARD = either(r"^ (?:hours|exam|application|candidate|track)\b")  # what follows a licence that is not held yet
ENDED = re.compile(r"^\W{0,4}(?:19|20)\d\d\s*[-–—]\s*((?:19|20)\d\d)\b")  # the years of a licence that was left behind
UNLICENSED = either(
    r"\b(?:not|never|un)[ -]?(?:yet |currently |been )*licen[sc]ed\b|\bno (?:state |clinical |current |active )?licen[sc]e\b",
    r"\bdo not hold (?:a|any) (?:\w+ )?licen[sc]e|\bwithout a licen[sc]e\b|\bnot licensed or registered\b",
)
LISTED = re.compile(r"^\W{0,3}(?:\W*\b(?:or|and|an?)\b\W*)*\W{0,2}$", re.IGNORECASE)
UNFIT = re.compile(
    r"^[^.;]{0,50}?\b(?:cannot|can.?t|will not|won.?t|does not|doesn.?t|do not|don.?t|is not|isn.?t|are not|aren.?t)\b"
    r" (?:\w+ )?(?:fill|hold|take|qualify|enough|meet|substitute|suffice|count|accepted|considered|admitted|eligible|sufficient|a substitute)\b",
    re.IGNORECASE,
)
DETAILS = 110  # characters behind a licence in which a resume says more of it
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
COUNTS = {word: number for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
EXPIRES = re.compile(
    r"\b(?:exp(?:ires?|ired|iration|iry)?\b\.?|valid (?:through|until|to)|(?:good |active )?through|renew(?:s|al)(?: date| due)?|until)"
    r"[ :]*(?:date|on|in|:)?[ :]*"
    r"(?:(?P<month>\d{1,2})/(?:(?P<day>\d{1,2})/)?(?P<year>20\d\d)|(?:(?P<name>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.? (?:\d{1,2}, )?)?(?P<only>20\d\d))\b",
    re.IGNORECASE,
)
MONTHS = re.compile(rf"\b(?:with)?in (?:the next |about |around )?(?P<count>\d{{1,2}}|{'|'.join(COUNTS)}) (?P<unit>month|year)s?\b", re.IGNORECASE)
HOURS = re.compile(
    r"\b(?P<done>\d{1,2},?\d{3}|\d{3})(?: ?(?:of|/|out of)(?: the)?(?: required)? ?(?P<of>\d{1,2},?\d{3}))? (?:\w+[ -]){0,3}hours\b", re.IGNORECASE
)
NEARBY = 70  # characters on the same line within which a hazardous abbreviation needs its subject
DASHED = re.compile(r"\s*[–—-]\s")
BEFORE_WORDS, BEFORE_CHARACTERS = 5, 40  # how far before a licence its state may stand
AFTER_CHARACTERS = 60  # how far after
ADJACENT = 9  # characters between a licence and the state right before it: "Texas state LPC"
HAZARDS = frozenset(  # letters that are something else unless a licence is plainly the subject
    [
        "LAC",
        "LP",
        "LPA",
        "LCP",
        "CSW",
        "CPC",
        "CMHC",
        "PE",
        "LAT",
        "CAT",
        "CAP",
        "CT",
        "ADC",
        "CS",
        "PS",
        "PR",
        "ACS",
        "ACT",
        "LPP",
        "AAC",
        "SW",
        "SAC",
        "MAC",
        "ADT",
        "AAP",
        "CDP",
        "CAS",
        "RAC",
        "CAC",
        "PPC",
        "SSW",
        "MHP",
        "QP",
        "CCS",
        "ISW",
        "LSP",
        "LPE",
        "PLP",
        "ALC",
        "APC",
        "RN",
        "MD",
        "DO",
        "NP",
        "LEP",
        "AP",
    ]
)
SUBJECT = re.compile(r"licen[sc]|certif|credential|regist|\b(?:LCSW|LPC|LMFT|LMHC|LICSW|LMSW|LCPC|NCC|MSW|PhD|PsyD|MA|MS)\b", re.IGNORECASE)


class LicenceFinder:
    """Finds licence titles by letters and by name, and says what they mean where."""

    def __init__(self, vocabulary: Vocabulary, strengths: StrengthReader) -> None:
        self._table = vocabulary.licences
        self._strength = strengths.strength
        self._automaton = ahocorasick.Automaton()
        for key, titles in vocabulary.licences.writings().items():
            for written in (key, TIER.sub(rf" {HARD} \1", key)):  # "Licensed Addiction Specialist – Associate"
                self._automaton.add_word(f" {written} ", (written, titles))
        self._automaton.make_automaton()

    def issued(self, title: str, state: str) -> bool:
        """Whether a state issues a title, or a national body does."""
        return self._table.issued(title, state)

    def local_title(self, family: str, level: Level, state: str) -> str | None:
        """The title of a family at a level that a state issues."""
        return self._table.local_title(family, level, state)

    def find(self, words: Words, states: Places, sections: Sections, kind: Kind, home: tuple[str, ...]) -> list[Licence]:
        """Every licence the text names; `home` are the states the document belongs to."""
        sentences = Sentences(words)
        places = _merged(self._places(words), words)
        licences: list[Licence] = []
        for number, (first, last, titles) in enumerate(places):
            sentence = sentences.of(first)
            following = places[number + 1][0] if number + 1 < len(places) else len(words.words)
            firmness = self._firmness(words, sections, kind, first, last)
            if firmness is not None:
                mention = Mention("licence", words.words[first].start, _closed(words, first, last), firmness)
                written = " ".join(word.folded for word in words.words[first : last + 1])
                found = list(self._in_states(titles, written, self._stated(words, states, sentence, first, last, following), home, mention))
                next_start = words.words[following].start if following < len(words.words) else len(words.text)
                licences += [detailed(licence, words.text, next_start) for licence in found] if kind is Kind.RESUME else found
        return _explicit_first(licences if kind is Kind.RESUME else _as_listed(licences, words.text))

    def _places(self, words: Words) -> list[tuple[int, int, tuple[str, ...]]]:
        found: list[tuple[int, int, tuple[str, ...]]] = []
        for end, (key, titles) in self._automaton.iter(words.line):
            first = words.index(end - len(key))
            last = first + key.replace(f" {HARD}", "").count(" ")
            written = tuple(title for title, exact in titles if not exact or _letters(words.words[first : last + 1]))
            if written and not _hazardous(words, first, last):
                found.append((first, last, written))
        found.sort(key=lambda place: (place[0] - place[1], place[0]))
        kept: list[tuple[int, int, tuple[str, ...]]] = []
        taken: set[int] = set()  # words of a longer title
        for place in found:
            own = range(place[0], place[1] + 1)
            if taken.isdisjoint(own):
                taken.update(own)
                kept.append(place)
        return sorted(kept)

    def _firmness(self, words: Words, sections: Sections, kind: Kind, first: int, last: int) -> Strength | None:
        start, end = words.words[first].start, words.words[last].end
        section = sections.at(start)
        clause = clause_around(words.text, start, end)
        plural = words.words[last].raw.endswith("s") and (words.words[last].raw[:-1].isupper() or last > first)
        if kind is Kind.RESUME:
            return self._own(words.text[end : end + NEARBY], section, clause, plural)
        if section is Section.BOILERPLATE or SUPERVISES.search(clause.before) or SUPERVISES_ME.search(clause.after[:30]):
            return Strength.OFFERED
        if (
            COLLEAGUES.search(clause.before[-60:])
            or COLLEAGUE_NAMED.search(words.text[max(0, start - 50) : start])
            or (plural and section is not Section.REQUIRED and section is not Section.TITLE)
        ):
            return Strength.OFFERED
        firmness = self._strength(kind, "licence", section, clause)
        return Strength.OFFERED if firmness is Strength.CONTEXT and re.search(r"\b(?:the|an?) $", clause.before) else firmness

    def _own(self, following: str, section: Section, clause: Clause, plural: bool) -> Strength | None:
        """The strength of a licence on a resume; None where it is somebody else's."""
        if plural or section is Section.OTHER or OTHERS.search(clause.before[-40:]) or SUPERVISES.search(clause.before) or SUPERVISES_ME.search(following[:40]):
            return None
        own = section is Section.LICENCES or OWN.search(clause.before)
        if not own and PERHAPS_OTHERS.search(clause.before[-40:]):
            return None
        if ENDED.match(following):
            return Strength.LAPSED
        return Strength.TRAINING if TOWARD.match(following) else self._strength(Kind.RESUME, "licence", section, clause)

    def _stated(self, words: Words, states: Places, sentence: Sentence, first: int, last: int, following: int) -> list[str]:
        """The states a licence is said to be of: the one right before it, else those that follow up to the next licence."""
        text, listed = words.text, words.words
        begin = listed[max(sentence.first, first - BEFORE_WORDS)].start
        before = states.named(begin, listed[first].start + 5)
        if before and 0 <= listed[first].start - before[-1].end <= ADJACENT:
            return [before[-1].state]
        next_start = listed[following].start if following < len(listed) else len(text)
        stop = listed[min(sentence.last, max(last, following - 1))].end
        if DASHED.match(text, listed[last].end):  # "LCSW – North Carolina (2019) & Tennessee (2022)"
            stop = min(text.find("\n", stop) % (len(text) + 1), next_start)
        after = states.named(listed[last].end, min(len(text), stop + 1))
        own = [mention for mention in after if following == len(listed) or text[mention.end : next_start].strip(" -–")]
        if own and own[0].start - listed[last].end < AFTER_CHARACTERS:
            return list(dict.fromkeys(mention.state for mention in own))
        return [before[-1].state] if before and listed[first].start - before[-1].end < BEFORE_CHARACTERS else []

    def _in_states(self, titles: tuple[str, ...], written: str, stated: list[str], home: tuple[str, ...], mention: Mention) -> Iterator[Licence]:
        if stated and not any(self._table.national(title) for title in titles):
            for state in stated:
                yield self._licence(self._title(titles, written, state), state, False, mention)
            return
        if any(self._table.national(title) for title in titles):
            yield self._licence(self._title(titles, written, None), NATIONAL, False, mention)
            return
        own = [state for state in home if any(self._table.issued(title, state) for title in titles)]
        title = self._title(titles, written, own[0] if own else None)
        only = {row.state for row in self._table.by_title[title]}
        inferred = own[0] if own else next(iter(only)) if len(only) == 1 and "*" not in only else home[0] if home else None
        yield self._licence(title, inferred, True, mention)

    def _title(self, titles: tuple[str, ...], written: str, state: str | None) -> str:
        """Of the titles that a writing can stand for: one the state issues under that name, else one it issues, else the commonest."""
        issued = [title for title in titles if state and self._table.issued(title, state)]
        return max(issued or titles, key=lambda title: (self._table.bears(title, state, written), len(self._table.by_title[title]), title))

    def _licence(self, title: str, state: str | None, assumed: bool, mention: Mention) -> Licence:
        families, level, evidence = self.meaning(title, state)
        note = ""
        if state and state != NATIONAL and not self._table.issued(title, state):
            note = f"{state} issues no {title}; read by what the letters mean elsewhere"
        return Licence(title, state, families, level, assumed, evidence, mention, self._table.supervises(title, state), note=note)

    def meaning(self, title: str, state: str | None) -> tuple[tuple[str, ...], Level, str]:
        """Families, level and evidence mark of a title in a state; the usual meaning where the state has no such title."""
        rows = self._table.meanings(title, state)
        local = bool(rows) and rows[0].state in (state, "*")
        families = tuple(sorted({row.family for row in rows})) if local else (_most(row.family for row in rows),)
        levels = {row.level for row in rows}
        level = levels.pop() if len(levels) == 1 else _most_level(rows) if state else Level.UNKNOWN
        return families, level, _evidence(rows)


def detailed(licence: Licence, text: str, next_licence: int) -> Licence:
    """The licence with what a resume says of it up to the next one: when it ends, when it is expected, hours done."""
    end = licence.mention.end
    line = text.find("\n", end)
    after = text[end : min(next_licence, end + DETAILS, line if line >= 0 else len(text))]
    before = text[max(text.rfind("\n", 0, licence.mention.start) + 1, licence.mention.start - DETAILS // 2) : licence.mention.start]
    ends, soon, hours = EXPIRES.search(after), MONTHS.search(after) or MONTHS.search(before), HOURS.search(after) or HOURS.search(before)
    return replace(
        licence,
        expires=_date(ends) if ends else None,
        months=_count(soon.group("count")) * (12 if soon.group("unit").lower() == "year" else 1) if soon else None,
        hours=_hours(hours) if hours else None,
    )


def _date(match: re.Match[str]) -> str:
    """The last day that a printed date stands for, as ISO."""
    parts = match.groupdict()
    year = int(parts["year"] or parts["only"])
    if parts["day"]:
        return f"{year:04}-{_month(parts):02}-{int(parts['day']):02}"
    month = _month(parts)
    return f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"


def _month(parts: Mapping[str, str | None]) -> int:
    number, name = parts["month"], parts["name"]
    return min(12, max(1, int(number))) if number else MONTH_NAMES.index(name[:3].lower()) + 1 if name else 12


def _count(text: str) -> int:
    return int(text) if text.isdigit() else COUNTS[text.lower()]


def _hours(match: re.Match[str]) -> tuple[int, int | None]:
    done, of = match.group("done"), match.group("of")
    return int(done.replace(",", "")), int(of.replace(",", "")) if of else None


def unlicensed(text: str) -> tuple[int, int] | None:
    """Where a resume says that the person holds no licence."""
    match = UNLICENSED.search(text)
    return match.span() if match else None


def _as_listed(licences: list[Licence], text: str) -> list[Licence]:
    """On a posting, the titles of one list stand or fall together: "an LCSW, LPC or LMFT cannot fill this chair"."""
    runs: list[list[Licence]] = []
    for licence in licences:
        if runs and LISTED.match(text[runs[-1][-1].mention.end : licence.mention.start]):
            runs[-1].append(licence)
        else:
            runs.append([licence])
    return [one for run in runs for one in _together(run, text)]


def _together(run: list[Licence], text: str) -> list[Licence]:
    strengths = [licence.mention.strength for licence in run]
    unfit = UNFIT.match(text[run[-1].mention.end : run[-1].mention.end + NEARBY].partition("\n")[0])
    if unfit or Strength.EXCLUDED in strengths:
        firmness = Strength.EXCLUDED
    elif strengths[0] is Strength.OFFERED:
        firmness = Strength.OFFERED
    else:
        return run
    return [replace(licence, mention=replace(licence.mention, strength=firmness)) for licence in run]


def _hazardous(words: Words, first: int, last: int) -> bool:
    """Whether letters that are often something else stand where no licence is the subject."""
    start, end = words.words[first].start, words.words[last].end
    if words.text[start:end].strip(".").upper() not in HAZARDS:
        return False
    before = words.text[max(0, start - NEARBY) : start].rpartition("\n")[2]
    after = words.text[end : end + NEARBY].partition("\n")[0]
    return not SUBJECT.search(f"{before} {after}")


def _merged(places: list[tuple[int, int, tuple[str, ...]]], words: Words) -> list[tuple[int, int, tuple[str, ...]]]:
    """A name with its letters in brackets behind it, "Licensed Graduate Social Worker (LGSW)", is one licence."""
    merged: list[tuple[int, int, tuple[str, ...]]] = []
    for first, last, titles in places:
        before = merged[-1] if merged else None
        if before and words.text[words.words[before[1]].end : words.words[first].start].strip() == "(":
            both = tuple(title for title in titles if title in before[2])
            merged[-1] = (before[0], last, both or titles)
        else:
            merged.append((first, last, titles))
    return merged


def _closed(words: Words, first: int, last: int) -> int:
    """Where a licence ends, with the bracket around its letters."""
    end = words.words[last].end
    opened = "(" in words.text[words.words[first].start : end]
    return end + 1 if opened and words.text[end : end + 1] == ")" else end


def _letters(words: list[Word]) -> bool:
    """Whether the words are written as letters of a title: LPC, LPCs, lpc in a careless posting; not CAPS for CAP."""
    if any(word.raw.isupper() and fold(word.raw) != word.raw.lower().replace(".", "") for word in words):
        return False
    if all(not word.raw.islower() for word in words):
        return True
    joined = "".join(word.raw for word in words)
    return joined.islower() and len(joined) >= 4 and joined not in ENGLISH


def _explicit_first(licences: list[Licence]) -> list[Licence]:
    """A title read with its state makes an assumed state of the same title needless."""
    explicit = {licence.title: licence for licence in reversed(licences) if not licence.assumed}
    kept = []
    for licence in licences:
        firm = explicit.get(licence.title, licence)
        kept.append(replace(firm, mention=licence.mention) if licence.assumed else licence)
    return kept


def _most(values: Iterable[str]) -> str:
    counts = Counter(values)
    return max(sorted(counts), key=lambda value: counts[value]) if counts else "general"


def _most_level(rows: list[LicenceTitle]) -> Level:
    return Level(_most(row.level for row in rows))


def _evidence(rows: list[LicenceTitle]) -> str:
    return rows[0].evidence if rows else "G"
