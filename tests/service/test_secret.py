"""One secret, and what is derived from it."""

from __future__ import annotations

import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import pytest

from service.secret import BYTES, Secret
from service.settings import MEMORY, InvalidSetting

SECRET = Secret(b"k" * BYTES)
OTHER = Secret(b"j" * BYTES)
HELD = ["acme", "posting", ["state:TX"], "p17"]


def test_a_secret_is_made_once_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    first = Secret.load(path)
    assert len(path.read_bytes()) == BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Secret.load(path).mark("a", "b") == first.mark("a", "b")
    assert Secret.load(MEMORY).mark("a", "b") != Secret.load(MEMORY).mark("a", "b")


@pytest.mark.parametrize("size", [0, BYTES - 1, BYTES + 1])
def test_a_secret_of_another_size_is_refused(tmp_path: Path, size: int) -> None:
    (tmp_path / "secret").write_bytes(b"k" * size)
    with pytest.raises(InvalidSetting, match=f"has {size} bytes, a secret has {BYTES}"):
        Secret.load(tmp_path / "secret")


def test_a_mark_is_of_its_purpose_its_parts_and_its_secret() -> None:
    marks = {SECRET.mark("a", "b", "c"), SECRET.mark("a", "bc"), SECRET.mark("b", "b", "c"), SECRET.mark("a", "c", "b"), OTHER.mark("a", "b", "c")}
    assert len(marks) == 5
    assert {len(one) for one in marks} == {64}
    assert SECRET.mark("a", "b", "c") == SECRET.mark("a", "b", "c")


def test_a_token_gives_back_what_was_signed() -> None:
    for value in (HELD, [], "Zoë", 0, {"a": None}):
        assert SECRET.signed("cursor", SECRET.sign("cursor", value)) == value


@pytest.mark.parametrize("bit", range(8))
def test_a_token_with_any_bit_flipped_is_refused(bit: int) -> None:
    token = SECRET.sign("cursor", HELD)
    held = bytearray(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for place in range(len(held)):
        held[place] ^= 1 << bit
        _refused(urlsafe_b64encode(held).decode().rstrip("="))
        held[place] ^= 1 << bit
    for place in range(len(token)):
        _refused(token[:place] + chr(ord(token[place]) ^ (1 << bit)) + token[place + 1 :])


def test_a_token_cut_lengthened_of_another_purpose_or_of_another_secret_is_refused() -> None:
    token = SECRET.sign("cursor", HELD)
    for cut in range(len(token)):
        _refused(token[:cut])
    for wrong in (
        "",
        "=",
        token + "A",
        token + "=",
        token + "\n",
        " " + token,
        token + token,
        SECRET.sign("key", HELD),
        OTHER.sign("cursor", HELD),
        "é",
        "\ud800",
    ):
        _refused(wrong)


def _refused(token: str) -> None:
    with pytest.raises(ValueError, match="is not one of ours"):
        SECRET.signed("cursor", token)


def test_what_is_sealed_is_opened_by_the_same_words_and_secret_only() -> None:
    sealed = SECRET.seal("words", b"an answer")
    assert b"answer" not in sealed
    assert SECRET.unseal("words", sealed) == b"an answer"
    assert SECRET.seal("words", b"an answer") != sealed
    for secret, words in ((SECRET, "other"), (OTHER, "words")):
        with pytest.raises(ValueError, match="was sealed with other words"):
            secret.unseal(words, sealed)
    for place in range(len(sealed)):
        with pytest.raises(ValueError, match="was sealed with other words"):
            SECRET.unseal("words", sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])
