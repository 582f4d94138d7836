"""Two processes do not write into one place; what cannot be written is found again; room is looked for first."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from app.command_line import folder as folder_module
from app.command_line.folder import check_room, check_target, made_folder
from app.command_line.lock import PathLock, writing_into
from app.command_line.rescue import write_or_rescue
from core.base.errors import InputError
from core.io.atomic import WriteError, replacing

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_state_dir", lambda *_: str(tmp_path / "state"))
    return tmp_path / "state"


def test_a_place_is_kept_for_one(tmp_path: Path) -> None:
    with writing_into(tmp_path / "out", tmp_path / "out" / "project.budai"):
        said = f"out: another Budai, process {os.getpid()}, has it open"
        with pytest.raises(InputError, match=said) as caught, writing_into(tmp_path / "x" / ".." / "out"):
            pass
        assert "Wait until that has ended" in str(caught.value)
        with writing_into(tmp_path / "other"):
            pass
    with writing_into(tmp_path / "out"):
        pass
    assert list((tmp_path / "state" / "locks").iterdir()) == []


def test_a_process_that_was_killed_keeps_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from app.command_line.lock import PathLock\n"
        "lock = PathLock(Path(sys.argv[1]), Path(sys.argv[2])); print(lock.take(), flush=True); time.sleep(60)"
    )
    locks = tmp_path / "locks"
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "p.budai"), str(locks)], cwd=str(ROOT), stdout=subprocess.PIPE
    )
    assert other.stdout.readline() == b"\n"
    lock = PathLock(tmp_path / "p.budai", locks)
    assert lock.take() == f"process {other.pid}"
    other.kill()
    other.wait()
    other.stdout.close()
    assert lock.take() == ""
    lock.release()


def test_where_there_can_be_no_locks_nobody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert PathLock(tmp_path / "out", tmp_path / "file" / "locks").take() == ""


def test_what_cannot_be_written_is_kept_elsewhere_with_the_command_that_fetches_it(
    tmp_path: Path, state_folder: Path
) -> None:
    target = tmp_path / "my results" / "a.ply"

    def write(path: Path) -> None:
        with replacing(path) as temporary:
            temporary.write_text("34 s of work")

    with pytest.raises(WriteError, match=r"a\.ply: cannot be written .* fetch it with: mv ") as caught:
        write_or_rescue(target, write)
    target.parent.mkdir()
    subprocess.run(str(caught.value).split("fetch it with: ")[1], shell=True, check=True)
    assert target.read_text() == "34 s of work"
    state_folder.joinpath("rescued").rename(tmp_path / "gone")
    (state_folder / "rescued").write_text("")  # nothing can be written there either
    with pytest.raises(WriteError, match="cannot be written") as caught:
        write_or_rescue(tmp_path / "none" / "a.ply", write)
    assert "fetch" not in str(caught.value)


def test_room_is_looked_for_before_the_work(tmp_path: Path) -> None:
    check_room(tmp_path, 1000)
    with pytest.raises(InputError, match=r"has no room for the results, at least 1000000000 MB \("):
        check_room(tmp_path, 10**15)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="limits of this kind are Unix' own")
def test_a_limit_of_the_size_of_files_counts_as_no_room(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(InputError, match="File too large"):
            check_room(tmp_path, 8 << 20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_rights_are_tried_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(**_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(folder_module.tempfile, "TemporaryFile", read_only)
    with pytest.raises(InputError, match="Read-only file system"):
        check_target(tmp_path / "a.ply")


def test_a_name_as_long_as_the_system_allows_can_be_written(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 251 + ".ply")
    check_target(target)
    with replacing(target) as temporary:
        temporary.write_text("")
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_folder_for_which_there_are_no_results_goes_again(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no result"), made_folder(tmp_path / "a" / "b"):
        raise ValueError("no result")
    assert list(tmp_path.iterdir()) == []
    with made_folder(tmp_path / "a" / "b"):
        (tmp_path / "a" / "b" / "r").write_text("")
    (tmp_path / "c").mkdir()
    with made_folder(tmp_path / "c"):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {"a", "c"}


def test_what_killed_processes_have_left_by_half_goes_with_the_next_command(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name in (f".budai-{gone.pid}-abc.ply", f".budai-{os.getpid()}-abc.ply", ".budai-x-abc.ply", "a.ply"):
        (tmp_path / name).write_text("")
    check_target(tmp_path / "a.ply")
    kept = {f".budai-{os.getpid()}-abc.ply", ".budai-x-abc.ply", "a.ply"}
    assert {path.name for path in tmp_path.iterdir()} == kept
