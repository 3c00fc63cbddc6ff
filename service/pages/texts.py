"""Bringing a text to the pages, seeing what was read in it, correcting that, keeping and erasing it."""

from __future__ import annotations

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
from service.errors import Refused, told
from service.gate import asking, needs
from service.keys import Caller
from service.pages.examples import EXAMPLES
from service.pages.reading import groups, highlighted
from service.pages.web import WITHDRAW, Form, Page, attached, field, page, sheet, to
from service.pasteboard import Pasted

router = APIRouter(include_in_schema=False, route_class=Page)
Asking = Annotated[Caller, Depends(asking)]
HELD = [Depends(place("match"))]
LISTED = 200  # stored postings that an employer can choose from
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


@router.get("/texts")
def nothing() -> Response:
    """Who reloads a refused form begins anew."""
    return to("/")


@router.post("/stored")
def stored(service: Serving, caller: Asking, form: Form) -> Response:
    """Look at a stored document as if it had been brought; it stays what it is."""
    kind = Kind.RESUME if field(form, "kind") == Kind.RESUME else Kind.POSTING
    needs(caller, f"{kind}s:read")
    asked = service.matcher.asked(kind, field(form, "id"), caller.tenant)
    return to(f"/texts/{service.pasteboard.add(caller.tenant, asked.document, asked, opened=True).id}")


@router.get("/texts/{id}/reading")
def reading(id: str, request: Request, service: Serving, caller: Asking) -> Response:
    """What was read from a text, marked in it, with the means to correct it."""
    pasted, vocabulary = service.pasteboard.get(caller.tenant, id), service.matcher.vocabulary
    found = groups(pasted.asked, vocabulary)
    posting = pasted.document.kind is Kind.POSTING
    with pasted.lock:
        said, pasted.said = pasted.said, ""
    values = {
        "said": said, "groups": found, "pieces": highlighted(pasted.asked, found, pasted.document.text), "vocabulary": vocabulary,
        "warnings": review(pasted.asked.document, pasted.asked.profile) if posting else pasted.asked.profile.flags,
        "titles": sorted(vocabulary.licences.by_title), "concepts": sorted(dict.fromkeys(vocabulary.name(id) for id in vocabulary.concepts)),
        "statuses": STATUSES, "claims": CLAIMS,
        "misread": misread(pasted.corrections, pasted.asked.profile, vocabulary),
    }  # fmt: skip
    return sheet(request, "reading.html", pasted, {"tab": "reading", **values})


@router.post("/texts/{id}/corrections", dependencies=HELD)
def correct(id: str, service: Serving, caller: Asking, form: Form) -> Response:
    """Take one correction, and read the text anew; a kept copy is replaced."""
    with service.pasteboard.holding(caller.tenant, id) as pasted:
        corrections, said = _amended(pasted, form, service)
        asked = service.matcher.read([corrected(pasted.document, corrections, service.matcher.vocabulary)])[0]
        pasted.corrections, pasted.asked, pasted.said = corrections, asked, said
        if pasted.is_kept:
            _store(service, caller, pasted)
    return to(f"/texts/{id}/reading#said")


@router.post("/texts/{id}/keep", dependencies=HELD)
def keep(id: str, service: Serving, caller: Asking) -> Response:
    """Store a text, corrected as it is, because its person says so."""
    with service.pasteboard.holding(caller.tenant, id) as pasted:
        needs(caller, f"{pasted.document.kind}s:write")
        if not pasted.is_kept and not pasted.opened:
            has_room(service, caller, pasted.document.kind, pasted.copy)
            _store(service, caller, pasted)
            pasted.is_kept = True
    return to(f"/texts/{id}#kept")


@router.post("/texts/{id}/erase")
def erase(id: str, request: Request, service: Serving, caller: Asking) -> Response:
    """Forget a text, and remove the copy that was kept of it."""
    with service.pasteboard.holding(caller.tenant, id) as pasted:
        if pasted.is_kept:
            _withdraw(service, caller, pasted.document.kind, pasted.copy)
        service.pasteboard.erase(pasted)
    return page(request, "erased.html", {"kind": pasted.document.kind.value, "was_kept": pasted.is_kept, "was_opened": pasted.opened})


@router.get("/withdraw/{token}")
def withdrawing(token: str, request: Request, service: Serving, caller: Asking) -> Response:
    """Ask whether a kept copy is to be removed; the token is what its person was given when it was kept."""
    kind, copy = _withdrawable(service, caller, token)
    return page(request, "withdraw.html", {"kind": kind.value, "title": service.matcher.get(kind, copy, caller.tenant).document.title, "token": token})


@router.post("/withdraw/{token}")
def withdraw(token: str, request: Request, service: Serving, caller: Asking) -> Response:
    """Remove a kept copy, also days after it was brought."""
    kind, copy = _withdrawable(service, caller, token)
    _withdraw(service, caller, kind, copy)
    return page(request, "erased.html", {"kind": kind.value, "was_kept": True, "was_opened": False})


def _withdrawable(service: Serving, caller: Caller, token: str) -> tuple[Kind, str]:
    try:
        held = service.secret.signed(WITHDRAW, token)
    except ValueError as error:
        raise Refused(404, "unknown-document", "this address was not given by this service") from error
    assert isinstance(held, list)
    if held[0] != caller.tenant:
        raise Refused(404, "unknown-document", "this address was not given by this service")
    return Kind(held[1]), str(held[2])


def _store(service: Serving, caller: Caller, pasted: Pasted) -> None:
    service.matcher.put([Document.from_mapping({**pasted.asked.document.to_mapping(), "id": pasted.copy})], caller.tenant)
    service.metrics.documents.inc()


def _withdraw(service: Serving, caller: Caller, kind: Kind, copy: str) -> None:
    needs(caller, f"{kind}s:write")
    try:
        service.matcher.delete(kind, copy, caller.tenant)
    except UnknownDocument:
        pass  # it was removed in another way


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


def _amended(pasted: Pasted, form: FormData, service: Serving) -> tuple[Corrections, str]:
    """The corrections with what a form says, and what that is: one thing struck, one stated, or all taken back."""
    vocabulary, corrections, profile = service.matcher.vocabulary, pasted.corrections, pasted.asked.profile
    what = field(form, "what")
    if field(form, "strike"):
        return corrections.striking(profile, field(form, "strike")), f"Struck: {field(form, 'words') or field(form, 'strike')}."
    if what == "licence":
        licence = stated_licence(field(form, "title"), field(form, "state"), field(form, "status"), vocabulary)
        return corrections.stating(licence, profile), f"Added: {licence.title}, {licence.state}."
    if what == "concept":
        concept = stated_concept(field(form, "concept"), field(form, "claim"), vocabulary)
        return corrections.stating(concept, profile), f"Added: {vocabulary.name(concept.concept)}."
    if what == "facts":
        return corrections.placed(field(form, "state"), field(form, "years"), profile, vocabulary), "Set: where you live and how long you have worked."
    return Corrections(), "All corrections are taken back."
