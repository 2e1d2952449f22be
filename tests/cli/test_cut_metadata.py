"""What of a photo's facts ends up in the file: its colours and resolution, never a place or a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

from tests.cli.shell import cut, picture
from tests.scenes import Scene

pytestmark = pytest.mark.weights

SECRETS = (b"SECRET-PLACE", b"SECRET-ARTIST", b"SECRET-COMMENT", b"SECRET-CAMERA", b"http://ns.adobe.com/xap")


@pytest.fixture(scope="module")
def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture
def tagged(tmp_path: Path, scene: Scene, profile: bytes) -> Path:
    """A JPEG that lies on its side and tells where it was taken, by whom and with what."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F], exif[0x013B] = "SECRET-CAMERA", "SECRET-ARTIST"
    where = exif.get_ifd(0x8825)
    where[1], where[2] = "N", (IFDRational(52), IFDRational(31), IFDRational(7))
    where[27] = b"ASCII\0\0\0SECRET-PLACE"
    path = tmp_path / "tagged.jpg"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" a="http://ns.adobe.com/xap/1.0/">SECRET-PLACE</x:xmpmeta>'
    facts: dict[str, Any] = {"exif": exif, "xmp": xmp, "icc_profile": profile, "dpi": (300, 150)}
    Image.fromarray(scene.pixels).save(path, comment=b"SECRET-COMMENT", quality=95, **facts)
    assert all(secret in path.read_bytes() for secret in SECRETS)
    return path


@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
def test_colours_stay_and_secrets_go(tagged: Path, tmp_path: Path, profile: bytes, ending: str) -> None:
    result = tmp_path / f"result.{ending}"
    assert cut(tagged, "-o", result).status == 0
    data, image = result.read_bytes(), picture(result)
    assert [secret for secret in SECRETS if secret in data] == []
    assert (len(image.getexif()), image.info.get("comment"), image.info.get("xmp")) == (0, None, None)
    assert image.info["icc_profile"] == profile
    assert image.size == (240, 320)


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_the_resolution_turns_with_the_photo(tagged: Path, tmp_path: Path, ending: str) -> None:
    result = tmp_path / f"result.{ending}"
    assert cut(tagged, "-o", result).status == 0
    assert picture(result).info["dpi"] == pytest.approx((150, 300), abs=0.1)


def test_a_matte_has_no_colours(tagged: Path, tmp_path: Path) -> None:
    result = tmp_path / "matte.png"
    assert cut(tagged, "--alpha-only", "-o", result).status == 0
    assert picture(result).info.get("icc_profile") is None
