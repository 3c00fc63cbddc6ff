"""API keys: what they look like, what they open, and for how long."""

from __future__ import annotations

import hmac
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from index.shelf import Shelves
from service.keys import OVERLAP, SCOPES, SHAPE, InvalidKey, Keyring, Limits, UnknownKey
from service.secret import Secret
from service.settings import Settings
from tests.serving import clinmatch, serving

NOW = 1_800_000_000.0
SECRET = Secret(b"k" * 32)


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    shelves = Shelves.open(tmp_path / "service.db")
    yield shelves
    shelves.close()


@pytest.fixture
def keyring(shelves: Shelves) -> Keyring:
    return Keyring(shelves, SECRET)


def test_a_key_has_a_shape_that_can_be_searched_for_and_a_checksum(keyring: Keyring) -> None:
    key, words = keyring.create("acme", "feed", ["match"], NOW)
    assert SHAPE.fullmatch(words)
    assert words.split("_")[1] == key.id
    assert len(bytes.fromhex(words.split("_")[2])) == 32
    assert len({keyring.create("acme", "feed", ["match"], NOW)[1] for _ in range(50)}) == 50


def test_a_key_lets_in_its_tenant_with_its_scopes_and_limits(keyring: Keyring) -> None:
    limits = Limits(1, 2, 3)
    key, words = keyring.create("acme", "feed", ["match", "keys"], NOW, limits)
    caller = keyring.opened(words, NOW)
    assert caller
    assert (caller.tenant, caller.scopes, caller.key, caller.limits) == ("acme", {"match", "keys"}, key.id, limits)


def test_a_key_with_any_letter_changed_opens_nothing(keyring: Keyring) -> None:
    _, words = keyring.create("acme", "feed", ["match"], NOW)
    for place in range(len(words)):
        for letter in "0aZ_":
            if letter != words[place]:
                assert keyring.opened(words[:place] + letter + words[place + 1 :], NOW) is None
    for wrong in ("", words[:-1], words + "0", " " + words, words + "\n", words.upper(), words * 2, "cm_", "\ud800"):
        assert keyring.opened(wrong, NOW) is None


def test_a_key_whose_checksum_holds_opens_nothing_with_the_secret_of_another(keyring: Keyring) -> None:
    first, second = (keyring.create("acme", "feed", ["match"], NOW)[1].split("_") for _ in range(2))
    from service.keys import _check

    assert keyring.opened(f"cm_{first[1]}_{second[2]}_{_check(first[1], second[2])}", NOW) is None


def test_the_words_of_a_key_are_kept_nowhere(keyring: Keyring, shelves: Shelves, tmp_path: Path) -> None:
    _, words = keyring.create("acme", "feed", ["match"], NOW)
    shelves.close()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"feed" in held
    for part in (words, words.split("_")[2]):
        assert part.encode() not in held
        assert bytes.fromhex(words.split("_")[2]) not in held


def test_a_key_of_another_installation_opens_nothing(keyring: Keyring, shelves: Shelves) -> None:
    _, words = keyring.create("acme", "feed", ["match"], NOW)
    assert Keyring(shelves, Secret(b"j" * 32)).opened(words, NOW) is None


