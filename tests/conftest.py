"""Fixtures that several folders of tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

# As `app` does, before numpy is imported: threads of BLAS that wait for each other can take ten times the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Annotated shapes are checked wherever these packages are called in a test; the application does not check them.
CORE = Path(__file__).resolve().parents[1] / "core"
# Numba cannot keep functions that are wrapped; tests give some values of a session results of other types.
UNCHECKED = {
    "convex_domain",
    "double_double",
    "merging",
    "nearest_triangle",
    "predicates",
    "rim",
    "project",
    "report",
    "stages",
}
CHECKED = [
    f"core.{folder}.{path.stem}"
    for folder in ("geometry", "session")
    for path in (CORE / folder).glob("*.py")
    if path.stem not in UNCHECKED
]
install_import_hook(["core.data", "core.io", *CHECKED], "beartype.beartype")

ROOT = Path(__file__).resolve().parents[1]


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
