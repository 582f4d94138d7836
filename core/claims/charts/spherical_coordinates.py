"""Longitude and latitude: a chart of the sphere but for two poles and a seam."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Figure, Panel, Path, Points

TOLERANCE = 1e-12


@dataclass(frozen=True)
class SphericalKnobs(Knobs):
    """Knobs of the card."""

    kept_off: float = number_field(1.0, "Kept off", 0.0, 45.0, "Least angle from a pole and from the seam.", unit="°")
    points: int = number_field(20_000, "Points", 100, 1_000_000, "Random points of the sphere.")


def encode(points: np.ndarray) -> np.ndarray:
    """Return longitude and latitude of (n, 3) points of the unit sphere."""
    return np.stack([np.arctan2(points[:, 1], points[:, 0]), np.arcsin(np.clip(points[:, 2], -1.0, 1.0))], 1)


def decode(codes: np.ndarray) -> np.ndarray:
    """Return the points of longitudes and latitudes."""
    longitude, latitude = codes.T
    ring = np.cos(latitude)
    return np.stack([ring * np.cos(longitude), ring * np.sin(longitude), np.sin(latitude)], 1)


def _run(options: SphericalKnobs) -> Work[Verdict]:
    rng = np.random.default_rng(0)
    off = np.radians(options.kept_off)
    low, high = [-np.pi + off, -np.pi / 2 + off], [np.pi - off, np.pi / 2 - off]
    codes = rng.uniform(low, high, (options.points, 2))
    if not options.kept_off:  # beside a pole a latitude is lost: its sine is the same as there
        codes[0] = 1.0, np.pi / 2 - 1e-6
    back = encode(decode(codes))
    error = float(np.abs(back - codes).max())
    yield Progress(0.5, "Areas")
    sample = rng.uniform([-np.pi, -np.pi / 2], [np.pi, np.pi / 2], (options.points, 2))
    h = 1e-6
    east, north = ((decode(sample + step) - decode(sample - step)) / (2 * h) for step in ((h, 0.0), (0.0, h)))
    factors = np.linalg.norm(np.cross(east, north), axis=1)
    mean = float(factors.mean())
    seam = np.radians([[179.9, 20.0], [-179.9, 20.0]])
    gap, way = float(np.ptp(seam[:, 0])), float(np.linalg.norm(np.diff(decode(seam), axis=0)))
    latitude = np.linspace(-np.pi / 2, np.pi / 2, 200)
    shown = slice(None, 1500)
    panels = (
        Panel(
            "Area factor over latitude",
            (
                Points(np.column_stack([sample[shown, 1], factors[shown]]), "a", 3.0, "measured"),
                Path(np.column_stack([latitude, np.cos(latitude)]), "text", 1.0, True, "cos"),
            ),
            "latitude",
        ),
        Panel("Points off the seam and the poles", (Points(codes[:2500], "a", 2.5),), "longitude", "latitude"),
    )
    figures = {"round_trip": error, "mean_area_factor": mean, "code_gap_at_seam": gap, "way_across_seam": way}
    sentence = (
        f"encode(decode(z)) is z to {error:.2g} at least {options.kept_off:g}° off the poles and the seam; two points "
        f"{way:.2g} apart across the seam have codes {gap:.3g} apart; the mean area factor is {mean:.4f} (2/π = "
        "0.6366)."
    )
    worst = max(error / TOLERANCE, abs(mean - 2 / np.pi) * np.sqrt(options.points) / 1.5)
    return judged(-np.log10(worst), sentence, figures, Figure(panels))


CARD = Card(
    "Spherical coordinates",
    "Longitude and latitude are a chart of the sphere without its poles and a seam: there and back is the identity to "
    "10⁻¹², and the mean area factor is 2/π.",
    "Do Carmo 1976, Differential Geometry of Curves and Surfaces, section 2.2",
    SphericalKnobs,
    _run,
)
