"""A JPEG writer that keeps pure white pure: see :mod:`pipelines.jpeg.writer`."""
