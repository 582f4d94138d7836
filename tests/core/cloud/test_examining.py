"""What a cloud is, and what is changed of one, on points whose outliers, clusters and noise are known."""

import numpy as np
import pytest

from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from core.cloud import changes
from core.cloud.examining import examining
from core.cloud.outliers import clusters, outliers
from core.data.point_cloud import PointCloud
from core.session.preparing.changing import changing, changing_cloud
from core.session.preparing.options import PreparationOptions
from core.session.preparing.previewing import previewing
from tests.core.cloud.test_making import source, torus
from tests.core.cloud.test_orientation import sphere


def two_and_strays() -> np.ndarray:
    """A torus, a ball beside it, forty points between and a last one far away."""
    scattered = np.random.default_rng(3).uniform(-2.0, 5.0, (40, 3)) * [1.0, 1.0, 0.5]
    points = np.concatenate([torus(3000), 0.3 * sphere(1000) + [3.0, 0.0, 0.0], scattered])
    near = np.linalg.norm(points[4000:, None] - points[None, :4000], axis=2).min(1)
    return np.concatenate([points[:4000], points[4000:][near > 0.3], [[1e9, 0.0, 0.0]]])


def test_outliers_and_clusters_are_found_and_nothing_else() -> None:
    points = two_and_strays()
    lost = outliers(points)
    assert not lost[:4000].any()
    assert lost[4000:].mean() > 0.95
    label = clusters(points, lost)
    assert set(label[:3000]) == {0}
    assert set(label[3000:4000]) == {1}
    assert (label[4000:] == -1).all()
    assert not outliers(torus(3000)).any()


def test_a_part_that_was_scanned_sparsely_stays() -> None:
    rng = np.random.default_rng(0)
    plane = np.column_stack([rng.uniform(0, 1, (4000, 2)), np.zeros(4000)])
    sparse = np.column_stack([rng.uniform(1, 3, (120, 1)), rng.uniform(0, 2, (120, 1)), np.zeros(120)])
    assert outliers(np.concatenate([plane, sparse])).sum() < 12


def test_the_facts_of_a_cloud() -> None:
    points = two_and_strays()
    noisy = points + np.concatenate([0.02 * np.random.default_rng(1).normal(size=(4000, 3)), 0 * points[4000:]])
    facts = finish(examining(PointCloud(np.concatenate([noisy, noisy[:70], noisy[:30]]))))
    assert (facts.n_points, facts.n_repeated) == (len(points) + 100, 100)
    assert facts.most_repeated == (3, tuple(noisy[0]))
    assert [cluster.n_points > 900 for cluster in facts.clusters] == [True, True]
    assert facts.noise_size == pytest.approx(0.02, rel=0.3)
    low, middle, high = facts.spacing_range
    assert low < middle < high
    assert middle == pytest.approx(np.sqrt(4 * np.pi**2 * 0.4 / 3000), rel=0.3)  # area of the torus
    assert facts.n_outliers > 20
    assert facts.advice == "outliers,auto"
    assert "100 repeated points count once" in facts.why
    assert facts.bounds[3] == 1e9
    assert facts.diagonal < 10.0


def test_two_units_in_one_file_are_told_with_places() -> None:
    points = np.concatenate([1000.0 * torus(2000), torus(2000, 1) + np.array([5000.0, 0.0, 0.0])])
    (said,) = finish(examining(PointCloud(points))).doubts
    assert "2,000 points, near (" in said
    assert "1,001 times smaller" in said


def test_poisson_disks_keep_their_distance_and_leave_no_gap() -> None:
    points = torus(3000)
    made = finish(changes.thinned("scan", PointCloud(points), 0.1))
    left = made.cloud.points
    apart = np.linalg.norm(left[:, None] - left[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() >= 0.1
    assert np.linalg.norm(points[:, None] - left[None], axis=2).min(1).max() < 0.1
    assert f"{len(left):,} of 3,000 points are left" in made.sentence


def test_clusters_boxes_and_normals() -> None:
    points = two_and_strays()
    ball = finish(changes.with_clusters("scan", PointCloud(points), (1,)))
    assert np.flatnonzero(ball.kept).tolist() == list(range(3000, 4000))
    box = finish(changes.cropped("scan", PointCloud(points), (0.0, -9.0, -9.0, 9.0, 9.0, 9.0)))
    assert (box.cloud.points[:, 0] >= 0).all()
    assert box.box == (0.0, -9.0, -9.0, 9.0, 9.0, 9.0)
    inner = finish(changes.cropped("scan", PointCloud(points)))
    assert inner.cloud.points[:, 0].max() < 10.0
    normals = finish(changes.with_normals("scan", PointCloud(sphere(2000))))
    assert ((normals.cloud.normals * normals.cloud.points).sum(1) > 0.9).all()
    assert not len(normals.unsure)


def test_ways_are_taken_one_after_the_other() -> None:
    options = PreparationOptions("largest", before=("outliers",))
    assert options.is_of_cloud
    made, change = finish(changing_cloud(source(two_and_strays()), options, options.changes))
    assert len(made.cloud.points) == 3000
    assert [said.split()[0] for said in made.repairs] == ["Removed", "Kept"]
    assert change.kept.sum() == 3000
    surface, _ = finish(changing(source(two_and_strays()), options))
    assert (surface.topology.n_components, surface.topology.genus) == (1, 1)
    seen = finish(previewing(source(two_and_strays()), PreparationOptions("surface")))
    assert (seen.preparation, seen.source.topology.n_components) == (None, 2)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"way": "outliers"}, "no point is an outlier or repeated"),
        ({"way": "clusters", "clusters": "2"}, "there is no cluster 2: there is one cluster"),
        ({"way": "largest"}, "all points belong to these clusters"),
        ({"way": "thin", "distance": 1e-9}, "no two points are nearer than 1e-09"),
        ({"way": "crop", "box": "7 7 7 8 8 8"}, "none of its 500 points lie in the box"),
    ],
)
def test_what_cannot_be_done_is_told(options: dict[str, object], reason: str) -> None:
    chosen = PreparationOptions(**options)
    with pytest.raises(InputError, match=reason):
        finish(changing_cloud(source(torus(500)), chosen, chosen.changes))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"clusters": "0"}, "no numbers from 1"),
        ({"box": "1 2 3"}, "not six numbers"),
        ({"box": "1 2 3 0 5 6"}, "the lower corner comes first"),
        ({"way": "thin", "before": ("fill",)}, "'thin' is for points"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, object], reason: str) -> None:
    with pytest.raises(BudaiError, match=reason):
        PreparationOptions(**options)


@pytest.mark.parametrize(
    "points",
    [np.ones((1, 3)), np.eye(2, 3), np.linspace(0, 1, 300)[:, None] * [1.0, 2.0, 3.0], np.tile(np.eye(3), (500, 1))],
    ids=["one", "two", "line", "repeated"],
)
def test_odd_clouds_have_facts_too(points: np.ndarray) -> None:
    facts = finish(examining(PointCloud(points)))
    assert facts.n_points == len(points)
    assert facts.n_outliers == 0
