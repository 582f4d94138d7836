"""The commands as Qt actions: with their shortcuts, in their menus, ready when the project is."""

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from app.shell.commands import commands, keys_in_views, menu_titles
from app.state.command import Command
from app.style.translation import tr
from app.widgets.command_palette import Entry
from core.base.errors import BudaiError


class Actions(QObject):
    """One action for each command; anybody may trigger one by its key."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self._window = window
        self.commands: dict[str, Command] = {
            command.key: command for command in commands(list(window.workspace.views.values()))
        }
        self.actions: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        for command in self.commands.values():
            self._add_action(command)
        workspace = window.workspace
        workspace.project_changed.connect(self.refresh)
        workspace.stage_changed.connect(self.refresh)
        workspace.open_stage_changed.connect(self.refresh)
        self.refresh()

    def trigger(self, key: str) -> None:
        """Do a command if it can be done now; what goes wrong is told."""
        command = self.commands[key]
        if not command.ready(self._window.workspace):
            return
        try:
            command.run(self._window)
        except BudaiError as error:
            self._window.notify(str(error), "bad")
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show which commands can be done and which switches are on."""
        for key, action in self.actions.items():
            action.setEnabled(self.commands[key].ready(self._window.workspace))
        self._place_stages()

    def _place_stages(self) -> None:
        """Offer the stages that the column shows, with Ctrl and the place of each there: 1 to 9, 0 for the tenth."""
        place = 0
        for key, work in self._window.workspace.works.items():
            action, place = self.actions[f"stage_{key}"], place + work.is_offered
            action.setVisible(work.is_offered)
            action.setShortcut(QKeySequence(f"Ctrl+{place % 10}" if work.is_offered and place <= 10 else ""))

    def refresh_switches(self) -> None:
        """Show which switches are on; called before a menu opens."""
        for key, action in self.actions.items():
            is_on = self.commands[key].is_on
            if is_on is not None:
                action.setChecked(is_on(self._window))

    def shortcut(self, key: str) -> str:
        """Return the shortcut of a command as the platform writes it."""
        return self.actions[key].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def entries(self) -> list[Entry]:
        """Return the commands for the search, those that can be done first."""
        titles = menu_titles()
        found = []
        for command in self.commands.values():
            if command.key == "search" or not self.actions[command.key].isVisible():
                continue
            ready = command.ready(self._window.workspace)
            group = titles.get(command.menu, "")
            found.append(Entry(command.key, command.text, group, self.shortcut(command.key), command.icon, ready))
        return sorted(found, key=lambda entry: not entry.is_ready)

    def keys(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return all keys with what they do, by menu, and those of the views."""
        titles = menu_titles()
        groups: dict[str, list[tuple[str, str]]] = {}
        for command in self.commands.values():
            if self.shortcut(command.key):
                group = titles.get(command.menu.partition("/")[0], "")
                groups.setdefault(group, []).append((self.shortcut(command.key), command.text))
        return [*groups.items(), (tr("In a view"), list(keys_in_views()))]

    def fill(self, bar: QMenuBar) -> None:
        """Build the menus."""
        for key, title in menu_titles().items():
            parent = self.menus.get(key.rpartition("/")[0])
            menu = QMenu(title, bar)
            menu.aboutToShow.connect(self.refresh_switches)
            self.menus[key] = menu
            if parent is None:
                bar.addMenu(menu)
        for command in self.commands.values():
            if command.menu:
                menu = self.menus[command.menu]
                if command.starts_group and not menu.isEmpty():
                    menu.addSeparator()
                menu.addAction(self.actions[command.key])
        self._insert_submenus()

    def _insert_submenus(self) -> None:
        """Put the submenus where they belong."""
        after_open = self.menus["file"].actions()[1]
        self.menus["file"].insertMenu(after_open, self.menus["file/recent"])
        self.menus["file"].insertMenu(after_open, self.menus["file/samples"])
        self.menus["file"].insertMenu(self.actions["figure"], self.menus["file/films"])
        for key in ("stage/learn", "stage/mend"):
            self.menus["stage"].insertMenu(self.actions["run_all"], self.menus[key])
        before = self.actions["screenshot"]
        for key in ("view/maximise", "view/camera", "view/up", "view/theme"):
            self.menus["view"].insertMenu(before, self.menus[key])
        self.menus["view"].insertSeparator(before)

    def _add_action(self, command: Command) -> None:
        action = QAction(command.text, self._window)
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
        if command.is_on is not None:
            action.setCheckable(True)
        action.triggered.connect(lambda: self.trigger(command.key))
        self._window.addAction(action)
        self.actions[command.key] = action
