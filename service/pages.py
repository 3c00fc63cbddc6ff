"""The page for people: paste a text, see what fits and why. Server-rendered, without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.templating import Jinja2Templates

from matcher.compare import Verdict
from matcher.document import Document, InvalidDocument, Kind, MatcherProblem
from matcher.explain import Explanation, explain
from matcher.matcher import Found, Matcher

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
def front(request: Request) -> Response:
    """The form, and how many documents are stored."""
    return _page(request, {"kind": Kind.RESUME.value, "text": ""})


@router.post("/", response_class=HTMLResponse)
def matched(request: Request, form: Annotated[dict[str, str], Depends(_form)]) -> Response:
    """The ranked matches of the pasted text."""
    kind, text = form.get("kind", ""), form.get("text", "").replace("\r\n", "\n")
    values: dict[str, object] = {"kind": kind, "text": text}
    try:
        document = Document.from_mapping({"id": "pasted", "kind": kind, "text": text})
        values["matches"] = [_shown(found, request.state.matcher) for found in request.state.matcher.match(document, limit=SHOWN)]
    except MatcherProblem as error:
        values["problem"] = str(error)
        return _page(request, values, 422)
    return _page(request, values)


@router.get("/static/page.css")
def stylesheet() -> FileResponse:
    """The style of the page."""
    return FileResponse(FOLDER / "static" / "page.css", media_type="text/css")


def _page(request: Request, values: dict[str, object], status: int = 200) -> Response:
    matcher: Matcher = request.state.matcher
    counts = {kind.value: matcher.count(kind) for kind in Kind}
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
    return templates.TemplateResponse(request, "page.html", {"counts": counts, **values}, status, headers)


def _shown(found: Found, matcher: Matcher) -> dict[str, object]:
    told: Explanation = explain(found.match, matcher.vocabulary)
    groups: dict[str, list[float]] = {}
    for line in told.lines:
        points = groups.setdefault(line.group, [0.0, 0.0])
        points[0] += line.part.points
        points[1] += line.part.possible
    return {"document": found.document, "match": found.match, "told": told, "groups": groups, "Verdict": Verdict}
