"""Exact cells against regioncam, in one process: CPU seconds, wall seconds, peak memory.

    python tests/benchmarks/cells_duel.py [--rounds 5] [--nets a b c d] [--kinds random trained]

Needs the extra ``bench``. The nets are those of PyTorch's default initialization, seed 0, or trained for 400 steps on a
bumpy surface: a is 2-64-64-3, b 2-128-128-128-3, c 2-48-96-192-384-768-3; the domain is the square [-1, 1]^2. Rounds
alternate, medians are compared. Regioncam keeps the values of all layers and works in float32; its counts are printed
beside ours. Trained c is left out for regioncam, which would need some 20 GB, and so is d, 2-512-512-512-3 with He's
initialization, a decoder of about a million cells.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import regioncam
import torch

from core.relu.decomposition import decompose
from core.relu.relu_map import ReluMap

WIDTHS = {
    "a": (2, 64, 64, 3),
    "b": (2, 128, 128, 128, 3),
    "c": (2, 48, 96, 192, 384, 768, 3),
    "d": (2, 512, 512, 512, 3),
}
SQUARE = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def bumpy(points: torch.Tensor) -> torch.Tensor:
    """Return points of a bumpy piece of a sphere."""
    u, v = points[:, 0] * np.pi * 0.9, points[:, 1] * 1.3
    r = 1 + 0.15 * torch.sin(5 * u) * torch.cos(4 * v) + 0.08 * torch.sin(9 * u + 2) * torch.sin(7 * v)
    return torch.stack([r * torch.cos(v) * torch.cos(u), r * torch.cos(v) * torch.sin(u), r * torch.sin(v)], 1)


def network(widths: tuple[int, ...], trained: bool, steps: int = 400) -> ReluMap:
    """Return a network with the weights of PyTorch's default initialization, trained if asked for."""
    torch.manual_seed(0)
    linear = [torch.nn.Linear(a, b) for a, b in pairwise(widths)]
    if widths == WIDTHS["d"]:
        for layer in linear:
            torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            torch.nn.init.normal_(layer.bias, std=0.1)
    modules = [m for layer in linear[:-1] for m in (layer, torch.nn.ReLU())] + [linear[-1]]
    model = torch.nn.Sequential(*modules)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for _ in range(steps if trained else 0):
        points = 2 * torch.rand(1024, 2) - 1
        loss = ((model(points) - bumpy(points)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    weights = [layer.weight.detach().double().numpy() for layer in linear]
    return ReluMap(weights, [layer.bias.detach().double().numpy() for layer in linear])


def with_regioncam(net: ReluMap) -> tuple[int, int, int]:
    """Return V, E and F as regioncam counts them."""
    complex_ = regioncam.Regioncam(size=1.0)
    for weight, bias in zip(net.weights[:-1], net.biases[:-1], strict=True):
        complex_.linear(np.ascontiguousarray(weight.T, np.float32), bias.astype(np.float32))
        complex_.relu()
    return complex_.num_vertices, complex_.num_edges, complex_.num_faces


def with_ours(net: ReluMap, with_maps: bool) -> tuple[int, int, int]:
    """Return V, E and F as we count them."""
    cells = decompose(net, SQUARE, with_maps=with_maps)
    return len(cells.vertices), len(cells.edges), cells.n_cells


def peak_memory() -> int:
    """Return the peak of the resident memory since it was last reset, in bytes (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def measured(run: Callable[[], tuple[int, int, int]]) -> tuple[tuple[int, int, int], float, float, int]:
    """Run once; return its result, CPU seconds, wall seconds, and growth of peak memory."""
    Path("/proc/self/clear_refs").write_text("5")
    before, cpu, wall = peak_memory(), time.process_time(), time.perf_counter()
    result = run()
    return result, time.process_time() - cpu, time.perf_counter() - wall, peak_memory() - before


def duel(name: str, trained: bool, rounds: int) -> None:
    """Compare on one net and print what was measured."""
    net = network(WIDTHS[name], trained)
    runs = {"ours": lambda: with_ours(net, False), "ours, with maps": lambda: with_ours(net, True)}
    if name != "d" and not (name == "c" and trained):
        runs["regioncam"] = lambda: with_regioncam(net)
    with_ours(net, True), with_ours(net, False)
    say(f"\nnet {name}, {'trained' if trained else 'random'}: {'-'.join(map(str, WIDTHS[name]))}")
    figures: dict[str, list] = {key: [] for key in runs}
    for _ in range(rounds):
        for key, run in runs.items():
            figures[key].append(measured(run))
    for key, rows in figures.items():
        counts = rows[0][0]
        cpu, wall = statistics.median(r[1] for r in rows), statistics.median(r[2] for r in rows)
        memory = max(r[3] for r in rows)
        say(
            f"  {key:16} V E F {counts[0]:7} {counts[1]:7} {counts[2]:7}   cpu {1e3 * cpu:9.2f} ms   "
            f"wall {1e3 * wall:9.2f} ms   {counts[2] / cpu / 1e6:6.3f} M cells per CPU s   "
            f"peak + {memory / counts[2]:7.0f} B a cell"
        )
    if "regioncam" in figures:
        for key in ("ours", "ours, with maps"):
            ratio = [statistics.median(r[k] for r in figures["regioncam"]) for k in (1, 2)]
            mine = [statistics.median(r[k] for r in figures[key]) for k in (1, 2)]
            say(f"  regioncam / {key}: cpu {ratio[0] / mine[0]:.1f} x, wall {ratio[1] / mine[1]:.1f} x")


def main() -> None:
    """Read the command line and run the duels."""
    parser = argparse.ArgumentParser(description="Exact cells against regioncam.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--nets", nargs="+", choices=tuple(WIDTHS), default=list(WIDTHS))
    parser.add_argument("--kinds", nargs="+", choices=("random", "trained"), default=["random", "trained"])
    options = parser.parse_args()
    say(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in options.nets:
        for kind in options.kinds if name != "d" else ["random"]:
            duel(name, kind == "trained", options.rounds)


if __name__ == "__main__":
    main()
