"""Calls into Qt must not eat references to None (PySide6 6.12.0 on Python 3.10 and 3.11 does, then aborts)."""

import sys

import pytest
from PySide6.QtWidgets import QLabel


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None lives for ever since Python 3.12")
def test_qt_calls_do_not_eat_none(qtbot):
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(1000):
        label.setText("x")
    assert sys.getrefcount(None) > before - 500
