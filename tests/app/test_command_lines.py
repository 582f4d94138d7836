"""Commands that repeat what the window did are understood, and mean the same."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.shell.command_lines import stage_command, stage_script
from app.stages.denoising.blind import BLIND
from app.state.workspace import Workspace
from core.data.reading_options import ReadingOptions
from core.denoising.blind_comparison import BlindChoice
from core.denoising.options import DenoisingOptions
from core.generation.options import GenerationOptions
from core.io.load import load
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from core.session.project_file import open_project, save_project
from core.training.options import TrainingOptions
from core.transport.options import TransportOptions
from tests.app.test_blind import CLOUD
from tests.app.view_room import NoWorkers
from tests.core.denoising.make_autoencoder import learned_project

WALK = GenerationOptions(
    origin="gaussian", spread=0.3, count=70, seed=4, start=(-0.5, 1e-6), stop=(0.25, -1.5e-5), frames=9
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(NoWorkers())
    path = tmp_path / "a b.budai"
    save_project(learned_project(), path)
    workspace.start_over(learned_project(), path)
    return workspace


def words_of(workspace: Workspace, stage: str, options: object) -> list[str]:
    """The command of a stage with some options, by its words."""
    workspace.start_over(workspace.project.with_options(stage, options), workspace.path)
    workspace.show_stage(stage)
    command, before = stage_command(workspace)
    assert not before
    return shlex.split(command)[1:]


@pytest.mark.parametrize(
    "options",
    [
        DenoisingOptions(),
        DenoisingOptions(level=0.02, noise="normal", count=77, seed=3, method="encode_decode", onto="disk"),
        DenoisingOptions(input="file", path="my scan.xyz", method="projection"),
        DenoisingOptions(input="file", path="my table.csv", columns=("a b", "2", "c"), method="projection"),
        DenoisingOptions(input="other", path="/lions/lion.glb", level=0.005, seed=9),
    ],
)
def test_denoising_is_repeated(workspace: Workspace, monkeypatch, options: DenoisingOptions) -> None:
    asked = []
    monkeypatch.setattr("app.stages.denoising.headless.denoise_file", lambda *given: asked.append(given))
    assert main(words_of(workspace, "denoising", options)) == 0
    ((project, chosen, output),) = asked
    assert project == workspace.path
    assert replace(chosen, compare=True) == options
    assert output.suffix == ".ply"


@pytest.mark.parametrize("options", [GenerationOptions(), GenerationOptions(origin="uniform", count=5), WALK])
def test_generation_is_repeated(workspace: Workspace, monkeypatch, options: GenerationOptions) -> None:
    asked = []
    monkeypatch.setattr("app.stages.generation.headless.generate_file", lambda *given: asked.append(given))
    assert main(words_of(workspace, "generation", options)) == 0
    ((project, chosen, output),) = asked
    assert (project, chosen, output.suffix) == (workspace.path, options, ".ply")


def test_generating_writes_points_and_the_walk(workspace: Workspace, tmp_path: Path, capfd) -> None:
    words = words_of(workspace, "generation", WALK)
    assert main([*words[:-1], str(tmp_path / "new.ply")]) == 0
    assert "Generated 70 points; wrote new.ply, new_straight.ply" in capfd.readouterr().err
    assert len(load(tmp_path / "new.ply").data.points) == 70
    assert len(load(tmp_path / "new_frames.ply").data.points) == 9
    ends = load(tmp_path / "new_geodesic.ply").data.points[[0, -1]]
    decoded = workspace.project.training.autoencoder.decode(np.array([WALK.start, WALK.stop]))
    np.testing.assert_allclose(ends, decoded, atol=1e-9)
    assert main([*words[:-1], str(tmp_path / "new.obj")]) == 1
    assert "Use .ply." in capfd.readouterr().err


def test_a_project_that_is_not_saved_is_to_be_saved_first(workspace: Workspace) -> None:
    workspace.start_over(learned_project())
    workspace.show_stage("generation")
    command, before = stage_command(workspace)
    name = workspace.project.source.name
    assert shlex.split(command)[:3] == ["budai", "generate", f"{name}.budai"]
    assert before == f"Save the project as {name}.budai first."


def test_learning_from_a_cloud_is_repeated(monkeypatch) -> None:
    workspace = Workspace(NoWorkers())
    workspace.start_over(Project(source=CLOUD).with_options(BLIND, BlindChoice(seconds=33.0, seed=2, truth="/a b.ply")))
    workspace.show_stage("denoising")
    asked = []
    monkeypatch.setattr("app.stages.denoising.blind_headless.blind", lambda *given: asked.append(given) or {})
    command, before = stage_command(workspace)
    assert main(shlex.split(command)[1:]) == 0
    ((noisy, output, options),) = asked
    assert (str(noisy), str(output), before) == (CLOUD.path, "mug_out", "")
    assert options == BlindChoice(seconds=33.0, seed=2, truth="/a b.ply")


def test_a_surface_that_was_learned_from_a_cloud_is_made_by_learning_it_again(tmp_path: Path) -> None:
    project = learned_project()
    project = replace(project, source=replace(project.source, path="/a/mug.pcd", is_learned=True))
    save_project(project.with_options(BLIND, BlindChoice(seconds=33.0)), tmp_path / "p.budai")
    workspace = Workspace(NoWorkers())
    workspace.start_over(open_project(tmp_path / "p.budai"), tmp_path / "p.budai")
    workspace.show_stage("training")
    words = shlex.split(stage_command(workspace)[0])
    assert words[:3] == ["budai", "blind", "/a/mug.pcd"]
    assert words[-2:] == ["--seconds", "33"]
    workspace.show_stage("generation")
    assert shlex.split(stage_command(workspace)[0])[:3] == ["budai", "generate", str(tmp_path / "p.budai")]


def test_other_stages_repeat_the_training(workspace: Workspace) -> None:
    workspace.show_stage("cells")
    assert stage_command(workspace)[0].startswith("budai run ")


@pytest.mark.parametrize("words", [[], ["scan.xyz", "--noise", "0.01"]])
def test_denoising_wants_a_file_or_a_level(workspace: Workspace, capfd, words: list[str]) -> None:
    assert main(["denoise", str(workspace.path), *words, "-o", "out.ply"]) == 1
    assert "either a noisy file, or --noise" in capfd.readouterr().err


def test_how_a_surface_was_read_is_repeated(monkeypatch) -> None:
    asked = []
    monkeypatch.setattr("app.stages.training.headless.run", lambda *given, **_: asked.append(given) or {})
    workspace, project = Workspace(NoWorkers()), learned_project()
    how = ReadingOptions(weld=1.5e-6)
    workspace.start_over(replace(project, source=replace(project.source, how=how)))
    workspace.show_stage("training")
    assert main(shlex.split(stage_command(workspace)[0])[1:]) == 0
    assert asked[0][-1] == how


def test_chosen_columns_are_repeated_where_a_cloud_is_learned_from(monkeypatch) -> None:
    asked = []
    monkeypatch.setattr("app.stages.denoising.blind_headless.blind", lambda *given: asked.append(given) or {})
    workspace = Workspace(NoWorkers())
    workspace.start_over(Project(source=replace(CLOUD, how=ReadingOptions(("u", "v w", "3")))))
    workspace.show_stage("denoising")
    assert main(shlex.split(stage_command(workspace)[0])[1:]) == 0
    assert asked[0][2].columns == ("u", "v w", "3")


def test_info_takes_columns_and_names_the_remedy(tmp_path, capsys) -> None:
    (tmp_path / "a.csv").write_text("p,q,r\n1,2,3.5\n4,5,6\n")
    assert main(["info", str(tmp_path / "a.csv"), "--json"]) == 1
    said = capsys.readouterr().err
    assert "no columns are named as coordinates (there are: p, q, r)" in said
    assert "--columns X,Y,Z" in said
    assert said.count("\n") == 1
    assert main(["info", str(tmp_path / "a.csv"), "--json", "--columns", "r,p,2"]) == 0
    told = json.loads(capsys.readouterr().out)["surface"]
    assert told["how"]["columns"] == ["r", "p", "2"]
    assert told["diagonal"] == pytest.approx((2.5**2 + 3**2 + 3**2) ** 0.5)
    assert main(["info", str(tmp_path / "a.csv"), "--columns", "r,p"]) == 1
    assert "three different" in capsys.readouterr().err


SCRIPT = """import budai
from budai import options

