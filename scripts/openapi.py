"""The OpenAPI document of the service, and what of a new one would break callers of an old one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from matcher.document import MatcherProblem
from service.app import create_app

CONTRACT = Path(__file__).parents[1] / "docs" / "openapi.json"
Spec = Mapping[str, Any]


class BreakingChange(MatcherProblem):
    """The new document breaks callers of the old one: names every place."""


def current() -> dict[str, Any]:
    """The document of the app as it is."""

    def never() -> Any:
        raise AssertionError("nothing is served")

    return create_app(never, keyed=True).openapi()


def write_openapi(path: Path = CONTRACT, allow_breaking: bool = False) -> None:
    """Write the document of the app as it is; raises BreakingChange where callers of the one that is there would break."""
    spec = current()
    broken = list(breaking(json.loads(path.read_text("utf-8")), spec)) if path.exists() and not allow_breaking else []
    if broken:
        raise BreakingChange("; ".join(broken))
    path.write_text(json.dumps(spec, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def breaking(old: Spec, new: Spec) -> Iterator[str]:
    """What callers of the old document would break on: operations, parameters, answers and fields that are gone, and new demands."""
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            now = new["paths"].get(path, {}).get(method)
            name = operation["operationId"]
            if now is None:
                yield f"{name}: {method.upper()} {path} is gone"
            elif now["operationId"] != name:
                yield f"{name}: is now called {now['operationId']}"
            else:
                yield from _operation(name, operation, now)
    yield from _shapes(old, new)


def _operation(name: str, old: Spec, new: Spec) -> Iterator[str]:
    before, after = ({one["name"]: one for one in spec.get("parameters", ())} for spec in (old, new))
    yield from (f"{name}: parameter {gone} is gone" for gone in before if gone not in after)
    yield from (f"{name}: parameter {one} is demanded" for one in after if after[one].get("required") and not before.get(one, {}).get("required"))
    good = [status for status in old["responses"] if status.startswith("2")]
    yield from (f"{name}: the answer {status} is gone" for status in good if status not in new["responses"])
    kinds = old.get("requestBody", {}).get("content", {})
    yield from (f"{name}: a body of {kind} is no longer taken" for kind in kinds if kind not in new.get("requestBody", {}).get("content", {}))


def _shapes(old: Spec, new: Spec) -> Iterator[str]:
    shapes = new["components"]["schemas"]
    for name, before in old["components"]["schemas"].items():
        after = shapes.get(name)
        if after is None:
            yield f"{name}: the shape is gone"
            continue
        yield from (f"{name}.{field}: is gone" for field in before.get("properties", {}) if field not in after.get("properties", {}))
        if name.endswith(("In", "Asking")):
            yield from (f"{name}.{field}: is demanded" for field in after.get("required", ()) if field not in before.get("required", ()))
        for field, shape in before.get("properties", {}).items():
            now = after.get("properties", {}).get(field, shape)
            if shape.get("type") != now.get("type"):
                yield f"{name}.{field}: was {shape.get('type')}, is {now.get('type')}"
            yield from (f"{name}.{field}: no longer takes {value!r}" for value in shape.get("enum", ()) if value not in now.get("enum", ()))
