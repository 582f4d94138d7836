"""The look of all widgets as one Qt stylesheet, made from a palette."""

from collections.abc import Callable
from pathlib import Path

import assets
from app.scene.palette import Palette

ICONS = Path(assets.__file__).parent / "icons"
"""Check marks and arrows that a stylesheet can only take from files."""


def stylesheet(palette: Palette, px: Callable[[float], int], monospace: str) -> str:
    """Return the stylesheet of the whole program.

    Parameters
    ----------
    palette : Palette
        Colours by role.
    px : callable
        Turns a size of the design into pixels at the text scale in use.
    monospace : str
        Font of code.
    """
    parts = (_text, _bars, _buttons, _inputs, _slider, _lists, _menus, _scroll_bars, _surfaces)
    values = {name: getattr(palette, name) for name in type(palette).__dataclass_fields__}
    values |= {
        "icons": ICONS.as_posix(),
        "variant": "dark" if palette.is_dark else "light",
        "segment": palette.border_strong if palette.is_dark else palette.control,
        "segment_line": palette.border_strong,
        "handle": palette.text if palette.is_dark else palette.control,
        "handle_line": palette.text if palette.is_dark else palette.border_strong,
    }
    sizes = {f"px{n}": px(n) for n in (*range(1, 49), 120)}
    text = "\n".join(part() for part in parts)
    for name, value in sorted({**values, **sizes, "mono": monospace}.items(), reverse=True):
        text = text.replace(f"@{name}@", str(value))
    return text


def _text() -> str:
    return """
    QLabel { background: transparent; }
    QLabel[role="label"] { color: @text_muted@; }
    QLabel[role="value"] { font-weight: 500; }
    QLabel[role="caption"] { color: @text_faint@; font-size: @px11@px; }
    QLabel[role="problem"] { color: @bad@; font-size: @px11@px; }
    QLabel[role="header"] { font-weight: 600; }
    QLabel[role="project"] { font-size: @px13@px; font-weight: 600; }
    QLabel[role="lead"] { font-size: @px13@px; color: @text_muted@; }
    QLabel[role="name"] { font-size: @px13@px; font-weight: 600; }
    QLabel[role="strong"] { font-weight: 500; }
    QLabel[role="title"] { font-size: @px20@px; font-weight: 600; }
    QLabel[role="heading"] { font-size: @px15@px; font-weight: 600; }
    QLabel:disabled { color: @text_faint@; }
    """


def _bars() -> str:
    return """
    QMainWindow, QWidget#bars { background: @window@; }
    QWidget#topBar { background: @window@; border-bottom: 1px solid @border@; }
    QWidget#jobBar { background: @window@; border-top: 1px solid @border@; }
    QWidget#logDrawer { background: @panel@; border-top: 1px solid @border@; }
    QWidget#columnFooter { background: @panel@; border-top: 1px solid @border@; }
    QScrollArea#inspectorPanel { background: @panel@; }
    QScrollArea#inspectorPanel[over="true"] { background: @border_strong@; }
    QWidget#inspectorRail { background: @panel@; }
    QWidget#inspectorRail[over="true"] { border-left: 1px solid @border@; }
    QWidget#columnContent, QWidget#inspectorContent { background: @panel@; }
    QWidget#stageForm { background: transparent; }
    QFrame#line { background: @border@; border: none; max-height: 1px; min-height: 1px; }
    QWidget#welcome, QWidget#welcomePage { background: @sheet@; }
    QFrame#claimRule { background: @border@; border: none; }
    """


