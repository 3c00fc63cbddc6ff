"""The committed contract is that of the app, and what breaks callers cannot replace it unnoticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scripts import openapi
from scripts.openapi import CONTRACT, BreakingChange, breaking, current, write_openapi

SPEC = current()


def test_the_committed_document_is_that_of_the_app() -> None:
    assert json.loads(CONTRACT.read_text("utf-8")) == SPEC, "run: clinmatch openapi"


def test_every_operation_says_what_it_does_and_has_an_answer_and_its_refusals() -> None:
    for path, operations in SPEC["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
            assert any(status.startswith("2") for status in operation["responses"])
            if path.startswith("/v1/") and path != "/v1/limits":
                assert {"401", "403", "422", "429"} <= set(operation["responses"]), path


def test_every_body_has_an_example() -> None:
    schemas = SPEC["components"]["schemas"]
    for path, operations in SPEC["paths"].items():
        for operation in operations.values():
            for media, content in operation.get("requestBody", {}).get("content", {}).items():
                if media == "application/json" and "$ref" in content["schema"]:
                    assert schemas[content["schema"]["$ref"].rpartition("/")[2]].get("examples"), (path, media)


def _without_operation(spec: dict[str, Any]) -> None:
    del spec["paths"]["/v1/match"]


def _renamed(spec: dict[str, Any]) -> None:
    spec["paths"]["/v1/match"]["post"]["operationId"] = "find"


def _without_field(spec: dict[str, Any]) -> None:
    del spec["components"]["schemas"]["MatchOut"]["properties"]["total"]


def _demanding(spec: dict[str, Any]) -> None:
    spec["components"]["schemas"]["MatchIn"]["required"].append("limit")


def _retyped(spec: dict[str, Any]) -> None:
    spec["components"]["schemas"]["MatchOut"]["properties"]["total"]["type"] = "string"


def _narrowed(spec: dict[str, Any]) -> None:
    spec["components"]["schemas"]["MatchIn"]["properties"]["explain"]["enum"].remove("brief")


def _without_parameter(spec: dict[str, Any]) -> None:
    parameters = spec["paths"]["/v1/postings"]["get"]["parameters"]
    parameters.remove(next(one for one in parameters if one["name"] == "where"))


def _fewer_bodies(spec: dict[str, Any]) -> None:
    del spec["paths"]["/v1/bulk"]["post"]["requestBody"]["content"]["text/csv"]


BROKEN: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (_without_operation, "match: POST /v1/match is gone"),
    (_renamed, "match: is now called find"),
    (_without_field, "MatchOut.total: is gone"),
    (_demanding, "MatchIn.limit: is demanded"),
    (_retyped, "MatchOut.total: was integer, is string"),
    (_narrowed, "MatchIn.explain: no longer takes 'brief'"),
    (_without_parameter, "list_postings: parameter where is gone"),
    (_fewer_bodies, "load_bulk: a body of text/csv is no longer taken"),
]


@pytest.mark.parametrize(("change", "told"), BROKEN)
def test_what_breaks_callers_is_told(change: Callable[[dict[str, Any]], None], told: str) -> None:
    changed = deepcopy(SPEC)
    change(changed)
    assert list(breaking(SPEC, changed)) == [told]


def test_what_is_only_added_breaks_nobody() -> None:
    for change, _ in BROKEN[:1] + BROKEN[2:3] + BROKEN[5:]:
        less = deepcopy(SPEC)
        change(less)
        assert list(breaking(less, SPEC)) == []


def test_a_document_that_breaks_callers_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "openapi.json"
    write_openapi(path)
    less = deepcopy(SPEC)
    _without_operation(less)
    monkeypatch.setattr(openapi, "current", lambda: less)
    with pytest.raises(BreakingChange, match="match: POST /v1/match is gone"):
        write_openapi(path)
    assert json.loads(path.read_text("utf-8")) == SPEC
    write_openapi(path, allow_breaking=True)
    assert json.loads(path.read_text("utf-8")) == less
