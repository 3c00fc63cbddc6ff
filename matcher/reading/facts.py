"""Facts beside concepts and licences: place, mode of work, years, whose law applies."""

from __future__ import annotations

import re
from collections.abc import Iterable

from matcher.document import Document, Kind
from matcher.profile import Facts
from matcher.reading.places import Places, StateFinder, StateMention
from matcher.reading.sections import Section, Sections
from matcher.reading.standing import unlicensed
from matcher.reading.terms import read_terms
from matcher.sought import sought
from matcher.words import either

HEADER = 500  # characters in which a resume says where the person lives
REMOTE = sought(
    r"\b(?:fully |100% )?remote\b|\btele-?(?:health|therapy|psych\w*|mental health|medicine)\b",
    r"\bvirtual(?:ly)?\b|\b(?:work )?from home\b|\ball video\b|\bonline therapy\b",
)
NOT_REMOTE = sought(
    r"\bnot (?:a )?remote\b|\bno (?:remote|telehealth|virtual)\b|\b(?:on-?site|in[- ]person) only\b|\b(?:fully|100%) (?:on-?site|in[- ]person)\b"
)
ALL_REMOTE = sought(
    r"\b(?:(?:100%|fully|entirely|completely) (?:remote|virtual|online|telehealth)|all video|(?:work|working) from home"
    r"|remote (?:position|role|work|job|telehealth)|(?:position|role|job) is remote)\b"
)
ONSITE = sought(r"\b(?:on-?site|in[- ]person|in[- ]office|in[- ]home|home visits?)\b")
FEDERAL = sought(
    r"\bVeterans (?:Health|Affairs)\b|\bDepartment of Veterans\b|\bVHA\b|\bVAMC\b|\bVA (?:Medical|Health|Hospital|Clinic|Center)\b|\bVet Center\b",
    r"\bBureau of Prisons\b|\bIndian Health Service\b|\bDepartment of (?:the )?(?:Army|Navy|Air Force|Defense)\b|\bDefense Health\b",
)
CIVIL_SERVICE = sought(r"\bfederal (?:position|civil service)\b|\bTitle 38\b|\bUSAJOBS\b|\bGS-\d{1,2}\b|\bcompetitive service\b|\bexcepted service\b")
ANY_STATE = sought(  # a licence of any state will do
    r"\blicen[sc]\w+[^.;\n]{0,90}\b(?:in|by|from|of) (?:any|at least one|one)(?: of the)? (?:US |U\.S\. |United States )?states?\b",
    r"\blicen[sc]\w+[^.;\n]{0,60}\b(?:in|by|from|of) a (?:US |U\.S\. |United States )?state\b",
    r"\b(?:any|a|any one) state,? (?:U\.S\. )?(?:territory|commonwealth)|\bany U\.?S\.? state\b[^.;\n]{0,40}licen|licen[^.;\n]{0,60}\bany U\.?S\.? state\b",
)
OVERVIEW = sought(  # the words of a general description of an occupation
    r"\bcommon(?:ly held)? credentials?\b|\bcredentials? (?:commonly|typically|usually)\b|\b(?:requirements?|licensure|rules) (?:may )?var(?:y|ies) by state\b",
    r"\bmost states require\b|\blicensure is (?:mandatory|required) (?:in|by) (?:all|most|every|each) states?\b|\bstate licensure is mandatory\b",
    r"\bin the state (?:in which|where) (?:they|one|you) practi[cs]e\b|\b(?:generally|typically|usually|often|in general) (?:hold"
    r"|need|work|require|must|needs|requires|they work)\b",
    r"\bwhat does an? [\w ]{4,40} do\?|\bexplore (?:the |a |rewarding )?(?:career|[\w ]{3,40} jobs)\b|\b(?:this|the) (?:occupation"
    r"|profession|career) (?:is|involves|requires|offers)\b",
)
FOREIGN = sought(
    r"\bNHS\b|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}\b|\bHCPC\b|\bBABCP\b|\bBand [4-9]"
    r"|\bUnited Kingdom\b|(?<!New )\bEngland\b|\bScotland\b|\bWales\b(?! Avenue)",
    cased=True,
)
BRITISH_DISTRICT = re.compile(r", ?[A-Z]{1,2}\d{1,2}[A-Z]?\s*$")  # "Manchester, M23"
WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
NUMBERS = {word: number for number, word in enumerate(WORDS)}
YEARS = sought(
    rf"\b(?P<low>\d{{1,2}}|{'|'.join(NUMBERS)})(?: \(\d+\))?(?:\+| or more)?(?:\s*(?:-|–|to)\s*\d{{1,2}})?\+?[ -](?:or more )?years?\b(?! old| of age|-old)",
)
NO_YEARS_BEFORE = either(  # what is no experience: a limit, a span of time, an age, a contract, the employer's own past
    r"\b(?:not[- ]to[- ]exceed|(?:given )?up to|within(?: the| a)?(?: next)?|expect to become (?:\w+ ){1,4}with|less than|past|previous|last|next|every|first)"
    r"(?: period of)? $",
    r"\b(?:we|who) have (?:over |more than |nearly |almost )?$",
    r"\b(?:over the|ages?|aged|age range|term|contract|appointment)(?: of| is| for| from| between)? $|\bin an? $",
)
NO_YEARS_AFTER = either(
    r"^[ -](?:supervised |accredited |clinical |predoctoral |pre-doctoral |APA[- ]accredited |full[- ]time )*internships?\b",
    r"^[ -](?:accredited )?(?:college|university|degree|program)\b",
    r"^[’']?,? (?:of )?(?:good |safe )?driving\b|^ (?:Forward View|fixed[- ]term|term|contract|appointment|project)\b|^ to (?:become|obtain|complete)\b",
)
AROUND_YEARS = 40  # characters before a number of years that say what it counts
YEAR = re.compile(r"\b(19[6-9]\d|20[0-4]\d)\b")
PRESENT = re.compile(r"\b(?:present|current|now|today)\b", re.IGNORECASE)


