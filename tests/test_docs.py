"""What the documents say of the interface is what it is."""

from __future__ import annotations

from pathlib import Path

from service.errors import TYPES
from service.limits import PUBLISHED
from service.logs import FIELDS

API = (Path(__file__).parents[1] / "docs" / "api.md").read_text("utf-8")


def test_every_refusal_is_listed() -> None:
    for name, told in TYPES.items():
        assert f"| `{name}` | {told} |" in API


def test_every_limit_is_listed_with_its_number() -> None:
    for name, number in PUBLISHED.items():
        assert f"| `{name}` | {number:,g} |" in API or f"| `{name}` | {number:,} |" in API


def test_every_field_of_the_log_is_listed() -> None:
    assert ", ".join(f"`{name}`" for name in FIELDS) in API
