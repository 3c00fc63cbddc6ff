"""What is plugged together, with the real model."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.store import Store, StoreInvalid, stored_fingerprint
from matcher.document import Kind
from matcher.matcher import fingerprint
from matcher.sentence_encoder import ModelInvalid
from matcher.vocabulary import Vocabulary
from service.compose import load_encoder, open_index, open_matcher, unstored_matcher
from service.settings import Settings
from tests.conftest import WordLengthEncoder, posting, resume


def test_what_one_matcher_stored_the_next_one_finds(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store.db", precision="fp32")
    first = open_matcher(settings, date(2026, 11, 22))
    first.put([posting("LCSW required. EMDR with adolescents.", place="Austin, TX")])
    asked = resume("Jane Roe, LCSW\nAustin, TX\nExperience\nTherapist: EMDR with teens.")
    found = first.match(asked)
    first.close()
    second = open_matcher(settings, date(2026, 11, 22))
    again = second.match(asked)
    second.close()
    assert [one.document.id for one in again] == ["p1"]
    assert again == found


def test_a_store_keeps_the_precision_that_filled_it(tmp_path: Path, vocabulary: Vocabulary) -> None:
    for precision in ("bf16", "fp32"):
        encoder = WordLengthEncoder()
        encoder.name = f"all-MiniLM-L6-v2@{precision}"
        path = tmp_path / f"{precision}.db"
        Store.open(path, fingerprint(encoder, vocabulary), 384, "x").close()
        assert load_encoder(Settings(store=path)).name == encoder.name


def test_a_store_that_openvino_filled_is_not_opened_without_it_and_says_what_to_do(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = WordLengthEncoder()
    encoder.name = "all-MiniLM-L6-v2@openvino-bf16"
    Store.open(tmp_path / "store.db", fingerprint(encoder, vocabulary), 384, "x").close()
    monkeypatch.setitem(sys.modules, "openvino", None)
    told = r"^precision openvino-bf16: OpenVINO is not installed; run: pip install 'clinmatch\[openvino\]'; or choose another precision, and rebuild a store"
    with pytest.raises(ModelInvalid, match=told):
        load_encoder(Settings(store=tmp_path / "store.db"))


def test_a_precision_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelInvalid, match=r"^precision is 'fp8', must be one of fp32, bf16, openvino-fp32, openvino-bf16$"):
        load_encoder(Settings(store=tmp_path / "store.db", precision="fp8"))


def test_a_model_folder_without_weights_is_refused_by_the_file_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(ModelInvalid) as caught:
        load_encoder(Settings(store=tmp_path / "store.db", model=tmp_path))
    assert str(caught.value) == f"{tmp_path / 'model.safetensors'}: missing; a model is a folder with model.safetensors"


def test_a_store_that_another_model_filled_is_refused_with_both_names_and_the_command(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "store.db"
    encoder, other = WordLengthEncoder(), WordLengthEncoder()
    other.name = "other@fp32"
    open_index(path, vocabulary, other).close()
    with pytest.raises(StoreInvalid) as caught:
        open_index(path, vocabulary, encoder)
    ours, theirs = fingerprint(encoder, vocabulary), fingerprint(other, vocabulary)
    assert str(caught.value) == f"{path}: built with fingerprint {theirs!r}, this program has {ours!r}; run: clinmatch rebuild --store {path}"
    assert stored_fingerprint(path) == theirs


def test_an_unstored_matcher_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    matcher = unstored_matcher(replace(Settings(), precision="fp32"))
    matcher.put([posting("LCSW required.")])
    assert matcher.count(Kind.POSTING) == 1
    matcher.close()
    assert list(tmp_path.iterdir()) == []
