"""No file, however malformed, ends in anything but a surface, a cloud or a message."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core.errors import InputError
from core.io.load import LoadedSurface, load
from core.surface.point_cloud import PointCloud
from tests.core.io import tiny
from tests.core.io.malformed import malformed_files

FORMATS = sorted({name.split(".")[1] for name in tiny.SURFACES | tiny.CLOUDS})


def outcome(file: Path) -> str:
    """Open a file and check that what comes is sound: a message, or a surface or cloud that can be used."""
    try:
        loaded = load(file)
    except InputError as error:
        text = str(error)
        assert text.startswith(file.name)
        assert text.isprintable(), "a message is one line without control characters"
        assert len(text) <= 400
        return "refused"
    assert isinstance(loaded, LoadedSurface)
    assert all(text.isprintable() and len(text) <= 400 for text in (*loaded.repairs, *loaded.warnings))
    surface = loaded.surface
    assert np.isfinite(surface.diagonal)
    assert surface.diagonal > 0
    if isinstance(surface, PointCloud):
        assert np.isfinite(surface.points).all()
        return "cloud"
    assert loaded.topology is not None
    assert np.isfinite(surface.vertices).all()
    assert len(np.unique(surface.faces)) == len(surface.vertices) == loaded.topology.n_vertices
    assert loaded.topology.area > 0
    return "surface"


def test_malformed_files_end_in_a_message_or_a_sound_surface(tmp_path):
    outcomes: Counter[tuple[str, str]] = Counter()
    for name, content in malformed_files():
        file = tmp_path / name
        file.write_bytes(content)
        outcomes[name.split(".")[1], outcome(file)] += 1
        file.unlink()
    per_format = {suffix: sum(n for (s, _), n in outcomes.items() if s == suffix) for suffix in FORMATS}
    assert min(per_format.values()) >= 20
    assert sum(per_format.values()) >= 200
    for suffix in FORMATS:
        assert outcomes[suffix, "refused"] >= 10, f"nothing much is refused in {suffix}: {outcomes}"


@pytest.mark.slow
def test_many_more_malformed_files(tmp_path):
    for seed in range(1, 30):
        for name, content in malformed_files(seed, n_random=20):
            file = tmp_path / name
            file.write_bytes(content)
            outcome(file)
            file.unlink()
