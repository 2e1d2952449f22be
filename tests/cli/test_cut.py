"""``cut``: files, folders and pipes; formats and backgrounds; what is reported and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipelines import Recipe
from pipelines import cut as cut_in_python
from tests.cli.shell import cut, cutaway, picture
from tests.scenes import Scene, encoded, overlap

pytestmark = pytest.mark.weights


def alpha_of(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(picture(path).getchannel("A"))


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_one_file_into_a_folder(photo: Path, scene: Scene, tmp_path: Path) -> None:
    ran = cut(photo, "-o", tmp_path / "out")
    assert (ran.status, ran.out, ran.err) == (0, b"", "")
    result = tmp_path / "out" / "my ball.png"
    assert picture(result).mode == "RGBA"
    assert overlap(alpha_of(result), scene.matte) > 0.95


def test_python_gives_the_same_bytes(photo: Path, tmp_path: Path) -> None:
    assert cut(photo, "-o", tmp_path / "a.png").status == 0
    recipe = Recipe(model="u2netp")
    assert (tmp_path / "a.png").read_bytes() == cut_in_python(photo, recipe).encode()
    assert (tmp_path / "a.png").read_bytes() == cut_in_python(photo.read_bytes(), recipe).encode()


def test_beside_the_photo_when_nothing_is_said(photo: Path, png: bytes) -> None:
    assert cut(photo).status == 0
    assert names(photo.parent) == ["my ball-cutout.png", "my ball.png"]
    assert photo.read_bytes() == png


@pytest.mark.parametrize(
    ("name", "kind"), [("one.webp", "WEBP"), ("one.PNG", "PNG"), ("one.jpeg", "JPEG")], ids=str
)
def test_the_name_says_the_format(photo: Path, tmp_path: Path, name: str, kind: str) -> None:
    assert cut(photo, "-o", tmp_path / name).status == 0
    assert picture(tmp_path / name).format == kind


def test_jpeg_is_on_white(photo: Path, tmp_path: Path) -> None:
    assert cut(photo, "--format", "jpg", "-o", tmp_path / "out").status == 0
    result = picture(tmp_path / "out" / "my ball.jpg")
    assert (result.mode, result.getpixel((3, 3))) == ("RGB", (255, 255, 255))


def test_jpeg_on_a_colour(photo: Path, tmp_path: Path) -> None:
    assert cut(photo, "--background", "#204060", "--quality", "95", "-o", tmp_path / "b.jpg").status == 0
    assert picture(tmp_path / "b.jpg").getpixel((3, 3)) == pytest.approx((0x20, 0x40, 0x60), abs=3)


def test_a_colour_is_exact_where_nothing_covers_it(photo: Path, tmp_path: Path) -> None:
    assert cut(photo, "--background", "rebeccapurple", "-o", tmp_path / "c.png").status == 0
    result = picture(tmp_path / "c.png")
    assert (result.mode, result.getpixel((0, 0))) == ("RGB", (0x66, 0x33, 0x99))


def test_a_picture_that_is_contained(photo: Path, tmp_path: Path) -> None:
    behind = tmp_path / "wide.png"
    behind.write_bytes(encoded(np.full((50, 200, 3), (10, 200, 30), np.uint8)))
    ran = cut(photo, "--background", behind, "--fit", "contain", "-o", tmp_path / "d.png")
    assert ran.status == 0
    result = picture(tmp_path / "d.png")
    assert (result.mode, result.getpixel((2, 120))) == ("RGBA", (10, 200, 30, 255))
    assert result.getpixel((2, 2)) == (0, 0, 0, 0)


def test_blur_covers_everything(photo: Path, scene: Scene, tmp_path: Path) -> None:
    assert cut(photo, "--background", "blur", "-o", tmp_path / "e.png").status == 0
    result = picture(tmp_path / "e.png")
    assert result.mode == "RGB"
    assert result.getpixel((5, 5)) == pytest.approx(tuple(scene.pixels[:9, :9].mean((0, 1))), abs=8)


def test_only_the_matte(photo: Path, scene: Scene, tmp_path: Path) -> None:
    assert cut(photo, "--alpha-only", "-o", tmp_path / "matte.png").status == 0
    matte = picture(tmp_path / "matte.png")
    assert matte.mode == "L"
    assert overlap(np.asarray(matte), scene.matte) > 0.95


def test_through_a_pipe(png: bytes, scene: Scene) -> None:
    ran = cut("-", data=png)
    assert (ran.status, ran.err) == (0, "")
    assert overlap(np.asarray(picture(ran.out).getchannel("A")), scene.matte) > 0.95


def test_out_of_a_pipe_into_a_file(png: bytes, tmp_path: Path) -> None:
    assert cut("-", "-o", tmp_path / "piped.webp", data=png).status == 0
    assert picture(tmp_path / "piped.webp").format == "WEBP"


def test_from_a_file_into_a_pipe(photo: Path) -> None:
    ran = cut(photo, "-o", "-", "--format", "webp")
    assert (ran.status, picture(ran.out).format) == (0, "WEBP")


def test_a_folder_keeps_its_shape(tmp_path: Path, png: bytes) -> None:
    for name in ("a.png", "deep/er/b.PNG", "deep/notes.txt"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(png)
    assert cut(tmp_path / "in", "-o", tmp_path / "out").status == 0
    assert names(tmp_path / "out") == ["a.png", "deep/er/b.png"]


def test_equal_names_do_not_meet(tmp_path: Path, scene: Scene) -> None:
    photos = [tmp_path / "one" / "x.png", tmp_path / "two" / "x.bmp"]
    for path in photos:
        path.parent.mkdir()
        path.write_bytes(encoded(scene.pixels, path.suffix))
    assert cut(*photos, "-o", tmp_path / "out").status == 0
    assert names(tmp_path / "out") == ["x-2.png", "x.png"]


def test_a_source_is_never_written_over(photo: Path, png: bytes) -> None:
    assert cut(photo, "-o", photo.parent).status == 0
    assert photo.read_bytes() == png
    assert names(photo.parent) == ["my ball-2.png", "my ball.png"]


def test_bad_files_are_named_and_the_others_done(photo: Path, tmp_path: Path) -> None:
    text, half = tmp_path / "words.jpg", tmp_path / "half.png"
    text.write_text("only words")
    half.write_bytes(photo.read_bytes()[:2000])
    ran = cut(text, photo, half, tmp_path / "nowhere.png", "-o", tmp_path / "out")
    assert (ran.status, ran.out) == (1, b"")
    assert names(tmp_path / "out") == ["my ball.png"]
    said = [line for line in ran.err.splitlines() if line.startswith("cutaway: ")]
    assert [path.name in line for path, line in zip((text, half), said, strict=False)] == [True, True]
    assert "nowhere.png is not there" in said[2]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    ran = cut(tmp_path / "nowhere.png")
    assert (ran.status, ran.out) == (1, b"")
    assert "nowhere.png is not there" in ran.err


def test_a_place_that_can_not_be_written(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("not a folder")
    ran = cut(photo, "-o", f"{tmp_path}/plain/")
    assert ran.status == 1
    assert "can't be made" in ran.err


def test_a_recipe_from_a_file(photo: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "shop.json"
    recipe.write_text(Recipe(model="u2netp", background="navy", output={"format": "jpg"}).to_json())
    assert cutaway("cut", photo, "--recipe", recipe, "-o", tmp_path / "out").status == 0
    result = picture(tmp_path / "out" / "my ball.jpg")
    assert result.getpixel((3, 3)) == pytest.approx((0, 0, 128), abs=4)


def test_flags_win_over_the_recipe(photo: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "shop.json"
    stored = {"model": "mine.onnx", "input_size": 64, "background": {"kind": "image", "source": "gone.png"}}
    recipe.write_text(json.dumps({**stored, "output": {"format": "jpg", "quality": 60}}))
    ran = cut(photo, "--recipe", recipe, "--background", "white", "--format", "png", "-o", tmp_path / "out")
    assert (ran.status, ran.err) == (0, "")
    assert picture(tmp_path / "out" / "my ball.png").getpixel((3, 3)) == (255, 255, 255)
