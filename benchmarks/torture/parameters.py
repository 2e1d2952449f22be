"""Any value in any field of remove.bg's API, in each kind of body: answered, never failed at."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import random
from typing import Any, Final
from urllib.parse import urlencode

from PIL import Image

from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import Reply, ask, form, post

PATH: Final = "/v1.0/removebg"
VALUES: Final[dict[str, tuple[str, ...]]] = {
    "image_url": ("http://127.0.0.1/", "file:///etc/hostname", "x"),
    "size": ("preview", "full", "50MP", "auto", "4k", "small", "huge"),
    "type": ("auto", "person", "product", "car", "animal", "graphic", "transportation", "ghost"),
    "type_level": ("none", "1", "2", "latest", "3"),
    "format": ("auto", "png", "webp", "jpg", "zip", "gif"),
    "roi": (
        "0% 0% 100% 100%",
        "10px 10px 40px 30px",
        "0 0 1px 1px",
        "90% 90% 10% 10%",
        "0 0 9999999px 9px",
        "1 2",
    ),
    "crop": ("true", "false", "1", "maybe"),
    "crop_margin": ("0", "10px", "50% 3px", "1px 2% 3px 4%", "-1px", "99999999999px", "nan%", "1 2 3"),
    "scale": ("original", "10%", "100%", "55.5%", "0%", "1000%", "inf%"),
    "position": ("original", "center", "0%", "100% 0%", "-5%", "50% 50% 50%"),
    "channels": ("rgba", "alpha", "cmyk"),
    "add_shadow": ("true", "false", "?"),
    "shadow_type": ("none", "auto", "car", "3D", "drop", "disco"),
    "shadow_type[car]": ("car", "none"),
    "shadow_opacity": ("0", "100", "auto", "-1", "1e400", "50.5"),
    "shadow_opacity[person]": ("10", "x"),
    "semitransparency": ("true", "false", "2"),
    "bg_color": ("fff", "#81d4fa77", "tomato", "#12345", "rgb(1,2,3)"),
    "bg_image_url": ("http://[::1]/", "ftp://x/y"),
}
"""Fields and values, right and wrong; files and what is base64 are added to them."""

ANYWHERE: Final = (
    "",
    "0",
    "true",
    "\0",
    "\x1b[31m",
    "é写真😀",
    "\u202e",
    "%s%n",
    "a" * 5000,
    "9" * 400,
    "../..",
    "null",
)
"""Values that any field may get."""

_CASES: Final = 2000
_FEW: Final = 300
_SEED: Final = 44


def any_parameters(plan: Plan) -> list[Finding]:
    """The same cases each time, one after another."""
    count, dice = _FEW if plan.quick else _CASES, random.Random(_SEED)  # noqa: S311  (nothing secret)
    replies = [asyncio.run(ask(plan.server.port, case(dice), timeout=60)) for _ in range(count)]
    done, failed = (sum(low <= r.status < high for r in replies) for low, high in ((200, 300), (500, 600)))
    failed += sum(not reply.status for reply in replies)
    return [
        Finding(f"of {count} ({done} pictures), answers of 5xx or none", failed, 0),
        Finding("refusals without a code", sum(_mute(reply) for reply in replies), 0),
        Finding("none answered 200", int(not done), 0),
    ]


def case(dice: random.Random) -> bytes:
    """A request: a few fields of any value, in one of the three kinds of body."""
    names = dice.sample(list(VALUES), dice.randrange(7))
    fields = {name: dice.choice(VALUES[name] if dice.random() < 0.8 else ANYWHERE) for name in names}
    photo = _photo() if dice.random() < 0.9 else dice.choice((b"", b"GIF89a", _photo()[:200]))
    kind = dice.choice(("form", "address", "JSON"))
    if kind == "form":
        file = (dice.choice(("image_file", "image_file", "image_file", "bg_image_file")), photo)
        return form(PATH, tuple(fields.items()), file)
    whole = {**fields, "image_file_b64": base64.b64encode(photo).decode()}
    if kind == "address":
        return post(PATH, urlencode(whole).encode(), "application/x-www-form-urlencoded")
    odd: dict[str, Any] = {
        name: dice.choice((None, 7, -1.5, True, [], {"a": []}, [1, "x"])) for name in names[:1]
    }
    return post(PATH, json.dumps(whole | odd if dice.random() < 0.3 else whole).encode(), "application/json")


def _photo() -> bytes:
    picture = Image.new("RGB", (90, 60), (200, 200, 200))
    picture.paste((160, 20, 20), (25, 12, 65, 50))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _mute(reply: Reply) -> bool:
    """Whether a refusal is not in remove.bg's shape, or says not which it is."""
    if not 400 <= reply.status < 500:
        return False
    try:
        return not json.loads(reply.body)["errors"][0]["code"]
    except (ValueError, LookupError, TypeError):
        return True
