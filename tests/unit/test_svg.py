"""SVG files, read as XML."""

from __future__ import annotations

import base64
import io
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from pipelines.export import photoshop
from pipelines.export.tracing import traced
from tests.unit.cutouts_made import ball_cutout
from tests.unit.pictures_made import adobe_rgb

SVG = "{http://www.w3.org/2000/svg}"


def read(output: dict[str, Any], **photo: Any) -> ElementTree.Element:
    data = ball_cutout({"output": {"format": "svg", **output}}, **photo).encode()
    return ElementTree.fromstring(data)  # noqa: S314  (written by us)


def test_the_outline_alone() -> None:
    root = read({}, dpi=(300, 300))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("160", "120", "0 0 160 120")
    path = root.find(f"{SVG}path")
    assert path is not None
    assert path.get("fill-rule") == "evenodd"
    assert root.find(f"{SVG}image") is None
    numbers = re.findall(r"-?[\d.]+", str(path.get("d")))
    outline = traced(ball_cutout().matte, photoshop.MOST_ANCHORS)
    assert len(numbers) == 2 * len(outline.loops) + 6 * outline.anchors
    points = np.array(numbers, float).reshape(-1, 2)
    assert points[0] == pytest.approx(outline.loops[0].knots[0, 1], abs=0.006)
    assert points[-1] == pytest.approx(outline.loops[-1].knots[0, 1], abs=0.006)
    assert str(path.get("d")).count("Z") == len(outline.loops)


def test_the_photo_clipped_by_the_outline() -> None:
    root = read({"embed_photo": True}, icc=adobe_rgb())
    clip, image = root.find(f"{SVG}clipPath"), root.find(f"{SVG}image")
    assert clip is not None
    assert image is not None
    assert image.get("clip-path") == f"url(#{clip.get('id')})"
    path = clip.find(f"{SVG}path")
    assert path is not None
    assert path.get("clip-rule") == "evenodd"
    head, _, data = str(image.get("href")).partition(",")
    assert head == "data:image/jpeg;base64"
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    assert picture.size == (160, 120)
    assert picture.info["icc_profile"] == adobe_rgb()


def test_a_resolution_makes_it_as_large_in_print() -> None:
    root = read({"dpi": 80})
    assert (root.get("width"), root.get("height")) == ("2in", "1.5in")
