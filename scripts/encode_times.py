"""How fast each precision and runtime encodes the same passages, and how close its vectors are to fp32."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

from matcher.document import Kind
from matcher.encoder import PRECISIONS, Encoder, ModelInvalid
from scripts.measure import documents_of, seconds_of
from service.compose import load_encoder, unstored_matcher
from service.settings import MEMORY, Settings

ROUNDS = 5
BESIDE = ("fp32", "bf16")
Texts = Sequence[Sequence[str]]  # the passages of each resume


def encode_times(settings: Settings, resumes: Path, count: int) -> None:
    """Print figures of every precision that this machine has, over the first resumes of a file, by turns in one run."""
    matcher = unstored_matcher(replace(settings, precision=PRECISIONS[0]))
    texts = [[passage.words for passage in matcher.read_passages(document)] for document in islice(documents_of(resumes, Kind.RESUME), count)]
    texts = [passages for passages in texts if passages]
    encoders = {PRECISIONS[0]: matcher.encoder, **dict(_others(settings))}
    together = [passage for passages in texts for passage in passages]
    exact = matcher.encoder.encode(together)
    print(f"{len(together)} passages of {len(texts)} resumes, a resume at a time; median of {ROUNDS} rounds by turns, each ratio within its round")
    first, *rounds = [{name: seconds_of(partial(_encode, encoder, texts)) for name, encoder in encoders.items()} for _ in range(ROUNDS + 1)]
    for name, encoder in encoders.items():
        each, cold = (1000 * seconds / len(together) for seconds in (median(one[name] for one in rounds), first[name]))
        ratios = ", ".join(f"{median(one[other] / one[name] for one in rounds):.2f} times as fast as {other}" for other in BESIDE if other in encoders)
        rows = encoder.encode(together)
        same = sum(encoder.encode([passage])[0].tobytes() == row.tobytes() for passage, row in zip(together, rows, strict=True))
        print(f"  {name}: {each:.1f} ms a passage ({cold:.1f} the first time), {ratios}")
        print(f"    cosine to fp32 at least {(exact * rows).sum(axis=1).min():.5f}; the same bits alone as in a batch: {same} of {len(rows)}")


def _others(settings: Settings) -> Iterator[tuple[str, Encoder]]:
    for precision in PRECISIONS[1:]:
        started = time.perf_counter()
        try:
            encoder = load_encoder(replace(settings, store=MEMORY, precision=precision))
        except ModelInvalid as error:
            print(f"not measured: {error}")
            continue
        print(f"{precision}: loaded in {time.perf_counter() - started:.1f} s")
        yield precision, encoder


def _encode(encoder: Encoder, texts: Texts) -> None:
    for passages in texts:
        encoder.encode(passages)
