"""What a service does when it is asked four times what it can answer: the figures of a promise, measured on a real process."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median

from matcher.document import Document, Kind
from matcher.sources import read_file
from scripts.ingest import ingest
from scripts.measure import PORT, serving
from scripts.traffic import REFUSED, Client, Reply, at_rate, goodput, in_turn, percentile, post, probed, statuses
from service.compose import open_matcher
from service.settings import Settings

SAMPLE = Path(__file__).parent / "sample"
CLIENTS = (1, 2, 3)  # of the ramp
LEVEL_SECONDS = 5.0  # of each step of the ramp
ROUNDS = 3  # of capacity, a little less and much more, of which the median ratio is reported
WARM_UP = 25  # matches before anything is measured
ALONE = 50  # matches one after another, which recovery is held against
RECENT = 5  # matches whose median tells that the service has recovered
RECOVERED = 1.1  # times the median alone
GIVE_UP_SECONDS = 30.0
EASY, HARD = 0.8, 4.0  # times the capacity


@dataclass(frozen=True)
class Figures:
    """What was measured; times in milliseconds, rates a second."""

    encoder: str
    documents: int
    ramp: dict[int, float]
    capacities: list[float]
    easy_p50: float
    easy_p99: float
    easy_requests: int
    easy_statuses: dict[str, int]
    goodputs: list[float]
    shares: list[float]
    share: float
    accepted: int
    accepted_p50: float
    accepted_p99: float
    accepted_p99_of_easy: float
    refused: int
    refused_p50: float
    refused_p99: float
    refused_told: float
    hard_statuses: dict[str, int]
    livez_easy_p99: float
    livez_hard_p99: float
    livez_probes: int
    rss_before: int
    rss_after: int
    rss_growth: float
    recovery_seconds: float


def overload(settings: Settings, store: Path | None, seconds: float, as_json: bool) -> None:
    """Print the figures over a store, which gains the records of the matches, or over the bundled sample."""
    with asked_service(settings, store) as (pid, encoder, documents):
        figures = asyncio.run(_measured(pid, seconds, encoder, documents))
    print(json.dumps(asdict(figures)) if as_json else _words(figures))


@contextmanager
def asked_service(settings: Settings, store: Path | None) -> Iterator[tuple[int, str, int]]:
    """A service at PORT over a store, or over the bundled sample: its process, its encoder and how many postings it has."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(settings, store=store or Path(folder) / "sample.db", port=PORT)
        matcher = open_matcher(settings)
        if store is None:
            ingest(matcher, [SAMPLE / "postings.jsonl"])
        encoder, documents = matcher.encoder.name, matcher.count(Kind.POSTING)
        matcher.close()
        with serving(settings, stderr=subprocess.DEVNULL) as server:
            yield server.pid, encoder, documents


@dataclass(frozen=True)
class Round:
    """The replies of one round: as many as can be answered, a little fewer, and many more."""

    capacity: float
    easy: list[Reply]
    easy_probes: list[Reply]
    hard: list[Reply]
    hard_probes: list[Reply]


async def _measured(pid: int, seconds: float, encoder: str, documents: int) -> Figures:
    client, asking = Client(PORT), questions()
    for _ in range(WARM_UP):
        await client.ask(asking())
    ramp = {clients: goodput(await in_turn(client, asking, clients, LEVEL_SECONDS)) for clients in CLIENTS}
    best = max(ramp, key=lambda clients: ramp[clients])
    await at_rate(client, asking, HARD * ramp[best], LEVEL_SECONDS)  # so that memory is compared under the same load
    before = memory(pid)
    rounds = [await _round(client, asking, best, seconds / ROUNDS) for _ in range(ROUNDS)]
    after = memory(pid)
    alone = median([(await client.ask(asking())).seconds for _ in range(ALONE)])
    await at_rate(client, asking, HARD * ramp[best], LEVEL_SECONDS)
    recovery = await _recovery(client, asking, alone)
    client.close()
    return _figures(encoder, documents, ramp, rounds, (before, after), recovery)


async def _round(client: Client, asking: Callable[[], bytes], clients: int, seconds: float) -> Round:
    """The capacity is measured anew in each round, as what else the machine does changes it."""
    capacity = goodput(await in_turn(client, asking, clients, LEVEL_SECONDS))
    easy, easy_probes = await probed(PORT, "/livez", at_rate(client, asking, EASY * capacity, seconds))
    hard, hard_probes = await probed(PORT, "/livez", at_rate(client, asking, HARD * capacity, seconds))
    return Round(capacity, easy, easy_probes, hard, hard_probes)


