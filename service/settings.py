"""What can be set, with units in the names."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from matcher.document import MatcherProblem

PREFIX = "CLINMATCH_"
MEMORY = Path(":memory:")


class InvalidSetting(MatcherProblem, ValueError):
    """A setting that cannot be used: names it and its value."""


@dataclass(frozen=True)
class Settings:
    """Where the store and the model are, and where and to whom the service answers. `model` None means the packaged one.

    `keys`: every caller needs a key, which names its tenant; without, there is one tenant and only this machine is answered.
    `decision_days`: how long the record of a match is kept; employers in California must keep theirs for four years.
    """

    store: Path = Path("clinmatch.db")
    model: Path | None = None
    precision: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    keys: bool = False
    decision_days: int = 1461

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Settings from CLINMATCH_STORE, _MODEL, _PRECISION, _HOST, _PORT, _KEYS and _DECISION_DAYS; raises InvalidSetting."""
        given = {name[len(PREFIX) :].lower(): value for name, value in environment.items() if name.startswith(PREFIX) and value}
        values: dict[str, object] = {}
        for name, value in given.items():
            if name not in cls.__dataclass_fields__:
                raise InvalidSetting(f"{PREFIX}{name.upper()}: unknown setting")
            values[name] = _READERS.get(name, str)(value)
        return cls(**values)  # type: ignore[arg-type]

    @property
    def shelves(self) -> Path:
        """The file of what the service keeps beside the documents: keys, jobs, records of matches."""
        return self.store if self.store == MEMORY else self.store.with_name(f"{self.store.stem}-service.db")

    @property
    def secret(self) -> Path:
        """The file of the secret that keys, cursors and saved answers depend on."""
        return self.store if self.store == MEMORY else self.store.with_name(f"{self.store.stem}-service.secret")

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the service."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise InvalidSetting(f"{PREFIX}PORT: is {value!r}, must be a port from 1 to 65535")
    return int(value)


def _days(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) <= 36_525:
        raise InvalidSetting(f"{PREFIX}DECISION_DAYS: is {value!r}, must be a number of days from 1 to 36,525")
    return int(value)


def _switch(value: str) -> bool:
    if value.lower() not in ("true", "false", "1", "0"):
        raise InvalidSetting(f"{PREFIX}KEYS: is {value!r}, must be true or false")
    return value.lower() in ("true", "1")


_READERS: dict[str, Callable[[str], object]] = {"store": Path, "model": Path, "port": _port, "keys": _switch, "decision_days": _days}
