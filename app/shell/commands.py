"""The table of everything a user can do: it drives menus, shortcuts, command search and the list of keys."""

from collections.abc import Sequence
from typing import Any

from app.bench.in_window import show_bench
from app.claims.covers import leave_cover, run_cover
from app.claims.in_window import show_claims
from app.composer.in_window import show_composer
from app.scene.camera import UP_AXES
from app.shell.recovery import can_revert, recover, revert
from app.shell.window_dialogs import lay_image, show_about, show_export, show_keys, show_settings
from app.shell.window_help import begin_tour, show_help
from app.state.command import Command
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import StageView
from assets import SAMPLES
from core.claims.gallery import cards


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
        "file/films": tr("Films"),
        "view/theme": tr("Theme"),
        "view/maximise": tr("Maximise"),
        "view/camera": tr("Cameras"),
        "view/up": tr("Up axis"),
        "stage/learn": tr("Training"),
        "stage/mend": tr("Preparation"),
    }


def commands(stages: Sequence[StageView]) -> tuple[Command, ...]:
    """Return every command in the order of the menus, in the user's language, with those of the stages."""

    def own(menu: str) -> list[Command]:
        ordered = sorted(stages, key=lambda view: view.brings_source)  # what mends the source comes last
        found = (command for view in ordered for command in view.commands)
        return [command for command in found if command.menu.partition("/")[0] == menu]

    return (
        *_file_commands(own("file")),
        *_edit_commands(own("edit")),
        *_view_commands(own("view")),
        *_stage_commands(stages, own("stage")),
        *_help_commands(),
    )


def _has_surface(workspace: Workspace) -> bool:
    return workspace.is_there


def _has_chart(workspace: Workspace) -> bool:
    """Whether what is open is a surface that was flattened."""
    project = workspace.project
    return project.training is not None and project.source is not None and project.source.data.has_faces


def _can_run(workspace: Workspace) -> bool:
    key = workspace.open_stage
    view = workspace.views[key]
    if key in workspace.jobs or view.brings_source or view.remedy(workspace):
        return True
    return not workspace.obstacle(key)


def _file_commands(own: Sequence[Command]) -> tuple[Command, ...]:
    return (
        Command("open", tr("Open…"), "file", lambda w: w.files.ask_open(), "Ctrl+O", "folder-open"),
        *(
            Command(
                f"sample_{sample.key}",
                tr("Sample: {name}", name=tr(sample.title)),
                "",  # the menu of samples tells also what each shows
                lambda w, key=sample.key: w.files.open_sample(key),
                icon="squares-four",
            )
            for sample in SAMPLES
        ),
        *own,
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
        Command("revert", tr("Revert to the file"), "file", revert, ready=can_revert),
        Command("recover", tr("Recover unsaved work"), "file", recover, icon="clock-counter-clockwise"),
        Command("export", tr("Export…"), "file", show_export, "Ctrl+E", "export", _has_surface),
        Command("figure", tr("Figure composer…"), "file", show_composer, "Ctrl+Shift+F", "layout", _has_surface),
        Command("settings", tr("Settings…"), "file", show_settings, "Ctrl+,", "gear", starts_group=True),
        Command("quit", tr("Quit"), "file", lambda w: w.close(), "Ctrl+Q", starts_group=True),
    )


def _edit_commands(own: Sequence[Command]) -> tuple[Command, ...]:
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
        Command(
            "lasso",
            tr("Select a region with the lasso"),
            "edit",
            lambda w: w.grid.points.toggle_lasso(),
            icon="selection",
            ready=_has_surface,
            is_on=lambda w: w.selection.draws_lasso,
        ),
        Command("escape", tr("Clear the picked point"), "edit", lambda w: leave_cover(w) or w.escape(), "Esc", "x"),
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
        Command(
            "copy_python",
            tr("Copy as Python"),
            "edit",
            lambda w: w.files.copy_as_python(),
            "",
            "code",
            _has_surface,
        ),
        *own,
        Command("search", tr("Search commands"), "edit", lambda w: w.search(), "Ctrl+Shift+P", "magnifying-glass"),
    )


