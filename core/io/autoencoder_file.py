"""Autoencoders on disk: plain matrices in safetensors, everything else in JSON."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from core.base.errors import InputError
from core.charts.autoencoder import Autoencoder
from core.charts.detail_layer import DetailLayer
from core.io.atomic import replacing
from core.relu.relu_map import ReluMap

_DETAIL = "detail.values"
"""Name of the tensor that holds the values of the detail layer."""


def autoencoder_parts(autoencoder: Autoencoder) -> tuple[dict[str, Any], bytes]:
    """Return the JSON object and the safetensors bytes of an autoencoder, as the format `budai-autoencoder` 1 wants."""
    tensors: dict[str, np.ndarray] = {}
    names: dict[str, list[str]] = {}
    for part, network in (("encoder", autoencoder.encoder), ("decoder", autoencoder.decoder)):
        names[part] = [f"{part}.{k}" for k in range(len(network.weights))]
        for name, weight, bias in zip(names[part], network.weights, network.biases, strict=True):
            tensors[f"{name}.weight"] = weight.astype(np.float32)
            tensors[f"{name}.bias"] = bias.astype(np.float32)
    about = {
        "format": "budai-autoencoder",
        "version": 1,
        "ambient_dimension": autoencoder.ambient_dimension,
        "latent_dimension": autoencoder.latent_dimension,
        "centre": autoencoder.centre.tolist(),
        "scale": autoencoder.scale,
        "encoder": names["encoder"],
        "decoder": names["decoder"],
        "activation": "relu",
        "widths": {"encoder": list(autoencoder.encoder.widths), "decoder": list(autoencoder.decoder.widths)},
    }
    detail = autoencoder.detail
    if detail is not None:
        tensors[_DETAIL] = detail.values.astype(np.float32)
        about["detail"] = {"origin": detail.origin.tolist(), "spacing": detail.spacing, "values": _DETAIL}
    return about, save_tensors(tensors)


def autoencoder_from_parts(about: dict[str, Any], data: bytes, file: str) -> Autoencoder:
    """Return the autoencoder stored in a JSON object and safetensors bytes.

    Parameters
    ----------
    about : dict
        Content of ``autoencoder.json``.
    data : bytes
        Content of ``autoencoder.safetensors``.
    file : str
        Name of the file they come from, for messages.

    Raises
    ------
    InputError
        If the parts do not fit each other or the format.
    """
    said = (about.get("format"), about.get("version"), about.get("activation"))
    if said != ("budai-autoencoder", 1, "relu"):
        raise InputError(file, f"is no ReLU autoencoder that this version reads, but {said}", "autoencoder.json")
    try:
        tensors = load_tensors(data)
        networks = {
            part: ReluMap(
                [tensors[f"{name}.weight"].astype(np.float64) for name in about[part]],
                [tensors[f"{name}.bias"].astype(np.float64) for name in about[part]],
            )
            for part in ("encoder", "decoder")
        }
        detail = None
        if about.get("detail") is not None:
            lattice = about["detail"]
            values = tensors[lattice["values"]].astype(np.float64)
            detail = DetailLayer(np.array(lattice["origin"], np.float64), float(lattice["spacing"]), values)
        centre, scale = np.array(about["centre"], np.float64), float(about["scale"])
        return Autoencoder(networks["encoder"], networks["decoder"], centre, scale, detail)
    except (KeyError, TypeError, ValueError, SafetensorError) as error:
        raise InputError(file, f"holds an autoencoder that does not fit together: {error}", "autoencoder") from error


def write_autoencoder(folder: str | Path, autoencoder: Autoencoder) -> None:
    """Write ``autoencoder.json`` and ``autoencoder.safetensors`` into a folder."""
    about, data = autoencoder_parts(autoencoder)
    with replacing(Path(folder) / "autoencoder.safetensors") as temporary:
        temporary.write_bytes(data)
    with replacing(Path(folder) / "autoencoder.json") as temporary:
        temporary.write_text(json.dumps(about, indent=1), "utf-8")
