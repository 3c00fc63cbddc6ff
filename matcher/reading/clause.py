"""What a posting demands of licences: any one of the titles it names, every one of several clauses, or what general words mean."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from matcher.profile import NATIONAL, Ask, Facts, Flag, Level, Licence, LicenceClause, Mention, Strength
from matcher.reading.asked_states import ONE_OF, AskedStates
from matcher.reading.conditions import Conditions, conditioned, waived
from matcher.reading.general import GeneralReader, title_of
from matcher.reading.licences import LicenceFinder, runs_of
from matcher.reading.places import Places
from matcher.reading.sections import Sections
from matcher.reading.strength import StrengthReader
from matcher.words import Words, either

PLUS = either(r"\b(?:and|with|plus|additionally|as well as|together with)\b|\+|&")
PSYCHOLOGIST_AFTER = re.compile(r"^\W*(?:or|and|,|\||/)+\W*(?:an? )?(?:licensed |clinical )*(?:psychologists?|Psy\.?D)\b", re.IGNORECASE)
PSYCHOLOGIST_BEFORE = re.compile(r"\b(?:psychologists?|Psy\.?D\.?)\s*(?:,|/|or|and)\s*(?:an? )?$", re.IGNORECASE)
INDEPENDENT = either(r"\bindependent(?:ly)?\b|\bfully licen[sc]ed\b|\bunrestricted\b")
APART = 40  # characters between two titles that are no longer one list
HEAD = 200  # characters in which a licence is the title's
DUAL = either(r"\bboth\b|\bdual(?:ly)?\b|\bdouble\b")
CLINICAL = frozenset({"counseling", "social_work", "marriage_family", "psychology", "medicine", "nursing"})
PARAPROFESSIONAL = frozenset({Level.BACHELOR, Level.CERTIFIED, Level.TRAINEE})


class ClauseReader:
    """Reads the licence clauses of a posting from the licences found in it."""

    def __init__(self, licences: LicenceFinder, strengths: StrengthReader) -> None:
        self._finder = licences
        self._general = GeneralReader(strengths)

    def read(
        self, licences: Sequence[Licence], words: Words, sections: Sections, places: Places, facts: Facts, professions: Sequence[Mention]
    ) -> tuple[LicenceClause, ...]:
        """What the posting demands: the titles it names, else what it says in general words, else what its title means; then what it wishes."""
        text = words.text
        own = [licence for licence in licences if not _role_word(licence, facts.states)]
        firm, wished = _firm(own), [licence for licence in own if licence.mention.strength is Strength.PREFERRED]
        states = AskedStates(text, places, facts)
        level = Level.INDEPENDENT if INDEPENDENT.search(text) else None
        clauses = [self._clause(group, text, states, level) for group in _groups(firm, text)]
        if all(licence.state == NATIONAL and CLINICAL.intersection(licence.families) for licence in firm):  # a board's certificate is no licence
            general = self._general.read(text, sections, places, facts, professions)
            clauses += [general] if general else []
        clauses += [replace(self._clause(group, text, states, None), required=False) for group in _groups(wished, text)]
        if waived(title_of(text, sections), text):
            clauses = [replace(clause, required=False) for clause in clauses]
        asked = [clause for clause in clauses if clause.asks]
        lines = _Lines(text)
        return tuple(conditioned(clause, Conditions.of(text) if len(asked) == 1 else lines.conditions(clause.mentions)) for clause in asked)

    def flags(self, clauses: Iterable[LicenceClause], licences: Sequence[Licence]) -> Iterator[Flag]:
        """Titles that none of the posting's states issues, where the clause names no title of the family that one does."""
        first = {licence.title: licence.mention for licence in reversed(licences)}
        for clause in clauses:
            native = {ask.family for ask in clause.asks if any(self._finder.issued(ask.title, state) for state in clause.states)}
            for ask in clause.asks:
                foreign = clause.states and not clause.general and ask.family not in native
                meant = self._finder.local_title(ask.family, ask.level, clause.states[0]) if foreign else None
                if meant:
                    mention = first.get(ask.title, clause.mentions[0])
                    kind = ask.family.replace("_", " ")
                    message = f"{' or '.join(clause.states)} issues no {ask.title}; read as {meant}, its {kind} licence of that level"
                    yield Flag("wrong_state_title", message, mention)

    def _clause(self, group: Sequence[Licence], text: str, asked: AskedStates, level: Level | None) -> LicenceClause:
        """The clause of a list; `level` is that of a title whose letters tell none."""
        states, every = asked.of(group)
        asks = dict.fromkeys(ask for licence in group for ask in self._asks(licence, states))
        asks |= dict.fromkeys(_psychologists(group, text))
        kept = _real_choices(ask if ask.level is not Level.UNKNOWN else replace(ask, level=level or ask.level) for ask in asks)
        return LicenceClause(kept, True, tuple(dict.fromkeys(licence.mention for licence in group)), states, every)

    def _asks(self, licence: Licence, states: tuple[str, ...]) -> Iterator[Ask]:
        state = licence.state if licence.state in states else states[0] if states else None if licence.assumed else licence.state
        families, level, _ = self._finder.meaning(licence.title, state)
        yield from (Ask(licence.title, family, level, licence.supervisor, licence.state == NATIONAL) for family in families)


