"""Starts the service on one machine."""

from __future__ import annotations

import uvicorn

from service.app import create_app
from service.compose import open_matcher
from service.settings import Settings

BACKLOG = 256  # connections that wait to be accepted
KEEP_ALIVE_SECONDS = 10


def serve(settings: Settings) -> None:
    """Serve until interrupted."""
    matcher = open_matcher(settings)  # before the server, so that what is wrong is told as by every other command
    app = create_app(lambda: matcher)
    uvicorn.run(app, host=settings.host, port=settings.port, backlog=BACKLOG, timeout_keep_alive=KEEP_ALIVE_SECONDS, log_level="warning", server_header=False)
