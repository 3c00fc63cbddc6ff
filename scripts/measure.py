"""Speed beside the plain stack (sentence-transformers fp32 and FAISS), side by side in one run; ratios are what counts."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

import faiss
import httpx
import numpy as np

from matcher.document import Document, InvalidDocument, Kind
from matcher.explain import explain
from matcher.matcher import Matcher, batches
from matcher.sources import open_bytes
from scripts.phases import fresh, ingest_steps, match_steps, show
from scripts.progress import progress
from service.compose import open_matcher
from service.settings import Settings

SAMPLE = 256  # postings in the comparison of ingest rates
ROUNDS = 3  # alternations of the two systems, of which the median ratio is reported
ASKED = 30  # resumes asked
PLAIN_BATCH = 32
PORT = 8799
Encode = Callable[[Sequence[str]], np.ndarray]
NAMES = {"title": "title", "employer": "company", "place": "location", "text": "description"}


def measure(settings: Settings, postings: Path, resumes: Path, count: int) -> None:
    """Print rates, latencies and their ratios to the plain stack; the store of the settings is filled and kept."""
    plain = _plain_model(settings)
    matcher = open_matcher(settings)
    documents = list(islice(documents_of(postings, Kind.POSTING), count))
    _compare_ingest(matcher, plain, documents[:SAMPLE], settings)
    fill(matcher, documents)
    asked = list(islice(documents_of(resumes, Kind.RESUME), ASKED))
    _compare_match(matcher, plain, asked)
    show("a resume given as text", match_steps(matcher, asked))
    matcher.close()
    show("storing a posting", ingest_steps(documents[:SAMPLE], settings))
    print(f"start of the service to its first answer with {len(documents):,} postings: {_first_answer(settings, asked[0]):.1f} s")


def _compare_ingest(matcher: Matcher, plain: Encode, documents: Sequence[Document], settings: Settings) -> None:
    words = [passage.words for document in documents for passage in matcher.read_passages(document)]
    ratios, rates = [], []
    for _ in range(ROUNDS):
        slow, fast = seconds_of(lambda: plain(words)), ingest_seconds(documents, settings)
        ratios.append(slow / fast)
        rates.append((len(words) / slow, len(documents) / fast))
    print(f"ingest of {len(documents)} whole postings ({len(words)} passages), median of {ROUNDS} rounds")
    print(f"  plain fp32 encoding alone: {median(rate for rate, _ in rates):.1f} passages/s")
    print(f"  read, encode ({matcher.encoder.name}), store: {median(rate for _, rate in rates):.1f} postings/s")
    print(f"  ratio: {median(ratios):.2f} (least {min(ratios):.2f})")


def ingest_seconds(documents: Sequence[Document], settings: Settings) -> float:
    """Seconds in which documents are read, encoded and stored in a fresh store."""
    with fresh(settings) as matcher:
        return seconds_of(lambda: [matcher.put(batch) for batch in batches(documents)])


def _compare_match(matcher: Matcher, plain: Encode, asked: Sequence[Document]) -> None:
    index = faiss.IndexFlatIP(matcher.encoder.dimension)
    rng = np.random.default_rng(0)
    index.add(rng.standard_normal((matcher.count(Kind.POSTING), matcher.encoder.dimension)).astype(np.float32))
    for document in asked[:2]:
        matcher.match(document)
        index.search(plain([document.text]), 10)
    ours, theirs = [], []
    for document in asked:
        theirs.append(seconds_of(lambda text=document.text: index.search(plain([text]), 10)))  # type: ignore[misc]
        ours.append(seconds_of(partial(explained, matcher, document, 10)))
    print(f"match of {len(asked)} resumes given as text against {matcher.count(Kind.POSTING):,} postings, 10 explained")
    print(f"  plain: encode the first 256 word pieces and search: median {1000 * median(theirs):.0f} ms")
    print(f"  ours: median {1000 * median(ours):.0f} ms, slowest {1000 * max(ours):.0f} ms")
    print(f"  ratio of medians: {median(ours) / median(theirs):.2f}")
    matcher.put(asked)
    stored = [seconds_of(partial(explained_by_id, matcher, one.id, 10)) for one in asked]
    print(f"  the same resumes by their stored ids, not encoded again: median {1000 * median(stored):.0f} ms, slowest {1000 * max(stored):.0f} ms")


def _first_answer(settings: Settings, asked: Document) -> float:
    started = time.perf_counter()
    with serving(replace(settings, port=PORT)):
        answer = httpx.post(f"http://127.0.0.1:{PORT}/v1/match", json={"query": {"kind": "resume", "text": asked.text}}, timeout=30)
        answer.raise_for_status()
        return time.perf_counter() - started


@contextmanager
def serving(settings: Settings, stderr: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A service process over the store, model and port of the settings, ready to answer."""
    command = [sys.executable, "-m", "scripts.cli", "serve", "--store", str(settings.store), "--port", str(settings.port)]
    command += [part for name in ("model", "precision") if getattr(settings, name) for part in (f"--{name}", str(getattr(settings, name)))]
    server = subprocess.Popen(command, stderr=stderr)  # noqa: S603
    try:
        while not _is_ready(settings.port):
            if server.poll() is not None:
                raise RuntimeError(f"the service ended with status {server.returncode} before it was ready")
            time.sleep(0.02)
        yield server
    finally:
        server.terminate()
        server.wait(30)


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def fill(matcher: Matcher, documents: Sequence[Document]) -> None:
    """Store documents, unless as many are stored."""
    if matcher.count(Kind.POSTING) >= len(documents):
        return
    with progress(len(documents), "filling the store") as advance:
        for batch in batches(documents):
            matcher.put(batch)
            advance(len(batch))


def _plain_model(settings: Settings) -> Encode:
    """What a user would write: sentence-transformers as it comes."""
    from matcher.sentence_encoder import plain_model

    model = plain_model(settings.model)
    return lambda texts: np.asarray(model.encode(list(texts), batch_size=PLAIN_BATCH, normalize_embeddings=True, show_progress_bar=False))


def documents_of(path: Path, kind: Kind) -> Iterator[Document]:
    """The documents of a JSONL file, in our schema or with the fields company, location and description."""
    with io.TextIOWrapper(open_bytes(path), encoding="utf-8") as lines:
        for line in lines:
            values = json.loads(line)
            text = values.get("text") or values.get("description")
            try:
                yield Document.from_mapping({"id": values["id"], "kind": kind, **{ours: values.get(theirs) for ours, theirs in NAMES.items()}, "text": text})
            except InvalidDocument:
                continue  # the files hold a few empty texts, which are no part of what is measured


def explained(matcher: Matcher, document: Document, limit: int) -> object:
    """The best postings for a resume given as text, in words."""
    return [explain(found.match, matcher.vocabulary) for found in matcher.match(document, limit=limit)]


def explained_by_id(matcher: Matcher, id: str, limit: int) -> object:
    """The same for a stored resume."""
    return [explain(found.match, matcher.vocabulary) for found in matcher.match_stored(Kind.RESUME, id, limit=limit)]


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
