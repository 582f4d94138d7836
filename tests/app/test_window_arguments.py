"""What follows `budai` where the window opens: a file, and how it is read."""

import pytest

from app.cli import main
from app.command_line.window_arguments import WindowArguments, window_arguments
from core.data.reading_options import ReadingOptions

HOW = ReadingOptions(("a", "b", "c"), 0.5, 200)
FLAGS = ["--columns", "a,b,c", "--weld", "0.5", "--simplify", "200"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ([], WindowArguments()),
        (["a b.ply"], WindowArguments("a b.ply")),
        (["p.budai"], WindowArguments("p.budai")),
        (["a.csv", *FLAGS], WindowArguments("a.csv", HOW)),
        ([*FLAGS, "a.csv"], WindowArguments("a.csv", HOW)),
        (["--", "-a.ply"], WindowArguments("-a.ply")),
    ],
)
def test_a_file_and_how_it_is_read(given, meant):
    assert window_arguments(given) == meant


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["a.csv", "--columns", "a,b"], "three different"),
        (["a.ply", "--weld", "-1"], "no length"),
        (["a.ply", "--simplify", "7"], "100 or more"),
        (["a.ply", "--simplify", "many"], "invalid int value"),
        (["--weld", "1"], "Name one"),
        (["p.BUDAI", "--weld", "1"], "is a project"),
        (["a.ply", "b.ply"], "unrecognized arguments: b.ply"),
    ],
)
def test_what_cannot_be_done_is_told_before_a_window_opens(given, said, capsys):
    with pytest.raises(SystemExit) as end:
        main(given)
    assert end.value.code == 2
    assert said in capsys.readouterr().err


def test_a_file_is_opened_in_the_window_as_the_flags_say(monkeypatch):
    monkeypatch.setattr("app.__main__.display_problem", lambda: "")
    asked = []
    monkeypatch.setattr("app.__main__._run", asked.append)
    main(["a.csv", *FLAGS])
    main(["--weld", "0.5", "a.ply"])
    assert asked == [WindowArguments("a.csv", HOW), WindowArguments("a.ply", ReadingOptions(weld=0.5))]
