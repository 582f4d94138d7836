"""What a surface is, by counting, and whether a planar chart of it can exist."""

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Topology:
    """What a surface is, by counting.

    Parameters
    ----------
    n_vertices : int
        Vertices that faces use.
    n_edges, n_faces, n_components : int
        Edges, faces, and parts joined through vertices.
    n_boundary_loops : int
        Connected sets of edges with a single face.
    euler_characteristic : int
        n_vertices - n_edges + n_faces.
    genus : int or None
        Number of handles, summed over the components; None where the surface is no orientable manifold.
    is_manifold : bool
        Every edge has one or two faces, and the faces around every vertex form one fan.
    is_orientable : bool
        The faces can be wound so that neighbours agree across every edge of two faces.
    is_closed : bool
        Every edge lies in exactly two faces.
    n_nonmanifold_edges : int
        Edges of three or more faces.
    n_nonmanifold_vertices : int
        Vertices whose faces form more than one fan.
    area : float
        In squared input units.
    diagonal : float
        Of the bounding box, in input units.
    """

    n_vertices: int
    n_edges: int
    n_faces: int
    n_components: int
    n_boundary_loops: int
    euler_characteristic: int
    genus: int | None
    is_manifold: bool
    is_orientable: bool
    is_closed: bool
    n_nonmanifold_edges: int
    n_nonmanifold_vertices: int
    area: float
    diagonal: float

    @property
    def is_disk(self) -> bool:
        """Whether the surface is a topological disk."""
        one_piece = self.n_components == 1 and self.n_boundary_loops == 1
        return self.is_manifold and self.is_orientable and one_piece and self.euler_characteristic == 1

    @property
    def verdict(self) -> str:
        """One sentence: whether a planar chart can exist, and if not, why and what helps."""
        if self.is_disk:
            return "A topological disk: a planar chart exists."
        if self.n_nonmanifold_edges:
            return (
                f"{counted(self.n_nonmanifold_edges, 'edge')} of this surface "
                f"{'has' if self.n_nonmanifold_edges == 1 else 'have'} more than two faces; a planar chart needs a "
                "manifold: repair the mesh or load another."
            )
        if self.n_nonmanifold_vertices:
            return (
                f"Parts of this surface touch in single points at {counted(self.n_nonmanifold_vertices, 'vertex')}; "
                "a planar chart needs a manifold: split the vertices or load another surface."
            )
        if not self.is_orientable:
            return "This surface is not orientable (one-sided); a planar chart needs two sides: cut it open."
        if self.n_components > 1:
            return (
                f"This surface has {self.n_components} separate components; a planar chart needs 1: keep one of them, "
                "or join them."
            )
        return self._verdict_of_connected_manifold()

    def _verdict_of_connected_manifold(self) -> str:
        """Say why a connected, orientable manifold is no disk."""
        handles = f" and genus {self.genus}" if self.genus else ""
        if self.n_boundary_loops == 0:
            cut = "cut its handles and open it" if self.genus else "open it, for instance at the base"
            return f"This surface is closed (no boundary{handles}); a planar chart needs 1 boundary loop: {cut}."
        if self.n_boundary_loops > 1:
            return (
                f"This surface has {self.n_boundary_loops} boundary loops{handles}; a planar chart needs 1"
                f"{' and genus 0' if self.genus else ''}: fill holes or cut it."
            )
        return f"This surface has genus {self.genus} (handles); a planar chart needs genus 0: cut its handles."


def counted(number: int, noun: str) -> str:
    """Return a number with its noun in the right form: "1 vertex", "2 vertices", "3 faces without area"."""
    first, *rest = noun.split(" with")
    plural = first[:-2] + "ices" if first.endswith("ex") else first + "s"
    return f"{number:,} {noun if number == 1 else ' with'.join([plural, *rest])}"
