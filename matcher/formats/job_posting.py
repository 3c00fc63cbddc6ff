"""JobPosting of schema.org, as JSON-LD <-> posting.

A field that the properties of schema.org cannot say exactly is copied into an `additionalProperty` (`urn:clinmatch:FIELD`) beside
them; the copy counts only as long as the property it stands beside is what it would be written as, so an edit there wins.
Properties: https://schema.org/JobPosting and https://developers.google.com/search/docs/appearance/structured-data/job-posting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from matcher.catalog import Stored
from matcher.document import MAX_TEXT, Document, InvalidDocument, Kind
from matcher.formats.derived import posting_properties
from matcher.formats.markup import to_html, to_text
from matcher.formats.places import address_of, place_text, state_code, state_name
from matcher.formats.stated import employment_key, labelled_lines
from matcher.formats.values import Object, check_depth, entries, kind_of, object_at, string_at
from matcher.vocabulary import Vocabulary

TYPE = "JobPosting"
MAX_MARKUP = 10 * MAX_TEXT  # characters of a description: tags are many
OURS = "urn:clinmatch:"  # before the name of a field that is copied
EMPLOYMENT = {"full_time": "FULL_TIME", "part_time": "PART_TIME", "contract": "CONTRACTOR", "per_diem": "PER_DIEM", "internship": "INTERN"}
UNITS = {"hour": "HOUR", "year": "YEAR"}  # schema.org has no unit for a session
ADDRESS = {"city": "addressLocality", "region": "addressRegion", "country": "addressCountry"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=$|[T ])")


def from_job_posting(values: object, id: str | None = None) -> Document:
    """The posting in a JobPosting, or in an `@graph` or list that holds one; `id` is used where it names none.

    Properties that Document has no field for become labelled lines of the text; unknown ones are left out.
    Raises InvalidDocument naming the property by its path.
    """
    check_depth(values, "@graph" if isinstance(values, dict) and "@graph" in values else TYPE)
    found = list(job_postings(values))
    if len(found) != 1:
        raise InvalidDocument("@graph", f"holds {len(found)} objects of @type JobPosting, must be one")
    return _document(found[0], id)


def to_job_posting(stored: Stored | Document, vocabulary: Vocabulary) -> dict[str, object]:
    """The JobPosting of a posting; of a stored one with what was read from it. Raises InvalidDocument for a resume."""
    document = stored if isinstance(stored, Document) else stored.document
    if document.kind is not Kind.POSTING:
        raise InvalidDocument("kind", f"is {document.kind.value}, a JobPosting is a posting")
    plain: dict[str, object] = {"@context": "https://schema.org", "@type": TYPE}
    plain |= {field.property: value for field in FIELDS if (value := field.write(document)) is not None}
    ours = document.to_mapping()
    copies = [_copy(field.name, ours.get(field.name)) for field in FIELDS if field.name in ours and _default(field.read(plain)) != ours[field.name]]
    derived = {} if isinstance(stored, Document) else posting_properties(stored.profile, vocabulary)
    return {**plain, **derived, **({"additionalProperty": copies} if copies else {})}


def job_postings(values: object) -> Iterator[Object]:
    """Every JobPosting in an object, its `@graph`, or a list of such."""
    for one in entries(values):
        if not isinstance(one, dict):
            raise InvalidDocument(TYPE, f"must be an object, not {kind_of(one)}")
        if "@graph" in one:
            yield from (inner for inner in entries(one["@graph"]) if isinstance(inner, dict) and is_job_posting(inner))
        elif is_job_posting(one):
            yield one
        else:
            raise InvalidDocument("@type", f"is {one['@type']!r:.40}, must be JobPosting" if "@type" in one else "missing, must be JobPosting")


def is_job_posting(values: Object) -> bool:
    """Whether an object says that it is a JobPosting."""
    return any(isinstance(one, str) and re.split("[/:#]", one)[-1] == TYPE for one in entries(values.get("@type")))


@dataclass(frozen=True, slots=True)
class Field:
    """A field of Document and the property that says it: `read` gives what from_mapping takes, or None; `at` is its path."""

    name: str
    property: str
    at: str
    read: Callable[[Object], object]
    write: Callable[[Document], object]


def _document(values: Object, id: str | None) -> Document:
    given: dict[str, object] = {"kind": Kind.POSTING, "id": id}
    given |= {field.name: value for field in FIELDS if (value := _default(field.read(values))) is not None}
    copies = _copies(values)
    whole = _checked({**given, "text": given.get("text") or "text", **copies}) if copies else None
    held = {field.name: copies[field.name] for field in FIELDS if whole and field.name in copies and field.write(whole) == values.get(field.property)}
    given |= held
    text = str(given.get("text") or "")
    lines = list(labelled_lines(_others(values, given), text))
    return _checked({**given, "text": "\n\n".join((text, *lines)) if text and lines else text or "\n".join(lines) or None})


def _checked(values: Mapping[str, object]) -> Document:
    """The document, with an error that names their property."""
    try:
        return Document.from_mapping(values)
    except InvalidDocument as error:
        field, _, rest = error.field.partition(".")
        at = {field.name: field.at for field in FIELDS}.get(field, field)
        raise InvalidDocument(f"{at}.{rest}" if rest else at, error.reason) from error


def _others(values: Object, given: Mapping[str, object]) -> Object:
    """What only the text can say: several employment types, and a pay in other units."""
    types = entries(values.get("employmentType"))
    told = len(types) != 1 or "employment_type" not in given
    return {**values, "employmentTypes": types if told else None, "otherSalary": None if "pay" in given else values.get("baseSalary")}


def _copy(name: str, value: object) -> dict[str, object]:
    return {"@type": "PropertyValue", "propertyID": OURS + name, "name": f"{name}, exactly", "value": value}


def _copies(values: Object) -> dict[str, object]:
    found = {}
    for one in entries(values.get("additionalProperty")):
        name = one.get("propertyID") if isinstance(one, dict) else None
        if isinstance(name, str) and name.startswith(OURS):
            found[name.removeprefix(OURS)] = one.get("value") if isinstance(one, dict) else None
    return {field.name: found[field.name] for field in FIELDS if field.name in found and field.name != "id"}


def _default(value: object) -> object:
    return None if value in ("", [], ()) else value


def _read_id(values: Object) -> object:
    for one in entries(values.get("identifier")):
        inner = next((one[key] for key in ("value", "@value", "@id", "name") if one.get(key)), None) if isinstance(one, dict) else one
        if found := string_at(inner, "identifier"):
            return found
    return string_at(values.get("@id"), "@id") or string_at(values.get("url"), "url")


def _write_id(document: Document) -> object:
    return {"@type": "PropertyValue", **({"name": document.employer} if document.employer else {}), "value": document.id}


def _read_text(values: Object) -> object:
    markup = string_at(values.get("description"), "description")
    if len(markup) > MAX_MARKUP:
        raise InvalidDocument("description", f"has {len(markup):,} characters of HTML, at most {MAX_MARKUP:,} are taken")
    text = to_text(markup)
    if len(text) > MAX_TEXT:
        raise InvalidDocument("description", f"has {len(text):,} characters, at most {MAX_TEXT:,} are taken")
    return text


def _read_employer(values: Object) -> object:
    first = next(iter(entries(values.get("hiringOrganization"))), None)
    return string_at(first.get("name", first.get("@value")) if isinstance(first, dict) else first, "hiringOrganization.name")


def _write_employer(document: Document) -> object:
    return {"@type": "Organization", "name": document.employer} if document.employer else None


def _read_place(values: Object) -> object:
    return "; ".join(dict.fromkeys(filter(None, (_place(one) for one in entries(values.get("jobLocation"))))))


def _place(value: object) -> str:
    if isinstance(value, str):
        return value
    place = object_at(value, "jobLocation")
    address = next(iter(entries(place.get("address", place if "addressLocality" in place or "addressRegion" in place else None))), None)
    if isinstance(address, dict):
        parts = {ours: _named(address.get(theirs), f"jobLocation.address.{theirs}") for ours, theirs in ADDRESS.items()}
        if parts["city"] or parts["region"]:
            return place_text(parts)
    elif address is not None:
        return string_at(address, "jobLocation.address")
    return string_at(place.get("name"), "jobLocation.name")


def _named(value: object, path: str) -> str:
    return string_at(value.get("name", value.get("@value")) if isinstance(value, dict) else value, path).strip()


def _write_place(document: Document) -> object:
    places = [_written_place(place) for place in document.place.split("; ")] if document.place else []
    return (places if len(places) > 1 else places[0]) if places else None


def _written_place(place: str) -> dict[str, object]:
    address = address_of(place)
    if not address:
        return {"@type": "Place", "name": place}
    return {"@type": "Place", "address": {"@type": "PostalAddress"} | {ADDRESS[part]: words for part, words in address.items()}}


def _read_remote(values: Object) -> object:
    kinds = [string_at(one, "jobLocationType").upper() for one in entries(values.get("jobLocationType"))]
    return True if "TELECOMMUTE" in kinds else None


def _read_states(values: Object) -> object:
    names = (_named(one, "applicantLocationRequirements.name") for one in entries(values.get("applicantLocationRequirements")))
    return sorted({code for name in names if (code := state_code(name))})


def _write_states(document: Document) -> object:
    return [{"@type": "State", "name": f"{state_name(state)}, USA"} for state in document.telehealth_states] or None


def _read_type(values: Object) -> object:
    keys = (employment_key(one) for one in entries(values.get("employmentType")) if isinstance(one, str))
    names = {theirs: ours for ours, theirs in EMPLOYMENT.items()}
    return next((names[key] for key in keys if key in names), None)


def _read_pay(values: Object) -> object:
    """Dollars an hour or a year; None for another pay, which is told in words."""
    salary = next(iter(entries(values.get("baseSalary"))), None)
    if not isinstance(salary, dict):
        return None
    amount = salary.get("value")
    inner = amount if isinstance(amount, dict) else {"value": amount}
    unit = str(inner.get("unitText") or salary.get("unitText") or "").upper()
    period = {theirs: ours for ours, theirs in UNITS.items()}.get(unit)
    low, high = (_amount(inner.get(end, inner.get("value"))) for end in ("minValue", "maxValue"))
    dollars = str(salary.get("currency") or values.get("salaryCurrency") or "USD").upper() == "USD"
    return {"low": low, "high": high, "period": period} if dollars and period and low is not None and high is not None else None


def _amount(value: object) -> object:
    """A number, or the number in a string such as "$45.50"; None where there is none."""
    if isinstance(value, str):
        digits = value.replace(",", "").strip().removeprefix("$")
        return float(digits) if re.fullmatch(r"\d{1,9}(?:\.\d{1,4})?", digits) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _write_pay(document: Document) -> object:
    pay = document.pay
    if pay is None or pay.period not in UNITS:
        return None
    amounts = {"value": pay.low} if pay.low == pay.high else {"minValue": pay.low, "maxValue": pay.high}
    value = {"@type": "QuantitativeValue", **amounts, "unitText": UNITS[pay.period]}
    return {"@type": "MonetaryAmount", "currency": "USD", "value": value}


def _read_day(name: str) -> Callable[[Object], object]:
    def read(values: Object) -> object:
        written = string_at(values.get(name), name).strip()
        day = _DAY.match(written)
        return day.group() if day else written

    return read


FIELDS = (
    Field("id", "identifier", "identifier", _read_id, _write_id),
    Field("title", "title", "title", lambda values: string_at(values.get("title"), "title"), lambda document: document.title or None),
    Field(
        "text",
        "description",
        "description",
        _read_text,
        lambda document: to_html(document.text),
    ),
    Field("employer", "hiringOrganization", "hiringOrganization.name", _read_employer, _write_employer),
    Field("place", "jobLocation", "jobLocation", _read_place, _write_place),
    Field("remote", "jobLocationType", "jobLocationType", _read_remote, lambda document: "TELECOMMUTE" if document.remote else None),
    Field("telehealth_states", "applicantLocationRequirements", "applicantLocationRequirements", _read_states, _write_states),
    Field("employment_type", "employmentType", "employmentType", _read_type, lambda document: EMPLOYMENT.get(document.employment_type or "")),
    Field("pay", "baseSalary", "baseSalary", _read_pay, _write_pay),
    Field("posted", "datePosted", "datePosted", _read_day("datePosted"), lambda document: document.posted.isoformat() if document.posted else None),
    Field("closes", "validThrough", "validThrough", _read_day("validThrough"), lambda document: document.closes.isoformat() if document.closes else None),
)
