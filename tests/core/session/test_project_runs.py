from dataclasses import replace

import pytest

from core.session.project import Project
from tests.core.make import trained_project


def test_every_training_becomes_a_run():
    given = trained_project()
    project = Project(source=given.source).updated(training=given.training)
    assert [run.training for run in project.runs] == [given.training]
    again = replace(given.training, options=replace(given.training.options, seed=3))
    project = project.updated(training=again)
    assert [(run.name, run.parent, run.seed) for run in project.runs] == [("Run 1", "", 0), ("Run 2", "", 3)]
    more = replace(again, options=replace(again.options, start="refine"))
    project = project.updated(training=more)
    assert project.run.parent == "Run 2"
    assert project.updated(source=given.source).runs == ()
    assert project.updated(training=None).runs == project.runs


def test_a_former_run_comes_back():
    given = trained_project()
    project = Project(source=given.source).updated(training=given.training)
    project = project.updated(training=replace(given.training), cells=object())
    assert project.run.name == "Run 2"
    back = project.with_run("Run 1")
    assert back.training is given.training
    assert back.run.name == "Run 1"
    assert back.runs == project.runs
    assert "cells" in back.outdated
    with pytest.raises(ValueError, match="no run named Run 7"):
        project.with_run("Run 7")
    assert Project().run is None
