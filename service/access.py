"""API keys over HTTP: those of one's own tenant, and never more rights than one's own."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from index.shelf import NEVER
from service.common import Serving, Strict, refusals
from service.errors import Refused
from service.gate import allow
from service.keys import Caller, Key, Limits
from service.schemas import KeyIn, KeyOut, KeysOut, NewKeyOut

router = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=Strict)
Keeping = Annotated[Caller, Depends(allow("keys"))]


@router.get("", responses=refusals())
def list_keys(service: Serving, caller: Keeping) -> KeysOut:
    """The keys of your tenant."""
    return KeysOut(keys=[_key_out(key) for key in service.keyring.keys(time.time(), caller.tenant)])


@router.post("", status_code=201, responses=refusals(409, 413, 415))
def create_key(body: KeyIn, service: Serving, caller: Keeping) -> NewKeyOut:
    """A new key for your tenant; its words are shown this once."""
    own = caller.limits
    if own is None:
        raise Refused(403, "forbidden", "this service runs without keys; start it with --keys, and make the first with: clinmatch keys create")
    lacking = sorted(set(body.scopes) - caller.scopes)
    if lacking:
        raise Refused(403, "forbidden", f"a key cannot give the scope {lacking[0]}, which it lacks")
    limits = Limits(min(body.per_minute or own.per_minute, own.per_minute), own.matches_per_day, own.documents)
    key, words = service.keyring.create(caller.tenant, body.name, body.scopes, time.time(), limits)
    return NewKeyOut(**_key_out(key).model_dump(), key=words)


@router.post("/{id}/rotate", status_code=201, responses=refusals(404, 409, 413))
def rotate_key(id: str, service: Serving, caller: Keeping) -> NewKeyOut:
    """A new key in place of an old one, which opens for a day more."""
    key, words = service.keyring.rotate(id, time.time(), caller.tenant)
    return NewKeyOut(**_key_out(key).model_dump(), key=words)


@router.delete("/{id}", status_code=204, response_class=Response, responses=refusals(404))
def revoke_key(id: str, service: Serving, caller: Keeping) -> Response:
    """Make a key open nothing from now on."""
    service.keyring.revoke(id, time.time(), caller.tenant)
    return Response(status_code=204)


def _key_out(key: Key) -> KeyOut:
    limits = key.limits
    return KeyOut(
        id=key.id, name=key.name, scopes=list(key.scopes), per_minute=limits.per_minute, matches_per_day=limits.matches_per_day,
        documents=limits.documents, created=key.created, expires=None if key.expires >= NEVER else key.expires,
    )  # fmt: skip
