"""Fixtures of the tests that read files."""

from pathlib import Path

import pytest

from core.base.errors import InputError
from core.data.source import Source
from core.io.load import load


@pytest.fixture
def opened(tmp_path: Path):
    def write_and_load(name: str, content: bytes | str) -> Source:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return load(file)

    return write_and_load


@pytest.fixture
def refused(opened):
    def write_and_refuse(name: str, content: bytes | str) -> str:
        with pytest.raises(InputError) as caught:
            opened(name, content)
        return str(caught.value)

    return write_and_refuse
