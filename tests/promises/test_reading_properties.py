"""What may not change what is read, on the bundled sample and the texts of the cases: form, letter case, order, time; and what no text may do.

Compared are values (concept and strength, licence, clause, fact), never offsets.
"""

from __future__ import annotations

import csv
import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from matcher.document import Document, Kind
from matcher.profile import Mention, Profile
from matcher.reading import Reader
from matcher.reading.headings import heading_of
from matcher.reading.sections import Section, find_sections
from matcher.vocabulary import Vocabulary
from scripts.demo import SAMPLE

CASES = Path(__file__).parents[1] / "cases" / "reading.csv"
SHUFFLES = 4  # orders tried of a resume's sections
HOSTILE = 200
Change = Callable[[str], str]


@cache
def documents() -> tuple[Document, ...]:
    """The bundled sample and the texts of the reading cases."""
    lines = [line for name in ("postings", "resumes") for line in (SAMPLE / f"{name}.jsonl").read_text("utf-8").split("\n") if line]
    found = [Document.from_mapping(json.loads(line)) for line in lines]
    with CASES.open(newline="", encoding="utf-8") as rows:
        for number, row in enumerate(csv.DictReader(rows)):
            found.append(Document.from_mapping({"id": f"case-{number}", **{name: row[name] for name in ("kind", "title", "place", "text")}}))
    return tuple(found)


def licences_of(profile: Profile) -> set[tuple[object, ...]]:
    """Title, state, level and strength of every licence."""
    return {(one.title, one.state, one.level, one.mention.strength) for one in profile.licences}


def values_of(profile: Profile) -> set[tuple[object, ...]]:
    """Everything that was read, without where it stands; the words of a general clause are not its value."""
    facts, terms = profile.facts, profile.facts.terms
    found: set[tuple[object, ...]] = {("concept", one.concept, one.strength) for one in profile.mentions}
    found |= {("licence", *licence) for licence in licences_of(profile)}
    found |= {("profession", one.concept) for one in profile.professions} | {("flag", flag.name) for flag in profile.flags}
    for clause in profile.clauses:
        asks = frozenset(("" if clause.general else ask.title, ask.family, ask.level, ask.supervisor) for ask in clause.asks)
        found.add(("clause", asks, clause.required, frozenset(clause.states), clause.every_state, clause.months, clause.associates, clause.general))
    found |= {(name, getattr(facts, name)) for name in ("state", "states", "remote", "onsite", "federal", "foreign", "years", "overview")}
    found |= {("term", term.value) for group in (terms.employment, terms.schedule, terms.supervision) for term in group}
    return found | {("pay", one.low, one.high, one.unit) for one in terms.pay} | {("caseload", one.low, one.high, one.unit) for one in terms.caseload}


def mentions_of(read: object) -> Iterator[tuple[int, int]]:
    """Every stretch of text that anything in a profile points at."""
    if isinstance(read, tuple):
        for one in read:
            yield from mentions_of(one)
    elif is_dataclass(read) and not isinstance(read, type):
        if hasattr(read, "start"):
            yield read.start, read.end  # type: ignore[attr-defined]
        for item in fields(read):
            if item.name not in ("fields", "kept"):
                yield from mentions_of(getattr(read, item.name))


def changed(document: Document, change: Change) -> Document:
    """The document with every text of it changed; an empty title or place stays empty."""
    return replace(document, text=change(document.text), title=document.title and change(document.title), place=document.place and change(document.place))


def bullets(sign: str) -> Change:
    """Every bullet as one sign."""
    return lambda text: re.sub(r"(?m)^([ \t]*)[-•*▪●](?= \S)", rf"\g<1>{sign}", text)


def form(name: str) -> Change:
    """A Unicode form."""
    return lambda text: unicodedata.normalize(name, text)


def every_third_space(sign: str) -> Change:
    """Every third space between words as another character."""
    return lambda text: "".join(word + (sign if number % 3 == 0 else " ") for number, word in enumerate(text.split(" ")))[:-1]


