"""`kill -9` at random moments: nothing is read wrong afterwards, nobody stays behind, little is lost.

BUDAI_KILLS says how often each of four is tried, BUDAI_KILLS_SEED at which moments; each prints its row of the table in
`assets/docs/robustness.md` (pytest -s -m slow).
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.cli import main
from app.command_line.run_folder import UNFINISHED, results
from app.process.jobs import Workers
from app.stages.training.lost import LostTraining
from app.state.settings import Settings
from core.base.errors import InputError
from core.base.orphans import discard_orphans
from core.data.source import Source
from core.io.checkpoint_file import read_checkpoint
from core.io.load import load
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.session.project_file import open_project
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions
from tests.app.test_interrupt import COMMAND, members, started, wait_until
from tests.core.atlas.make_surfaces import ball
from tests.core.make import bumpy_disk

TRIES = int(os.environ.get("BUDAI_KILLS", "25"))
SEED = int(os.environ.get("BUDAI_KILLS_SEED", "0"))
SECONDS = 30.0
"""Of a training that is killed in its midst: long enough that its state is stored seldom in the end."""
WIDTHS = ("--encoder", "16-16", "--decoder", "16-16", "--device", "cpu")
MOST_LOST = 30.0
MOST_OUTLIVED = 5.0
"""Seconds that a child may live on, on a busy machine: one that begins heeds its parent once Python has started."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(0),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind"),
]


class Tally:
    """What came of many kills."""

    def __init__(self, what: str, seed: int) -> None:
        self.what, self.moments = what, np.random.default_rng([SEED, seed]).uniform(0, 1, TRIES)
        self.died = self.lost_files = self.mixed = self.stayed = self.remains = 0
        self.lost = self.outlived = 0.0

    def print(self) -> None:
        row = (self.what, TRIES, self.died, self.lost_files, self.mixed, f"{self.lost:.1f} s")
        row += (f"{self.outlived:.1f} s", self.stayed, self.remains)
        print(f"| {' | '.join(map(str, row))} |", flush=True)  # noqa: T201

    def check(self, read, path: Path) -> object:
        """Read a file that must be whole, if there is one."""
        try:
            return read(path) if path.exists() else None
        except InputError:
            self.mixed += 1
            return None


