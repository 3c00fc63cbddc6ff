"""A client of the service in one file, which may be copied: it needs httpx and nothing of ours.

    with Client("http://127.0.0.1:8000") as client:
        client.put("posting", "job-1", {"text": "LCSW in Texas required. EMDR preferred."})
        for found in client.match("resume", text="Jane Example, LCSW, Texas. EMDR.")["matches"]:
            print(found["rank"], found["id"], found["match"]["score"])

Every call raises Problem for a refusal, and httpx.TransportError where the service cannot be reached.
Shapes bear the names that they have in the OpenAPI document, and hold of it what a caller needs.
"""

from __future__ import annotations

import json
import mimetypes
import random
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Generic, Literal, NotRequired, Required, Self, TypeAlias, TypedDict, TypeVar, Unpack, cast, overload
from urllib.parse import quote

import httpx

PATIENCE_SECONDS = 120.0  # a longer Retry-After, as that of a used-up day, is left to the caller
FIRST_PAUSE_SECONDS = 0.25  # before the first repetition where the service names none; doubled each time
LONGEST_PAUSE_SECONDS = 10.0
BATCH_LINES = 1_000  # of one request of a bulk load
BATCH_BYTES = 8 << 20
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"  # not every machine knows it
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)  # the service has had nothing of the request
CUT = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError)
OPEN = ("waiting", "running")  # states of an ingest that is not done

Kind: TypeAlias = Literal["posting", "resume"]
Format: TypeAlias = Literal["jsonl", "csv", "jobposting", "jsonresume"]
Standing: TypeAlias = Literal["E", "N", "U"]
Scope: TypeAlias = Literal["postings:read", "postings:write", "resumes:read", "resumes:write", "match", "keys", "metrics"]
State: TypeAlias = Literal["waiting", "running", "done", "cancelled", "failed"]
EmploymentType: TypeAlias = Literal["full_time", "part_time", "contract", "per_diem", "internship"]


class PayIn(TypedDict):
    """A pay range in US dollars."""

    low: float
    high: float
    period: Literal["hour", "session", "year"]


class DocumentIn(TypedDict, total=False):
    """A posting or resume; its id and kind may be in it, as they are in what `get` gives."""

    text: Required[str]
    title: str
    employer: str
    place: str
    employment_type: EmploymentType | None
    pay: PayIn | None
    remote: bool | None
    telehealth_states: list[str]
    posted: str | None
    closes: str | None
    id: str | None
    kind: Kind | None


class RangeIn(TypedDict, total=False):
    """From `at_least` to `at_most`, one of which may be left out; dates as YYYY-MM-DD."""

    at_least: float | str | None
    at_most: float | str | None
    or_not_stated: bool


Conditions: TypeAlias = Mapping[str, list[str] | RangeIn]


class Asking(TypedDict, total=False):
    """What is matched: a kind, and exactly one of id, document and text."""

    kind: Required[Kind]
    id: str
    document: DocumentIn
    text: str


class Asked(TypedDict, total=False):
    """How it is matched: `required` and `banned` exclude, `favoured` earns points, `weights` replace suggested ones.

    `cursor` is `next` of an earlier answer to the same question.
    """

    limit: int
    cursor: str
    required: Conditions
    favoured: Conditions
    banned: Conditions
    weights: Mapping[str, float]


class Question(Asked, total=False):
    """What is matched, exactly one of id, document and text, and how."""

    id: str
    document: DocumentIn
    text: str


class MatchIn(Asked, total=False):
    """One question of a batch."""

    query: Required[Asking]


class QuoteOut(TypedDict):
    """Words verbatim, at [start, end) of the named field of the document."""

    field: str
    start: int
    end: int
    words: str


class PartOut(TypedDict):
    """One line of the ledger; the score is the sum of the points."""

    name: str
    concept: str
    label: str
    sentence: str
    necessity: str
    verdict: str
    points: float
    possible: float
    low: float
    high: float
    posting: list[QuoteOut]
    resume: list[QuoteOut]


