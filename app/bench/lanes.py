"""One bench in one or two worker processes, each with its share of the models."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.process.jobs import Job, Workers
from core.base.progress import Progress
from core.bench.bench import Bench, BenchOptions, Cell, Told
from core.bench.watching import MakeTarget, run_made


class Lanes(QObject):
    """Runs a bench, its models one after the other in each process.

    Parameters
    ----------
    workers : Workers
        Where processes come from.

    Signals
    -------
    told(Told)
        What a model draws, or what came of it.
    progressed(fraction, message)
        How far the whole is.
    finished(bench or None)
        All processes have ended; None where none has a result.
    failed(text)
        One of them has no result; the others go on.
    """

    told = Signal(object)
    progressed = Signal(float, str)
    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self.jobs: list[Job] = []
        self._benches: list[Bench] = []
        self._options = BenchOptions()
        self._fractions: list[float] = []

    @property
    def is_running(self) -> bool:
        """Whether a process is at work."""
        return bool(self.jobs)

    def start(self, makers: Sequence[MakeTarget], options: BenchOptions, at_once: int) -> None:
        """Begin, with models shared out to so many processes."""
        self._benches, self._options = [], options
        shares = [options.models[k::at_once] for k in range(at_once) if options.models[k::at_once]]
        self._fractions = [0.0] * len(shares)
        for k, models in enumerate(shares):
            job = self._workers.start("bench", run_made, tuple(makers), replace(options, models=models))
            self.jobs.append(job)
            job.progressed.connect(lambda progress, k=k: self._on_progress(k, progress))
            job.finished.connect(self._on_finished)
            job.failed.connect(self.failed)
            job.ended.connect(lambda job=job: self._on_ended(job))

    def stop(self) -> None:
        """Let all end with what they have."""
        for job in self.jobs:
            job.stop()

    def cancel(self) -> None:
        """End all at once; what came of models before stays where it was shown."""
        for job in list(self.jobs):
            job.cancel()

    def _on_progress(self, lane: int, progress: Progress) -> None:
        self._fractions[lane] = progress.fraction or 0.0
        if isinstance(progress.payload, Told):
            self.told.emit(progress.payload)
        self.progressed.emit(sum(self._fractions) / len(self._fractions), progress.message)

    def _on_finished(self, bench: Bench) -> None:
        """Tell all cells of a process once more: what was reported of one may have been overtaken."""
        self._benches.append(bench)
        for cell in bench.cells:
            self.told.emit(Told(cell.target, cell.model, cell.seed, cell=cell))

    def _on_ended(self, job: Job) -> None:
        self.jobs.remove(job)
        if not self.jobs:
            self.finished.emit(merged(self._options, self._benches))


def merged(options: BenchOptions, benches: Sequence[Bench]) -> Bench | None:
    """Return some benches of the same targets and seeds as one; None for none."""
    if not benches:
        return None
    cells: dict[tuple[str, str, int], Cell] = {}
    for bench in benches:
        for cell in bench.cells:
            cells.setdefault((cell.target, cell.model, cell.seed), cell)
    return Bench(options, benches[0].targets, tuple(cells.values()), any(bench.stopped for bench in benches))
