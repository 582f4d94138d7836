"""The transport as part of a project file: figures as JSON, arrays as npz; what follows from these is made anew."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.io.typed import typed
from core.session.packed import Packed, npz
from core.transport.options import TransportOptions
from core.transport.parameterization import measured_parameterization
from core.transport.power_diagram import power_diagram
from core.transport.sampler import DecodedSamples, Sampling
from core.transport.singular_set import singular_set
from core.transport.surface_measure import SurfaceMeasure
from core.transport.transport import Transport, Uniformity
from core.transport.transport_map import TransportCertificate, TransportMap

_FILE = "transport.npz"
_OF_SURFACE = ("before", "after", "sampling", "uniformity")
"""Fields that are None for a table."""
_GROUPS = ("naive", "samples")
"""Samples that projects hold which were saved before samples were drawn when they are looked at."""
_SAMPLE_ARRAYS = tuple(field.name for field in dataclasses.fields(DecodedSamples))
_MEASURE_ARRAYS = tuple(field.name for field in dataclasses.fields(SurfaceMeasure))


def pack_transport(transport: Transport) -> Packed:
    """Return what goes into a project file."""
    solution = transport.map
    about = {
        "options": dataclasses.asdict(transport.options),
        "certificate": dataclasses.asdict(solution.certificate),
        "uniformity": transport.uniformity and dataclasses.asdict(transport.uniformity),
        "samples": transport.n_samples,
        "seconds": dict(transport.seconds),
        "ended": transport.ended,
        "messages": list(transport.messages),
    }
    arrays = {
        "chart": transport.chart,
        "distinct_sites": solution.sites,
        "weights": solution.weights,
        "distinct_masses": solution.masses,
        "site_of": solution.site_of,
        "residuals": solution.residuals,
    }
    if transport.after is not None:
        arrays |= {"parameterization": transport.after.coordinates, "spreads": transport.after.history}
    arrays |= {f"measure:{name}": getattr(transport.measure, name) for name in _MEASURE_ARRAYS}
    stored = None if transport.sampling is None else transport.sampling.stored
    if stored is not None:  # others are drawn anew from what is here
        for group, samples in zip(_GROUPS, stored, strict=True):
            arrays |= {f"{group}:{name}": getattr(samples, name) for name in _SAMPLE_ARRAYS}
    return Packed(about, {_FILE: npz(arrays)})


def unpack_transport(packed: Packed, results: Mapping[str, Any], file: str) -> Transport | None:
    """Return the transport that was stored by `pack_transport`, None where there is neither surface nor table.

    Raises
    ------
    KeyError, TypeError, ValueError, BudaiError
        If parts are missing or do not fit each other.
    """
    source, about, arrays = results["source"], packed.about, packed.arrays(_FILE)
    if not (source.has_faces or source.is_table):
        return None
    options = typed(TransportOptions, about["options"])
    measure = SurfaceMeasure(**{name: arrays[f"measure:{name}"] for name in _MEASURE_ARRAYS})
    n, m = len(source.positions), len(measure.sites)
    of_surface = {"parameterization"} & arrays.keys()
    if len(measure.owner) != n or any(len(arrays[k]) != n for k in of_surface) or len(arrays["site_of"]) != m:
        raise ValueError(f"the transport is not that of {n:,} vertices")
    diagram = power_diagram(arrays["distinct_sites"], arrays["weights"])
    solution = TransportMap(
        diagram,
        arrays["distinct_masses"],
        arrays["site_of"],
        arrays["residuals"],
        typed(TransportCertificate, {"tolerance": options.tolerance, **about["certificate"]}),
    )
    return Transport(
        options=options,
        chart=arrays["chart"],
        measure=measure,
        map=solution,
        **(_of_surface(results, measure, solution, about, arrays) if source.has_faces else dict.fromkeys(_OF_SURFACE)),
        singular=singular_set(diagram, options.singular_threshold or None),
        seconds={part: float(value) for part, value in about["seconds"].items()},
        ended=about["ended"],
        messages=tuple(about["messages"]),
    )


def _of_surface(
    results: Mapping[str, Any],
    measure: SurfaceMeasure,
    solution: TransportMap,
    about: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
) -> dict[str, Any]:
    """Return the fields that follow from the faces of a surface."""
    surface, chart = results["source"].surface, arrays["chart"]
    masses, spreads = measure.face_masses(surface), arrays["spreads"].tolist()
    found = (
        measured_parameterization(surface, chart, masses),
        measured_parameterization(surface, arrays["parameterization"], masses, spreads),
        _sampling(results, measure, solution, about, arrays),
        typed(Uniformity, about["uniformity"]),
    )
    return dict(zip(_OF_SURFACE, found, strict=True))


def _sampling(
    results: Mapping[str, Any],
    measure: SurfaceMeasure,
    solution: TransportMap,
    about: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
) -> Sampling:
    """Return what samples are drawn from, with those that the file holds."""
    training, stored = results["training"], None
    if "naive:points" in arrays:
        held = [{name: arrays[f"{group}:{name}"] for name in _SAMPLE_ARRAYS} for group in _GROUPS]
        stored = DecodedSamples(**held[0]), DecodedSamples(**held[1])
    return Sampling(
        surface=results["source"].surface,
        autoencoder=training.autoencoder,
        codes=training.codes,
        chart=arrays["chart"],
        map=solution,
        measure=measure,
        count=int(about["samples"]) if stored is None else len(stored[1].points),
        seed=int(about["options"]["seed"]),
        stored=stored,
    )
