"""What many clients get of a service at once, beside one alone, by turns: how much together, how soon, and whether anybody goes without."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from scripts.measure import PORT
from scripts.overload import asked_service, questions
from scripts.traffic import Client, Reply, goodput, in_turn, percentile, statuses, waits
from service.settings import Settings

WARM_UP_SECONDS = 3.0
ROUNDS = 3  # of one client, of many that come back when they are told to, and of many that ask again at once
Crowd = Sequence[Sequence[Reply]]  # the replies of each client


@dataclass(frozen=True)
class Figures:
    """What some clients got in all rounds; rates a second; times in milliseconds, from when a client first asks to its answer, refusals between or not."""

    clients: int
    rates: list[float]
    ratios: list[float]
    ratio: float
    p50: float
    p99: float
    p99_of_p50: float
    slowest: float  # of those in vain, too
    least: int  # answers to one client in a round
    most: int
    statuses: dict[str, int]


def clients(settings: Settings, store: Path | None, count: int, seconds: float, as_json: bool) -> None:
    """Print the figures over a store, which gains the records of the matches, or over the bundled sample."""
    with asked_service(settings, store) as (_, encoder, documents):
        measured = asyncio.run(_measured(count, seconds))
    if as_json:
        print(json.dumps({"encoder": encoder, "documents": documents, **{name: asdict(one) for name, one in measured.items()}}))
        return
    print(f"matches of pasted resumes against {documents:,} postings, {encoder}, {ROUNDS} rounds of {seconds} s each")
    for name, one in measured.items():
        print(_words(name, one))


async def _measured(count: int, seconds: float) -> dict[str, Figures]:
    asking = questions()
    await _crowd(asking, 1, WARM_UP_SECONDS, False)
    rounds = [[await _crowd(asking, many, seconds, obedient) for many, obedient in ((1, False), (count, True), (count, False))] for _ in range(ROUNDS)]
    alone, *crowds = zip(*rounds, strict=True)
    names = ("one client", f"{count} that come back when they are told to", f"{count} that ask again at once")
    return {name: figures(alone, crowd) for name, crowd in zip(names, (alone, *crowds), strict=True)}


async def _crowd(asking: Callable[[], bytes], count: int, seconds: float, obedient: bool) -> Crowd:
    connected = [Client(PORT) for _ in range(count)]
    replies = await asyncio.gather(*(in_turn(client, asking, 1, seconds, obedient) for client in connected))
    for client in connected:
        client.close()
    return replies


def figures(alone: Sequence[Crowd], rounds: Sequence[Crowd]) -> Figures:
    """The figures of some clients beside those of one alone, round by round."""
    rates, single = ([goodput([reply for one in crowd for reply in one]) for crowd in each] for each in (rounds, alone))
    ratios = [rate / other for rate, other in zip(rates, single, strict=True)]
    each = [one for crowd in rounds for one in crowd]
    waited = [waits(one) for one in each]
    answered = [1000 * seconds for one, _ in waited for seconds in one]
    p50, p99 = percentile(answered, 0.5), percentile(answered, 0.99)
    slowest = max(*answered, *(1000 * in_vain for _, in_vain in waited))
    counts = [len(one) for one, _ in waited]
    told = statuses([reply for one in each for reply in one])
    return Figures(len(rounds[0]), rates, ratios, median(ratios), p50, p99, p99 / p50, slowest, min(counts), max(counts), told)


def _words(name: str, one: Figures) -> str:
    rates, ratios = ", ".join(f"{rate:.1f}" for rate in one.rates), ", ".join(f"{ratio:.2f}" for ratio in one.ratios)
    beside = f", which is {ratios} of one client, median {one.ratio:.2f} (goal 1.8)" if one.clients > 1 else ""
    return f"""  {name}: {rates} a second{beside}
    from first asking to the answer: p50 {one.p50:.0f} ms, p99 {one.p99:.0f} ms, {one.p99_of_p50:.1f} times p50 (goal 4)
    longest without an answer {one.slowest:.0f} ms; answers to a client in a round: least {one.least}, most {one.most}; statuses {one.statuses}"""
