"""The table of everything a user can do: it drives menus, shortcuts, command search and the list of keys."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.blind_stage import learns_blind
from app.remedies import can_simplify, can_weld, weld_corners
from app.translation import tr
from app.workspace import Workspace
from core.session.stages import STAGES

if TYPE_CHECKING:
    from app.main_window import MainWindow

STAGE_KEYS = ("source", "training", "cells", "transport", "denoising", "generation", "export")
VIEW_KEYS = ("surface", "latent", "reconstruction", "fourth")


@dataclass(frozen=True)
class Command:
    """One thing that a user can do.

    Parameters
    ----------
    key : str
        Name in code.
    text : str
        What the user reads.
    menu : str
        Key of the menu: "file", "edit", "view", "stage", "help"; "a/b" is a submenu; empty for none.
    run : callable
        Does it.
    shortcut : str
        In Qt's portable notation; empty for none.
    icon : str
        Phosphor name; empty for none.
    ready : callable
        Whether it can be done now.
    is_on : callable or None
        Whether what it switches is on; None where it is no switch.
    starts_group : bool
        Whether a line stands before it in the menu.
    """

    key: str
    text: str
    menu: str
    run: "Callable[[MainWindow], object]"
    shortcut: str = ""
    icon: str = ""
    ready: Callable[[Workspace], bool] = lambda _: True
    is_on: "Callable[[MainWindow], bool] | None" = None
    starts_group: bool = False


def menu_titles() -> dict[str, str]:
    """Return the menus in their order, by key."""
    return {
        "file": tr("File"),
        "edit": tr("Edit"),
        "view": tr("View"),
        "stage": tr("Stage"),
        "help": tr("Help"),
        "file/recent": tr("Recent files"),
        "file/samples": tr("Samples"),
        "file/samples/download": tr("Download"),
        "view/theme": tr("Theme"),
        "view/maximise": tr("Maximise"),
        "view/camera": tr("Cameras"),
    }


def commands() -> tuple[Command, ...]:
    """Return every command in the order of the menus, in the user's language."""
    return (*_file_commands(), *_edit_commands(), *_view_commands(), *_stage_commands(), *_help_commands())


def _has_surface(workspace: Workspace) -> bool:
    return workspace.project.source is not None


def _takes_noisy(workspace: Workspace) -> bool:
    return _has_surface(workspace) and not learns_blind(workspace.project)


def _can_run(workspace: Workspace) -> bool:
    key = workspace.open_stage
    if key == "training" and workspace.can_fill:
        return True
    return key in workspace.jobs or key in ("source", "export") or (key in STAGES and not workspace.obstacle(key))


def _can_train_on(workspace: Workspace) -> bool:
    project = workspace.project
    return project.training is not None and "training" not in (*workspace.jobs, *project.outdated)


def _is_training(workspace: Workspace) -> bool:
    return "training" in workspace.jobs


def _file_commands() -> tuple[Command, ...]:
    return (
        Command("open", tr("Open…"), "file", lambda w: w.files.ask_open(), "Ctrl+O", "folder-open"),
        Command("open_noisy", tr("Open noisy points…"), "file", lambda w: w.files.ask_noisy(), "", "", _takes_noisy),
        Command(
            "open_truth",
            tr("Open the true surface…"),
            "file",
            lambda w: w.files.ask_truth(),
            ready=lambda s: learns_blind(s.project),
        ),
        Command(
            "save",
            tr("Save project"),
            "file",
            lambda w: w.files.save(),
            "Ctrl+S",
            "floppy-disk",
            _has_surface,
            None,
            True,
        ),
        Command(
            "save_as", tr("Save project as…"), "file", lambda w: w.files.save_as(), "Ctrl+Shift+S", "", _has_surface
        ),
        Command("export", tr("Export…"), "file", lambda w: w.show_export(), "Ctrl+E", "export", _has_surface),
        Command("settings", tr("Settings…"), "file", lambda w: w.show_settings(), "Ctrl+,", "gear", starts_group=True),
        Command("quit", tr("Quit"), "file", lambda w: w.close(), "Ctrl+Q", starts_group=True),
    )


