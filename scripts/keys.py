"""API keys from the command line of the machine that the service runs on, for any tenant."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from index.shelf import NEVER
from service.compose import open_keyring
from service.keys import SCOPES, Key, Limits
from service.settings import Settings


def create_key(settings: Settings, tenant: str, name: str, scopes: Sequence[str], limits: Limits) -> None:
    """Make a key and print the words that open with it, which are shown this once."""
    keyring, shelves = open_keyring(settings)
    key, words = keyring.create(tenant, name, scopes or SCOPES, time.time(), limits)
    shelves.close()
    print(words)
    print(f"key {key.id} of {key.tenant}: {', '.join(key.scopes)}; {limits.per_minute:,} requests a minute. Keep it: it is not shown again.")


def rotate_key(settings: Settings, id: str) -> None:
    """Make a key in place of an old one, which opens for a day more."""
    keyring, shelves = open_keyring(settings)
    key, words = keyring.rotate(id, time.time())
    shelves.close()
    print(words)
    print(f"key {key.id} of {key.tenant}; the old one opens until this time tomorrow.")


def revoke_key(settings: Settings, id: str) -> None:
    """Make a key open nothing from now on, in a running service too."""
    keyring, shelves = open_keyring(settings)
    keyring.revoke(id, time.time())
    shelves.close()
    print(f"key {id} opens nothing any more")


def list_keys(settings: Settings) -> None:
    """Print every key that opens now, without its words."""
    keyring, shelves = open_keyring(settings)
    for key in keyring.keys(time.time()):
        print(_line(key))
    shelves.close()


def _line(key: Key) -> str:
    until = "" if key.expires >= NEVER else f" until {datetime.fromtimestamp(key.expires, UTC):%Y-%m-%d %H:%M} UTC"
    return f"{key.id}  {key.tenant}  {key.name}  {','.join(key.scopes)}  {key.limits.per_minute}/min{until}"
