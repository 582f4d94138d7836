"""What goes wrong and can be cured by the user: every message holds the fact, the place and the remedy."""


class BudaiError(Exception):
    """Something the user can cure; its text is shown as it is, one sentence of fact and one of remedy."""

    question: object = None
    """What the user has to answer so that it can go on, where that is all that is missing."""


class InputError(BudaiError):
    """A file or a value that cannot be used.

    Parameters
    ----------
    file : str
        Name of the file (without its folder), shown first.
    reason : str
        What is wrong, with its number.
    place : str
        Where in the file: "line 12", "face 3", "header"; empty where the whole file is meant.
    remedy : str
        What helps; one short sentence.
    """

    def __init__(self, file: str, reason: str, place: str = "", remedy: str = "") -> None:
        self.file, self.reason, self.place, self.remedy = file, reason, place, remedy
        where = f"{file}, {place}" if place else file
        super().__init__(f"{where}: {reason}." + (f" {remedy}" if remedy else ""))

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str, str, str]]:
        return type(self), (self.file, self.reason, self.place, self.remedy)


class TopologyError(BudaiError):
    """The surface is not of the kind that the step needs (a disk, say)."""


class TrainingError(BudaiError):
    """Training could not start or go on; the last good state is kept."""


class SolveError(BudaiError):
    """A solver ended without the accuracy that was asked for; the message tells how far it got."""
