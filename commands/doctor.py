"""``python app.py doctor``: what is installed, what works, what to change."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import typer

from commands import SOME_FAILED
from pipelines.errors import CutawayError, InputError
from pipelines.settings import Settings, load_settings

Verdict = Literal["ok", "note", "bad"]

_PACKAGES: Final = (
    "gradio",
    "rembg",
    "onnxruntime",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pillow-heif",
)
_ROOM: Final = 1_000_000_000
_MARKS: Final[dict[Verdict, str]] = {"ok": "✓", "note": "•", "bad": "✗"}


@dataclass(frozen=True)
class Finding:
    """One line of the report, and what to do where something is to be done."""

    verdict: Verdict
    text: str
    advice: str = ""


def doctor() -> None:
    """Say what is installed, what works, and what to change."""
    settings = load_settings()
    bad = False
    for title, check in CHECKS.items():
        print(title)
        for finding in check(settings):
            bad = bad or finding.verdict == "bad"
            print(f"  {_MARKS[finding.verdict]} {finding.text}")
            if finding.advice:
                print(f"      {finding.advice}")
    if bad:
        raise typer.Exit(SOME_FAILED)


def check_machine(_settings: Settings) -> Iterator[Finding]:
    """Python and the machine."""
    verdict: Verdict = "ok" if sys.version_info >= (3, 11) else "bad"
    yield Finding(verdict, f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    for name in _PACKAGES:
        try:
            yield Finding("ok", f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            yield Finding("bad", f"{name} is not installed", "Run `make setup`.")


def check_folders(settings: Settings) -> Iterator[Finding]:
    """Whether there is a place for weights and for visitors' photos."""
    for what, folder in (("weights", settings.home), ("visitors' photos", Path(tempfile.gettempdir()))):
        existing = next(p for p in (folder, *folder.parents) if p.exists())
        if not os.access(existing, os.W_OK):
            yield Finding(
                "bad",
                f"{folder} can't be written ({what})",
                "Set CUTAWAY_HOME or TMPDIR to a folder of yours.",
            )
            continue
        free = shutil.disk_usage(existing).free
        room = f"{folder} ({what}): {free / 1e9:.1f} GB free"
        yield Finding("ok", room) if free > _ROOM else Finding("note", room, "Make room: results need some.")


def check_device(settings: Settings) -> Iterator[Finding]:
    """Where networks can run."""
    import onnxruntime

    from pipelines.models.devices import device_in_use, fallback_warning, providers_for

    available = onnxruntime.get_available_providers()
    asked = providers_for(settings.device, available)
    yield Finding("ok", f"onnxruntime offers: {', '.join(device_in_use([p]) for p in available)}")
    yield Finding(
        "ok", f"networks will be tried on {device_in_use(asked)}, with {settings.thread_count()} CPU threads"
    )
    warning = fallback_warning(settings.device, asked, asked)
    if warning:
        yield Finding("note", warning, "Install the onnxruntime build for it, e.g. onnxruntime-gpu for CUDA.")


def check_weights(settings: Settings) -> Iterator[Finding]:
    """Which of the standard weights are here, and whether missing ones could be had."""
    from pipelines.models.known import STANDARD, model_named
    from pipelines.models.weights import open_store

    store = open_store(settings)
    for name in STANDARD:
        path = store.find(model_named(name))
        if path:
            yield Finding("ok", f"{name}: {path}")
        else:
            yield Finding("bad", f"{name}: not here", f"Run `python app.py models pull {name}`.")
    if settings.offline:
        yield Finding("note", "CUTAWAY_OFFLINE=1: nothing will be fetched")
    if shutil.which("npm") is None:
        yield Finding("note", "npm is not installed", "Only needed for IS-Net where GitHub can't be reached.")