def _figures(encoder: str, documents: int, ramp: dict[int, float], rounds: Sequence[Round], rss: tuple[int, int], recovery: float) -> Figures:
    easy, hard = [one for each in rounds for one in each.easy], [one for each in rounds for one in each.hard]
    taken, easily = _seconds(hard, (200,)), _seconds(easy, (200,))
    refused = [one for one in hard if one.status in REFUSED]
    probes = [one.seconds for each in rounds for one in each.hard_probes]
    shares = [goodput(one.hard) / one.capacity for one in rounds]
    return Figures(
        encoder, documents, ramp, [one.capacity for one in rounds], _ms(easily, 0.5), _ms(easily, 0.99), len(easy), statuses(easy),
        [goodput(one.hard) for one in rounds], shares, median(shares),
        len(taken), _ms(taken, 0.5), _ms(taken, 0.99), percentile(taken, 0.99) / percentile(easily, 0.99),
        len(refused), _ms(_seconds(refused, REFUSED), 0.5), _ms(_seconds(refused, REFUSED), 0.99),
        sum(one.is_told for one in refused) / max(1, len(refused)), statuses(hard),
        _ms((one.seconds for each in rounds for one in each.easy_probes), 0.99), _ms(probes, 0.99), len(probes), *rss, rss[1] / rss[0] - 1, recovery,
    )  # fmt: skip


def _seconds(replies: Iterable[Reply], statuses: Container[int]) -> list[float]:
    return [one.seconds for one in replies if one.status in statuses]


async def _recovery(client: Client, asking: Callable[[], bytes], alone: float) -> float:
    """Seconds after the load until the last few matches take as long as they did before it; infinite where they never do."""
    started, recent = time.perf_counter(), deque[Reply](maxlen=RECENT)
    while time.perf_counter() - started < GIVE_UP_SECONDS:
        recent.append(await client.ask(asking()))
        if len(recent) == RECENT and median(one.seconds for one in recent) <= RECOVERED * alone and all(one.status == 200 for one in recent):
            return recent[0].begun - started
    return float("inf")


def questions() -> Callable[[], bytes]:
    """Matches of pasted resumes, no two of them alike, so that none is known from before."""
    texts = [one.text for one in read_file(SAMPLE / "resumes.jsonl") if isinstance(one, Document)]
    number = count()

    def question() -> bytes:
        asked = next(number)
        return post("/v1/match", {"query": {"kind": "resume", "text": f"{texts[asked % len(texts)]}\nReference {asked}"}})

    return question


def _ms(seconds: Iterable[float], share: float) -> float:
    return 1000 * percentile(seconds, share)


def _listed(values: Sequence[float], digits: int = 1) -> str:
    return ", ".join(f"{value:.{digits}f}" for value in values)


def _words(one: Figures) -> str:
    mebi = 1 << 20
    ramp = ", ".join(f"{clients}: {rate:.1f}" for clients, rate in one.ramp.items())
    easily = f"p50 {one.easy_p50:.0f} ms, p99 {one.easy_p99:.0f} ms"
    taken = f"p50 {one.accepted_p50:.0f} ms, p99 {one.accepted_p99:.0f} ms"
    return f"""matches of pasted resumes against {one.documents:,} postings, {one.encoder}
  clients at once and matches a second: {ramp}; capacity C in {ROUNDS} rounds: {_listed(one.capacities)}
  at {EASY} C, {one.easy_requests} requests: {easily}; statuses {one.easy_statuses}; /livez p99 {one.livez_easy_p99:.0f} ms
  at {HARD:.0f} C: goodput {_listed(one.goodputs)}, which is {_listed(one.shares, 2)} C, median {one.share:.2f} (goal 0.9); statuses {one.hard_statuses}
    {one.accepted} accepted: {taken}, which is {one.accepted_p99_of_easy:.2f} times that at {EASY} C (goal 2)
    {one.refused} refused: p50 {one.refused_p50:.1f} ms, p99 {one.refused_p99:.1f} ms (goal 20); {one.refused_told:.1%} with Retry-After and as problem+json
    /livez p99 of {one.livez_probes}: {one.livez_hard_p99:.0f} ms (goal 50)
    memory {one.rss_before / mebi:.0f} MiB before, {one.rss_after / mebi:.0f} MiB after: {one.rss_growth:+.1%} (goal 20 %)
  recovered after {one.recovery_seconds:.1f} s (goal 5)"""


def memory(pid: int) -> int:
    """Bytes of memory that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert found
    return 1024 * int(found[1])
