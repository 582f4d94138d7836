"""The wheel: it holds all that is needed and nothing else, and what it installs works where nothing of Budai is."""

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "assets", "budai", "core")
SHARED = ("man/man1/budai.1", "applications/budai.desktop", "mime/packages/budai.xml")
LEFT_OUT = {"assets/docs/unfold.gif"}
"""Files of the packages that the wheel does without: a film that the README shows alone."""
LARGEST = 20e6
IN_WINDOW = """
from app import __main__
from app.shell import main_window

class Watched(main_window.MainWindow):
    def __init__(self, *parts):
        super().__init__(*parts)
        from PySide6.QtCore import QTimer
        self.timer = QTimer(self, interval=200)
        self.timer.timeout.connect(self.look)
        self.timer.start()

    def look(self):
        if self.grid.surface.canvas.drawing is not None:
            self.timer.stop()
            self.grab().save("window.png")
            self.may_discard = lambda then: True
            self.close()

main_window.MainWindow = Watched
__main__.main([])
"""
"""Opens the window as the program does, and closes it once the figurine is seen."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(2400),
    pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="needs the repository"),
]


def tracked():
    """Return all files of the repository."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in told.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of what is in the repository, built in a copy: what an earlier build has left would get into it."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", str(out), str(source)]
    if subprocess.run([*command, "--no-build-isolation"], capture_output=True, check=False).returncode:
        subprocess.run(command, check=True, capture_output=True)
    (made,) = out.glob("budai-*.whl")
    return made


def without_this(folder):
    """Return the surroundings of a user who has a home in a folder, and nothing of this repository."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "QT_", "XDG_", "PIPX_"))}
    homes = {f"XDG_{key}_HOME": str(folder / key.lower()) for key in ("CONFIG", "STATE", "CACHE", "DATA")}
    return kept | homes | {"HOME": str(folder)}


def use(program, python, folder):
    """Use what is installed from an empty folder: commands, Python, help, languages, and the window."""
    folder.mkdir()
    where = {"cwd": folder, "env": without_this(folder), "capture_output": True, "text": True, "check": True}
    told = subprocess.run([program, "info", "torus"], **where).stdout
    assert re.search(r"genus +1", told)
    subprocess.run([program, "claim", "capacity", "-o", "claim"], **where)
    assert any(path.suffix == ".png" for path in (folder / "claim").rglob("*"))
    code = (
        "import budai, app.shell.help.topics as topics, app.style.translation as t, pathlib, re;"
        f"assert not pathlib.Path(budai.__file__).is_relative_to({str(ROOT)!r});"
        "assert budai.sample().is_file(); assert len(t.catalogue('zh')) > 1000;"
        "known = [*topics.topics('zh'), *topics.topics()]; assert len(known) > 60;"
        "names = {name for one in known for name in re.findall(r'!\\[[^]]*\\]\\(([^)]+)\\)', one.text)};"
        "assert names; assert [name for name in names if not (topics.DOCUMENTS / name).is_file()] == []"
    )
    subprocess.run([python, "-c", code], **where)
    subprocess.run([program, "desktop", "--share", folder / "share"], **where)
    assert (folder / "share" / "man" / "man1" / "budai.1").is_file()
    if shutil.which("xvfb-run"):
        screen = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24"]
        subprocess.run([*screen, python, "-c", IN_WINDOW], **where)
        assert (folder / "window.png").stat().st_size > 10_000


def test_the_wheel_holds_what_it_must(wheel):
    assert wheel.stat().st_size < LARGEST
    names = set(zipfile.ZipFile(wheel).namelist())
    own = {name for name in tracked() if name.split("/")[0] in PACKAGES}
    assert own - names == LEFT_OUT
    assert {name.split("/")[0] for name in names if "dist-info" not in name and ".data/" not in name} == set(PACKAGES)
    assert all(any(name.endswith(f".data/data/share/{path}") for name in names) for path in SHARED)
    told = next(zipfile.ZipFile(wheel).read(name).decode() for name in names if name.endswith("entry_points.txt"))
    assert "budai = app.cli:main" in told
    assert "budai-window = app.__main__:main" in told


def test_what_the_wheel_installs_works(wheel, tmp_path):
    """What the wheel lacks is missing here: the packages that it needs are lent, this folder is not."""
    place = tmp_path / "venv"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    install = [python, "-m", "pip", "install", "-q", "--no-deps", wheel]
    subprocess.run(install, env=without_this(tmp_path), check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    lent = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "lent.pth").write_text("\n".join(lent) + "\n")
    use(place / "bin" / "budai", python, tmp_path / "empty")
    assert (place / "share" / "man" / "man1" / "budai.1").is_file()


def test_pipx_installs_it_where_nothing_is(wheel, tmp_path):
    """All packages are fetched: gigabytes, where pip has them not at hand."""
    place = tmp_path / "pipx"
    venv.create(place, with_pip=True)
    if subprocess.run([place / "bin" / "pip", "install", "-q", "pipx"], check=False).returncode:
        pytest.skip("pipx cannot be fetched")
    homes = {"PIPX_HOME": tmp_path / "home", "PIPX_BIN_DIR": tmp_path / "bin", "PIPX_MAN_DIR": tmp_path / "man"}
    given = without_this(tmp_path) | {key: str(value) for key, value in homes.items()}
    subprocess.run([place / "bin" / "pipx", "install", "--python", sys.executable, wheel], check=True, env=given)
    installed = tmp_path / "home" / "venvs" / "budai"
    use(tmp_path / "bin" / "budai", installed / "bin" / "python", tmp_path / "empty")
    assert (tmp_path / "man" / "man1" / "budai.1").is_file()
    size = sum(path.lstat().st_size for path in installed.rglob("*") if path.is_file())
    print(f"installed: {size / 1e9:.2f} GB")  # noqa: T201
    subprocess.run([place / "bin" / "pipx", "uninstall", "budai"], check=True, env=given)
    assert not (tmp_path / "bin" / "budai").exists()
