"""Parts of the report of a run: every figure that was measured, null where none was."""

from dataclasses import asdict
from typing import Any

from core.cells.cells import Cells
from core.cells.exact_figures import ExactFigures
from core.evaluation.certificate import Certificate
from core.evaluation.claims import claims, headline, is_homeomorphism
from core.relu.capacity import log10_bound_dimension, log10_bound_theorem
from core.training.result import TrainingResult
from core.transport.transport import Transport


def training_report(training: TrainingResult, exact: ExactFigures | None = None) -> dict[str, Any]:
    """Return the figures of a training, as the part `training` of a report, with what its cells tell."""
    certificate = training.certificate.with_exact(exact)
    if certificate.surface is None:
        return _table_training(training)
    surface = certificate.on_surface
    detail = training.detail
    return {
        "device": training.device,
        "seconds": training.seconds,
        "steps": training.steps,
        "schedule": list(training.schedule),
        "seed": training.options.seed,
        "mode": training.options.mode,
        "preset": training.options.preset,
        "parameters": training.autoencoder.n_parameters,
        **asdict(certificate.accuracy),
        "flipped_triangles": surface.flipped_triangles,
        "flipped_subtriangles": surface.flipped_subtriangles,
        "subtriangles_tested": surface.subtriangles_tested,
        "cover": surface.cover,
        "network": asdict(certificate.network_accuracy),
        "detail": detail and {key: value for key, value in asdict(detail).items() if key != "messages"},
        "certificate": certificate_report(certificate),
        "precision": training.precision,
        "ended": training.ended,
        "advised_seconds": training.advised_seconds,
        "messages": list(training.messages),
    }


def _table_training(training: TrainingResult) -> dict[str, Any]:
    """Return the figures of the training of a table; those of its errors stand in the part `table`."""
    options = training.options
    return {
        "device": training.device,
        "seconds": training.seconds,
        "steps": training.steps,
        "schedule": list(training.schedule),
        "seed": options.seed,
        "preset": options.preset,
        "variant": options.variant,
        "corruption": options.corruption,
        "parameters": training.autoencoder.n_parameters,
        "rmse_rel": training.certificate.rmse_rel,
        "withheld_share": training.certificate.withheld_share,
        "withheld_rmse_rel": training.certificate.withheld_rmse_rel,
        "ended": training.ended,
        "messages": list(training.messages),
    }


def certificate_report(certificate: Certificate) -> dict[str, Any]:
    """Return everything a certificate tells, with its claims, as the part `certificate` of a training."""
    return {
        **certificate.flat(),
        "headline": headline(certificate),
        "is_homeomorphism": is_homeomorphism(certificate),
        "claims": [asdict(claim) for claim in claims(certificate)],
    }


def cells_report(cells: Cells, training: TrainingResult) -> dict[str, Any]:
    """Return the figures of the cells, as the part `cells` of a report."""
    networks = training.autoencoder
    report: dict[str, Any] = {"decoder": None, "encoder": None}
    if cells.decoder is not None:
        section = cells.section
        plane = {} if section is None else {"plane": section.name, "radius": section.radius}
        report["decoder" if section is None else "section"] = plane | {
            "vertices": len(cells.decoder.vertices),
            "edges": len(cells.decoder.edges),
            "cells": cells.decoder.n_cells,
            "pieces": int(cells.decoder_pieces.max(initial=-1)) + 1,
            "euler_characteristic": cells.decoder.euler_characteristic,
            "area_error_rel": abs(cells.decoder.area_error),
            "merged_slivers": cells.decoder.n_merged,
            "seconds": cells.seconds["decoder"],
            "log10_bound_theorem": log10_bound_theorem(cells.decoder.network.widths),
            "log10_bound_dimension": log10_bound_dimension(cells.decoder.network.widths),
        }
    if cells.exact is not None and cells.exact.decoder_pieces is not None:
        report["with_detail"] = {
            "pieces": cells.exact.decoder_pieces,
            "flat_pieces": cells.exact.flat_pieces,
            "turned_pieces": cells.exact.turned_pieces,
            "image_area_rel": cells.exact.image_area_rel,
            "seconds": cells.seconds["detail_pieces"],
        }
    for part, found in (("encoder", cells.encoder), ("composition", cells.composition)):
        if found is not None:
            report[part] = {
                "vertices": len(found.vertices),
                "edges": len(found.edges),
                "pieces": found.n_pieces,
                "cells": found.n_cells,
                "flipped_pieces": len(found.flipped),
                "flipped_area_rel": found.flipped_area / float(found.areas.sum()),
                "area_error_rel": abs(found.area_error),
                "merged_slivers": found.n_merged,
                "seconds": cells.seconds[part],
            }
    capacity = cells.capacity(networks)
    if capacity is not None:
        report["capacity"] = {
            "log10_bound_theorem": capacity.log10_bound_theorem,
            "log10_bound_dimension": capacity.log10_bound_dimension,
            "cells_on_surface": capacity.cells_on_surface,
            "charts_needed_at_least": capacity.needed_at_least,
            "charts_needed_at_most": capacity.needed_at_most,
            "verdict": capacity.verdict,
            "seconds": cells.seconds["complexity"],
        }
    return report


def transport_report(transport: Transport) -> dict[str, Any]:
    """Return the figures of a transport, as the part `transport` of a report."""
    certificate, singular = transport.map.certificate, transport.singular
    after, before, uniformity = transport.after, transport.before, transport.uniformity
    return {
        "chart": transport.chart_label,
        "measure": transport.measure_label,
        "sites": len(transport.measure.sites),
        "merged_sites": transport.map.n_merged,
        **asdict(certificate),
        "kantorovich_value": transport.map.kantorovich_value,
        "seconds": sum(transport.seconds.values()),
        "seconds_of": dict(transport.seconds),
        "area_ratio_sd": getattr(after, "area_ratio_sd", None),
        "area_ratio_max_deviation": getattr(after, "area_ratio_max_deviation", None),
        "flipped_triangles": getattr(after, "flipped_triangles", None),
        "area_ratio_sd_before": getattr(before, "area_ratio_sd", None),
        "area_ratio_max_deviation_before": getattr(before, "area_ratio_max_deviation", None),
        "flipped_triangles_before": getattr(before, "flipped_triangles", None),
        "uniformity_p_before": getattr(uniformity, "p_before", None),
        "uniformity_p_after": getattr(uniformity, "p_after", None),
        "uniformity_samples": getattr(uniformity, "n_samples", None),
        "singular_edges": len(singular.edges),
        "singular_length": singular.length,
        "singular_threshold": singular.threshold,
        "singular_jump_energy": singular.jump_energy,
        "samples": transport.n_samples,
        "samples_beside_singular": int(transport.samples_beside_singular.sum()),
        "ended": transport.ended,
        "messages": list(transport.messages),
    }
