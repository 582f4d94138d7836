from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from core.training.learner import Learner, Recipe
from core.training.pose import pose_of
from tests.core.make import bumpy_disk

WAITS = {"_local_scalar_dense", "nonzero", "masked_select", "_unique2", "equal", "is_nonzero"}
"""Operations whose result decides a shape or a number of Python: an accelerator has to be waited for."""


class Waits(TorchDispatchMode):
    """Counts the operations for which the host would wait."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        by_mask = name in ("index", "index_put", "index_put_") and any(
            isinstance(index, torch.Tensor) and index.dtype == torch.bool for index in args[1] if index is not None
        )
        if name in WAITS or by_mask:
            self.found.append(name)
        return func(*args, **(kwargs or {}))


@pytest.fixture(params=["guided", "free"])
def learner(request: pytest.FixtureRequest) -> Iterator[Learner]:
    surface = bumpy_disk(8)
    places = np.ascontiguousarray(surface.vertices[:, :2]) if request.param == "guided" else None
    left_out = np.zeros(len(surface.faces), bool)
    widths = (16, 16, 16), (16, 16, 16)
    made = Learner(pose_of(surface), left_out, places, widths, torch.device("cpu"), 1, 0, Recipe(triangles=32))
    yield made
    made.close()


def test_a_step_never_waits_for_the_device(learner: Learner) -> None:
    """Only every 50th and 200th step, which look for folds, may."""
    for position in (0.1, 0.5, 0.9):
        learner.steps = 1
        with Waits() as waits:
            learner.step(position)
        assert waits.found == []


def test_waiting_is_seen(learner: Learner) -> None:
    with Waits() as waits:
        found = learner.step(0.9)
        assert found[0].item() >= 0.0
        _ = learner.points[learner.points[:, 0] > 0.0]
    assert {"_local_scalar_dense", "index"} <= set(waits.found)
    assert ("nonzero" in waits.found) == learner.guided
