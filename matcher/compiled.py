"""A model compiled by OpenVINO, an optional extra: the only file that imports it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.encoder import ModelInvalid

TYPES = {"fp32": "f32", "bf16": "bf16"}
INSTALL = "run: pip install 'clinmatch[openvino]'; or choose another precision, and rebuild a store that this one filled"
Numbers = npt.NDArray[np.int64]


def is_installed() -> bool:
    """Whether the extra is there; it is not imported for this."""
    return find_spec("openvino") is not None


def compiled(model: object, example: tuple[object, object], precision: str, threads: int) -> Callable[[Numbers, Numbers], npt.NDArray[np.float32]]:
    """A torch module of two inputs as a function of two arrays of any batch and length; one caller at a time.

    Nothing is written or sent. Raises ModelInvalid where OpenVINO is not installed, cannot convert the module, or lacks the precision on this machine.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # else each import is reported to its makers, over the network
    try:
        import openvino
    except ImportError as error:
        raise ModelInvalid(f"precision openvino-{precision}: OpenVINO is not installed; {INSTALL}") from error
    wanted = {"INFERENCE_PRECISION_HINT": TYPES[precision], "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
    try:
        network: Any = openvino.Core().compile_model(
            openvino.convert_model(model, example_input=example),
            "CPU",
            {**wanted, "ENABLE_CPU_PINNING": False},  # other work, and other processes of ours, run on the same cores
        )
    except Exception as error:  # it has no class of its own
        raise ModelInvalid(f"precision openvino-{precision}: OpenVINO cannot convert this model ({error}); choose another precision") from error
    given = network.get_property("INFERENCE_PRECISION_HINT").to_string()
    if given != TYPES[precision]:
        raise ModelInvalid(f"precision openvino-{precision}: OpenVINO computes {given} on this machine; choose another precision")
    request = network.create_infer_request()

    def run(first: Numbers, second: Numbers) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = request.infer((first, second), share_inputs=True)[0]
        return found

    return run