@pytest.fixture
def surface(tmp_path: Path) -> Path:
    disk = bumpy_disk(8)
    write_mesh(MeshToWrite(disk.vertices, disk.faces), tmp_path / "disk.ply")
    return tmp_path / "disk.ply"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch) -> Path:
    """A home of its own for each test, and a folder for temporary files in it."""
    place = tmp_path / "home"
    (place / "tmp").mkdir(parents=True)
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(place))
    monkeypatch.setenv("TMPDIR", str(place / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", str(place / "tmp"))
    return place


def kill_after(command: list[str], seconds: float, log: Path, tally: Tally) -> float:
    """Kill a command with -9 after a time, and return when that was."""
    with log.open("w") as stream:
        run = started(command, stdout=stream, stderr=stream)
        try:
            wait_until(lambda: run.poll() is not None, seconds)
        except AssertionError:
            tally.died += 1
        run.kill()
        moment = time.time()
        run.wait()
    try:
        tally.outlived = max(tally.outlived, wait_until(lambda: not members(run.pid), MOST_OUTLIVED))
    except AssertionError:
        tally.stayed += len(members(run.pid))
    assert "Traceback" not in log.read_text()
    return moment


def time_of(arguments: list[str]) -> float:
    """Return how long a command takes when nobody kills it."""
    began = time.monotonic()
    assert started([*COMMAND, *arguments]).wait() == 0
    return time.monotonic() - began


@pytest.mark.parametrize("what", ["disk", "ball"])
def test_a_training_of_the_command_line(surface: Path, tmp_path: Path, home: Path, what: str) -> None:
    target, kept, tally = tmp_path / "p.budai", tmp_path / "p.checkpoint", Tally(f"`budai train` of a {what}", 0)
    if what == "ball":  # which an atlas of three charts learns
        closed, surface = ball(3, 0.5), tmp_path / "ball.ply"
        write_mesh(MeshToWrite(closed.vertices, closed.faces), surface)
    arguments = ["train", str(surface), "-o", str(target), *WIDTHS]
    time_of([*arguments, "--seconds", "4"])  # compiles the kernels, if nobody has
    whole = time_of([*arguments, "--seconds", "4"]) - 4.0 + SECONDS
    arguments += ["--seconds", str(SECONDS)]
    for share in tally.moments:
        target.unlink(missing_ok=True)
        kept.unlink(missing_ok=True)
        began = time.time()
        moment = kill_after([*COMMAND, *arguments], share * whole, tmp_path / "log", tally)
        tally.check(read_checkpoint, kept)
        tally.check(open_project, target)
        if not target.exists():
            tally.lost = max(tally.lost, moment - (kept.stat().st_mtime if kept.exists() else began))
    moment = whole
    while not kept.exists():
        target.unlink(missing_ok=True)
        moment *= 0.7
        kill_after([*COMMAND, *arguments], moment, tmp_path / "log", tally)
    assert main([*arguments, "--resume"]) == 0
    charts = open_project(target).charts
    assert (len(charts) > 1) == (what == "ball")
    assert "Resumed after" in charts[0].training.messages[0]
    tally.remains = len(list(tmp_path.glob(".budai-*"))) + len(list((home / "tmp").glob("budai-*")))
    tally.print()
    assert (tally.mixed, tally.stayed, tally.remains) == (0, 0, 0)
    assert tally.lost <= MOST_LOST


def test_a_run_into_the_folder_of_an_earlier_one(surface: Path, tmp_path: Path, home: Path) -> None:
    out, tally = tmp_path / "out", Tally("`budai run` into the folder of an earlier run", 1)
    arguments = ["run", str(surface), "-o", str(out), *WIDTHS, "--seconds", "4"]
    time_of([*arguments, "--seed", "7"])  # compiles the kernels, if nobody has
    whole = time_of([*arguments, "--seed", "7"])
    names = {name for name in results() if (out / name).exists()}
    assert "report.json" in names
    for share in tally.moments:
        before = {name: (out / name).read_bytes() for name in names}
        kill_after([*COMMAND, *arguments], share * whole, tmp_path / "log", tally)
        after = {name: (out / name).read_bytes() for name in names if (out / name).exists()}
        tally.lost_files += len(names - set(after))
        changed = any(before[name] != data for name, data in after.items())
        tally.mixed += changed and (out / UNFINISHED).exists()  # killed while they changed places
        tally.check(open_project, out / "project.budai")
        tally.check(open_project, out / UNFINISHED / "project.budai")
        json.loads(after["report.json"])
    assert main(arguments) == 0
    tally.remains = len(list(out.rglob(".budai-*"))) + len(list((home / "tmp").glob("budai-*")))
    tally.print()
    assert (tally.lost_files, tally.stayed, tally.remains) == (0, 0, 0)
    assert tally.mixed <= max(1, TRIES // 50)
    assert not (out / UNFINISHED).exists()


def test_a_worker_of_the_window(qtbot, surface: Path, tmp_path: Path, home: Path) -> None:
    loaded: Source = load(surface)
    lost, tally = LostTraining(tmp_path / "state"), Tally("a worker of the window", 2)
    options = TrainingOptions(encoder=(16, 16), decoder=(16, 16), seconds=SECONDS, device="cpu")
    pool = Workers()
    pool.prepare = lambda: None
    for share in tally.moments:
        lost.forget(loaded)
        job = pool.start("training", train_autoencoder, loaded, None, options, None, None, lost.keeper(loaded))
        told: list[str] = []
        job.failed.connect(told.append)
        with qtbot.waitSignal(job.progressed, timeout=120_000):
            pass
        start, end = time.time(), time.monotonic() + share * (SECONDS + 5.0)
        qtbot.waitUntil(lambda: time.monotonic() > end or not job.is_running, timeout=60_000)  # noqa: B023
        if not job.is_running:
            continue
        pid = job._child.process.pid
        os.kill(pid, signal.SIGKILL)
        moment = time.time()
        qtbot.waitUntil(lambda: not job.is_running, timeout=10_000)  # noqa: B023
        tally.died += 1
        assert "exit status -9" in told[0]
        tally.stayed += psutil.pid_exists(pid)
        file, found = lost.file(loaded), lost.look(loaded)
        tally.mixed += file.exists() and found is None
        tally.lost = max(tally.lost, moment - (file.stat().st_mtime if file.exists() else start))
    pool.end()
    lost.keeper(loaded)
    tally.remains = len(list((tmp_path / "state").glob(".budai-*"))) + len(list((home / "tmp").glob("budai-*")))
    tally.print()
    assert (tally.mixed, tally.stayed, tally.remains) == (0, 0, 0)
    assert tally.lost <= MOST_LOST


def test_the_window(surface: Path, tmp_path: Path, home: Path, monkeypatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    project, log, tally = tmp_path / "p.budai", tmp_path / "log", Tally("the window", 3)
    command = [sys.executable, "-m", "tests.app.busy_window", str(surface), str(project), str(SECONDS)]
    lost, loaded = LostTraining(Settings().folder), load(surface)
    assert lost.file(loaded).is_relative_to(home)
    file = lost.file(loaded)
    for share in tally.moments:
        for path in (file, project):
            path.unlink(missing_ok=True)
        moment = kill_after(command, 3.0 + share * (SECONDS + 20.0), log, tally)
        said = log.read_text().split()
        tally.check(read_checkpoint, file)
        tally.check(open_project, project)
        tally.mixed += bool(Settings().problem)
        if said and said[-1] == "training":
            begun = log.stat().st_mtime  # its last word
            kept = file.stat().st_mtime if file.exists() else begun
            tally.lost = max(tally.lost, moment - max(begun, kept))
    lost.keeper(loaded)
    discard_orphans(home / "tmp", "budai-")  # as any work does that needs the room
    tally.remains = len(list(home.rglob(".budai-*"))) + len(list((home / "tmp").glob("budai-*")))
    tally.print()
    assert (tally.mixed, tally.stayed, tally.remains) == (0, 0, 0)
    assert tally.lost <= MOST_LOST
