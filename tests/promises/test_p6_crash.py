"""P6: an acknowledged write survives kill -9 at any point; nothing is stored twice; the index is a pure function of the store."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

import scripts.ingest
from index.embedded import EmbeddedIndex
from index.record import NOTHING, Expected, Filter, Key, Question, Written, centroid
from index.store import Store
from matcher.catalog import from_record, terms
from matcher.document import Document, Kind
from matcher.matcher import LOCAL, Matcher, batches, fingerprint
from matcher.reading import Reader
from matcher.vocabulary import Vocabulary, load
from scripts.ingest import Report, ingest
from tests.conftest import TODAY, WordLengthEncoder

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


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Announcing(Matcher):
    """Prints what was stored once it is stored, as a service acknowledges."""

    def put(self, documents: Sequence[Document], tenant: str = LOCAL, expected: Expected = NOTHING) -> Written:
        written = super().put(documents, tenant, expected)
        say(json.dumps([name(one) for one in documents]))
        return written


def matcher_at(store: Path, vocabulary: Vocabulary, sort: type[Matcher] = Matcher) -> Matcher:
    encoder = WordLengthEncoder()
    index = EmbeddedIndex.open(store, fingerprint(encoder, vocabulary), encoder.dimension, "clinmatch rebuild")
    return sort(vocabulary, Reader(vocabulary, TODAY), encoder, index)


def load_until_killed(store: str, file: str) -> None:
    """What the process does that is killed: load the file in small batches, announcing each."""
    vocabulary = load()
    say("ready")
    scripts.ingest.batches = partial(batches, size=SMALL)
    matcher = matcher_at(Path(store), vocabulary, Announcing)
    ingest(matcher, [Path(file)])
    matcher.close()


def killed(store: Path, file: Path, after: int, delay: float) -> tuple[int, list[list[str]]]:
    """Kill -9 a load `delay` seconds after its announcement number `after`; returns its exit status and what it announced."""
    script = "import sys; from tests.promises.test_p6_crash import load_until_killed; load_until_killed(*sys.argv[1:])"
    command = [sys.executable, "-c", script, str(store), str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        announced = [process.stdout.readline() for _ in range(after)]
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        announced += process.stdout.readlines()
        status = process.wait(timeout=30)
    return status, [json.loads(line) for line in announced if line.endswith("\n")]


def assert_whole(store: Store, expected: dict[str, Document], matcher: Matcher) -> None:
    """Every expected document is there once, exactly as it would be stored anew, and nothing else is."""
    records = list(store.records())
    stored = {f"{one.key.kind}/{one.key.id}": one for one in records}
    assert len(stored) == len(records)
    assert {key: from_record(one).document for key, one in stored.items()} == expected
    for asked in matcher.read(list(expected.values())):
        record = stored[name(asked.document)]
        assert from_record(record).profile == asked.profile
        assert record.terms == terms(asked.profile)
        assert record.vectors.tobytes() == asked.vectors.tobytes()
    changes = store.changes()
    assert [change.sequence for change in changes] == list(range(1, len(changes) + 1))
    last = {change.key: change.sequence for change in changes}
    assert {one.key: one.version for one in records} == last


def assert_answers_of_a_rebuilt_index(store: Store, index: EmbeddedIndex, folder: Path) -> None:
    """Search gives what an index gives into which the store's records were put anew, in another order."""
    rebuilt = EmbeddedIndex.open(folder / f"rebuilt-{time.monotonic_ns()}.db", "rebuilt", WordLengthEncoder.dimension, "clinmatch rebuild")
    records = sorted(store.records(), key=lambda one: one.key.id)
    rebuilt.put(records)
    texas = Filter(required={"state": frozenset({"TX"})})
    for record in records[::3]:
        for kind in Kind:
            for where in (Filter(), texas):
                question = (LOCAL, kind.value, Question(centroid(record.vectors), record.terms), [where], 7)
                ours, anew = index.search(*question), rebuilt.search(*question)
                assert [(hit.id, hit.similarity) for hit in ours] == [(hit.id, hit.similarity) for hit in anew]
                assert len({hit.id for hit in ours}) == len(ours)
                assert all(hit.version == index.get(Key(LOCAL, kind.value, hit.id)).version for hit in ours)  # type: ignore[union-attr]
    rebuilt.close()


