"""API keys from the command line."""

from __future__ import annotations

import time
from pathlib import Path

from index.shelf import Shelves
from service.keys import SCOPES, Keyring, Limits
from service.secret import Secret
from service.settings import Settings
from tests.scripts.conftest import Run


def _opened(words: str) -> object:
    settings = Settings(store=Path("clinmatch.db"))
    shelves = Shelves.open(settings.shelves)
    caller = Keyring(shelves, Secret.load(settings.secret)).opened(words, time.time())
    shelves.close()
    return caller and (caller.tenant, caller.scopes, caller.limits)


def test_a_key_opens_for_its_tenant_with_its_scopes_until_it_is_revoked(run: Run) -> None:
    status, out, err = run("keys", "create", "acme", "--label", "feed", "--scope", "match", "--scope", "postings:read", "--per-minute", "7", "--documents", "9")
    assert (status, err) == (0, "")
    words, told = out.splitlines()
    assert told.endswith("of acme: postings:read, match; 7 requests a minute. Keep it: it is not shown again.")
    assert _opened(words) == ("acme", {"match", "postings:read"}, Limits(7, Limits.matches_per_day, 9))
    id = words.split("_")[1]
    assert run("keys", "list")[1] == f"{id}  acme  feed  postings:read,match  7/min\n"
    assert run("keys", "revoke", id)[:2] == (0, f"key {id} opens nothing any more\n")
    assert _opened(words) is None
    assert run("keys", "revoke", id) == (1, "", f"clinmatch: no key {id!r}\n")


def test_a_rotated_key_opens_beside_its_successor(run: Run) -> None:
    old = run("keys", "create", "acme")[1].splitlines()[0]
    new = run("keys", "rotate", old.split("_")[1])[1].splitlines()[0]
    assert old != new
    assert _opened(old) == _opened(new) == ("acme", set(SCOPES), Limits())
    assert " until 20" in run("keys", "list")[1].splitlines()[0]


def test_what_cannot_be_a_key_is_refused_by_name(run: Run) -> None:
    for arguments, told in [
        (("create",), "keys create: the tenant is missing"),
        (("revoke",), "keys revoke: the id of the key is missing"),
        (("create", "local"), "tenant: is 'local', must be lowercase letters"),
        (("create", "Acme Inc"), "tenant: is 'Acme Inc', must be lowercase letters"),
    ]:
        status, out, err = run("keys", *arguments)
        assert (status, out) == (1, "")
        assert err.startswith(f"clinmatch: {told}")


def test_the_secret_is_for_its_owner_alone_and_no_key_is_in_any_file(run: Run) -> None:
    words = run("keys", "create", "acme")[1].splitlines()[0]
    assert Path("clinmatch-service.secret").stat().st_mode & 0o777 == 0o600
    for path in Path().iterdir():
        assert words.split("_")[2].encode() not in path.read_bytes()
        assert bytes.fromhex(words.split("_")[2]) not in path.read_bytes()


def test_a_service_without_keys_is_not_started_where_others_could_reach_it(run: Run) -> None:
    status, out, err = run("serve", "--host", "0.0.0.0")
    assert (status, out) == (1, "")
    assert err == "clinmatch: host: is '0.0.0.0', and others could reach it; start with --keys, after: clinmatch keys create TENANT\n"
