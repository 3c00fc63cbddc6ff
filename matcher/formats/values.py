"""Values of a foreign JSON object, read by what they must be; whatever else stands there is named by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matcher.document import InvalidDocument

DEEPEST = 32  # levels of a foreign object that are looked into
DERIVED = "urn:clinmatch:read"  # marks what was read from the text and is given beside it; no import takes it

Object = Mapping[str, object]
_NAMES = {bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object", str: "a string", type(None): "null"}


def kind_of(value: object) -> str:
    """What a value is, in words."""
    return _NAMES.get(type(value), type(value).__name__)


def entries(value: object) -> list[object]:
    """The values of a property that may hold one or many; none where it is missing."""
    return [] if value is None else [one for one in value if one is not None] if isinstance(value, list) else [value]


def object_at(value: object, path: str) -> Object:
    """The object that must stand at a path."""
    if not isinstance(value, dict):
        raise InvalidDocument(path, f"must be an object, not {kind_of(value)}")
    return value


def objects_at(values: Object, name: str, path: str = "") -> Iterator[tuple[str, Object]]:
    """The objects of a property, each with its path."""
    where = f"{path}.{name}" if path else name
    value = values.get(name)
    for number, one in enumerate(entries(value)):
        at = f"{where}.{number}" if isinstance(value, list) else where
        yield at, object_at(one, at)


def string_at(value: object, path: str) -> str:
    """The string that must stand at a path: "" where nothing does, that of JSON-LD's `@value`, and a number in digits."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict) and "@value" in value:
        value = value["@value"]
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if value is None or isinstance(value, str):
        return value or ""
    raise InvalidDocument(path, f"must be a string, not {kind_of(value)}")


def is_derived(value: object) -> bool:
    """Whether a value was read from the text it stands beside."""
    return isinstance(value, dict) and value.get("additionalType") == DERIVED


def check_depth(value: object, path: str) -> None:
    """Raises InvalidDocument for a value of too many levels."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise InvalidDocument(path, f"is nested more than {DEEPEST} levels deep")
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())]
