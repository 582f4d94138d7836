"""Ctrl+C, killed parents and streams that take nothing, with the command line as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import assets
from app.cli import main
from app.process import interrupt
from core.io.atomic import replacing

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main())"]
SURFACE = str(assets.sample_path("saddle"))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")


def started(code_or_arguments, **streams) -> subprocess.Popen:
    command = [sys.executable, "-c", code_or_arguments] if isinstance(code_or_arguments, str) else code_or_arguments
    return subprocess.Popen(command, cwd=str(ROOT), text=True, start_new_session=True, **streams)


def members(group: int) -> list[int]:
    """Return the processes of a group that live."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(state[2]) == group and state[0] != "Z":
                found.append(int(entry.name))
    return found


def wait_until(condition, seconds: float) -> float:
    """Return after how long a condition holds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - began


BUSY = """
import sys, time
from pathlib import Path
from app.process import interrupt
from core.process.child import finish_in_child
from tests.app.test_interrupt import hold, spin
if __name__ == "__main__":
    interrupt.watch()
    interrupt.report_when_interrupted(lambda: "The report is missing.")
    {what}
"""


def hold():
    """Take the interpreter for itself in a child, as compiled functions do."""
    from core.base.progress import Progress

    yield Progress(0.0, "holding")
    spin()


def spin():
    import ctypes

    ctypes.PyDLL(None).sleep(60)  # a function that keeps the interpreter's lock


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent at once")
def test_a_worker_that_holds_the_interpreter_ends_with_its_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "busy.py"
    tell = "finish_in_child(hold, report=lambda progress: print(progress.message, flush=True))"
    script.write_text(BUSY.format(what=tell))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    parent = started([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment)
    assert parent.stdout.readline() == "holding\n"
    time.sleep(0.2)
    parent.kill()
    parent.wait()
    assert wait_until(lambda: not members(parent.pid), 10.0) < 2.0
    parent.stdout.close()


class _Interrupted:
    """A module in whose import Ctrl+C is pressed."""

    def __getattr__(self, name: str) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_while_the_commands_are_read_is_one_sentence(monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "app.command_line.parser", _Interrupted())
    assert main(["info", "spot.obj"]) == interrupt.STATUS
    assert capsys.readouterr().err.startswith("Interrupted.")


def test_ctrl_c_ends_in_time_though_python_does_not_hear_of_it(tmp_path: Path) -> None:
    script = tmp_path / "busy.py"
    work = (
        "import hashlib\n"
        "    from core.io.atomic import replacing\n"
        "    with replacing(Path(sys.argv[1])) as temporary:\n"
        "        temporary.write_text('half')\n"
        "        print('ready', flush=True)\n"
        "        hashlib.pbkdf2_hmac('sha256', b'', b'', 60_000_000)  # deaf for half a minute"
    )
    script.write_text(BUSY.format(what=work))
    target = tmp_path / "out" / "result.txt"
    target.parent.mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), str(target)]
    run = started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    assert run.stdout.readline() == "ready\n"
    assert len(list(target.parent.iterdir())) == 1
    time.sleep(0.3)  # it is deaf a moment after it has said so
    os.killpg(run.pid, signal.SIGINT)
    time.sleep(0.1)
    os.killpg(run.pid, signal.SIGINT)  # a second one changes nothing
    assert wait_until(lambda: run.poll() is not None, 10.0) < 2.0
    assert run.returncode == 130
    assert run.stderr.read() == "Interrupted. The report is missing.\n"
    assert list(target.parent.iterdir()) == []
    run.stdout.close()
    run.stderr.close()


@pytest.fixture
def left(monkeypatch):
    """What would be told, from here on."""
    monkeypatch.setattr(interrupt, "_what_is_left", [])
    return lambda: interrupt.interrupted_text().removeprefix("Interrupted. ")


def test_it_is_told_whether_a_file_was_written(left, tmp_path: Path) -> None:
    assert left() == "Nothing half-written was left."
    target = tmp_path / "out.obj"
    target.write_text("of an earlier command")
    interrupt.report_output_when_interrupted(target)
    assert left() == "out.obj was not written."
    with replacing(target) as temporary:
        temporary.write_text("new")
        assert left() == "out.obj was not written."
    assert left() == "out.obj is complete."


def test_it_is_told_which_files_of_a_folder_are_new(left, tmp_path: Path) -> None:
    interrupt.report_output_when_interrupted(tmp_path / "out")
    assert left() == "out was not written."
    (tmp_path / "out").mkdir()
    assert left() == f"Nothing was written into {tmp_path / 'out'}."
    (tmp_path / "out" / "old.svg").write_text("old")
    interrupt.report_output_when_interrupted(tmp_path / "out")
    (tmp_path / "out" / "b.svg").write_text("new")
    with replacing(tmp_path / "out" / "a.npz") as temporary:
        temporary.write_text("half")
        assert left().startswith(f"New in {tmp_path / 'out'}: b.svg. ")


def test_every_command_that_writes_tells_of_its_output(left, tmp_path: Path) -> None:
    assert main(["weld", str(tmp_path / "none.ply"), str(tmp_path / "out.ply"), "--tolerance", "1"]) == 1
    assert left() == "out.ply was not written."


@pytest.mark.parametrize("arguments", [["info", SURFACE], ["info", SURFACE, "--json"], ["--help"], ["--version"]])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_stream_is_told_in_one_sentence(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*COMMAND, *arguments], cwd=str(ROOT), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert run.returncode == 1
    assert run.stderr == ("The output cannot be written (No space left on device). Send it to where there is room.\n")


def test_who_has_read_enough_is_not_bothered() -> None:
    run = started([*COMMAND, "info", SURFACE], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    run.stdout.close()
    assert run.stderr.read() == ""
    assert run.wait() == 1
    run.stderr.close()


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-"])
def test_closed_streams_do_no_harm(closed: str, tmp_path: Path) -> None:
    script = tmp_path / "run.sh"
    script.write_text(f'"$@" {closed}\n')
    run = subprocess.run(
        ["sh", str(script), *COMMAND, "info", SURFACE], cwd=str(ROOT), capture_output=True, text=True, check=False
    )
    assert run.returncode == (1 if "1>" in closed else 0)
    assert "Traceback" not in run.stderr
    if closed == "1>&-":
        assert "stdout is closed" in run.stderr


def test_what_a_stream_cannot_encode_is_shown_as_question_marks() -> None:
    code = (
        "from app.command_line.terminal import prepare_streams, write_lines; prepare_streams(); "
        "write_lines('3 \u00d7 4 \u2192 \u7b11')"
    )
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=str(ROOT), capture_output=True, text=True, check=True, env=environment
    )
    assert run.stdout == "3 ? 4 ? ?\n"
