"""Semi-discrete transport: Budai against POT and, where it can be imported, pysdot.

    python tests/benchmarks/transport_duel.py [--sites 1000 10000 100000 1000000] [--chart SURFACE ...] [--json FILE]

Sites have a density contrast of about 80 to 1 and equal masses, or are the vertices of a surface in its disk chart with
their areas as masses. Every solver runs in a process of its own, in shuffled order; first a small problem pays for
imports and compilation. CPU seconds are user and system of that process. Each answer is judged by the areas of its
power cells, found by cutting the exact disk anew by qhull's hull of the lifted sites and Green's formula in numpy.
pysdot knows no disk: it gets the regular 32-gon of area pi, and is judged on that polygon by its own integrals. Where
it cannot be imported its rows say so.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.spatial import ConvexHull

ROOT = Path(__file__).resolve().parents[2]
TOLERANCE = 1e-8
SIDES = 32


Answer = tuple[np.ndarray, np.ndarray | None]
"""Weights, and the areas of the cells where they cannot be judged here."""


def budai(sites: np.ndarray, masses: np.ndarray) -> Answer:
    """Solve by the solver of this repository."""
    from core.base.progress import finish
    from core.transport.semidiscrete import solve

    return finish(solve(sites, masses, tolerance=TOLERANCE)).weights, None


def pot(sites: np.ndarray, masses: np.ndarray) -> Answer:
    """Return the dual of POT's exact linear programme, the disk replaced by 20 random points a site."""
    import ot

    from core.geometry.convex_domain import uniform_points

    points = uniform_points(min(20 * len(sites), 30_000), np.random.default_rng(0))
    share = np.full(len(points), 1.0 / len(points))
    _, log = ot.emd(share, masses / masses.sum(), ot.dist(points, sites), numItermax=10**8, log=True)
    return np.asarray(log["v"], float), None


def pysdot(sites: np.ndarray, masses: np.ndarray) -> Answer:
    """Solve by pysdot on a polygon."""
    from pysdot import OptimalTransport
    from pysdot.domain_types import ConvexPolyhedraAssembly

    angle = 2 * np.pi * (np.arange(SIDES) + 0.5) / SIDES
    normals = np.column_stack([np.cos(angle), np.sin(angle)])
    distance = np.cos(np.pi / SIDES) * np.sqrt(np.pi / (0.5 * SIDES * np.sin(2 * np.pi / SIDES)))
    domain = ConvexPolyhedraAssembly()
    domain.add_convex_polyhedron(np.column_stack([normals * distance, normals]), cut_id=2**64 - 1)
    problem = OptimalTransport(
        positions=sites,
        weights=np.zeros(len(sites)),
        domain=domain,
        masses=masses,
        obj_max_dw=0,
        obj_max_dm=TOLERANCE * masses.min(),
        linear_solver="Scipy",
    )
    problem.max_iter = 200
    problem.adjust_weights()
    return np.array(problem.get_weights()), np.array(problem.pd.integrals())


SOLVERS: dict[str, tuple[Callable[[np.ndarray, np.ndarray], Answer], int]] = {
    "Budai": (budai, 10**9),
    "pysdot": (pysdot, 200_000),
    "POT emd": (pot, 2_000),
}
"""Solver and the largest number of sites it is asked for."""


def areas_by_hull(sites: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Areas of the power cells in the unit disk: qhull's triangulation, then the disk cut edge by edge."""
    n = len(sites)
    hull = ConvexHull(np.column_stack([sites, (sites**2).sum(1) - weights]))
    faces = hull.simplices[hull.equations[:, 2] < 0].astype(np.int64)
    a, b, c = (sites[faces[:, k]] for k in range(3))
    turned = cross(b - a, c - a) < 0
    faces[turned] = faces[turned][:, ::-1]
    a, b, c = (sites[faces[:, k]] for k in range(3))
    power = [((sites[faces[:, k]] - a) ** 2).sum(1) - (weights[faces[:, k]] - weights[faces[:, 0]]) for k in (1, 2)]
    u, v = b - a, c - a
    centres = a + np.column_stack(
        [power[0] * v[:, 1] - power[1] * u[:, 1], power[1] * u[:, 0] - power[0] * v[:, 0]]
    ) / (2 * cross(u, v)[:, None])
    tail, head = faces.ravel(), np.roll(faces, -1, axis=1).ravel()
    left = np.repeat(np.arange(len(faces)), 3)
    order = np.argsort(tail * n + head)
    place = np.minimum(np.searchsorted((tail * n + head)[order], head * n + tail), len(order) - 1)
    paired = (tail * n + head)[order][place] == head * n + tail
    right = left[order][place]
    keep = ~paired | (tail < head)
    tail, head, left, right, paired = (x[keep] for x in (tail, head, left, right, paired))
    normal = sites[head] - sites[tail]
    distance = np.linalg.norm(normal, axis=1)
    normal = normal / distance[:, None]
    along = np.column_stack([normal[:, 1], -normal[:, 0]])
    offset = ((sites[tail] + sites[head]) / 2 * normal).sum(1) - (weights[head] - weights[tail]) / (2 * distance)
    far = 1e9  # stands for infinity: directions beyond are all the same
    first = (centres[left] * along).sum(1)
    last = np.where(paired, (centres[right] * along).sum(1), far)
    swept = swept_area(offset, normal, along, first, last)
    areas = np.bincount(head, swept, n) - np.bincount(tail, swept, n)
    rim = ~paired
    outward = np.zeros((n, 2))
    outward[tail[rim]] = along[rim]
    turn = np.arctan2(cross(along[rim], outward[head[rim]]), (along[rim] * outward[head[rim]]).sum(1))
    return areas + np.bincount(head[rim], turn / 2, n)


def swept_area(offset, normal, along, first, last):
    """Area between 0 and the piece of each line from first to last, inside the unit disk, signed."""
    half = np.sqrt(np.maximum(0.0, 1.0 - offset**2))
    low, high = np.minimum(first, last), np.maximum(first, last)
    enter = np.clip(-half, low, high)
    leave = np.clip(half, low, high)
    enter = np.minimum(enter, leave)

    def point(s):
        return offset[:, None] * normal + s[:, None] * along

    def sector(s, t):
        p, q = point(s), point(t)
        return np.arctan2(cross(p, q), (p * q).sum(1)) / 2

    area = sector(low, enter) + offset * (enter - leave) / 2 + sector(leave, high)
    return np.where(last < first, -area, area)


def cross(u, v):
    """Third component of the cross product."""
    return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]


