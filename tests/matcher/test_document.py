"""What a document is taken for, and how a bad one is refused: by field and reason."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.document import EMPLOYMENT_TYPES, MAX_FIELD, MAX_ID, MAX_PAY, MAX_TEXT, PERIODS, STATES, Document, InvalidDocument, Kind, Pay

GOOD: dict[str, object] = {"id": "p1", "kind": "posting", "text": "LCSW wanted"}
PAY: dict[str, object] = {"low": 40, "high": 60, "period": "hour"}

REFUSED: list[tuple[str, dict[str, object], str, str]] = [
    ("no id", {"id": None}, "id", "missing"),
    ("no kind", {"kind": None}, "kind", "missing"),
    ("no text", {"text": None}, "text", "missing"),
    ("an empty text", {"text": ""}, "text", "is empty"),
    ("a blank text", {"text": " \n\t"}, "text", "is empty"),
    ("a text of symbols", {"text": "*** 123 !!!"}, "text", "holds no letters, only digits or symbols; nothing can be read from it"),
    ("a text of 1 MB", {"text": "a" * 1_000_000}, "text", "has 1,000,000 characters, at most 200,000 are taken"),
    ("a NUL in the text", {"text": "LC\0SW"}, "text", "holds a NUL character at position 2"),
    ("a lone high surrogate", {"text": "LCSW \ud800"}, "text", "holds half of a surrogate pair at position 5; send valid Unicode"),
    ("a lone low surrogate in the title", {"title": "\udfff"}, "title", "holds half of a surrogate pair at position 0; send valid Unicode"),
    ("a NUL in the id", {"id": "p\0"}, "id", "holds a NUL character at position 1"),
    ("a text that is a number", {"text": 5}, "text", "must be a string, not a number"),
    ("a text that is a list", {"text": ["LCSW"]}, "text", "must be a string, not a list"),
    ("an id that is a number", {"id": 5}, "id", "must be a string, not a number"),
    ("an id that is true", {"id": True}, "id", "must be a string, not a boolean"),
    ("a blank id", {"id": "  "}, "id", "must be visible characters on one line"),
    ("an id of two lines", {"id": "a\nb"}, "id", "must be visible characters on one line"),
    ("a long id", {"id": "i" * 201}, "id", "has 201 characters, at most 200 are taken"),
    ("a long title", {"title": "t" * 501}, "title", "has 501 characters, at most 500 are taken"),
    ("a title that is an object", {"title": {}}, "title", "must be a string, not an object"),
    ("another kind", {"kind": "job"}, "kind", "is 'job', must be one of posting, resume"),
    ("a kind that is a list", {"kind": ["posting"]}, "kind", "is ['posting'], must be one of posting, resume"),
    ("a key that is not known", {"salary": 5}, "salary", f"unknown field; the fields are {', '.join(Document.__dataclass_fields__)}"),
    ("another employment type", {"employment_type": "gig"}, "employment_type", f"is 'gig', must be one of {', '.join(EMPLOYMENT_TYPES)}"),
    ("remote as a word", {"remote": "yes"}, "remote", "must be true or false, not a string"),
    ("remote as a number", {"remote": 1}, "remote", "must be true or false, not a number"),
    ("a date that does not exist", {"posted": "2026-02-30"}, "posted", "is '2026-02-30', must be a date like 2026-11-22"),
    ("a date in another order", {"closes": "11/22/2026"}, "closes", "is '11/22/2026', must be a date like 2026-11-22"),
    ("a date that is a number", {"posted": 20261122}, "posted", "must be a string, not a number"),
    ("states that are a string", {"telehealth_states": "TX"}, "telehealth_states", "must be a list of two-letter states, not a string"),
    ("a state that is none", {"telehealth_states": ["TX", "ZZ"]}, "telehealth_states", "holds 'ZZ', must be two-letter US states"),
    ("a state in small letters", {"telehealth_states": ["tx"]}, "telehealth_states", "holds 'tx', must be two-letter US states"),
    ("a list among the states", {"telehealth_states": [["TX"]]}, "telehealth_states", "holds ['TX'], must be two-letter US states"),
    ("an object among the states", {"telehealth_states": [{}]}, "telehealth_states", "holds {}, must be two-letter US states"),
    ("pay that is a number", {"pay": 40}, "pay", "must be an object with low, high and period"),
    ("pay without a period", {"pay": {"low": 1, "high": 2}}, "pay", "must be an object with low, high and period"),
    ("pay with something else", {"pay": {**PAY, "currency": "EUR"}}, "pay", "must be an object with low, high and period"),
    ("pay that is not a number", {"pay": {**PAY, "low": float("nan")}}, "pay.low", "is nan, must be between 0 and 10,000,000"),
    ("endless pay", {"pay": {**PAY, "high": float("inf")}}, "pay.high", "is inf, must be between 0 and 10,000,000"),
    ("pay below nothing", {"pay": {**PAY, "low": -1}}, "pay.low", "is -1, must be between 0 and 10,000,000"),
    ("pay beyond floats", {"pay": {**PAY, "high": 10**400}}, "pay.high", f"is 1{'0' * 39}, must be between 0 and 10,000,000"),
    ("pay in words", {"pay": {**PAY, "low": "forty"}}, "pay.low", "must be a number, not a string"),
    ("pay that is true", {"pay": {**PAY, "low": True}}, "pay.low", "must be a number, not a boolean"),
    ("pay for another period", {"pay": {**PAY, "period": "day"}}, "pay.period", "is 'day', must be one of hour, session, year"),
    ("pay upside down", {"pay": {**PAY, "low": 70}}, "pay", "low 70 is above high 60"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "field", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_bad_document_is_refused_by_field_and_reason(values: dict[str, object], field: str, reason: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        Document.from_mapping({**GOOD, **values})
    assert (caught.value.field, caught.value.reason) == (field, reason)
    assert str(caught.value) == f"{field}: {reason}"


def test_a_refusal_never_repeats_the_text() -> None:
    for text in ("CANARY \0", "CANARY \ud800", "CANARY" * 50_000):
        with pytest.raises(InvalidDocument) as caught:
            Document.from_mapping({**GOOD, "text": text})
        assert "CANARY" not in str(caught.value)


def test_a_refusal_shows_at_most_forty_characters_of_a_value() -> None:
    with pytest.raises(InvalidDocument, match=r"^kind: is 'x{39}, must be one of posting, resume$"):
        Document.from_mapping({**GOOD, "kind": "x" * 1000})


@pytest.mark.parametrize("name", ["x" * 1000, "two\nlines", "\ud800", "\0"])
def test_a_key_that_cannot_be_shown_as_it_is_is_shown_short_and_escaped(name: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        Document.from_mapping({**GOOD, name: 1})
    assert caught.value.field == f"{name!r:.40}"


def test_the_longest_values_are_taken() -> None:
    document = Document.from_mapping({"id": "i" * MAX_ID, "kind": "resume", "text": "t" * MAX_TEXT, "title": "u" * MAX_FIELD})
    assert (len(document.id), len(document.text), len(document.title)) == (200, 200_000, 500)


def test_a_null_is_the_same_as_a_field_that_is_left_out() -> None:
    assert Document.from_mapping({**GOOD, "title": None, "pay": None, "posted": None}) == Document.from_mapping(GOOD)


def test_every_field_is_read_into_its_type() -> None:
    document = Document.from_mapping(
        {
            **GOOD,
            "title": "Therapist",
            "employer": "Clinic",
            "place": "Austin, TX",
            "employment_type": "per_diem",
            "pay": PAY,
            "remote": False,
            "telehealth_states": ["TX", "CO", "TX"],
            "posted": "2026-11-22",
            "closes": "2026-12-31",
        }
    )
    expected = Document(
        "p1", Kind.POSTING, "LCSW wanted", "Therapist", "Clinic", "Austin, TX", "per_diem", Pay(40.0, 60.0, "hour"), False,
        ("CO", "TX"), date(2026, 11, 22), date(2026, 12, 31),
    )  # fmt: skip
    assert document == expected


def test_a_posting_is_matched_with_resumes_and_a_resume_with_postings() -> None:
    assert Kind.POSTING.other is Kind.RESUME
    assert Kind.RESUME.other is Kind.POSTING


def test_to_mapping_leaves_empty_fields_out_and_keeps_false_and_zero() -> None:
    document = Document.from_mapping({**GOOD, "remote": False, "pay": {"low": 0, "high": 0, "period": "year"}})
    assert document.to_mapping() == {**GOOD, "remote": False, "pay": {"low": 0.0, "high": 0.0, "period": "year"}}


_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
_dollars = st.floats(0, MAX_PAY)
_documents = st.builds(
    Document,
    id=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=MAX_ID),
    kind=st.sampled_from(Kind),
    text=_words.map(lambda words: words + "LCSW"),
    title=_words,
    employer=_words,
    place=_words,
    employment_type=st.none() | st.sampled_from(EMPLOYMENT_TYPES),
    pay=st.none() | st.builds(lambda pair, period: Pay(min(pair), max(pair), period), st.tuples(_dollars, _dollars), st.sampled_from(PERIODS)),
    remote=st.none() | st.booleans(),
    telehealth_states=st.sets(st.sampled_from(sorted(STATES))).map(lambda states: tuple(sorted(states))),
    posted=st.none() | st.dates(),
    closes=st.none() | st.dates(),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_documents)
def test_from_mapping_reads_back_what_to_mapping_wrote_through_json(document: Document) -> None:
    assert Document.from_mapping(json.loads(json.dumps(document.to_mapping()))) == document


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries({}, optional={name: _json | st.just(value) for name, value in {**dict.fromkeys(Document.__dataclass_fields__, ""), **GOOD}.items()})
)
def test_any_json_object_is_a_document_or_refused_under_one_of_its_fields(values: dict[str, object]) -> None:
    try:
        document = Document.from_mapping(values)
    except InvalidDocument as error:
        assert error.field.partition(".")[0] in Document.__dataclass_fields__  # noqa: PT017 - both ends are asserted
    else:
        assert document.text == values["text"]
