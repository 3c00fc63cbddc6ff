"""The operator's page: how the service is, what it loads, what failed, and who has keys."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from index.shelf import NEVER
from matcher.document import MAX_FIELD, InvalidDocument, Kind
from matcher.formats import Format
from service.admission import place
from service.common import Serving
from service.compose import Service
from service.gate import allow
from service.health import Check, Running, checked
from service.ingests import OPEN, Ingest
from service.keys import SCOPES, Caller, InvalidKey, Key, Limits
from service.limits import MAX_BULK
from service.loads import begin, loadable, may_write
from service.observe import together
from service.pages.web import Form, Page, field, page, templates, to
from service.recent import KEPT
from service.render import versions_out
from service.settings import MEMORY

router = APIRouter(prefix="/operate", include_in_schema=False, route_class=Page)
Operator = Annotated[Caller, Depends(allow("metrics", "keys"))]
PARTS = ("checks", "ingests", "keys")
SHOWN = 20  # loads, newest first
TOLD = 50  # refused lines of a load
MOST_A_MINUTE = 1_000_000
FORMATS = {
    "": "by the ending of its name", Format.JSONL: "JSON lines", Format.CSV: "CSV", Format.JOB_POSTING: "JobPosting (JSON-LD)",
    Format.JSON_RESUME: "JSON Resume",
}  # fmt: skip
ENDINGS = {".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".csv": Format.CSV, ".jsonld": Format.JOB_POSTING}
KINDS = {"": "each line says it", Kind.POSTING: "postings", Kind.RESUME: "resumes"}
MAY = {
    "postings:read": "read postings", "postings:write": "store postings", "resumes:read": "read resumes", "resumes:write": "store resumes",
    "match": "match", "keys": "make keys", "metrics": "read metrics",
}  # fmt: skip
STATES = {"waiting": "waiting", "running": "loading", "done": "done", "cancelled": "cancelled", "failed": "failed by a fault of the program"}


@dataclass(frozen=True, slots=True)
class Loading:
    """A background load as it is shown."""

    job: Ingest
    open: bool
    state: str
    share: float | None
    taken: float
    refused: float
    words: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A key that was just made, with the words that open with it."""

    key: Key
    words: str


@router.get("", name="operate")
def operate(request: Request, service: Serving, caller: Operator) -> Response:
    """How everything is."""
    return _page(request, service, caller)


@router.get("/{part}", name="operate")
def part(part: str) -> Response:
    """Where a form of the page answered, asked again without it."""
    return to(f"/operate#{part}" if part in PARTS else "/operate")


@router.post("/checks", dependencies=[Depends(place("file"))], name="operate_checks")
def check(request: Request, service: Serving, caller: Operator) -> Response:
    """Run the checks, and show what they found."""
    return _page(request, service, caller, checks=checked(Running(service)))


