"""API keys: who may do what, for which tenant, and how often. A key is shown once; only its mark is kept."""

from __future__ import annotations

import hmac
import re
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import msgspec

from index.shelf import NEVER, Row, Shelves
from matcher.document import MatcherProblem
from matcher.matcher import LOCAL
from service.secret import Secret

Scope = Literal["postings:read", "postings:write", "resumes:read", "resumes:write", "match", "keys", "metrics"]
SCOPES: tuple[str, ...] = get_args(Scope)
SHELF = "keys"
EVERY = ""  # the tenant that key rows lie under: a caller's tenant is known only once its key is
PREFIX = "cm"
SHAPE = re.compile(rf"{PREFIX}_([0-9a-f]{{16}})_([0-9a-f]{{64}})_([0-9a-f]{{8}})")
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
OVERLAP = 86_400  # seconds for which a rotated key still opens
DAY = 86_400  # seconds


class InvalidKey(MatcherProblem, ValueError):
    """A key that cannot be made as asked: names the field and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


class UnknownKey(MatcherProblem, LookupError):
    """No key of this tenant under this id."""


@dataclass(frozen=True)
class Limits:
    """What a key may use: requests a minute, matches a day, and documents its tenant may have stored of each kind."""

    per_minute: int = 600
    matches_per_day: int = 100_000
    documents: int = 1_000_000


@dataclass(frozen=True)
class Key:
    """A key without its secret; times in seconds since 1970."""

    id: str
    tenant: str
    name: str
    scopes: tuple[str, ...]
    limits: Limits
    created: float
    expires: float
    mark: str


@dataclass(frozen=True)
class Caller:
    """Who asks; `key` and `limits` are None for the one caller of a service without keys."""

    tenant: str
    scopes: frozenset[str]
    key: str | None = None
    limits: Limits | None = None


OWNER = Caller(LOCAL, frozenset(SCOPES))
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(Key).decode


class Keyring:
    """All keys of an installation. Each is looked up whenever it is used, so that revoking works at once."""

    def __init__(self, shelves: Shelves, secret: Secret) -> None:
        self._shelves = shelves
        self._secret = secret

    def create(self, tenant: str, name: str, scopes: Iterable[str], now: float, limits: Limits = Limits()) -> tuple[Key, str]:
        """A new key, and the words that open with it, which are kept nowhere; raises InvalidKey."""
        if not NAME.fullmatch(tenant) or tenant == LOCAL:
            raise InvalidKey("tenant", f"is {tenant!r:.80}, must be lowercase letters, digits, dots, dashes and underscores, and not {LOCAL!r}")
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not scopes:
            raise InvalidKey("scopes", f"{unknown[0]!r:.80} is none of {', '.join(SCOPES)}" if unknown else f"must be some of {', '.join(SCOPES)}")
        id, hidden = secrets.token_hex(8), secrets.token_hex(32)
        key = Key(id, tenant, name, tuple(one for one in SCOPES if one in set(scopes)), limits, now, NEVER, self._mark(hidden))
        self._keep(key)
        return key, f"{PREFIX}_{id}_{hidden}_{_check(id, hidden)}"

    def opened(self, words: str, now: float) -> Caller | None:
        """Whom the words of a key let in; None where they open nothing."""
        shape = SHAPE.fullmatch(words)
        if not shape or _check(shape[1], shape[2]) != shape[3]:
            return None
        row = self._shelves.get(SHELF, EVERY, shape[1], now)
        mark = self._mark(shape[2])
        key = _decode(row.body) if row else None
        if not hmac.compare_digest(mark, key.mark if key else self._mark("")) or key is None:
            return None
        return Caller(key.tenant, frozenset(key.scopes), key.id, key.limits)

    def keys(self, now: float, tenant: str | None = None) -> list[Key]:
        """The keys that open now, of one tenant or all, oldest first."""
        found = [_decode(row.body) for row in self._shelves.rows(SHELF, EVERY, now)]
        return sorted((key for key in found if tenant in (None, key.tenant)), key=lambda key: (key.created, key.id))

    def rotate(self, id: str, now: float, tenant: str | None = None, overlap: float = OVERLAP) -> tuple[Key, str]:
        """A new key like an old one, which opens for `overlap` seconds more; raises UnknownKey."""
        old = self._key(id, now, tenant)
        made = self.create(old.tenant, old.name, old.scopes, now, old.limits)
        self._keep(replace(old, expires=min(old.expires, now + overlap)))
        return made

    def revoke(self, id: str, now: float, tenant: str | None = None) -> None:
        """Make a key open nothing from now on; raises UnknownKey."""
        self._key(id, now, tenant)
        self._shelves.delete(SHELF, EVERY, id)

    def used_today(self, tenant: str, amount: int, now: float) -> int:
        """Count matches of a tenant; gives how many it has made on this day (UTC)."""
        return self._shelves.count("usage", tenant, f"{int(now // DAY)}", amount, (now // DAY + 2) * DAY)

    def _key(self, id: str, now: float, tenant: str | None) -> Key:
        row = self._shelves.get(SHELF, EVERY, id, now)
        key = _decode(row.body) if row else None
        if key is None or tenant not in (None, key.tenant):
            raise UnknownKey(f"no key {id!r:.40}")
        return key

    def _keep(self, key: Key) -> None:
        self._shelves.put(Row(SHELF, EVERY, key.id, _encode(key), key.expires))

    def _mark(self, hidden: str) -> str:
        return self._secret.mark("key", hidden)


def _check(id: str, hidden: str) -> str:
    """So that a mistyped key is known without a look-up, and a found one can be told from chance."""
    return f"{zlib.crc32(f'{id}{hidden}'.encode()):08x}"
