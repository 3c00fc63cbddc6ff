"""Bringing a text to the pages, seeing what was read in it, correcting that, keeping and erasing it."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from matcher.corrections import Claim, Corrections, Status, corrected, misread, stated_concept, stated_licence
from matcher.document import Document, InvalidDocument, Kind, MatcherProblem
from matcher.matcher import MUTE, NothingToRead, UnknownDocument, is_mute
from matcher.review import review
from service.admission import place
from service.common import Serving
from service.documents import has_room
from service.errors import told
from service.gate import asking, needs
from service.keys import Caller
from service.pages.examples import EXAMPLES
from service.pages.reading import groups, highlighted
from service.pages.web import Form, Page, attached, field, page, to
from service.pasteboard import Pasted

router = APIRouter(include_in_schema=False, route_class=Page)
Asking = Annotated[Caller, Depends(asking)]
HELD = [Depends(place("match"))]
LISTED = 50  # stored postings that an employer can choose from
STATUSES = {Status.ACTIVE.name: "I hold it now", Status.PENDING.name: "I have applied for it", Status.EXPIRED.name: "it has expired"}
CLAIMS = {Claim.PRACTISED.name: "I do this in my work", Claim.TRAINING.name: "I am in training for it", Claim.NOT.name: "I do not do this"}


@router.get("/")
def work(request: Request, service: Serving, caller: Asking) -> Response:
    """Where a clinician begins."""
    return _front(request, service, caller, Kind.RESUME)


@router.get("/hire")
def hire(request: Request, service: Serving, caller: Asking) -> Response:
    """Where an employer begins."""
    return _front(request, service, caller, Kind.POSTING)


@router.post("/texts", dependencies=HELD)
async def bring(request: Request, service: Serving, caller: Asking, form: Form) -> Response:
    """Take a pasted text or a file, and lead to what fits it; what cannot be taken stays in the form, with the reason."""
    kind, text = Kind.POSTING if form.get("kind") == Kind.POSTING else Kind.RESUME, field(form, "text")
    file = await attached(form)
    try:
        pasted = await run_in_threadpool(_brought, service, caller, kind, text, file)
    except MatcherProblem as error:
        refusal = told(error)
        if refusal.status_code >= 500:
            raise
        return await run_in_threadpool(_front, request, service, caller, kind, text, str(error), refusal.status_code)
    return to(f"/texts/{pasted.id}")


@router.get("/stored")
def stored(kind: Kind, id: str, service: Serving, caller: Asking) -> Response:
    """Take a stored document as if it had been brought."""
    needs(caller, f"{kind}s:read")
    asked = service.matcher.asked(kind, id, caller.tenant)
    return to(f"/texts/{service.pasteboard.add(caller.tenant, asked.document, asked, stored=id).id}")


@router.get("/texts/{id}/reading")
def reading(id: str, request: Request, service: Serving, caller: Asking) -> Response:
    """What was read from a text, marked in it, with the means to correct it."""
    pasted, vocabulary = service.pasteboard.get(caller.tenant, id), service.matcher.vocabulary
    found = groups(pasted.asked, vocabulary)
    posting = pasted.document.kind is Kind.POSTING
    values = {
        "pasted": pasted, "groups": found, "pieces": highlighted(pasted.asked, found, pasted.document.text), "vocabulary": vocabulary,
        "warnings": review(pasted.asked.document, pasted.asked.profile) if posting else pasted.asked.profile.flags,
        "titles": sorted(vocabulary.licences.by_title), "concepts": sorted(dict.fromkeys(vocabulary.name(id) for id in vocabulary.concepts)),
        "statuses": STATUSES, "claims": CLAIMS,
        "misread": misread(pasted.corrections, pasted.asked.profile, vocabulary),
    }  # fmt: skip
    return page(request, "reading.html", {"tab": "reading", **values})


@router.post("/texts/{id}/corrections", dependencies=HELD)
def correct(id: str, service: Serving, caller: Asking, form: Form) -> Response:
    """Take one correction, and read the text anew."""
    pasted = service.pasteboard.get(caller.tenant, id)
    corrections = _amended(pasted, form, service)
    document = corrected(pasted.document, corrections, service.matcher.vocabulary)
    service.pasteboard.change(pasted, corrections=corrections, asked=service.matcher.read([document])[0])
    return to(f"/texts/{id}/reading")


@router.post("/texts/{id}/keep")
def keep(id: str, service: Serving, caller: Asking) -> Response:
    """Store a text, corrected as it is, because its person says so."""
    pasted = service.pasteboard.get(caller.tenant, id)
    kind = pasted.document.kind
    needs(caller, f"{kind}s:write")
    if pasted.stored is None:
        own = f"{kind}-{secrets.token_hex(8)}"
        document = Document.from_mapping({**pasted.asked.document.to_mapping(), "id": own})
        has_room(service, caller, kind, own)
        service.matcher.put([document], caller.tenant)
        service.metrics.documents.inc()
        service.pasteboard.change(pasted, stored=own)
    return to(f"/texts/{id}#kept")


@router.post("/texts/{id}/erase")
def erase(id: str, request: Request, service: Serving, caller: Asking) -> Response:
    """Forget a text, and remove it from the store where it was kept."""
    pasted = service.pasteboard.get(caller.tenant, id)
    if pasted.stored:
        needs(caller, f"{pasted.document.kind}s:write")
        try:
            service.matcher.delete(pasted.document.kind, pasted.stored, caller.tenant)
        except UnknownDocument:
            pass  # it was removed in another way
    service.pasteboard.erase(pasted)
    return page(request, "erased.html", {"pasted": pasted})


def _front(request: Request, service: Serving, caller: Caller, kind: Kind, text: str = "", problem: str = "", status: int = 200) -> Response:
    counts = {one.value: service.matcher.count(one, caller.tenant) for one in Kind}
    stored = service.matcher.listed(Kind.POSTING, caller.tenant, limit=LISTED) if kind is Kind.POSTING else []
    template = "hire.html" if kind is Kind.POSTING else "work.html"
    return page(request, template, {"counts": counts, "stored": stored, "example": EXAMPLES[kind], "text": text, "problem": problem}, status)


def _brought(service: Serving, caller: Caller, kind: Kind, text: str, file: tuple[bytes, str | None] | None) -> Pasted:
    if file and text.strip():
        raise InvalidDocument("text", "you pasted a text and chose a file; take one of them away")
    upload = service.uploads.read(*file) if file else None
    document = Document.from_mapping({"id": "pasted", "kind": kind, "text": upload.text if upload else text})
    asked = service.matcher.read([document])[0]
    if is_mute(asked.profile):
        raise NothingToRead(MUTE)
    return service.pasteboard.add(caller.tenant, document, asked, upload)


def _amended(pasted: Pasted, form: FormData, service: Serving) -> Corrections:
    """The corrections with what a form says: one thing struck, one stated, or all taken back."""
    vocabulary, corrections = service.matcher.vocabulary, pasted.corrections
    if field(form, "strike"):
        return corrections.striking(pasted.asked.profile, field(form, "strike"))
    what = field(form, "what")
    if what == "licence":
        return corrections.stating(stated_licence(field(form, "title"), field(form, "state"), field(form, "status"), vocabulary))
    if what == "concept":
        return corrections.stating(stated_concept(field(form, "concept"), field(form, "claim"), vocabulary))
    if what == "facts":
        return corrections.placed(field(form, "state"), field(form, "years"), pasted.asked.profile, vocabulary)
    return Corrections()
