"""Generated points that the views show while the stage *Generate* is open, and the ends of a walk."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject

from app.scene.figure import Figure
from app.scene.palette import Palette
from app.scene.snapshot import Coloring
from app.stages.generation.scene.generated import GeneratedCloud, GeneratedLook
from app.state.selection import Pick
from app.state.stage_state import Notice
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_scene import StageScene
from core.charts.latent_image import LatentImage
from core.generation.generation import Generation
from core.session.by_chart import is_by_chart
from core.session.project import Project

STAGE = "generation"
PLAY_MILLISECONDS = 4000
"""How long the walk takes when it is played."""
MOST_RADIUS = 0.9995
"""Ends of a walk are drawn in to this: the polygon that is decoded lies within the unit circle."""

Code = tuple[float, float]
End = tuple[int, Code]
"""A chart, and a code of it."""


@dataclass(frozen=True, eq=False)
class ShownGeneration:
    """Generated points with their colours.

    Parameters
    ----------
    cloud : GeneratedCloud
        The points.
    coloring : Coloring
        Of those that are drawn.
    around : Coloring, optional
        Of those of the other charts of an atlas.
    """

    cloud: GeneratedCloud
    coloring: Coloring
    around: Coloring | None = None


def shown_generation(
    former: GeneratedCloud | None,
    figure: Figure,
    made: Generation,
    key: str,
    tint: bool,
    palette: Palette,
    whole: Generation | None = None,
) -> ShownGeneration:
    """Compute all that views need of points (runs in a thread); `former` ones are kept where they are the same."""
    same = former is not None and former.generation is made and former.figure is figure
    cloud = former if same and former is not None else GeneratedCloud(figure, made, whole)
    _ = cloud.points, cloud.normals
    others = cloud.others
    if others is not None:
        _ = others.points, others.normals
    around = None if others is None else others.coloring(key, tint, palette)
    return ShownGeneration(cloud, cloud.coloring(key, tint, palette), around)


class GenerateScene(StageScene):
    """Watches generation and display, and says what is to be seen."""

    def __init__(self, workspace: Workspace, theme: Theme, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(STAGE, workspace, executor, parent)
        self._theme = theme
        self.shown: ShownGeneration | None = None
        self.first_end: End | None = None
        self._making.done.connect(self._on_cloud)
        self._prepare_to_play(PLAY_MILLISECONDS)
        workspace.project_changed.connect(self._on_project_changed)

    @property
    def look(self) -> GeneratedLook:
        """How codes are drawn."""
        return GeneratedLook(self.color_by, self.display, self._theme.palette)

    @property
    def is_open(self) -> bool:
        """Whether the stage is open and there is a disk to draw codes from."""
        known = self.snapshot is not None and self.snapshot.codes is not None
        return self._workspace.open_stage == STAGE and self._workspace.project.training is not None and known

    @property
    def ends(self) -> tuple[End, ...]:
        """The ends of the walk: one while the second is still to be picked."""
        if self.first_end is not None:
            return (self.first_end,)
        made = self._workspace.project.generation
        if made is None or not made.options.has_walk:
            return ()
        (a, b), (c, d) = made.options.start, made.options.stop
        return (made.options.start_chart, (a, b)), (made.options.stop_chart, (c, d))

    def end_points(self) -> np.ndarray:
        """Return where the ends are on the decoded surface, in input units, (m, 3)."""
        charts = self._workspace.whole.charts
        known = [(charts[k].training, code) for k, code in self.ends if k < len(charts)]
        found = [training.autoencoder.decode(np.array([code]))[0] for training, code in known if training is not None]
        return np.array(found).reshape(-1, 3)

    def show(self) -> None:
        """Show what the workspace holds now."""
        made = self._workspace.project.generation
        if made is None or self.snapshot is None or self.snapshot.codes is None:
            self._making.forget()
            self.shown = None
        elif self.is_open:
            former = self.shown.cloud if self.shown is not None else None
            tint, palette = self.display.tint_outside, self._theme.palette
            whole = self._workspace.whole.generation
            whole = whole.together if is_by_chart(whole) else None
            figure = self.snapshot.figure
            self._making.submit(shown_generation, former, figure, made, self.color_by, tint, palette, whole)
        self.changed.emit()

    def code_of(self, pick: Pick | None) -> Code | None:
        """Return the code that a pick means."""
        training = self._workspace.project.training
        if pick is None or training is None or self.snapshot is None or training.codes.shape[1] != 2:
            return None
        codes = training.codes
        if pick.code is not None:
            return pick.code
        if pick.vertex >= len(codes):
            return None
        x, y = codes[pick.vertex]
        return float(x), float(y)

    def take_end(self, code: Code) -> None:
        """Begin a walk at a code, or end the one that was begun and have it found."""
        radius = float(np.hypot(*code))
        if radius > MOST_RADIUS:
            code = (code[0] * MOST_RADIUS / radius, code[1] * MOST_RADIUS / radius)
        chart = self._workspace.chart
        if not self._may_end(code):
            text = tr("No code of the surface: from chart to chart a walk goes between points of it.")
            self._workspace.notified.emit(Notice(text, "warn", "", STAGE))
            return
        if self.first_end is None:
            self.first_end = chart, code
        elif (chart, code) != self.first_end:
            start_chart, start = self.first_end
            options = self._workspace.options(STAGE)
            options = replace(options, start=start, stop=code, start_chart=start_chart, stop_chart=chart)
            self.first_end = None
            self._workspace.set_options(STAGE, options)
            self._workspace.run_stage(STAGE)
        self.changed.emit()

    def _may_end(self, code: Code) -> bool:
        """Whether a walk may end at a code: of an atlas at one of the surface."""
        project = self._workspace.project
        if project is self._workspace.whole or project.training is None:
            return True
        return bool(LatentImage(project.training.codes, project.source.surface.faces).contains(np.array([code]))[0])

    def forget_end(self) -> None:
        """Begin no walk."""
        if self.first_end is not None:
            self.first_end = None
            self.changed.emit()

    def play(self) -> None:
        """Go along the walk from its start to its end; stop where that is under way."""
        made = self._workspace.project.generation
        if self.is_open and made is not None and made.walk is not None:
            super().play()

    def _step(self, share: float) -> None:
        self._workspace.set_display(STAGE, replace(self.display, frame=float(share)))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if new.generation is not old.generation or new.outdated != old.outdated or new.training is not old.training:
            self.show()

    def _on_cloud(self, shown: ShownGeneration) -> None:
        if shown.cloud.generation is self._workspace.project.generation:
            self.shown = shown
            self.changed.emit()
