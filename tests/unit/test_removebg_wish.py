"""A request's fields as a typed wish."""

from __future__ import annotations

import base64

import pytest

from pipelines.errors import ApiRefusal
from server.removebg.body import Fields
from server.removebg.wish import Link, Wish, wish_of


def wish(**fields: str | bytes) -> Wish:
    return wish_of(Fields({"image_file": b"a picture", **fields}))


def code(**fields: str | bytes) -> str:
    with pytest.raises(ApiRefusal) as refusal:
        wish(**fields)
    return refusal.value.code


@pytest.mark.parametrize(
    ("fields", "shadows"),
    [
        ({}, []),
        ({"shadow_type": "none"}, []),
        ({"shadow_type": "drop"}, [("drop", 0.5)]),
        ({"shadow_type": "3D"}, [("cast", 0.5)]),
        ({"shadow_type": "3d", "shadow_opacity": "30"}, [("cast", 0.3)]),
        ({"shadow_type": "car"}, [("car", 0.9)]),
        ({"shadow_type": "car", "shadow_opacity": "auto"}, [("car", 0.9)]),
        ({"shadow_type": "auto"}, [("drop", 0.5)]),
        ({"shadow_type": "auto", "type": "person"}, [("cast", 0.5)]),
        ({"shadow_type": "auto", "type": "car"}, [("car", 0.9)]),
        ({"shadow_type": "auto", "type": "animal"}, [("drop", 0.5)]),
        ({"shadow_type": "auto", "type": "transportation"}, [("cast", 0.5)]),
        ({"shadow_type": "auto", "type": "graphic"}, [("drop", 0.5)]),
        ({"shadow_type": "auto", "type": "product"}, [("drop", 0.5)]),
        ({"shadow_type[car]": "car"}, []),
        ({"shadow_type[car]": "car", "type": "car"}, [("car", 0.9)]),
        ({"shadow_type[car]": "auto", "type": "car", "shadow_opacity[car]": "40"}, [("car", 0.4)]),
        ({"shadow_type": "drop", "shadow_opacity[other]": "0"}, [("drop", 0)]),
        ({"shadow_type": "drop", "shadow_type[other]": "3D"}, [("cast", 0.5)]),
        ({"shadow_type[graphics]": "drop", "type": "graphic"}, [("drop", 0.5)]),
        ({"add_shadow": "true"}, []),
        ({"add_shadow": "true", "type": "car"}, [("car", 0.9)]),
        ({"add_shadow": "false", "type": "car"}, []),
        ({"add_shadow": "true", "shadow_type": "drop", "type": "car"}, [("drop", 0.5)]),
        ({"shadow_method": "default"}, []),
    ],
    ids=str,
)
def test_shadows(fields: dict[str, str], shadows: list[tuple[str, float]]) -> None:
    wanted = wish(**fields)
    found = wanted.shadow.of(wanted.kind or "other")
    assert [(one.kind, one.opacity) for one in found] == shadows


def test_whether_the_kind_matters() -> None:
    assert wish(shadow_type="auto").shadow.by_kind
    assert wish(**{"shadow_type[car]": "car"}).shadow.by_kind
    assert not wish(shadow_type="drop").shadow.by_kind
    assert not wish().shadow.by_kind


FIELDS = (
    *("image_file_b64", "image_url", "size", "type", "type_level", "format", "roi", "crop", "crop_margin"),
    *("scale", "position", "channels", "add_shadow", "shadow_type", "shadow_opacity", "semitransparency"),
    *("bg_color", "bg_image_url", "bg_image_file", "shadow_type[car]", "shadow_opacity[car]"),
)


def test_what_is_empty_was_not_given() -> None:
    assert wish(**dict.fromkeys(FIELDS, "")) == wish()
    assert wish(**dict.fromkeys(FIELDS, b"")) == wish()
    assert wish(**dict.fromkeys(FIELDS, "  ")) == wish()


def test_fields_that_the_api_does_not_know_are_left_out_of_account() -> None:
    assert wish(shadow_method="legacy", colour="blue", **{"a[b]": "c"}) == wish()


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "1", "yes", "on", b"true"])
def test_yes(text: str | bytes) -> None:
    assert wish(crop=text).crop_margin is not None


@pytest.mark.parametrize("text", ["false", "False", "0", "no", "off", ""])
def test_no(text: str) -> None:
    assert wish(crop=text).crop_margin is None
    assert wish(semitransparency=text).semitransparency is (text == "")


PICTURE = bytes(range(256))
WRITTEN = base64.b64encode(PICTURE).decode()


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN,
        WRITTEN.rstrip("="),
        WRITTEN.replace("+", " "),
        base64.urlsafe_b64encode(PICTURE).decode(),
        f"data:image/png;base64,{WRITTEN}",
        "\n".join(WRITTEN[at : at + 76] for at in range(0, len(WRITTEN), 76)),
    ],
)
@pytest.mark.parametrize("name", ["image_file_b64", "image_base64"])
def test_base64(name: str, text: str) -> None:
    assert wish_of(Fields({name: text})).source == PICTURE


@pytest.mark.parametrize("url", ["http://a/b.jpg", "HTTPS://a.example:444/b?c=d", "http://münchen.example/"])
def test_addresses(url: str) -> None:
    assert wish_of(Fields({"image_url": url})).source == Link(url)
    assert wish(bg_image_url=url).backdrop.picture == Link(url)


@pytest.mark.parametrize(
    "url",
    [
        *("a.jpg", "/a.jpg", "file:///etc/passwd", "ftp://a/b", "data:image/png;base64,AAAA"),
        *("http://", "http:///a", "http://a:x/", "http://[a/", "http://a:0/"),
        *("http://a/" + "b" * 5000, "http://a/\ud800"),
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ApiRefusal) as refusal:
        wish_of(Fields({"image_url": url}))
    assert refusal.value.code == "invalid_image_url"
    assert code(bg_image_url=url) == "invalid_bg_image_url"
