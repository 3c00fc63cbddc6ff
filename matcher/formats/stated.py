"""What a JobPosting says beside its description and Document has no field for -> labelled lines of the text, in a fixed order.

Properties: https://schema.org/JobPosting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from matcher.document import InvalidDocument
from matcher.formats.markup import to_text
from matcher.formats.places import in_united_states, state_code
from matcher.formats.values import Object, entries, is_derived, string_at

MAX_WORDS = 20_000  # characters of one value
MAX_VALUES = 100  # of one property: each is looked for in the text
EMPLOYMENT = {
    "FULL_TIME": "full-time", "PART_TIME": "part-time", "CONTRACTOR": "contract", "PER_DIEM": "per diem",
    "INTERN": "internship", "TEMPORARY": "temporary", "VOLUNTEER": "volunteer", "OTHER": "other",
}  # fmt: skip
_NAMED = ("name", "credentialCategory", "title", "codeValue", "termCode", "@value", "value", "description")
Say = Callable[[object], str]


def labelled_lines(values: Object, said: str) -> Iterator[str]:
    """A line, or a label with a list below it, for every property that the text `said` does not hold already.

    Raises InvalidDocument for a property of too many values.
    """
    held = _folded(said)
    for name, label, say in LABELS:
        listed = entries(values.get(name))
        if len(listed) > MAX_VALUES:
            raise InvalidDocument(name, f"holds {len(listed):,} values, at most {MAX_VALUES} are taken")
        words = [one for one in map(say, listed) if one and _folded(one) not in held]
        if words:
            yield _labelled(label, list(dict.fromkeys(words)))


def salary_words(value: object) -> str:
    """A pay that is not dollars an hour or a year between two amounts, in words."""
    if not isinstance(value, dict):
        return _words(value)
    amount = value.get("value", value)
    inner = amount if isinstance(amount, dict) else {"value": amount}
    low, high = (_plain(inner.get(end, inner.get("value"))) for end in ("minValue", "maxValue"))
    range = low if low == high else f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}"
    unit = _plain(inner.get("unitText") or value.get("unitText")).lower()
    sign = "$" if (currency := _plain(value.get("currency") or "USD").upper()) == "USD" else f"{currency} "
    priced = range.replace(low, sign + low, 1) if low else range.replace(high, sign + high, 1)
    return f"{priced} per {unit}" * bool(low or high) if unit else priced * bool(low or high)


def _labelled(label: str, words: list[str]) -> str:
    lines = [line for one in words for line in one.split("\n") if line.strip()]
    if len(lines) == len(words):
        return f"{label}: {'; '.join(lines)}"
    return "\n".join((f"{label}:", *(line if line.startswith("- ") else f"- {line}" for line in lines)))


def _folded(words: str) -> str:
    return " ".join(words.casefold().replace("\n- ", " ").split())


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return to_text(value[:MAX_WORDS]) if isinstance(value, str) else ""


def _words(value: object) -> str:
    """A value in words: its name, what it requires, where it is valid, how it is described."""
    if not isinstance(value, dict) or is_derived(value):
        return _plain(value) if not isinstance(value, dict) else ""
    name = next((words for key in _NAMED if (words := _inner(value.get(key)))), "")
    code = _plain(value.get("codeValue"))
    named = f"{code} {name}" if code and name != code else name
    parts = [named, _inner(value.get("competencyRequired"))]
    if places := [place for one in entries(value.get("validIn")) if (place := _inner(one))]:
        parts.append(f"in {' or '.join(places)}")
    said = " ".join(part for part in parts if part)
    more = _inner(value.get("description"))
    return f"{said}: {more}" if said and more and more != name else said


def _inner(value: object) -> str:
    """The words of a value within another, one level deep."""
    if isinstance(value, dict):
        return "" if is_derived(value) else next((words for key in _NAMED if (words := _plain(value.get(key)))), "")
    return "; ".join(words for one in entries(value) if (words := _plain(one)))


def _experience(value: object) -> str:
    """Months of experience as people say them, or what else is said."""
    months = value.get("monthsOfExperience") if isinstance(value, dict) and not is_derived(value) else None
    text = _plain(months)
    if not text.isdecimal() or not 0 < len(text) <= 4:
        return _words(value)
    years, rest = divmod(int(text), 12)
    length = f"{text} months" if rest or not years else f"{years} year{'s' * (years > 1)}"
    more = _inner(value.get("description")) if isinstance(value, dict) else ""
    return f"{length} of experience" + (f": {more}" if more else "")


def _applicants(value: object) -> str:
    """Where applicants must live, beyond states and the country as a whole."""
    name = _inner(value) or (string_at(value, "") if isinstance(value, str) else "")
    return "" if is_derived(value) or not name or state_code(name) or in_united_states(name) else name


def employment_key(value: object) -> str:
    """An employment type as schema.org writes it: FULL_TIME for full-time, FULLTIME and https://schema.org/FULL_TIME."""
    letters = "".join(filter(str.isalpha, str(value).rpartition("/")[2].upper()))
    keys = {key.replace("_", ""): key for key in EMPLOYMENT} | {"CONTRACT": "CONTRACTOR", "INTERNSHIP": "INTERN"}
    return keys.get(letters, "")


def _type(value: object) -> str:
    return EMPLOYMENT.get(employment_key(value)) or _plain(value)


LABELS: tuple[tuple[str, str, Say], ...] = (
    ("responsibilities", "Responsibilities", _words),
    ("qualifications", "Qualifications", _words),
    ("educationRequirements", "Education requirements", _words),
    ("experienceRequirements", "Experience requirements", _experience),
    ("experienceInPlaceOfEducation", "Experience in place of education", _words),
    ("skills", "Skills", _words),
    ("eligibilityToWorkRequirement", "Eligibility to work", _words),
    ("securityClearanceRequirement", "Security clearance requirement", _words),
    ("specialCommitments", "Special commitments", _words),
    ("occupationalCategory", "Occupational category", _words),
    ("relevantOccupation", "Relevant occupation", _words),
    ("industry", "Industry", _words),
    ("employmentUnit", "Employment unit", _words),
    ("applicantLocationRequirements", "Applicant location", _applicants),
    ("employmentTypes", "Employment type", _type),
    ("workHours", "Work hours", _words),
    ("jobStartDate", "Job start date", _words),
    ("jobImmediateStart", "Immediate start", _words),
    ("jobDuration", "Job duration", _words),
    ("otherSalary", "Salary", salary_words),
    ("estimatedSalary", "Estimated salary", salary_words),
    ("incentiveCompensation", "Incentive compensation", _words),
    ("incentives", "Incentive compensation", _words),
    ("jobBenefits", "Benefits", _words),
    ("benefits", "Benefits", _words),
    ("physicalRequirement", "Physical requirement", _words),
    ("sensoryRequirement", "Sensory requirement", _words),
    ("employerOverview", "About the employer", _words),
)
