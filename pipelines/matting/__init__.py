"""From a coarse matte to a clean edge."""
