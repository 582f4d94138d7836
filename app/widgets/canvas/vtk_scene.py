"""What VTK draws of meshes, polygons and lines; all of it lives in the drawing thread."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QImage
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkPlane, vtkPolyData
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkLight,
    vtkMapper,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkTexture,
)

from app.scene.camera import VIEW_ANGLE, Camera
from app.scene.shading import AMBIENT, AMBIENT_WITH_TEXTURE, LIGHTS, SPECULAR, SPECULAR_POWER
from app.scene.sight import Clip
from app.scene.snapshot import rgb
from app.widgets.canvas.memory import give_back_memory
from app.widgets.canvas.plotter import CUT, Lines, Mesh, Polygons
from app.widgets.canvas.vtk_window import make_window

ROUND_FROM = 3.5
"""Side of a point from which it is seen whether it is round, in device-independent pixels."""
NEARER = -8.0
"""How much nearer to the eye points and lines are drawn than triangles, in units of the depth buffer."""
TWO_SIDED = """//VTK::Normal::Impl
  if (normalVCVSOutput.z < 0.0) { normalVCVSOutput = -normalVCVSOutput; }
"""
"""Both sides are lit, whichever way a triangle is wound: on a one-sided surface some lie against their normals."""
FILLED = """//VTK::Light::Impl
  if ((insideSide == 1 && !gl_FrontFacing) || (insideSide == -1 && gl_FrontFacing)) {
    fragOutput0 = vec4(insideColor, 1.0);
  }
