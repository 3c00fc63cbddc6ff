"""P6: an acknowledged write survives kill -9 at any point; nothing is stored twice; the index is a pure function of the store."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

import scripts.ingest
from index.embedded import EmbeddedIndex
from index.record import NOTHING, Expected, Filter, Key, Written, centroid
from index.scoring import Question
from index.store import Store
from matcher.brief import Rules
from matcher.catalog import from_record
from matcher.document import Document, Kind
from matcher.matcher import LOCAL, Asked, Matcher, batches, fingerprint
from matcher.reading import Reader
from matcher.scoring import Scorer
from matcher.sheet import BriefSheet
from matcher.vocabulary import Vocabulary, load
from matcher.weights import Weights
from scripts.ingest import Report, ingest
from tests.conftest import TODAY, WordLengthEncoder
from tests.index.stored import every

ROOT = Path(__file__).parents[2]
SMALL = 4  # documents in a batch
KILLS, A_STORE = 25, 5  # kills in all, and on one store: the first hits new documents, the others hit replacements
SKILLS = ("EMDR", "DBT", "CBT", "family therapy", "play therapy", "motivational interviewing", "intake assessments")
PLACES = ("Austin, TX", "Oakland, CA", "Albany, NY")


def documents(attempt: int) -> list[Document]:
    """Sixty documents that say in their text which attempt at loading them this is."""
    listed = []
    for number in range(40):
        text = f"LCSW or LPC required. {SKILLS[number % 7]} and {SKILLS[number % 5]} with adolescents. Attempt number {attempt}." + " We offer supervision." * (
            number % 9
        )
        listed.append(Document.from_mapping({"id": f"p{number}", "kind": "posting", "text": text, "place": PLACES[number % 3]}))
    for number in range(20):
        text = f"Jane Roe, LCSW\n{PLACES[number % 3]}\nExperience\nTherapist: {SKILLS[number % 7]} with adults, attempt {attempt}."
        listed.append(Document.from_mapping({"id": f"r{number}", "kind": "resume", "text": text}))
    random.Random(attempt).shuffle(listed)
    return listed


def name(document: Document) -> str:
    return f"{document.kind}/{document.id}"


def write(file: Path, listed: Sequence[Document]) -> Path:
    file.write_text("".join(json.dumps(one.to_mapping()) + "\n" for one in listed), encoding="utf-8")
    return file


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Announcing(Matcher):
    """Prints what was stored once it is stored, as a service acknowledges."""

    def put(self, documents: Sequence[Document], tenant: str = LOCAL, expected: Expected = NOTHING) -> Written:
        written = super().put(documents, tenant, expected)
        say(json.dumps([name(one) for one in documents]))
        return written


def matcher_at(store: Path, vocabulary: Vocabulary, reader: Reader, sort: type[Matcher] = Matcher) -> Matcher:
    encoder = WordLengthEncoder()
    index = EmbeddedIndex.open(store, fingerprint(encoder, vocabulary), encoder.dimension, "clinmatch rebuild", BriefSheet)
    return sort(vocabulary, reader, encoder, index)


def load_until_killed(store: str, file: str) -> None:
    """What the process does that is killed: once it is told to, load the file in small batches, announcing each."""
    vocabulary = load()
    reader = Reader(vocabulary, TODAY)
    scripts.ingest.batches = partial(batches, size=SMALL)
    say("ready")
    sys.stdin.readline()
    matcher = matcher_at(Path(store), vocabulary, reader, Announcing)
    ingest(matcher, [Path(file)])
    matcher.close()


def begun(store: Path, file: Path) -> subprocess.Popen[str]:
    """A load that waits to be told to begin, so that it can be started while something else is done."""
    script = "import sys; from tests.promises.test_p6_crash import load_until_killed; load_until_killed(*sys.argv[1:])"
    command = [sys.executable, "-c", script, str(store), str(file)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def killed(load: subprocess.Popen[str], after: int, delay: float) -> tuple[int, list[list[str]]]:
    """Let a load begin and kill -9 it `delay` seconds after its announcement number `after`; returns its exit status and what it announced."""
    with load as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("begin\n")
        process.stdin.flush()
        announced = [process.stdout.readline() for _ in range(after)]
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        announced += process.stdout.readlines()
        status = process.wait(timeout=30)
    return status, [json.loads(line) for line in announced if line.endswith("\n")]


READ: dict[Document, Asked] = {}


def read_anew(document: Document, matcher: Matcher) -> Asked:
    """A document as it would be stored anew, which is the same at each look."""
    if document not in READ:
        READ[document] = matcher.read([document])[0]
    return READ[document]


def assert_whole(store: Store, expected: dict[str, Document], matcher: Matcher) -> None:
    """Every expected document is there once, exactly as it would be stored anew, and nothing else is."""
    records = every(store)
    stored = {f"{one.key.kind}/{one.key.id}": one for one in records}
    assert len(stored) == len(records)
    assert {key: from_record(one).document for key, one in stored.items()} == expected
    for asked in (read_anew(one, matcher) for one in expected.values()):
        record = stored[name(asked.document)]
        assert from_record(record).profile == asked.profile
        assert record.brief == asked.brief
        assert record.vectors.tobytes() == asked.vectors.tobytes()
    changes = store.changes()
    assert [change.sequence for change in changes] == list(range(1, len(changes) + 1))
    last = {change.key: change.sequence for change in changes}
    assert {one.key: one.version for one in records} == last


def assert_answers_of_a_rebuilt_index(store: Store, index: EmbeddedIndex, folder: Path) -> None:
    """Search gives what an index gives into which the store's records were put anew, in another order."""
    rebuilt = EmbeddedIndex.open(folder / f"rebuilt-{time.monotonic_ns()}.db", "rebuilt", WordLengthEncoder.dimension, "clinmatch rebuild", BriefSheet)
    records = sorted(every(store), key=lambda one: one.key.id)
    rebuilt.put(records)
    texas = Filter(required={"state": frozenset({"TX"})})
    for record in records[::3]:
        kind = Kind(record.key.kind)
        question = Question(centroid(record.vectors), Scorer(kind, record.brief, Weights(), Rules(load(), TODAY)))
        for where in (Filter(), texas):
            ours, anew = (one.search(LOCAL, kind.other.value, question, where, 7) for one in (index, rebuilt))
            assert [(hit.id, hit.similarity, hit.points) for hit in ours] == [(hit.id, hit.similarity, hit.points) for hit in anew]
            assert len({hit.id for hit in ours}) == len(ours)
            assert all(hit.version == index.get(Key(LOCAL, kind.other.value, hit.id)).version for hit in ours)  # type: ignore[union-attr]
    rebuilt.close()


