"""Every text that a user reads goes through here."""

from PySide6.QtCore import QCoreApplication


def tr(text: str, /, **values: object) -> str:
    """Return a text in the user's language, with ``{name}`` filled in from `values`."""
    translated = QCoreApplication.translate("budai", text)
    return translated.format(**values) if values else translated
