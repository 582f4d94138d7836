"""The stage *Maps*: from one learned manifold to another, and the morph between them."""
