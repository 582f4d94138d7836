"""How a stage stands, and what the user is told."""

from dataclasses import dataclass
from enum import Enum


class StageState(Enum):
    """How a stage stands."""

    DONE = "done"
    RUNNING = "running"
    OUTDATED = "outdated"
    READY = "ready"
    NOT_YET = "not yet"
    FAILED = "failed"


@dataclass(frozen=True)
class Notice:
    """One sentence for the user.

    Parameters
    ----------
    text : str
        What happened.
    kind : str
        "info", "ok", "warn" or "bad"; errors stay longer.
    action : str
        Key of a command offered with it, or empty.
    about : str
        The stage or the kind of job that it tells of, or `SURFACE` of the workspace for the surface that
        is open: it ends with that.
    """

    text: str
    kind: str = "info"
    action: str = ""
    about: str = ""
