"""Starts the service on one machine."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any

import uvicorn

from service.app import create_app
from service.compose import Service, open_service
from service.deadlines import Deadlines
from service.limits import MAX_HEADERS
from service.logs import log, quieten
from service.settings import InvalidSetting, Settings

BACKLOG = 256  # connections that wait to be accepted
MAX_CONNECTIONS = 2_000
KEEP_ALIVE_SECONDS = 10
STOP_SECONDS = 20  # for what is under way when the service is told to stop
SWITCH_SECONDS = 0.001  # after which a thread that computes lets the one that answers have its turn
HTTP: Mapping[str, Any] = {
    "backlog": BACKLOG, "http": Deadlines, "log_config": None, "timeout_keep_alive": KEEP_ALIVE_SECONDS, "limit_concurrency": MAX_CONNECTIONS,
    "timeout_graceful_shutdown": STOP_SECONDS, "h11_max_incomplete_event_size": MAX_HEADERS, "server_header": False, "access_log": False,
}  # fmt: skip


def serve(settings: Settings) -> None:
    """Serve until interrupted; raises InvalidSetting where others could reach a service without keys."""
    if not settings.keys and not settings.is_local:
        raise InvalidSetting(f"host: is {settings.host!r}, and others could reach it; start with --keys, after: clinmatch keys create TENANT")
    sys.setswitchinterval(SWITCH_SECONDS)
    service = open_service(settings)  # before the server, so that what is wrong is told as by every other command
    quieten()
    _settle()
    log("serving", host=settings.host, port=settings.port)
    Leaving(uvicorn.Config(create_app(lambda: service, settings.keys), host=settings.host, port=settings.port, **HTTP), service).run()


class Leaving(uvicorn.Server):
    """A server that lets go of those who only watch when it is told to stop."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take the signal."""
        self._service.leaving.set()
        super().handle_exit(sig, frame)


def _settle() -> None:
    """Take what was loaded at start for good: a collector that goes through all of it again stops every thread for 0.3 s."""
    gc.collect()
    gc.freeze()