def test_what_was_acknowledged_survives_kill_9_at_any_point_whole_and_once(tmp_path: Path, vocabulary: Vocabulary, reader: Reader) -> None:
    chance = random.Random(20261122)
    deaths, cut_short, expected = 0, 0, dict[str, Document]()
    stores = [tmp_path / f"store-{attempt // A_STORE}.db" for attempt in range(KILLS)]
    files = [write(tmp_path / f"documents-{attempt}.jsonl", documents(attempt)) for attempt in range(KILLS)]
    with ExitStack() as loads:
        coming = [loads.enter_context(begun(stores[0], files[0]))]
        for attempt, (store, file) in enumerate(zip(stores, files, strict=True)):
            if attempt % A_STORE == 0:
                expected = {}
            listed = documents(attempt)
            after = chance.randrange(len(listed) // SMALL)
            status, announced = killed(coming.pop(), after, chance.uniform(0, 0.02))
            if attempt + 1 < KILLS:  # gets ready while what this one left is looked at
                coming.append(loads.enter_context(begun(stores[attempt + 1], files[attempt + 1])))
            deaths += status == -signal.SIGKILL
            cut_short += len(announced) < len(listed) // SMALL
            groups = list(batches(listed, SMALL))
            assert announced == [[name(one) for one in group] for group in groups[: len(announced)]]
            assert len(announced) >= after

            matcher = matcher_at(store, vocabulary, reader)
            assert isinstance(matcher.index, EmbeddedIndex)
            disk = matcher.index._store
            now = {f"{record.key.kind}/{record.key.id}": from_record(record).document for record in every(disk)}
            done = len(announced)
            if groups[done:] and all(now.get(name(one)) == one for one in groups[done]):
                done += 1  # stored, but killed before it could be said
            expected |= {name(one): one for group in groups[:done] for one in group}
            assert_whole(disk, expected, matcher)
            assert_answers_of_a_rebuilt_index(disk, matcher.index, tmp_path)

            assert ingest(matcher, [file]) == Report(len(listed), ())
            expected = {name(one): one for one in listed}
            assert_whole(disk, expected, matcher)
            assert (matcher.count(Kind.POSTING), matcher.count(Kind.RESUME)) == (40, 20)
            assert_answers_of_a_rebuilt_index(disk, matcher.index, tmp_path)
            matcher.close()
    assert deaths == KILLS
    assert cut_short >= KILLS - 5


def test_a_kill_while_the_store_is_being_made_leaves_one_that_can_be_filled(tmp_path: Path, vocabulary: Vocabulary, reader: Reader) -> None:
    file = write(tmp_path / "documents.jsonl", documents(0))
    for trial, delay in enumerate((0, 0.001, 0.003, 0.006)):
        store = tmp_path / f"store-{trial}.db"
        status, _ = killed(begun(store, file), 0, delay)
        assert status == -signal.SIGKILL
        matcher = matcher_at(store, vocabulary, reader)
        assert ingest(matcher, [file]) == Report(60, ())
        assert (matcher.count(Kind.POSTING), matcher.count(Kind.RESUME)) == (40, 20)
        matcher.close()


def test_an_index_follows_the_writes_of_a_process_that_was_killed(tmp_path: Path, vocabulary: Vocabulary, reader: Reader) -> None:
    listed, store = documents(1), tmp_path / "store.db"
    file = write(tmp_path / "documents.jsonl", listed)
    matcher = matcher_at(store, vocabulary, reader)
    _, announced = killed(begun(store, file), 5, 0)
    said = {entry for group in announced for entry in group}
    assert len(said) >= 5 * SMALL
    assert isinstance(matcher.index, EmbeddedIndex)
    stored = {f"{one.key.kind}/{one.key.id}" for one in every(matcher.index._store)}
    assert said <= stored
    for kind in Kind:
        everything = matcher.index.ids(LOCAL, kind.value, Filter(), "", 60)
        assert {f"{kind}/{id}" for id in everything} == {entry for entry in stored if entry.startswith(kind.value)}
    matcher.close()


def test_two_processes_that_load_at_once_lose_nothing_and_store_nothing_twice(tmp_path: Path, vocabulary: Vocabulary, reader: Reader) -> None:
    listed, store = documents(2), tmp_path / "store.db"
    files = [write(tmp_path / f"part-{part}.jsonl", chosen) for part, chosen in enumerate((listed[:40], listed[20:]))]
    with ExitStack() as loads:
        processes = [loads.enter_context(begun(store, file)) for file in files]
        assert [process.stdout and process.stdout.readline() for process in processes] == ["ready\n"] * 2
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("begin\n")
            process.stdin.close()
        assert [process.wait(timeout=60) for process in processes] == [0, 0]
    matcher = matcher_at(store, vocabulary, reader)
    assert isinstance(matcher.index, EmbeddedIndex)
    assert_whole(matcher.index._store, {name(one): one for one in listed}, matcher)
    matcher.close()


@pytest.mark.parametrize("kind", list(Kind))
def test_a_second_load_of_the_same_file_changes_no_answer(tmp_path: Path, vocabulary: Vocabulary, reader: Reader, kind: Kind) -> None:
    file = write(tmp_path / "documents.jsonl", documents(3))
    matcher = matcher_at(tmp_path / "store.db", vocabulary, reader)
    ingest(matcher, [file])
    asked = next(one for one in documents(4) if one.kind is kind)
    before = [(one.document, one.match) for one in matcher.match(asked, limit=60)]
    ingest(matcher, [file])
    assert [(one.document, one.match) for one in matcher.match(asked, limit=60)] == before
    assert len(before) == (20 if kind is Kind.POSTING else 40)
    matcher.close()
