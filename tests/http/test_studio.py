"""The page's events over raw HTTP, without a browser."""

from __future__ import annotations

import numpy as np
import pytest

from tests.http.visitor import Visitor
from tests.scenes import Scene, overlap

pytestmark = pytest.mark.weights


def test_a_photo_becomes_a_cutout(visitor: Visitor, scene: Scene, png: bytes) -> None:
    told = visitor.give(png, "my ball.png")
    assert [message["action"] for message in told] == ["status", "cut", "backdrop", "steps", "marks"]
    assert (told[1]["final"], told[2]["kind"]) == (True, "none")
    shown = visitor.picture(told[1]["image"])
    assert (shown.format, shown.mode, shown.size) == ("WEBP", "RGBA", (640, 480))
    assert overlap(np.asarray(shown.getchannel("A")), scene.matte) > 0.95


def test_a_first_look_comes_before_the_better_one(visitor: Visitor, png: bytes) -> None:
    visitor.controls["Model"] = "best"
    told = [message for message in visitor.give(png) if message["action"] == "cut"]
    assert [message["final"] for message in told] == [False, True]
    assert told[0]["image"] != told[1]["image"]
    assert "IS-Net" in told[1]["text"]


def test_the_download_is_whole(visitor: Visitor, scene: Scene, png: bytes) -> None:
    visitor.give(png, "my ball.jpeg")
    ready, _steps = visitor.fire("download", "click")
    assert (ready["action"], ready["name"]) == ("download", "my ball.png")
    picture = visitor.picture(ready["file"])
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (640, 480))
    assert overlap(np.asarray(picture.getchannel("A")), scene.matte) > 0.95
    disposition = visitor.file(ready["file"], download="1").headers["content-disposition"]
    assert disposition == "attachment; filename=\"my ball.png\"; filename*=UTF-8''my%20ball.png"


@pytest.mark.parametrize(("wanted", "kind"), [("png", "PNG"), ("webp", "WEBP"), ("jpg", "JPEG")])
def test_a_colour_behind_in_every_format(visitor: Visitor, png: bytes, wanted: str, kind: str) -> None:
    visitor.give(png)
    visitor.controls |= {"backdrop": {"kind": "color", "color": "tomato"}, "File format": wanted}
    told, _steps = visitor.fire("backdrop", "backdrop")
    assert (told["kind"], told["color"]) == ("color", "#ff6347")
    ready, _steps = visitor.fire("download", "click")
    picture = visitor.picture(ready["file"])
    assert (ready["name"], picture.format, picture.mode) == (f"photo.{wanted}", kind, "RGB")
    assert picture.getpixel((4, 4)) == pytest.approx((255, 99, 71), abs=0 if wanted == "png" else 6)


def test_jpeg_of_nothing_behind_is_on_white(visitor: Visitor, png: bytes) -> None:
    visitor.give(png)
    visitor.controls["File format"] = "jpg"
    ready, _steps = visitor.fire("download", "click")
    assert visitor.picture(ready["file"]).getpixel((4, 4)) == pytest.approx((255, 255, 255), abs=1)


def test_another_visitors_picture_can_be_behind_only_by_its_id(visitor: Visitor, png: bytes) -> None:
    behind = visitor.send(png, "behind.png").json()["id"]
    visitor.give(png)
    visitor.controls["backdrop"] = {"kind": "image", "source": behind, "fit": "contain"}
    layer, _steps = visitor.fire("backdrop", "backdrop")
    assert visitor.picture(layer["image"]).size == (640, 480)
    visitor.controls["backdrop"] = {"kind": "image", "source": "behind.png"}
    (refused,) = visitor.fire("backdrop", "backdrop")
    assert refused["action"] == "error"


def test_the_blurred_original_can_be_behind(visitor: Visitor, scene: Scene, png: bytes) -> None:
    visitor.give(png)
    visitor.controls["backdrop"] = {"kind": "blur"}
    layer, _steps = visitor.fire("backdrop", "backdrop")
    shown = visitor.picture(layer["image"])
    assert shown.size == (640, 480)
    assert shown.convert("RGB").getpixel((5, 5)) == pytest.approx(
        tuple(scene.pixels[:9, :9].mean((0, 1))), abs=8
    )


def test_a_photo_that_is_gone(visitor: Visitor) -> None:
    told = visitor.fire("stage", "photo", event_data={"id": "no-such-photo"})
    assert told[-1]["action"] == "error"
    assert "Add it again" in told[-1]["text"]


def test_no_photo_yet(visitor: Visitor) -> None:
    (said,) = visitor.fire("download", "click")
    assert (said["action"], said["text"]) == ("status", "Add a photo first.")


def test_weights_that_are_not_here_are_not_fetched_by_a_click(visitor: Visitor, png: bytes) -> None:
    visitor.give(png)
    visitor.controls |= {"Model": "more", "More models": "birefnet-dis"}
    (said,) = visitor.fire("download", "click")
    assert said["action"] == "error"
    assert "are not on this machine yet" in said["text"]


def test_visitors_do_not_meet(visitor: Visitor, png: bytes) -> None:
    visitor.give(png)
    stranger = Visitor(visitor.client)
    (said,) = stranger.fire("download", "click")
    assert said["text"] == "Add a photo first."
