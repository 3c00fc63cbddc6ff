"""Document -> Profile: every station of reading in order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar

from matcher.copying import shingles
from matcher.document import Document, Kind
from matcher.profile import Flag, Licence, Mention, Profile, Requirement, Strength
from matcher.reading.boilerplate import decoration_spans, identity_spans, idle_spans, legal_spans, less, without
from matcher.reading.clause import ClauseReader
from matcher.reading.facts import read_facts
from matcher.reading.identity import Anonymous
from matcher.reading.licences import LicenceFinder
from matcher.reading.phrases import PhraseFinder
from matcher.reading.places import Places, StateFinder
from matcher.reading.professions import ProfessionReader
from matcher.reading.sections import Sections, find_sections
from matcher.reading.strength import StrengthReader, clause_around
from matcher.reading.stuffing import keyword_lists, planted, warning
from matcher.reading.tidy import Tidy, capitalised, taken_out, tidied, written_at
from matcher.vocabulary import Vocabulary
from matcher.words import Words

READING = 11  # raise with any change of what is read, so that stored profiles are read anew
ASKED = (Strength.REQUIRED, Strength.PREFERRED, Strength.CONTEXT)
NECESSITY = {Strength.REQUIRED: 0, Strength.PREFERRED: 1, Strength.CONTEXT: 2}

Found = TypeVar("Found", Mention, Licence)


class Reader:
    """Reads documents with one vocabulary, as of one date."""

    def __init__(self, vocabulary: Vocabulary, today: date) -> None:
        self._vocabulary = vocabulary
        self.today = today
        self._states = StateFinder(vocabulary.states)
        self._phrases = PhraseFinder(vocabulary)
        self._strengths = StrengthReader(vocabulary.cues)
        self._licences = LicenceFinder(vocabulary, self._strengths)
        self._clauses = ClauseReader(self._licences, self._strengths)
        self._professions = ProfessionReader(vocabulary)
        self._anonymous = Anonymous(vocabulary)

    def read(self, document: Document) -> Profile:
        """Everything the document says that can count in a match."""
        written, fields = full_text(document)
        tidy, taken, warnings = self._own(tidied(written), fields[-1][1], document.kind)
        text, offsets = tidy
        body = tidy.placed(fields[-1][1])
        document, words = replace(document, title=tidied(document.title).text, place=tidied(document.place).text), Words(text)
        sections = find_sections(text, document.kind, body, self._vocabulary.headings)
        named = words if (spoken := capitalised(text)) == text else Words(spoken)
        places = self._states.places(spoken)
        facts = read_facts(document, text, sections, self._states, places, body, self.today.year)
        posting = document.kind is Kind.POSTING
        cut = legal_spans(text, sections, self._vocabulary.cues.legal) if posting else identity_spans(text, sections, body)
        mentions = self._mentions(words, sections, document.kind, cut, places)
        licences = self._licences.find(named, places, sections, document.kind, facts.states)
        keywords = [] if posting else keyword_lists(text, places, licences, mentions, self._vocabulary.licences.by_title)
        listed, cut = _Spans(keywords), [*cut, *keywords]
        mentions, licences = tuple(listed.free(mentions)), list(listed.free(licences))
        professions = self._professions.titled(mentions, sections, text, document.kind, licences)
        clauses = self._clauses.read(licences, words, sections, places, facts, professions) if posting else ()
        flags = [*self._clauses.flags(clauses, licences), *(warning("keywords", start, end) for start, end in keywords[:1])]
        if posting:
            professions, doubts = self._professions.by_duties(professions, mentions, clauses, text)
            flags += doubts
        read = Profile(
            kind=document.kind.value,
            text=text,
            fields=(),
            mentions=mentions,
            licences=tuple(licences),
            clauses=clauses,
            requirements=_requirements(mentions) if posting else (),
            professions=professions,
            facts=facts,
            kept=tuple(without(text, [*cut, *decoration_spans(text)])),
            flags=tuple(flags),
        )
        read = replace(written_at(read, offsets), text=written, fields=fields, shingles=shingles(written))
        return replace(read, kept=tuple(less(written, read.kept, taken)), flags=(*read.flags, *warnings)) if taken or warnings else read

    def personal(self, document: Document) -> list[tuple[int, int]]:
        """The stretches of the text of a resume that say who the person is, which may overlap: name, contact data, address, pronouns, age, references."""
        tidy = tidied(document.text)
        sections = find_sections(tidy.text, document.kind, 0, self._vocabulary.headings)
        spans = [*identity_spans(tidy.text, sections, 0), *self._anonymous.told(tidy.text)]
        return [tidy.written(start, end) for start, end in spans if start < end]

    def _own(self, tidy: Tidy, body: int, kind: Kind) -> tuple[Tidy, list[tuple[int, int]], list[Flag]]:
        """A resume without what is not its own words and what says who the person is: the text, what was taken out of the written one, and warnings."""
        if kind is Kind.POSTING:
            return tidy, [], []
        foreign = planted(tidy.text, tidy.placed(body))
        rest, taken = taken_out(tidy, ((start, end, "") for start, end, _ in foreign))
        rest, person = taken_out(rest, self._anonymous.cuts(rest.text, rest.placed(body)))
        warnings = {what: written_at(warning(what, start, end), tidy.offsets) for start, end, what in reversed(foreign)}
        return rest, [*taken, *person], [warnings[what] for what in sorted(warnings)]

    def _mentions(self, words: Words, sections: Sections, kind: Kind, cut: Iterable[tuple[int, int]], places: Places) -> tuple[Mention, ...]:
        skipped = _Spans(cut if kind is Kind.POSTING else idle_spans(words.text, sections))
        found = []
        for place in self._phrases.find(words):
            start, end = words.starts[place.first], words.ends[place.last]
            category = place.form.concept.partition(".")[0]
            state = category == "degree" and end - start <= len("MA") and bool(places.named(start, end))  # "Worcester, MA"
            if not skipped.cover(start) and not state:
                firmness = self._strengths.strength(kind, category, sections.at(start), clause_around(words.text, start, end))
                found.append(Mention(place.form.concept, start, end, firmness))
        return tuple(found)


def full_text(document: Document) -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """The text that offsets point into, and where in it title, place and text begin and end."""
    lines = [(name, value) for name, value in (("title", document.title), ("place", document.place)) if value]
    fields, at = [], 0
    for name, value in (*lines, ("text", document.text)):
        fields.append((name, at, at + len(value)))
        at += len(value) + 1
    return "\n".join(value for _, value in (*lines, ("text", document.text))), tuple(fields)


def _requirements(mentions: Iterable[Mention]) -> tuple[Requirement, ...]:
    asked: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.strength in ASKED and not mention.concept.startswith("profession."):
            asked.setdefault(mention.concept, []).append(mention)
    strongest = {concept: min((one.strength for one in listed), key=NECESSITY.__getitem__) for concept, listed in asked.items()}
    return tuple(Requirement(concept, strongest[concept], tuple(listed)) for concept, listed in asked.items())


class _Spans:
    """Whether an offset lies in any of some spans, which may overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def free(self, found: Iterable[Found]) -> Iterator[Found]:
        """The mentions and licences that begin in none of them."""
        return (one for one in found if not self.cover((one.mention if isinstance(one, Licence) else one).start))

    def cover(self, offset: int) -> bool:
        """Whether the offset lies in one of them."""
        at = bisect_right(self._starts, offset) - 1
        return at >= 0 and offset < self._ends[at]
