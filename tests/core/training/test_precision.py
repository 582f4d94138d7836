from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

import core.training.networks.precision as precision
from core.training.learner import Learner
from core.training.networks.precision import faster_type, seconds_of_product
from core.training.networks.tensors import eigenpairs
from core.training.pose import pose_of
from core.training.recipe import Recipe
from tests.core.make import bumpy_disk

CPU = torch.device("cpu")
PRODUCTS = {"mm", "addmm", "bmm", "baddbmm", "matmul"}


class Types(TorchDispatchMode):
    """Collects the types that matrices are multiplied in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[torch.dtype] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.overloadpacket.__name__ in PRODUCTS:
            self.found |= {value.dtype for value in args if isinstance(value, torch.Tensor)}
        return func(*args, **(kwargs or {}))


def test_no_step_uses_a_type_that_is_slower_than_float32() -> None:
    surface = bumpy_disk(8)
    places = np.ascontiguousarray(surface.vertices[:, :2])
    widths = (256, 256, 256), (256, 256, 256)
    learner = Learner(pose_of(surface), np.zeros(len(surface.faces), bool), places, widths, CPU, 1, 0, Recipe())
    with Types() as types:
        for position in (0.1, 0.5, 0.9):
            learner.step(position)
    assert torch.float32 in types.found
    for dtype in types.found - {torch.float32}:
        ratios = [
            seconds_of_product(CPU, 384, 256, dtype) / seconds_of_product(CPU, 384, 256, torch.float32)
            for _ in range(5)
        ]
        assert sorted(ratios)[2] < 1.0, f"{dtype} takes {sorted(ratios)[2]:.1f} times as long as float32"


@pytest.mark.parametrize(
    ("low", "full", "taken"),
    [(1.0, 2.0, torch.bfloat16), (7.0, 1.0, torch.float32), (1.0, 1.1, torch.float32)],
    ids=["faster", "emulated", "hardly faster"],
)
def test_the_faster_type_is_taken(monkeypatch: pytest.MonkeyPatch, low: float, full: float, taken: torch.dtype) -> None:
    seconds = {torch.float32: full, torch.bfloat16: low}
    monkeypatch.setattr(precision, "seconds_of_product", lambda device, rows, width, dtype: seconds[dtype])
    assert faster_type(CPU, 768, 256) == taken


def test_there_is_only_float32_on_mps() -> None:
    assert faster_type(torch.device("mps"), 768, 256) == torch.float32


@pytest.mark.parametrize("is_told", [True, False])
def test_a_matrix_that_single_precision_fails_on_is_decomposed_in_double(monkeypatch, is_told):
    matrices, decompose = torch.eye(3).repeat(2, 1, 1) * 2.0, torch.linalg.eigh

    def failing(given):
        if given.dtype == torch.float32 and is_told:
            raise torch.linalg.LinAlgError("did not converge")
        values, vectors = decompose(given)
        return (values * torch.nan, vectors * torch.nan) if given.dtype == torch.float32 else (values, vectors)

    monkeypatch.setattr(torch.linalg, "eigh", failing)
    values, vectors = eigenpairs(matrices)
    assert values.dtype == vectors.dtype == torch.float32
    torch.testing.assert_close(vectors * values[:, None, :] @ vectors.mT, matrices)
