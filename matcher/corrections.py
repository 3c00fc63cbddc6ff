"""What a person says against what was read: words struck out of the text, and plain sentences added to it.

A correction is text like any other, so that it is read, matched and quoted like any other, and nothing counts that no text says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from matcher.document import Document, InvalidDocument
from matcher.profile import Licence, Mention, Profile, Strength
from matcher.vocabulary import Vocabulary

MOST = 100  # statements of one document
MAX_YEARS = 70
LICENCE = "licence:"
YEARS = "{} years of experience."
Span = tuple[str, int, int]  # field of the document, start and end in it


class Status(StrEnum):
    """How a licence stands: the words that say so of a title in a state."""

    ACTIVE = "{}, {}, active"
    PENDING = "I have applied for {} in {}"
    EXPIRED = "{}, {}, expired"


class Claim(StrEnum):
    """How a person stands to a method, a setting, a group of clients: the sentence that says so."""

    PRACTISED = "I have worked with {}."
    TRAINING = "I am in training for {}."
    NOT = "Not experienced in {}."


@dataclass(frozen=True, slots=True)
class StatedLicence:
    """A licence in words of the person; `state` of two letters."""

    title: str
    state: str
    status: Status


@dataclass(frozen=True, slots=True)
class StatedConcept:
    """A concept of the vocabulary, and how the person stands to it."""

    concept: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Corrections:
    """All that a person said against one reading. `state` is where the person lives, of two letters."""

    struck: tuple[Span, ...] = ()
    licences: tuple[StatedLicence, ...] = ()
    concepts: tuple[StatedConcept, ...] = ()
    state: str | None = None
    years: int | None = None

    def __bool__(self) -> bool:
        return self != Corrections()

    def striking(self, profile: Profile, name: str) -> Corrections:
        """These, with all words struck on which something rests: a concept, "years", or "licence:LCSW@TX"; what was stated on it is taken back.

        Raises InvalidDocument where nothing rests on it.
        """
        mentions = _resting(profile, name)
        if not mentions:
            raise InvalidDocument("corrections", "nothing of this name was read in the text")
        licences = tuple(one for one in self.licences if f"{LICENCE}{one.title}@{one.state}" != name)
        concepts = tuple(one for one in self.concepts if one.concept != name)
        return replace(self, struck=self._striking(profile, mentions), licences=licences, concepts=concepts, years=None if name == "years" else self.years)

    def stating(self, said: StatedLicence | StatedConcept, profile: Profile) -> Corrections:
        """These, with one more statement in the place of all that the text and an earlier one say on the same licence or concept."""
        if len(self.licences) + len(self.concepts) >= MOST:
            raise InvalidDocument("corrections", f"has {MOST} statements, at most {MOST} are taken")
        name = f"{LICENCE}{said.title}@{said.state}" if isinstance(said, StatedLicence) else said.concept
        own = self.striking(profile, name) if _resting(profile, name) else self
        if isinstance(said, StatedLicence):
            return replace(own, licences=(*own.licences, said))
        return replace(own, concepts=(*own.concepts, said))

    def _striking(self, profile: Profile, mentions: Iterable[Mention]) -> tuple[Span, ...]:
        return tuple(sorted({*self.struck, *(profile.locate(mention) for mention in mentions)}))

    def placed(self, state: str, years: str, profile: Profile, vocabulary: Vocabulary) -> Corrections:
        """These, with where the person lives and the years of experience as a form has them, empty for as read; raises InvalidDocument, naming the field."""
        if state and state not in vocabulary.states:
            raise InvalidDocument("state", f"is {state!r:.40}, must be a state of two letters")
        try:
            number = int(years) if years else None
        except ValueError as error:
            raise InvalidDocument("years", f"is {years!r:.40}, must be a whole number") from error
        if number is not None and not 0 <= number <= MAX_YEARS:
            raise InvalidDocument("years", f"is {number}, must be between 0 and {MAX_YEARS}")
        own = self.striking(profile, "years") if number is not None and profile.facts.years_spans else self
        return replace(own, state=state or None, years=number)


def licence_name(licence: Licence) -> str:
    """What a licence is called when it is struck."""
    return f"{LICENCE}{licence.title}@{licence.state or ''}"


def stated_licence(title: str, state: str, status: str, vocabulary: Vocabulary) -> StatedLicence:
    """A licence from a form; raises InvalidDocument, naming the field."""
    known = {one.lower(): one for one in vocabulary.licences.by_title}
    if title.strip().lower() not in known:
        raise InvalidDocument("title", f"{title!r:.60} is no licence title that is known; write the letters, such as LCSW")
    if state not in vocabulary.states:
        raise InvalidDocument("state", f"is {state!r:.40}, must be a state of two letters")
    if status not in Status.__members__:
        raise InvalidDocument("status", f"is {status!r:.40}, must be one of {', '.join(Status.__members__)}")
    return StatedLicence(known[title.strip().lower()], state, Status[status])


def stated_concept(name: str, claim: str, vocabulary: Vocabulary) -> StatedConcept:
    """A concept from a form, by its name or id; raises InvalidDocument, naming the field."""
    wanted = name.strip().lower()
    concept = next((id for id in vocabulary.concepts if wanted in (id, vocabulary.name(id).lower())), None)
    if concept is None:
        raise InvalidDocument("concept", f"{name!r:.60} is nothing that is known; choose one of the list")
    if claim not in Claim.__members__:
        raise InvalidDocument("claim", f"is {claim!r:.40}, must be one of {', '.join(Claim.__members__)}")
    return StatedConcept(concept, Claim[claim])


def corrected(document: Document, corrections: Corrections, vocabulary: Vocabulary) -> Document:
    """The document as its person wants it read; raises InvalidDocument where it has grown too long.

    What was struck is blank, so that every other word stands where it stood; what was stated follows behind the text.
    """
    if not corrections:
        return document
    fields = {
        name: _blanked(value, name, corrections.struck) for name, value in (("title", document.title), ("place", document.place), ("text", document.text))
    }
    fields["text"] = "\n".join((fields["text"], *_lines(corrections, vocabulary)))
    if corrections.state:
        fields["place"] = vocabulary.states[corrections.state].name
    return Document.from_mapping({**document.to_mapping(), **fields})


def misread(corrections: Corrections, profile: Profile, vocabulary: Vocabulary) -> list[str]:
    """The statements that were not read as they were meant, from the profile of the corrected document."""
    missed = []
    for licence in corrections.licences:
        held = [one.mention.strength for one in profile.licences if (one.title, one.state) == (licence.title, licence.state)]
        if not held or any(strength is not _READ[licence.status] for strength in held):
            missed.append(licence.status.value.format(licence.title, licence.state))
    for said in corrections.concepts:
        claimed = [one.strength for one in profile.mentions if one.concept == said.concept]
        if not claimed or any(strength not in _READ_AS[said.claim] for strength in claimed):
            missed.append(said.claim.value.format(vocabulary.name(said.concept)))
    if corrections.years is not None and corrections.years != profile.facts.years:
        missed.append(YEARS.format(corrections.years))
    return missed


_READ = {Status.ACTIVE: Strength.HELD, Status.PENDING: Strength.TRAINING, Status.EXPIRED: Strength.LAPSED}
_READ_AS = {Claim.PRACTISED: (Strength.PRACTISED, Strength.HELD), Claim.TRAINING: (Strength.TRAINING,), Claim.NOT: (Strength.EXCLUDED,)}


def _blanked(value: str, name: str, struck: Iterable[Span]) -> str:
    for field, start, end in struck:
        if field == name:
            value = f"{value[:start]}{' ' * len(value[start:end])}{value[end:]}"
    return value


def _lines(corrections: Corrections, vocabulary: Vocabulary) -> Iterator[str]:
    if corrections.licences:
        yield from ("", "Licenses")
        yield from (one.status.value.format(one.title, vocabulary.states[one.state].name) for one in corrections.licences)
    if corrections.concepts or corrections.years is not None:
        yield from ("", "Experience")
        yield from (one.claim.value.format(vocabulary.name(one.concept)) for one in corrections.concepts)
    if corrections.years is not None:
        yield YEARS.format(corrections.years)


def _resting(profile: Profile, name: str) -> list[Mention]:
    """The mentions that something read rests on, in the order of the text."""
    if name == "years":
        return [Mention(name, start, end, Strength.CONTEXT) for start, end in profile.facts.years_spans]
    if name.startswith(LICENCE):
        return [licence.mention for licence in profile.licences if licence_name(licence) == name]
    return [mention for mention in (*profile.mentions, *profile.professions) if mention.concept == name]
