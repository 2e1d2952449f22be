"""Every error of the contract: status, code, title and shape, whatever the client accepts."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pipelines import errors
from pipelines.errors import CutawayError, ImageTooLarge, InputError
from server.bodies import BodyLimit
from server.errors import answer_errors
from server.middleware import SameOrigin
from server.removebg.problems import TITLES
from tests.http.knowing import GREY, plain, scene
from tests.http.removebg.api import Api, api, problem
from tests.http.test_photos import damaged, png_header
from tests.http.visitor import Answer

TITLED = {
    "failed_bg_download": "Failed to download background image from given image_url: ",
    "failed_image_download": "Failed to download image from given image_url: ",
    "failed_to_read_image": "There was an error reading the image.",
    "file_too_large": "File too large",
    "invalid_bg_color": "Invalid bg_color parameter given",
    "invalid_bg_image_url": "Invalid bg_image_url: Please provide a valid URL.",
    "invalid_channels": "Invalid value for parameter 'channels'",
    "invalid_crop_margin": "Invalid crop_margin parameter given",
    "invalid_file_type": "Invalid file type",
    "invalid_format": "Invalid format parameter given",
    "invalid_image_url": "Invalid image_url: Please provide a valid URL.",
    "invalid_position": "Invalid position parameter given",
    "invalid_roi": "Invalid roi parameter given",
    "invalid_scale": "Invalid scale parameter given",
    "invalid_semitransparency": "Invalid semitransparency parameter given",
    "invalid_size": "Invalid value for parameter 'size'",
    "missing_source": "No image given",
    "multiple_bg_sources": "Multiple background sources given: Please provide either the bg_color, the "
    "bg_image_url or the bg_image_file parameter.",
    "multiple_sources": "Multiple image sources given: Please provide either the image_url, image_file or "
    "image_file_b64 parameter.",
    "resolution_too_high": "Image resolution too high",
    "roi_exceeds_bounds": "ROI exceeds image bounds",
    "roi_region_empty": "ROI region is empty",
    "unknown_foreground": "Could not identify foreground in image. For details and recommendations see "
    "https://www.remove.bg/supported-images.",
}
"""The contract's, as it writes them."""

DETAILED = {
    "missing_source": "Please provide the source image in the image_url, image_file or image_file_b64 "
    "parameter.",
    "roi_exceeds_bounds": "The given roi parameter defines a region that exceeds the image bounds",
    "roi_region_empty": "The given roi parameter defines an empty region",
    "file_too_large": "File exceeds limit of 22MB",
}


def refused(answer: Answer, code: str, status: int = 400) -> dict[str, str]:
    found = problem(answer)
    assert (answer.status_code, found["code"]) == (status, code)
    if code in TITLED:
        title = TITLED[code]
        assert found["title"] == title or (title.endswith(": ") and found["title"].startswith(title))
    if code in DETAILED:
        assert found["detail"] == DETAILED[code]
    return found


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"size": "huge"}, "invalid_size"),
        ({"type": "ghost"}, "invalid_type"),
        ({"type_level": "3"}, "invalid_type_level"),
        ({"format": "gif"}, "invalid_format"),
        ({"roi": "1 2 3"}, "invalid_roi"),
        ({"roi": "0% 0% 101% 100%"}, "roi_exceeds_bounds"),
        ({"roi": "0px 0px 301px 200px"}, "roi_exceeds_bounds"),
        ({"roi": "50% 0% 50% 100%"}, "roi_region_empty"),
        ({"roi": "60% 0% 50% 100%"}, "roi_region_empty"),
        ({"crop": "maybe"}, "invalid_crop"),
        ({"crop_margin": "10em"}, "invalid_crop_margin"),
        ({"crop_margin": "51%", "crop": "true"}, "invalid_crop_margin"),
        ({"scale": "5%"}, "invalid_scale"),
        ({"scale": "2"}, "invalid_scale"),
        ({"position": "nowhere"}, "invalid_position"),
        ({"channels": "cmyk"}, "invalid_channels"),
        ({"add_shadow": "maybe"}, "invalid_add_shadow"),
        ({"shadow_type": "disco"}, "invalid_shadow_type"),
        ({"shadow_type[ghost]": "drop"}, "invalid_shadow_type"),
        ({"shadow_type[car]": "disco"}, "invalid_shadow_type"),
        ({"shadow_opacity": "101"}, "invalid_shadow_opacity"),
        ({"shadow_opacity[person]": "-1"}, "invalid_shadow_opacity"),
        ({"semitransparency": "maybe"}, "invalid_semitransparency"),
        ({"bg_color": "nocolour"}, "invalid_bg_color"),
        ({"bg_color": "#12345"}, "invalid_bg_color"),
        ({"bg_image_url": "nowhere"}, "invalid_bg_image_url"),
        ({"bg_color": "red", "bg_image_url": "http://a/b"}, "multiple_bg_sources"),
        ({"image_url": "http://a/b"}, "multiple_sources"),
        ({"image_file_b64": "AAAA"}, "multiple_sources"),
    ],
    ids=str,
)
def test_fields(removebg: Api, fields: dict[str, str], code: str) -> None:
    refused(removebg.post(**fields), code)


