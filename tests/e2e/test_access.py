"""Whether everybody can use the page: rules of axe-core, at desktop and at phone width."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from pipelines.samples import sample_path
from tests.e2e.test_studio import finished

pytestmark = [pytest.mark.browser, pytest.mark.weights]

SIZES = [(1280, 900), (360, 740)]
WEIGHTY = ("serious", "critical")


_SETTLED = """() => Promise.all(document.getAnimations()
  .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))
  .map((one) => one.finished.catch(() => {})))"""
"""Until what fades in or out has done so: half faded, nothing has the contrast that it is going to have."""


def problems(page: Page) -> list[str]:
    """What axe-core calls serious or critical, as rule, element and reason."""
    page.evaluate(_SETTLED)
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for rule in found
        if rule["impact"] in WEIGHTY
        for node in rule["nodes"]
    ]


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    folded = page.locator("#side button.label-wrap:not(.open)")
    for _ in range(folded.count()):  # each that opens is folded no longer
        folded.first.click()


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_page_has_no_barriers(page: Page, width: int, height: int, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    page.reload()
    page.get_by_text("Drop a photo here").wait_for()
    assert problems(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_page_at_work_has_no_barriers(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_label("Fast", exact=True).check()
    page.get_by_label("Choose a photo").set_input_files([sample_path("coffee"), sample_path("chelsea")])
    finished(page)
    unfold(page)
    assert problems(page) == []
    assert overflow(page) == 0


def test_a_barrier_would_be_found(page: Page) -> None:
    page.evaluate("document.querySelector('.cw-stage').append(document.createElement('button'))")
    assert [found for found in problems(page) if found.startswith("button-name")]
