"""Guided training against its rivals on the same cores: the plain recipe of the paper, and free training.

Usage: python -m tests.benchmarks.duel_training SURFACE ... [--seconds 60] [--seeds 3] [--rival-factor 2]

The plain recipe is the paper's network with PyTorch's own initialization, Adam at 1e-3 and the mean squared error on
random vertices, in float32. Rivals get `--rival-factor` times the time. Prints one line a run with the figures of the
certificate (lengths in % of the diagonal) and the CPU seconds of the process.
"""

import argparse
import sys
import time

import numpy as np
import torch

from core.autoencoder.autoencoder import Autoencoder
from core.clock import n_cores
from core.evaluation.certificate import Certificate
from core.evaluation.certify import certify
from core.io.load import load
from core.progress import finish
from core.relu.relu_map import ReluMap
from core.surface.normalization import unit_frame
from core.surface.surface import Surface
from core.training.options import PRESETS, TrainingOptions
from core.training.train import train

BATCH = 512


def plain(surface: Surface, seconds: float, seed: int) -> Certificate:
    """Train the paper's network the plain way for a time."""
    torch.manual_seed(seed)
    torch.set_num_threads(n_cores())
    frame = unit_frame(surface)
    points = torch.as_tensor(frame.normalize(surface.vertices), dtype=torch.float32)

    def network(widths: tuple[int, ...]) -> torch.nn.Sequential:
        layers: list[torch.nn.Module] = []
        for k in range(len(widths) - 1):
            layers += [torch.nn.Linear(widths[k], widths[k + 1]), torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])

    encoder, decoder = network((3, *PRESETS["paper"][0], 2)), network((2, *PRESETS["paper"][1], 3))
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        batch = points[torch.randint(len(points), (BATCH,))]
        loss = (decoder(encoder(batch)) - batch).square().sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def relu_map(net: torch.nn.Sequential) -> ReluMap:
        layers = [layer for layer in net if isinstance(layer, torch.nn.Linear)]
        return ReluMap(
            [layer.weight.detach().double().numpy() for layer in layers],
            [layer.bias.detach().double().numpy() for layer in layers],
        )

    autoencoder = Autoencoder(relu_map(encoder), relu_map(decoder), frame.centre, frame.scale)
    return finish(certify(surface, autoencoder, np.random.default_rng(seed))).certificate


def line(name: str, recipe: str, seed: int, seconds: float, cpu: float, c: Certificate) -> str:
    """One row of the table."""
    return (
        f"{name:<22} {recipe:<14} {seed:>4} {seconds:>8.0f} {cpu:>8.0f} {100 * c.rmse_rel:>8.3f} "
        f"{100 * c.chamfer_rel:>8.3f} {100 * c.hausdorff_rel:>8.2f} {c.flipped_triangles:>7} "
        f"{c.flipped_subtriangles:>9} {c.cover:>8.4f}"
    )


def main() -> None:
    """Run all duels and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("surfaces", nargs="+")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rival-factor", type=float, default=2.0)
    arguments = parser.parse_args()
    head = f"{'surface':<22} {'recipe':<14} {'seed':>4} {'seconds':>8} {'CPU s':>8} {'RMSE %':>8} {'Chamfer':>8} "
    sys.stdout.write(f"{head}{'Hausd.':>8} {'flips':>7} {'subflips':>9} {'cover':>8}\n")
    for path in arguments.surfaces:
        loaded = load(path)
        surface = loaded.surface
        long = arguments.rival_factor * arguments.seconds
        for seed in range(arguments.seeds):
            for recipe, seconds in (("guided", arguments.seconds), ("free", long), ("plain", long)):
                cpu = time.process_time()
                if recipe == "plain":
                    certificate = plain(surface, seconds, seed)
                else:
                    options = TrainingOptions(mode=recipe, seconds=seconds, seed=seed, device="cpu")
                    certificate = finish(train(surface, options)).certificate
                used = time.process_time() - cpu
                sys.stdout.write(line(loaded.name, recipe, seed, seconds, used, certificate) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
