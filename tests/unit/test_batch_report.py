"""The report of a batch: what it lists, and that it is harmless and bounded."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.batch import report_page
from pipelines.batch.items import Item
from pipelines.batch.report import COLUMNS, changes_text, written
from pipelines.errors import RecipeError

ODD_NAME = '=cmd|"<img src=x>".jpg'


def told(**more: Any) -> dict[str, Any]:
    return {
        **{"confidence": 0.95, "reasons": [], "broken": [], "size": [30, 20], "thumb": None},
        **{"networks": ["u2netp:309c", "modnet:07c3"], "files": [{"path": "a.png", "sha256": "f00d"}]},
        **more,
    }


def done(number: int = 1, *, seconds: float = 6.059, **results: dict[str, Any]) -> Item:
    facts = {"seconds": seconds, "sha256": f"d{number}", "results": results}
    return Item(number, f"{number}.png", {}, "done", facts=facts)


def cells(items: list[Item]) -> list[dict[str, str]]:
    text = written(items, Path("r.csv"), Path()).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def page(items: list[Item], own: Path = Path("none")) -> str:
    return written(items, Path("r.html"), own).decode()


def test_names_are_harmless() -> None:
    item = Item(1, ODD_NAME, {}, "failed", code="image_unreadable", message="It's <b>damaged</b>.")
    (line,) = cells([item])
    assert line["file"] == f"'{ODD_NAME}"
    shown = page([item])
    assert "<img src=x>" not in shown
    assert "<b>damaged" not in shown


def test_a_report_is_a_table_or_a_page() -> None:
    with pytest.raises(RecipeError):
        written([], Path("r.pdf"), Path())


def test_each_result_has_a_line_with_all_that_is_known() -> None:
    shop = told(reasons=[{"code": "cut_off", "text": "cut off at the left"}], broken=["It is too small."])
    first = done(1, shop=shop, print=told())
    twin = Item(
        **{**vars(done(2, seconds=1.5, shop=told())), "facts": {**(first.facts or {}), "seconds": 1.5}},
    )
    changed = {"model": "isnet", "strokes": [{}, {}]}
    lines = cells([Item(**{**vars(first), "decision": "accepted", "changes": changed}), twin])
    assert list(lines[0]) == list(COLUMNS)
    assert [(line["file"], line["result"]) for line in lines] == [
        *(("1.png", "shop"), ("1.png", "print"), ("2.png", "shop"), ("2.png", "print")),
    ]
    assert lines[0] == {
        **dict.fromkeys(COLUMNS, ""),
        **{"file": "1.png", "result": "shop", "state": "done", "decision": "accepted"},
        **{"changes": "model isnet, 2 strokes", "confidence": "0.950", "reasons": "cut off at the left"},
        **{"broken_rules": "It is too small.", "width": "30", "height": "20", "seconds": "6.059"},
        **{"networks": "u2netp:309c + modnet:07c3", "written": "a.png", "sha256": "d1"},
        "result_sha256": "f00d",
    }
    assert [line["duplicate_of"] for line in lines] == ["", "", "1.png", "1.png"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, ""),
        ({"model": "isnet", "strokes": [1]}, "model isnet, 1 stroke"),
        ({"edges": {"shift": 1}, "fill_holes": True, "background": None}, "edges, fill holes on, background"),
    ],
)
def test_changes_in_words(changes: dict[str, Any], text: str) -> None:
    assert changes_text(changes) == text


def test_what_is_to_be_looked_at_comes_first_and_is_counted() -> None:
    items = [
        done(1, cutout=told()),
        done(2, cutout=told(confidence=0.85)),
        done(3, cutout=told(broken=["The subject is cut off."])),
        Item(4, "4.png", {}, "failed", code="x", message="It can't be read."),
        Item(5, "5.png", {}, "queued"),
    ]
    shown = page(items)
    assert re.findall(r'<article class="(\w+)"', shown) == ["failed", "broken", "unsure", "sure", "waiting"]
    assert "3 done, 1 failed, 1 not made yet" in shown
    counts = dict(re.findall(r'data-filter="(\w+)".*?<b>([\d,]+)</b>', shown))
    assert counts == {"all": "5", "unsure": "1", "broken": "1", "failed": "1", "undecided": "5"}
    assert shown.index("2.png") < shown.index("1.png") < shown.index("5.png")


def test_the_work_is_told_in_a_fitting_unit() -> None:
    assert "24 seconds of work" in page([done(seconds=23.8)])
    assert "1,002 minutes of work" in page([done(seconds=60_100)])


def test_the_page_may_run_its_own_script_alone() -> None:
    shown = page([done(cutout=told())])
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', shown)
    (script,) = re.findall(r"<script>(.*?)</script>", shown, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert policy.endswith(f"script-src 'sha256-{digest}'")


def test_a_page_of_thousands_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "small.webp").write_bytes(b"x" * 3000)
    monkeypatch.setattr(report_page, "PICTURES_BYTES", 100_000)
    items = [done(number, cutout=told(thumb="small.webp")) for number in range(1, 61)]
    shown = page(items, tmp_path)
    assert shown.count("data:image/webp;base64,") == 25
    assert "35 small pictures" in shown
    assert shown.count("<article") == 60
