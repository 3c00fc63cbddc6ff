"""Where a phrase begins and ends as a careful reader marks it, and which category its words are of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import NamedTuple

from matcher.reading.wording import LEADS, OPEN, PERSONS, TAILS, TAKEN, listed
from matcher.vocabulary import Form
from matcher.words import Words

ORDER = ("profession", "certification", "degree", "instrument", "system", "language", "modality", "setting", "duty", "problem", "population")
WORK = ("modality.career", "modality.crisis", "modality.forensic", "modality.safety-planning", "modality.testing")  # methods that are duties
LONGEST = 15  # words of a place made of several
STRINGS = frozenset({"population"})  # categories whose neighbouring words name one thing: 'autistic students'
NO_FIELD = ("degree.md", "degree.msw", "degree.bsw", "degree.high-school")  # degrees that say themselves what they are in
_SUBJECT = (
    r"(?:(?:an?|the|clinical|related|mental|behavioral|human|social|marriage|family|and|child|public|special|applied|rehabilitation|school|computer) )*"
    r"(?:psych\w*|counsell?ing|work|therapy|services?|development|sciences?|studies|nursing|education|sociology|criminology|health|fields?|justice"
    r"|management|administration|mathematics|english|history|biology|analysis)\b"
)
FIELD = re.compile(  # what a degree is in: 'BA, Asian Studies', 'B.S. in Mathematics'
    r"\.?(?:(?: degree)? in |, ?)(?P<field>(?!(?i:licen|univ|college))[A-Z][a-z]+(?:(?: and| or| &| of| ?/) ?[A-Z][a-z]+| [A-Z][a-z]+){0,4})"
    r"(?=[\n.;:()|–—,]| ?\d| from | at | in |$)"
)
FIELDS = re.compile(rf"\.?(?: degree)?(?:,| in|(?<= in)) {_SUBJECT}", re.IGNORECASE)  # 'a master's degree in psychology ...'
MORE = re.compile(  # '..., counseling or social work', '... and Music'
    rf"(?:(?:,(?: or| and)?| or| and| &| ?/) ?(?i:{_SUBJECT})|(?: and| &| ?/) ?[A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}}(?=[\n.;:()|–—,]| ?\d|$))*"
)
UNFIELDED = listed(  # what a degree ends with that does not say yet what it is in
    "ba bs ma ms bsc msc med edm phd edd aas aa as bfa mfa degree art science education bachelor master associate doctorate in applied diploma program"
)
AGE = re.compile(  # 'aged 12 to 17', '3 to 9', ', grades 6-8'
    r",?(?: \(?(?:aged?|ages|between|grades?|from))? \d\d?(?: to | and | ?[-–] ?)\d\d?(?: years(?: old)?| yrs?)?\b"
    r"(?!\s*(?:%|hour|week|month|year|session|client|patient))"
)
WITH = 6  # words that name whom something is coordinated with
SCHOOL = re.compile(r"Universi|College|School|Institute|Academy|Seminary|State\b|Center|Hospital\b|Licen|Certified|Massachusetts|Mississippi|USA")
PLACE = re.compile(r"[a-z], $")  # what stands before MA or MS the state


class Found(NamedTuple):
    """A form of a concept at words `first` to `last` (inclusive) of a text."""

    form: Form
    first: int
    last: int

    @property
    def category(self) -> str:
        """What its concept is: modality, duty ..."""
        return self.form.category

    def over(self, first: int, last: int) -> Found:
        """The same form at other words."""
        return self if (first, last) == (self.first, self.last) else Found(self.form, first, last)


Named = Callable[[str, str], bool]


def as_marked(found: Iterable[Found], words: Words, named: Named) -> list[Found]:
    """The phrases of a text as a reader marks them: as one thing, without the words around the name, and once.

    `named(key, concept)` tells whether words are a form of a concept, or of one above it.
    """
    begun = [_reaching(_begun(_without_purpose(place, words, named), words, named), words) for place in found]
    whole = _degrees_whole([with_fields(place, words) for place in _told_apart(_joined(begun, words), words)])
    ends: dict[tuple[str, int, int], int] = {}
    for place in whole:
        own = (place.category, place.first, place.last)
        ends[own] = min(ends.get(own, place.last), _ended(place, words, named).last)
    return _once([place.over(place.first, ends[place.category, place.first, place.last]) for place in whole], words)


def field_follows(place: Found, words: Words) -> bool:
    """Whether a degree is followed by what it is in, so that 'BA' or 'MS' is no state and no other word."""
    end = words.ends[place.last]
    match = FIELD.match(words.text, end, end + 100)
    start = words.starts[place.first]
    before = words.text[max(0, start - 3) : start]
    return match is not None and not SCHOOL.search(match.group()) and not PLACE.search(before)


def _reaching(place: Found, words: Words) -> Found:
    """With the words that a reader takes to the name: 'arrange aftercare', 'coordinate with schools', 'older teens', 'kids 3 to 9'."""
    first, last = place.first, place.last
    if first and words.folded[first - 1] in TAKEN.get(place.category, ()) and _adjoin(words, first - 1, first):
        first -= 1
    if place.category == "duty" and words.folded[last] in ("with", "w") and words.folded[place.first].startswith("coordinat"):
        while last - place.last < WITH and last + 1 < len(words.folded) and words.folded[last + 1] not in OPEN and _follows(words, last):
            last += 1
    if place.category == "population":
        if last + 1 < len(words.folded) and words.folded[last + 1] in PERSONS and _adjoin(words, last, last + 1):
            last += 1
        end = words.ends[last]
        age = AGE.match(words.text, end, end + 40)
        last = words.first_from(age.end()) - 1 if age else last
    return place.over(first, last)


def _follows(words: Words, before: int) -> bool:
    return words.text[words.ends[before] : words.starts[before + 1]] in (" ", "/ ", "-")


def _without_purpose(place: Found, words: Words, named: Named) -> Found:
    """A method without what it is for, which is a problem of its own: 'ERP for OCD'."""
    if place.category != "modality":
        return place
    folded = _folded(place, words)
    at = folded.index("for") if "for" in folded[1:-1] else 0
    return place.over(place.first, place.first + at - 1) if at and named(" ".join(folded[:at]), place.category) else place


def _begun(place: Found, words: Words, named: Named) -> Found:
    """Without the words before the name: 'provide therapy', 'by video', while what is left is a name too."""
    leads = LEADS.get(place.category, ())
    if place.first == place.last or words.folded[place.first] not in leads:
        return place
    folded = _folded(place, words)
    skipped = 0
    for at, word in enumerate(folded[:-1], 1):
        if word not in leads or not _apart(words, place.first + at - 1):
            break
        skipped = at if named(" ".join(folded[at:]), place.category) else skipped
    return place.over(place.first + skipped, place.last)


def _ended(place: Found, words: Words, named: Named) -> Found:
    """Without the words behind the name: 'Seeking Safety group', 'outpatient setting'."""
    tails = TAILS.get(place.category, ())
    if place.first == place.last or words.folded[place.last] not in tails:
        return place
    folded = _folded(place, words)
    skipped = 0
    for at, word in enumerate(folded[:0:-1], 1):
        if word not in tails:
            break
        above = place.category if place.category == "language" or word == "setting" else place.form.concept
        skipped = at if named(" ".join(folded[:-at]), above) else skipped
    return place.over(place.first, place.last - skipped)


def with_fields(place: Found, words: Words) -> Found:
    """A degree with what it is in."""
    if place.category != "degree" or place.form.concept in NO_FIELD:
        return place
    end = words.ends[place.last]
    if words.folded[place.last] in UNFIELDED:
        field = FIELD.match(words.text, end, end + 100)
        match = field if field and not SCHOOL.search(field.group()) else FIELDS.match(words.text, end, end + 100)
        end = match.end() if match else end
    more = MORE.match(words.text, end, end + 120)
    end = more.end() if more and not SCHOOL.search(more.group()) else end
    return place.over(place.first, max(place.last, words.first_from(end) - 1))


def _degrees_whole(found: list[Found]) -> list[Found]:
    """Each degree, in order of where they begin, with the words of the longer one it lies in: 'master's in counseling or social work' is both."""
    kept: dict[tuple[str, int, int], Found] = {}
    begun: list[Found] = []  # the degrees that begin up to a place and reach it, in order
    for first, places in groupby(found, key=lambda place: place.first):
        listed = list(places)
        begun = [one for one in (*begun, *listed) if one.category == "degree" and one.last >= first]
        for place in listed:
            over = (one for one in begun if place.category == "degree" and place.last <= one.last)
            whole = max(over, key=lambda one: one.last - one.first, default=place)
            kept.setdefault((place.form.concept, whole.first, whole.last), place._replace(first=whole.first, last=whole.last))
    return list(kept.values())


