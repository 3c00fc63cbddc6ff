"""How fast documents are taken over HTTP beside in process, and what a load does to the matches meanwhile."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median

import httpx

from matcher.document import Document, Kind
from matcher.matcher import Matcher, batches
from scripts.ingest import ingest
from scripts.measure import PORT, documents_of, serving
from scripts.overload import questions
from scripts.traffic import Client, Reply, in_turn, percentile, statuses
from service.compose import open_matcher
from service.settings import Settings

CHUNK = 128  # postings loaded one way before the other ways have their turn, so that what else the machine does falls on all alike
ALONE_SECONDS = 10.0  # in which matches are asked without a load beside
POLL_SECONDS = 0.05
TIMEOUT_SECONDS = 600.0
NDJSON = {"Content-Type": "application/x-ndjson"}
WAYS = ("in process", "POST /v1/bulk", "POST /v1/ingests")


def bulk_rate(settings: Settings, postings: Path, count: int) -> None:
    """Print the rates of loading the same postings into fresh stores each way, and the times of matches with and without a load."""
    documents = list(islice(documents_of(postings, Kind.POSTING), count))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        matcher = open_matcher(replace(settings, store=folder / "process.db"))
        precision = matcher.encoder.name.rpartition("@")[2]  # the same for both, which each would choose for itself
        served = replace(settings, store=folder / "served.db", port=PORT, precision=precision)
        with serving(served, stderr=subprocess.DEVNULL), httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=TIMEOUT_SECONDS) as client:
            seconds = [_chunk(matcher, client, folder, chunk, number) for number, chunk in enumerate(batches(documents, CHUNK))]
            _print_rates(documents, seconds, matcher.encoder.name)
            matcher.close()
            _print_matches(*asyncio.run(_matches_meanwhile(_lines(documents[:CHUNK], "beside-"))))


def _chunk(matcher: Matcher, client: httpx.Client, folder: Path, chunk: Sequence[Document], number: int) -> list[float]:
    """Seconds that each way took, begun with another way each time."""
    file = folder / "chunk.jsonl"
    file.write_bytes(_lines(chunk, ""))
    ways = [lambda: ingest(matcher, [file]).taken, lambda: _bulk(client, _lines(chunk, "")), lambda: _ingest(client, _lines(chunk, "again-"))]
    seconds = [0.0] * len(ways)
    for way in (*range(number % 3, 3), *range(number % 3)):
        started = time.perf_counter()
        taken = ways[way]()
        seconds[way] = time.perf_counter() - started
        assert taken == len(chunk), f"{WAYS[way]}: {taken} of {len(chunk)} were taken"
    return seconds


def _bulk(client: httpx.Client, body: bytes) -> int:
    answer = client.post("/v1/bulk", content=body, headers=NDJSON).raise_for_status()
    return sum(json.loads(line)["status"] == 201 for line in answer.text.splitlines())


def _ingest(client: httpx.Client, body: bytes) -> int:
    path = client.post("/v1/ingests", content=body, headers=NDJSON).raise_for_status().headers["Location"]
    while (job := client.get(path).raise_for_status().json())["state"] in ("waiting", "running"):
        time.sleep(POLL_SECONDS)
    return int(job["taken"])


def _lines(documents: Sequence[Document], prefix: str) -> bytes:
    return b"".join(json.dumps({**one.to_mapping(), "id": prefix + one.id}).encode() + b"\n" for one in documents)


async def _matches_meanwhile(body: bytes) -> tuple[list[Reply], list[Reply]]:
    """Matches one after another, alone and while a bulk load runs."""
    client, question = Client(PORT), questions()
    await in_turn(client, question, 1, ALONE_SECONDS / 2)
    alone = await in_turn(client, question, 1, ALONE_SECONDS)
    beside = list[Reply]()
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=TIMEOUT_SECONDS) as loading:
        load = asyncio.create_task(asyncio.to_thread(_bulk, loading, body))
        await asyncio.sleep(POLL_SECONDS)
        while not load.done():
            beside.append(await client.ask(question()))
        await load
    client.close()
    return alone, beside


def _print_rates(documents: Sequence[Document], seconds: Sequence[Sequence[float]], encoder: str) -> None:
    print(f"{len(documents):,} postings, {encoder}, in chunks of {CHUNK} by turns")
    for way, column in zip(WAYS, zip(*seconds, strict=True), strict=True):
        ratios = [chunk[0] / taken for chunk, taken in zip(seconds, column, strict=True)]
        overall = sum(chunk[0] for chunk in seconds) / sum(column)
        print(f"  {way}: {len(documents) / sum(column):.1f} postings/s, {overall:.2f} of in process (median chunk {median(ratios):.2f}; goal 0.9)")


def _print_matches(alone: Sequence[Reply], beside: Sequence[Reply]) -> None:
    for name, replies in (("alone", alone), ("while a bulk load runs", beside)):
        times = [1000 * one.seconds for one in replies if one.status == 200]
        print(f"  matches {name}: {len(times)}, p50 {percentile(times, 0.5):.0f} ms, p99 {percentile(times, 0.99):.0f} ms; statuses {statuses(replies)}")
