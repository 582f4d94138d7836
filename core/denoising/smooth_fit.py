"""A decoder fitted to noisy points, its smoothness chosen by points that were held out."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from scipy.ndimage import binary_dilation, generate_binary_structure

from core.autoencoder.autoencoder import Autoencoder
from core.autoencoder.detail_layer import DetailLayer
from core.autoencoder.lattice import Lattice, lattice_over, normal_equations
from core.autoencoder.nested_dissection import Dissection, factorization
from core.progress import Progress, Work

RESOLUTION = 128
"""Nodes of the lattice across the disk: finer than anything that noise leaves to be seen."""
SMOOTHNESS = tuple(10.0 ** (0.25 * k) for k in range(-8, 21))
"""Weights of the second differences that may be tried, from 0.01 to 100,000."""
_AROUND = 32
"""Nodes beyond those of a detail layer at which this one may still differ from nothing."""
_USUAL = 8
"""Which of them is tried first (1)."""
_HELD_OUT = 0.1
"""Part of the points that is held out."""


@dataclass(frozen=True, eq=False)
class SmoothFit:
    """A detail layer that makes the whole decoder smooth.

    Parameters
    ----------
    detail : DetailLayer
        The layer.
    nodes : int
        Its unknowns.
    smoothness : float
        Weight of the second differences of the whole decoder at the nodes.
    held_out : float
        Root mean square distance, across the surface, of points that were held out, in input units: mostly their noise.
    """

    detail: DetailLayer
    nodes: int
    smoothness: float
    held_out: float


def smooth_fit(
    autoencoder: Autoencoder,
    codes: Float64[np.ndarray, "n 2"],
    points: Float64[np.ndarray, "n 3"],
    normals: Float64[np.ndarray, "n 3"],
    rng: np.random.Generator,
) -> Work[SmoothFit]:
    """Fit a detail layer such that the decoder comes near noisy points and bends little.

    Parameters
    ----------
    autoencoder : Autoencoder
        The networks; a detail layer that it has is not looked at.
    codes : (n, 2) float64 array
        Codes of the points, from where noise across the surface has been taken away.
    points : (n, 3) float64 array
        The noisy points, in input units.
    normals : (n, 3) float64 array
        Unit normals of the surface there.
    rng : Generator
        Chooses what is held out.

    Notes
    -----
    What bends is measured of decoder and layer together, so that the decoder's own small folds are smoothed as well.
    Errors of points that were held out count across the surface only: along it the noise of a point is in its code too,
    and would ask for less smoothness than is good.
    """
    spacing = 2.0 / RESOLUTION
    lattice = _wider(lattice_over(codes, spacing))
    dissection = Dissection(lattice.active)
    nodes = lattice.origin + spacing * np.indices(lattice.active.shape).reshape(2, -1).T
    network = autoencoder.decoder(nodes)
    targets = (points - autoencoder.centre) / autoencoder.scale - autoencoder.decoder(codes)
    held = rng.random(len(codes)) < _HELD_OUT
    problem = _Problem(lattice, dissection, network)
    tried: dict[int, float] = {}
    at, step = _USUAL, 1
    while 0 <= at < len(SMOOTHNESS):
        yield Progress(len(tried) / 16, f"Smoothness {SMOOTHNESS[at]:.2g}")
        layer = yield from problem.solved(codes[~held], targets[~held], SMOOTHNESS[at])
        across = ((layer.evaluate(codes[held]) - targets[held]) * normals[held]).sum(1)
        tried[at] = float(np.sqrt((across**2).mean()))
        if at != _USUAL and tried[at] >= tried[at - step]:
            if step < 0 or at != _USUAL + 1:
                break
            at, step = _USUAL, -1
        at += step
    best = min(tried, key=lambda k: tried[k])
    layer = yield from problem.solved(codes, targets, SMOOTHNESS[best])
    return SmoothFit(layer, lattice.n_unknowns, SMOOTHNESS[best], tried[best] * autoencoder.scale)


@dataclass(frozen=True, eq=False)
class _Problem:
    """What all fits have in common: lattice, order of elimination, and the network at all nodes."""

    lattice: Lattice
    dissection: Dissection
    network: Float64[np.ndarray, "m 3"]

    def solved(self, codes: np.ndarray, targets: np.ndarray, smoothness: float) -> Work[DetailLayer]:
        """The layer for some points, rows of a node that points meet weighing 1 on average."""
        lattice = self.lattice
        weights = np.full(len(codes), lattice.n_met / len(codes))
        equations = normal_equations(lattice, codes, weights, targets)
        bends = equations.roughness(self.network) * lattice.active.reshape(-1, 1)
        factor = yield from factorization(self.dissection, equations.smoothed(smoothness))
        return lattice.layer(factor.solve(equations.right - smoothness * bends))


def _wider(lattice: Lattice) -> Lattice:
    """The lattice with more unknowns around those that points meet.

    Beyond the unknowns the layer is nothing and the decoder what the networks make it: were they near the points, a
    smooth decoder would be bent towards that at the rim.
    """
    active = np.pad(lattice.active, _AROUND)
    active = binary_dilation(active, generate_binary_structure(2, 2), iterations=_AROUND)
    return Lattice(lattice.origin - _AROUND * lattice.spacing, lattice.spacing, active, lattice.n_met)
