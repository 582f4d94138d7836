"""What a surface of millions of triangles takes: to be read, simplified, prepared and learned.

Run on request: ``python -m tests.benchmarks.size [TRIANGLES] [SECONDS]``, 5,000,000 and 60 unless told otherwise. Each
phase that begins with a file runs in a process of its own, so that its peak of memory is its own. Prints seconds of
CPU and by the clock, and the peak; judges nothing.
"""

import resource
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from assets.build_surfaces import write_ply
from core.base.progress import finish
from core.data.reading_options import ReadingOptions
from core.io.load import load
from core.session.prepare import prepare
from core.session.preparing.options import PreparationOptions
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions

ENOUGH = 200_000
"""Triangles that it is simplified to before it is learned."""


def wavy_torus(n_triangles: int) -> tuple[np.ndarray, np.ndarray]:
    """Return vertices and faces of a torus with waves, of about so many triangles."""
    n = int(np.sqrt(n_triangles))
    m = n_triangles // 2 // n
    u, v = np.meshgrid(2 * np.pi * np.arange(n) / n, 2 * np.pi * np.arange(m) / m, indexing="ij")
    tube = 0.3 + 0.02 * np.cos(9 * u + 2 * v) + 0.01 * np.sin(23 * v) * np.cos(31 * u)
    around = 0.7 + tube * np.cos(v)
    vertices = np.stack([around * np.cos(u), around * np.sin(u), tube * np.sin(v)], axis=-1).reshape(-1, 3)
    i, j = (index.ravel() for index in np.meshgrid(np.arange(n), np.arange(m), indexing="ij"))
    corners = i * m + j, (i + 1) % n * m + j, (i + 1) % n * m + (j + 1) % m, i * m + (j + 1) % m
    a, b, c, d = corners
    return vertices, np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])


class Meter:
    """Says what a phase took since the last one."""

    def __init__(self) -> None:
        self._since = time.monotonic(), time.process_time()

    def say(self, phase: str, told: str) -> None:
        """Print a line on a phase that has ended."""
        now = time.monotonic(), time.process_time()
        wall, cpu = (after - before for after, before in zip(now, self._since, strict=True))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        sys.stdout.write(f"{phase:<12} {cpu:7.1f} s of CPU, {wall:7.1f} s by the clock, peak {peak:5.2f} GiB: {told}\n")
        sys.stdout.flush()
        self._since = time.monotonic(), time.process_time()


def read(path: str) -> None:
    """Read and check the surface."""
    meter = Meter()
    source = load(path)
    assert source.topology is not None
    meter.say("reading", f"{len(source.surface.faces):,} triangles. {source.topology.verdict}")


def learn(path: str, seconds: float) -> None:
    """Simplify, prepare, train and certify it."""
    meter = Meter()
    source = load(path, ReadingOptions(simplify=ENOUGH))
    meter.say("simplifying", source.repairs[-1])
    preparation = finish(prepare(source, PreparationOptions()))
    assert preparation is not None
    meter.say("preparing", preparation.done[-1])
    training = finish(train_autoencoder(source, preparation, TrainingOptions(seconds=seconds)))
    whole, steps = training.whole, training.parts[0].steps
    flipped = sum(part.certificate.surface.flipped_triangles for part in training.parts)
    meter.say(
        "learning",
        f"{steps:,} steps, RMSE {100 * whole.rmse_rel:.3g} %, normals {whole.normal_error_deg:.3g}°, "
        f"{flipped:,} flipped triangles, largest gap {100 * (whole.seam_gap_max_rel or 0.0):.3g} %",
    )


def main() -> None:
    """Measure all phases."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wavy.ply"
        write_ply(path, *wavy_torus(count))
        for function, arguments in ((read, (str(path),)), (learn, (str(path), seconds))):
            process = get_context("spawn").Process(target=function, args=arguments)
            process.start()
            process.join()
            if process.exitcode:
                sys.exit(process.exitcode)


if __name__ == "__main__":
    main()
