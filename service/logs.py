"""Structured logs, one JSON object a line on standard error. What is not on the list of fields is not written (P9)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

FIELDS = ("event", "level", "timestamp", "request_id", "operation", "method", "status", "milliseconds", "tenant", "key", "error", "place",
          "host", "port", "sequence", "postings", "resumes", "documents")  # fmt: skip
LEVELS = logging.getLevelNamesMapping()


def log(event: str, level: str = "info", **fields: object) -> None:
    """Write one event; fields that are not on the list are left out."""
    _logger.log(LEVELS[level.upper()], event, **fields)


def quieten() -> None:
    """Keep the libraries' own loggers, which quote addresses and messages, from writing."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio", "multipart", "python_multipart", "pypdf", "httpx"):
        logging.getLogger(name).handlers = [logging.NullHandler()]
        logging.getLogger(name).propagate = False


def _listed(logger: object, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {name: event[name] for name in FIELDS if event.get(name) is not None}


class _Stderr:
    """Whatever standard error is at the time."""

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr, name)


_logger = structlog.wrap_logger(
    structlog.PrintLogger(_Stderr()),  # type: ignore[arg-type]
    processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), _listed, structlog.processors.JSONRenderer()],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
)