def read_facts(document: Document, text: str, sections: Sections, states: StateFinder, places: Places, body: int, year: int) -> Facts:
    """The facts of a document whose text begins, after its title lines, at offset `body`; `year` is the current one."""
    placed = states.of_place(document.place)
    if document.kind is Kind.POSTING:
        return _posting(document, text, sections, placed, places, body)
    return _resume(text, sections, placed, places, year)


def _posting(document: Document, text: str, sections: Sections, stated: tuple[str, ...], places: Places, body: int) -> Facts:
    abroad = bool(FOREIGN.search(f"{document.employer}\n{document.place}") or BRITISH_DISTRICT.search(document.place)) and not places.named(0, body)
    placed = () if abroad else stated or _counted(places.named(0, body))
    federal = bool(FEDERAL.search(f"{document.employer}\n{document.title}\n{document.place}\n{text[body : body + HEADER]}") or CIVIL_SERVICE.search(text))
    named = placed or (() if federal or abroad else _counted(places.named(body)) or _counted(() if FOREIGN.search(text) else places.cities(body)))
    remote = document.remote if document.remote is not None else _remote(document, text)
    asked = re.compile(r"experience|post-|licensed|licensure|practice|work", re.IGNORECASE)
    years = _years(text, sections, asked)
    return Facts(
        state=named[0] if named else None,
        states=tuple(dict.fromkeys((*named, *document.telehealth_states))),
        remote=remote,
        onsite=not remote or bool(ONSITE.search(text)),
        federal=federal,
        any_state=federal or bool(ANY_STATE.search(text)),
        foreign=abroad or bool(not named and FOREIGN.search(text)),
        years=years[0] if years else None,
        years_spans=years[1] if years else (),
        place_spans=_place_spans(places, named[:1]),
        overview=not document.employer and not named and bool(OVERVIEW.search(text)),
        terms=read_terms(text, sections, document.kind),
    )


def _resume(text: str, sections: Sections, lived: tuple[str, ...], places: Places, year: int) -> Facts:
    header = places.named(0, HEADER) or places.cities(0, HEADER)
    anywhere = header or places.named() or places.cities()
    home = lived[0] if lived else anywhere[0].state if anywhere else None
    years = _worked(text, sections, year)
    return Facts(
        state=home,
        states=(home,) if home else (),
        remote=bool(REMOTE.search(text)),
        onsite=True,
        foreign=home is None and bool(FOREIGN.search(text)),
        years=years[0] if years else None,
        years_spans=years[1] if years else (),
        place_spans=_place_spans(places, (home,)) if home and not lived else (),
        unlicensed_span=unlicensed(text),
        terms=read_terms(text, sections, Kind.RESUME),
    )


def _remote(document: Document, text: str) -> bool:
    head = f"{document.place}\n{document.title}"
    if NOT_REMOTE.search(head) or NOT_REMOTE.search(text):
        return False
    return bool(re.search(r"remote|telehealth|virtual", head, re.IGNORECASE) or ALL_REMOTE.search(head) or ALL_REMOTE.search(text))


def _counted(mentions: Iterable[StateMention]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for mention in mentions:
        counts[mention.state] = counts.get(mention.state, 0) + 1
    return tuple(sorted(counts, key=lambda state: (-counts[state], state))[:1])


def _place_spans(places: Places, wanted: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Everywhere the text names one of the states, by name or by city."""
    found = [*places.named(), *places.cities()]
    return tuple(sorted((mention.start, mention.end) for mention in found if mention.state in wanted))


def _years(text: str, sections: Sections, near: re.Pattern[str]) -> tuple[float, tuple[tuple[int, int], ...]] | None:
    for match in YEARS.finditer(text):
        wanted = sections.at(match.start()) not in (Section.ABOUT, Section.OFFER, Section.BOILERPLATE, Section.PREFERRED)
        if wanted and not _no_experience(text, match) and near.search(text, match.end(), min(len(text), match.end() + 60)):
            low = match.group("low").lower()
            return float(NUMBERS.get(low, 0) or int(low) if low.isdigit() else NUMBERS[low]), (match.span(),)
    return None


def _no_experience(text: str, match: re.Match[str]) -> bool:
    """Whether a number of years counts something else than experience: an internship, a limit, a contract."""
    before = text[max(0, match.start() - AROUND_YEARS) : match.start()].rpartition("\n")[2]
    return bool(NO_YEARS_BEFORE.search(before) or NO_YEARS_AFTER.search(text[match.end() : match.end() + AROUND_YEARS]))


def _worked(text: str, sections: Sections, year: int) -> tuple[float, tuple[tuple[int, int], ...]] | None:
    stated = _years(text, sections, re.compile(r"experience|practice|clinical|counsel|therap|social work|work", re.IGNORECASE))
    if stated:
        return stated
    worked = [span for span in sections.spans if span.section is Section.EXPERIENCE]
    dated = [match for span in worked for match in YEAR.finditer(text, span.start, span.end) if int(match.group()) <= year]
    if not dated:
        return None
    first = min(dated, key=lambda match: int(match.group()))
    last = year if any(PRESENT.search(text, span.start, span.end) for span in worked) else max(int(match.group()) for match in dated)
    return float(last - int(first.group())), tuple(match.span() for match in dated)