def _buttons() -> str:
    return """
    * { dialogbuttonbox-buttons-have-icons: 0; }
    QPushButton { background: @control@; border: 1px solid @border_strong@; border-radius: 6px; color: @text@;
        font-weight: 500; min-height: @px26@px; padding: 0 @px12@px; }
    QPushButton:hover { background: @control_hover@; }
    QPushButton:pressed { background: @track@; }
    QPushButton:disabled { color: @text_faint@; background: @control_hover@; border-color: @border@; }
    QPushButton[role="filled"] { background: @accent@; border-color: @accent@; color: #FFFFFF; font-weight: 600; }
    QPushButton[role="filled"]:hover { background: @accent_hover@; border-color: @accent_hover@; }
    QPushButton[role="filled"]:disabled { background: @control_hover@; border-color: @border@; color: @text_faint@; }
    QPushButton[role="flat"] { background: transparent; border-color: transparent; color: @text_muted@;
        padding: 0 @px8@px; }
    QPushButton[role="flat"]:hover { background: @control_hover@; color: @text@; }
    QPushButton[role="flat"]:checked { background: @accent_soft@; color: @text@; }
    QPushButton[role="flat"]:disabled { color: @text_faint@; }
    QPushButton[role="link"] { background: transparent; border: none; color: @link@; padding: 0 @px6@px;
        min-height: @px20@px; }
    QPushButton[role="link"]:hover { background: @accent_soft@; }
    QPushButton[role="copy"] { background: transparent; border: none; border-radius: 4px; color: @text@;
        padding: 0 0 0 @px4@px; min-height: @px20@px; }
    QPushButton[role="copy"]:hover { background: @control_hover@; }
    QToolButton { background: transparent; border: none; border-radius: 4px; }
    QToolButton:hover { background: @control_hover@; }
    QToolButton:pressed { background: @track@; }
    QToolButton:checked { background: @accent_soft@; }
    QWidget#topBar QToolButton:hover, QWidget#jobBar QPushButton[role="flat"]:hover { background: @track@; }
    """


def _inputs() -> str:
    return """
    QLineEdit, QComboBox { background: @control@; border: 1px solid @border_strong@; border-radius: 6px;
        color: @text@; min-height: @px26@px; max-height: @px26@px; padding: 0 @px8@px;
        selection-background-color: @accent@; selection-color: #FFFFFF; }
    QLineEdit:hover, QComboBox:hover { background: @control_hover@; }
    QLineEdit:focus { background: @control@; border-color: @link@; }
    QLineEdit:disabled, QComboBox:disabled { background: @control_hover@; border-color: @border@;
        color: @text_muted@; }
    QLineEdit[invalid="true"], QLineEdit[invalid="true"]:focus { border-color: @bad@; }
    QLineEdit:read-only { color: @text@; }
    QLineEdit[role="widths"] { padding: 0 @px6@px; }
    QLineEdit[typeSize="11"] { font-size: @px11@px; }
    QLineEdit[typeSize="10"] { font-size: @px10@px; }
    QLineEdit[role="value"] { background: transparent; border: 1px solid transparent; padding: 0;
        border-radius: 4px; }
    QLineEdit[role="value"]:hover { background: @control_hover@; }
    QLineEdit[role="value"]:focus { background: @control@; border-color: @link@; }
    QLineEdit[role="value"][invalid="true"] { border-color: @bad@; }
    QLineEdit[role="search"] { border: none; background: transparent; font-size: @px13@px; }
    QComboBox { padding-right: @px24@px; }
    QComboBox::drop-down { border: none; width: 0; }
    QComboBox::down-arrow { image: none; width: 0; height: 0; }
    QComboBoxPrivateContainer { background: @raised@; border: none; }
    QComboBox QAbstractItemView { background: @raised@; border: 1px solid @border_strong@; outline: none;
        padding: @px4@px;
        selection-background-color: @accent_soft@; selection-color: @text@; }
    QComboBox QAbstractItemView::item { min-height: @px26@px; padding: 0 @px8@px; border-radius: 4px; }
    QComboBox QAbstractItemView::item:selected { background: @accent_soft@; color: @text@; }
    QWidget#segmented { background: @control_hover@; border: 1px solid @border@; border-radius: 6px; }
    QPushButton[role="segment"] { background: transparent; border: 1px solid transparent; border-radius: 5px;
        color: @text_muted@; font-weight: 500; min-height: @px22@px; max-height: @px22@px; padding: 0 @px2@px; }
    QPushButton[role="segment"]:hover { color: @text@; }
    QPushButton[role="segment"]:checked { background: @segment@; border-color: @segment_line@; color: @text@; }
    QPushButton[role="segment"]:disabled { color: @text_faint@; }
    QPushButton[role="segment"]:checked:disabled { color: @text_muted@; }
    """


