"""What every page needs: its frame and policy, forms, files beside it, and refusals that people can read."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Coroutine
from hashlib import sha384
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from fastapi.templating import Jinja2Templates
from starlette.datastructures import FormData, UploadFile

from index.record import IndexProblem
from matcher.document import InvalidDocument, MatcherProblem
from service.common import service_of
from service.errors import told
from service.pasteboard import Pasted

FOLDER = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MEDIA = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"  # an address holds the checksum of its file
MOST_FIELDS = 300
WITHDRAW = "withdraw"  # what a token is signed for that removes a kept copy
PARTS = 160  # parts of a ledger that light up; the longest of the judged set has some sixty


def _lights() -> bytes:
    """The rules by which a part of a ledger and the words it rests on light up together, without a script."""
    rules = (f".lit:has(.k{at}:is(:hover,:focus-within)) .k{at}" for at in range(PARTS))
    return (
        ",".join(rules) + "{background:var(--lit);color:var(--lit-ink);--pico-primary:var(--lit-ink);--pico-primary-hover:var(--lit-ink);--soft:var(--lit-ink)}"
    ).encode()


FILES = {path.name: path.read_bytes() for path in sorted((FOLDER / "static").iterdir())} | {"lights.css": _lights()}
ADDRESSES = {name: f"/static/{name}?v={sha384(data).hexdigest()[:12]}" for name, data in FILES.items()}
SUMS = {name: b64encode(sha384(data).digest()).decode() for name, data in FILES.items()}


def asset(name: str) -> str:
    """The address of a file, which changes with it."""
    return ADDRESSES[name]


templates = Jinja2Templates(directory=FOLDER / "templates")
templates.env.globals.update(asset=asset, integrity=lambda name: f"sha384-{SUMS[name]}")
templates.env.filters["upper_first"] = lambda words: words[:1].upper() + words[1:]
templates.env.trim_blocks = templates.env.lstrip_blocks = True


class Page(APIRoute):
    """A route whose refusals are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, with what it raises told as a page."""
        handler = super().get_route_handler()

        async def watched(request: Request) -> Response:
            try:
                return await handler(request)
            except (MatcherProblem, IndexProblem) as error:
                refusal = told(error)
                words = str(error) if refusal.status_code != 500 else "Something went wrong here; the log says what."
                back = request.path_params.get("id") if refusal.status_code == 422 else None
                return page(request, "problem.html", {"problem": words, "back": back}, refusal.status_code, dict(getattr(error, "headers", None) or {}))
            except RequestValidationError as error:
                where = ", ".join(str(one["loc"][-1]) for one in error.errors())
                return page(request, "problem.html", {"problem": f"The form or the address is not as it should be: {where}.", "back": None}, 422)

        return watched


def page(request: Request, template: str, values: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A page under its policy."""
    frame = {"service": service_of(request)}
    return templates.TemplateResponse(request, template, {**frame, **values}, status, {"Content-Security-Policy": POLICY, **(headers or {})})


def sheet(request: Request, template: str, pasted: Pasted, values: dict[str, Any]) -> Response:
    """A page about one text; with the address under which a kept copy can be removed at any time."""
    token = service_of(request).secret.sign(WITHDRAW, [pasted.tenant, pasted.document.kind.value, pasted.copy]) if pasted.is_kept else ""
    return page(request, template, {"pasted": pasted, "withdrawal": f"{request.base_url}withdraw/{token}" if token else "", **values})


def to(address: str) -> Response:
    """Leads on after a form, so that a reload does not send it again."""
    return RedirectResponse(address, 303)


def static(name: str) -> Response:
    """A file beside the pages."""
    if name not in FILES:
        return Response(status_code=404)
    return Response(FILES[name], media_type=MEDIA[Path(name).suffix], headers={"Cache-Control": FOREVER})


async def _form(request: Request) -> AsyncIterator[FormData]:
    async with request.form(max_fields=MOST_FIELDS, max_files=1) as form:
        yield form


Form = Annotated[FormData, Depends(_form)]


def field(form: FormData, name: str, default: str = "") -> str:
    """A field of a form, with plain line ends."""
    value = form.get(name, default)
    if not isinstance(value, str):
        raise InvalidDocument(name, "must be text, not a file")
    return value.replace("\r\n", "\n")


async def attached(form: FormData) -> tuple[bytes, str | None] | None:
    """The file of a form and what its sender calls its format; None where none was chosen."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    return await file.read(), file.content_type
