"""How much of real files is read: per kind the share of documents in which each thing was found, the errors and the speed."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path

from matcher.document import Document, Kind
from matcher.profile import LicenceClause, Profile, Strength
from matcher.reading import Reader
from matcher.sources import Refusal, open_bytes, read_lines
from matcher.vocabulary import load
from scripts.progress import progress

OURS = frozenset(item.name for item in fields(Document))
THEIRS = {"company": "employer", "location": "place", "description": "text"}  # the names of job feeds -> ours
KEPT = frozenset({"id", "kind", "title", *THEIRS})  # of a job feed; its other fields have other values than ours
CATEGORIES = ("setting", "modality", "population", "degree")
SHOWN = 20  # errors told in full
Check = Callable[[Profile], bool]


@dataclass
class Tally:
    """What was counted of the documents of one kind; `found` by the name of a thing, `errors` each in words."""

    documents: int = 0
    seconds: float = 0.0
    bytes: int = 0
    found: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)


def print_coverage(files: Sequence[Path], kind: Kind | None = None, as_json: bool = False) -> int:
    """Read all documents of JSONL files (may be gzipped) and print what was found; gives the number of errors.

    `kind` is used where a line does not name its own; without it a line with a description is a posting, any other a resume.
    """
    tallies = count(files, Reader(load(), date.today()), kind)
    errors = sum(len(tally.errors) for tally in tallies.values())
    told = {name: _told(name, tally) for name, tally in tallies.items()}
    print(json.dumps(told) if as_json else "\n\n".join(_table(name, one) for name, one in told.items()))
    return errors


def count(files: Sequence[Path], reader: Reader, kind: Kind | None = None) -> dict[str, Tally]:
    """Kind -> what was counted; a refused line whose kind is unknown is counted as "unknown"."""
    tallies: dict[str, Tally] = {}
    with progress(sum(1 for path in files for _ in _lines(path)), "coverage") as advance:
        for path in files:
            for number, found, named in _documents(path, kind):
                tally = tallies.setdefault(named, Tally())
                tally.documents += 1
                _add(tally, found, f"{path.name}:{number}", reader)
                advance(1)
    return tallies


def _add(tally: Tally, found: Document | Refusal, where: str, reader: Reader) -> None:
    if isinstance(found, Refusal):
        tally.errors.append(f"{where}: {found.field}: {found.reason}")
        return
    started = time.perf_counter()
    try:
        profile = reader.read(found)
    except Exception as error:  # whatever it is, it is counted and named, and the next document is read
        tally.errors.append(f"{where}: {found.id}: {type(error).__name__}: {error}")
        return
    tally.seconds += time.perf_counter() - started
    tally.bytes += len(profile.text.encode())
    tally.found.update(name for name, check in CHECKS[found.kind].items() if check(profile))
    tally.flags.update({flag.name for flag in profile.flags})


def _documents(path: Path, kind: Kind | None) -> Iterator[tuple[int, Document | Refusal, str]]:
    """Every line of a file with its number, what it holds and its kind."""
    for number, found in read_lines((_in_our_words(line, kind) for line in _lines(path)), path.name):
        yield number, found, found.kind.value if isinstance(found, Document) else (kind.value if kind else "unknown")


def _lines(path: Path) -> Iterator[bytes]:
    with open_bytes(path) as lines:
        yield from lines


def _in_our_words(line: bytes, kind: Kind | None) -> bytes:
    """A line with our names for its fields and without those we do not know; one that is no object stays as it is."""
    try:
        values = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return line
    return json.dumps(_renamed(values, kind)).encode() + b"\n" if isinstance(values, dict) else line


def _renamed(values: Mapping[str, object], kind: Kind | None) -> dict[str, object]:
    feed = "description" in values
    kept = {THEIRS.get(name, name) if feed else name: value for name, value in values.items() if name in (KEPT if feed else OURS)}
    return {"kind": kind or (Kind.POSTING if feed else Kind.RESUME), **kept}


def _mentions(category: str) -> Check:
    def check(profile: Profile) -> bool:
        return any(one.concept.startswith(f"{category}.") and one.strength is not Strength.EXCLUDED for one in profile.mentions)

    return check


def _clause(holds: Callable[[LicenceClause], bool]) -> Check:
    return lambda profile: any(map(holds, profile.clauses))


CLAUSES: dict[str, Check] = {  # of the postings with a licence clause
    "any-of list": _clause(lambda clause: not clause.general and len({ask.title for ask in clause.asks}) > 1),
    "general words": _clause(lambda clause: clause.general),
    "several clauses": lambda profile: len(profile.clauses) > 1,
    "associates welcome": _clause(lambda clause: clause.associates is True),
    "associates excluded": _clause(lambda clause: clause.associates is False),
}
FACTS: dict[str, Check] = {
    "state": lambda profile: bool(profile.facts.states),
    "remote": lambda profile: profile.facts.remote,
    **{category: _mentions(category) for category in CATEGORIES},
    "years": lambda profile: profile.facts.years is not None,
    "pay": lambda profile: bool(profile.facts.terms.pay),
    "employment": lambda profile: bool(profile.facts.terms.employment),
}
PROFESSION: dict[str, Check] = {"profession": lambda profile: bool(profile.professions)}
CHECKS: dict[Kind, dict[str, Check]] = {
    Kind.POSTING: {**PROFESSION, "licence clause": lambda profile: bool(profile.clauses), **CLAUSES, **FACTS},
    Kind.RESUME: {**PROFESSION, "licence": lambda profile: bool(profile.licences), **FACTS},
}


def _told(name: str, tally: Tally) -> dict[str, object]:
    """The figures of a kind; shares are of the documents read, those of `clauses` of the postings with a licence clause."""
    read = tally.documents - len(tally.errors)
    asking = tally.found["licence clause"]
    checks = CHECKS[Kind(name)] if name in tuple(Kind) else {}
    return {
        "documents": tally.documents,
        "errors": tally.errors,
        "ms_per_document": round(1000 * tally.seconds / read, 2) if read else None,
        "mb_per_second": round(tally.bytes / 1e6 / tally.seconds, 2) if tally.seconds else None,
        "found": _shares(tally.found, (one for one in checks if one not in CLAUSES), read),
        "clauses": _shares(tally.found, CLAUSES if asking else (), asking),
        "flags": _shares(tally.flags, sorted(tally.flags), read),
    }


def _shares(counted: Mapping[str, int], names: Iterable[str], of: int) -> dict[str, float]:
    return {name: round(counted[name] / of, 4) if of else 0.0 for name in names}


def _table(name: str, told: Mapping[str, object]) -> str:
    errors, found, clauses, flags = (told[key] for key in ("errors", "found", "clauses", "flags"))
    assert isinstance(errors, list)
    lines = [f"{name}: {told['documents']} documents, {len(errors)} errors, {told['ms_per_document']} ms per document, {told['mb_per_second']} MB/s"]
    lines += [f"  error: {error}" for error in errors[:SHOWN]] + ([f"  and {len(errors) - SHOWN} more"] if len(errors) > SHOWN else [])
    for shares, before in ((found, ""), (clauses, "of the clauses: "), (flags, "flag: ")):
        assert isinstance(shares, dict)
        lines += [f"  {before + one:36}{share:8.1%}" for one, share in shares.items()]
    return "\n".join(lines)
