"""A real browser on the real program.

Both end with the last of these tests: Playwright's event loop would else keep other tests from having one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from pipelines.models.known import model_named
from pipelines.models.weights import open_store
from pipelines.settings import load_settings
from tests.running import serving

expect.set_options(timeout=60_000)  # a network of seconds, on a busy machine

CHROMIUM = "/usr/bin/chromium"
_FLAGS = [
    "--no-sandbox",  # the tests may run as root, where Chromium's sandbox can't
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP studio.test 127.0.0.1",  # a name that is not trusted as localhost is
]


@pytest.fixture(scope="package")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running studio."""
    tmp = str(tmp_path_factory.mktemp("tmp"))
    with serving("--open", TMPDIR=tmp, CUTAWAY_ALLOWED_HOSTS="studio.test") as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, studio: str) -> Iterator[Page]:
    """The open page. Fails the test on a script error or a request to any other host."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    problems: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((studio, "data:", "blob:")):
            problems.append(f"request to another host: {request.url}")

    page.on("request", watch)
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("console", lambda m: problems.append(f"console: {m.text}") if "js_on_load" in m.text else None)
    page.set_default_timeout(60_000)
    page.goto(studio)
    page.get_by_text("Drop a photo here").wait_for()
    yield page
    context.close()
    assert problems == []


@pytest.fixture(scope="package")
def poor_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a studio that has one small network and may not ask for more."""
    home = tmp_path_factory.mktemp("home")
    model = model_named("u2netp")
    here = open_store(load_settings()).find(model)
    assert here, "take the weights first: python app.py models pull"
    folder = home / "models" / model.name
    folder.mkdir(parents=True)
    (folder / here.name).symlink_to(here)
    empty = str(tmp_path_factory.mktemp("none"))
    with serving(CUTAWAY_HOME=str(home), CUTAWAY_OFFLINE="1", HOME=empty, XDG_DATA_HOME=empty) as address:
        yield address


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo whose matte is known: a ball."""
    from tests.scenes import ball, encoded

    path = tmp_path / "my ball.png"
    path.write_bytes(encoded(ball(1200, 800).pixels))
    return path
