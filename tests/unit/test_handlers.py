"""What the page's handlers tell the stage."""

from __future__ import annotations

import gc
import re
import zipfile
from typing import Any

import numpy as np
import pytest

from components.handlers import cutting, delivery, models, presets
from components.handlers.cutting import readable_size
from components.handlers.messages import Messages, error_message, spoken, status_message
from components.studio import build_studio
from pipelines.errors import StorageFull
from pipelines.export.results import Facts
from pipelines.models.known import MODELS
from pipelines.recipe import Output
from pipelines.workbench import Workbench
from tests.scenes import encoded
from tests.unit.test_workbench import picture


@pytest.fixture
def photo(bench: Workbench) -> str:
    return bench.receive(picture(), "a.png").id


def wishes(model: str = "auto", **fields: Any) -> dict[str, Any]:
    return {"model": model, **fields}


def actions(messages: Messages) -> list[str]:
    return [message["action"] for message in messages]


def test_a_quick_look_comes_first(bench: Workbench, photo: str) -> None:
    (message,) = cutting.quick_look(bench, photo, wishes())
    assert (message["action"], message["photo"], message["final"]) == ("cut", photo, False)


def test_no_quick_look_where_the_quick_model_is_wanted(bench: Workbench, photo: str) -> None:
    assert actions(cutting.quick_look(bench, photo, wishes("u2netp"))) == ["status"]


def test_a_preset_that_the_page_tells_twice_is_chosen_once() -> None:
    before = wishes("fast", preset="id-us", portrait=None, sheet=None)
    first = presets.chosen("id-us", before)
    held = {"portrait": first.portrait and first.portrait.model_dump(), "sheet": {"photo_mm": (51, 51)}}
    assert first.portrait is not None
    assert presets.chosen("id-us", {**before, **held}) == first
    assert presets.chosen("", {**before, **held}).portrait is None


def test_the_better_one_names_its_networks(bench: Workbench, photo: str) -> None:
    shown, behind, _steps = cutting.cut_out(bench, photo, wishes())
    assert shown["final"]
    assert shown["text"].startswith("U²-Net small + MODNet + IS-Net · ")
    assert behind["kind"] == "none"


def test_a_cutout_says_how_sure_it_is(bench: Workbench, photo: str) -> None:
    (first,) = cutting.quick_look(bench, photo, wishes())
    shown, *_ = cutting.cut_out(bench, photo, wishes())
    assert first["confidence"] is None
    told = shown["confidence"]
    assert told["level"] == "sure"
    assert told["verdict"] == f"Sure, {told['percent']} %"
    assert told["why"] == "cut off at the right and bottom"
    assert bench.shelf.get(told["doubt"]).media_type == "image/webp"


def test_an_empty_cutout_has_nothing_to_be_sure_of(bench: Workbench) -> None:
    black = bench.receive(encoded(np.zeros((60, 90, 3), np.uint8)), "night.png").id
    shown, *_ = cutting.cut_out(bench, black, wishes())
    assert shown["confidence"]["level"] == "none"
    assert shown["confidence"]["why"] == "no subject was found"


def test_a_colour_behind(bench: Workbench, photo: str) -> None:
    message, _steps = cutting.compose(bench, photo, wishes(background={"kind": "color", "color": "red"}))
    assert (message["kind"], message["color"]) == ("color", "#ff0000")


def test_a_framed_picture_is_told_with_its_frame(bench: Workbench, photo: str) -> None:
    message, steps = cutting.compose(bench, photo, wishes(framing={"ratio": "2:1"}))
    assert (message["action"], steps["action"]) == ("scene", "steps")
    assert message["width"] == 2 * message["height"]
    assert f"{message['width']} × {message['height']}" in message["frame"]["note"]
    assert message["frame"]["guides"]["box"] != message["frame"]["guides"]["first"]


def test_a_glimpse_is_no_step(bench: Workbench, photo: str) -> None:
    cutting.compose(bench, photo, wishes())
    (glimpse,) = cutting.peek(bench, photo, wishes(framing={"straighten": 3}))
    assert (glimpse["action"], glimpse["glimpse"]) == ("scene", True)
    known = bench.timelines.of(photo)
    assert known is not None
    assert len(known.recipes) == 1
    assert cutting.peek(bench, "", wishes()) == []


def test_the_download_is_a_file_on_the_shelf(bench: Workbench, photo: str) -> None:
    message, _steps = delivery.deliver(bench, photo, wishes(output={"format": "webp"}))
    assert message["name"] == "a.webp"
    assert bench.shelf.get(message["file"]).media_type == "image/webp"