class HardOut(TypedDict):
    """A hard requirement: E (met), N (not met) or U (not stated)."""

    what: str
    standing: Standing
    rule: str
    as_of: str
    evidence: str
    verified: bool
    posting: list[QuoteOut]
    resume: list[QuoteOut]


class DoubtOut(TypedDict):
    """Something in a document that a person should look at."""

    document: str
    name: str
    message: str
    quotes: list[QuoteOut]


class ScoreOut(TypedDict):
    """A match in numbers: what `explain="score"` gives."""

    score: float
    interval: list[float]
    similarity: float
    eligibility: str
    standing: Standing


class BriefOut(ScoreOut):
    """A match in a few words: what `explain="brief"` gives."""

    summary: str
    eligibility_words: str
    standing_words: str
    in_common: list[str]
    missing: list[str]
    not_stated: list[str]
    question: str | None


class ExplanationOut(BriefOut):
    """Why a match scored as it did: what `explain="full"` gives."""

    rule: str
    rule_as_of: str
    rule_evidence: str
    rule_verified: bool
    hard_requirements: list[HardOut]
    doubts: list[DoubtOut]
    parts: list[PartOut]


Told = TypeVar("Told", bound=ScoreOut)


class FoundOut(TypedDict, Generic[Told]):
    """A stored document and its match."""

    rank: int
    id: str
    kind: Kind
    title: str
    employer: str
    place: str
    match: Told


class ChangedOut(TypedDict):
    """A document of the ranking that has been changed or removed since."""

    rank: int
    id: str | None


class Versions(TypedDict):
    """What an answer depends on."""

    model: str
    vocabulary: str
    rules: str
    sequence: int
    as_of: str


class WeightsOut(TypedDict):
    """How the 100 points are shared."""

    suggested: dict[str, float]
    applied: dict[str, float]


class HiddenOut(TypedDict):
    """Text of a file that a reader does not see, and that was left out."""

    reason: str
    characters: int
    words: str


class FileOut(TypedDict):
    """What was taken from a file."""

    media_type: str
    pages: int | None
    characters: int
    hidden: list[HiddenOut]


class TextOut(FileOut):
    """The visible text of a file."""

    text: str


class MatchOut(TypedDict, Generic[Told]):
    """The ranked answer; `next` leads on in the same ranking of `total` documents."""

    id: str
    matches: list[FoundOut[Told]]
    changed: list[ChangedOut]
    total: int
    next: str | None
    weights: WeightsOut
    versions: Versions
    file: NotRequired[FileOut | None]


class AnswerOut(TypedDict, Generic[Told]):
    """The answer to one question of a batch: a match, or the problem that stands in its way."""

    status: int
    match: NotRequired[MatchOut[Told] | None]
    problem: NotRequired[dict[str, Any] | None]


class ReadOut(TypedDict):
    """What was read from a document."""

    mentions: list[dict[str, Any]]
    licences: list[dict[str, Any]]
    clauses: list[dict[str, Any]]
    doubts: list[dict[str, Any]]
    facts: dict[str, Any]


class DocumentOut(TypedDict):
    """A stored document and what was read from it; `tag` is what `if_match` takes."""

    id: str
    kind: Kind
    tag: str
    document: dict[str, Any]
    read: ReadOut


class BriefDocumentOut(TypedDict):
    """A stored document without its text."""

    id: str
    kind: Kind
    tag: str
    title: str
    employer: str
    place: str
    state: str | None
    licences: list[str]
    characters: int


class StoredOut(TypedDict):
    """A write that is durable and searchable."""

    id: str
    kind: Kind
    tag: str
    sequence: int
    file: FileOut | None
    warnings: list[str]


class DecisionOut(TypedDict):
    """The record of a match; `made` in seconds since 1970."""

    id: str
    made: float
    key: str | None
    asked: str
    query: str
    versions: dict[str, str | int]
    weights: dict[str, float]
    conditions: dict[str, Any]
    ranked: int
    results: list[dict[str, Any]]


class LineOut(TypedDict):
    """A line that was not taken, and why."""

    line: int
    status: Literal[422]
    pointer: str
    detail: str


