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
