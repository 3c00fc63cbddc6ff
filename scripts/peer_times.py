"""Speed beside another engine that searches by words and meaning, side by side in one run; ratios are what counts."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from matcher.controls import open_peer, whole
from matcher.document import Document, Kind
from matcher.matcher import Matcher
from scripts.measure import ASKED, ROUNDS, documents_of, explained, fill, ingest_seconds, seconds_of
from scripts.progress import progress
from service.compose import open_matcher
from service.settings import Settings

SAMPLE = 128  # postings in the comparison of ingest rates
LENGTHS: dict[str, dict[str, object]] = {
    "the first 512 word pieces of each, as it comes": {},
    "the first 256, as the model asks (maxlength=True)": {"maxlength": True},
}
WARM_UP = 2  # resumes asked before those that count
EXPLAINED = 5  # times ours explains the result that the peer explains once
PATIENCE_SECONDS = 180  # that the peer is given to explain one result
Open = Callable[..., Any]


def peer_times(settings: Settings, name: str, postings: Path, resumes: Path, count: int) -> None:
    """Print rates, latencies and their ratios to the peer; the store of the settings and the index of the peer beside it are filled and kept."""
    open_index: Open = partial(open_peer, name, settings.model, content=True)
    index = open_index(maxlength=True)
    matcher = open_matcher(settings)
    settings = replace(settings, precision=matcher.encoder.name.rpartition("@")[2])  # which each new store would choose for itself
    documents = list(islice(documents_of(postings, Kind.POSTING), count))
    fill(matcher, documents)
    _fill_peer(index, documents, settings.store.with_name(f"{settings.store.name}.{name}"))
    asked = list(islice(documents_of(resumes, Kind.RESUME), ASKED))
    print(f"clinmatch, {matcher.encoder.name}, beside {name}, hybrid (BM25 and the same weights at fp32), texts stored")
    _compare_ingest(matcher, open_index, documents[:SAMPLE], settings)
    _compare_match(matcher, index, asked)
    _compare_explanation(matcher, index, asked[0])
    index.close()
    matcher.close()


def _fill_peer(index: Any, documents: Sequence[Document], folder: Path) -> None:
    """As `fill`: what an earlier run has saved is taken where it is as much."""
    if index.exists(str(folder)):
        index.load(str(folder))
        if index.count() >= len(documents):
            return
    with progress(len(documents), "filling the peer's index") as advance:
        index.index((advance(1), (document.id, whole(document)))[1] for document in documents)
    index.save(str(folder))


def _compare_ingest(matcher: Matcher, open_index: Open, documents: Sequence[Document], settings: Settings) -> None:
    passages = sum(len(matcher.read_passages(document)) for document in documents)
    theirs, ours = {length: list[float]() for length in LENGTHS}, list[float]()
    for _ in range(ROUNDS):
        for length, given in LENGTHS.items():
            theirs[length].append(_peer_ingest_seconds(open_index(**given), documents, settings.store.parent))
        ours.append(ingest_seconds(documents, settings))
    print(f"ingest of {len(documents)} postings into an empty store, kept on disk, median of {ROUNDS} rounds")
    print(f"  ours, whole texts ({passages} passages): {len(documents) / median(ours):.1f} postings/s")
    for length, seconds in theirs.items():
        ratios = [slow / fast for slow, fast in zip(seconds, ours, strict=True)]
        print(f"  peer, {length}: {len(documents) / median(seconds):.1f} postings/s; ours {median(ratios):.2f} times that ({_range(ratios)})")


def _peer_ingest_seconds(index: Any, documents: Sequence[Document], beside: Path) -> float:
    with tempfile.TemporaryDirectory(dir=beside) as folder:
        seconds = seconds_of(lambda: (index.index((document.id, whole(document)) for document in documents), index.save(folder)))
        index.close()
    return seconds


def _compare_match(matcher: Matcher, index: Any, asked: Sequence[Document]) -> None:
    theirs, ours = list[float](), list[float]()
    for document in (*asked[:WARM_UP], *asked):
        theirs.append(seconds_of(partial(index.search, whole(document), 10)))
        ours.append(seconds_of(partial(explained, matcher, document, 10)))
    theirs, ours = theirs[-len(asked) :], ours[-len(asked) :]
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    print(f"match of {len(asked)} resumes given as text, ours against {matcher.count(Kind.POSTING):,} postings, the peer's against {index.count():,}")
    print(f"  peer, ten without explanations: median {1000 * median(theirs):.0f} ms, slowest {1000 * max(theirs):.0f} ms")
    print(f"  ours, ten explained: median {1000 * median(ours):.0f} ms, slowest {1000 * max(ours):.0f} ms")
    print(f"  ratio of medians: {median(ours) / median(theirs):.2f}; resume by resume {_range(ratios)}")


def _compare_explanation(matcher: Matcher, index: Any, asked: Document) -> None:
    ours = median(seconds_of(partial(explained, matcher, asked, 1)) for _ in range(EXPLAINED))
    words = len(index.search(whole(asked), 1)[0]["text"].split())
    theirs = seconds_of(lambda: within(PATIENCE_SECONDS, partial(index.explain, whole(asked), limit=1)))
    print("from a resume given as text to its best posting, explained")
    print(f"  peer, which leaves out each of {words} words in turn: {'given up after ' if theirs >= PATIENCE_SECONDS else ''}{theirs:.1f} s")
    print(f"  ours: median {1000 * ours:.0f} ms, which is 1/{theirs / ours:.0f}")


def within(seconds: float, work: Callable[[], object]) -> None:
    """Do some work, and leave it where it takes longer; in the main thread alone."""

    def leave(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, leave)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        work()
    except TimeoutError:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _range(values: Sequence[float]) -> str:
    return f"{min(values):.2f} to {max(values):.2f}"
