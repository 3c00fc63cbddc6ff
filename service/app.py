"""The service: documents in, matches out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.formparsers import MultiPartParser

from service import about, access, documents, loads, matches, pages
from service.admission import admissions
from service.common import KINDS, Problem
from service.compose import Service
from service.errors import Unexpected, install
from service.gate import KEY, OPEN, Gate
from service.idempotency import IDEMPOTENCY_KEY, Idempotency
from service.limits import MAX_FORM, SizeLimits
from service.observe import Observe

VERSION = "0.2.0"
DESCRIPTION = "Matches postings and resumes in mental-health work, and accounts for every point. Refusals are problems (RFC 9457)."


def create_app(load: Callable[[], Service], keyed: bool = False) -> FastAPI:
    """The app over a service that `load` opens at start and that is closed at the end.

    `keyed`: every caller needs a key; without, only this machine is answered, and there are pages for people.
    """
    held: list[Service] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        service = await run_in_threadpool(load)
        held[:] = [service]
        service.ingests.start()
        yield {"service": service}
        await run_in_threadpool(service.close)

    app = FastAPI(
        title="clinmatch", version=VERSION, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json",
        description=DESCRIPTION, generate_unique_id_function=lambda route: route.name, servers=[{"url": "/"}],
    )  # fmt: skip
    for router in (about.router, matches.router, loads.router, access.router):
        app.include_router(router)
    for plural, kind in KINDS.items():
        app.include_router(documents.files(plural, kind))
        app.include_router(documents.router(plural, kind))
    if not keyed:
        app.include_router(pages.router)
    app.state.admissions = admissions()
    MultiPartParser.spool_max_size = MAX_FORM  # an uploaded file stays in memory, not in a temporary file
    install(app)
    for layer, options in (
        (Idempotency, {"shelves": lambda: held[0].shelves, "secret": lambda: held[0].secret}),
        (Gate, {"keyring": lambda: held[0].keyring, "keyed": keyed}),
        (SizeLimits, {}),
        (Unexpected, {}),
        (Observe, {"metrics": lambda: held[0].metrics}),
    ):
        app.add_middleware(layer, **options)
    _complete_document(app, keyed)
    return app


def _complete_document(app: FastAPI, keyed: bool) -> None:
    """Make the app complete the OpenAPI document that FastAPI writes of it."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            _complete(plain(), keyed)
        assert app.openapi_schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(spec: dict[str, Any], keyed: bool) -> None:
    """Put the shape of a problem in place of FastAPI's own, and the keys."""
    schemas = spec["components"]["schemas"]
    shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(shape.pop("$defs"), Problem=shape)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    if keyed:
        spec["components"]["securitySchemes"] = {"key": KEY}
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _complete_operation(operation, method, keyed and path not in OPEN)


def _complete_operation(operation: dict[str, Any], method: str, keyed: bool) -> None:
    """Put in what the layers above an operation read: the key and the Idempotency-Key."""
    if keyed:
        operation["security"] = [{"key": []}]
    if method == "post":
        operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _sendable(parameter["schema"])


def _sendable(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter without null, which an address or a header cannot hold."""
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **kinds[0]} if len(kinds) == 1 else schema