class IngestOut(TypedDict):
    """A job and how far it is; times in seconds since 1970."""

    id: str
    state: State
    format: str
    created: float
    finished: float | None
    lines: int
    taken: int
    refused: int
    lines_per_second: float
    refusals: list[LineOut]


class TakenLine(TypedDict):
    """A line of a bulk load that was stored: 201 where the document is new, 200 where it replaced one."""

    line: int
    status: Literal[200, 201]
    id: str
    kind: Kind
    tag: str


BulkLine: TypeAlias = TakenLine | LineOut


class KeyOut(TypedDict):
    """A key without the words that open with it; times in seconds since 1970."""

    id: str
    name: str
    scopes: list[str]
    per_minute: int
    matches_per_day: int
    documents: int
    created: float
    expires: float | None


class NewKeyOut(KeyOut):
    """A new key; the words in `key` are shown this once."""

    key: str


class ReadyOut(TypedDict):
    """The service can answer."""

    status: str
    documents: NotRequired[dict[str, int] | None]
    versions: NotRequired[Versions | None]


class VocabularyOut(TypedDict):
    """Facet to value to name: what conditions may hold."""

    version: str
    facets: dict[str, dict[str, str]]


class Problem(Exception):
    """A refusal (RFC 9457). `name` is its type without the prefix, such as unknown-document; `pointer` leads to the field at fault."""

    def __init__(self, body: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.type = str(body.get("type", "about:blank"))
        self.title = str(body.get("title", ""))
        self.status = int(body.get("status", 0))
        self.detail = str(body.get("detail", ""))
        self.pointer: str | None = body.get("pointer")
        self.errors: list[dict[str, str]] = body.get("errors", [])
        self.request_id: str | None = body.get("request_id")
        self.retry_after = retry_after
        super().__init__(body, retry_after)

    def __str__(self) -> str:
        return f"{self.status} {self.name}: {self.detail or self.title}"

    @property
    def name(self) -> str:
        """The last word of the type."""
        return self.type.rpartition(":")[2]

    @classmethod
    def from_response(cls, response: httpx.Response) -> Self:
        """The problem that a response tells, also one of a proxy between, which tells none."""
        bare = {"title": response.reason_phrase, "status": response.status_code}
        try:
            body = response.json()
        except ValueError:
            body = None
        return cls({**bare, **body} if isinstance(body, dict) else bare, _retry_after(response))


class Client:
    """The operations of a service. May be used by several threads.

    A request is repeated up to `retries` times where the connection failed, and for 429 and 503, after the time that the
    service names. One that must not be done twice, a deletion or a write under a condition, is not repeated once it may have arrived.
    """

    def __init__(self, base_url: str, key: str | None = None, timeout: float = 60.0, retries: int = 3) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout)
        self._retries = retries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    # Documents

    def put(self, kind: Kind, id: str, document: DocumentIn, if_match: str | None = None, if_none_match: Literal["*"] | None = None) -> StoredOut:
        """Add or replace a document. `if_match`: only that of this tag; `if_none_match="*"`: only a new one; else Problem 412."""
        held = _condition(if_match, if_none_match)
        return cast("StoredOut", self._json("PUT", _path(kind, id), again=not held, json=document, headers=held))

    def put_file(self, kind: Kind, id: str, file: bytes | Path, if_match: str | None = None, if_none_match: Literal["*"] | None = None) -> StoredOut:
        """Add or replace a document by the text of a PDF, DOCX or text file; raises Problem 415 and 422 for one that is not read."""
        held, (data, media_type) = _condition(if_match, if_none_match), _file(file)
        path = _path(kind, id).replace("/v1/", "/v1/files/", 1)
        return cast("StoredOut", self._json("PUT", path, again=not held, content=data, headers={**held, "Content-Type": media_type}))

    def get(self, kind: Kind, id: str) -> DocumentOut:
        """A document and what was read from it; raises Problem 404."""
        return cast("DocumentOut", self._json("GET", _path(kind, id)))

    def get_if_changed(self, kind: Kind, id: str, tag: str) -> DocumentOut | None:
        """A document, or None while it is still that of the tag; raises Problem 404."""
        answer = self._send("GET", _path(kind, id), headers={"If-None-Match": f'"{tag}"'})
        return None if answer.status_code == httpx.codes.NOT_MODIFIED else cast("DocumentOut", answer.json())

    def get_as(self, kind: Kind, id: str, format: Format) -> bytes:
        """A document in the format of another program; raises Problem 404, and 422 for a format of the other kind."""
        return self._send("GET", _path(kind, id), params={"format": format}).content

    def delete(self, kind: Kind, id: str, if_match: str | None = None) -> None:
        """Remove a document; raises Problem 404, and 412 where it is not that of the tag."""
        self._send("DELETE", _path(kind, id), again=False, headers=_condition(if_match, None))

    def list_documents(self, kind: Kind, where: list[str] | tuple[str, ...] = ()) -> Iterator[BriefDocumentOut]:
        """All documents by id; `where` are conditions such as state:TX. Pages are asked for as they are needed."""
        return cast("Iterator[BriefDocumentOut]", self._listed(f"/v1/{kind}s", "documents", {"where": list(where)}))

    # Loads

    def bulk(self, documents: Iterable[Mapping[str, Any]], kind: Kind | None = None) -> Iterator[BulkLine]:
        """Load documents, each with its id and, unless `kind` is given, its kind; gives a status for each, in order, as they are stored.

        Documents are taken from the iterable as they are sent. Where the connection is cut, it goes on at the first without a status.
        """
        done = 0
        for lines in _batches(documents):
            for status in self._load(lines, kind):
                status["line"] += done
                yield status
            done += len(lines)

    def ingest(
        self,
        source: bytes | Path,
        format: Format = "jsonl",
        kind: Kind | None = None,
        mapping: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> IngestOut:
        """Load a whole file in the background; gives the job at once. `mapping`: of CSV, their header to our column."""
        params = {"format": format, **({"kind": kind} if kind else {}), **({"mapping": json.dumps(mapping)} if mapping else {})}
        data = source.read_bytes() if isinstance(source, Path) else source
        return cast("IngestOut", self._post("/v1/ingests", idempotency_key, params=params, content=data))

    def watch_ingest(self, id: str) -> Iterator[IngestOut]:
        """A job whenever it has changed, until it is done, also over cut connections; raises Problem 404."""
        cuts = 0
        while True:
            try:
                for job in self._events(id):
                    cuts = 0
                    yield job
                    if job["state"] not in OPEN:
                        return
            except CUT:
                if cuts >= self._retries:
                    raise
            time.sleep(_pause(cuts, None))
            cuts += 1

    def wait_ingest(self, id: str) -> IngestOut:
        """A job once it is done, cancelled or failed; raises Problem 404."""
        *_, last = self.watch_ingest(id)
        return last

    def get_ingest(self, id: str) -> IngestOut:
        """A job and every line that was refused; raises Problem 404."""
        return cast("IngestOut", self._json("GET", f"/v1/ingests/{_quoted(id)}"))

    def list_ingests(self) -> list[IngestOut]:
        """The jobs of the last week, oldest first, without their refusals."""
        return cast("list[IngestOut]", self._json("GET", "/v1/ingests")["ingests"])

    def cancel_ingest(self, id: str) -> IngestOut:
        """Stop a job where it is; raises Problem 404."""
        return cast("IngestOut", self._json("DELETE", f"/v1/ingests/{_quoted(id)}"))

    def export(self, kind: Kind, format: Format = "jsonl", where: list[str] | tuple[str, ...] = ()) -> Iterator[bytes]:
        """All documents of a kind in a format, in pieces as they come."""
        answer = self._send("GET", f"/v1/export/{kind}s", stream=True, params={"format": format, "where": list(where)})
        with closing(answer):
            yield from answer.iter_bytes()

    def read_text(self, file: bytes | Path) -> TextOut:
        """The visible text of a PDF, DOCX or text file, which is not kept; raises Problem 415 and 422."""
        data, media_type = _file(file)
        return cast("TextOut", self._post("/v1/text", None, content=data, headers={"Content-Type": media_type}))

    # Matches

    @overload
    def match(
        self, kind: Kind, explain: Literal["full"] = "full", idempotency_key: str | None = None, **question: Unpack[Question]
    ) -> MatchOut[ExplanationOut]: ...
    @overload
    def match(self, kind: Kind, explain: Literal["brief"], idempotency_key: str | None = None, **question: Unpack[Question]) -> MatchOut[BriefOut]: ...
    @overload
    def match(self, kind: Kind, explain: Literal["score"], idempotency_key: str | None = None, **question: Unpack[Question]) -> MatchOut[ScoreOut]: ...
    def match(self, kind: Kind, explain: str = "full", idempotency_key: str | None = None, **question: Unpack[Question]) -> Any:
        """The best documents of the other kind for a stored one by `id`, or for a `document` or `text` that is not kept.

        Raises Problem 404 for an unknown id, and 422 for a text in which nothing is found and for unknown conditions or weights.
        """
        return self._post("/v1/match", idempotency_key, json=_question(kind, explain, question))

    @overload
    def pages(self, kind: Kind, explain: Literal["full"] = "full", **question: Unpack[Question]) -> Iterator[MatchOut[ExplanationOut]]: ...
    @overload
    def pages(self, kind: Kind, explain: Literal["brief"], **question: Unpack[Question]) -> Iterator[MatchOut[BriefOut]]: ...
    @overload
    def pages(self, kind: Kind, explain: Literal["score"], **question: Unpack[Question]) -> Iterator[MatchOut[ScoreOut]]: ...
    def pages(self, kind: Kind, explain: str = "full", **question: Unpack[Question]) -> Iterator[Any]:
        """The pages of a ranking, `limit` documents each, asked for as they are needed; raises as `match` does."""
        body = _question(kind, explain, question)
        while True:
            page = self._post("/v1/match", None, json=body)
            yield page
            if page["next"] is None:
                return
            body["cursor"] = page["next"]

    @overload
    def match_file(
        self, kind: Kind, file: bytes | Path, explain: Literal["full"] = "full", idempotency_key: str | None = None, **asked: Unpack[Asked]
    ) -> MatchOut[ExplanationOut]: ...
    @overload
    def match_file(
        self, kind: Kind, file: bytes | Path, explain: Literal["brief"], idempotency_key: str | None = None, **asked: Unpack[Asked]
    ) -> MatchOut[BriefOut]: ...
    @overload
    def match_file(
        self, kind: Kind, file: bytes | Path, explain: Literal["score"], idempotency_key: str | None = None, **asked: Unpack[Asked]
    ) -> MatchOut[ScoreOut]: ...
    def match_file(self, kind: Kind, file: bytes | Path, explain: str = "full", idempotency_key: str | None = None, **asked: Unpack[Asked]) -> Any:
        """As `match`, for the text of a PDF, DOCX or text file, which is not kept; raises Problem 415 and 422 for one that is not read."""
        data, media_type = _file(file)
        parts = {"files": {"file": ("file", data, media_type)}, "data": {"question": json.dumps(_question(kind, explain, asked))}}
        return self._post("/v1/match/upload", idempotency_key, **parts)

    @overload
    def match_batch(
        self, questions: Iterable[MatchIn], explain: Literal["full"] = "full", idempotency_key: str | None = None
    ) -> list[AnswerOut[ExplanationOut]]: ...
    @overload
    def match_batch(self, questions: Iterable[MatchIn], explain: Literal["brief"], idempotency_key: str | None = None) -> list[AnswerOut[BriefOut]]: ...
    @overload
    def match_batch(self, questions: Iterable[MatchIn], explain: Literal["score"], idempotency_key: str | None = None) -> list[AnswerOut[ScoreOut]]: ...
    def match_batch(self, questions: Iterable[MatchIn], explain: str = "full", idempotency_key: str | None = None) -> Any:
        """An answer to each question, in order; one that cannot be answered has a `problem`, which Problem(...) reads, and no `match`."""
        body = {"questions": [{**question, "explain": explain} for question in questions]}
        return self._post("/v1/match/batch", idempotency_key, json=body)["answers"]

    def compare(
        self, posting: DocumentIn, resume: DocumentIn, weights: Mapping[str, float] | None = None, idempotency_key: str | None = None
    ) -> ExplanationOut:
        """One posting against one resume; nothing is stored. Raises Problem 422."""
        body = {"posting": posting, "resume": resume, "weights": weights or {}}
        return cast("ExplanationOut", self._post("/v1/compare", idempotency_key, json=body))

    def get_match(self, id: str) -> DecisionOut:
        """The record of a match by the id of its answer; raises Problem 404."""
        return cast("DecisionOut", self._json("GET", f"/v1/matches/{_quoted(id)}"))

    def list_matches(self) -> Iterator[DecisionOut]:
        """The records of all matches, without their results. Pages are asked for as they are needed."""
        return cast("Iterator[DecisionOut]", self._listed("/v1/matches", "matches", {}))

    # Keys

    def list_keys(self) -> list[KeyOut]:
        """The keys of your tenant, oldest first."""
        return cast("list[KeyOut]", self._json("GET", "/v1/keys")["keys"])

    def create_key(self, name: str, scopes: Sequence[Scope], per_minute: int | None = None, idempotency_key: str | None = None) -> NewKeyOut:
        """A new key for your tenant; raises Problem 403 for a scope that your own lacks."""
        body = {"name": name, "scopes": list(scopes), "per_minute": per_minute}
        return cast("NewKeyOut", self._post("/v1/keys", idempotency_key, json=body))

    def rotate_key(self, id: str, idempotency_key: str | None = None) -> NewKeyOut:
        """A new key in place of an old one, which opens for a day more; raises Problem 404."""
        return cast("NewKeyOut", self._post(f"/v1/keys/{_quoted(id)}/rotate", idempotency_key))

    def revoke_key(self, id: str) -> None:
        """Make a key open nothing from now on; raises Problem 404."""
        self._send("DELETE", f"/v1/keys/{_quoted(id)}", again=False)

    # The service

    def live(self) -> None:
        """Ask whether the process answers; raises httpx.TransportError where it does not."""
        self._send("GET", "/livez")

    def ready(self) -> ReadyOut:
        """What is stored and which versions answer; with keys, only that the service can answer."""
        return cast("ReadyOut", self._json("GET", "/readyz"))

    def metrics(self) -> str:
        """Counts and times as Prometheus reads them."""
        return self._send("GET", "/metrics").text

    def limits(self) -> dict[str, float]:
        """How much a request may send and ask, by name and unit."""
        return cast("dict[str, float]", self._json("GET", "/v1/limits")["limits"])

    def vocabulary(self) -> VocabularyOut:
        """What conditions may hold: facet to value to name."""
        return cast("VocabularyOut", self._json("GET", "/v1/vocabulary"))

    # How

    def _post(self, path: str, idempotency_key: str | None, **content: Any) -> Any:
        headers = {**content.pop("headers", {}), "Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return self._json("POST", path, headers=headers, **content)

    def _json(self, method: str, path: str, **content: Any) -> Any:
        return self._send(method, path, **content).json()

    def _send(self, method: str, path: str, *, again: bool = True, stream: bool = False, **content: Any) -> httpx.Response:
        """The answer to a request, which is built once, so that a repetition is the same to the byte."""
        request = self._http.build_request(method, path, **content)
        attempt, was_cut = 0, False
        while True:
            wait = None
            try:
                return _accepted(self._http.send(request, stream=stream))
            except Problem as problem:
                if attempt >= self._retries or not _passes(problem, was_cut):
                    raise
                wait = problem.retry_after
            except CUT as error:
                if attempt >= self._retries or not (again or isinstance(error, UNSENT)):
                    raise
                was_cut = True
            time.sleep(_pause(attempt, wait))
            attempt += 1

    def _listed(self, path: str, name: str, params: Mapping[str, Any]) -> Iterator[Any]:
        page: dict[str, Any] = {"next": ""}
        while page["next"] is not None:
            page = self._json("GET", path, params={**params, **({"cursor": page["next"]} if page["next"] else {})})
            yield from page[name]

    def _load(self, lines: Sequence[bytes], kind: Kind | None) -> Iterator[BulkLine]:
        """A status for each line, from the first without one again where the connection is cut."""
        answered = cuts = 0
        while answered < len(lines):
            before = answered
            try:
                for status in self._statuses(lines, kind, answered + 1):
                    answered = status["line"]
                    yield status
                cut: httpx.TransportError = httpx.RemoteProtocolError(f"{len(lines)} lines were sent, {answered} answered")
            except CUT as error:
                cut = error
            if answered < len(lines):
                cuts = 0 if answered > before else cuts + 1
                if cuts > self._retries:
                    raise cut
                time.sleep(_pause(cuts, None))

    def _statuses(self, lines: Sequence[bytes], kind: Kind | None, first: int) -> Iterator[BulkLine]:
        params = {"first_line": first, **({"kind": kind} if kind else {})}
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": str(uuid.uuid4())}
        with closing(self._send("POST", "/v1/bulk", stream=True, params=params, headers=headers, content=b"".join(lines))) as answer:
            yield from map(json.loads, filter(None, answer.iter_lines()))

    def _events(self, id: str) -> Iterator[IngestOut]:
        with closing(self._send("GET", f"/v1/ingests/{_quoted(id)}/events", stream=True)) as answer:
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))


