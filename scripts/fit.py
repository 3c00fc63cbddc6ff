"""Fit the weights on a judged folder, say how they do on queries they were not fitted on, and what each group is worth."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from matcher.evaluation import DIRECTIONS, SEED, Estimate, JudgedFolder, deep_matches
from matcher.fitting import FOLDS, LEAST, PRIOR, RIDGE, TEMPERATURE, UNJUDGED, Query, by_direction, credited, cross_validated, fit, without
from matcher.matcher import Matcher, fingerprint
from matcher.weights import FILE, Weights, weight_names
from scripts.evaluate import cell, stored
from scripts.progress import progress
from service.settings import Settings

SHOWN = ("ndcg@10", "condensed_ndcg@10", "recall@20", "ineligible@10", "inversions", "judged@10")


def fit_weights(path: Path, settings: Settings, write: bool) -> None:
    """Print the measures under the prior, the fitted and the cross-validated weights, then what leaving out each group changes."""
    folder = JudgedFolder.read(path)
    with stored(folder, settings) as matcher:
        queries = _queries(matcher, folder)
        name = fingerprint(matcher.encoder, matcher.vocabulary)
    weights = fit(queries)
    aside = by_direction(cross_validated(queries))
    for title, results in (
        ("prior", by_direction((query, query.measured(PRIOR)) for query in queries)),
        ("fitted on all", by_direction((query, query.measured(weights)) for query in queries)),
        (f"fitted on {FOLDS - 1} of {FOLDS} folds, measured on the other", aside),
    ):
        print(f"\n{title}\n{_table(results)}")
    print(f"\nweights: {_listed(weights)}\nin the file now: {_listed(Weights())}")
    print("\nchange of nDCG@10 without a group, under the weights in the file")
    for group, changes in without(queries, Weights()):
        print(f"{group:14}" + "".join(f"{cell(changes[direction]):>28}" for direction in changes))
    if write:
        FILE.write_text(json.dumps({"weights": weights.given(), "run": _record(path, folder, name, aside)}, indent=2) + "\n", encoding="utf-8")
        print(f"\nwritten to {FILE.name}")


def _queries(matcher: Matcher, folder: JudgedFolder) -> list[Query]:
    """Every query with what each document earns under equal weights."""
    found: list[Query] = []
    equal = Weights(*(1.0 for _ in weight_names()))
    for direction, kind in DIRECTIONS.items():
        with progress(len(folder.queries[direction]), direction, "query") as advance:
            for id in folder.queries[direction]:
                matches = deep_matches(matcher, folder.documents[kind][id], equal)
                found.append(credited(direction, id, matches, equal, folder.judgements.get(f"{direction}:{id}", {})))
                advance(1)
    return found


def _record(path: Path, folder: JudgedFolder, read_by: str, aside: Mapping[str, Mapping[str, Estimate]]) -> dict[str, object]:
    """What the weights came from: enough to make them again."""
    digest = hashlib.sha256(b"".join((path / file).read_bytes() for file in ("postings.jsonl", "resumes.jsonl", "queries.json", "qrels.tsv")))
    return {
        "command": "clinmatch fit FOLDER --write",
        "folder_sha256": digest.hexdigest(),
        "queries": sum(len(ids) for ids in folder.queries.values()),
        "judged_pairs": sum(len(judged) for judged in folder.judgements.values()),
        "read_and_encoded_by": read_by,
        "prior": PRIOR.given(),
        "ridge": RIDGE,
        "temperature": TEMPERATURE,
        "unjudged": UNJUDGED,
        "least": LEAST,
        "folds": FOLDS,
        "seed": SEED,
        "cross_validated": {
            direction: {name: {key: round(value, 4) for key, value in asdict(measures[name]).items()} for name in SHOWN}
            for direction, measures in aside.items()
        },
    }


def _listed(weights: Weights) -> str:
    return " ".join(f"{name} {points:g}" for name, points in weights.given().items())


def _table(results: Mapping[str, Mapping[str, Estimate]]) -> str:
    rows = [f"{direction:22}" + "".join(f"{cell(measures[name]):>24}" for name in SHOWN) for direction, measures in results.items()]
    return "\n".join([f"{'':22}" + "".join(f"{name:>24}" for name in SHOWN), *rows])
