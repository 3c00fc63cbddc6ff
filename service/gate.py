"""Who asks, and how often: keys and rates where the service has keys; this machine alone where it has none."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import Refused, told
from service.keys import OWNER, SCOPES, Caller, Keyring

FAILURES = RateLimitItemPerMinute(30)  # wrong keys from one address
HERE = ("127.0.0.1", "localhost", "::1", "testserver")  # the last is what test clients call it
OPEN = ("/livez", "/readyz", "/v1/openapi.json", "/v1/limits")  # say nothing of anybody
Headers = Mapping[str, str]
KEY = {"type": "http", "scheme": "bearer", "description": "An API key, `cm_…`; a service without keys, which only its own machine can reach, needs none"}


class Gate:
    """Finds out who asks, before the body is read, and keeps each key to its rate."""

    def __init__(self, app: ASGIApp, keyring: Callable[[], Keyring], keyed: bool, clock: Callable[[], float] = time.time) -> None:
        self._app = app
        self._keyring = keyring
        self._keyed = keyed
        self._clock = clock
        self._rates = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its caller in the state, or refuse it."""
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            caller, standing = await run_in_threadpool(self._admitted, scope, headers) if self._keyed else (self._neighbour(scope["method"], headers), {})
        except Refused as refused:
            await told(refused)(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller

        async def standing_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *((name.encode(), value.encode()) for name, value in standing.items())]
            await send(message)

        await self._app(scope, receive, standing_told)

    def _neighbour(self, method: str, headers: Headers) -> Caller:
        """The one caller of a service without keys: not the page of a foreign site in the browser of this machine."""
        host = urlsplit(f"//{headers.get('host', '')}").hostname
        if host not in HERE:
            raise Refused(403, "forbidden", f"this service answers only its own machine, not the host {host!r:.80}; start it with --keys to let others in")
        origin = headers.get("origin")  # "null" is that of a page which hides where it is from
        if method == "GET" and origin is None and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document":
            return OWNER  # somebody follows a link, which shows a page to them alone
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") or (origin is not None and urlsplit(origin).netloc != headers["host"]):
            raise Refused(403, "forbidden", "the page of another site asks; this service answers only its own pages")
        return OWNER

    def _admitted(self, scope: Scope, headers: Headers) -> tuple[Caller, Headers]:
        address = (scope.get("client") or ("",))[0]
        scheme, _, words = headers.get("authorization", "").partition(" ")
        caller = self._keyring().opened(words.strip(), self._clock()) if scheme.lower() == "bearer" else None
        if caller is None:  # a key that opens is let in from any address: behind a proxy all callers have the same one
            if scheme and not self._rates.hit(FAILURES, "failures", address):
                raise Refused(429, "too-many-requests", "too many wrong keys from this address", {"Retry-After": "60"})
            detail = "this API key does not open" if scheme else "an API key is needed: Authorization: Bearer cm_…"
            raise Refused(401, "unauthenticated", detail, {"WWW-Authenticate": 'Bearer realm="clinmatch"'})
        return caller, self._kept_to_rate(caller)

    def _kept_to_rate(self, caller: Caller) -> Headers:
        assert caller.limits
        assert caller.key
        rate = RateLimitItemPerMinute(caller.limits.per_minute)
        granted = self._rates.hit(rate, "requests", caller.key)
        window = self._rates.get_window_stats(rate, "requests", caller.key)
        seconds = max(1, math.ceil(window.reset_time - time.time()))
        standing = {"RateLimit-Policy": f'"minute";q={caller.limits.per_minute};w=60', "RateLimit": f'"minute";r={max(0, window.remaining)};t={seconds}'}
        if not granted:
            detail = f"this key may ask {caller.limits.per_minute:,} times a minute"
            raise Refused(429, "too-many-requests", detail, {**standing, "Retry-After": str(seconds)})
        return standing


def asking(request: Request) -> Caller:
    """Who asks."""
    caller: Caller = request.state.caller
    return caller


def allow(*scopes: str) -> Callable[..., Caller]:
    """A dependency that lets in callers with all of these scopes, and gives the caller."""
    assert set(scopes) <= set(SCOPES), scopes

    def allowed(caller: Annotated[Caller, Depends(asking)]) -> Caller:
        needs(caller, *scopes)
        return caller

    return allowed


def needs(caller: Caller, *scopes: str) -> None:
    """Raises Refused where a caller lacks one of the scopes."""
    lacking = [scope for scope in scopes if scope not in caller.scopes]
    if lacking:
        raise Refused(403, "forbidden", f"this key lacks the scope {lacking[0]}")
