"""Any fields whatever: a result that keeps its promises, or a refusal with a code."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.compose.subject import Box
from tests.http.knowing import scene
from tests.http.removebg.api import Api, problem
from tests.http.removebg.test_answers import NUMBERS

SENT = scene(90, 60, Box(20, 10, 50, 40))

lengths = st.one_of(
    st.integers(0, 60).map(lambda value: f"{value}px"),
    st.integers(0, 50).map(lambda value: f"{value}%"),
    st.just("0"),
)
shares = st.integers(10, 100).map(lambda value: f"{value}%")
switches = st.sampled_from(["true", "false"])
good = st.fixed_dictionaries(
    {},
    optional={
        "size": st.sampled_from(["preview", "full", "50MP", "4k"]),
        "type": st.sampled_from(["auto", "person", "car", "graphics"]),
        "type_level": st.sampled_from(["none", "1", "2", "latest"]),
        "format": st.sampled_from(["auto", "png", "jpg", "webp", "zip"]),
        "roi": st.tuples(lengths, lengths, shares, shares).map(" ".join),
        "crop": switches,
        "crop_margin": st.sampled_from([1, 2, 4]).flatmap(
            lambda count: st.lists(lengths, min_size=count, max_size=count).map(" ".join)
        ),
        "scale": shares,
        "position": st.lists(shares, min_size=1, max_size=2).map(" ".join),
        "channels": st.sampled_from(["rgba", "alpha"]),
        "shadow_type": st.sampled_from(["none", "auto", "car", "3D", "drop"]),
        "shadow_opacity": st.integers(0, 100).map(str),
        "semitransparency": switches,
        "bg_color": st.from_regex(r"\A#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\Z"),
    },
)
odd_lengths = st.one_of(lengths, st.sampled_from(["-1px", "1e9px", "999999999px", "101%", "x", "7"]))
odd_switches = st.sampled_from(["true", "1", "maybe"])
odd = st.fixed_dictionaries(
    {},
    optional={
        "size": st.sampled_from(["preview", "full", "50MP", "4k", "huge"]),
        "type": st.sampled_from(["auto", "person", "car", "graphics", "ghost"]),
        "type_level": st.sampled_from(["none", "1", "2", "latest", "3"]),
        "format": st.sampled_from(["auto", "png", "jpg", "webp", "zip", "gif"]),
        "roi": st.lists(odd_lengths, min_size=3, max_size=4).map(" ".join),
        "crop": odd_switches,
        "crop_margin": st.lists(odd_lengths, min_size=1, max_size=4).map(" ".join),
        "scale": st.one_of(st.integers(5, 105).map(lambda value: f"{value}%"), st.text(max_size=5)),
        "position": st.lists(odd_lengths, min_size=1, max_size=2).map(" ".join),
        "channels": st.sampled_from(["rgba", "alpha", "cmyk"]),
        "add_shadow": odd_switches,
        "shadow_type": st.sampled_from(["none", "auto", "car", "3D", "drop", "disco"]),
        "shadow_type[car]": st.sampled_from(["none", "drop", "disco"]),
        "shadow_opacity": st.one_of(st.integers(-5, 105).map(str), st.text(max_size=4)),
        "semitransparency": odd_switches,
        "bg_color": st.one_of(st.text("0123456789abcdef#", max_size=9), st.text(max_size=12)),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(good | odd)
def test_any_fields(removebg: Api, fields: dict[str, str]) -> None:
    fields = {name: text.encode("utf-8", "replace").decode() for name, text in fields.items()}
    answer = removebg.post(SENT, **fields)
    if answer.status_code == 200:
        told = {name: int(answer.headers[name]) for name in NUMBERS}
        assert 0 < told["x-width"] <= told["x-max-width"]
        assert 0 < told["x-height"] <= told["x-max-height"]
        assert told["x-foreground-left"] + told["x-foreground-width"] <= 90
        assert told["x-foreground-top"] + told["x-foreground-height"] <= 60
    else:
        assert answer.status_code == 400
        assert problem(answer)["code"]
