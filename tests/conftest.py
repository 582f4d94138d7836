"""Fixtures that several folders of tests share."""

import os
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

# As `app` does, before numpy is imported: threads of BLAS that wait for each other can take ten times the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Annotated shapes are checked wherever these packages are called in a test; the application does not check them.
install_import_hook(["core.io", "core.surface"], "beartype.beartype")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real surfaces: BUDAI_TEST_DATA, or else ../shared/data beside the repository."""
    folder = Path(os.environ.get("BUDAI_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "README.md").is_file():
        pytest.skip(f"no test data in {folder}: set BUDAI_TEST_DATA to the folder that holds them")
    return folder