def _apart(words: Words, before: int) -> bool:
    return words.text[words.ends[before] : words.starts[before + 1]].isspace()


def _folded(place: Found, words: Words) -> list[str]:
    return words.folded[place.first : place.last + 1]


def _joined(found: Iterable[Found], words: Words) -> list[Found]:
    """Places of one category that overlap, or follow each other where the category says so, as one: 'autistic' 'students'."""
    joined: list[Found] = []
    groups: dict[str, list[Found]] = {}
    reaches: dict[str, int] = {}
    for place in sorted(found, key=lambda place: (place.first, place.last)):
        group, reach = groups.setdefault(place.category, []), reaches.get(place.category, -1)
        near = place.first <= reach or (place.category in STRINGS and _adjoin(words, reach, place.first))
        if group and not (near and place.last - group[0].first < LONGEST):
            joined += _stretched(group)
            group.clear()
            reach = -1
        group.append(place)
        reaches[place.category] = max(reach, place.last)
    return joined + [place for group in groups.values() for place in _stretched(group)]


def _adjoin(words: Words, before: int, after: int) -> bool:
    return after == before + 1 > 0 and words.text[words.ends[before] : words.starts[after]] in (" ", "-")


def _stretched(group: list[Found]) -> list[Found]:
    if len(group) < 2:
        return list(group)
    first, last = min(place.first for place in group), max(place.last for place in group)
    return [place.over(first, last) for place in group]