def check_access(settings: Settings) -> Iterator[Finding]:
    """Who could use the server, were it started now."""
    from pipelines.access.doors import Doors, Reach

    reach = Reach(settings.host, space="SPACE_ID" in os.environ, open=settings.open)
    doors = Doors(settings, reach)
    in_force = sum(key.revoked is None for key in doors.keys.all())
    yield Finding("ok", f"keys in force: {in_force}" + (", demanded" if doors.keys_demanded else ""))
    word = "set" if doors.password.is_set else "not set"
    yield Finding("ok", f"password of the page: {word}" + (", demanded" if doors.login_demanded else ""))
    if doors.local:
        yield Finding("ok", f"{settings.host}: only this machine can reach it, so neither is needed")
    elif doors.open:
        yield Finding("note", f"everybody who can reach {settings.host} may use it")
    try:
        doors.check()
    except InputError as error:
        yield Finding("bad", "`python app.py` would not start", error.message)
    for path in (settings.config / name for name in ("keys.json", "password.json")):
        if os.name != "nt" and path.exists() and path.stat().st_mode & 0o077:
            yield Finding("bad", f"others on this machine may read {path}", f"Run `chmod 600 {path}`.")


def check_run(settings: Settings) -> Iterator[Finding]:
    """Whether a real photo can be cut out."""
    from pipelines.models.known import STANDARD, model_named
    from pipelines.recipe import Recipe
    from pipelines.samples import SAMPLES, sample_path
    from pipelines.service import build_service

    service = build_service(settings)
    photo = sample_path(SAMPLES[0].name)
    for name in STANDARD:
        if service.store.find(model_named(name)) is None:
            continue
        try:
            cutout = service.cut(photo, Recipe(model=name))
        except CutawayError as error:
            yield Finding("bad", f"{name} failed: {error.message}")
            continue
        facts, seconds = cutout.model[0], sum(cutout.timings.values()) / 1000
        yield Finding(
            "ok",
            f"{name} cut a sample photo on {facts.device} in {seconds:.1f} s, loading included",
        )
        if facts.warning:
            yield Finding("note", facts.warning)


def check_sandbox(_settings: Settings) -> Iterator[Finding]:
    """Whether files can be decoded in a sandbox."""
    from pipelines import sandbox
    from pipelines.load import Limits

    if not sandbox.supported():
        yield Finding("note", "no sandbox: that needs Linux", "Others' files are safer in a container.")
        return
    from pipelines.samples import SAMPLES, sample_path
    from pipelines.sandbox import calls
    from pipelines.sandbox.decoding import Sandbox

    with closing(Sandbox(Limits())) as made:
        try:
            made.decode(sample_path(SAMPLES[0].name).read_bytes(), Limits())
        except CutawayError:
            yield Finding(
                "bad", "the sandbox can't be set up here", "Set CUTAWAY_SANDBOX=off, or allow seccomp."
            )
            return
    yield Finding("ok", "a sample photo was decoded in the sandbox")
    if not calls.known():
        yield Finding("note", f"its calls are not restricted on {platform.machine()}, only its limits hold")


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Every setting, where it comes from, and what it means."""
    for name, field in type(settings).model_fields.items():
        variable = f"CUTAWAY_{name.upper()}"
        origin = "set" if variable in os.environ else "default"
        yield Finding("ok", f"{variable}={settings.shown(name)} ({origin}): {field.description}")
    for name in sorted(os.environ):
        if (
            name.startswith("CUTAWAY_")
            and name.removeprefix("CUTAWAY_").lower() not in type(settings).model_fields
        ):
            yield Finding("note", f"{name} is not a setting", "Is it misspelt?")


CHECKS: Final[dict[str, Callable[[Settings], Iterator[Finding]]]] = {
    "Machine": check_machine,
    "Folders": check_folders,
    "Networks": check_device,
    "Weights": check_weights,
    "Access": check_access,
    "A real photo": check_run,
    "Sandbox": check_sandbox,
    "Settings": check_settings,
}