@pytest.mark.parametrize("accept", ["application/json", "image/png", "*/*", "application/zip"])
def test_errors_are_json_whatever_is_accepted(removebg: Api, accept: str) -> None:
    refused(removebg.client.post("/v1.0/removebg", headers={"Accept": accept}), "missing_source")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "missing_source"),
        ({"image_url": ""}, "missing_source"),
        ({"image_url": "a.jpg"}, "invalid_image_url"),
        ({"image_url": "http://a/b", "image_file_b64": "AAAA"}, "multiple_sources"),
        ({"image_file_b64": "!"}, "failed_to_read_image"),
        ({"image_file_b64": base64.b64encode(b"text").decode()}, "invalid_file_type"),
    ],
    ids=str,
)
def test_sources(removebg: Api, body: dict[str, str], code: str) -> None:
    refused(removebg.client.post("/v1.0/removebg", json=body), code)
    refused(removebg.client.post("/v1.0/removebg", data=body), code)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x00\x00\x00\x18ftypmp42" + b"\0" * 99, "invalid_file_type"),
        (b"%PDF-1.7", "invalid_file_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "invalid_file_type"),
        (scene()[:300], "failed_to_read_image"),
        (damaged(scene(ending=".jpg"))[:700], "failed_to_read_image"),
        (png_header(10_000, 6_000), "resolution_too_high"),
        (png_header(17_000, 10), "resolution_too_high"),
        (plain(GREY), "unknown_foreground"),
    ],
    ids=range(8),
)
def test_pictures(removebg: Api, data: bytes, code: str) -> None:
    refused(removebg.post(data), code)


def test_nothing_is_found_where_the_roi_holds_nothing(removebg: Api) -> None:
    refused(removebg.post(roi="0 0 50px 50px"), "unknown_foreground")


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"text", "failed_to_read_image"), (png_header(10_000, 6_000), "failed_to_read_image")],
    ids=range(2),
)
def test_pictures_behind(removebg: Api, data: bytes, code: str) -> None:
    files = {"image_file": ("a", scene()), "bg_image_file": ("b", data)}
    found = refused(removebg.client.post("/v1.0/removebg", files=files), code)
    assert found["detail"].startswith("The background:")


def test_the_detail_says_what_to_do(removebg: Api) -> None:
    assert "10000 x 6000" in removebg.problem(png_header(10_000, 6_000))["detail"]
    assert "10% to 100%" in removebg.problem(scale="5%")["detail"]


# too large ----------------------------------------------------------------------------------------------


