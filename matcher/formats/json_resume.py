"""JSON Resume <-> resume.

Sections: https://jsonresume.org/schema, 1.x. It has no whole text: an export gives ours as `basics.summary` and says so in
`meta.clinmatch`, with the fields that JSON Resume has none for. Contact data, pictures and references are not imported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from matcher.catalog import Stored
from matcher.document import Document, InvalidDocument, Kind
from matcher.formats.derived import resume_properties
from matcher.formats.places import address_of, place_text
from matcher.formats.values import Object, check_depth, is_derived, object_at, objects_at, string_at
from matcher.vocabulary import Vocabulary

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
SECTIONS = ("basics", "work", "volunteer", "education", "certificates", "skills", "languages", "projects", "publications", "awards", "interests")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
COUNTRY = "countryCode"
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?(?:-\d\d)?(?=$|T)")
Render = Callable[[Object, str], str]


def from_json_resume(values: object, id: str | None = None) -> Document:
    """The resume in a JSON Resume, its sections under headings; `id` is used where `meta.clinmatch.id` names none.

    Raises InvalidDocument naming the field by its path.
    """
    check_depth(values, "basics")
    resume = object_at(values, "basics")
    if not is_json_resume(resume):
        raise InvalidDocument("basics", "missing, a JSON Resume has basics")
    basics, meta = _object(resume, "basics"), _object(resume, "meta")
    ours = _object(meta, "clinmatch", "meta")
    given = {name: value for name, value in ours.items() if name in _KEPT}
    located = _place(basics)
    place = given.pop("place", None)
    if isinstance(place, str) and _location(place) == basics.get("location"):
        located = place
    whole = string_at(ours.get("whole"), "meta.clinmatch.whole") == "basics.summary"
    begun = {"id": id, **given, "kind": Kind.RESUME, "title": string_at(basics.get("label"), "basics.label"), "place": located}
    return _checked({**begun, "text": _text(resume, basics, whole) or None})


def to_json_resume(stored: Stored | Document, vocabulary: Vocabulary) -> dict[str, object]:
    """The JSON Resume of a resume; of a stored one with what was read from it. Raises InvalidDocument for a posting."""
    document = stored if isinstance(stored, Document) else stored.document
    if document.kind is not Kind.RESUME:
        raise InvalidDocument("kind", f"is {document.kind.value}, a JSON Resume is a resume")
    basics: dict[str, object] = {"label": document.title} if document.title else {}
    location = _location(document.place)
    basics |= {"location": location} if location else {}
    kept = {name: value for name, value in document.to_mapping().items() if name in _KEPT}
    if _place(basics) == document.place:
        kept.pop("place", None)
    derived = {} if isinstance(stored, Document) else resume_properties(stored.profile, vocabulary)
    meta = {"clinmatch": {"whole": "basics.summary", **kept}}
    return {"$schema": SCHEMA, "basics": {**basics, "summary": document.text}, **derived, "meta": meta}


def is_json_resume(values: Object) -> bool:
    """Whether an object has the sections of a JSON Resume and is nothing of JSON-LD."""
    return "@type" not in values and "kind" not in values and any(name in values for name in ("basics", "work", "education"))


_KEPT = ("id", "employer", "place", "employment_type", "pay", "remote", "telehealth_states", "posted", "closes")


def _checked(values: Mapping[str, object]) -> Document:
    try:
        return Document.from_mapping(values)
    except InvalidDocument as error:
        field, _, rest = error.field.partition(".")
        at = {"title": "basics.label", "place": "basics.location", "text": "basics"}.get(field, f"meta.clinmatch.{field}")
        raise InvalidDocument(f"{at}.{rest}" if rest else at, error.reason) from error


def _object(values: Object, name: str, path: str = "") -> Object:
    value = values.get(name)
    return {} if value is None else object_at(value, f"{path}.{name}" if path else name)


def _place(basics: Object) -> str:
    location = _object(basics, "location", "basics")
    parts = {"city": "city", "region": "region", "country": COUNTRY}
    return place_text({ours: string_at(location.get(theirs), f"basics.location.{theirs}").strip() for ours, theirs in parts.items()})


def _location(place: str) -> dict[str, str] | None:
    address = address_of(place)
    return {COUNTRY if part == "country" else part: words for part, words in address.items()} if address else None


def _text(resume: Object, basics: Object, whole: bool) -> str:
    """Every section under its heading; a summary that is the whole text comes as it is, before what was not read from it."""
    summary = string_at(basics.get("summary"), "basics.summary")
    top = [summary] if whole else [string_at(basics.get("name"), "basics.name"), f"Summary\n{summary}" if summary else ""]
    return "\n\n".join(part for part in (*top, *_sections(resume)) if part)


def _sections(resume: Object) -> Iterator[str]:
    for name, heading, gap, render in HEADINGS:
        items = [text for path, item in objects_at(resume, name) if not is_derived(item) and (text := render(item, path))]
        if items:
            yield f"{heading}\n{gap.join(items)}"


def _certificate(item: Object, path: str) -> str:
    name, issuer = _string(item, path, "name"), _string(item, path, "issuer")
    return "- " + ", ".join(part for part in (name, issuer, _date(item, path, "date")) if part) if name or issuer else ""


def _job(item: Object, path: str) -> str:
    """A position, where, and since when; then what was done there."""
    employer = _string(item, path, "name") or _string(item, path, "company") or _string(item, path, "organization")
    head = [_string(item, path, "position"), employer, _string(item, path, "location"), _period(item, path)]
    body = [_string(item, path, "description"), _string(item, path, "summary"), *_bullets(item, path, "highlights")]
    return "\n".join(part for part in (", ".join(part for part in head if part), *body) if part)


def _education(item: Object, path: str) -> str:
    degree = " in ".join(part for part in (_string(item, path, "studyType"), _string(item, path, "area")) if part)
    ended = _year(item, path, "endDate")
    head = ", ".join(part for part in (degree, _string(item, path, "institution"), ended) if part)
    courses = _strings(item, path, "courses")
    return "\n".join(part for part in (head, f"Coursework: {'; '.join(courses)}" if courses else "") if part)


def _skill(item: Object, path: str) -> str:
    name, words = _string(item, path, "name"), ", ".join(_strings(item, path, "keywords"))
    level = _string(item, path, "level")
    named = f"{name} ({level})" if name and level else name
    return "- " + ": ".join(part for part in (named, words) if part) if name or words else ""


def _language(item: Object, path: str) -> str:
    language, fluency = _string(item, path, "language"), _string(item, path, "fluency")
    return f"- {language}" + f" ({fluency})" * bool(fluency) if language else ""


def _project(item: Object, path: str) -> str:
    head = ", ".join(part for part in (_string(item, path, "name"), _string(item, path, "entity"), _period(item, path)) if part)
    roles, words = (", ".join(_strings(item, path, name)) for name in ("roles", "keywords"))
    return "\n".join(part for part in (head, roles, _string(item, path, "description"), *_bullets(item, path, "highlights"), words) if part)


def _titled(*names: str) -> Render:
    """One line of these values, and below it the summary."""

    def render(item: Object, path: str) -> str:
        head = ", ".join(part for name in names if (part := _date(item, path, name) if name.lower().endswith("date") else _string(item, path, name)))
        return "\n".join(part for part in (f"- {head}" if head else "", _string(item, path, "summary")) if part)

    return render


HEADINGS: tuple[tuple[str, str, str, Render], ...] = (  # section, its heading, what stands between its items, an item
    ("certificates", "Licenses and Certifications", "\n", _certificate),
    ("work", "Experience", "\n\n", _job),
    ("volunteer", "Volunteer Experience", "\n\n", _job),
    ("projects", "Project Experience", "\n\n", _project),
    ("education", "Education", "\n", _education),
    ("skills", "Skills", "\n", _skill),
    ("languages", "Languages", "\n", _language),
    ("publications", "Publications", "\n", _titled("name", "publisher", "releaseDate")),
    ("awards", "Awards", "\n", _titled("title", "awarder", "date")),
    ("interests", "Interests", "\n", _skill),
)


def _string(item: Object, path: str, name: str) -> str:
    return string_at(item.get(name), f"{path}.{name}").strip()


def _strings(item: Object, path: str, name: str) -> list[str]:
    value = item.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        return [_string(item, path, name)]
    return [text for number, one in enumerate(value) if (text := string_at(one, f"{path}.{name}.{number}").strip())]


def _bullets(item: Object, path: str, name: str) -> list[str]:
    return [f"- {text}" for text in _strings(item, path, name)]


def _period(item: Object, path: str) -> str:
    """From when to when, as in Mar 2019 - Jun 2021; a start without an end goes on."""
    start, end = (_date(item, path, name) for name in ("startDate", "endDate"))
    return f"{start} - {end or 'present'}" if start else end


def _date(item: Object, path: str, name: str) -> str:
    """A day or month as month and year, and what is no date as it stands."""
    written = _string(item, path, name)
    match = _DATE.match(written)
    if not match:
        return written
    year, month = match.groups()
    return f"{MONTHS[int(month) - 1]} {year}" if month else year


def _year(item: Object, path: str, name: str) -> str:
    match = _DATE.match(_string(item, path, name))
    return match[1] if match else _string(item, path, name)
