"""Every format: what is written is read back as the same document, and nothing that can be sent raises."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.catalog import Stored
from matcher.document import Document, InvalidDocument, Kind
from matcher.formats import Format, Refusal, dump, parse
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary
from tests.conftest import posting, resume
from tests.matcher.formats.documents import JSON, documents

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


def stored(document: Document, reader: Reader) -> Stored:
    """A document with what is read from it."""
    return Stored(document, reader.read(document), ())


@pytest.mark.parametrize("format", [Format.JSONL, Format.CSV, Format.JOB_POSTING])
@given(document=documents(Kind.POSTING))
@SLOW
def test_every_posting_comes_back_equal(document: Document, format: Format, vocabulary: Vocabulary, reader: Reader) -> None:
    sent = b"".join(dump([stored(document, reader)], format, vocabulary))
    assert [found for _, found in parse(sent, format)] == [document]


@pytest.mark.parametrize("format", [Format.JSONL, Format.CSV, Format.JSON_RESUME])
@given(document=documents(Kind.RESUME))
@SLOW
def test_every_resume_comes_back_equal(document: Document, format: Format, vocabulary: Vocabulary, reader: Reader) -> None:
    sent = b"".join(dump([stored(document, reader)], format, vocabulary))
    assert [found for _, found in parse(sent, format)] == [document]


@pytest.mark.parametrize("format", list(Format))
@given(values=JSON)
@SLOW
def test_any_json_at_all_ends_in_documents_or_refusals(format: Format, values: object) -> None:
    for _, found in parse(json.dumps(values).encode("utf-8", "surrogatepass"), format):
        assert isinstance(found, Document | Refusal)


@pytest.mark.parametrize("format", list(Format))
@given(data=st.binary(max_size=200))
@SLOW
def test_any_bytes_at_all_end_in_documents_or_refusals(format: Format, data: bytes) -> None:
    for _, found in parse(data, format):
        assert isinstance(found, Document | Refusal)


POSTED = [
    "@type", "@graph", "title", "description", "identifier", "url", "hiringOrganization", "jobLocation", "jobLocationType", "applicantLocationRequirements",
    "employmentType", "baseSalary", "datePosted", "validThrough", "qualifications", "experienceRequirements", "skills", "estimatedSalary", "additionalProperty",
]  # fmt: skip
INNER = ["@type", "name", "value", "address", "addressLocality", "addressRegion", "minValue", "maxValue", "unitText", "currency", "monthsOfExperience",
         "propertyID", "validIn", "credentialCategory", "description", "@value"]  # fmt: skip
OBJECTS = st.dictionaries(st.sampled_from(INNER), st.one_of(JSON, st.dictionaries(st.sampled_from(INNER), JSON, max_size=3)), max_size=4)


@given(values=st.dictionaries(st.sampled_from(POSTED), st.one_of(JSON, OBJECTS, st.lists(OBJECTS, max_size=2)), max_size=8))
@settings(SLOW, max_examples=400)
def test_a_job_posting_with_anything_in_its_properties_ends_in_a_document_or_a_refusal(values: dict[str, object]) -> None:
    sent = {"@type": "JobPosting", "description": "<p>LCSW</p>", "identifier": "p", **values}
    ((_, found), *_) = parse(json.dumps(sent).encode(), Format.JOB_POSTING)
    assert isinstance(found, Document | Refusal)


SECTIONS = ["basics", "work", "volunteer", "education", "certificates", "skills", "languages", "projects", "publications", "awards", "interests", "meta"]
ITEMS = [
    "name",
    "label",
    "summary",
    "location",
    "city",
    "position",
    "startDate",
    "endDate",
    "highlights",
    "studyType",
    "keywords",
    "date",
    "clinmatch",
    "id",
    "whole",
]
ITEM = st.dictionaries(st.sampled_from(ITEMS), st.one_of(JSON, st.dictionaries(st.sampled_from(ITEMS), JSON, max_size=3)), max_size=4)


@given(values=st.dictionaries(st.sampled_from(SECTIONS), st.one_of(JSON, ITEM, st.lists(ITEM, max_size=2)), max_size=5))
@settings(SLOW, max_examples=400)
def test_a_json_resume_with_anything_in_its_sections_ends_in_a_document_or_a_refusal(values: dict[str, object]) -> None:
    ((_, found),) = parse(json.dumps({"basics": {"summary": "LCSW"}, **values}).encode(), Format.JSON_RESUME, id="r")
    assert isinstance(found, Document | Refusal)


@pytest.mark.parametrize("format", [Format.JOB_POSTING, Format.JSON_RESUME])
def test_deep_nesting_is_refused(format: Format) -> None:
    deep = b"[" * 500 + b"]" * 500
    for sent in (b'{"@type": "JobPosting", "skills": %s}' % deep, b'{"basics": %s}' % deep, b"[" * 200_000):
        ((_, found),) = parse(sent, format)
        assert isinstance(found, Refusal)


def test_objects_are_numbered_from_1_and_a_bad_one_touches_no_other() -> None:
    good = '{"@type": "JobPosting", "identifier": "%s", "description": "LCSW"}'
    sent = f'[{good % "a"}, {{"@type": "Event"}}, 7, {good % "a"}, {good % "b"}]'.encode()
    found = [one if isinstance(one, Refusal) else (number, one.id) for number, one in parse(sent, Format.JOB_POSTING, name="x")]
    assert found == [
        (1, "a"),
        Refusal("x", 2, "@type", "is 'Event', must be JobPosting"),
        Refusal("x", 3, "JobPosting", "must be an object, not a number"),
        Refusal("x", 4, "id", "'a' stands already in line 1 of this file"),
        (5, "b"),
    ]


def test_the_postings_of_a_graph_are_rows_of_their_own() -> None:
    graph = [{"@type": "WebPage"}, *({"@type": ["JobPosting"], "identifier": id, "description": "LCSW"} for id in "ab")]
    assert [found.id for _, found in parse(json.dumps({"@graph": graph}).encode(), Format.JOB_POSTING) if isinstance(found, Document)] == ["a", "b"]


def test_one_document_is_written_as_one_object_and_none_as_an_empty_array(vocabulary: Vocabulary, reader: Reader) -> None:
    one = b"".join(dump([stored(posting("LCSW"), reader)], Format.JOB_POSTING, vocabulary))
    assert json.loads(one)["@type"] == "JobPosting"
    assert b"".join(dump([], Format.JOB_POSTING, vocabulary)) == b"[]\n"
    assert len(json.loads(b"".join(dump([stored(posting("LCSW", id=id), reader) for id in "abc"], Format.JOB_POSTING, vocabulary)))) == 3


@pytest.mark.parametrize(("format", "document"), [(Format.JOB_POSTING, resume("LCSW")), (Format.JSON_RESUME, posting("LCSW"))])
def test_a_document_of_the_other_kind_cannot_be_written(format: Format, document: Document, vocabulary: Vocabulary, reader: Reader) -> None:
    with pytest.raises(InvalidDocument, match=f"kind: is {document.kind}"):
        list(dump([stored(document, reader)], format, vocabulary))
