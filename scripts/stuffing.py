"""What stuffing gains: unqualified resumes of a judged folder, stuffed for a posting and ranked for it among all the others."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from matcher.document import Kind
from matcher.evaluation import GOOD, SEED, TOP, JudgedFolder, Judgement
from matcher.ledger import Match
from matcher.matcher import Asked, Matcher
from matcher.verdict import STANDING, Eligibility, Standing
from scripts.attacks import ATTACKS, Pair, stuffed
from scripts.progress import progress
from service.compose import unstored_matcher
from service.settings import Settings

TRIALS = 100
MEASURES = ("gain", "top_ten", "above_good", "passes", "licence", "standing")
Judged = Mapping[tuple[str, str], Judgement]  # by posting and resume


@dataclass(frozen=True, slots=True)
class Trial:
    """What an attack changed for one unqualified resume and one posting.

    `top_ten`: whether it entered the best ten, None where it stood there before; `above_good`: whether it passed a good
    match (eligible, grade 2 or 3) that had ranked above it, None where there is none; `passes`: whether any hard
    requirement is met that was not; `licence`: whether that of the licence is; `standing`: whether the whole reads as eligible
    and did not.
    """

    gain: float
    top_ten: bool | None
    above_good: bool | None
    passes: bool
    licence: bool
    standing: bool


def stuffing(path: Path, settings: Settings, as_json: bool, trials: int) -> None:
    """Print for each attack its mean gain and how often it does harm."""
    folder = JudgedFolder.read(path)
    matcher = unstored_matcher(settings)
    found = measure(folder, matcher, trials)
    matcher.close()
    told = {attack: summary(listed) for attack, listed in found.items()}
    print(json.dumps(told) if as_json else table(told))


def measure(folder: JudgedFolder, matcher: Matcher, trials: int = TRIALS) -> dict[str, list[Trial]]:
    """Attack -> what came of each trial, over the same pairs."""
    judged = {(one.posting, one.resume): one.judgement for one in folder.pairs()}  # where both directions judge a pair, that of the posting's
    pairs = choose(judged, trials)
    resumes = {one.document.id: one for one in matcher.read(list(folder.documents[Kind.RESUME].values()))}
    found: dict[str, list[Trial]] = {attack: [] for attack in ATTACKS}
    with progress(len(pairs), "stuffing", "pair") as advance:
        for posting, id in pairs:
            asked = matcher.read([folder.documents[Kind.POSTING][posting]])[0]
            others = {other: matcher.compare_read(asked, one).score for other, one in resumes.items() if other != id}
            good = [others[other] for other in others if _good(judged.get((posting, other)))]
            for attack, trial in _trials(matcher, asked, resumes[id], list(others.values()), good):
                found[attack].append(trial)
            advance(1)
    return found


def choose(judged: Judged, trials: int) -> list[tuple[str, str]]:
    """So many pairs of a posting and a resume unqualified for it (labelled N, or of grade 0), drawn by a seed; postings with a good match first."""
    unqualified = sorted(pair for pair, one in judged.items() if one.eligibility == "N" or one.grade == 0)
    random.Random(SEED).shuffle(unqualified)  # noqa: S311 - trials, no secret
    telling = {posting for (posting, _), one in judged.items() if _good(one)}
    return sorted(unqualified, key=lambda pair: pair[0] not in telling)[:trials]


def summary(trials: Sequence[Trial]) -> dict[str, float | int | None]:
    """The mean gain and the share of the trials in which each harm was done, of those in which it could be."""
    shares = {name: [value for one in trials if (value := getattr(one, name)) is not None] for name in MEASURES}
    return {"trials": len(trials), **{name: round(fmean(values), 4) if values else None for name, values in shares.items()}}


def table(told: Mapping[str, Mapping[str, float | int | None]]) -> str:
    """The figures as lines."""
    lines = [f"{'':26}{'trials':>8}" + "".join(f"{name:>12}" for name in MEASURES)]
    for attack, figures in told.items():
        cells = (("-" if (value := figures[name]) is None else f"{value:+.2f}" if name == "gain" else f"{value:.1%}") for name in MEASURES)
        lines.append(f"{attack:26}{figures['trials']:>8}" + "".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)


def _trials(matcher: Matcher, posting: Asked, resume: Asked, others: Sequence[float], good: Sequence[float]) -> Iterator[tuple[str, Trial]]:
    """Every attack on a pair, ranked among resumes of the scores `others`, of which those of good matches are `good`."""
    pair = Pair(posting.profile, resume.profile, matcher.vocabulary)
    before = matcher.compare_read(posting, resume)
    for attack in ATTACKS:
        text = stuffed(resume.document.text, attack, pair)
        if text:
            after = matcher.compare_read(posting, matcher.read([replace(resume.document, text=text)])[0])
            yield attack, _told(before, after, others, good)


def _told(before: Match, after: Match, others: Sequence[float], good: Sequence[float]) -> Trial:
    was, now = (sum(score > match.score for score in others) for match in (before, after))
    above = [score for score in good if score > before.score]
    return Trial(
        gain=after.score - before.score,
        top_ten=None if was < TOP else now < TOP,
        above_good=any(score < after.score for score in above) if above else None,
        passes=not _met(after.eligibility) <= _met(before.eligibility),
        licence=_licensed(after.eligibility) and not _licensed(before.eligibility),
        standing=after.eligibility.standing is Standing.ELIGIBLE and before.eligibility.standing is not Standing.ELIGIBLE,
    )


def _met(eligibility: Eligibility) -> set[tuple[str, tuple[object, ...]]]:
    """The hard requirements that are met, each by its name and its words in the posting."""
    return {(one.what, one.posting) for one in eligibility.findings if one.standing is Standing.ELIGIBLE}


def _licensed(eligibility: Eligibility) -> bool:
    return STANDING.get(eligibility.verdict) is Standing.ELIGIBLE


def _good(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.eligibility == "E" and judgement.grade >= GOOD