def problem(name: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sites and masses of a case: a number of random sites, or the file of a surface."""
    sys.path.insert(0, str(ROOT))
    if name.isdigit():
        from tests.core.transport.make_sites import clustered_sites

        return clustered_sites(int(name), seed), np.full(int(name), np.pi / int(name))
    from core.base.progress import finish
    from core.charts.disk_chart import disk_chart
    from core.io.load import load
    from core.transport.surface_measure import surface_measure

    surface = load(name).surface
    measure = surface_measure(surface, finish(disk_chart(surface)).codes)
    return np.array(measure.sites), measure.masses * (np.pi / measure.masses.sum())


def run_one(solver: str, case: str, path: str) -> None:
    """Solve one problem in this process and write down weights and costs."""
    sites, masses = dict(np.load(case)).values()
    solve = SOLVERS[solver][0]
    begin = time.perf_counter()
    try:
        small = np.random.default_rng(0).uniform(-0.6, 0.6, (300, 2))
        solve(small, np.full(300, np.pi / 300))
    except ImportError as missing:
        np.savez(path, weights=np.zeros(0), status=f"cannot be imported ({missing})")
        return
    warm, spent, begin = time.perf_counter() - begin, cpu_seconds(), time.perf_counter()
    weights, areas = solve(sites, masses)
    cost = {"cpu": cpu_seconds() - spent, "wall": time.perf_counter() - begin, "warm": warm}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    own = {} if areas is None else {"error": np.abs(areas / masses - 1.0).max()}
    np.savez(path, weights=weights, status="done", memory=memory, **cost, **own)


def cpu_seconds() -> float:
    """User and system seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def duel(solver: str, name: str, sites: np.ndarray, masses: np.ndarray, limit: float) -> dict:
    """Run one solver in a child process and judge its weights."""
    row = {"solver": solver, "case": Path(name).stem, "sites": len(sites)}
    if len(sites) > SOLVERS[solver][1]:
        return row | {"status": "not asked for so many sites"}
    with tempfile.TemporaryDirectory() as folder:
        case, answer = Path(folder) / "case.npz", Path(folder) / "answer.npz"
        np.savez(case, sites=sites, masses=masses)
        call = [sys.executable, __file__, "--one", solver, str(case), str(answer)]
        try:
            done = subprocess.run(call, capture_output=True, text=True, timeout=limit, cwd=ROOT, check=False)
        except subprocess.TimeoutExpired:
            return row | {"status": f"stopped after {limit:g} s"}
        if not answer.exists():
            return row | {"status": "failed: " + (done.stderr.strip().splitlines() or ["no message"])[-1]}
        held = dict(np.load(answer))
    row |= {key: float(value) for key, value in held.items() if key not in ("weights", "status")}
    row["status"] = str(held["status"])
    if row["status"] == "done" and "error" not in row:
        row["error"] = float(np.abs(areas_by_hull(sites, held["weights"]) / masses - 1.0).max())
    return row


def main() -> None:
    """Run all cases and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sites", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--chart", nargs="*", default=[], metavar="SURFACE", help="disk-type surfaces, in their chart")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for one solver, warming up included")
    parser.add_argument("--json", metavar="FILE", help="write the rows there too")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        sys.path.insert(0, str(ROOT))
        run_one(*args.one)
        return
    rows = []
    columns = ("cpu", "wall", "warm", "memory", "error")
    sys.stdout.write(
        f"{'case':<24}{'solver':<9}{'sites':>9}" + "".join(f"{c:>10}" for c in columns) + "  (seconds; GiB; relative)\n"
    )
    for name in [str(n) for n in args.sites] + args.chart:
        sites, masses = problem(name, args.seed)
        solvers = list(SOLVERS)
        random.Random(args.seed).shuffle(solvers)
        for solver in solvers:
            row = duel(solver, name, sites, masses, args.limit)
            rows.append(row)
            cells = "".join(f"{row[c]:>10.3g}" if c in row else f"{'-':>10}" for c in columns)
            sys.stdout.write(f"{row['case']:<24}{solver:<9}{row['sites']:>9}{cells}  {row['status']}\n")
            sys.stdout.flush()
    if args.json:
        Path(args.json).write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
