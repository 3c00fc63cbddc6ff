"""What fits a text: the ranked list, one match with both texts, some side by side, and what each demand of a posting excludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from matcher.contrast import side_by_side, why_above
from matcher.document import InvalidDocument, Kind
from matcher.exclusion import Demanded, demands, standings
from matcher.explain import LABELS, Line
from matcher.matcher import Found
from matcher.profile import Profile
from service.admission import place
from service.common import Serving
from service.compose import Service
from service.gate import asking, needs
from service.keys import Caller
from service.pages.bars import LEGEND
from service.pages.marks import Mark, Piece, pieces
from service.pages.ranked import CHOICES, MARKS, RANKED, SHOWN, STANDINGS, Ranked, Wanted, card, compared, ranked
from service.pages.reading import clause_words, headline
from service.pages.web import PARTS, Page, sheet
from service.pasteboard import Pasted

router = APIRouter(include_in_schema=False, route_class=Page, dependencies=[Depends(place("match"))])
Asking = Annotated[Caller, Depends(asking)]
Numbers = Annotated[list[int], Query(alias="with")]
MOST_BESIDE = 3


@router.get("/texts/{id}")
def fits(id: str, request: Request, service: Serving, caller: Asking) -> Response:
    """The ranked list of a text, with filters beside it."""
    pasted = _allowed(service, caller, id)
    wanted = Wanted.of(request.query_params.multi_items())
    listed, stored = ranked(service.matcher, pasted, wanted), service.matcher.count(pasted.document.kind.other, caller.tenant)
    values = {
        "heading": _heading(listed, wanted, pasted, stored),
        "wanted": wanted, "listed": listed, "headline": headline(pasted.asked.profile, service.matcher.vocabulary), "colours": LEGEND,
        "facets": CHOICES, "standings": STANDINGS, "step": SHOWN, "stored_count": stored,
        "clauses": [clause_words(clause) for clause in pasted.asked.profile.clauses if clause.required],
    }  # fmt: skip
    return sheet(request, "fits.html", pasted, {"tab": "fits", **values})


@router.get("/texts/{id}/match/{number}")
def pair(id: str, number: int, request: Request, service: Serving, caller: Asking, names: str = "") -> Response:
    """One match: the ledger, and both texts with the words that count."""
    pasted = _allowed(service, caller, id)
    found = service.matcher.against(pasted.asked, pasted.found(number), caller.tenant)
    shown = card(0, found, pasted, names == "yes", service.matcher.vocabulary)
    lines = list(enumerate(shown.told.lines))
    texts = {"posting": _lit(found.match.posting, found, lines, []), "resume": _lit(found.match.resume, found, lines, _hidden(service, pasted, found, names))}
    groups = [(label, [(at, line) for at, line in lines if line.part.name == name]) for name, label in LABELS.items()]
    values = {
        "card": shown, "texts": texts, "names": names == "yes", "colours": LEGEND,
        "groups": [(label, own, _sum(own)) for label, own in groups if own], "marks": MARKS,
    }  # fmt: skip
    return sheet(request, "pair.html", pasted, values)


@router.get("/texts/{id}/beside")
def beside(id: str, request: Request, service: Serving, caller: Asking, numbers: Numbers, names: str = "") -> Response:
    """Two or three matches side by side, and why one is above another."""
    pasted = _allowed(service, caller, id)
    chosen = list(dict.fromkeys(numbers))
    if not 2 <= len(chosen) <= MOST_BESIDE:
        raise InvalidDocument("with", f"{len(chosen)} chosen; choose two or three to compare")
    found = [service.matcher.against(pasted.asked, pasted.found(number), caller.tenant) for number in chosen]
    found.sort(key=lambda one: (-one.match.score, one.document.id))
    cards = [card(rank, one, pasted, names == "yes", service.matcher.vocabulary) for rank, one in enumerate(found, 1)]
    rows = side_by_side([one.told for one in cards])
    why = [why_above(rows, cards[at].title, cards[at + 1].title, at, at + 1) for at in range(len(cards) - 1)]
    return sheet(request, "beside.html", pasted, {"cards": cards, "rows": rows, "why": why, "names": names == "yes"})


@router.get("/texts/{id}/demands")
def excluded(id: str, request: Request, service: Serving, caller: Asking) -> Response:
    """What each demand of a posting costs it among the clinicians who come near."""
    pasted = _allowed(service, caller, id)
    if pasted.document.kind is not Kind.POSTING:
        raise InvalidDocument("text", "only a posting makes demands; this is a resume")
    matches = [one.match for one in compared(service.matcher, pasted, Wanted({}))]
    told_of = [(one, _demand_words(one, pasted, service)) for one in demands(matches)]
    values = {"demands": told_of, "compared": len(matches), "counts": standings(matches)}
    return sheet(request, "demands.html", pasted, {"tab": "demands", **values})


def _heading(listed: Ranked, wanted: Wanted, pasted: Pasted, stored: int) -> str:
    what, count = "postings" if pasted.document.kind is Kind.RESUME else "clinicians", len(listed.found)
    if not stored:
        return f"No {what} are stored here"
    if not count:
        return "Nothing passes these filters"
    if count == RANKED:
        return f"The best {count} of {stored:,} {what}{' that pass these filters' if wanted.filters else ''}"
    return f"{count} of {stored:,} {what} pass these filters, best first" if wanted.filters else f"All {count} {what}, best first"


def _allowed(service: Service, caller: Caller, id: str) -> Pasted:
    pasted = service.pasteboard.get(caller.tenant, id)
    needs(caller, "match", f"{pasted.document.kind.other}s:read")
    return pasted


def _lit(profile: Profile, found: Found, lines: Sequence[tuple[int, Line]], hidden: Sequence[tuple[int, int]]) -> Sequence[Piece]:
    """A text of a match with the words that count, by the number of their part; what is hidden is blacked out."""
    own = "posting" if profile is found.match.posting else "resume"
    marks = [
        Mark(
            mention.start,
            mention.end,
            (f"k{min(at, PARTS - 1)}", f"v-{'alike' if line.part.name == 'similarity' else line.part.verdict.value}"),
            f"{line.label}: {line.part.points:g} of {line.part.possible:g}",
        )
        for at, line in lines
        for mention in getattr(line.part, own)
    ]
    text, start = profile.text, 0
    if hidden:
        start = next(start for name, start, _ in profile.fields if name == "text")  # title and place say who it is, too
    letters = list(text)
    for low, high in hidden:
        letters[start + low : start + high] = [letter if letter.isspace() else "█" for letter in letters[start + low : start + high]]
    return pieces("".join(letters), marks, start)


def _hidden(service: Service, pasted: Pasted, found: Found, names: str) -> Sequence[tuple[int, int]]:
    """What of a found resume says who the person is; nothing of a person's own resume is hidden from them."""
    if found.document.kind is Kind.POSTING or names == "yes":
        return ()
    return service.matcher.personal(found.document) or ((0, 0),)


def _sum(lines: Sequence[tuple[int, Line]]) -> tuple[float, float]:
    return round(sum(line.part.points for _, line in lines), 2), round(sum(line.part.possible for _, line in lines), 2)


def _demand_words(demanded: Demanded, pasted: Pasted, service: Service) -> str:
    if demanded.concept:
        return service.matcher.vocabulary.name(demanded.concept)
    profile = pasted.asked.profile
    clause = next((one for one in profile.clauses if demanded.what == "licence" and one.mentions == demanded.mentions), None)
    return clause_words(clause) if clause else ", ".join(dict.fromkeys(profile.quote(one) for one in demanded.mentions)) or demanded.what
