"""Checks of everything a match depends on, one line each."""

from __future__ import annotations

from collections.abc import Callable

from index.record import IndexProblem
from matcher.document import Kind, MatcherProblem
from matcher.matcher import LOCAL
from matcher.vocabulary import load
from service.compose import load_encoder, open_matcher
from service.settings import Settings


def doctor(settings: Settings) -> bool:
    """Print what is well and what is not; True when all is well."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("vocabulary", _vocabulary),
        ("model", lambda: load_encoder(settings).name),
        ("store", lambda: _store(settings)),
    ]
    reports = [_report(name, check) for name, check in checks]
    return all(reports)


def _report(name: str, check: Callable[[], str]) -> bool:
    try:
        print(f"ok    {name}: {check()}")
    except (MatcherProblem, IndexProblem, OSError) as error:
        print(f"wrong {name}: {error}")
        return False
    return True


def _vocabulary() -> str:
    vocabulary = load()
    titles = sum(len(rows) for rows in vocabulary.licences.by_title.values())
    return f"{len(vocabulary.concepts)} concepts, {titles} licence titles, version {vocabulary.version}"


def _store(settings: Settings) -> str:
    if not settings.store.exists():
        return f"{settings.store}: none yet; clinmatch ingest creates it"
    matcher = open_matcher(settings)
    told = f"{settings.store}: {matcher.count(Kind.POSTING)} postings, {matcher.count(Kind.RESUME)} resumes, change {matcher.index.sequence(LOCAL)}"
    matcher.close()
    return told
