"""Surfaces drawn by VTK into a widget of Qt."""

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyvista
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pyvista import _vtk
from pyvistaqt import QtInteractor

from app.scene.camera import VIEW_ANGLE, Camera
from app.scene.shading import AMBIENT, AMBIENT_WITH_TEXTURE, LIGHTS, SPECULAR, SPECULAR_POWER
from app.widgets.plotter import Mesh, SurfacePlotter, milliseconds_since

POINT_SIZE = 2.5
"""Side of a point of a cloud, in device-independent pixels."""


class _Interactor(QtInteractor):
    """The widget of pyvista without its own handling of mouse, keys and drops; tells how long frames take."""

    def __init__(self, plotter: "VtkPlotter", parent: QWidget, samples: int) -> None:
        super().__init__(parent, auto_update=False, multi_samples=samples)
        self._plotter = plotter
        self.setAcceptDrops(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(False)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintGL(self) -> None:
        start = time.perf_counter()
        super().paintGL()
        self._plotter.painted.emit(milliseconds_since(start))


@dataclass
class _Drawn:
    """A mesh with what VTK draws of it."""

    data: pyvista.PolyData
    actor: pyvista.Actor
    points: np.ndarray
    normals: np.ndarray | None
    colors: np.ndarray


class VtkPlotter(SurfacePlotter):
    """Draws meshes by VTK."""

    def __init__(self, parent: QWidget, samples: int) -> None:
        super().__init__(parent)
        self._interactor = _Interactor(self, parent, samples)
        self.widget = self._interactor
        self._drawn: dict[str, _Drawn] = {}
        self._is_closed = False
        self._is_wireframe = False
        self._interactor.remove_all_lights()
        for light in LIGHTS:
            lamp = pyvista.Light(light_type="camera light", color=light.color, intensity=light.intensity)
            lamp.position = light.direction
            lamp.focal_point = (0.0, 0.0, 0.0)
            self._interactor.add_light(lamp)

    def show_mesh(self, key: str, mesh: Mesh) -> None:
        self.remove(key)
        points, colors = np.array(mesh.points, np.float32), np.array(mesh.colors, np.uint8)
        normals = None if mesh.normals is None else np.array(mesh.normals, np.float32)
        data = pyvista.PolyData.from_regular_faces(points, mesh.faces) if len(mesh.faces) else pyvista.PolyData(points)
        data.GetPointData().SetScalars(_array(colors, "colors"))
        if normals is not None:
            data.GetPointData().SetNormals(_array(normals, "normals"))
        mapper = _vtk.vtkPolyDataMapper()
        mapper.SetInputData(data)
        mapper.SetScalarModeToUsePointData()
        mapper.SetColorModeToDirectScalars()
        actor = _vtk.vtkActor()
        actor.SetMapper(mapper)
        look = actor.GetProperty()
        look.SetInterpolationToPhong()
        look.SetAmbient(AMBIENT)
        look.SetDiffuse(1.0)
        look.SetSpecular(SPECULAR)
        look.SetSpecularPower(SPECULAR_POWER)
        look.SetPointSize(POINT_SIZE * self.widget.devicePixelRatioF())
        look.SetLighting(normals is not None)
        self._interactor.renderer.AddActor(actor)
        self._drawn[key] = _Drawn(data, actor, points, normals, colors)
        self.set_wireframe(self._is_wireframe)

    def remove(self, key: str) -> None:
        drawn = self._drawn.pop(key, None)
        if drawn is not None:
            self._interactor.renderer.RemoveActor(drawn.actor)

    def set_points(self, key: str, points: np.ndarray, normals: np.ndarray | None) -> None:
        drawn = self._drawn[key]
        drawn.data.points[:] = points
        drawn.data.GetPoints().Modified()
        if normals is not None and drawn.normals is not None:
            drawn.normals[:] = normals
            drawn.data.GetPointData().GetNormals().Modified()

    def set_colors(self, key: str, colors: np.ndarray) -> None:
        drawn = self._drawn[key]
        drawn.colors[:] = colors
        drawn.data.GetPointData().GetScalars().Modified()

    def set_texture(self, key: str, coordinates: np.ndarray | None, image: np.ndarray | None) -> None:
        drawn = self._drawn[key]
        if coordinates is None or image is None:
            drawn.actor.SetTexture(None)
            drawn.data.GetPointData().SetTCoords(None)
            drawn.actor.GetProperty().SetAmbient(AMBIENT)
            return
        drawn.data.GetPointData().SetTCoords(_array(np.array(coordinates, np.float32), "texture"))
        texture = pyvista.Texture(image)
        texture.SetInterpolate(True)
        texture.SetMipmap(True)
        drawn.actor.SetTexture(texture)
        drawn.actor.GetProperty().SetAmbient(AMBIENT_WITH_TEXTURE)

    def set_visible(self, key: str, visible: bool) -> None:
        self._drawn[key].actor.SetVisibility(visible)

    def set_wireframe(self, on: bool) -> None:
        self._is_wireframe = on
        for drawn in self._drawn.values():
            look = drawn.actor.GetProperty()
            (look.SetRepresentationToWireframe if on else look.SetRepresentationToSurface)()

    def set_camera(self, camera: Camera) -> None:
        seen = self._interactor.renderer.GetActiveCamera()
        seen.SetPosition(camera.position)
        seen.SetFocalPoint(camera.focus)
        seen.SetViewUp(tuple(camera.axes()[1]))
        seen.SetViewAngle(VIEW_ANGLE)
        self._interactor.renderer.ResetCameraClippingRange()

    def set_background(self, color: str) -> None:
        self._interactor.renderer.SetBackground(pyvista.Color(color).float_rgb)

    def redraw(self) -> None:
        if not self._is_closed:
            self._interactor.renderer.ResetCameraClippingRange()
            self.widget.update()

    def image(self, scale: int = 1, transparent: bool = False) -> QImage:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "view.png"
            self._interactor.screenshot(path, scale=scale, transparent_background=transparent, return_img=False)
            return QImage(str(path))

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._drawn.clear()
            self._interactor.close()


def _array(values: np.ndarray, name: str) -> _vtk.vtkDataArray:
    array = pyvista.convert_array(values, name=name)
    array.reference = values  # VTK does not hold on to memory that numpy owns
    return array
