"""What there is to tell of an atlas as a whole."""

from dataclasses import dataclass

from core.evaluation.accuracy import Accuracy


@dataclass(frozen=True)
class AtlasFigures:
    """Figures of an atlas; lengths are fractions of the diagonal of the whole surface.

    Parameters
    ----------
    charts : int
        Number of charts.
    rmse_rel, chamfer_rel, hausdorff_rel, normal_error_deg : float
        Errors of the welded reconstruction, as those of a single chart.
    network : Accuracy
        The same without the detail layers.
    cut_length_rel : float
        Length of the edges along which a patch is cut open.
    seam_gap_max_rel, seam_gap_rms_rel : float or None
        How far apart charts are at the vertices that they share; None where they share none.
    overlap_area_rel : float
        Part of the area that at least two charts have.
    transition_round_trip_median_rel, transition_round_trip_p99_rel : float or None
        How far |decode_a(encode_a(y)) - y| is from nothing, y a point of chart b on the overlap; None without overlaps.
    watertight : bool
        Whether every edge of the reconstruction has two faces.
    seconds : float
        Time it took to measure.
    """

    charts: int
    rmse_rel: float
    chamfer_rel: float
    hausdorff_rel: float
    normal_error_deg: float
    network: Accuracy
    cut_length_rel: float
    seam_gap_max_rel: float | None
    seam_gap_rms_rel: float | None
    overlap_area_rel: float
    transition_round_trip_median_rel: float | None
    transition_round_trip_p99_rel: float | None
    watertight: bool
    seconds: float = 0.0