@router.post("/ingests", dependencies=[Depends(place("bulk"))], name="operate_load")
async def load(service: Serving, caller: Operator, form: Form) -> Response:
    """Load a file in the background."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidDocument("file", "was not chosen")
    format = _format(field(form, "format"), file.filename)
    kind = _kind(field(form, "kind"))
    loadable(caller, format, kind)
    await run_in_threadpool(begin, service, caller, await file.read(), format, kind, field(form, "mapping").strip())
    return to("/operate#ingests")


@router.post("/ingests/{id}/cancel", name="operate_cancel")
def cancel(id: str, service: Serving, caller: Operator) -> Response:
    """Stop a load where it is."""
    may_write(caller, None)
    service.ingests.cancel(caller.tenant, id)
    return to("/operate#ingests")


@router.post("/keys", name="operate_create_key")
def create(request: Request, service: Serving, caller: Operator, form: Form) -> Response:
    """Make a key, and show its words this once."""
    name, tenant = field(form, "name").strip(), field(form, "tenant").strip()
    if len(name) > MAX_FIELD:
        raise InvalidKey("name", f"has {len(name)} characters, at most {MAX_FIELD} are taken")
    scopes = [str(one) for one in form.getlist("scope")]
    made = service.keyring.create(tenant, name, scopes, time.time(), Limits(_a_minute(form)))
    return _page(request, service, caller, opened=Opened(*made))


@router.post("/keys/{id}/rotate", name="operate_rotate_key")
def rotate(id: str, request: Request, service: Serving, caller: Operator) -> Response:
    """Make a key in place of an old one, and show its words this once."""
    return _page(request, service, caller, opened=Opened(*service.keyring.rotate(id, time.time())))


@router.post("/keys/{id}/revoke", name="operate_revoke_key")
def revoke(id: str, service: Serving, caller: Operator) -> Response:
    """Make a key open nothing any more."""
    service.keyring.revoke(id, time.time())
    return to("/operate#keys")


def _page(request: Request, service: Service, caller: Caller, checks: Sequence[Check] = (), opened: Opened | None = None) -> Response:
    now = time.time()
    traffic = service.metrics.traffic()
    jobs = list(reversed(service.ingests.list(caller.tenant)))
    values = {
        "counts": {f"{kind}s": service.matcher.count(kind, caller.tenant) for kind in Kind}, "texts": len(service.pasteboard),
        "versions": versions_out(service.matcher, caller.tenant), "files": _files(service), "uptime": duration(now - service.started),
        "total": together(traffic), "traffic": traffic, "under_way": service.metrics.under_way(),
        "checks": checks, "loads": [_loading(job, now) for job in jobs[:SHOWN]], "older": jobs[SHOWN:], "told": TOLD,
        "open": any(job.state in OPEN for job in jobs), "formats": FORMATS, "kinds": KINDS, "most": MAX_BULK >> 20,
        "failures": service.metrics.recent.listed(), "kept": KEPT,
        "keys": service.keyring.keys(now), "opened": opened, "scopes": {scope: MAY[scope] for scope in SCOPES}, "limits": Limits(), "never": NEVER,
        "most_a_minute": MOST_A_MINUTE, "zone": time.strftime("%Z"),
    }  # fmt: skip
    return page(request, "operate.html", values)


def _loading(job: Ingest, now: float) -> Loading:
    share = job.share
    done = share * 100 if share is not None and job.lines else 0.0
    left = job.seconds_left(now)
    words = [f"{job.per_second(now):,.0f} lines a second"] if job.lines else []
    words += [f"about {duration(left)} left"] if left is not None else []
    taken, refused = (round(done * count / job.lines, 2) if job.lines else 0.0 for count in (job.taken, job.refused))
    return Loading(job, job.state in OPEN, STATES[job.state], share, taken, refused, ", ".join(words))


def _format(given: str, name: str) -> Format:
    if given in list(Format):
        return Format(given)
    found = ENDINGS.get(Path(name).suffix.lower())
    if given or not found:
        raise InvalidDocument("format", f"cannot be told from the name of the file, which ends with none of {', '.join(ENDINGS)}; choose it")
    return found


def _kind(given: str) -> Kind | None:
    if given not in KINDS:
        raise InvalidDocument("kind", f"is {given!r:.40}, must be one of {', '.join(Kind)}, or nothing")
    return Kind(given) if given else None


def _a_minute(form: FormData) -> int:
    given = field(form, "per_minute", str(Limits.per_minute)).strip()
    if not (given.isascii() and given.isdecimal() and len(given) < 9 and 1 <= int(given) <= MOST_A_MINUTE):
        raise InvalidKey("per_minute", f"is {given!r:.40}, must be a number from 1 to {MOST_A_MINUTE:,}")
    return int(given)


def _files(service: Service) -> list[tuple[str, str, int]]:
    """What lies on the disk: what it is, where, and how many bytes it has with its log."""
    named = {"Documents on disk": service.settings.store, "Keys, loads, records": service.settings.shelves}
    return [(what, str(path), sum(one.stat().st_size for one in _with_logs(path) if one.exists())) for what, path in named.items() if path != MEMORY]


def _with_logs(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}{ending}") for ending in ("", "-wal", "-shm")]


def duration(seconds: float) -> str:
    """A time in the two units that say most."""
    whole = round(seconds)
    for unit, size, smaller, part in (("d", 86_400, "h", 3_600), ("h", 3_600, "min", 60), ("min", 60, "s", 1)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {smaller}"
    return f"{whole} s"


def size(count: int) -> str:
    """Bytes as people say them."""
    return f"{count / 2**30:.2f} GB" if count >= 2**30 else f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{count / 2**10:.0f} KB"


def moment(seconds: float) -> str:
    """A time in the zone of this machine, without its year where that is this one."""
    at = datetime.fromtimestamp(seconds, UTC).astimezone()
    return f"{at:%d %b %H:%M:%S}" if at.year == datetime.now(UTC).astimezone().year else f"{at:%d %b %Y %H:%M}"


def iso(seconds: float) -> str:
    """A time as machines read it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def quick(seconds: float | None) -> str:
    """How long an answer took, as far as the steps in which it was counted can tell."""
    return "–" if seconds is None else f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


templates.env.filters.update(duration=duration, size=size, moment=moment, iso=iso, quick=quick)