surface = budai.load('/a b/c.ply', weld=1e-06)
run = budai.train(surface, options=options.TrainingOptions(seconds=2.0, steps=(5,)), \
preparation=options.PreparationOptions(way='atlas'))
run.transport(options.TransportOptions(sites=9))
run.export('c_out')
"""


def test_python_repeats_what_was_done(monkeypatch) -> None:
    asked = []

    class Run:
        def transport(self, options: object) -> None:
            asked.append(options)

        def export(self, folder: str) -> None:
            asked.append(folder)

    monkeypatch.setattr("budai.load", lambda path, **how: asked.append((path, how)) or "surface")
    monkeypatch.setattr("budai.train", lambda surface, **given: asked.append((surface, given)) or Run())
    workspace, project = Workspace(NoWorkers()), learned_project()
    source = replace(project.source, path="/a b/c.ply", name="c", how=ReadingOptions(weld=1e-6))
    ways = {"training": TrainingOptions(seconds=2.0, steps=(5,)), "preparation": PreparationOptions("atlas")}
    project = replace(project, source=source, options=ways | {"transport": TransportOptions(sites=9)})
    workspace.start_over(project)
    workspace.show_stage("transport")
    script, before = stage_script(workspace)
    assert (script, before) == (SCRIPT, "")
    exec(compile(script, "script.py", "exec"), {})
    surface, trained, transport, folder = asked
    assert surface == ("/a b/c.ply", {"weld": 1e-6})
    assert trained == ("surface", {"options": ways["training"], "preparation": ways["preparation"]})
    assert (transport, folder) == (TransportOptions(sites=9), "c_out")
    workspace.start_over(replace(project, source=replace(source, is_learned=True)))
    assert stage_script(workspace) == (
        "import budai\nfrom budai import options\n\nsurface = budai.load('/a b/c.ply', weld=1e-06)\n"
        "run = budai.open('c.budai')\nrun.transport(options.TransportOptions(sites=9))\nrun.export('c_out')\n",
        "Save the project as c.budai first.",
    )
