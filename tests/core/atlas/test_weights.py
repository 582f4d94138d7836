"""Charts grow beyond what they own and stay disks; their weights sum to 1 and end where a chart ends."""

import numpy as np
import pytest

from core.atlas.overlap import overlapping
from core.atlas.partition import partition
from core.atlas.weights import cover_of, weights
from core.base.errors import TopologyError
from core.base.progress import finish
from core.geometry.topology import topology
from tests.core.atlas.make_surfaces import SURFACES, ball


@pytest.fixture(scope="module", params=SURFACES)
def atlas(request):
    surface = SURFACES[request.param]()
    owner = finish(partition(surface)).face_chart
    regions = overlapping(surface, owner, 3)
    return surface, owner, regions, weights(surface, regions)


def inside_of(surface, region):
    n = len(surface.vertices)
    return np.bincount(surface.faces[region.faces].ravel(), minlength=n) == np.bincount(
        surface.faces.ravel(), minlength=n
    )


def test_regions_are_disks_and_hold_what_their_charts_own(atlas):
    surface, owner, regions, _ = atlas
    assert len(regions) == owner.max() + 1
    for k, region in enumerate(regions):
        assert topology(region.surface(surface)).is_disk
        assert len(np.unique(region.faces)) == len(region.faces)
        assert np.isin(np.flatnonzero(owner == k), region.faces).all()
        assert np.array_equal(
            np.sort(region.vertices[region.corners], axis=1), np.sort(surface.faces[region.faces], axis=1)
        )


def test_regions_overlap(atlas):
    surface, owner, regions, _ = atlas
    times = np.bincount(np.concatenate([region.faces for region in regions]), minlength=len(owner))
    assert times.min() == 1
    shared = np.mean(times > 1)
    assert 0.05 < shared < 0.95 or owner.max() == 0
    # Nearly every vertex lies inside a region, so that no border between charts is a border of all of them.
    covered = np.any([inside_of(surface, region) for region in regions], axis=0)
    assert covered[np.unique(surface.faces)].mean() > 0.98


def test_weights_are_a_partition_of_unity(atlas):
    surface, _, regions, found = atlas
    total = np.zeros(len(surface.vertices))
    for region, values in zip(regions, found, strict=True):
        assert values.min() >= 0.0
        np.add.at(total, region.vertices, values)
    assert np.abs(total[np.unique(surface.faces)] - 1.0).max() < 1e-12


def test_weights_end_at_the_rim_of_a_region_inside_another(atlas):
    surface, _, regions, found = atlas
    inside = np.array([inside_of(surface, region) for region in regions])
    for k, (region, values) in enumerate(zip(regions, found, strict=True)):
        elsewhere = np.delete(inside, k, axis=0).any(axis=0)
        ends = ~inside[k] & elsewhere
        assert not values[ends[region.vertices]].any()
        alone = inside[k] & (np.delete(inside, k, axis=0).sum(axis=0) == 0)
        assert (values[alone[region.vertices]] > 0.0).all()


def test_regions_are_wound_as_the_surface_is():
    surface = ball()
    for region in overlapping(surface, finish(partition(surface)).face_chart, 2):
        corners, named = region.vertices[region.corners], surface.faces[region.faces]
        assert np.any([(np.roll(corners, k, axis=1) == named).all(axis=1) for k in range(3)], axis=0).all()


def test_rings_are_counted():
    surface = ball(4)
    owner = finish(partition(surface)).face_chart
    sizes = [sum(len(region.faces) for region in overlapping(surface, owner, rings)) for rings in (0, 1, 2)]
    assert sizes[0] == len(owner)
    assert sizes == sorted(set(sizes))


def test_an_owner_of_no_disk_is_refused():
    surface = ball(2)
    with pytest.raises(TopologyError, match="Chart 0 owns 128 faces that are no disk"):
        overlapping(surface, np.zeros(128, np.int64), 1)


def test_the_cover_welds_what_all_patches_know():
    surface = SURFACES["holes"]()
    used = np.unique(surface.faces)
    cover = cover_of(surface, finish(partition(surface)).face_chart, 2)
    welded = cover.weld([surface.vertices[patch.vertices] for patch in cover.patches])
    assert np.abs(welded - surface.vertices)[used].max() < 1e-12
    assert np.nanmax(cover.gaps([surface.vertices[patch.vertices] for patch in cover.patches])) == 0.0
    assert all(topology(patch.surface(surface)).is_disk for patch in cover.patches)
