"""Small texts with the reading a clinician expects of them: cases/reading.csv and cases/eligibility.csv, a row a case.

`expected` in reading.csv is a list of statements between semicolons. Concepts are those of the vocabulary, titles as a
state writes them, `-` is "not said", `*` "of any state":

    modality.cbt required        named so firmly, at least once; `excluded`: in no other way; `any`: in any but that
    no modality.cbt              not named at all
    licence LCSW MA restricted held        title, state, level, strength; `no licence LCSW`: not the writer's, nor sought
    supervisor LPC-S   expires LCSW 2027-06-30   months LCSW 6   hours LCSW 2400/3000
    asks LCSW|LPC independent required     a clause with just these titles, level and firmness if said; every firm clause
                                           of the posting must stand in the row; `asks nothing`: it has none
    general clause   associates welcome|excluded|unsaid   states NJ,PA   every state   within 12 months
    state TX   no state   remote   not remote   federal   not federal   overview   not overview   years 3
    profession profession.therapist   no profession profession.therapist   flag wrong_state_title   no flag title_duties

`verdict` in eligibility.csv is a name of matcher.eligibility.Verdict; `standing` is E (every hard requirement is met),
N (one is contradicted or clearly lacking) or U (not said).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from matcher.credentials import Credentials, Wants
from matcher.document import STATES, Document, Kind
from matcher.eligibility import judge
from matcher.profile import Level, Licence, LicenceClause, Profile, Strength
from matcher.reading import Reader
from matcher.verdict import Verdict
from matcher.vocabulary import Vocabulary, load
from matcher.words import phrase

Case = Mapping[str, str]

CASES = Path(__file__).parent / "cases"
LEVELS = {level.value for level in Level}
STRENGTHS = {strength.value for strength in Strength}
FLAGS = {"wrong_state_title", "title_duties"}
STANDINGS = {"E", "N", "U"}
UNSAID = "-"
ANY = "*"
SMALLEST = {"licences": 110, "clauses": 60, "letters": 60, "strength": 50, "boilerplate": 25, "spelling": 20, "duties": 12}  # rows, by a topic's last word
COLUMNS = {"reading.csv": ("title", "place", "text"), "eligibility.csv": ("title", "posting_place", "posting", "resume_place", "resume", "date")}
SMALLEST_ALL = {"reading.csv": 330, "eligibility.csv": 80}


def verdict_of(asked: Profile, held: Profile, today: date) -> tuple[str, str]:
    """Verdict and standing of a resume under a posting."""
    vocabulary = words_of_the_trade()
    found = judge(Wants.of(asked, vocabulary), Credentials.of(held, vocabulary), vocabulary.compacts, today)
    return found.verdict.value, found.standing.value


@cache
def words_of_the_trade() -> Vocabulary:
    """The vocabulary of the product."""
    return load()


@cache
def reader_of(today: date) -> Reader:
    """A reader as of a date."""
    return Reader(words_of_the_trade(), today)


def read(kind: Kind, text: str, title: str, place: str, today: date) -> Profile:
    """What a reader takes from a text of a case."""
    return reader_of(today).read(Document.from_mapping({"id": "case", "kind": kind, "text": text, "title": title, "place": place}))


def rows(name: str) -> Iterator[tuple[int, Case]]:
    """The cases of a file, each with the line it begins on."""
    with (CASES / name).open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines, strict=True)
        begin = reader.reader.line_num + 1
        for row in reader:
            yield begin + (begin == 1), row
            begin = reader.reader.line_num + 1


def parameters(name: str, strict: bool = True) -> list[object]:
    """The cases of a file as parameters of a test, named file:line topic; those known to fail are expected to."""
    missed = known_misses(name) if strict else {}
    return [pytest.param(row, id=f"{name}:{line} {row['topic']}", marks=_miss(missed.get(text_of(row)))) for line, row in rows(name)]


def _miss(reason: str | None) -> tuple[pytest.MarkDecorator, ...]:
    return (pytest.mark.xfail(reason=reason, strict=True),) if reason else ()


def text_of(case: Case) -> str:
    """What tells a case from the others of its file."""
    return " / ".join(case[name] for name in ("title", "place", "text", "posting", "resume") if case.get(name))


def known_misses(name: str) -> dict[str, str]:
    """The cases of a file that are not read as they should be, and why."""
    with (CASES / "known_misses.csv").open(newline="", encoding="utf-8") as lines:
        return {row["case"]: row["why"] for row in csv.DictReader(lines, strict=True) if row["file"] == name}


def statements(case: Case) -> list[str]:
    """The statements of a reading case."""
    return [statement.strip() for statement in case["expected"].split(";") if statement.strip()]


@cache
def titles_written(writing: str) -> frozenset[str]:
    """The titles a writing stands for, in any state."""
    key = " ".join(word.folded for word in phrase(writing))
    return frozenset(title for title, _ in words_of_the_trade().licences.writings().get(key, [])) | {writing}


def same_title(stated: str, found: str) -> bool:
    """Whether a title read is the one a case states; a title of the table stands for itself alone."""
    return stated == found or (stated not in words_of_the_trade().licences.by_title and found in titles_written(stated))


def same_in_state(stated: str, found: str, state: str | None) -> bool:
    """The same, but a state may write one title in two ways: LAPC and APC in Georgia."""
    table = words_of_the_trade().licences
    elsewhere = state is not None and not any(row.state in (state, ANY) for row in table.by_title.get(stated, []))
    return same_title(stated, found) or (elsewhere and found in titles_written(stated))


def own(profile: Profile, title: str) -> list[Licence]:
    """The licences of a title that a text names, but for the denied ones."""
    named = [licence for licence in profile.licences if same_in_state(title, licence.title, licence.state)]
    return [licence for licence in named if licence.mention.strength is not Strength.EXCLUDED]


def concept_holds(profile: Profile, concept: str, strength: str) -> bool:
    """Whether a concept is named as firmly as stated."""
    found = {mention.strength.value for mention in profile.mentions if mention.concept == concept}
    if strength == "any":
        return bool(found - {"excluded"})
    return found == {"excluded"} if strength == "excluded" else strength in found


def licence_holds(profile: Profile, title: str, state: str, level: str, strength: str) -> bool:
    """Whether a licence is read with title, state, level and strength."""
    return any(
        same_in_state(title, licence.title, licence.state)
        and (state in (ANY, licence.state or UNSAID))
        and level in (licence.level.value, UNSAID if licence.level is Level.UNKNOWN else "")
        and licence.mention.strength.value == strength
        for licence in profile.licences
    )


def asked_titles(words: str) -> tuple[list[str], str | None, bool]:
    """Titles, level and firmness of an `asks` statement."""
    parts = words.split(" ")
    firm = True
    if parts[-1] in ("required", "preferred"):
        firm = parts.pop() == "required"
    level = parts.pop() if parts[-1] in LEVELS else None
    return " ".join(parts).split("|"), level, firm


def clause_is(clause: LicenceClause, words: str, states: tuple[str, ...]) -> bool:
    """Whether a clause asks for just the titles stated, as firmly and at the level."""
    titles, level, firm = asked_titles(words)
    state = (clause.states or states or (None,))[0]
    found = {ask.title for ask in clause.asks}
    covered = all(any(same_in_state(title, one, state) for title in titles) for one in found)
    complete = all(any(same_in_state(title, one, state) for one in found) for title in titles)
    return covered and complete and clause.required is firm and (level is None or {ask.level.value for ask in clause.asks} == {level})


def asks_hold(profile: Profile, words: str) -> bool:
    """Whether some clause asks just so; whether none does."""
    if words == "nothing":
        return not profile.clauses
    return any(not clause.general and clause_is(clause, words, profile.facts.states) for clause in profile.clauses)


def associates_hold(profile: Profile, said: str) -> bool:
    """Whether the clauses welcome associates, shut them out, or do not say."""
    found = {clause.associates for clause in profile.clauses}
    return {"welcome": True in found, "excluded": False in found, "unsaid": found == {None}}[said]


def hours_hold(profile: Profile, title: str, hours: str) -> bool:
    """Whether so many hours are done, of so many where that is said."""
    done, _, needed = hours.partition("/")
    return any(licence.hours == (int(done), int(needed) if needed else None) for licence in own(profile, title))


TITLE = r"(?P<title>.+?)"
MEANINGS: list[tuple[str, Callable[[Profile, re.Match[str]], bool]]] = [  # the first that matches a whole statement holds
    (rf"no licence {TITLE}", lambda p, m: not own(p, m["title"])),
    (
        rf"licence {TITLE} (?P<state>[A-Z]{{2}}|-|\*) (?P<level>{'|'.join(sorted(LEVELS))}|-) (?P<strength>\w+)",
        lambda p, m: licence_holds(p, m["title"], m["state"], m["level"], m["strength"]),
    ),
    (rf"supervisor {TITLE}", lambda p, m: any(licence.supervisor for licence in own(p, m["title"]))),
    (rf"expires {TITLE} (?P<date>\d{{4}}-\d\d-\d\d)", lambda p, m: any(licence.expires == m["date"] for licence in own(p, m["title"]))),
    (rf"months {TITLE} (?P<months>\d+)", lambda p, m: any(licence.months == int(m["months"]) for licence in own(p, m["title"]))),
    (rf"hours {TITLE} (?P<hours>\d+(?:/\d+)?)", lambda p, m: hours_hold(p, m["title"], m["hours"])),
    (r"asks (?P<words>.+)", lambda p, m: asks_hold(p, m["words"])),
    (r"associates (?P<said>welcome|excluded|unsaid)", lambda p, m: associates_hold(p, m["said"])),
    (r"states (?P<states>[A-Z]{2}(?:,[A-Z]{2})*)", lambda p, m: {s for c in p.clauses for s in c.states} == set(m["states"].split(","))),
    (r"every state", lambda p, m: any(clause.every_state for clause in p.clauses)),
    (r"within (?P<months>\d+) months", lambda p, m: any(clause.months == int(m["months"]) for clause in p.clauses)),
    (r"general clause", lambda p, m: any(clause.general for clause in p.clauses)),
    (r"state (?P<state>[A-Z]{2})", lambda p, m: p.facts.state == m["state"]),
    (r"no state", lambda p, m: p.facts.state is None and not p.facts.states),
    (r"(?P<no>not )?(?P<fact>remote|federal|overview)", lambda p, m: getattr(p.facts, m["fact"]) is not bool(m["no"])),
    (r"years (?P<years>[\d.]+)", lambda p, m: p.facts.years == float(m["years"])),
    (r"(?P<no>no )?profession (?P<concept>profession\.\S+)", lambda p, m: any(o.concept == m["concept"] for o in p.professions) is not bool(m["no"])),
    (rf"(?P<no>no )?flag (?P<flag>{'|'.join(sorted(FLAGS))})", lambda p, m: any(flag.name == m["flag"] for flag in p.flags) is not bool(m["no"])),
    (r"no (?P<concept>[a-z]+\.\S+)", lambda p, m: all(mention.concept != m["concept"] for mention in p.mentions)),
    (rf"(?P<concept>[a-z]+\.\S+) (?P<strength>any|{'|'.join(sorted(STRENGTHS))})", lambda p, m: concept_holds(p, m["concept"], m["strength"])),
]


def meaning(statement: str) -> tuple[re.Match[str], Callable[[Profile, re.Match[str]], bool]]:
    """The match of a statement and what it asks of a profile."""
    for pattern, holds in MEANINGS:
        if match := re.fullmatch(pattern, statement):
            return match, holds
    raise AssertionError(f"no such statement: {statement!r}")


def untold(profile: Profile, told: Iterable[str]) -> list[str]:
    """Firm clauses of titles that no `asks` statement of the case names; of no concern where the case says nothing of clauses."""
    asked = [statement.removeprefix("asks ") for statement in told if statement.startswith("asks ")]
    if not asked or asked == ["nothing"]:
        return []
    states = profile.facts.states
    left = [one for one in profile.clauses if one.required and not one.general and not any(clause_is(one, words, states) for words in asked)]
    return [f"a clause that the case does not know: {shown_clause(one)}" for one in left]


def shown_clause(clause: LicenceClause) -> str:
    """A clause in the words of the cases."""
    asks = "|".join(dict.fromkeys(f"{ask.title}({ask.level.value})" for ask in clause.asks))
    firm = "required" if clause.required else "preferred"
    more = [f"states={','.join(clause.states)}" if clause.states else "", "every" if clause.every_state else "", "general" if clause.general else ""]
    more += [f"months={clause.months}" if clause.months else "", f"associates={clause.associates}"]
    return " ".join(["asks", asks, firm, *filter(None, more)])


def shown(profile: Profile) -> str:
    """What was read, in the words of the cases."""
    lines = [f"{one.concept} {one.strength.value} {profile.quote(one)!r}" for one in profile.mentions]
    for one in profile.licences:
        more = " ".join(f"{name}={value}" for name in ("supervisor", "expires", "months", "hours", "note") if (value := getattr(one, name)))
        lines.append(f"licence {one.title} {one.state or UNSAID} {one.level.value} {one.mention.strength.value} {more}".rstrip())
    lines += [shown_clause(clause) for clause in profile.clauses]
    facts = profile.facts
    lines.append(
        f"state={facts.state} states={','.join(facts.states)} remote={facts.remote} federal={facts.federal} overview={facts.overview} years={facts.years}"
    )
    lines.append(f"professions={[one.concept for one in profile.professions]} flags={[flag.name for flag in profile.flags]}")
    return "\n  ".join(lines)


@pytest.mark.parametrize("case", parameters("reading.csv"))
def test_a_text_is_read_as_a_clinician_reads_it(case: Case) -> None:
    profile = read(Kind(case["kind"]), case["text"], case["title"], case["place"], date(2026, 11, 22))
    told = statements(case)
    failed = [statement for statement in told if not (found := meaning(statement))[1](profile, found[0])] + untold(profile, told)
    text = " / ".join(filter(None, (case["title"], case["place"], case["text"])))
    assert not failed, f"\n{case['kind']}: {text}\nexpected: {'; '.join(failed)}\nbecause:  {case['why']}\nread:\n  {shown(profile)}"


@pytest.mark.parametrize("case", parameters("eligibility.csv"))
def test_a_resume_stands_under_a_posting_as_the_rules_say(case: Case) -> None:
    today = date.fromisoformat(case["date"])
    asked = read(Kind.POSTING, case["posting"], case["title"], case["posting_place"], today)
    held = read(Kind.RESUME, case["resume"], "", case["resume_place"], today)
    verdict, standing = verdict_of(asked, held, today)
    texts = f"{case['title']} / {case['posting_place']} / {case['posting']}\nresume:   {case['resume_place']} / {case['resume']}"
    expected = f"{case['verdict']} {case['standing']} on {case['date']}\nbecause:  {case['why']}"
    found = f"{verdict} {standing}\nposting read:\n  {shown(asked)}\nresume read:\n  {shown(held)}"
    assert (verdict, standing) == (case["verdict"], case["standing"]), f"\nposting:  {texts}\nexpected: {expected}\nfound:    {found}"


def wrong_words(statement: str) -> str | None:
    """What a statement names that nobody knows."""
    match, _ = meaning(statement)
    named = match.groupdict()
    titles = asked_titles(named["words"])[0] if named.get("words", "nothing") != "nothing" else [named["title"]] if "title" in named else []
    unknown = [title for title in titles if title not in words_of_the_trade().licences.by_title and len(titles_written(title)) == 1]
    unknown += [] if named.get("concept") in (None, *words_of_the_trade().concepts) else [str(named["concept"])]
    unknown += [] if named.get("strength") in (None, "any", *STRENGTHS) else [str(named["strength"])]
    unknown += [state for state in [*(named.get("states") or "").split(","), named.get("state") or ""] if state not in ("", UNSAID, ANY, *STATES)]
    return f"{statement}: {', '.join(unknown)}" if unknown else None


@pytest.mark.parametrize("case", parameters("reading.csv", strict=False))
def test_a_reading_case_is_written_in_known_words(case: Case) -> None:
    assert case["kind"] in tuple(Kind)
    assert all(case[name] for name in ("topic", "text", "expected", "why"))
    assert [wrong for statement in statements(case) if (wrong := wrong_words(statement))] == []


def test_the_eligibility_cases_are_written_in_known_words() -> None:
    for line, case in rows("eligibility.csv"):
        assert case["verdict"] in tuple(Verdict), line
        assert case["standing"] in STANDINGS, line
        assert date.fromisoformat(case["date"]), line
        assert all(case[name] for name in ("topic", "posting", "resume", "why")), line


@pytest.mark.parametrize("name", list(COLUMNS))
def test_every_known_miss_is_a_case_and_has_its_reason(name: str) -> None:
    cases = {text_of(case) for _, case in rows(name)}
    assert {case for case in known_misses(name) if case not in cases} == set()
    assert all(known_misses(name).values())


@pytest.mark.parametrize(("name", "columns"), COLUMNS.items())
def test_no_case_stands_twice(name: str, columns: tuple[str, ...]) -> None:
    texts = Counter(tuple(case[column] for column in columns) for _, case in rows(name))
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("name", list(SMALLEST_ALL))
def test_there_are_cases_enough(name: str) -> None:
    topics = Counter(case["topic"].rpartition(" ")[2] for _, case in rows(name))
    assert topics.total() >= SMALLEST_ALL[name]
    assert {topic: topics[topic] for topic, fewest in SMALLEST.items() if name == "reading.csv" and topics[topic] < fewest} == {}


def test_the_licence_cases_visit_every_state() -> None:
    named = {state for _, case in rows("reading.csv") for statement in statements(case) for state in re.findall(r"^licence .* ([A-Z]{2}) ", statement)}
    assert STATES - {"PR", "VI", "GU"} - named == set()
