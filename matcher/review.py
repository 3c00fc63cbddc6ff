"""What the author of a posting should look at before clinicians do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matcher.catalog import numbers
from matcher.document import Document
from matcher.profile import Level, LicenceClause, Mention, Profile, Strength

LOW_PAY = 45_000  # US dollars of a full-time year at most, under which pay is that of interns and associates (docs/pages.md says where it comes from)
GENERAL = "general"  # the family of asks by general words, "a licensed clinician"


@dataclass(frozen=True, slots=True)
class Warning:
    """Something that keeps clinicians away or cannot be meant so, and the words it rests on."""

    name: str
    message: str
    mentions: tuple[Mention, ...]


def review(document: Document, profile: Profile) -> tuple[Warning, ...]:
    """The warnings on a posting, in the order in which they matter."""
    return tuple(_warnings(document, profile))


def _warnings(document: Document, profile: Profile) -> Iterator[Warning]:
    for flag in profile.flags:
        yield Warning(flag.name, f"{flag.message[:1].upper()}{flag.message[1:]}.", (flag.mention,))
    required = [clause for clause in profile.clauses if clause.required]
    facts = profile.facts
    if required and not facts.states and not facts.any_state and not any(clause.states for clause in required):
        yield Warning("no_state", "A licence is required, and no state can be read: of nobody can be said whether theirs is valid there.", required[0].mentions)
    independent = next((clause for clause in required if _asks_independent(clause)), None)
    yearly = numbers(document, profile).get("pay_per_year")
    if independent and yearly and yearly[1] < LOW_PAY:
        words = (Mention("pay", pay.start, pay.end, Strength.CONTEXT) for pay in facts.terms.pay)
        message = (
            f"An independent licence is required, at no more than ${yearly[1]:,.0f} a full-time year: the pay of interns and associates (below ${LOW_PAY:,})."
        )
        yield Warning("low_pay", message, (*independent.mentions, *words))
    if not document.pay and not facts.terms.pay:
        yield Warning("no_pay", "No pay can be read. Some states require a range in every posting; clinicians cannot compare without one.", ())
    if not profile.clauses:
        yield Warning("no_licence", "No licence is asked for, so that nobody is excluded for theirs.", ())


def _asks_independent(clause: LicenceClause) -> bool:
    """Whether every way to satisfy a clause is an independent licence, and associates are not taken."""
    return clause.associates is not True and not clause.pending and all(ask.level is Level.INDEPENDENT and ask.family != GENERAL for ask in clause.asks)
