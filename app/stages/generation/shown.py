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
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.views.stage_scene import StageScene
from core.generation.generation import Generation
from core.session.project import Project

STAGE = "generation"
PLAY_MILLISECONDS = 4000
"""How long the walk takes when it is played."""
MOST_RADIUS = 0.9995
"""Ends of a walk are drawn in to this: the polygon that is decoded lies within the unit circle."""

Code = tuple[float, float]


@dataclass(frozen=True, eq=False)
class ShownGeneration:
    """Generated points with their colours.

    Parameters
    ----------
    cloud : GeneratedCloud
        The points.
    coloring : Coloring
        Of those that are drawn.
    """

    cloud: GeneratedCloud
    coloring: Coloring


def shown_generation(
    former: GeneratedCloud | None, figure: Figure, made: Generation, key: str, tint: bool, palette: Palette
) -> ShownGeneration:
    """Compute all that views need of points (runs in a thread); `former` ones are kept where they are the same."""
    same = former is not None and former.generation is made and former.figure is figure
    cloud = former if same and former is not None else GeneratedCloud(figure, made)
    _ = cloud.points, cloud.normals
    return ShownGeneration(cloud, cloud.coloring(key, tint, palette))


class GenerateScene(StageScene):
    """Watches generation and display, and says what is to be seen."""

    def __init__(self, workspace: Workspace, theme: Theme, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(STAGE, workspace, executor, parent)
        self._theme = theme
        self.shown: ShownGeneration | None = None
        self.first_end: Code | None = None
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
    def ends(self) -> tuple[Code, ...]:
        """Codes of the ends of the walk: one while the second is still to be picked."""
        if self.first_end is not None:
            return (self.first_end,)
        made = self._workspace.project.generation
        if made is None or not made.options.has_walk:
            return ()
        (a, b), (c, d) = made.options.start, made.options.stop
        return (a, b), (c, d)

    def show(self) -> None:
        """Show what the workspace holds now."""
        made = self._workspace.project.generation
        if made is None or self.snapshot is None or self.snapshot.codes is None:
            self._making.forget()
            self.shown = None
        elif self.is_open:
            former = self.shown.cloud if self.shown is not None else None
            tint, palette = self.display.tint_outside, self._theme.palette
            self._making.submit(shown_generation, former, self.snapshot.figure, made, self.color_by, tint, palette)
        self.changed.emit()

    def code_of(self, pick: Pick | None) -> Code | None:
        """Return the code that a pick means."""
        codes = None if self.snapshot is None else self.snapshot.codes
        if pick is None or codes is None:
            return None
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
        if self.first_end is None:
            self.first_end = code
        elif code != self.first_end:
            options = replace(self._workspace.options(STAGE), start=self.first_end, stop=code)
            self.first_end = None
            self._workspace.set_options(STAGE, options)
            self._workspace.run_stage(STAGE)
        self.changed.emit()

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
