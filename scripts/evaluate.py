"""Ranking quality on a judged folder, beside what a user could pick instead."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from matcher.controls import controls, peer
from matcher.evaluation import DIRECTIONS, MEASURES, Estimate, JudgedFolder, Rank, Ranking, measure, ours, summarise
from matcher.matcher import Matcher, batches
from scripts.progress import progress
from service.compose import open_matcher
from service.settings import Settings

Results = dict[str, dict[str, dict[str, Estimate]]]


def evaluate(path: Path, settings: Settings, as_json: bool, run: Path | None, peers: Sequence[str] = ()) -> None:
    """Print the measures per direction and system, `peers` among them; write our ranking to `run`."""
    folder = JudgedFolder.read(path)
    engines = {name: {other: peer(other, folder, kind.other, settings.model) for other in peers} for name, kind in DIRECTIONS.items()}
    with stored(folder, settings) as matcher:
        rankings = {name: _rankings(matcher, folder, name, engines[name]) for name in DIRECTIONS}
    results: Results = {name: _measured(folder, name, systems) for name, systems in rankings.items()}
    if run:
        run.write_text("".join(_run_lines(name, systems["ours"]) for name, systems in rankings.items()), encoding="utf-8")
    print(json.dumps(_plain(results)) if as_json else _table(results))


@contextmanager
def stored(folder: JudgedFolder, settings: Settings) -> Iterator[Matcher]:
    """A matcher over every document of a judged folder, in a store that is gone afterwards."""
    documents = [document for listed in folder.documents.values() for document in listed.values()]
    with tempfile.TemporaryDirectory() as temporary:
        matcher = open_matcher(replace(settings, store=Path(temporary) / "judged.db"))
        try:
            with progress(len(documents), "ingest") as advance:
                for batch in batches(documents):
                    matcher.put(batch)
                    advance(len(batch))
            yield matcher
        finally:
            matcher.close()


def _rankings(matcher: Matcher, folder: JudgedFolder, direction: str, peers: Mapping[str, Rank]) -> dict[str, dict[str, Ranking]]:
    asked = folder.documents[DIRECTIONS[direction]]
    queries = folder.queries.get(direction, ())
    systems: dict[str, Rank] = {"ours": ours(matcher), **controls(folder, DIRECTIONS[direction].other, matcher.encoder), **peers}
    found: dict[str, dict[str, Ranking]] = {}
    with progress(len(systems) * len(queries), direction, "query") as advance:
        for system, rank in systems.items():
            found[system] = {}
            for query in queries:
                found[system][query] = rank(asked[query])
                advance(1)
    return found


def _measured(folder: JudgedFolder, direction: str, systems: Mapping[str, Mapping[str, Ranking]]) -> dict[str, dict[str, Estimate]]:
    return {
        system: summarise([measure(ranking, folder.judgements.get(f"{direction}:{query}", {})) for query, ranking in rankings.items()])
        for system, rankings in systems.items()
    }


def _run_lines(direction: str, rankings: Mapping[str, Ranking]) -> str:
    return "".join(f"{direction}:{query}\t{id}\t{place}\t{score:.4f}\n" for query, ranking in rankings.items() for place, (id, score) in enumerate(ranking, 1))


def _plain(results: Results) -> dict[str, object]:
    return {
        direction: {system: {name: _figures(one) for name, one in measures.items()} for system, measures in systems.items()}
        for direction, systems in results.items()
    }


def _figures(one: Estimate) -> dict[str, float | None]:
    """NaN is not JSON: a measure that no query defines is null."""
    return {name: None if math.isnan(value) else value for name, value in asdict(one).items()}


def _table(results: Results) -> str:
    lines = []
    for direction, systems in results.items():
        lines.append(f"\n{direction}")
        lines.append(f"{'':16}" + "".join(f"{name:>24}" for name in MEASURES))
        for system, measures in systems.items():
            lines.append(f"{system:16}" + "".join(f"{cell(measures[name]):>24}" for name in MEASURES))
    return "\n".join(lines)


def cell(one: Estimate) -> str:
    """A measure with its interval."""
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"
