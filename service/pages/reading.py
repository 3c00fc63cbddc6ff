"""What was read from a text, in the groups people think in, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from matcher.corrections import licence_name
from matcher.document import Kind
from matcher.explain import SAID
from matcher.matcher import Asked
from matcher.profile import Licence, LicenceClause, Mention, Pay, Profile, Strength
from matcher.reasons import level_words
from matcher.vocabulary import Vocabulary
from service.pages.marks import Mark, Piece, pieces

CATEGORIES = {
    "profession": "Profession", "degree": "Degrees", "certification": "Certificates", "modality": "Methods", "population": "Clients", "problem": "Problems",
    "setting": "Settings", "duty": "Duties", "instrument": "Instruments", "system": "Records and systems", "language": "Languages",
}  # fmt: skip
NECESSITIES = {
    Strength.REQUIRED: "Required", Strength.PREFERRED: "Preferred", Strength.CONTEXT: "Part of the work",
    Strength.OFFERED: "Offered by the employer", Strength.EXCLUDED: "Expressly not wanted",
}  # fmt: skip
SHOWN = 4  # licences of a headline
FIRMEST = tuple(Strength)
WEAK = (Strength.LISTED, Strength.TRAINING, Strength.LAPSED, Strength.EXCLUDED)  # claims of which it is said how weak they are


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was read. `name` strikes it; `key` is the class of its marks in the text; `firm` a word on how firmly it is claimed."""

    name: str
    key: str
    words: str
    firm: str
    strength: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one sort that were read."""

    label: str
    items: tuple[Item, ...]


def groups(asked: Asked, vocabulary: Vocabulary) -> Sequence[Group]:
    """All that was read from a resume or a posting, what matters most first."""
    profile = asked.profile
    found = _of_posting(profile, vocabulary) if asked.document.kind is Kind.POSTING else _of_resume(profile, vocabulary)
    numbered, at = [], 0
    for label, items in found:
        own = []
        for item in items:
            at += 1
            own.append(Item(item.name, f"i{at}", item.words, item.firm, item.strength, item.mentions))
        if own:
            numbered.append(Group(label, tuple(own)))
    return numbered


def highlighted(asked: Asked, found: Iterable[Group], written: str) -> Sequence[Piece]:
    """The text with all that was read marked in it; `written` stands where words of it were struck."""
    profile = asked.profile
    start = next(start for name, start, _ in profile.fields if name == "text")
    marks = [
        Mark(mention.start, mention.end, (item.key, f"s-{item.strength}"), f"{group.label}: {item.words}{f', {item.firm}' if item.firm else ''}")
        for group in found
        for item in group.items
        for mention in item.mentions
    ]
    marks += [Mark(start + low, start + high, ("struck",), "struck out by you") for low, high in _struck(profile.text[start:], written)]
    shown = profile.text[:start] + written + profile.text[start + len(written) :]
    return pieces(shown, marks, start)


def headline(profile: Profile, vocabulary: Vocabulary) -> Sequence[str]:
    """A resume in a few words that name nobody: licences held or pending, else profession; years, state."""
    said = {Strength.HELD: "", Strength.PRACTISED: "", Strength.LISTED: "", Strength.TRAINING: " pending"}
    own = [(one, said[one.mention.strength]) for one in profile.licences if one.mention.strength in said]
    licences = dict.fromkeys(f"{one.title}{f' ({one.state})' if one.state else ''}{pending}" for one, pending in own) or {"no licence read": None}
    professions = () if own else dict.fromkeys(vocabulary.name(one.concept) for one in profile.professions)
    years = [f"{profile.facts.years:g} years"] if profile.facts.years else []
    state = [profile.facts.state] if profile.facts.state else []
    rest = [f"and {len(licences) - SHOWN} more"] if len(licences) > SHOWN else []
    return [*list(licences)[:SHOWN], *rest, *list(professions)[:1], *years, *state]


def clause_words(clause: LicenceClause) -> str:
    """A licence clause in one sentence."""
    titles = " or ".join(dict.fromkeys(ask.title + (" (supervisor)" if ask.supervisor else "") for ask in clause.asks))
    where = f" of {(' and ' if clause.every_state else ' or ').join(clause.states)}" if clause.states else ""
    associates = {True: "; associates are welcome", False: "; associates are not taken", None: ""}[clause.associates]
    months = "" if clause.months is None else "; by the first day" if not clause.months else f"; within {clause.months} months"
    return (
        f"{titles}{where}{months}{associates}{'; a pending one will do' if clause.pending else ''}{'; a compact licence will do' if clause.multistate else ''}"
    )


def pay_words(pay: Pay) -> str:
    """Pay as printed, and for a full-time year."""
    amount = f"{pay.low:g}" if pay.low == pay.high else f"{pay.low:,.0f} to {pay.high:,.0f}"
    if pay.unit == "percent":
        return f"{amount} % of the fee"
    yearly = f" (about ${pay.yearly[0]:,.0f} to ${pay.yearly[1]:,.0f} a full-time year)" if pay.yearly and pay.unit != "year" else ""
    return f"${amount} per {pay.unit}{yearly}"


Found = Iterator[tuple[str, Iterable[Item]]]


def _of_resume(profile: Profile, vocabulary: Vocabulary) -> Found:
    yield "Licences", _licences(profile)
    yield "Where you live", _facts(profile, "place", profile.facts.state and vocabulary.states[profile.facts.state].name, profile.facts.place_spans)
    yield "Years of experience", _facts(profile, "years", profile.facts.years and f"{profile.facts.years:g} years", profile.facts.years_spans)
    for category, label in CATEGORIES.items():
        listed = profile.professions if category == "profession" else [one for one in profile.mentions if one.concept.startswith(f"{category}.")]
        yield label, _concepts(listed, vocabulary)
    yield "What the work should be like", _terms(profile)


def _of_posting(profile: Profile, vocabulary: Vocabulary) -> Found:
    for required, label in ((True, "Licence required"), (False, "Licence preferred")):
        clauses = [clause for clause in profile.clauses if clause.required is required]
        yield label, [Item("", "", clause_words(clause), "", "required" if required else "preferred", clause.mentions) for clause in clauses]
    for necessity, label in NECESSITIES.items():
        listed = [one for one in profile.mentions if one.strength is necessity and not one.concept.startswith("profession.")]
        yield label, _concepts(listed, vocabulary, firm=False)
    yield "Profession", _concepts(profile.professions, vocabulary, firm=False)
    where = ", ".join(vocabulary.states[state].name for state in profile.facts.states if state in vocabulary.states)
    yield "Where the work is", _facts(profile, "place", where, profile.facts.place_spans)
    yield "Years of experience", _facts(profile, "years", profile.facts.years and f"{profile.facts.years:g} years", profile.facts.years_spans)
    yield "Conditions", _terms(profile)


def _licences(profile: Profile) -> Iterator[Item]:
    by_name: dict[str, list[Licence]] = {}
    for licence in profile.licences:
        by_name.setdefault(licence_name(licence), []).append(licence)
    for name, listed in by_name.items():
        best = min(listed, key=lambda one: FIRMEST.index(one.mention.strength))
        where = f"{best.state}{' (taken from where you live)' if best.assumed else ''}" if best.state else "state not stated"
        held = best.mention.strength in (Strength.HELD, Strength.PRACTISED, Strength.LISTED)
        level = f", {level_words(best.level)}" if held and best.level != "unknown" else ""
        firm = "applied for or in preparation, not held" if best.mention.strength is Strength.TRAINING else SAID.get(best.mention.strength, "")
        yield Item(name, "", f"{best.title}, {where}{level}", firm, best.mention.strength.value, tuple(one.mention for one in listed))


def _concepts(listed: Iterable[Mention], vocabulary: Vocabulary, firm: bool = True) -> Iterator[Item]:
    by_concept: dict[str, list[Mention]] = {}
    for mention in listed:
        by_concept.setdefault(mention.concept, []).append(mention)
    for concept, mentions in by_concept.items():
        best = min((one.strength for one in mentions), key=FIRMEST.index)
        yield Item(concept, "", vocabulary.name(concept), SAID[best] if firm and best in WEAK else "", best.value, tuple(mentions))


def _facts(profile: Profile, name: str, words: object, spans: Iterable[tuple[int, int]]) -> Iterator[Item]:
    if words:
        yield Item(name, "", str(words), "", "fact", tuple(Mention(name, start, end, Strength.CONTEXT) for start, end in spans))


def _terms(profile: Profile) -> Iterator[Item]:
    terms = profile.facts.terms
    onsite = profile.facts.onsite and profile.kind == Kind.POSTING  # of a resume it is only taken to be so
    modes = [word for word, is_so in (("remote", profile.facts.remote), ("on site", onsite)) if is_so]
    if modes:
        yield Item("", "", " and ".join(modes), "", "fact", ())
    for pay in terms.pay:
        yield Item("", "", pay_words(pay), "", "fact", (Mention("pay", pay.start, pay.end, Strength.CONTEXT),))
    for term in (*terms.employment, *terms.schedule, *terms.supervision):
        yield Item("", "", term.value.replace("_", " "), "", "fact", (Mention(term.value, term.start, term.end, Strength.CONTEXT),))
    for load in terms.caseload:
        amount = f"{load.low}" if load.low == load.high else f"{load.low} to {load.high}"
        yield Item("", "", f"{amount} {load.unit.replace('_', ' ')}", "", "fact", (Mention("caseload", load.start, load.end, Strength.CONTEXT),))


def _struck(text: str, written: str) -> Iterator[tuple[int, int]]:
    """The stretches in which a text is blank where it was written in words."""
    start = None
    for at, (now, then) in enumerate(zip(text, written, strict=False)):
        if (now != then) != (start is not None) and not (start is not None and then.isspace() and now.isspace()):
            if start is None:
                start = at
            else:
                yield start, at
                start = None
    if start is not None:
        yield start, len(written)
