"""What can be set, with units in the names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.document import MatcherProblem

PREFIX = "CLINMATCH_"


class InvalidSetting(MatcherProblem, ValueError):
    """A setting that cannot be used: names it and its value."""


@dataclass(frozen=True)
class Settings:
    """Where the store and the model are, and where the service listens. `model` None means the packaged one."""

    store: Path = Path("clinmatch.db")
    model: Path | None = None
    precision: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Settings from CLINMATCH_STORE, _MODEL, _PRECISION, _HOST and _PORT; raises InvalidSetting."""
        given = {name[len(PREFIX) :].lower(): value for name, value in environment.items() if name.startswith(PREFIX) and value}
        values: dict[str, object] = {}
        for name, value in given.items():
            if name not in cls.__dataclass_fields__:
                raise InvalidSetting(f"{PREFIX}{name.upper()}: unknown setting")
            values[name] = Path(value) if name in ("store", "model") else _port(value) if name == "port" else value
        return cls(**values)  # type: ignore[arg-type]


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise InvalidSetting(f"{PREFIX}PORT: is {value!r}, must be a port from 1 to 65535")
    return int(value)
