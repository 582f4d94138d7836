"""Guided training against its rivals on the same cores: the plain recipe of the paper, and free training.

Usage: python -m tests.benchmarks.duel_training SURFACE ... [--seconds 60] [--seeds 3] [--rival-factor 2]

The plain recipe is the paper's network with PyTorch's own initialization, Adam at 1e-3 and the mean squared error on
random vertices, in float32. Free training gets `--rival-factor` times the seconds, the plain recipe as many times the
CPU seconds that guided training used, so that a busy computer does it no wrong. Prints a row a run, lengths in % of the
diagonal: "guided" is the network alone, "with detail" the same run with the detail layer that was fitted within its
time; rivals have none. At the end, for each surface, how many times the rivals' figures are ours, without and with
detail.
"""

import argparse
import itertools
import sys
import time
from dataclasses import replace

import numpy as np
import torch

from core.base.clock import n_cores
from core.base.progress import Progress, finish
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.evaluation.accuracy import Accuracy
from core.evaluation.certificate import Certificate
from core.evaluation.certify import certify
from core.geometry.normalization import unit_frame
from core.io.load import load
from core.relu.relu_map import ReluMap
from core.training.options import PRESETS, TrainingOptions
from core.training.train import train

BATCH = 512


def plain(surface: Surface, seconds: float, seed: int) -> Certificate:
    """Train the paper's network the plain way for some CPU seconds."""
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
    started = time.process_time()
    while time.process_time() - started < seconds:
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


def row(name: str, recipe: str, seed: int, cpu: float, errors: Accuracy, certificate: Certificate) -> str:
    """One row of the table."""
    folds = certificate.surface
    assert folds is not None
    return (
        f"{name:<22} {recipe:<12} {seed:>4} {cpu:>7.0f} {100 * errors.rmse_rel:>8.3f} {100 * errors.chamfer_rel:>8.4f} "
        f"{100 * errors.hausdorff_rel:>8.3f} {errors.normal_error_deg:>8.2f} {folds.flipped_triangles:>7} "
        f"{folds.flipped_subtriangles:>9} {folds.cover:>8.4f}\n"
    )


def timed(surface: Surface, options: TrainingOptions) -> tuple[Certificate, float]:
    """Train; return the certificate and the CPU seconds up to where its making began."""
    started, used = time.process_time(), 0.0

    def listen(progress: Progress) -> None:
        nonlocal used
        if not progress.message.startswith("Certificate"):
            used = time.process_time() - started

    return finish(train(surface, options), listen).certificate, used


def duel(name: str, surface: Surface, seconds: float, factor: float, seed: int) -> dict[str, Accuracy]:
    """Let all train on one surface, print their rows; return the errors by recipe."""
    found: dict[str, Accuracy] = {}

    def show(recipe: str, cpu: float, certificate: Certificate) -> None:
        found[recipe] = certificate.network_accuracy
        sys.stdout.write(row(name, recipe, seed, cpu, found[recipe], certificate))
        if certificate.network is not None:
            found["with detail"] = certificate.accuracy
            sys.stdout.write(row(name, "with detail", seed, cpu, certificate.accuracy, certificate))
        sys.stdout.flush()

    options = TrainingOptions(seconds=seconds, seed=seed, device="cpu")
    guided, used = timed(surface, options)
    show("guided", used, guided)
    free, spent = timed(surface, replace(options, mode="free", detail=False, seconds=factor * seconds))
    show("free", spent, free)
    show("plain", factor * used, plain(surface, factor * used, seed))
    return found


def main() -> None:
    """Run all duels and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("surfaces", nargs="+")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rival-factor", type=float, default=2.0)
    arguments = parser.parse_args()
    head = f"{'surface':<22} {'recipe':<12} {'seed':>4} {'CPU s':>7} {'RMSE %':>8} {'Chamfer':>8} {'Hausd.':>8} "
    sys.stdout.write(f"{head}{'normals':>8} {'flips':>7} {'subflips':>9} {'cover':>8}\n")
    ratios = []
    for path in arguments.surfaces:
        loaded = load(path)
        found = [
            duel(loaded.name, loaded.surface, arguments.seconds, arguments.rival_factor, seed)
            for seed in range(arguments.seeds)
        ]
        for rival, ours in itertools.product(("free", "plain"), ("guided", "with detail")):
            rmse = [each[rival].rmse_rel / each[ours].rmse_rel for each in found]
            chamfer = [each[rival].chamfer_rel / each[ours].chamfer_rel for each in found]
            ratios.append(
                f"{loaded.name:<22} {f'{rival} / {ours}':<20} RMSE {min(rmse):.1f} to {max(rmse):.1f}, "
                f"Chamfer {min(chamfer):.1f} to {max(chamfer):.1f}\n"
            )
    sys.stdout.writelines(ratios)


if __name__ == "__main__":
    main()
