"""The whole window for tests: without OpenGL, without processes, with folders of its own."""

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication

from app.process.jobs import Job
from app.shell.log_file import LogFile
from app.shell.main_window import MainWindow
from app.state.selection import Selection
from app.state.settings import Settings
from app.state.workspace import Workspace
from app.style.theme import Theme
from core.training.result import TrainingStep


class NoProcess:
    """A child that never works; remembers the commands."""

    def __init__(self):
        self.sent, self.has_ended, self.processor_seconds = [], False, None

    def command(self, word):
        self.sent.append(word)

    def heed(self):
        return False

    def end(self):
        self.has_ended = True


class StillWorkers(QObject):
    """Starts jobs that stand still until a test lets them finish."""

    def __init__(self):
        super().__init__()
        self.started, self.jobs = [], []
        self.is_prepared = False

    def prepare(self):
        self.is_prepared = True

    def start(self, title, function, *arguments):
        job = Job(title, NoProcess())
        self.started.append((job, function, arguments))
        return job

    def end(self):
        for job, _, _ in self.started:
            job.cancel()

    @property
    def last(self):
        return self.started[-1][0]


def finish(job, result):
    """Let a job end well, as `Job` does it."""
    job._finish()
    job.finished.emit(result)
    job.ended.emit()


def fail(job, message):
    """Let a job fail, as `Job` does it."""
    job._finish()
    job.failed.emit(message)
    job.ended.emit()


class Room:
    """A window with all that it is made of."""

    def __init__(self, qtbot, folder, mode="light", size=(1600, 1000)):
        self.qtbot = qtbot
        self.workers = StillWorkers()
        self.workspace, self.selection = Workspace(self.workers), Selection()
        self.settings, self.log = Settings(folder / "config"), LogFile(folder / "state")
        self.settings.update(theme=mode)
        self.theme = Theme(mode)
        self.theme.reduced_motion = True
        self.theme.apply(QApplication.instance())
        self.window = MainWindow(self.workspace, self.selection, self.theme, self.settings, self.log)
        if size is not None:  # the screen of the tests may be smaller
            self.window.setWindowState(Qt.WindowState.WindowNoState)
            self.window.resize(*size)
        self.window.show()
        qtbot.waitExposed(self.window)

    def close(self):
        """Close the window and wait until nothing of it is left."""
        self.window.may_discard = lambda then: True
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def trigger(self, key):
        self.window.actions_by_key.trigger(key)

    def show(self, project):
        self.workspace.start_over(project)

    def live(self, **values):
        values = {
            key: value.astype(np.float32, copy=False) if isinstance(value, np.ndarray) else value
            for key, value in values.items()
        }
        step = TrainingStep(**({"step": 10, "seconds": 1.0, "loss": 0.1} | values))
        self.workspace.live = step
        self.workspace.live_changed.emit(step)
        self.workspace.stage_changed.emit("training")
