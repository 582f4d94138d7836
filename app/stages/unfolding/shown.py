"""Which moment of an unfolding is to be seen, and how it is played."""

from concurrent.futures import Executor
from dataclasses import replace

from PySide6.QtCore import QObject, QVariantAnimation, Signal

from app.stages.unfolding.scene.look import Look, first_camera
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.views.stage_scene import StageScene
from core.session.project import Project
from core.unfolding.unfolding import Unfolding

STAGE = "unfolding"
MILLISECONDS_OF_A_LAYER, _DIGITS = 1500, 5
"""How long a layer takes when it is played at speed 1; digits of a share of the way."""


class UnfoldScene(StageScene):
    """Watches unfolding and display, and says which moment is to be seen.

    Signals
    -------
    played(bool)
        It is played from now on, or no more.
    """

    played = Signal(bool)

    def __init__(self, workspace: Workspace, theme: Theme, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(STAGE, workspace, executor, parent)
        self._theme = theme
        self.color_by = "normal"
        self.look: Look | None = None
        self._prepare_to_play(MILLISECONDS_OF_A_LAYER)
        assert self._playing is not None
        self._playing.stateChanged.connect(lambda new, old: self.played.emit(new == QVariantAnimation.State.Running))
        workspace.project_changed.connect(self._on_project_changed)

    @property
    def is_open(self) -> bool:
        """Whether the stage is open."""
        return self._workspace.open_stage == STAGE

    @property
    def moment(self) -> float:
        """The moment t that is to be seen."""
        if self.look is None:
            return 0.0
        t = self.display.moment * self.look.made.length
        return float(round(t)) if abs(t - round(t)) < 1e-3 else t  # the share of a mark is rounded

    def colors(self) -> list[tuple[str, str]]:
        """Return what it can be coloured by: key and title, not translated."""
        source = self._workspace.project.source
        if source is not None and not source.has_faces:
            return [("normal", "Place" if source.labels is None else "Class"), ("pattern", "Cells so far")]
        colors = [("normal", "Normal"), ("none", "None"), ("pattern", "Cells so far")]
        if self.look is not None and self.look.made.edges is not None:
            colors.append(("cells", "Edges of cells"))
        if source is not None and getattr(source.data, "colors", None) is not None:
            colors.append(("texture", "Colours of the file"))
        return colors

    def show(self) -> None:
        """Show what the workspace holds now."""
        made: Unfolding | None = self._workspace.project.unfolding
        source, figure = self._workspace.project.source, None if self.snapshot is None else self.snapshot.figure
        if made is None or source is None or figure is None:
            self.look = None
        elif self.is_open:
            former, display = self.look, self.display
            kept = former is not None and former.made is made
            if not kept or former.color_by != self.color_by or former.faces_viewer != display.faces_viewer:
                frame = figure.frame if source.has_faces else None
                self.look = Look(made, source, first_camera(figure), self.color_by, display.faces_viewer, frame)
        if self.look is None and self._playing is not None:
            self._playing.stop()
        self.changed.emit()

    # -- moments -------------------------------------------------------------------------------------------------------

    def hold(self, moment: float) -> None:
        """Stop playing, and show a moment t."""
        if self.look is not None:
            if self._playing is not None:
                self._playing.stop()
            self._go(moment / self.look.made.length)

    def step(self, by: float) -> None:
        """Stop playing, and go on by so many layers."""
        self.hold(self.moment + by)

    def go(self, share: float) -> None:
        """Stop playing, and go to a share of the way."""
        if self.look is not None:
            self.hold(share * self.look.made.length)

    def play(self) -> None:
        """Play from here, or from the start where this is the end; stop where it is under way."""
        if not self.is_open or self.look is None or self._playing is None:
            return
        if self._playing.state() == QVariantAnimation.State.Running:
            self._playing.stop()
            return
        display = self.display
        length = round(MILLISECONDS_OF_A_LAYER * self.look.made.length / display.speed)
        self._playing.setDuration(max(length, 1))
        self._playing.setLoopCount(-1 if display.loops else 1)
        start = 0 if display.moment >= 1.0 else int(display.moment * length)
        self._playing.start()
        self._playing.setCurrentTime(start)

    def _step(self, share: float) -> None:
        if self._playing is not None and self._playing.state() == QVariantAnimation.State.Running:
            self._go(float(share))

    def _go(self, share: float) -> None:
        self._workspace.set_display(STAGE, replace(self.display, moment=round(min(max(share, 0.0), 1.0), _DIGITS)))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if new.unfolding is not old.unfolding or new.outdated != old.outdated or new.source is not old.source:
            self.show()