CHANGES: dict[str, tuple[Change, int]] = {  # name -> the change, and of how many documents it must change the text at least
    "Windows line ends": (lambda text: text.replace("\n", "\r\n"), 45),
    "old Mac line ends": (lambda text: text.replace("\n", "\r"), 45),
    "doubled blank lines": (lambda text: re.sub(r"\n\n+", lambda gap: gap.group() + "\n\n", text), 36),
    "trailing spaces and tabs": (lambda text: re.sub(r"(?m)(?<=\S)$", " \t ", text), 270),
    "doubled spaces": (lambda text: re.sub(r"(?<=\S) (?=\S)", "  ", text), 270),
    "no-break spaces": (lambda text: re.sub(r"(?<=\S) (?=\S)", "\u00a0", text), 270),
    "narrow spaces": (every_third_space("\u202f"), 270),
    "zero-width spaces": (lambda text: re.sub(r"(?<=[a-z])(?= )", "\u200b", text), 247),
    "soft hyphens": (lambda text: re.sub(r"(?<=[a-z]{3})(?=[a-z]{3})", "\u00ad", text), 270),
    "byte order mark": (lambda text: f"\ufeff{text}", 270),
    "real hyphens": (lambda text: re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", "\u2010", text), 67),
    **{f"bullets {sign}": (bullets(sign), 20) for sign in "•-*▪"},
    "NFD": (form("NFD"), 2),
    "ligatures, which NFKC undoes": (lambda text: text.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ"), 54),
    "curly quotes": (lambda text: re.sub(r"(?<=\w)'", "’", re.sub(r'"([^"\n]*)"', r"“\1”", text)), 36),
    "dashes in ranges": (lambda text: re.sub(r"(?<=\d)[-–](?=\d)", lambda dash: "–" if dash.group() == "-" else "-", text), 13),
    "dashes between words": (lambda text: re.sub(r"(?<= )[–—](?= )", lambda dash: "—" if dash.group() == "–" else "–", text), 2),
}


@pytest.fixture(scope="module")
def profiles(reader: Reader) -> dict[str, Profile]:
    """Document -> its profile as it is."""
    return {document.id: reader.read(document) for document in documents()}


@pytest.fixture(scope="module")
def plain(profiles: dict[str, Profile]) -> dict[str, set[tuple[object, ...]]]:
    """Document -> what is read from it as it is."""
    return {id: values_of(profile) for id, profile in profiles.items()}


@pytest.mark.parametrize("name", CHANGES)
def test_reading_is_the_same_under_a_change_of_form(reader: Reader, plain: dict[str, set[tuple[object, ...]]], name: str) -> None:
    """On the whole sample and every third case, another third for each change."""
    change, fewest = CHANGES[name]
    cases = [document for document in documents() if document.id.startswith("case-")]
    tried = [*(set(documents()) - set(cases)), *cases[list(CHANGES).index(name) % 3 :: 3]]
    touched = [(document, other) for document in tried if (other := changed(document, change)) != document]
    assert len(touched) >= fewest
    differ = {document.id: plain[document.id] ^ read for document, other in touched if (read := values_of(reader.read(other))) != plain[document.id]}
    assert differ == {}


def capitals(text: str) -> str:
    """Every spelled-out word in capitals: those in small letters, and those of four letters on with a capital first."""
    return re.sub(r"[^\W\d_]+", lambda word: word.group().upper() if _plain_word(word.group()) else word.group(), text)


def _plain_word(word: str) -> bool:
    return word.islower() or (word.istitle() and len(word) >= 4)


def spelled_out(quote: str) -> bool:
    """Whether all words of a quote have four letters or more and are no abbreviations: "family therapy", not "DBT", "Act" or "MI groups"."""
    words = re.findall(r"[^\W_]+", quote)
    return bool(words) and all(len(word) >= 4 and _plain_word(word) for word in words)


def test_a_text_in_capitals_names_every_concept_that_it_spells_out(reader: Reader, profiles: dict[str, Profile]) -> None:
    """A concept that some mention spells out is still read once every spelled-out word of the text stands in capitals.

    Left out: abbreviations and words of up to three letters ("ACT" needs its capitals), which stay as they are; what is
    newly found (in capitals "act" is ACT); strengths and places, since a line in capitals is a heading. The place line is
    left as it is: states go by their letters.
    """
    lost, asked = {}, 0
    for document in documents():
        profile = profiles[document.id]
        spelled = {one.concept for one in profile.mentions if spelled_out(profile.quote(one))}
        shouted = reader.read(replace(document, text=capitals(document.text), title=capitals(document.title)))
        asked += len(spelled)
        if gone := spelled - {one.concept for one in shouted.mentions}:
            lost[document.id] = gone
    assert asked > 1500
    assert lost == {}


def test_a_concept_in_capitals_is_read_where_it_stands(reader: Reader, profiles: dict[str, Profile]) -> None:
    """The same with only the mentions of spelled-out concepts in capitals: each is read at its place, whatever its strength."""
    lost, asked = {}, 0
    for document in documents():
        profile = profiles[document.id]
        body = profile.fields[-1][1]
        spelled = [one for one in profile.mentions if one.start >= body and spelled_out(profile.quote(one))]
        text = document.text
        for one in spelled:
            text = text[: one.start - body] + text[one.start - body : one.end - body].upper() + text[one.end - body :]
        if len(text) == len(document.text) and text != document.text:
            found = {(one.concept, one.start, one.end) for one in reader.read(replace(document, text=text)).mentions}
            asked += len(spelled)
            if gone := {(one.concept, one.start, one.end) for one in spelled} - found:
                lost[document.id] = gone
    assert asked > 2000
    assert lost == {}


def blocks(text: str, vocabulary: Vocabulary) -> list[str]:
    """A resume cut where a section begins behind an empty line; the top, with all contact data, is the first."""
    spans = find_sections(text, Kind.RESUME, 0, vocabulary.headings).spans
    starts = [span.start for span in spans if span.section is not Section.BODY and re.search(r"\n\s*\n$", text[: span.start])]
    starts = [start for start in starts if heading_of(text[start:].partition("\n")[0])[0]]
    listed = [text[start:end].strip("\n") for start, end in zip([0, *starts], [*starts, len(text)], strict=True)]
    contact = [block for block in listed[1:] if re.match(r"\W*contact\b", block, re.IGNORECASE)]
    return ["\n\n".join([listed[0], *contact]), *(block for block in listed[1:] if block not in contact)]


def test_the_order_of_the_sections_of_a_resume_changes_no_licence(reader: Reader, vocabulary: Vocabulary) -> None:
    """Title, state, level and strength are the same in any order of the sections below the top.

    Asked are the resumes whose top, contact data included, says in which state the person lives: a licence without a state
    is taken to be of that one, and a resume that does not say it at its top is of the first state it names.
    """
    differ, tried = {}, 0
    for document in documents():
        top, *sections = blocks(document.text, vocabulary) if document.kind is Kind.RESUME else [""]
        told = len(sections) > 1 and reader.read(replace(document, text=top)).facts.state
        straight = licences_of(reader.read(replace(document, text="\n\n".join([top, *sections])))) if told else set()
        for seed in range(SHUFFLES if straight else 0):
            order = random.Random(seed).sample(sections, len(sections))
            tried += order != sections
            read = licences_of(reader.read(replace(document, text="\n\n".join([top, *order]))))
            if read != straight:
                differ[document.id] = read ^ straight
    assert tried > 50
    assert differ == {}


LOOSE: Change = lambda text: re.sub(r"(?<=\S) (?=\S)", " \u200b ", text).replace("\n", " \r\n")  # noqa: E731


@pytest.mark.parametrize("change", [str, LOOSE], ids=["as written", "with doubled spaces, invisible characters and Windows line ends"])
def test_every_quote_is_verbatim_and_stands_where_it_is_said_to(reader: Reader, change: Change) -> None:
    seen = 0
    for document in (changed(one, change) for one in documents()):
        profile = reader.read(document)
        for start, end in mentions_of(profile):
            seen += 1
            quote = profile.quote(Mention("", start, end, profile.mentions[0].strength if profile.mentions else None))  # type: ignore[arg-type]
            assert 0 <= start < end <= len(profile.text), document.id
            assert quote == profile.text[start:end]
            assert quote.strip("\u200b \r\n\t"), document.id
            name, first, last = profile.locate(Mention("", start, end, None))  # type: ignore[arg-type]
            field = str(getattr(document, name))
            assert 0 <= first < last <= len(field), (document.id, quote)
            assert field[first:last] == quote, (document.id, quote)
    assert seen > 5000


def test_quotes_are_the_same_words_in_a_loose_text(reader: Reader, profiles: dict[str, Profile]) -> None:
    for document in documents():
        tight, loose = profiles[document.id], reader.read(changed(document, LOOSE))
        words = [re.sub(r"[\s\u200b]+", " ", loose.quote(one)) for one in loose.mentions]
        assert words == [re.sub(r"\s+", " ", tight.quote(one)) for one in tight.mentions], document.id


def test_reading_twice_gives_equal_profiles(reader: Reader, vocabulary: Vocabulary) -> None:
    other = Reader(vocabulary, reader.today)
    read = {document.id: reader.read(document) for document in documents()}
    assert {document.id for document in reversed(documents()) if other.read(document) != read[document.id]} == set()


PIECES = [
    *(chr(code) for code in (*range(1, 32), 127, 0x85, 0xAD, 0x200B, 0x200D, 0x202E, 0x2028, 0xFEFF, 0xFFFD, 0xFFFF, 0x10FFFF)),
    "\ud800", "\udfff", "שלום", "مرحبا", "\u202eLCSW\u202c", "🧠", "👩‍⚕️", "🇺🇸", "e\u0301", "\u0301", "ﬁ", "Å", "İ", "ß", "ǅ", "½", "①", "Ⅷ", "٣", "𝟛",
    "(", ")", "[", "]", "{", "((((", "))))", "[[[[", "...", ";;;", ":", "—", "•", "*", "|", "/", "\\", "&", "'", '"', "’", "#", "$", "%", "@", "www.", "a@b",
    "0", "12", "2019", "99999999999999999999", "$", "$1", "$1-$", "1,000,000", "LCSW", "LCSW-", "MD/DO", "(TX)", "TX", "licensed", "not ", "in ", "years",
    "2019 - ", "5 years", "Experience", "REQUIRED:", "\n", "\n\n", "\r", "\t", " ", "Ph.D.", "L.C.S.W.", "A.", "-", "–", "~", "\0",
]  # fmt: skip


def hostile() -> list[str]:
    """Texts no one would send in good faith: one thing 10,000 times, deep brackets, and random heaps of the pieces."""
    rng = random.Random(8)
    long = [piece * (10_000 // len(piece)) for piece in ("a", "A", " ", "\n", "0", "(", "]", "•", "\u200b", "\u202e", "🧠", "\ud800", "'", "\r\n", "½")]
    deep = ["(" * 5000 + "LCSW" + ")" * 5000, "[" * 3000, "{" * 3000 + "}" * 3000, "(" * 500 + ", TX" * 500, "«" * 4000 + "»" * 4000]
    single = [piece for piece in PIECES if piece]
    heaps = ["".join(rng.choices(PIECES, k=rng.choice([3, 30, 300]))) for _ in range(HOSTILE)]
    return [*long, *deep, *single, *heaps]


def test_no_text_ends_reading(reader: Reader) -> None:
    """Refused or not by Document, which knows empty texts and half surrogate pairs: reading itself raises nothing."""
    texts = hostile()
    assert len(texts) >= HOSTILE
    for number, text in enumerate(texts):
        for kind in Kind:
            profile = reader.read(Document(id="d", kind=kind, text=text, title=texts[-number - 1][:100], place=text[:50]))
            assert all(0 <= start <= end <= len(profile.text) for start, end in mentions_of(profile))
            assert all(0 <= start <= end <= len(profile.text) for start, end in profile.kept)
