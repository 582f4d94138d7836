"""A hand that does anything at all in the window: seeded, so that it can do the same again."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QMenu, QWidget

from app.shell.files import Files
from app.state.stage_state import StageState
from core.session.stages import STAGES
from core.training.options import TrainingOptions

KEYS = [
    *(getattr(Qt.Key, f"Key_{name}") for name in "ABCDEGHLMRW1234567"),
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Delete),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
    *(Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_F4, Qt.Key.Key_F5, Qt.Key.Key_F6),
]
PAUSE = 60
"""Milliseconds between two acts."""
LONG_OPEN = 25
"""Acts after which a dialog or a menu is left."""
MOST_PARAMETERS, MOST_SECONDS = 5_000, 40.0
"""Trainings that are larger are made small again: what is looked for is in the window, not in the worker."""
OPENED_PART = 0.1
"""Part of the tries to open a file that do so."""
NOT_DONE = frozenset({"quit", "full_screen"})
"""Commands that would end the test or depend on the window manager."""


class RandomHand:
    """Clicks, types, turns wheels, opens menus and runs commands of a window, one act after the other.

    Parameters
    ----------
    window : MainWindow
        Where.
    seed : int
        Start of all random choices.
    """

    def __init__(self, window, seed):
        self.window, self.rng = window, np.random.default_rng(seed)
        self.done: Counter[str] = Counter()
        self._is_at_work, self._acts_open = False, 0

    def begin(self):
        """Act from now on, also while a dialog is open."""
        self._is_at_work = True
        self._later()

    def rest(self):
        """Do nothing any more; what is open is left."""
        self._is_at_work = False
        for _ in range(50):
            top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if top is None:
                return
            self._leave(top)
            QTest.qWait(20)
        raise AssertionError(f"{top} cannot be left")

    def _later(self):
        # Not one timer that repeats: that would stand still while a dialog that it has opened is waited for.
        QTimer.singleShot(PAUSE, self.window, self._act)

    def _act(self):
        if not self._is_at_work:
            return
        self._later()
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        self._acts_open = 0 if top is None else self._acts_open + 1
        if top is not None and self._acts_open > LONG_OPEN:
            self._leave(top)
        elif isinstance(top, QMenu):
            self._choose(top)
        else:
            acts = (self._click_anywhere, self._click_control, self._press_key, self._turn_wheel, self._drag)
            shares = [0.25, 0.35, 0.15, 0.1, 0.15]
            if top is None and self.rng.random() < 0.15:
                self._run_command()
            else:
                acts[self.rng.choice(5, p=shares)](top or self.window)

    def keep_small(self):
        """Undo choices that would make a training take long."""
        options = self.window.workspace.options("training")
        if options.n_parameters > MOST_PARAMETERS or options.seconds > MOST_SECONDS:
            seconds = round(float(self.rng.uniform(5.0, 30.0)), 1)
            self.window.workspace.set_options("training", TrainingOptions(preset="small", seconds=seconds))

    # -- acts --------------------------------------------------------------------------------------------------------

    def _one(self, things):
        return things[int(self.rng.integers(len(things)))]

    def _place(self, widget):
        """Return a place in a widget."""
        size = widget.size()
        return QPoint(int(self.rng.integers(max(1, size.width()))), int(self.rng.integers(max(1, size.height()))))

    def _under(self, root):
        """Return the widget at some place, and the place in it."""
        place = self._place(root)
        child = root.childAt(place) or root
        return child, child.mapFrom(root, place)

    def _click_anywhere(self, root):
        widget, place = self._under(root)
        button = Qt.MouseButton.RightButton if self.rng.random() < 0.2 else Qt.MouseButton.LeftButton
        self.done["click"] += 1
        if self.rng.random() < 0.1:
            QTest.mouseDClick(widget, button, pos=place)
        else:
            QTest.mouseClick(widget, button, pos=place)

    def _click_control(self, root):
        found = [
            child
            for child in root.findChildren(QWidget)
            if child.isVisible()
            and child.isEnabled()
            and not child.visibleRegion().isEmpty()
            and (isinstance(child, QAbstractButton) or child.focusPolicy() & Qt.FocusPolicy.ClickFocus)
        ]
        if not found:
            return
        control = self._one(found)
        self.done["control"] += 1
        QTest.mouseClick(control, Qt.MouseButton.LeftButton, pos=control.rect().center())
        if isinstance(control, QLineEdit):
            QTest.keyClicks(control, str(self._one(["", "0", "7", "-3", "0.5", "1e-3", "x", "99999999", "1,5"])))

    def _press_key(self, root):
        modifiers = Qt.KeyboardModifier.NoModifier
        key = self._one(KEYS)
        if self.rng.random() < 0.15:
            key, modifiers = Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
        self.done["key"] += 1
        QTest.keyClick(QApplication.focusWidget() or root, key, modifiers)

    def _turn_wheel(self, root):
        widget, place = self._under(root)
        self.done["wheel"] += 1
        event = QWheelEvent(
            QPointF(place),
            QPointF(widget.mapToGlobal(place)),
            QPoint(),
            QPoint(0, int(self._one([-120, 120, 240]))),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def _drag(self, root):
        widget, start = self._under(root)
        button = self._one([Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
        self.done["drag"] += 1
        angle = self.rng.uniform(0, 2 * math.pi)
        step = QPoint(round(12 * math.cos(angle)), round(12 * math.sin(angle)))
        QTest.mousePress(widget, button, pos=start)
        for k in range(1, 4):
            QTest.mouseMove(widget, start + k * step)
        QTest.mouseRelease(widget, button, pos=start + 3 * step)

    def _choose(self, menu):
        """Choose an entry of a menu, or leave it."""
        entries = [entry for entry in menu.actions() if entry.isEnabled() and not entry.isSeparator()]
        kept = self.window.actions_by_key.actions
        entries = [entry for entry in entries if all(entry is not kept[key] for key in NOT_DONE)]
        if not entries or self.rng.random() < 0.2:
            self._leave(menu)
            return
        self.done["menu"] += 1
        menu.setActiveAction(self._one(entries))
        QTest.keyClick(menu, Qt.Key.Key_Return)

    def _run_command(self):
        entries = [one.key for one in self.window.actions_by_key.entries() if one.is_ready and one.key not in NOT_DONE]
        workspace = self.window.workspace
        stages = [key for key in STAGES if key != "source" and workspace.state(key) is StageState.READY]
        if stages and self.rng.random() < 0.3:
            workspace.show_stage(self._one(stages))
            entries = ["run_stage"]
        elif self.rng.random() < 0.1:
            entries = ["open"]
        self.done["command"] += 1
        self.window.actions_by_key.trigger(self._one(entries))

    def _leave(self, top):
        self.done["left"] += 1
        if isinstance(top, QDialog):
            top.reject()
        else:
            QTest.keyClick(top, Qt.Key.Key_Escape)
            if isinstance(top, QMenu):
                top.close()


def open_rarely(monkeypatch, rng):
    """Let most tries to open a file do nothing: what is trained lasts until other stages have been run on it."""
    opened = Files.open_path

    def sometimes(files, path, how=None):
        return opened(files, path, how) if rng.random() < OPENED_PART else None

    monkeypatch.setattr(Files, "open_path", sometimes)


def answer_file_dialogs(monkeypatch, rng, folder: Path):
    """Let questions for files be answered at random with some of a folder, or with nothing."""

    def opened(*_, **__):
        files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
        return (str(files[int(rng.integers(len(files)))]) if rng.random() < 0.85 else "", "")

    def saved(_parent, _title, suggested="", *_, **__):
        suffix = Path(suggested).suffix or ".png"
        return (str(folder / f"written_{rng.integers(3)}{suffix}") if rng.random() < 0.7 else "", "")

    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getOpenFileName", opened)
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getSaveFileName", saved)