def _told_apart(found: list[Found], words: Words) -> list[Found]:
    """Words are of one category: of the longest phrase over them, and of two as long, of the one that says more."""
    kept: list[Found] = []
    taken: dict[int, tuple[str, int, int]] = {}
    for place in sorted(found, key=lambda place: (place.first - place.last, _rank(place), place.first, place.form.concept)):
        own = (place.category, place.first, place.last)
        over = {taken[word][0] for word in range(place.first, place.last + 1) if word in taken}
        end = words.words[place.last].end
        of_setting = place.category == "population" and over == {"setting"} and words.text[end : end + 1] in ("'", "’")
        if place.category == "profession" or (place.category == "problem" and over == {"population"}) or of_setting:
            kept.append(place)  # 'survivors of partner violence' are clients with a problem, 'veterans' court' a place of veterans
        elif all(taken.get(word, own) == own for word in range(place.first, place.last + 1)):
            taken.update(dict.fromkeys(range(place.first, place.last + 1), own))
            kept.append(place)
    return sorted(kept, key=lambda place: (place.first, place.last, place.form.concept))


def _rank(place: Found) -> int:
    return len(ORDER) if place.form.concept.startswith(WORK) else ORDER.index(place.category)


def _once(found: list[Found], words: Words) -> list[Found]:
    """Without the abbreviation in brackets behind its own name: 'trauma-informed care (TIC)'."""
    ends = {(place.form.concept, place.last) for place in found}
    return [place for place in found if not ((place.form.concept, place.first - 1) in ends and _bracketed(place, words))]


def _bracketed(place: Found, words: Words) -> bool:
    return place.first > 0 and words.text[words.ends[place.first - 1] : words.starts[place.first]].strip() == "("
