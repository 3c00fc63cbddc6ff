"""The page for people: paste a text, see what fits and why. Server-rendered, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.templating import Jinja2Templates

from matcher.document import Document, InvalidDocument, Kind, MatcherProblem
from matcher.explain import explain
from matcher.matcher import Found, UnknownDocument
from service.common import service_of

FOLDER = Path(__file__).parent
SHOWN = 10
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=FOLDER / "templates")


async def _form(request: Request) -> dict[str, str]:
    """The fields of a urlencoded form."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=8)
    except ValueError as error:
        raise InvalidDocument("form", "has too many fields") from error
    return {name: values[0] for name, values in fields.items()}


@router.get("/", response_class=HTMLResponse)
def front(request: Request, kind: Kind = Kind.RESUME, id: str | None = None) -> Response:
    """The form; with the id of a stored document, its text and its matches."""
    if id is None:
        return _page(request, {"kind": kind.value, "text": ""})
    matcher = service_of(request).matcher
    try:
        text = matcher.get(kind, id).profile.text
    except UnknownDocument as error:
        return _page(request, {"kind": kind.value, "text": "", "problem": str(error)}, 404)
    return _answer(request, kind.value, text, lambda: matcher.match_stored(kind, id, limit=SHOWN))


@router.post("/", response_class=HTMLResponse)
def matched(request: Request, form: Annotated[dict[str, str], Depends(_form)]) -> Response:
    """The ranked matches of the pasted text."""
    kind, text = form.get("kind", ""), form.get("text", "").replace("\r\n", "\n")
    pasted = {"id": "pasted", "kind": kind, "text": text}
    return _answer(request, kind, text, lambda: service_of(request).matcher.match(Document.from_mapping(pasted), limit=SHOWN))


def _answer(request: Request, kind: str, text: str, match: Callable[[], list[Found]]) -> Response:
    vocabulary = service_of(request).matcher.vocabulary
    try:
        shown = [{"document": found.document, "match": found.match, "told": explain(found.match, vocabulary)} for found in match()]
    except MatcherProblem as error:
        return _page(request, {"kind": kind, "text": text, "problem": str(error)}, 422)
    return _page(request, {"kind": kind, "text": text, "matches": shown})


@router.get("/static/page.css")
def stylesheet() -> FileResponse:
    """The style of the page."""
    return FileResponse(FOLDER / "static" / "page.css", media_type="text/css")


def _page(request: Request, values: dict[str, object], status: int = 200) -> Response:
    matcher = service_of(request).matcher
    counts = {kind.value: matcher.count(kind) for kind in Kind}
    return templates.TemplateResponse(request, "page.html", {"counts": counts, **values}, status, {"Content-Security-Policy": POLICY})
