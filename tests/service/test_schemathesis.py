"""The live service against its own OpenAPI document: generated requests, right and wrong, one by one and in chains."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from limits import RateLimitItemPerMinute

from matcher.matcher import Matcher
from service.app import create_app
from service.compose import Service
from service.keys import SCOPES, Limits
from service.settings import Settings
from tests.service.conftest import DOCUMENTS
from tests.service.fuzzing import OWN_KEY
from tests.serving import listening

FOLDER = Path(__file__).parent
EXAMPLES = os.environ.get("CLINMATCH_FUZZ_EXAMPLES", "15")  # of each operation; 200 by `make fuzz`
SEED = ["--generation-deterministic"] if EXAMPLES == "15" else []
PLENTY = Limits(per_minute=1_000_000, matches_per_day=1_000_000_000, documents=1_000_000_000)


@pytest.mark.parametrize("keys", [False, True], ids=["without keys", "with keys"])
@pytest.mark.timeout(0)
def test_no_generated_request_finds_a_fault(matcher: Matcher, tmp_path: Path, keys: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.gate.FAILURES", RateLimitItemPerMinute(1_000_000))  # wrong keys are tried with every operation
    held: list[Service] = []

    def opened() -> Service:
        held.append(Service.over(matcher, Settings(store=tmp_path / "store.db", keys=keys)))
        return held[0]

    with listening(create_app(opened, keys)) as address:
        key, words = held[0].keyring.create("acme", "fuzz", SCOPES, time.time(), PLENTY)
        headers = {"Authorization": f"Bearer {words}"} if keys else {}
        for path, body in DOCUMENTS.items():
            assert httpx.put(f"{address}/v1/{path}", json=body, headers=headers).status_code == 201
        done = _fuzzed(f"{address}/v1/openapi.json", headers, key.id, tmp_path)
        assert httpx.get(f"{address}/v1/postings", headers=headers).status_code == 200
    assert done.returncode == 0, "\n".join(line[:300] for line in done.stdout.splitlines())


def _fuzzed(address: str, headers: Mapping[str, str], key: str, folder: Path) -> subprocess.CompletedProcess[str]:
    given = [part for name, value in headers.items() for part in ("--header", f"{name}: {value}")]
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", FOLDER / "schemathesis.toml", "run", address,
               "--max-examples", EXAMPLES, *SEED, "--continue-on-failure", "--no-color", "--output-truncate", "true", *given]  # fmt: skip
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.service.fuzzing", OWN_KEY: key, "PYTHONPATH": str(FOLDER.parents[1])}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, errors="replace", check=False)