def _path(kind: Kind, id: str) -> str:
    return f"/v1/{kind}s/{_quoted(id)}"


def _quoted(id: str) -> str:
    """An id as one step of a path; a dot alone would be taken for a way to go."""
    return id.replace(".", "%2E") if id in (".", "..") else quote(id, safe="")


def _condition(if_match: str | None, if_none_match: str | None) -> dict[str, str]:
    tag = {"If-Match": if_match if if_match == "*" else f'"{if_match}"'} if if_match is not None else {}
    return {**tag, **({"If-None-Match": if_none_match} if if_none_match is not None else {})}


def _file(file: bytes | Path) -> tuple[bytes, str]:
    """The bytes of a file and its media type, by its ending."""
    if isinstance(file, bytes):
        return file, "application/octet-stream"
    guessed = DOCX if file.suffix.lower() == ".docx" else mimetypes.guess_type(file.name)[0]
    return file.read_bytes(), guessed or "application/octet-stream"


def _question(kind: Kind, explain: str, given: Mapping[str, Any]) -> dict[str, Any]:
    query = {name: given[name] for name in ("id", "document", "text") if name in given}
    return {**{name: value for name, value in given.items() if name not in query}, "query": {"kind": kind, **query}, "explain": explain}


def _batches(documents: Iterable[Mapping[str, Any]]) -> Iterator[list[bytes]]:
    """The lines of each request."""
    lines: list[bytes] = []
    size = 0
    for document in documents:
        line = json.dumps(document).encode() + b"\n"
        if lines and (len(lines) == BATCH_LINES or size + len(line) > BATCH_BYTES):
            yield lines
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield lines


def _accepted(response: httpx.Response) -> httpx.Response:
    """A response that is no refusal; raises Problem."""
    if response.is_success or response.status_code == httpx.codes.NOT_MODIFIED:
        return response
    with closing(response):
        response.read()
    raise Problem.from_response(response)


def _passes(problem: Problem, was_cut: bool) -> bool:
    """Whether the same request may be granted in a while; after a cut it may still be under way itself."""
    if was_cut and problem.name == "idempotency-key-in-use":
        return True
    return problem.status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE) and (problem.retry_after or 0) <= PATIENCE_SECONDS


def _retry_after(response: httpx.Response) -> float | None:
    """The seconds that Retry-After names, or that are left until its date."""
    value = response.headers.get("retry-after", "")
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _pause(attempt: int, named: float | None) -> float:
    """Seconds until a request is repeated: at least what the service names, and not all callers at once."""
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
    return (named or 0.0) + random.uniform(0 if named else longest / 2, longest)  # noqa: S311 - a chance that guards nothing
