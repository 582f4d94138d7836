"""What each surface comes to with the recommended choice: trained to a certificate, or refused with the reason.

Run on request: ``python -m tests.benchmarks.atlas_table [SURFACE ...] [--steps N | --seconds S] [--charts K]``. Without
surfaces: all meshes of the folder that ``BUDAI_TEST_DATA`` names, or of ``../shared/data``, and the teaching surfaces.
Each runs with `budai run`, one after the other, in a process of its own; lines of a table in Markdown are printed as
they come. Lengths are in % of the diagonal, networks alone -> with detail. Judges nothing, but ends with 1 where a
surface came to neither a certificate nor a refusal.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.geometry.teaching import TEACHING_SURFACES

_MESHES = {".off", ".m", ".ply", ".stl", ".obj", ".glb", ".vtp", ".3mf"}
HEADER = (
    "| surface | what was done | charts | steps | RMSE | Chamfer | normals | flipped | gap, max / RMS | CPU s | s |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)


def surfaces() -> list[str]:
    """Return all meshes of the folder of test data, and the names of the teaching surfaces."""
    folder = Path(os.environ.get("BUDAI_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in _MESHES)
    found += sorted(folder.glob("spot/*.obj"))
    return [*map(str, found), *TEACHING_SURFACES]


def row(name: str, report: Mapping[str, Any], cpu: float, seconds: float) -> str:
    """Return the line of a surface that was learned."""
    training, atlas = report["training"], report["atlas"] or {}
    done = " ".join(atlas.get("done") or report["surface"]["repairs"]) or "one chart"
    gaps = [atlas[key] for key in ("seam_gap_max_rel", "seam_gap_rms_rel") if atlas.get(key) is not None]
    cells = [
        f"{name}, {report['surface']['faces']:,} triangles",
        done,
        f"{atlas.get('charts', 1):,}",
        f"{training['steps']:,}",
        f"{_percent(training['network']['rmse_rel'])} → {_percent(training['rmse_rel'])}",
        f"{_percent(training['network']['chamfer_rel'])} → {_percent(training['chamfer_rel'])}",
        f"{training['network']['normal_error_deg']:.3g}° → {training['normal_error_deg']:.3g}°",
        f"{training['flipped_triangles']:,}",
        " / ".join(map(_percent, gaps)),
        f"{cpu:.0f}",
        f"{seconds:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _percent(value: float) -> str:
    return f"{100 * value:.3g}"


def lines(given: Sequence[str], options: Sequence[str], folder: Path) -> Iterator[tuple[str, bool]]:
    """Yield the line of each surface, and whether it came to a certificate or to a refusal."""
    for surface in given:
        name, out = Path(surface).stem, folder / Path(surface).name.replace(".", "_")
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        command = [sys.executable, "-m", "app.cli", "run", surface, "-o", str(out), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - started
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        said = done.stderr.strip().splitlines() or [""]
        report = out / "report.json"
        if done.returncode == 0 and report.exists():
            yield row(name, json.loads(report.read_text("utf-8")), cpu, seconds), True
        else:
            is_refused = done.returncode == 1 and "Traceback" not in done.stderr
            end = "refused" if is_refused else f"ended with {done.returncode}"
            yield f"| {name} | {end}: {said[-1]} | | | | | | | | {cpu:.0f} | {seconds:.0f} |", is_refused


def main() -> int:
    """Print the table; return how the program ends."""
    parser = argparse.ArgumentParser(description="What each surface comes to with the recommended choice.")
    parser.add_argument("surfaces", nargs="*")
    for name in ("steps", "seconds", "charts"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--output", type=Path, help="keep the results of all runs in this folder")
    given = parser.parse_args()
    options = [f"--{name}={value}" for name in ("steps", "seconds", "charts") if (value := getattr(given, name))]
    sys.stdout.write(f"{HEADER}\n")
    with tempfile.TemporaryDirectory() as temporary:
        held = True
        for line, ended_well in lines(given.surfaces or surfaces(), options, given.output or Path(temporary)):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            held &= ended_well
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