def _slider() -> str:
    return """
    QSlider { min-height: @px20@px; background: transparent; }
    QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @track@; }
    QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent@; }
    QSlider::sub-page:horizontal:disabled { background: @accent@; }
    QSlider::handle:horizontal { background: @handle@; border: 1px solid @handle_line@; width: 12px; height: 12px;
        margin: -5px 0; border-radius: 7px; }
    QSlider::handle:horizontal:hover { border-color: @accent@; }
    """


def _lists() -> str:
    return """
    QWidget#helpPage, QTextBrowser#helpText { background: @panel@; border: none; }
    QListView { background: transparent; border: none; outline: none; }
    QListView::item { border-radius: 4px; padding: 0 @px8@px; min-height: @px32@px; color: @text@; }
    QListView::item:hover { background: @control_hover@; }
    QListView::item:selected { background: @accent_soft@; color: @text@; }
    QListView::item:disabled { color: @text_faint@; }
    QTableWidget { background: transparent; border: 1px solid @border@; border-radius: 6px; outline: none;
        color: @text@; }
    QTableWidget::item { padding: 0 @px8@px; border: none; }
    QTableWidget::item:selected { background: @accent_soft@; color: @text@; }
    QHeaderView { background: transparent; border: none; }
    QHeaderView::section { background: transparent; border: none; border-bottom: 1px solid @border@;
        color: @text_faint@; padding: @px4@px @px8@px; font-size: @px11@px; }
    QTableCornerButton::section { background: transparent; border: none; }
    QPlainTextEdit { background: @panel@; border: none; color: @text_muted@; font-family: "@mono@";
        font-size: @px12@px; selection-background-color: @accent@; selection-color: #FFFFFF; }
    """


def _menus() -> str:
    return """
    QMenuBar { background: transparent; border: none; padding: 0; spacing: 0; }
    QMenuBar::item { color: @text_muted@; background: transparent; padding: @px4@px @px10@px; border-radius: 4px;
        font-size: @px13@px; }
    QMenuBar::item:selected, QMenuBar::item:pressed { background: @track@; color: @text@; }
    QMenu { background: @raised@; border: 1px solid @border_strong@; padding: @px4@px; }
    QMenu::item { color: @text@; background: transparent; padding: @px6@px @px24@px @px6@px @px8@px;
        border-radius: 4px; min-width: @px120@px; }
    QMenu::item:selected { background: @accent_soft@; }
    QMenu::item:disabled { color: @text_faint@; background: transparent; }
    QMenu::icon { left: @px8@px; }
    QMenu::indicator { width: @px16@px; height: @px16@px; left: @px4@px; margin-right: @px6@px; image: none; }
    QMenu::indicator:checked { image: url("@icons@/check_@variant@.svg"); }
    QMenu::separator { height: 1px; background: @border@; margin: @px4@px @px8@px; }
    QMenu::right-arrow { width: @px12@px; height: @px12@px; right: @px8@px;
        image: url("@icons@/submenu_@variant@.svg"); }
    QToolTip { background: @raised@; color: @text@; border: 1px solid @border_strong@; padding: @px4@px @px6@px;
        font-size: @px12@px; }
    """


def _scroll_bars() -> str:
    return """
    QScrollArea, QAbstractScrollArea { border: none; }
    QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
    QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
    QScrollBar::handle { background: @border_strong@; border-radius: 3px; }
    QScrollBar::handle:vertical { min-height: 32px; margin: 2px; }
    QScrollBar::handle:horizontal { min-width: 32px; margin: 2px; }
    QScrollBar::handle:hover { background: @text_faint@; }
    QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
    QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
    QSplitter::handle { background: @border@; }
    """


def _surfaces() -> str:
    return """
    QDialog { background: @panel@; }
    QFrame#popover, QFrame#notification { background: @raised@; border: 1px solid @border_strong@;
        border-radius: 6px; }
    QLabel#keyCap { background: @control_hover@; border: 1px solid @border@; border-radius: 4px; padding: 0 @px6@px;
        color: @text_muted@; font-size: @px11@px; }
    """
