"""Names of the methods of denoising."""

from app.style.translation import tr
from core.denoising.methods import METHOD_TABLE


def method_name(method: str) -> str:
    """Return what a user reads for a method of denoising."""
    names = {
        "noisy": tr("Noisy"),
        "true_foot": tr("True foot"),
        "result": tr("Chosen"),
    }
    return names.get(method) or tr(METHOD_TABLE[method].title)