def test_the_largest_file(removebg: Api) -> None:
    large = scene() + b"\0" * 22_000_000
    refused(removebg.post(large), "file_too_large")
    body = {"image_file_b64": base64.b64encode(large).decode()}
    refused(removebg.client.post("/v1.0/removebg", json=body), "file_too_large")
    assert removebg.post(large[:22_000_000]).status_code == 200
    files = {"image_file": ("a", scene()), "bg_image_file": ("b", large)}
    refused(removebg.client.post("/v1.0/removebg", files=files), "file_too_large")


def test_the_largest_file_is_a_setting(tmp_path: Path) -> None:
    with api(tmp_path, removebg_max_bytes=len(scene()) - 1) as removebg:
        found = removebg.problem()
        assert (found["code"], found["title"]) == ("file_too_large", "File too large")


# from elsewhere -----------------------------------------------------------------------------------------


@dataclass
class Shop:
    """Fetches from a shop of two pictures, and fails elsewhere."""

    asked: list[tuple[str, int | None]] = field(default_factory=list)

    async def fetch(self, url: str, *, max_bytes: int | None = None) -> bytes:
        self.asked.append((url, max_bytes))
        match url:
            case "http://shop/photo":
                return scene()
            case "http://shop/behind":
                return plain((0, 90, 0))
            case "http://shop/odd":
                raise Odd("This is no address.")
            case "http://shop/large":
                raise ImageTooLarge("The picture is larger than 22 MB.")
        raise InputError("HTTP Status 404")


class Odd(InputError):
    code = "url_invalid"


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


@pytest.fixture(scope="module")
def fetching(tmp_path_factory: pytest.TempPathFactory, shop: Shop) -> Iterator[Api]:
    with api(tmp_path_factory.mktemp("fetching"), shop) as found:
        yield found


def test_pictures_are_fetched(fetching: Api, shop: Shop) -> None:
    fields = {"image_url": "http://shop/photo", "bg_image_url": "http://shop/behind", "size": "full"}
    fetched = fetching.client.post("/v1.0/removebg", json=fields)
    assert fetching.client.post("/v1.0/removebg", data=fields).content == fetched.content
    files = {"image_file": ("a", scene()), "bg_image_file": ("b", plain((0, 90, 0)))}
    sent = fetching.client.post("/v1.0/removebg", files=files, data={"size": "full"})
    assert sent.content == fetched.content
    assert shop.asked[:2] == [("http://shop/photo", 22_000_000), ("http://shop/behind", 22_000_000)]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"image_url": "http://shop/nothing"}, "failed_image_download"),
        ({"image_url": "http://shop/odd"}, "invalid_image_url"),
        ({"image_url": "http://shop/large"}, "file_too_large"),
        ({"image_url": "http://shop/photo", "bg_image_url": "http://shop/nothing"}, "failed_bg_download"),
        ({"image_url": "http://shop/photo", "bg_image_url": "http://shop/odd"}, "invalid_bg_image_url"),
    ],
    ids=str,
)
def test_what_can_not_be_fetched(fetching: Api, fields: dict[str, str], code: str) -> None:
    found = refused(fetching.client.post("/v1.0/removebg", json=fields), code)
    if code.startswith("failed"):
        assert found["title"].endswith("image_url: HTTP Status 404")


def test_nothing_is_fetched_for_what_is_refused_anyway(fetching: Api, shop: Shop) -> None:
    shop.asked.clear()
    body = {"image_url": "http://shop/photo", "scale": "5%"}
    refused(fetching.client.post("/v1.0/removebg", json=body), "invalid_scale")
    assert shop.asked == []


def test_fetching_is_off_if_nothing_is_said(removebg: Api) -> None:
    answer = removebg.client.post("/v1.0/removebg", json={"image_url": "http://shop/photo"})
    assert "not fetched from web addresses" in refused(answer, "failed_image_download")["title"]


