"""Where the time of one match and of one ingest goes, step by step."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from statistics import median

from index.record import Filter
from matcher.document import Document
from matcher.explain import explain
from matcher.matcher import LOCAL, Matcher
from matcher.weights import Weights
from service.compose import open_matcher
from service.settings import Settings

LIMIT = 10
Steps = Mapping[str, Sequence[float]]  # the seconds of each


def match_steps(matcher: Matcher, documents: Sequence[Document]) -> Steps:
    """The steps of matching the text of each document."""
    taken = _Taken()
    for document in documents:
        with taken("read, and cut into passages"):
            passages = matcher.read_passages(document)
        with taken("encode the passages"):
            matcher.encoder.encode([passage.words for passage in passages])
        asked = matcher.read([document])[0]
        with taken("score every posting, and find the best"):
            places = matcher.rank(asked, LOCAL, Filter(), Weights(), LIMIT)
        with taken(f"fetch {LIMIT}, compare them in full, and quote"):
            found = matcher.placed(asked, places, LOCAL, Weights())
        with taken("put it into words"):
            for one in found:
                explain(one.match, matcher.vocabulary)
    return taken.seconds


def ingest_steps(documents: Sequence[Document], settings: Settings) -> Steps:
    """The steps of storing documents in a fresh store: a document's share of each."""
    taken, count = _Taken(), len(documents)
    with fresh(settings) as matcher:
        with taken("read, and cut into passages", count):
            passages = [passage for document in documents for passage in matcher.read_passages(document)]
        with taken("encode the passages", count):
            matcher.encoder.encode([passage.words for passage in passages])
        with taken("all of it, and durable", count):
            matcher.put(documents)
    return taken.seconds


@contextmanager
def fresh(settings: Settings) -> Iterator[Matcher]:
    """A matcher over an empty store, which lies beside that of the settings until it is left."""
    store = settings.store.with_name(f"{settings.store.name}.fresh")
    matcher = open_matcher(replace(settings, store=store))
    try:
        yield matcher
    finally:
        matcher.close()
        for leftover in store.parent.glob(f"{store.name}*"):
            leftover.unlink()


def show(title: str, steps: Steps) -> None:
    """Print the median of each step, in milliseconds."""
    print(f"where the time of {title} goes, medians")
    for name, seconds in steps.items():
        print(f"  {name}: {1000 * median(seconds):.1f} ms")


class _Taken:
    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def __call__(self, name: str, shared_by: int = 1) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name].append((time.perf_counter() - started) / shared_by)
