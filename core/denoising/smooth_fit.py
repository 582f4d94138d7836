"""A decoder fitted to noisy points, its smoothness chosen by points that were held out."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from scipy.ndimage import binary_dilation, gaussian_filter, generate_binary_structure

from core.base.progress import Progress, Work, part
from core.charts.autoencoder import Autoencoder
from core.charts.detail_layer import DetailLayer
from core.charts.lattice import Lattice, lattice_over, normal_equations
from core.charts.nested_dissection import Dissection, factorization

RESOLUTION = 128
"""Nodes of the lattice across the disk: finer than anything that noise leaves to be seen."""
SMOOTHNESS = tuple(10.0 ** (0.5 * k) for k in range(-2, 8))
"""Weights of the second differences that are tried, from 0.1 to some 3,000."""
_AROUND = 32
"""Nodes beyond those of a detail layer at which this one may still differ from nothing."""
_FOLDS = 4
"""Parts that the points are divided into; each is held out once."""
_JUDGES = 1_000
"""Points that judge together which smoothness is best where they are."""
_WIDEST = 0.5
"""Largest width of a neighbourhood of judges, in latent units."""
_DOUBT = 0.005
"""Difference of squared errors, as a part of the least mean one, that neighbours may tell by chance."""


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
        Weight of the second differences of the whole decoder at the nodes: the geometric mean over the points.
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
    and would ask for less smoothness than is good. A surface is not as smooth everywhere: layers of all smoothnesses
    are blended, each having the more weight the better it tells the points around that were held out.
    """
    spacing = 2.0 / RESOLUTION
    lattice = _wider(lattice_over(codes, spacing))
    nodes = lattice.origin + spacing * np.indices(lattice.active.shape).reshape(2, -1).T
    problem = _Problem(lattice, Dissection(lattice.active), autoencoder.decoder(nodes))
    targets = (points - autoencoder.centre) / autoencoder.scale - autoencoder.decoder(codes)
    fold = rng.permutation(len(codes)) % _FOLDS
    errors = np.empty((len(SMOOTHNESS), len(codes)))
    for k in range(_FOLDS):
        held = fold == k
        for level, smoothness in enumerate(SMOOTHNESS):
            place = (k * len(SMOOTHNESS) + level) / ((_FOLDS + 1) * len(SMOOTHNESS))
            yield Progress(place, f"Smoothness {smoothness:.2g}, part {k + 1} of {_FOLDS} held out")
            layer = yield from part(problem.solved(codes[~held], targets[~held], smoothness), place, place)
            errors[level, held] = ((layer.evaluate(codes[held]) - targets[held]) * normals[held]).sum(1)
    blend, at = _blend(errors, codes, lattice)
    values = np.zeros((lattice.active.size, 3))
    for level, smoothness in enumerate(SMOOTHNESS):
        place = (_FOLDS + level / len(SMOOTHNESS)) / (_FOLDS + 1)
        yield Progress(place, f"Smoothness {smoothness:.2g}")
        found = yield from part(problem.values(codes, targets, smoothness), place, place)
        values += blend[level, :, None] * found
    shares = blend[:, at]
    mean = 10.0 ** float((shares * np.log10(SMOOTHNESS)[:, None]).sum(0).mean())
    held_out = float(np.sqrt(((shares * errors).sum(0) ** 2).mean())) * autoencoder.scale
    return SmoothFit(lattice.layer(values), lattice.n_unknowns, mean, held_out)


def _blend(errors: np.ndarray, codes: np.ndarray, lattice: Lattice) -> tuple[np.ndarray, np.ndarray]:
    """Weight of each smoothness at each node, summing to 1, and the node next to each code."""
    place = np.rint((codes - lattice.origin) / lattice.spacing).astype(np.int64)
    at = place[:, 0] * lattice.active.shape[1] + place[:, 1]
    area = np.pi * (np.ptp(codes, 0) / 2.0).prod()  # of the latent image, nearly
    width = min(np.sqrt(_JUDGES * area / (4.0 * np.pi * len(codes))), _WIDEST) / lattice.spacing

    def around(values: np.ndarray | None) -> np.ndarray:
        table = np.bincount(at, values, lattice.active.size).reshape(lattice.active.shape)
        return gaussian_filter(table.astype(np.float64), width, mode="constant")

    mean = (errors**2).mean(1)
    best = int(mean.argmin())
    count = around(None)
    # Where hardly a point is near, the difference fades to nothing, and all are taken alike.
    gain = np.array([around(some**2 - errors[best] ** 2) for some in errors]) / (count + 1e-3 * count.max())
    gain /= max(mean[best], np.finfo(float).tiny)
    blend = np.exp((gain.min(0) - gain) / _DOUBT)
    return (blend / blend.sum(0)).reshape(len(errors), -1), at


@dataclass(frozen=True, eq=False)
class _Problem:
    """What all fits have in common: lattice, order of elimination, and the network at all nodes."""

    lattice: Lattice
    dissection: Dissection
    network: Float64[np.ndarray, "m 3"]

    def solved(self, codes: np.ndarray, targets: np.ndarray, smoothness: float) -> Work[DetailLayer]:
        """The layer for some points, rows of a node that points meet weighing 1 on average."""
        return self.lattice.layer((yield from self.values(codes, targets, smoothness)))

    def values(self, codes: np.ndarray, targets: np.ndarray, smoothness: float) -> Work[np.ndarray]:
        """Its values at all nodes."""
        lattice = self.lattice
        weights = np.full(len(codes), lattice.n_met / len(codes))
        equations = normal_equations(lattice, codes, weights, targets)
        bends = equations.roughness(self.network) * lattice.active.reshape(-1, 1)
        factor = yield from part(factorization(self.dissection, equations.smoothed(smoothness)))
        return factor.solve(equations.right - smoothness * bends)


def _wider(lattice: Lattice) -> Lattice:
    """The lattice with more unknowns around those that points meet.

    Beyond the unknowns the layer is nothing and the decoder what the networks make it: were they near the points, a
    smooth decoder would be bent towards that at the rim.
    """
    active = np.pad(lattice.active, _AROUND)
    active = binary_dilation(active, generate_binary_structure(2, 2), iterations=_AROUND)
    return Lattice(lattice.origin - _AROUND * lattice.spacing, lattice.spacing, active, lattice.n_met)
