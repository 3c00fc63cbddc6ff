"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.settings import InvalidSetting, Settings


def test_without_an_environment_everything_has_a_default() -> None:
    assert Settings.from_environment({}) == Settings(Path("clinmatch.db"), None, None, "127.0.0.1", 8000)


def test_every_setting_is_read_from_its_variable() -> None:
    environment = {
        "CLINMATCH_STORE": "/data/s.db",
        "CLINMATCH_MODEL": "/data/model",
        "CLINMATCH_PRECISION": "fp32",
        "CLINMATCH_HOST": "0.0.0.0",
        "CLINMATCH_PORT": "65535",
    }
    assert Settings.from_environment(environment) == Settings(Path("/data/s.db"), Path("/data/model"), "fp32", "0.0.0.0", 65535)


def test_other_variables_and_empty_ones_change_nothing() -> None:
    assert Settings.from_environment({"PATH": "/bin", "CLINMATCH_STORE": "", "CLINMATCH_PORT": ""}) == Settings()


def test_a_variable_that_is_no_setting_is_refused_by_name() -> None:
    with pytest.raises(InvalidSetting, match=r"^CLINMATCH_STOER: unknown setting$"):
        Settings.from_environment({"CLINMATCH_STOER": "x.db"})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a", "8e3", "²", " 80"])
def test_a_port_that_is_none_is_refused_by_name_and_value(port: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        Settings.from_environment({"CLINMATCH_PORT": port})
    assert str(caught.value) == f"CLINMATCH_PORT: is {port!r}, must be a port from 1 to 65535"


def test_keys_and_days_are_read_and_a_bad_one_is_refused_by_name() -> None:
    settings = Settings.from_environment({"CLINMATCH_KEYS": "true", "CLINMATCH_DECISION_DAYS": "30"})
    assert (settings.keys, settings.decision_days) == (True, 30)
    for name, value in (("KEYS", "yes"), ("DECISION_DAYS", "0"), ("DECISION_DAYS", "x")):
        with pytest.raises(InvalidSetting, match=f"CLINMATCH_{name}: is '{value}', must be"):
            Settings.from_environment({f"CLINMATCH_{name}": value})


def test_the_files_beside_a_store_are_named_after_it() -> None:
    settings = Settings(store=Path("/data/my.db"))
    assert (settings.shelves, settings.secret) == (Path("/data/my-service.db"), Path("/data/my-service.secret"))
    assert Settings(store=Path(":memory:")).shelves == Path(":memory:")


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False), ("example.org", False)]
)
def test_only_the_loopback_address_is_local(host: str, local: bool) -> None:
    assert Settings(host=host).is_local is local
