"""Ranking on public labelled sets, beside controls computed here and the figures known for the sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from matcher.encoder import Encoder
from matcher.evaluation import Estimate, estimate
from matcher.labelled import (
    RatedPairs,
    Scores,
    chance_measures,
    control_scores,
    correlation_pooled,
    correlations_within,
    first_places,
    our_scores,
    ranked_measures,
    read_craigslist,
    read_ferr,
    read_melo,
    read_talentclef,
)
from matcher.matcher import Matcher
from matcher.occupations import Occupations, joined
from scripts.evaluate import cell
from scripts.progress import progress
from service.compose import unstored_matcher
from service.settings import Settings

Figures = dict[str, Estimate]  # by the name of the measure
KNOWN = {  # set -> system -> measure -> value; MELO's are of its paper, the others of whoever prepared the sets
    "craigslist": {"bm25": {"map": 0.45}},
    "ferr": {"bm25": {"spearman, all pairs": 0.09}},
    "melo": {"character TF-IDF": {"mrr": 0.26}, "mpnet": {"mrr": 0.311}, "E5": {"mrr": 0.4735}},
    "talentclef": {},
}
NOTE = "known: computed by others; docs/labelled.md says how far they compare"
RATED: dict[str, Callable[[Path], RatedPairs]] = {"craigslist": read_craigslist, "ferr": read_ferr, "talentclef": read_talentclef}
HITS = (1, 5, 10)


@dataclass(frozen=True)
class Result:
    """What was measured of a set: how large it is, and the figures of each system."""

    size: Mapping[str, int]
    systems: Mapping[str, Figures]


def print_labelled(name: str, folder: Path, settings: Settings, as_json: bool) -> None:
    """Measure the set `name` under `folder` and print it; raises InvalidFolder for a file that is missing or broken."""
    matcher = unstored_matcher(settings)
    result = measure_titles(folder, matcher.encoder) if name == "melo" else measure_pairs(name, folder, matcher)
    matcher.close()
    systems = {system: {measure: asdict(one) for measure, one in figures.items()} for system, figures in result.systems.items()}
    print(json.dumps({"set": name, "size": result.size, "systems": systems, "known": KNOWN[name]}) if as_json else _table(name, result))


def measure_pairs(name: str, folder: Path, matcher: Matcher) -> Result:
    """Our score and the controls on a set of rated pairs."""
    rated = RATED[name](folder)
    with progress(len(rated.postings) + len(rated.resumes), name) as advance:
        systems: dict[str, Scores] = {"ours": our_scores(matcher, rated, advance)}
    systems |= control_scores(matcher, rated)
    figures = {system: _correlated(scores, rated) if name == "ferr" else _means(ranked_measures(scores, rated)) for system, scores in systems.items()}
    if name != "ferr":
        figures["random order"] = _means(chance_measures(rated))
    return Result({"postings": len(rated.ratings), "resumes": len(rated.resumes), "pairs": rated.pairs}, figures)


def measure_titles(folder: Path, encoder: Encoder) -> Result:
    """The occupation normaliser on MELO, and its two parts alone."""
    titles = read_melo(folder)
    with progress(sum(len(one.labels) for one in titles.occupations), "melo", "label") as advance:
        occupations = Occupations(encoder, titles.occupations, advance)
    owners = [id for id, _ in occupations.labels]
    found: dict[str, list[dict[str, float]]] = {"ours": [], "meaning alone": [], "letters alone": []}
    with progress(len(titles.queries), "melo", "title") as advance:
        for query, title in titles.queries.items():
            meaning, letters = occupations.likenesses(title)
            for listed, scores in zip(found.values(), (joined(meaning, letters), meaning, letters), strict=True):
                listed.append(_placed(*first_places(scores, owners, titles.relevant[query])))
            advance(1)
    size = {"titles": len(titles.queries), "occupations": len(titles.occupations), "labels": len(owners)}
    return Result(size, {system: _means(listed) for system, listed in found.items()})


def _placed(label: int, occupation: int) -> dict[str, float]:
    """The measures of one title by the places of its first right label and occupation."""
    return {"mrr": 1 / label, **{f"hits@{depth}": float(label <= depth) for depth in HITS}, "mrr, occupations": 1 / occupation}


def _correlated(scores: Scores, rated: RatedPairs) -> Figures:
    return {"spearman, all pairs": correlation_pooled(scores, rated), "spearman, mean of postings": estimate(correlations_within(scores, rated))}


def _means(per_query: Sequence[Mapping[str, float]]) -> Figures:
    return {name: estimate([one[name] for one in per_query]) for name in per_query[0]} if per_query else {}


def _table(name: str, result: Result) -> str:
    measures = list(next(iter(result.systems.values())))
    lines = [f"{name}: " + ", ".join(f"{count:,} {what}" for what, count in result.size.items())]
    lines.append(f"{'':24}" + "".join(f"{measure:>28}" for measure in measures))
    for system, figures in result.systems.items():
        lines.append(f"{system:24}" + "".join(f"{cell(figures[measure]):>28}" for measure in measures))
    for system, known in KNOWN[name].items():
        lines.append(f"{'known: ' + system:24}" + "".join(f"{known.get(measure, '-'):>28}" for measure in measures))
    return "\n".join([*lines, NOTE] if KNOWN[name] else lines)