"""
"""The inside of a closed surface has one flat colour: seen through a cut it looks as if the cut were filled."""
LINE_OFFSET = 4.0
"""How far lines are drawn before faces at the same place, in units of the depth buffer."""
PARALLEL_AWAY = 10.0
"""Distance of the eye where rays are parallel, over the diagonal of the figure."""
AMBIENT_OF_POINTS = 0.4
"""Part of the colour of points that no shade takes away."""


@dataclass
class _Drawn:
    """A mesh with what VTK draws of it; arrays are shared with VTK, which does not own them."""

    data: vtkPolyData
    actor: vtkActor
    points: np.ndarray
    normals: np.ndarray | None
    colors: np.ndarray
    texture: np.ndarray | None = None
    line_width: float = 1.0
    point_size: float = 1.0


def _fractions(color: str) -> tuple[float, float, float]:
    """Return red, green and blue of "#RRGGBB" between 0 and 1."""
    red, green, blue = rgb(color)
    return red / 255.0, green / 255.0, blue / 255.0


def _polygons(points: np.ndarray, faces: np.ndarray) -> vtkPolyData:
    """Return triangles or lines, or points where there are neither, that share the memory of (n, 3) `points`."""
    data, cells, places = vtkPolyData(), vtkCellArray(), vtkPoints()
    places.SetData(numpy_to_vtk(points))
    data.SetPoints(places)
    size = faces.shape[1] if len(faces) else 1
    corners = faces.ravel() if len(faces) else np.arange(len(points))
    ends = np.arange(0, len(corners) + 1, size)
    cells.SetData(numpy_to_vtkIdTypeArray(ends, deep=True), numpy_to_vtkIdTypeArray(corners, deep=True))
    {3: data.SetPolys, 2: data.SetLines, 1: data.SetVerts}[size](cells)
    return data


def _cells(offsets: np.ndarray, corners: np.ndarray) -> vtkCellArray:
    """Return polygons or lines by their corners."""
    cells = vtkCellArray()
    ends, places = (np.array(part, np.int64) for part in (offsets, corners))
    cells.SetData(numpy_to_vtkIdTypeArray(ends, deep=True), numpy_to_vtkIdTypeArray(places, deep=True))
    return cells


def _texture(image: np.ndarray) -> vtkTexture:
    """Return a (h, w, 3) uint8 picture, its first row at the top, as a smooth texture."""
    height, width = image.shape[:2]
    data = vtkImageData()
    data.SetDimensions(width, height, 1)
    data.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(image[::-1]).reshape(-1, 3), deep=True))
    texture = vtkTexture()
    texture.SetInputData(data)
    texture.SetInterpolate(True)
    texture.SetMipmap(True)
    return texture


class VtkScene:
    """What is drawn, and while it is seen a render window for it; lives in the drawing thread."""

    def __init__(self) -> None:
        self.renderer = vtkRenderer()
        self.window: vtkRenderWindow | None = None
        vtkMapper.SetResolveCoincidentTopologyToPolygonOffset()
        self.renderer.SetAutomaticLightCreation(False)
        self.size, self.ratio, self.is_wireframe = (1, 1), 1.0, False
        self.meshes: dict[str, _Drawn] = {}
        self.camera = Camera()
        self._clip: Clip | None = None
        self._inside, self._inside_color = 0, (0.0, 0.0, 0.0)
        for light in LIGHTS:
            lamp = vtkLight()
            lamp.SetLightTypeToCameraLight()
            lamp.SetPosition(light.direction)
            lamp.SetFocalPoint(0.0, 0.0, 0.0)
            lamp.SetColor(_fractions(light.color))
            lamp.SetIntensity(light.intensity)
            self.renderer.AddLight(lamp)

    def show_mesh(self, key: str, mesh: Mesh) -> None:
        self.remove(key)
        points, colors = np.array(mesh.points, np.float32), np.array(mesh.colors, np.uint8)
        normals = None if mesh.normals is None else np.array(mesh.normals, np.float32)
        data = _polygons(points, np.array(mesh.faces, np.int64))
        data.GetPointData().SetScalars(numpy_to_vtk(colors))
        if normals is not None:
            data.GetPointData().SetNormals(numpy_to_vtk(normals))
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(data)
        mapper.SetScalarModeToUsePointData()
        mapper.SetColorModeToDirectScalars()
        if not len(mesh.faces) or mesh.faces.shape[1] == 2:
            # Points and lines that lie on a surface are to be seen, not half of them buried by rounding.
            mapper.SetResolveCoincidentTopologyToPolygonOffset()
            mapper.SetRelativeCoincidentTopologyLineOffsetParameters(0.0, NEARER)
            mapper.SetRelativeCoincidentTopologyPointOffsetParameter(NEARER)
        actor = vtkActor()
        actor.SetMapper(mapper)
        look = actor.GetProperty()
        look.SetInterpolationToPhong()
        look.SetAmbient(AMBIENT)
        look.SetDiffuse(1.0)
        look.SetSpecular(SPECULAR)
        look.SetSpecularPower(SPECULAR_POWER)
        look.SetLighting(normals is not None)
        if normals is not None:
            actor.GetShaderProperty().AddFragmentShaderReplacement("//VTK::Normal::Impl", True, TWO_SIDED, False)
        self.renderer.AddActor(actor)
        if normals is not None and (mesh.is_matt or not len(mesh.faces)):
            look.SetAmbient(AMBIENT_OF_POINTS)  # points alone are seen by their colours first
            look.SetSpecular(0.0)
        is_large = not len(mesh.faces) and mesh.point_size >= ROUND_FROM
        look.SetRenderPointsAsSpheres(is_large and normals is None)  # spheres would be lit by normals of their own
        self.meshes[key] = _Drawn(data, actor, points, normals, colors, point_size=mesh.point_size)
        self._begin(key, len(mesh.faces) > 0 and mesh.faces.shape[1] == 3)

    def show_polygons(self, key: str, polygons: Polygons, colors: np.ndarray) -> None:
        self.remove(key)
        points, colors = np.array(polygons.points, np.float32), np.array(colors, np.uint8)
        normals = None if polygons.normals is None else np.array(polygons.normals, np.float32)
        data = vtkPolyData()
        data.SetPolys(_cells(polygons.offsets, polygons.corners))
        actor = self._show(key, data, points, normals, colors)
        look = actor.GetProperty()
        look.SetAmbient(AMBIENT)
        look.SetDiffuse(1.0)
        look.SetSpecular(SPECULAR)
        look.SetSpecularPower(SPECULAR_POWER)
        (look.SetInterpolationToFlat if normals is None else look.SetInterpolationToPhong)()

    def show_lines(self, key: str, lines: Lines) -> None:
        self.remove(key)
        data = vtkPolyData()
        data.SetLines(_cells(np.arange(0, 2 * len(lines.ends) + 1, 2), lines.ends.ravel()))
        actor = self._show(key, data, np.array(lines.points, np.float32), None, np.array(lines.colors, np.uint8))
        actor.GetProperty().SetLighting(False)
        actor.GetProperty().SetOpacity(lines.opacity)
        self.meshes[key].line_width = lines.width

    def _show(
        self, key: str, data: vtkPolyData, points: np.ndarray, normals: np.ndarray | None, colors: np.ndarray
    ) -> vtkActor:
        """Draw polygons or lines with one colour each; lines lie before faces at the same place."""
        places = vtkPoints()
        places.SetData(numpy_to_vtk(points))
        data.SetPoints(places)
        data.GetCellData().SetScalars(numpy_to_vtk(colors))
        if normals is not None:
            data.GetPointData().SetNormals(numpy_to_vtk(normals))
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(data)
        mapper.SetScalarModeToUseCellData()
        mapper.SetColorModeToDirectScalars()
        mapper.SetRelativeCoincidentTopologyLineOffsetParameters(0.0, -LINE_OFFSET)
        actor = vtkActor()
        actor.SetMapper(mapper)
        self.renderer.AddActor(actor)
        self.meshes[key] = _Drawn(data, actor, points, normals, colors)
        self._begin(key, data.GetNumberOfPolys() > 0)
        return actor

    def _begin(self, key: str, has_faces: bool) -> None:
        """Draw a new mesh as the others are drawn."""
        if has_faces:
            shader = self.meshes[key].actor.GetShaderProperty()
            shader.AddFragmentShaderReplacement("//VTK::Light::Impl", False, FILLED, False)
        self.set_wireframe(self.is_wireframe)
        self._cut(key)

    def remove(self, key: str) -> None:
        drawn = self.meshes.pop(key, None)
        if drawn is not None:
            self.renderer.RemoveActor(drawn.actor)

    def set_points(self, key: str, points: np.ndarray, normals: np.ndarray | None) -> None:
        drawn = self.meshes[key]
        drawn.points[:] = points
        drawn.data.GetPoints().Modified()
        if normals is not None and drawn.normals is not None:
            drawn.normals[:] = normals
            drawn.data.GetPointData().GetNormals().Modified()

    def set_colors(self, key: str, colors: np.ndarray) -> None:
        drawn = self.meshes[key]
        drawn.colors[:] = colors
        (drawn.data.GetPointData().GetScalars() or drawn.data.GetCellData().GetScalars()).Modified()

    def set_texture(self, key: str, coordinates: np.ndarray | None, image: np.ndarray | None) -> None:
        drawn = self.meshes[key]
        if coordinates is None or image is None:
            drawn.actor.SetTexture(None)  # type: ignore[arg-type]
            drawn.data.GetPointData().SetTCoords(None)
            drawn.actor.GetProperty().SetAmbient(AMBIENT)
            return
        drawn.texture = np.array(coordinates, np.float32)
        drawn.data.GetPointData().SetTCoords(numpy_to_vtk(drawn.texture))
        drawn.actor.SetTexture(_texture(image))
        drawn.actor.GetProperty().SetAmbient(AMBIENT_WITH_TEXTURE)

    def set_visible(self, key: str, visible: bool) -> None:
        self.meshes[key].actor.SetVisibility(visible)

    def set_wireframe(self, on: bool) -> None:
        self.is_wireframe = on
        for drawn in self.meshes.values():
            look = drawn.actor.GetProperty()
            (look.SetRepresentationToWireframe if on else look.SetRepresentationToSurface)()

    def set_clip(self, clip: Clip | None, inside: int, color: str) -> None:
        self._clip, self._inside, self._inside_color = clip, inside, _fractions(color)
        for key in self.meshes:
            self._cut(key)

    def _cut(self, key: str) -> None:
        """Leave out what lies beyond the plane, and fill what is seen through it."""
        actor, clip = self.meshes[key].actor, self._clip
        actor.GetMapper().RemoveAllClippingPlanes()
        if clip is not None and key != CUT:
            plane = vtkPlane()
            plane.SetOrigin(tuple(clip.offset * np.array(clip.normal)))
            plane.SetNormal(tuple(-np.array(clip.normal)))
            actor.GetMapper().AddClippingPlane(plane)
        uniforms = actor.GetShaderProperty().GetFragmentCustomUniforms()
        uniforms.SetUniformi("insideSide", 0 if clip is None or not clip.is_capped else self._inside)
        uniforms.SetUniform3f("insideColor", self._inside_color)

    def set_camera(self, camera: Camera) -> None:
        self.camera = camera
        seen = self.renderer.GetActiveCamera()
        # Parallel rays come from far away: nothing is behind the eye, however near the figure is seen.
        eye = np.add(camera.focus, PARALLEL_AWAY * camera.axes()[2]) if camera.is_parallel else camera.position
        seen.SetPosition(tuple(eye))
        seen.SetFocalPoint(camera.focus)
        seen.SetParallelProjection(camera.is_parallel)
        seen.SetParallelScale(0.5 * camera.units_per_pixel(1.0))
        seen.SetViewUp(tuple(camera.axes()[1]))
        seen.SetViewAngle(VIEW_ANGLE)

    def set_background(self, color: str) -> None:
        self.renderer.SetBackground(_fractions(color))

    def set_size(self, width: int, height: int, ratio: float) -> None:
        self.size, self.ratio = (width, height), ratio

    def draw(self, samples: int, transparent: bool = False) -> QImage:
        """Return the picture with several samples along each side of a pixel."""
        width, height = samples * self.size[0], samples * self.size[1]
        if self.window is None:
            self.window = make_window()
            self.window.AddRenderer(self.renderer)
        self.window.SetSize(width, height)
        self.renderer.SetBackgroundAlpha(0.0 if transparent else 1.0)
        for drawn in self.meshes.values():
            look = drawn.actor.GetProperty()
            look.SetPointSize(drawn.point_size * self.ratio * samples)
            look.SetLineWidth(drawn.line_width * self.ratio * samples)
        self.renderer.ResetCameraClippingRange()
        self.window.Render()
        pixels = vtkUnsignedCharArray()
        self.window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, pixels)  # type: ignore[arg-type]
        rows = np.ascontiguousarray(vtk_to_numpy(pixels).reshape(height, width, 4)[::-1])
        form = QImage.Format.Format_RGBA8888 if transparent else QImage.Format.Format_RGBX8888
        return QImage(rows.data, width, height, 4 * width, form).copy()

    def release(self) -> None:
        """Let go of the window and of all that OpenGL holds of the meshes, which stay known."""
        if self.window is not None:
            self.window.Finalize()
            self.window.RemoveRenderer(self.renderer)
            self.window = None
            give_back_memory()

    def close(self) -> None:
        self.meshes.clear()
        self.renderer.RemoveAllViewProps()
        self.release()
