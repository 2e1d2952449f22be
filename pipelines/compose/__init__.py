"""One file for each step that lays a cutout on something."""
