"""Licences a text names: title and state, and what that pair means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import ahocorasick

from matcher.document import Kind
from matcher.profile import NATIONAL, Level, Licence, Mention, Strength
from matcher.reading.phrases import ENGLISH
from matcher.reading.places import Places, StateMention
from matcher.reading.sections import Section, Sections
from matcher.reading.standing import UNFIT, Around, Details, around, details, of_list, on_posting, on_resume
from matcher.reading.strength import StrengthReader, clause_around
from matcher.vocabulary import Vocabulary
from matcher.words import HARD, SOFT, Word, Words, fold

TIER = re.compile(r" (associate|intern|candidate|resident)$")
NEARBY = 70  # characters on the same line within which a hazardous abbreviation needs its subject
BEFORE_CHARACTERS, AFTER_CHARACTERS = 40, 60  # how far before and after a licence its state may stand
ADJACENT = re.compile(
    r"^[ \t]*(?:[(:–—-][ \t]*)?(?:(?:state|board|licensed|certified|registered|independent|active|current|full|clinical|valid|as an?)[ -]+)*\Z", re.IGNORECASE
)
NOT_A_LICENCE = re.compile(r"^[^.;,\n]{0,30}(?:telehealth|out-of-state) (?:\w+ )?(?:regist|provider)", re.IGNORECASE)
DASHED = re.compile(r"^ ?[–—-] ?$")
LISTED = re.compile(r"^[\s,;/|()]{0,4}(?:\b(?:or|and|an?|as|also)\b[\s,/|()]*)*$", re.IGNORECASE)
HAZARDS = frozenset((  # letters that are something else unless a licence is plainly the subject
    "LAC", "LP", "LPA", "LCP", "CSW", "CPC", "CMHC", "PE", "LAT", "CAT", "CAP", "CT", "ADC", "CS", "PS", "PR",
    "ACS", "ACT", "LPP", "AAC", "SW", "SAC", "MAC", "ADT", "AAP", "CDP", "CAS", "RAC", "CAC", "PPC", "SSW", "MHP",
    "QP", "CCS", "ISW", "LSP", "LPE", "PLP", "ALC", "APC", "RN", "MD", "DO", "NP", "LEP", "AP",
))  # fmt: skip
ADDRESS = re.compile(r"^[.@_-]|[@_-]$")
ATHLETIC = re.compile(r"\bATC\b|athlet|sideline|football|sports", re.IGNORECASE)
ASSOCIATE_DEGREE = re.compile(r"associate\s+(?:of (?:applied )?(?:arts|sciences?)|degree)\b", re.IGNORECASE)  # "Psychology / Associate of Arts"
BARE_CHARACTERS = 80  # before a profession that says it is meant as a licence
BARE_AFTER = re.compile(
    r"\blicen[sc]ed\b[^.;\n]{0,60}\bas an? (?:\w+ )?$|\blicen[sc](?:e|es|ure)s?\b[^.;\n]{0,16}[:–—-]\s*$|\blicen[sc](?:ure|es)\s+$|\bLic\.\s*$",
    re.IGNORECASE,
)
NEEDED = 40  # characters before "RN" in which it is said to be needed
NEEDS = re.compile(r"\b(?:needs?|must have|must be|required|requirements?|minimum|qualifications?)\b[^.;\n]*$", re.IGNORECASE)
MULTISTATE = re.compile(r"\bmulti-?state\b|\bcompact\b|\bNLC\b", re.IGNORECASE)
LOCAL = frozenset({"MFT", "CMHC"})  # letters that are a licence only where the state issues them
SUBJECT = re.compile(
    r"licen[sc]|certif|credential|regist|\b(?:LCSW|LPC|LMFT|LMHC|LICSW|LISW|LMSW|LCPC|LPCC|LSW|NCC|PMHNP|PMH-BC|APRN|MSW|Ph\.?D|Psy\.?D|MA|MS)\b", re.IGNORECASE
)


class Place(NamedTuple):
    """Words `first` to `last` of a text, which name one of some titles."""

    first: int
    last: int
    titles: tuple[str, ...]


class _Page(NamedTuple):
    """A text with its states and sections, and the states its document belongs to."""

    words: Words
    states: Places
    sections: Sections
    kind: Kind
    home: tuple[str, ...]


class LicenceFinder:
    """Finds licence titles by letters and by name, and says what they mean where."""

    def __init__(self, vocabulary: Vocabulary, strengths: StrengthReader) -> None:
        self._table = vocabulary.licences
        self._strength = strengths.strength
        self._automaton = ahocorasick.Automaton()
        self._bare = vocabulary.licences.bare()
        for key in self._bare:
            self._automaton.add_word(f" {key} ", (key, ()))
        for key, titles in vocabulary.licences.writings().items():
            for written in {key, TIER.sub(rf" {HARD} \1", key), *self._table.lines.get(key, ())}:  # "Licensed Addiction Specialist – Associate"
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
        page = _Page(words, states, sections, kind, home)
        places = _merged([place for place in self._places(words) if not self._hazardous(page, place)], words)
        bounds = [0, *(words.words[place.last].end for place in places)], [*(words.words[place.first].start for place in places[1:]), len(words.text)]
        licences = [one for place, previous, following in zip(places, *bounds, strict=False) for one in self._read(page, place, previous, following)]
        return _explicit_first(_denied_together(licences, words.text) if kind is Kind.RESUME else _as_listed(licences, words.text))

    def _read(self, page: _Page, place: Place, previous: int, following: int) -> Iterator[Licence]:
        """The licence at a place, once for each state it is said to be of; between the licences before and after it."""
        words, text = page.words.words, page.words.text
        start, end = words[place.first].start, _closed(page.words, place.first, place.last)
        about = around(text, start, end, previous, following)
        plural = words[place.last].raw.endswith("s") and (words[place.last].raw[:-1].isupper() or place.last > place.first)
        written = " ".join(word.folded for word in words[place.first : place.last + 1])
        for title, state, assumed in self._in_states(place.titles, written, _stated(text, page.states, start, end, previous, following), page.home):
            families, level, evidence = self.meaning(title, state)
            firmness = on_resume(about, level, page.sections.at(start), plural) if page.kind is Kind.RESUME else self._asked(page, start, end, about, plural)
            if firmness is not None:
                licence = Licence(title, state, families, level, assumed, evidence, Mention("licence", page.states.begin(start), end, firmness))
                yield self._completed(licence, about, text[end:following].partition("\n")[0], page.kind)

    def _asked(self, page: _Page, start: int, end: int, about: Around, plural: bool) -> Strength | None:
        """How firmly a posting asks for a licence; None where it is the name of a pay grade."""
        text, section = page.words.text, page.sections.at(start)
        read = self._strength(page.kind, "licence", section, clause_around(text, start, end))
        return on_posting(about, text[max(0, start - 50) : start], section, plural, read)

    def _completed(self, licence: Licence, about: Around, line: str, kind: Kind) -> Licence:
        """The licence with what else is said of it, and how it was understood where its state issues none of that name."""
        title, state = licence.title, licence.state
        said = details(about, line) if kind is Kind.RESUME else Details()
        foreign = state is not None and state != NATIONAL and not self._table.issued(title, state)
        note = f"{state} issues no {title}; read by what the letters mean elsewhere" if foreign else ""
        multistate = "nursing" in licence.families and bool(MULTISTATE.search(line[:NEARBY]))
        return replace(licence, supervisor=self._table.supervises(title, state), note=note, multistate=multistate, **said._asdict())

    def _places(self, words: Words) -> list[Place]:
        found: list[Place] = []
        for end, (key, titles) in self._automaton.iter(words.line):
            first = words.index(end - len(key))
            last = first + key.replace(f" {HARD}", "").replace(f" {SOFT}", "").count(" ")
            parted = HARD in key.split() and not DASHED.match(words.text[words.words[last - 1].end : words.words[last].start])
            if parted or ASSOCIATE_DEGREE.match(words.text, words.words[last].start):
                continue
            written = tuple(title for title, exact in titles if not exact or _letters(words.words[first : last + 1], title))
            start = words.words[first].start
            if not written and key in self._bare and BARE_AFTER.search(words.text, max(0, start - BARE_CHARACTERS), start):
                written = tuple(self._bare[key])
            if written:
                found.append(Place(first, last, written))
        found.sort(key=lambda place: (place.first - place.last, place.first))
        kept: list[Place] = []
        taken: set[int] = set()  # words of a longer title
        for place in found:
            own = range(place.first, place.last + 1)
            if taken.isdisjoint(own):
                taken.update(own)
                kept.append(place)
        return sorted(kept)

    def _hazardous(self, page: _Page, place: Place) -> bool:
        """Whether letters that are often something else stand where no licence is the subject."""
        words, states, home = page.words, page.states, page.home
        start, end = words.words[place.first].start, words.words[place.last].end
        letters = words.text[start:end].strip(".").upper()
        if letters == "ACSW":  # a California associate, or a member of an academy
            return "CA" not in {*home, *(mention.state for mention in states.named(end, end + BEFORE_CHARACTERS))}
        if letters == "LAT" and ATHLETIC.search(words.text):
            return True
        if letters not in HAZARDS and letters not in LOCAL:
            return words.text[start:end].islower() and bool(ADDRESS.search(words.text[max(0, start - 1) : end + 1]))
        needed = letters == "RN" and page.kind is Kind.POSTING and NEEDS.search(words.text, max(0, start - NEEDED), start)
        if needed or (page.sections.at(start) is Section.LICENCES and letters not in LOCAL):
            return False
        near = {mention.state for mention in states.named(max(0, start - BEFORE_CHARACTERS), end + BEFORE_CHARACTERS)}
        issued = any(row.state in {*home, *near} for title in place.titles for row in self._table.by_title[title])
        before = words.text[max(0, start - NEARBY) : start].rpartition("\n")[2]
        after = words.text[end : end + NEARBY].partition("\n")[0]
        if SUBJECT.search(f"{before} {after}"):
            return letters in LOCAL and not issued
        credential = letters.startswith("L") or letters == "CSW"
        return not (issued and credential and len(letters) > 2)

    def _in_states(self, titles: tuple[str, ...], written: str, stated: list[str], home: tuple[str, ...]) -> Iterator[tuple[str, str | None, bool]]:
        """Title, state, and whether the state is assumed."""
        if any(self._table.national(title) for title in titles):
            yield self._title(titles, written, None), NATIONAL, False
            return
        for state in stated:
            yield self._title(titles, written, state), state, False
        if stated:
            return
        own = [state for state in home if any(self._table.issued(title, state) for title in titles)]
        title = self._title(titles, written, own[0] if own else None)
        only = {row.state for row in self._table.by_title[title]}
        yield title, own[0] if own else next(iter(only)) if len(only) == 1 and "*" not in only else home[0] if home else None, True

    def _title(self, titles: tuple[str, ...], written: str, state: str | None) -> str:
        """Of the titles that a writing can stand for: one the state issues under that name, else one it issues, else the commonest."""
        issued = [title for title in titles if state and self._table.issued(title, state)]
        return max(issued or titles, key=lambda title: (self._table.bears(title, state, written), len(self._table.by_title[title]), title))

    def meaning(self, title: str, state: str | None) -> tuple[tuple[str, ...], Level, str]:
        """Families, level and evidence mark of a title in a state; the usual meaning where the state has no such title."""
        rows = self._table.meanings(title, state)
        local = bool(rows) and rows[0].state in (state, "*")
        families = tuple(sorted({row.family for row in rows})) if local else (_most(row.family for row in rows),)
        levels = {row.level for row in rows}
        level = levels.pop() if len(levels) == 1 else self.usual_level(title) if state else Level.UNKNOWN
        return families, level, rows[0].evidence if rows else "G"

    def usual_level(self, title: str) -> Level:
        """The level a title has in most states."""
        return Level(_most(row.level for row in self._table.by_title[title]))


def _stated(text: str, states: Places, start: int, end: int, previous: int, following: int) -> list[str]:
    """The states a licence is said to be of: those right before it, else those that follow up to the next licence."""
    before = [mention for mention in states.named(max(0, start - BEFORE_CHARACTERS - NEARBY), start + 5) if mention.end <= start + 5]
    run = _run_before(text, before, start)
    if run:
        return run
    furthest = min(following, end + NEARBY + AFTER_CHARACTERS)
    line = text.find("\n", end, furthest)
    stop = line if line >= 0 else furthest
    after = [mention for mention in states.named(end, stop) if not NOT_A_LICENCE.match(text[mention.end : mention.end + NEARBY])]
    last = following >= len(text) or "\n" in text[end:following]
    own = [mention for mention in after if last or text[mention.end : following].strip(" -–(:")]
    if own and own[0].start - end < AFTER_CHARACTERS and not re.search(r"[.!?;]\s", text[end : own[0].start]):
        return list(dict.fromkeys(mention.state for mention in own if not re.search(r"[.!?]\s", text[end : mention.start])))
    near = [mention for mention in before if mention.start >= previous and start - mention.end < BEFORE_CHARACTERS]
    said = near and not re.search(r"[.!?\n]\s|\n", text[near[-1].end : start])
    return [near[-1].state] if said else []


def _run_before(text: str, before: Sequence[StateMention], start: int) -> list[str]:
    """The states joined right before a licence: "Pennsylvania and Delaware LCSW"."""
    found: list[str] = []
    at = start
    for mention in reversed(before):
        gap = text[mention.end : at]
        joined = ADJACENT.match(gap) if not found else re.fullmatch(r"\s*(?:,|and|&|/|, and)\s*", gap)
        if not joined or mention.end > at:
            break
        found.append(mention.state)
        at = mention.start
    return found[::-1]


def _as_listed(licences: list[Licence], text: str) -> list[Licence]:
    """On a posting, the titles of one list stand or fall together: "an LCSW, LPC or LMFT cannot fill this chair"."""
    runs = runs_of(licences, text)
    if not runs:
        return []
    starts = [run[0].mention.start for run in runs[1:]] + [len(text)]
    return [one for run, following in zip(runs, starts, strict=True) for one in _together(run, text, following)]


def _denied_together(licences: list[Licence], text: str) -> list[Licence]:
    """On a resume, a denial reaches over the list behind it: "I am not an LMFT, LPCC or associate"."""
    found: list[Licence] = []
    for run in runs_of(licences, text):
        denied = next((place for place, one in enumerate(run) if one.mention.strength is Strength.EXCLUDED), len(run))
        found += [one if place < denied else replace(one, mention=replace(one.mention, strength=Strength.EXCLUDED)) for place, one in enumerate(run)]
    return found


def runs_of(licences: Iterable[Licence], text: str) -> list[list[Licence]]:
    """The lists of titles that a text makes, in order: titles between which stand only commas, slashes and little words."""
    runs: list[list[Licence]] = []
    for licence in licences:
        if runs and LISTED.match(text[runs[-1][-1].mention.end : licence.mention.start]):
            runs[-1].append(licence)
        else:
            runs.append([licence])
    return runs


def _together(run: list[Licence], text: str, following: int) -> list[Licence]:
    strengths = [licence.mention.strength for licence in run]
    end = run[-1].mention.end
    behind = text[end : min(following, end + NEARBY)].partition("\n")[0]
    if UNFIT.match(behind) or Strength.EXCLUDED in strengths:
        firmness: Strength | None = Strength.EXCLUDED
    elif strengths[0] is Strength.OFFERED:
        firmness = Strength.OFFERED
    else:
        firmness = of_list(behind) or (Strength.REQUIRED if Strength.REQUIRED in strengths else None)
        firmness = strengths[0] if firmness is Strength.CONTEXT and strengths[0] is Strength.REQUIRED else firmness
    if firmness is None:
        return run
    return [replace(licence, mention=replace(licence.mention, strength=firmness)) for licence in run]


def _merged(places: list[Place], words: Words) -> list[Place]:
    """A name with its letters in brackets behind it, "Licensed Graduate Social Worker (LGSW)", is one licence."""
    merged: list[Place] = []
    for place in places:
        before = merged[-1] if merged else None
        if before and words.text[words.words[before.last].end : words.words[place.first].start].strip() == "(":
            both = tuple(title for title in place.titles if title in before.titles)
            merged[-1] = Place(before.first, place.last, both or place.titles)
        else:
            merged.append(place)
    return merged


def _closed(words: Words, first: int, last: int) -> int:
    """Where a licence ends, with the bracket around its letters."""
    end = words.words[last].end
    opened = "(" in words.text[words.words[first].start : end]
    return end + 1 if opened and words.text[end : end + 1] == ")" else end


def _letters(words: list[Word], title: str) -> bool:
    """Whether the words are written as letters of a title: LPC, LPCs, lpc in a careless posting; not CAPS for CAP."""
    if (
        len(words) == 1
        and words[0].raw.replace(".", "") != title
        and any(word.raw.isupper() and fold(word.raw) != word.raw.lower().replace(".", "") for word in words)
    ):
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