def _view_commands(own: Sequence[Command]) -> tuple[Command, ...]:
    themes = {"system": tr("System"), "light": tr("Light"), "dark": tr("Dark")}
    return (
        Command("inspector", tr("Inspector"), "view", lambda w: w.toggle_inspector(), "Ctrl+I", is_on=_inspector_shown),
        Command("log", tr("Log"), "view", lambda w: w.toggle_log(), "Ctrl+L", "terminal-window", is_on=_log_shown),
        Command("jobs", tr("Running jobs"), "view", lambda w: w.job_bar.open_list(), "Ctrl+J", "spinner-gap"),
        *_layout_commands(),
        *own,
        Command(
            "true_colors",
            tr("True colours"),
            "view",
            lambda w: w.grid.set_true_colors(not w.grid.true_colors),
            is_on=lambda w: w.grid.true_colors,
        ),
        Command(
            "clip",
            tr("Clipping plane"),
            "view",
            lambda w: w.grid.cameras.toggle_clip(),
            icon="scissors",
            ready=_has_surface,
            is_on=lambda w: w.grid.cameras.is_clipped,
        ),
        Command("lay_image", tr("Lay an image on the disk…"), "view", lay_image, icon="image", ready=_has_chart),
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
        Command(
            "parallel",
            tr("Orthographic"),
            "view/camera",
            lambda w: w.grid.cameras.set_parallel(not w.grid.cameras.is_parallel),
            is_on=lambda w: w.grid.cameras.is_parallel,
        ),
        *(
            Command(
                f"up_{axis}",
                tr("Up is {axis}", axis=axis.replace("-", "\N{MINUS SIGN}")),
                "view/up",
                lambda w, axis=axis: w.grid.choose_up_axis(axis),
                ready=_has_surface,
                is_on=lambda w, axis=axis: w.grid.up_axis == axis,
            )
            for axis in UP_AXES
        ),
    )


def _inspector_shown(window: Any) -> bool:
    return window.inspector.is_open


def _log_shown(window: Any) -> bool:
    return not window.log_drawer.isHidden()


def _is_full_screen(window: Any) -> bool:
    return window.isFullScreen()


def _stage_commands(stages: Sequence[StageView], own: Sequence[Command]) -> tuple[Command, ...]:
    return (
        *(
            Command(
                f"stage_{view.key}",
                view.title,
                "stage",
                lambda w, key=view.key: w.workspace.show_stage(key),
                is_on=lambda w, key=view.key: w.workspace.open_stage == key,
            )
            for view in stages
        ),
        Command(
            "run_stage",
            tr("Run or pause the open stage"),
            "stage",
            lambda w: run_cover(w) or w.run_open_stage(),
            "F5",
            "play-fill",
            _can_run,
            starts_group=True,
        ),
        *own,
        Command(
            "run_all",
            tr("Run all stages"),
            "stage",
            lambda w: w.run_all(),
            "",
            "fast-forward",
            lambda s: not s.hindrance and not s.jobs,
            starts_group=True,
        ),
    )


def _help_commands() -> tuple[Command, ...]:
    return (
        Command("help", tr("Help"), "help", show_help, "F1", "question"),
        Command("keys", tr("Keys"), "help", show_keys, "Ctrl+F1", "keyboard"),
        Command("tour", tr("Tour"), "help", begin_tour, "", "play-circle"),
        Command("welcome", tr("Welcome"), "help", lambda w: w.grid.show_fourth("welcome"), "", "sparkle"),
        Command("claims", tr("Claims"), "help", show_claims, "", "flask"),
        Command("bench", tr("Bench of generators"), "help", show_bench, "", "squares-four"),
        *(
            Command(f"claim_{name}", tr(card.title), "", lambda w, name=name: show_claims(w, name), "", "flask")
            for name, card in cards().items()
        ),
        Command("copy_report", tr("Copy the log"), "help", lambda w: w.log_drawer.copy_report(), "", "copy"),
        Command("about", tr("About Budai"), "help", show_about, "", "info", starts_group=True),
    )


def keys_in_views() -> tuple[tuple[str, str], ...]:
    """Return the keys that a view understands while it has the focus, and what they do."""
    return (
        ("R, Home", tr("Fit")),
        ("1, 3, 7", tr("Look from the front, the side, the top")),
        ("L", tr("Link the cameras")),
        ("W", tr("Wireframe")),
        ("X", tr("Clipping plane, or none")),
        ("O", tr("Orthographic: parallel rays, or perspective")),
        ("C", tr("Colour-by menu")),
        ("M", tr("Maximise")),
        ("G", tr("Go to a vertex by its number")),
        ("D", tr("Measure from the picked point, or no more")),
        ("B", tr("Draw around a region; Shift adds, Alt takes away")),
        (tr("Page up, Page down"), tr("Previous or next chart of an atlas")),
        (tr("Space"), tr("Play the displacement, the walk, or the unfolding")),
        (tr("Comma, period; Home, End"), tr("Unfold on in small steps; to an end")),
        ("+, \u2212", tr("Zoom")),
        (tr("Arrows"), tr("Turn or pan")),
        ("Ctrl+C, Ctrl+V", tr("Copy and paste the camera")),
    )