# what is not about the request's fields -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1.0/removebg", 405, "method_not_allowed"),
        ("PUT", "/v1.0/removebg", 405, "method_not_allowed"),
        ("DELETE", "/v1.0/improve", 405, "method_not_allowed"),
        ("POST", "/v1.0/account", 405, "method_not_allowed"),
        ("GET", "/v1.0/nowhere", 404, "not_found"),
        ("POST", "/v1.0/", 404, "not_found"),
    ],
)
def test_other_addresses_and_methods(removebg: Api, method: str, path: str, status: int, code: str) -> None:
    answer = removebg.client.request(method, path)
    refused(answer, code, status)
    if status == 405:
        assert answer.headers["allow"] == ("GET" if path.endswith("account") else "POST")


def test_bodies_of_other_kinds(removebg: Api) -> None:
    kind = {"Content-Type": "image/png"}
    answer = removebg.client.post("/v1.0/removebg", content=scene(), headers=kind)
    refused(answer, "unsupported_media_type", 415)
    kind = {"Content-Type": "application/json"}
    refused(removebg.client.post("/v1.0/removebg", content=b"{", headers=kind), "invalid_body")


def ask(error: Exception, path: str = "/v1.0/fail") -> Answer:
    """What is answered when something fails in some way."""
    app = FastAPI()

    async def fail() -> None:
        raise error

    app.add_api_route(path, fail)
    answer_errors(app)
    with TestClient(app, raise_server_exceptions=False) as client:
        return client.get(path)


class NoKey(CutawayError):
    code = "no_key"
    status = 401


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ValueError("/srv/secret"), 500, "internal_error"),
        (errors.Busy("Too much waits."), 503, "busy"),
        (errors.StorageFull("No room."), 507, "storage_full"),
        (errors.TooMany("Too many."), 429, "rate_limit_exceeded"),
        (NoKey("Send a key."), 403, "auth_failed"),
        (errors.WeightsUnavailable("Not here."), 503, "weights_unavailable"),
        (errors.LicenceNotAccepted("Not free."), 500, "licence_not_accepted"),
        (errors.RecipeError("The canvas would be too large."), 422, "invalid_recipe"),
        (errors.ImageTruncated("It ends."), 400, "failed_to_read_image"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_failures(error: Exception, status: int, code: str) -> None:
    answer = ask(error)
    refused(answer, code, status)
    assert "secret" not in answer.text


def test_a_value_that_does_not_fit_a_route() -> None:
    app = FastAPI()

    async def count(number: int) -> int:
        return number

    app.add_api_route("/v1.0/count", count)
    answer_errors(app)
    with TestClient(app) as client:
        refused(client.get("/v1.0/count"), "invalid_request", 422)


def test_the_shape_holds_below_another_address() -> None:
    app = FastAPI()
    answer_errors(app)
    with TestClient(app, root_path="/cutaway") as client:
        refused(client.get("/cutaway/v1.0/nowhere"), "not_found", 404)
        assert client.get("/cutaway/v1.01").json().keys() == {"code", "message", "detail"}


def test_what_is_refused_before_the_routes() -> None:
    app = FastAPI()
    answer_errors(app)
    app.add_middleware(BodyLimit, small=100, large={"/v1.0/removebg": 1000})
    app.add_middleware(SameOrigin)
    with TestClient(app) as client:
        assert client.post("/v1.0/removebg", content=b"x" * 900).status_code == 404
        found = problem(answer := client.post("/v1.0/removebg", content=b"x" * 1001))
        assert (answer.status_code, found["code"]) == (400, "file_too_large")
        foreign = client.post("/v1.0/removebg", headers={"Sec-Fetch-Site": "cross-site"})
        refused(foreign, "foreign_origin", 403)


def test_every_title_is_the_contracts() -> None:
    told = {code: title.removesuffix(": ") for code, title in TITLED.items()}
    assert {code: TITLES[code] for code in TITLED} == told
