"""Pictures that the materials of a glTF file lay on its meshes, taken over as colours of the vertices."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import numpy as np
from jaxtyping import Float64, UInt8

from core.base.errors import InputError
from core.base.kinds import is_object
from core.io.file_bytes import printable
from core.io.readers.gltf_document import GltfDocument
from core.io.readers.obj_pictures import picture_pixels, sampled

_CLAMPED, _MIRRORED = 33071, 33648
"""What a sampler says of places outside a picture; otherwise it repeats."""
_TRANSFORM, _GLOSSINESS, _WEBP = "KHR_texture_transform", "KHR_materials_pbrSpecularGlossiness", "EXT_texture_webp"
_WHITE = (1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True, eq=False)
class GltfPictures:
    """The pictures of a file: each is read once.

    Parameters
    ----------
    document : GltfDocument
        The file.
    warnings : list of str
        Takes a sentence about each picture that cannot be read.
    """

    document: GltfDocument
    warnings: list[str]
    _read: dict[int, "UInt8[np.ndarray, 'h w 3'] | None"] = field(default_factory=dict[int, Any])

    def paint(self, primitive: dict[str, Any], part: dict[str, np.ndarray]) -> None:
        """Give a primitive the colours that its material lays on its vertices.

        Where the material has no picture, its colour becomes ``plain``, a row for each vertex: it is asked for only
        beside primitives that have one. Factors and the colours of vertices multiply light, and a picture holds what a
        screen is given (glTF 2.0, sections 3.9.2 and 5.22): they are multiplied as light.

        Parameters
        ----------
        primitive : dict
            As it stands in the file.
        part : dict of arrays
            Its positions, faces, texture coordinates and colours; takes what is found.
        """
        part["plain"] = np.ones((len(part["vertices"]), 3))
        try:
            self._paint(primitive, part)
        except InputError as error:  # what a surface is painted with is no reason to refuse it
            self.warnings.append(f"Colours of a material are left out: {error.place}: {error.reason}.")

    def _paint(self, primitive: dict[str, Any], part: dict[str, np.ndarray]) -> None:
        factor, named = self._base_color(primitive)
        part["plain"] = np.broadcast_to(on_screen(factor), part["vertices"].shape)
        pixels = self._pixels(named)
        if pixels is None:
            return
        places = self._places(primitive, named, part, pixels)
        if places is None:
            return
        seen = sampled(pixels, np.where(np.isfinite(places), places, 0.0))
        part["painted"] = on_screen(as_light(seen) * factor * part.get("colors", np.ones(3)))

    def _base_color(self, primitive: dict[str, Any]) -> tuple[Float64[np.ndarray, " 3"], dict[str, Any] | None]:
        """Return the colour of a material as light, and what names its picture."""
        document = self.document
        if "material" not in primitive:
            return np.ones(3), None
        material = document.item("materials", primitive["material"])
        place = f"materials[{primitive['material']}]"
        older = document.extension(material, _GLOSSINESS)
        kind = older if older is not None else material.get("pbrMetallicRoughness")
        if not is_object(kind):
            return np.ones(3), None
        names = ("baseColorFactor", "baseColorTexture") if older is None else ("diffuseFactor", "diffuseTexture")
        factor = np.clip(document.numbers(kind, names[0], _WHITE, place)[:3], 0.0, 1.0)
        named = kind.get(names[1])
        return factor, named if is_object(named) else None

    def _pixels(self, named: dict[str, Any] | None) -> "UInt8[np.ndarray, 'h w 3'] | None":
        """Return the picture of a texture; None, with a sentence, where it cannot be read."""
        if named is None:
            return None
        texture = self.document.item("textures", named.get("index"))
        newer = self.document.extension(texture, _WEBP)
        number = (newer or texture).get("source")
        if not isinstance(number, int):  # of a kind that an extension alone knows
            self._complain(f"textures[{named.get('index')}]", "could not be read")
            return None
        if number not in self._read:
            image = self.document.item("images", number)
            name = image.get("uri") if self._is_beside(image) else image.get("name") or f"images[{number}]"
            try:
                self._read[number] = picture_pixels(BytesIO(self._bytes(image, f"images[{number}]")))
            except (InputError, OSError, ValueError) as error:
                lost = isinstance(error, InputError) and isinstance(error.__context__, FileNotFoundError)
                self._complain(str(name), "was not found beside the file" if lost else "could not be read")
                self._read[number] = None
        return self._read[number]

    def _is_beside(self, image: dict[str, Any]) -> bool:
        uri = image.get("uri")
        return isinstance(uri, str) and not uri.startswith("data:")

    def _bytes(self, image: dict[str, Any], place: str) -> bytes:
        """Return a picture as it is stored: beside the file, in its address, or among the buffers."""
        uri = image.get("uri")
        if isinstance(uri, str):
            beside = self._is_beside(image)
            return self.document.beside(unquote(uri), place) if beside else self.document.embedded(uri, place)
        data, begin, end, _ = self.document.view(image.get("bufferView"), 0)
        return data[begin:end]

    def _complain(self, name: str, why: str) -> None:
        self.warnings.append(f'The picture "{printable(name)}" {why}: the surface has no texture from it.')

    def _places(
        self,
        primitive: dict[str, Any],
        named: dict[str, Any] | None,
        part: dict[str, np.ndarray],
        pixels: UInt8[np.ndarray, "h w 3"],
    ) -> Float64[np.ndarray, "n 2"] | None:
        """Return where each vertex lies in the picture, counted from the bottom; None where nothing tells."""
        document = self.document
        if named is None:
            return None
        moved = document.extension(named, _TRANSFORM) or {}
        key = f"TEXCOORD_{moved.get('texCoord', named.get('texCoord', 0))}"
        if key not in primitive["attributes"]:
            return None
        places = document.accessor(primitive["attributes"][key]).astype(np.float64)
        if places.shape != (len(part["vertices"]), 2):
            return None
        place = f"textures[{named.get('index')}]"
        angle = document.numbers({"r": [moved.get("rotation", 0.0)]}, "r", (0.0,), place)[0]
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        places = places * document.numbers(moved, "scale", (1.0, 1.0), place) @ turn.T
        places = places + document.numbers(moved, "offset", (0.0, 0.0), place)
        texture = document.item("textures", named.get("index"))
        sampler = document.item("samplers", texture["sampler"]) if "sampler" in texture else {}
        for axis, (word, size) in enumerate((("wrapS", pixels.shape[1]), ("wrapT", pixels.shape[0]))):
            places[:, axis] = wrapped(places[:, axis], sampler.get(word), size)
        places[:, 1] = 1.0 - places[:, 1]  # glTF counts from the top of a picture
        return places


def wrapped(values: Float64[np.ndarray, " n"], how: object, size: int) -> Float64[np.ndarray, " n"]:
    """Return coordinates in a picture that repeats, as a sampler brings them there.

    Parameters
    ----------
    values : (n,) float64 array
        Coordinates along one side, 0 to 1 within the picture.
    how : object
        What the sampler says: 33071 holds the margin, 33648 mirrors the picture, anything else repeats it.
    size : int
        Pixels along this side.
    """
    if how == _MIRRORED:
        values = 1.0 - np.abs(values % 2.0 - 1.0)
    if how in (_CLAMPED, _MIRRORED):
        margin = 0.5 / size  # the middle of the outermost pixel: nothing comes over from the other side
        return np.clip(values, margin, 1.0 - margin)
    return values


def as_light(values: Float64[np.ndarray, "..."]) -> Float64[np.ndarray, "..."]:
    """Return the light that values given to a screen stand for, 0 to 1 (IEC 61966-2-1, sRGB)."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def on_screen(light: Float64[np.ndarray, "..."]) -> Float64[np.ndarray, "..."]:
    """Return what is given to a screen for light from 0 to 1: the other way of `as_light`."""
    light = np.clip(light, 0.0, 1.0)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1.0 / 2.4) - 0.055)


def with_paint(parts: list[dict[str, np.ndarray]]) -> list[dict[str, np.ndarray]]:
    """Return primitives with the colours of their materials, where any of them has a picture."""
    if not any("painted" in part for part in parts):
        return parts
    return [part | {"colors": part.get("painted", part.get("colors", part["plain"]))} for part in parts]