def test_marks_are_compared_in_constant_time_for_unknown_ids_too(keyring: Keyring, shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    key, words = keyring.create("acme", "feed", ["match"], NOW)
    compared: list[tuple[int, int]] = []
    true = hmac.compare_digest

    def watched(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return true(one, other)

    monkeypatch.setattr("service.keys.hmac.compare_digest", watched)
    assert keyring.opened(words, NOW)
    keyring.revoke(key.id, NOW)
    assert keyring.opened(words, NOW) is None
    assert compared == [(64, 64)] * 2


def test_a_rotated_key_opens_beside_the_new_one_for_a_day_and_no_longer(keyring: Keyring) -> None:
    old, words = keyring.create("acme", "feed", ["match"], NOW, Limits(7))
    new, other = keyring.rotate(old.id, NOW, "acme")
    assert (new.tenant, new.name, new.scopes, new.limits) == (old.tenant, old.name, old.scopes, old.limits)
    assert [bool(keyring.opened(one, NOW + OVERLAP - 1)) for one in (words, other)] == [True, True]
    assert [bool(keyring.opened(one, NOW + OVERLAP)) for one in (words, other)] == [False, True]
    assert [key.id for key in keyring.keys(NOW + OVERLAP)] == [new.id]


def test_rotating_twice_lengthens_nothing(keyring: Keyring) -> None:
    old, words = keyring.create("acme", "feed", ["match"], NOW)
    keyring.rotate(old.id, NOW)
    keyring.rotate(old.id, NOW + OVERLAP / 2)
    assert keyring.opened(words, NOW + OVERLAP) is None


def test_a_revoked_key_opens_nothing_at_once_and_an_unknown_or_foreign_one_cannot_be_revoked(keyring: Keyring) -> None:
    key, words = keyring.create("acme", "feed", ["match"], NOW)
    for id, tenant in (("0" * 16, None), (key.id, "bmce")):
        with pytest.raises(UnknownKey):
            keyring.revoke(id, NOW, tenant)
    keyring.revoke(key.id, NOW, "acme")
    assert keyring.opened(words, NOW) is None
    with pytest.raises(UnknownKey):
        keyring.rotate(key.id, NOW)


@pytest.mark.parametrize("tenant", ["local", "", "Acme", "a b", "-a", "a/b", "a" * 64, "ä"])
def test_a_tenant_that_is_no_name_is_refused(keyring: Keyring, tenant: str) -> None:
    with pytest.raises(InvalidKey, match=r"^tenant: "):
        keyring.create(tenant, "feed", ["match"], NOW)


@pytest.mark.parametrize("scopes", [[], ["all"], ["match", "admin"]])
def test_scopes_that_are_none_are_refused(keyring: Keyring, scopes: list[str]) -> None:
    with pytest.raises(InvalidKey, match=r"^scopes: "):
        keyring.create("acme", "feed", scopes, NOW)


def test_matches_are_counted_by_tenant_and_day(keyring: Keyring) -> None:
    day = NOW // 86_400 * 86_400
    assert [keyring.used_today("acme", 1, day) for _ in range(3)] == [1, 2, 3]
    assert keyring.used_today("bmce", 5, day) == 5
    assert keyring.used_today("acme", 1, day + 86_399) == 4
    assert keyring.used_today("acme", 1, day + 86_400) == 1


def test_a_key_that_the_command_line_revokes_opens_nothing_of_a_running_service_within_a_second(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    settings = Settings(store=store)
    shelves = Shelves.open(settings.shelves)
    keyring = Keyring(shelves, Secret.load(settings.secret))
    (first, words), (_, other) = (keyring.create("acme", "feed", SCOPES, time.time()) for _ in range(2))
    with serving(store, "--keys", "--precision", "fp32") as (_, address):
        assert [_status(address, one) for one in (words, other)] == [200, 200]
        done = subprocess.run(clinmatch("keys", "revoke", first.id, "--store", store), capture_output=True, text=True, check=True)
        revoked = time.monotonic()
        assert done.stdout == f"key {first.id} opens nothing any more\n"
        assert [_status(address, one) for one in (words, other)] == [401, 200]
        assert time.monotonic() - revoked < 1
        made = subprocess.run(clinmatch("keys", "create", "acme", "--store", store), capture_output=True, text=True, check=True).stdout.split()[0]
        assert _status(address, made) == 200
        assert words not in (tmp_path / "serve.log").read_text()
    shelves.close()


def _status(address: str, words: str) -> int:
    return httpx.get(f"{address}/v1/postings", headers={"Authorization": f"Bearer {words}"}).status_code