def test_what_a_download_loses_is_told(bench: Workbench, photo: str) -> None:
    message, _steps = delivery.deliver(bench, photo, wishes(output={"format": "png8", "colors": 8}))
    said = r"a\.png is ready \(\d+ kB\)\. \d colours; mean error \d+\.\d of 255\."
    assert re.search(said, message["text"])
    lowered = delivery.loss(Facts(9, 9, quality=40), Output(quality=80))
    assert lowered == "Quality lowered to 40 to stay within the limit."
    assert delivery.loss(Facts(9, 9, quality=80), Output(quality=80)) == ""


def test_a_wrong_name_is_told(bench: Workbench, photo: str) -> None:
    (message,) = delivery.deliver(bench, photo, wishes(output={"name": "{nothing}"}))
    assert "{nothing} is not known here" in message["text"]


def test_several_formats_are_one_download(bench: Workbench, photo: str) -> None:
    wanted = {"format": "png", "also": ["webp", "psd"], "name": "größe {width}"}
    message, _steps = delivery.deliver(bench, photo, wishes(output=wanted))
    kept = bench.shelf.get(message["file"])
    assert (message["name"], kept.media_type) == ("größe 90.zip", "application/zip")
    with zipfile.ZipFile(kept.path) as archive:
        assert archive.namelist() == ["größe 90.png", "größe 90.webp", "größe 90.psd"]


def test_the_clipboard_gets_a_png_whatever_is_chosen(bench: Workbench, photo: str) -> None:
    (message,) = delivery.copy(bench, photo, wishes(output={"format": "psd", "max_kb": 1}))
    assert message["action"] == "copy"
    assert bench.shelf.get(message["file"]).media_type == "image/png"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "birefnet-general"}, "not on this machine yet"),
        ({"model": "bria-rmbg"}, "not on this machine yet"),
        ({"model": "/etc/passwd"}, "passwd"),
        ({"model": "./mine.onnx"}, "mine.onnx"),
        ({"background": {"kind": "image", "source": "/etc/passwd"}}, "no longer here"),
        ({"output": {"format": "exe"}}, "can't be used"),
    ],
)
def test_what_can_not_be_done_is_said(
    bench: Workbench, photo: str, changes: dict[str, Any], said: str
) -> None:
    (message,) = cutting.cut_out(bench, photo, wishes(**{"model": "u2netp", **changes}))
    assert message["action"] == "error"
    assert said in message["text"]


def test_a_page_can_not_name_model_files(bench: Workbench, photo: str) -> None:
    sneaky = wishes("/srv/mine.onnx", background={"kind": "blur"})
    for handler in (cutting.compose, delivery.deliver, delivery.copy, cutting.quick_look):
        (message,) = handler(bench, photo, sneaky)
        assert message["action"] == "error"


def test_nothing_happens_without_a_photo(bench: Workbench) -> None:
    assert cutting.cut_out(bench, "", wishes()) == []
    assert cutting.compose(bench, "", wishes()) == []
    assert actions(delivery.deliver(bench, "", wishes())) == ["status"]
    assert actions(delivery.copy(bench, "", wishes())) == ["status"]


def test_only_errors_of_ours_become_sentences() -> None:
    @spoken
    def full() -> Messages:
        raise StorageFull("No room.")

    @spoken
    def broken() -> Messages:
        raise KeyError("a programming error")

    assert full()[0]["text"] == "No room."
    with pytest.raises(KeyError):
        broken()


def test_equal_messages_differ() -> None:
    assert status_message("a") != status_message("a")
    assert error_message("a")["text"] == "a"


def test_every_model_can_be_described(bench: Workbench) -> None:
    for name in ("auto", *MODELS):
        view = models.view_of(bench.service.store, name)
        assert MODELS[name].licence in view.facts if name != "auto" else "Apache-2.0" in view.facts
    assert models.view_of(bench.service.store, "bria-rmbg").needs_consent
    assert models.view_of(bench.service.store, "birefnet-general").missing == ("birefnet-general",)


def test_missing_weights_are_announced() -> None:
    assert models.banner((), []) == ""
    shown = models.banner(("modnet",), ["No <network>."])
    assert "MODNet" in shown
    assert "No &lt;network&gt;." in shown


@pytest.mark.parametrize(
    ("count", "text"), [(10, "1 kB"), (999_000, "999 kB"), (4_600_000, "4.6 MB"), (1_020_000_000, "1.0 GB")]
)
def test_sizes_as_people_say_them(count: int, text: str) -> None:
    assert readable_size(count) == text


# Gradio leaves an event loop open when a page is built; collecting it here keeps it out of other tests.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_the_page_offers_no_public_endpoints(bench: Workbench) -> None:
    endpoints = build_studio(bench).get_api_info()["named_endpoints"]
    gc.collect()
    assert endpoints == {}