def test_what_was_acknowledged_survives_kill_9_at_any_point_whole_and_once(tmp_path: Path, vocabulary: Vocabulary) -> None:
    chance = random.Random(20261122)
    deaths, cut_short, store, expected = 0, 0, tmp_path, dict[str, Document]()
    for attempt in range(KILLS):
        if attempt % A_STORE == 0:
            store, expected = tmp_path / f"store-{attempt}.db", {}
        listed, file = documents(attempt), tmp_path / f"documents-{attempt}.jsonl"
        file.write_text("".join(json.dumps(one.to_mapping()) + "\n" for one in listed), encoding="utf-8")

        after = chance.randrange(len(listed) // SMALL)
        status, announced = killed(store, file, after, chance.uniform(0, 0.02))
        deaths += status == -signal.SIGKILL
        cut_short += len(announced) < len(listed) // SMALL
        groups = list(batches(listed, SMALL))
        assert announced == [[name(one) for one in group] for group in groups[: len(announced)]]
        assert len(announced) >= after

        matcher = matcher_at(store, vocabulary)
        assert isinstance(matcher.index, EmbeddedIndex)
        disk = matcher.index._store
        now = {f"{record.key.kind}/{record.key.id}": from_record(record).document for record in disk.records()}
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


def test_a_kill_while_the_store_is_being_made_leaves_one_that_can_be_filled(tmp_path: Path, vocabulary: Vocabulary) -> None:
    file = tmp_path / "documents.jsonl"
    file.write_text("".join(json.dumps(one.to_mapping()) + "\n" for one in documents(0)), encoding="utf-8")
    for trial, delay in enumerate((0, 0.001, 0.003, 0.006)):
        store = tmp_path / f"store-{trial}.db"
        status, _ = killed(store, file, 0, delay)
        assert status == -signal.SIGKILL
        matcher = matcher_at(store, vocabulary)
        assert ingest(matcher, [file]) == Report(60, ())
        assert (matcher.count(Kind.POSTING), matcher.count(Kind.RESUME)) == (40, 20)
        matcher.close()


def test_an_index_follows_the_writes_of_a_process_that_was_killed(tmp_path: Path, vocabulary: Vocabulary) -> None:
    listed, file, store = documents(1), tmp_path / "documents.jsonl", tmp_path / "store.db"
    file.write_text("".join(json.dumps(one.to_mapping()) + "\n" for one in listed), encoding="utf-8")
    matcher = matcher_at(store, vocabulary)
    _, announced = killed(store, file, 5, 0)
    said = {entry for group in announced for entry in group}
    assert len(said) >= 5 * SMALL
    assert isinstance(matcher.index, EmbeddedIndex)
    stored = {f"{one.key.kind}/{one.key.id}" for one in matcher.index._store.records()}
    assert said <= stored
    for kind in Kind:
        everything = matcher.index.search(LOCAL, kind.value, Question(centroid(matcher.read(listed[:1])[0].vectors), ()), [Filter()], 60)
        assert {f"{kind}/{hit.id}" for hit in everything} == {entry for entry in stored if entry.startswith(kind.value)}
    matcher.close()


def test_two_processes_that_load_at_once_lose_nothing_and_store_nothing_twice(tmp_path: Path, vocabulary: Vocabulary) -> None:
    listed, store = documents(2), tmp_path / "store.db"
    files = []
    for part, chosen in enumerate((listed[:40], listed[20:])):
        files.append(tmp_path / f"part-{part}.jsonl")
        files[-1].write_text("".join(json.dumps(one.to_mapping()) + "\n" for one in chosen), encoding="utf-8")
    script = "import sys; from tests.promises.test_p6_crash import load_until_killed; load_until_killed(*sys.argv[1:])"
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(store), str(file)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for file in files
    ]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    matcher = matcher_at(store, vocabulary)
    assert isinstance(matcher.index, EmbeddedIndex)
    assert_whole(matcher.index._store, {name(one): one for one in listed}, matcher)
    matcher.close()


@pytest.mark.parametrize("kind", list(Kind))
def test_a_second_load_of_the_same_file_changes_no_answer(tmp_path: Path, vocabulary: Vocabulary, kind: Kind) -> None:
    file = tmp_path / "documents.jsonl"
    file.write_text("".join(json.dumps(one.to_mapping()) + "\n" for one in documents(3)), encoding="utf-8")
    matcher = matcher_at(tmp_path / "store.db", vocabulary)
    ingest(matcher, [file])
    asked = next(one for one in documents(4) if one.kind is kind)
    before = [(one.document, one.match) for one in matcher.match(asked, limit=60)]
    ingest(matcher, [file])
    assert [(one.document, one.match) for one in matcher.match(asked, limit=60)] == before
    assert len(before) == (20 if kind is Kind.POSTING else 40)
    matcher.close()
