"""The client holds what docs/openapi.json promises: a method for every operation, and of every shape only what is there."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, NotRequired, Required, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from service import client as module
from service.client import Client, Problem

SPEC = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text("utf-8"))
SCHEMAS = SPEC["components"]["schemas"]
METHODS: dict[str, Callable[..., object]] = {  # operationId -> the method that asks for it
    "put_posting": Client.put, "get_posting": Client.get, "delete_posting": Client.delete, "list_postings": Client.list_documents,
    "put_resume": Client.put, "get_resume": Client.get, "delete_resume": Client.delete, "list_resumes": Client.list_documents,
    "put_posting_file": Client.put_file, "put_resume_file": Client.put_file, "read_text": Client.read_text,
    "load_bulk": Client.bulk, "create_ingest": Client.ingest, "watch_ingest": Client.watch_ingest, "get_ingest": Client.get_ingest,
    "list_ingests": Client.list_ingests, "cancel_ingest": Client.cancel_ingest, "export": Client.export,
    "match": Client.match, "match_batch": Client.match_batch, "match_upload": Client.match_file, "compare": Client.compare,
    "get_match": Client.get_match, "list_matches": Client.list_matches,
    "list_keys": Client.list_keys, "create_key": Client.create_key, "rotate_key": Client.rotate_key, "revoke_key": Client.revoke_key,
    "livez": Client.live, "readyz": Client.ready, "metrics": Client.metrics, "limits": Client.limits, "vocabulary": Client.vocabulary,
}  # fmt: skip
BESIDES = {Client.get_as, Client.get_if_changed, Client.pages, Client.wait_ingest, Client.close}  # other ways to ask for the same
SHAPES = {name: shape for name, shape in vars(module).items() if is_typeddict(shape)}
MADE_OF = {"Asked": ["MatchIn"], "Question": ["MatchIn", "Asking"]}  # what a method takes as arguments
UNDOCUMENTED = {"TakenLine", "RefusedLine"}  # lines of a stream, which OpenAPI has no shape for
ATOMS: dict[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null", Any: "any"}
Meaning = frozenset[object]


def test_every_operation_has_a_method() -> None:
    assert METHODS.keys() == {operation["operationId"] for path in SPEC["paths"].values() for operation in path.values()}


def test_every_method_is_of_an_operation() -> None:
    assert set(METHODS.values()) | BESIDES == {method for name, method in vars(Client).items() if not name.startswith("_")}


def test_every_shape_of_the_document_is_known_or_put_together_by_a_method() -> None:
    lists = {"BatchIn", "BatchOut", "CompareIn", "DecisionsOut", "IngestsOut", "KeysOut", "LimitsOut", "ListOut", "KeyIn", "Body_match_upload", "Place"}
    names = {"Format", "Kind"}
    assert SCHEMAS.keys() - SHAPES.keys() - lists - names - {"Problem"} == set()


@pytest.mark.parametrize("name", sorted(SHAPES.keys() - UNDOCUMENTED))
def test_a_shape_has_only_fields_of_the_schema_of_its_name_in_their_types(name: str) -> None:
    fields = {field: schema for one in MADE_OF.get(name, [name]) for field, schema in SCHEMAS[one]["properties"].items()}
    given = get_type_hints(SHAPES[name])
    assert given.keys() - fields.keys() == set()
    for field, hint in given.items():
        ours, theirs = _of_hint(hint), _of_schema(fields[field])
        if not name.endswith("Out"):  # of what is left out, nothing need be said
            ours, theirs = ours - {"null"}, theirs - {"null"}
        assert ours == theirs, field


@pytest.mark.parametrize("name", sorted(SHAPES.keys() - UNDOCUMENTED - MADE_OF.keys()))
def test_a_shape_demands_what_is_demanded_and_promises_what_is_promised(name: str) -> None:
    ours, theirs = _required(SHAPES[name]), set(SCHEMAS[name].get("required", ()))
    assert ours == theirs & get_type_hints(SHAPES[name]).keys()
    if not name.endswith("Out"):
        assert ours == theirs


def test_a_problem_has_the_fields_of_its_schema() -> None:
    assert SCHEMAS["Problem"]["properties"].keys() <= vars(Problem({})).keys()


def _required(shape: Any) -> set[str]:
    """The fields that a shape always has; Python sees only `total` where annotations are texts."""
    hints = {field: get_origin(hint) for field, hint in get_type_hints(shape, include_extras=True).items()}
    return {field for field, mark in hints.items() if mark is Required or (shape.__total__ and mark is not NotRequired)}


def _of_hint(hint: Any) -> Meaning:
    """The meanings that a value of a type may have."""
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, TypeVar):
        return frozenset(name for name, shape in SHAPES.items() if hint.__bound__.__annotations__.keys() <= shape.__annotations__.keys())
    if hint in ATOMS:
        return frozenset([ATOMS[hint]])
    if origin in (Union, types.UnionType):
        return frozenset().union(*map(_of_hint, inner))
    if origin is Literal:
        return frozenset(("value", one) for one in inner)
    if origin in (list, dict, Mapping):
        return frozenset([("array" if origin is list else "object", _of_hint(inner[-1]))])
    return frozenset([(origin or hint).__name__])


def _of_schema(schema: Mapping[str, Any]) -> Meaning:
    """The meanings that a value under a schema may have."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _of_schema(SCHEMAS[name]) if "enum" in SCHEMAS[name] else frozenset([name])
    if "anyOf" in schema:
        return frozenset().union(*map(_of_schema, schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return frozenset(("value", one) for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return frozenset([("array", frozenset().union(*map(_of_schema, schema.get("prefixItems", [schema.get("items")]))))])
    if schema.get("type") == "object":
        within = schema.get("additionalProperties", True)
        return frozenset([("object", frozenset(["any"]) if within is True else _of_schema(within))])
    return frozenset([schema.get("type", "any")])