def _edit_commands() -> tuple[Command, ...]:
    return (
        Command(
            "undo", tr("Undo"), "edit", lambda w: w.workspace.undo(), "Ctrl+Z", "arrow-u-up-left", lambda s: s.can_undo
        ),
        Command(
            "redo",
            tr("Redo"),
            "edit",
            lambda w: w.workspace.redo(),
            "Ctrl+Shift+Z",
            "arrow-u-up-right",
            lambda s: s.can_redo,
        ),
        Command(
            "go_to", tr("Go to vertex…"), "edit", lambda w: w.grid.ask_vertex(), ready=_has_surface, starts_group=True
        ),
        Command(
            "measure",
            tr("Measure from the picked point"),
            "edit",
            lambda w: w.grid.points.toggle_measuring(),
            icon="ruler",
            ready=_has_surface,
            is_on=lambda w: w.selection.origin is not None,
        ),
        Command("escape", tr("Clear the picked point"), "edit", lambda w: w.escape(), "Esc", "x"),
        Command(
            "copy_command",
            tr("Copy as command"),
            "edit",
            lambda w: w.files.copy_as_command(),
            "",
            "terminal",
            _has_surface,
            None,
            True,
        ),
        Command("copy_options", tr("Copy options as TOML"), "edit", lambda w: w.files.copy_options()),
        Command("search", tr("Search commands"), "edit", lambda w: w.search(), "Ctrl+Shift+P", "magnifying-glass"),
    )


def _view_commands() -> tuple[Command, ...]:
    themes = {"system": tr("System"), "light": tr("Light"), "dark": tr("Dark")}
    return (
        Command("inspector", tr("Inspector"), "view", lambda w: w.toggle_inspector(), "Ctrl+I", is_on=_inspector_shown),
        Command("log", tr("Log"), "view", lambda w: w.toggle_log(), "Ctrl+L", "terminal-window", is_on=_log_shown),
        Command("jobs", tr("Running jobs"), "view", lambda w: w.job_bar.open_list(), "Ctrl+J", "spinner-gap"),
        *_layout_commands(),
        Command(
            "play",
            tr("Play the displacement"),
            "view",
            lambda w: w.grid.transport.scene.play(),
            icon="play-circle",
            ready=lambda s: s.open_stage == "transport" and s.project.transport is not None,
        ),
        Command(
            "play_walk",
            tr("Play the walk"),
            "view",
            lambda w: w.grid.generate.scene.play(),
            icon="path",
            ready=lambda s: s.open_stage == "generation" and getattr(s.project.generation, "walk", None) is not None,
        ),
        Command(
            "true_colors",
            tr("True colours"),
            "view",
            lambda w: w.grid.set_true_colors(not w.grid.true_colors),
            is_on=lambda w: w.grid.true_colors,
        ),
        Command("screenshot", tr("Save a picture…"), "view", lambda w: w.files.ask_screenshot(), "F12", "camera"),
        Command(
            "full_screen", tr("Full screen"), "view", lambda w: w.toggle_full_screen(), "F11", is_on=_is_full_screen
        ),
        Command("next_region", tr("Next region"), "view", lambda w: w.focus_next_region(), "F4"),
        Command("toggle_theme", tr("Light or dark"), "", lambda w: w.toggle_theme(), "", "moon"),
        *(
            Command(
                f"theme_{key}",
                text,
                "view/theme",
                lambda w, key=key: w.files.prefer(theme=key),
                is_on=lambda w, key=key: w.settings.preferences.theme == key,
            )
            for key, text in themes.items()
        ),
    )


def _layout_commands() -> tuple[Command, ...]:
    """Commands that give one view all the room, and that move the cameras."""
    views = {
        "surface": tr("Surface view"),
        "latent": tr("Latent disk"),
        "reconstruction": tr("Reconstruction view"),
        "fourth": tr("Fourth view"),
    }
    axes = {"front": tr("From the front"), "side": tr("From the side"), "top": tr("From the top")}
    return (
        *(
            Command(
                f"maximise_{key}",
                text,
                "view/maximise",
                lambda w, key=key: w.grid.maximise(key),
                icon="corners-out",
                starts_group=key == "surface",
            )
            for key, text in views.items()
        ),
        Command(
            "maximise_none", tr("All four views"), "view/maximise", lambda w: w.grid.maximise(None), icon="squares-four"
        ),
        Command(
            "reset_cameras", tr("Fit all views"), "view/camera", lambda w: w.grid.reset_cameras(), icon="corners-in"
        ),
        *(
            Command(f"along_{axis}", text, "view/camera", lambda w, axis=axis: w.grid.view_along(axis), icon="cube")
            for axis, text in axes.items()
        ),
    )


def _inspector_shown(window: "MainWindow") -> bool:
    return window.inspector.is_open


def _log_shown(window: "MainWindow") -> bool:
    return not window.log_drawer.isHidden()


def _is_full_screen(window: "MainWindow") -> bool:
    return window.isFullScreen()


