"""What the views draw of it: pictures and meshes, without Qt."""
