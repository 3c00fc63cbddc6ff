"""Duties said with a verb and whom or what it is about: 'trained seven new specialists'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from matcher.reading.spans import Found
from matcher.vocabulary import Form, Vocabulary
from matcher.words import Words, fold

STAFF = (
    "staff teacher volunteer counselor clinician therapist medic specialist technician officer provider colleague employee nurse resident peer "
    "paraprofessional proctor intern associate trainee supervisee coordinator leader assistant RBT LPN ASW MSW"
)
DONE: Mapping[str, tuple[str, str]] = {  # the verbs of a duty and, up to four words on, its objects
    "duty.training": ("train trained teach teaches", STAFF),
    "duty.supervision": ("supervise supervised supervising oversee oversees overseeing oversaw mentor mentored mentoring", f"{STAFF} student people"),
    "duty.referral": ("refer referred referring", "agency provider service resource specialist counseling care program"),
    "duty.advocacy": ("advocate advocated advocating", "client patient family student resident child youth need"),
    "duty.medication-monitoring": ("give giving gave administer administering administered", "injection medication med"),
    "duty.psychoeducation": ("educate educated educating coach coached coaching", "client patient family caregiver parent student"),
    "duty.care-coordination": ("communicate communicated communicating consult", "school teacher physician psychiatrist provider agency officer PCP manager"),
}


class DoneFinder:
    """Finds the duties of DONE that the vocabulary has."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        known = ((id, *said) for id, said in DONE.items() if id in vocabulary.concepts)
        self._duties = [(Form(id, (), "", exact=False, held=False), _folded(verbs), _pattern(verbs, objects)) for id, verbs, objects in known]

    def find(self, words: Words) -> Iterator[Found]:
        """From the verb to its object, within a sentence and between commas."""
        named = set(words.folded)
        for form, verbs, pattern in self._duties:
            for match in pattern.finditer(words.line) if not verbs.isdisjoint(named) else ():
                yield Found(form, words.index(match.start() + 1), words.index(match.start("whom")))


def _folded(listed: str) -> frozenset[str]:
    return frozenset(fold(word) for word in listed.split())


def _pattern(verbs: str, objects: str) -> re.Pattern[str]:
    does, whom = ("|".join(sorted(_folded(listed))) for listed in (verbs, objects))
    return re.compile(rf" (?:{does})(?: (?!(?:[.,]|by|in|under|through) )\S+){{0,4}}? (?P<whom>{whom})(?= )")
