"""The real window, which trains, computes cells and saves for as long as nobody ends it: somebody to kill.

``python -m tests.app.busy_window SURFACE PROJECT SECONDS`` tells on stdout what it is about to do. As in the program,
nothing heavy is imported at the top: workers import this module before they heed the end of the window.
"""

import sys
from pathlib import Path

NEXT = {"training": "cells", "cells": "save"}


def told(word):
    print(word, flush=True)  # noqa: T201


def main():
    """Open a window that does one thing after the other."""
    from app import __main__
    from app.shell import main_window
    from core.training.options import TrainingOptions

    target, seconds = Path(sys.argv[2]), float(sys.argv[3])

    class BusyWindow(main_window.MainWindow):
        def __init__(self, *parts):
            super().__init__(*parts)
            self.files.opened.connect(self._begin)

        def _begin(self):
            options = TrainingOptions(encoder=(16, 16), decoder=(16, 16), seconds=seconds, device="cpu")
            self.workspace.set_options("training", options)
            self._do("training")

        def _do(self, what):
            told(what)
            if what == "save":
                self.workspace.mark_saved(target)
                job = self.files.save()
            else:
                job = self.workspace.run_stage(what)
            job.ended.connect(lambda: self._do(NEXT.get(what, "training")))

    main_window.MainWindow = BusyWindow
    __main__.main(sys.argv[1:2])


if __name__ == "__main__":
    main()
