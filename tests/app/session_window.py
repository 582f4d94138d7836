"""The real window, led through a whole session by mouse, to be killed at its end and started once more.

``python -m tests.app.session_window PLAN.json`` does what a plan says and writes figures and pictures into its folder.
As in the program, nothing heavy is imported at the top: workers import this module.
"""

import json
import os
import sys
import time
import traceback
from pathlib import Path

BEAT = 10
"""Milliseconds between two looks at whether the window answers."""
STAGES = ("preparation", "training", "cells", "transport", "denoising", "generation")


def main() -> None:
    """Start the program as a user does, in a theme and a language, with somebody at the mouse."""
    plan = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    from app import __main__
    from app.shell import main_window
    from app.state.settings import Settings

    Settings().update(theme=plan["theme"], language=plan["language"])

    class LedWindow(main_window.MainWindow):
        def __init__(self, *parts):
            super().__init__(*parts)
            from PySide6.QtCore import QTimer

            self.visitor = Visitor(self, plan)
            QTimer.singleShot(0, self.visitor.begin)

    main_window.MainWindow = LedWindow
    __main__.main([plan["surface"]] if plan["act"] == "session" else [])


class Visitor:
    """Somebody who uses the window with the mouse and notes how fast it answers."""

    def __init__(self, window, plan):
        self.window, self.plan, self.folder = window, plan, Path(plan["folder"])
        self.gaps, self.reactions, self.start = [], [], {}
        self._beat = None

    # -- looking -----------------------------------------------------------------------------------------------------

    def begin(self):
        """Do the act of the plan; whatever fails ends the program with status 3."""
        is_done = False
        try:
            getattr(self, self.plan["act"])()
            is_done = True
        finally:
            if not is_done:
                traceback.print_exc()
                self.look("failed")
                sys.stderr.flush()
                os._exit(3)

    def wait(self, condition, seconds=240.0):
        """Let the window live until something is so."""
        from PySide6.QtTest import QTest

        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it takes too long"
            QTest.qWait(BEAT)

    def rest(self, milliseconds):
        """Let the window live for a while."""
        from PySide6.QtTest import QTest

        QTest.qWait(milliseconds)

    def look(self, name):
        """Keep a picture of the screen; the time this takes is not the window's."""
        from PySide6.QtGui import QGuiApplication

        former = None
        for _ in range(20):  # until what is drawn in the background is there
            self.rest(600)
            self._stop_beat()
            picture = QGuiApplication.primaryScreen().grabWindow(0)
            is_still, former = former == picture.toImage(), picture.toImage()
            self._start_beat()
            if is_still:
                break
        picture.save(str(self.folder / f"{name}.png"))

    def _start_beat(self):
        from PySide6.QtCore import Qt, QTimer

        last = [time.perf_counter(), time.thread_time()]

        def beat():
            now = [time.perf_counter(), time.thread_time()]
            self.gaps.append([now[0] - last[0], now[1] - last[1], self.place])
            last[:] = now

        self._beat = QTimer(self.window, timerType=Qt.TimerType.PreciseTimer, interval=BEAT)
        self._beat.timeout.connect(beat)
        self._beat.start()

    def _stop_beat(self):
        if self._beat is not None:
            self._beat.stop()
            self._beat.deleteLater()
            self._beat = None

    # -- using -------------------------------------------------------------------------------------------------------

    def press(self, widget):
        """Click on what can be seen and pressed, and note how long it takes until something is painted."""
        from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
        from PySide6.QtTest import QTest

        self.wait(lambda: widget.isVisible() and widget.isEnabled(), 30.0)
        self.rest(300)  # what still moves comes to rest
        assert widget.visibleRegion().contains(widget.rect().center()), f"{widget} is hidden"
        painted = []

        class Painted(QObject):
            def eventFilter(self, watched, event):
                if event.type() == QEvent.Type.Paint and not painted:
                    painted.append((time.perf_counter(), time.thread_time()))
                return False

        application, watcher = QCoreApplication.instance(), Painted()
        application.installEventFilter(watcher)
        begun = time.perf_counter(), time.thread_time()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())
        self.wait(lambda: bool(painted), 10.0)
        application.removeEventFilter(watcher)
        self.reactions.append([painted[0][0] - begun[0], painted[0][1] - begun[1], self.place])

    def run(self, key):
        """Open a stage, press its button, wait until it is done, and pick a vertex."""
        from app.state.stage_state import StageState

        workspace, panel, self.place = self.window.workspace, self.window.column.panels[key], key
        if workspace.open_stage != key:
            self.press(panel.header)
        if key == "preparation" and workspace.project.source.is_disk:
            self.rest(1000)  # one chart: there is nothing to do, but to look what is said of it
        elif workspace.state(key) is not StageState.DONE:
            self.press(panel.primary)
            self.wait(lambda: workspace.state(key) is StageState.DONE or workspace.failures)
            assert not workspace.failures, workspace.failures
        self.look(f"{(*STAGES, '').index(key) + 1}_{key}")

    def session(self):
        """Open, prepare, train, cells, transport, denoise, generate, export, save, change, wait to be killed."""
        from PySide6.QtWidgets import QFileDialog

        from core.training.options import TrainingOptions

        self.place = "start"
        self._fit()
        self.wait(lambda: self.window.workspace.project.source is not None)
        self.wait(lambda: self.window.grid.surface.canvas.drawing is not None)
        self.rest(50)
        import psutil

        self.start = {
            "cpu": time.process_time(),
            "wall": time.time() - psutil.Process().create_time(),
        }
        self._start_beat()
        self.look("0_start")
        workspace = self.window.workspace
        workspace.set_options("training", TrainingOptions(preset="small", seconds=self.plan["seconds"]))
        for key in STAGES:
            self.run(key)
        self._export()
        target = self.folder / "session.budai"
        QFileDialog.getSaveFileName = lambda *_: (str(target), "")
        self.place = "save"
        self.window.actions_by_key.trigger("save")
        self.wait(lambda: workspace.is_saved and target.is_file())
        self.look("8_saved")
        self._stop_beat()
        self.tell()
        workspace.run_stage("training", TrainingOptions(preset="small", seconds=2.0, seed=1))
        self.wait(lambda: not workspace.jobs and not workspace.is_saved)
        job = self.window.autosave.write()
        self.wait(lambda: job.has_ended if hasattr(job, "has_ended") else self.window.autosave._job is None)
        (self.folder / "to_be_killed").touch()
        self.rest(600_000)

    def recovery(self):
        """Take the offer to open what was not saved, look, and close the window."""
        self.place = "recovery"
        self._fit()
        shown = self.window.notifications.shown
        self.wait(lambda: any(one.action is not None for one in shown))
        self.look("9_offer")
        offered = next(one for one in shown if one.action is not None)
        self.press(offered.action)
        self.wait(lambda: self.window.workspace.project.training is not None)
        seed = self.window.workspace.project.training.options.seed
        self.look("10_recovered")
        self._stop_beat()
        (self.folder / "recovered.json").write_text(json.dumps({"seed": seed}))
        self.window.may_discard = lambda then: True
        self.window.close()

    def _export(self):
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QPushButton

        from app.shell.export_dialog import ExportDialog

        self.place = "export"
        panel = self.window.column.panels["export"]
        self.press(panel.header)

        def export():
            shown = [one for one in self.window.findChildren(ExportDialog) if one.isVisible()]
            if not shown:
                QTimer.singleShot(200, export)
                return
            self.look("7_export")
            (button,) = (one for one in shown[0].findChildren(QPushButton) if one.isDefault())
            self.press(button)

        before = set(Path(self.plan["surface"]).parent.iterdir())
        export()
        self.press(panel.primary)
        self.wait(lambda: not self.window.workspace.workers.jobs)
        written = set(Path(self.plan["surface"]).parent.iterdir()) - before - {self.folder / "7_export.png"}
        assert len(written) == 1, written

    def _fit(self):
        from PySide6.QtCore import Qt

        self.window.setWindowState(Qt.WindowState.WindowNoState)
        self.window.move(0, 0)
        self.window.resize(*self.plan["size"])

    def tell(self):
        """Write what was noted."""
        noted = {"start": self.start, "gaps": self.gaps, "reactions": self.reactions}
        (self.folder / "noted.json").write_text(json.dumps(noted))


if __name__ == "__main__":
    main()