def _stage_commands() -> tuple[Command, ...]:
    titles = (
        tr("Surface"),
        tr("Training"),
        tr("Cells"),
        tr("Transport"),
        tr("Denoise"),
        tr("Generate"),
        tr("Export"),
    )
    return (
        *(
            Command(
                f"stage_{key}",
                title,
                "stage",
                lambda w, key=key: w.workspace.show_stage(key),
                f"Ctrl+{place}",
                ready=lambda _, key=key: key in STAGES or key == "export",
                is_on=lambda w, key=key: w.workspace.open_stage == key,
            )
            for place, (key, title) in enumerate(zip(STAGE_KEYS, titles, strict=True), 1)
        ),
        Command(
            "run_stage",
            tr("Run or pause the open stage"),
            "stage",
            lambda w: w.run_open_stage(),
            "F5",
            "play-fill",
            _can_run,
            starts_group=True,
        ),
        *_training_commands(),
        Command(
            "fill_loops",
            tr("Fill the smaller loops"),
            "stage",
            lambda w: w.workspace.fill_loops(),
            icon="intersect",
            ready=lambda s: s.can_fill,
            starts_group=True,
        ),
        Command(
            "weld",
            tr("Join the corners that nearly meet"),
            "stage",
            lambda w: weld_corners(w.workspace),
            icon="arrows-in-cardinal",
            ready=can_weld,
        ),
        Command(
            "simplify",
            tr("Simplify the surface…"),
            "stage",
            lambda w: w.files.ask_simplify(),
            icon="polygon",
            ready=can_simplify,
        ),
        Command(
            "run_all",
            tr("Run all stages"),
            "stage",
            lambda w: w.run_all(),
            "",
            "fast-forward",
            lambda s: not s.obstacle("training") and not s.jobs,
            starts_group=True,
        ),
    )


def _training_commands() -> tuple[Command, ...]:
    """Commands of a training that runs, is done, or was cut off."""
    return (
        Command("step", tr("One step"), "stage", lambda w: w.step(), "F6", "skip-forward", _is_training),
        Command("stop", tr("Stop and keep the result"), "stage", lambda w: w.stop(), "Shift+F5", "stop", _is_training),
        Command(
            "reset",
            tr("Stop and drop the result"),
            "stage",
            lambda w: w.reset(),
            "",
            "arrow-counter-clockwise",
            _is_training,
        ),
        Command(
            "continue_training",
            tr("Continue the training"),
            "stage",
            lambda w: w.workspace.train_on("continue"),
            icon="fast-forward",
            ready=_can_train_on,
            starts_group=True,
        ),
        Command(
            "refine_training",
            tr("Refine where the chart folds"),
            "stage",
            lambda w: w.workspace.train_on("refine"),
            icon="crosshair",
            ready=lambda s: _can_train_on(s) and len(s.project.training.bad_faces) > 0,
        ),
        Command(
            "train_longer",
            tr("Train for the time that is advised"),
            "stage",
            lambda w: w.workspace.train_longer(),
            icon="clock-clockwise",
            ready=lambda s: s.advised_seconds is not None,
        ),
        Command(
            "resume_training",
            tr("Resume the training that was cut off"),
            "stage",
            lambda w: w.workspace.resume_training(),
            icon="arrow-counter-clockwise",
            ready=lambda s: s.lost.found is not None and "training" not in s.jobs,
        ),
    )


def _help_commands() -> tuple[Command, ...]:
    return (
        Command("help", tr("Keys"), "help", lambda w: w.show_help(), "F1", "question"),
        Command("welcome", tr("Welcome"), "help", lambda w: w.grid.show_fourth("welcome"), "", "sparkle"),
        Command("copy_report", tr("Copy the log"), "help", lambda w: w.log_drawer.copy_report(), "", "copy"),
        Command("about", tr("About Budai"), "help", lambda w: w.show_about(), "", "info", starts_group=True),
    )


def keys_in_views() -> tuple[tuple[str, str], ...]:
    """Return the keys that a view understands while it has the focus, and what they do."""
    return (
        ("R, Home", tr("Fit")),
        ("1, 3, 7", tr("Look from the front, the side, the top")),
        ("L", tr("Link the cameras")),
        ("W", tr("Wireframe")),
        ("C", tr("Colour-by menu")),
        ("M", tr("Maximise")),
        ("G", tr("Go to a vertex by its number")),
        ("D", tr("Measure from the picked point, or no more")),
        (tr("Space"), tr("Play the displacement, or the walk")),
        ("+, \u2212", tr("Zoom")),
        (tr("Arrows"), tr("Turn or pan")),
        ("Ctrl+C, Ctrl+V", tr("Copy and paste the camera")),
    )
