from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from core.training.learner import Learner
from core.training.networks import optimizer
from core.training.pose import pose_of
from core.training.recipe import Recipe
from tests.core.make import bumpy_disk

WAITS = {"_local_scalar_dense", "nonzero", "masked_select", "_unique2", "equal", "is_nonzero"}
"""Operations whose result decides a shape or a number of Python: an accelerator has to be waited for."""


COPIES = {"cpu", "tolist", "numpy", "item", "__bool__", "__float__", "__int__", "__index__", "__array__"}
"""Methods that bring numbers to the host; on the CPU no operation tells of them."""


class Copies(TorchFunctionMode):
    """Counts the calls that bring numbers to the host."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name, given = getattr(func, "__name__", ""), (*args[1:], *(kwargs or {}).values())
        if name in COPIES or (name == "to" and any(isinstance(value, str | torch.device) for value in given)):
            self.found.append(name)
        return func(*args, **(kwargs or {}))


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
def learner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Learner]:
    """A learner whose steps go as on an accelerator: the directions that the CPU takes look at eigenvalues."""
    monkeypatch.setattr(optimizer, "_Whitened", optimizer._Orthogonal)
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
        with Waits() as waits, Copies() as copies:
            learner.step(position)
        assert waits.found == []
        assert copies.found == []


def test_waiting_is_seen(learner: Learner) -> None:
    with Waits() as waits, Copies() as copies:
        found = learner.step(0.9)
        assert found[0].item() >= 0.0
        _ = learner.points[learner.points[:, 0] > 0.0]
        _ = found.tolist(), found.cpu(), found.to("cpu"), found.to(torch.float64), bool(found[0] > 0.0)
    assert copies.found == ["item", "tolist", "cpu", "to", "__bool__"]
    assert {"_local_scalar_dense", "index"} <= set(waits.found)
    assert ("nonzero" in waits.found) == learner.guided
