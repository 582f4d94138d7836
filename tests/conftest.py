"""Fixtures that several folders of tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

import tests.shapes

# As `app` does, before numpy is imported: threads of BLAS that wait for each other can take ten times the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Two tests at a time share the cores: threads of torch that wait sleep instead of turning round.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# Annotated shapes are checked wherever functions of core are called in a test; the application does not check them.
# Numba cannot compile functions that are wrapped; tests give some values of a session results of other types, and
# pictures of claims take whatever numpy can make an array of.
CORE = Path(__file__).resolve().parents[1] / "core"
UNCHECKED = {"core.claims.figure", "core.session.project", "core.session.report", "core.session.stages"}
CHECKED = [
    ".".join(path.relative_to(CORE.parent).with_suffix("").parts)
    for path in CORE.rglob("*.py")
    if "jaxtyping" in (text := path.read_text(encoding="utf-8")) and "numba" not in text
]
install_import_hook([name for name in CHECKED if name not in UNCHECKED], f"{tests.shapes.__name__}.checked")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings and state lie in a folder of this process: tests find nothing of the user's and leave nothing there."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
            patch.setenv(name, str(home / name))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real surfaces: BUDAI_TEST_DATA, or else ../shared/data beside the repository."""
    folder = Path(os.environ.get("BUDAI_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "README.md").is_file():
        pytest.skip(f"no test data in {folder}: set BUDAI_TEST_DATA to the folder that holds them")
    return folder


@pytest.fixture(scope="module")
def unmended() -> Iterator[None]:
    """Atlases whose charts keep their folds: to mend them is most of a tiny training, and has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.training.atlas.train._MENDING_SHARE", -1.0)
        patch.setattr("core.training.atlas.train._LEAST_MENDING", -1.0)
        yield
