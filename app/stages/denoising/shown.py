"""Denoised points that the views show while the stage *Denoise* is open."""

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject

from app.process.jobs import Job
from app.scene.figure import Figure
from app.scene.palette import Palette
from app.scene.snapshot import Coloring
from app.stages.denoising.scene.cloud import DenoisedCloud
from app.state.charts import whole_of
from app.state.selection import Pick
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.views.stage_scene import StageScene
from core.base.progress import Progress
from core.charts.autoencoder import Autoencoder
from core.denoising.blind_comparison import knows_truth
from core.denoising.result import Denoising
from core.session.by_chart import ByChart
from core.session.project import Project

STAGE = "denoising"


@dataclass(frozen=True, eq=False)
class ShownCloud:
    """Points with their colours.

    Parameters
    ----------
    cloud : DenoisedCloud
        The points.
    key : str
        The quantity that they are coloured by.
    before, after : Coloring
        Colours of the noisy and of the denoised points that are drawn.
    around : pair of Coloring, optional
        The same for the points of the other charts of an atlas.
    """

    cloud: DenoisedCloud
    key: str
    before: Coloring
    after: Coloring
    around: tuple[Coloring, Coloring] | None = None


def shown_cloud(
    former: DenoisedCloud | None,
    figure: Figure,
    denoising: Denoising,
    autoencoder: Autoencoder,
    method: str,
    knows_truth: bool,
    key: str,
    palette: Palette,
    whole: Denoising | None = None,
) -> ShownCloud:
    """Compute all that views need of points (runs in a thread); `former` ones are kept where they are the same."""
    same = former is not None and former.denoising is denoising and former.figure is figure and former.method == method
    cloud = (
        former
        if same and former is not None
        else DenoisedCloud(figure, denoising, autoencoder, method, knows_truth, whole)
    )
    key = key if key in cloud.quantities() else cloud.quantities()[0]
    _ = cloud.noisy, cloud.points, cloud.normals, cloud.codes, cloud.n_outside, cloud.feet_tree
    others = cloud.others
    around = None
    if others is not None:
        _ = others.noisy, others.points, others.normals
        around = others.coloring(key, False, palette), others.coloring(key, True, palette)
    return ShownCloud(cloud, key, cloud.coloring(key, False, palette), cloud.coloring(key, True, palette), around)


class DenoiseScene(StageScene):
    """Watches denoising and display, and says which points are to be seen."""

    def __init__(self, workspace: Workspace, theme: Theme, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(STAGE, workspace, executor, parent)
        self._theme = theme
        self.shown: ShownCloud | None = None
        self.color_by = "distance"
        # The projection, while the other methods are still being run.
        self._early: Denoising | ByChart[Denoising] | None = None
        self._making.done.connect(self._on_cloud)
        workspace.job_started.connect(self._on_job_started)
        workspace.project_changed.connect(self._on_project_changed)

    @property
    def is_outdated(self) -> bool:
        """Whether the points belong to a former training."""
        return self._early is None and super().is_outdated

    @property
    def is_open(self) -> bool:
        """Whether the stage is open and has points to show."""
        return self._workspace.open_stage == STAGE and self.denoising is not None

    @property
    def denoising(self) -> Denoising | None:
        """What is to be seen: the projection that a running job has found, else what the project holds."""
        early = self._early
        if isinstance(early, ByChart):
            return early.parts[self._workspace.chart]
        return early if early is not None else self._workspace.project.denoising

    def method(self, denoising: Denoising) -> str:
        """Return whose points are shown: those asked for where they exist, else those of the chosen method."""
        asked = self.display.method
        return asked if denoising.result(asked) is not None else denoising.options.method

    def show(self) -> None:
        """Show what the workspace holds now."""
        project = self._workspace.project
        source, denoising, training = project.source, self.denoising, project.training
        if denoising is None or training is None or self.snapshot is None or self.snapshot.codes is None:
            self._making.forget()
            self.shown = None
        elif self.is_open:
            former = self.shown.cloud if self.shown is not None else None
            self._making.submit(
                shown_cloud,
                former,
                self.snapshot.figure,
                denoising,
                training.autoencoder,
                self.method(denoising),
                source is None or knows_truth(source, denoising),
                self.color_by,
                self._theme.palette,
                self._whole,
            )
        self.changed.emit()

    @property
    def _whole(self) -> Denoising | None:
        """The points of all charts; None where there is one chart."""
        found = self._early if self._early is not None else self._workspace.whole.denoising
        return found.together if isinstance(found, ByChart) else None

    def point_of(self, pick: Pick | None) -> int | None:
        """Return the point that a pick means: that under the pointer, else the one nearest to its vertex."""
        if pick is None or self.shown is None or self._early is not None:
            return None
        cloud = self.shown.cloud
        if pick.point is not None:
            return pick.point if pick.point < len(cloud.denoising.noisy) else None
        if pick.vertex >= len(cloud.figure.points):
            return None
        return int(cloud.shown[cloud.feet_tree.query(cloud.figure.points[pick.vertex])[1]])

    def pick_at(self, drawn: int, view: str) -> Pick | None:
        """Return the pick that one of the drawn points means."""
        if self.shown is None or self._early is not None or drawn >= len(self.shown.cloud.shown):
            return None  # of what a running job has found, the inspector knows nothing yet
        cloud = self.shown.cloud
        return Pick(int(cloud.nearest_vertices[drawn]), view, None, int(cloud.shown[drawn]))

    def place_around(self, number: int) -> tuple[int, int] | None:
        """Return chart and number in it of one of the drawn points of other charts."""
        whole, others = self._whole, None if self.shown is None else self.shown.cloud.others
        if whole is None or others is None or whole.charts is None or self._early is not None:
            return None
        row = others.denoising.rows[others.shown[number]]
        place = int(np.flatnonzero(whole.rows == row)[0])
        chart = int(whole.charts[place])
        return chart, int(np.count_nonzero(whole.charts[:place] == chart))

    def _on_job_started(self, job: Job) -> None:
        """Show the projection as soon as there is one."""
        if job.title == STAGE:
            job.progressed.connect(self._on_progress)
            job.ended.connect(lambda: self._show_early(None))

    def _on_progress(self, progress: Progress) -> None:
        training, found = self._workspace.project.training, progress.payload
        if isinstance(found, Denoising | ByChart) and training is not None and "training" not in self._workspace.jobs:
            self._show_early(found)

    def _show_early(self, found: Denoising | ByChart[Denoising] | None) -> None:
        if found is not self._early:
            self._early = found
            self.show()

    def _on_project_changed(self, old: Project, new: Project) -> None:
        is_other_chart = whole_of(self._workspace.whole, old) is self._workspace.whole
        if not is_other_chart and any(
            getattr(new, key) is not getattr(old, key) for key in ("source", "training", "denoising")
        ):
            self._early = None
        if new.denoising is not old.denoising or new.outdated != old.outdated:
            self.show()

    def _on_cloud(self, shown: ShownCloud) -> None:
        if shown.cloud.denoising is self.denoising:
            self.shown = shown
            self.changed.emit()
