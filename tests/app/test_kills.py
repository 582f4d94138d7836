"""`kill -9` at random moments: nothing is read wrong afterwards, nobody stays behind, little is lost.

BUDAI_KILLS says how often each is tried; the table is printed at the end (pytest -s -m slow).
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.jobs import Workers
from app.lost_training import LostTraining
from app.run_folder import RESULTS, UNFINISHED
from core.base.errors import InputError
from core.data.source import Source
from core.io.checkpoint_file import read_checkpoint
from core.io.load import load
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.session.project_file import open_project
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions
from tests.app.test_interrupt import COMMAND, members, started, wait_until
from tests.core.make import bumpy_disk

TRIES = int(os.environ.get("BUDAI_KILLS", "100"))
SMALL = ("--encoder", "16-16", "--decoder", "16-16", "--seconds", "4")
MOST_LOST = 30.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(0),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind"),
]


class Tally:
    """What came of many kills."""

    def __init__(self, what: str) -> None:
        self.what, self.tried, self.refused, self.stayed, self.lost = what, 0, 0, 0, 0.0
        self.late = 0

    def print(self) -> None:
        print(  # noqa: T201
            f"| {self.what} | {self.tried} | {self.late} | {self.refused} | {self.stayed} | {self.lost:.1f} s |"
        )


@pytest.fixture
def surface(tmp_path: Path) -> Path:
    disk = bumpy_disk(8)
    write_mesh(MeshToWrite(disk.vertices, disk.faces), tmp_path / "disk.ply")
    return tmp_path / "disk.ply"


def kill_after(arguments: list[str], seconds: float, log: Path, tally: Tally) -> float:
    """Kill a command with -9 after a time, and return when that was."""
    with log.open("w") as stream:
        run = started([*COMMAND, *arguments], stdout=stream, stderr=stream)
        time.sleep(seconds)
        tally.late += run.poll() is not None
        run.kill()
        moment = time.time()
        run.wait()
    try:
        wait_until(lambda: not members(run.pid), 2.0)
    except AssertionError:
        tally.stayed += 1
    tally.tried += 1
    assert "Traceback" not in log.read_text()
    return moment


def time_of(arguments: list[str]) -> float:
    """Return how long a command takes when nobody kills it."""
    began = time.monotonic()
    assert started([*COMMAND, *arguments]).wait() == 0
    return time.monotonic() - began


def test_a_training_of_the_command_line(surface: Path, tmp_path: Path) -> None:
    target, kept, tally = tmp_path / "p.budai", tmp_path / "p.checkpoint", Tally("budai train")
    arguments = ["train", str(surface), "-o", str(target), *SMALL]
    whole, moments = time_of(arguments), np.random.default_rng(0).uniform(0, 1, TRIES)
    for share in moments:
        target.unlink(missing_ok=True)
        kept.unlink(missing_ok=True)
        moment = kill_after(arguments, share * whole, tmp_path / "log", tally)
        try:
            if kept.exists():
                read_checkpoint(kept)
                if not target.exists():
                    tally.lost = max(tally.lost, moment - kept.stat().st_mtime)
            if target.exists():
                open_project(target)
        except InputError:
            tally.refused += 1
    tally.print()
    assert (tally.refused, tally.stayed) == (0, 0)
    assert tally.lost <= MOST_LOST
    while not kept.exists():
        target.unlink(missing_ok=True)
        kill_after(arguments, 0.7 * whole, tmp_path / "log", tally)
    assert main([*arguments, "--resume"]) == 0
    assert "Resumed after" in open_project(target).training.messages[0]
    assert not list(tmp_path.glob(".budai-*"))


def test_a_run_into_the_folder_of_an_earlier_one(surface: Path, tmp_path: Path) -> None:
    out, tally = tmp_path / "out", Tally("budai run into an earlier run")
    arguments = ["run", str(surface), "-o", str(out), *SMALL]
    whole, moments = time_of([*arguments, "--seed", "7"]), np.random.default_rng(1).uniform(0, 1, TRIES)
    names = {name for name in RESULTS if (out / name).exists()}
    assert "report.json" in names
    for share in moments:
        before = {name: (out / name).read_bytes() for name in names}
        kill_after(arguments, share * whole, tmp_path / "log", tally)
        after = {name: (out / name).read_bytes() for name in names}  # none is gone
        changed = {name for name in names if before[name] != after[name]}
        if changed and (out / UNFINISHED).exists():
            tally.refused += 1  # killed while they changed places
        try:
            open_project(out / "project.budai")
            json.loads(after["report.json"])
            if (out / UNFINISHED / "project.budai").exists():
                open_project(out / UNFINISHED / "project.budai")
        except InputError:
            tally.refused += 1
    tally.print()
    assert tally.stayed == 0
    assert tally.refused <= max(1, TRIES // 50)
    assert main(arguments) == 0
    assert not (out / UNFINISHED).exists()
    assert not list(out.glob(".budai-*"))


def test_a_worker_of_the_window(qtbot, surface: Path, tmp_path: Path) -> None:
    loaded: Source = load(surface)
    lost, tally = LostTraining(tmp_path / "state"), Tally("worker of the window")
    options = TrainingOptions(encoder=(16, 16), decoder=(16, 16), seconds=4.0, device="cpu")
    pool = Workers()
    pool.prepare = lambda: None
    for seconds in np.random.default_rng(2).uniform(0, 8, TRIES):
        lost.forget(loaded)
        job = pool.start("training", train_autoencoder, loaded, options, None, None, lost.keeper(loaded))
        told: list[str] = []
        job.failed.connect(told.append)
        with qtbot.waitSignal(job.progressed, timeout=120_000):
            pass
        began = time.monotonic()
        qtbot.waitUntil(lambda: time.monotonic() - began > seconds or not job.is_running, timeout=60_000)  # noqa: B023
        tally.tried += 1
        if not job.is_running:
            tally.late += 1
            continue
        os.kill(job._worker.process.pid, signal.SIGKILL)
        moment = time.time()
        qtbot.waitUntil(lambda: not job.is_running, timeout=10_000)  # noqa: B023
        assert "exit status -9" in told[0]
        found = lost.look(loaded)
        file = lost.file(loaded)
        if file.exists():
            tally.refused += found is None
            tally.lost = max(tally.lost, moment - file.stat().st_mtime)
    pool.end()
    tally.print()
    assert tally.refused == 0
    assert tally.lost <= MOST_LOST