def _firm(licences: Sequence[Licence]) -> list[Licence]:
    """The licences a posting demands; what its title alone names is widened by what its text takes."""
    required = [licence for licence in licences if licence.mention.strength is Strength.REQUIRED]
    named = [licence for licence in licences if licence.mention.strength is Strength.CONTEXT]
    if any(licence.mention.start > HEAD for licence in required) or not named:
        return required
    return sorted([*required, *named], key=lambda licence: licence.mention.start)


def _groups(licences: Sequence[Licence], text: str) -> list[list[Licence]]:
    """The licences of each clause: "LCSW and LCADC" are two, every other list is one, of which any will do."""
    groups: list[list[Licence]] = []
    for run in _split_runs(licences, text):
        before = groups[-1] if groups else None
        gap = text[before[-1].mention.end : run[0].mention.start] if before else ""
        if before is None or (_unlike(before, run) and _adds(gap, before, run)):
            groups.append(run)
        else:
            before.extend(run)
    dual = DUAL.search(text[max(0, licences[0].mention.start - 40) : licences[-1].mention.end + 40]) if len(licences) == 2 else None
    if len(groups) == 1 and dual and licences[0].title != licences[1].title and not ONE_OF.search(text[licences[0].mention.end : licences[1].mention.start]):
        return [[one] for one in licences]
    return groups


def _split_runs(licences: Iterable[Licence], text: str) -> Iterator[list[Licence]]:
    """The lists of titles, cut where "and" joins a licence of another kind to a list that it does not close."""
    for run in runs_of(licences, text):
        kinds = [_kind(licence) for licence in run]
        last = {kind: number for number, kind in enumerate(kinds)}
        at, reach, comma, choice = 0, 0, False, False  # how far licences like those so far go; whether a comma, or an "or", stands between them
        for number in range(1, len(run)):
            reach = max(reach, last[kinds[number - 1]])
            gap = text[run[number - 1].mention.end : run[number].mention.start]
            state_licence = any(one.title.startswith("LBA") for one in run[number - 1 : number + 1])
            if (PLUS.search(gap) or state_licence) and not ONE_OF.search(gap) and (choice or not comma) and reach < number:
                yield run[at:number]
                at, reach, comma, choice = number, 0, False, False
            else:
                comma, choice = comma or "," in gap, choice or bool(ONE_OF.search(gap))
        yield run[at:]


def _adds(gap: str, before: Sequence[Licence], run: Sequence[Licence]) -> bool:
    """Whether what stands between two lists makes the second a further demand, not another choice."""
    if any(licence.title.startswith("LBA") for licence in (*before, *run)):
        return len(gap) > APART or not ONE_OF.search(gap)
    if ONE_OF.search(gap):
        return False
    if "/" in gap:
        return False
    firm = all(licence.mention.strength is Strength.REQUIRED for licence in (*before, *run))
    return bool(PLUS.search(gap)) or (firm and bool(re.search(r"[.;\n]", gap)))


def _psychologists(group: Sequence[Licence], text: str) -> Iterator[Ask]:
    """A psychologist named beside the titles of a list: "LCSW, LMFT or PsyD"."""
    if not group or any("psychology" in licence.families for licence in group):
        return
    end = group[-1].mention.end
    after = text[end : end + 40]
    before = text[max(0, group[0].mention.start - 30) : group[0].mention.start]
    if PSYCHOLOGIST_AFTER.match(after) or PSYCHOLOGIST_BEFORE.search(before):
        yield Ask("Licensed Psychologist", "psychology", Level.INDEPENDENT)


def _role_word(licence: Licence, states: tuple[str, ...]) -> bool:
    """LMHP is a licence in Nebraska; elsewhere it is a payer's word for several."""
    return licence.title == "LMHP" and "NE" not in states


def _unlike(some: Sequence[Licence], others: Iterable[Licence]) -> bool:
    """Whether two lists add up (clinical and addiction, a national certificate and a state's licence) and do not stand in for each other."""
    kinds = {_kind(licence) for licence in others}
    return not any(_kind(licence) in kinds for licence in reversed(some))


def _kind(licence: Licence) -> tuple[bool, bool]:
    return bool(CLINICAL.intersection(licence.families)), licence.title.startswith("LBA")


def _real_choices(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """The asks without those that are no choice beside the others: behavior analysts and diplomas among clinicians."""
    listed = list(asks)
    clinical = any(ask.family in CLINICAL and ask.level not in PARAPROFESSIONAL for ask in listed)
    return tuple(
        ask for ask in listed if not (clinical and (ask.family == "behavior_analysis" or (ask.level is Level.CERTIFIED and ask.family != "addiction")))
    )


class _Lines:
    """The lines of a text, and what they say of people on the way to a licence."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        self._known: dict[tuple[int, ...], Conditions] = {}

    def conditions(self, mentions: Iterable[Mention]) -> Conditions:
        """What the lines say in which a clause stands."""
        own = tuple(dict.fromkeys(bisect_right(self._starts, one.start) - 1 for one in mentions))
        if own not in self._known:
            self._known[own] = Conditions.of("\n".join(dict.fromkeys(self._lines[number] for number in own)))
        return self._known[own]
