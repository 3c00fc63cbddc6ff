"""What the service is and how it is: health, metrics, limits and vocabulary."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from matcher.filters import known_values
from matcher.matcher import LOCAL
from service.common import KINDS, Serving, Strict, refusals
from service.gate import allow, asking
from service.keys import Caller
from service.limits import PUBLISHED
from service.render import versions_out
from service.schemas import LimitsOut, ReadyOut, VocabularyOut

router = APIRouter(route_class=Strict)


@router.get("/livez", tags=["health"])
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/readyz", tags=["health"])
def readyz(service: Serving) -> ReadyOut:
    """The store is open and the model is loaded; without keys, also how many documents there are."""
    if service.settings.keys:
        return ReadyOut(status="ready")
    counts = {plural: service.matcher.count(kind) for plural, kind in KINDS.items()}
    return ReadyOut(status="ready", documents=counts, versions=versions_out(service.matcher, LOCAL))


@router.get("/metrics", tags=["health"], response_class=Response, responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **refusals()},
            dependencies=[Depends(allow("metrics"))])  # fmt: skip
def metrics(service: Serving) -> Response:
    """Counts and times by operation and status, as Prometheus reads them."""
    return Response(generate_latest(service.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/limits", tags=["about"])
def limits() -> LimitsOut:
    """How much a request may send and ask."""
    return LimitsOut(limits=dict(PUBLISHED))


@router.get("/v1/vocabulary", tags=["about"], responses=refusals())
def vocabulary(service: Serving, caller: Annotated[Caller, Depends(asking)]) -> VocabularyOut:
    """The facets that can be filtered by, and their values with what people call them."""
    return VocabularyOut(version=service.matcher.vocabulary.version, facets=known_values(service.matcher.vocabulary))
