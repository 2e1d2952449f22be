"""Every setting, typed, from ``CUTAWAY_*`` environment variables.

Settings are built once at a door (:func:`load_settings`) and passed in; nothing
in the core reads the environment by itself.
"""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pipelines.errors import RecipeError

Switch = Literal["auto", "on", "off"]
Device = Literal["auto", "cpu", "cuda", "rocm", "coreml", "directml", "openvino"]

Listed = Annotated[tuple[str, ...], NoDecode]
"""Several values, with commas between them."""

# Pillow refuses pictures of more pixels than this by itself; a limit of ours
# above it could not be kept.
_PILLOW_PIXEL_LIMIT = 178_956_970


_CORES_EACH = 4
"""Beyond so many threads a network gains little: rather work on the next picture."""


def core_count() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_MASK = "***"
_SECRET = re.compile("key|secret|token|password")
_LOGIN = re.compile(r"//[^/@\s]+@")
"""Somebody's name and password in an address."""


class SettingsError(RecipeError):
    """An environment variable holds a value that cannot be used."""

    code = "invalid_setting"
    status = 500


class Settings(BaseSettings):
    """What the person who runs Cutaway can set."""

    model_config = SettingsConfigDict(env_prefix="CUTAWAY_", frozen=True, extra="ignore")

    home: Path = Field(Path("~/.cache/cutaway"), description="where weights are kept")
    config: Path = Field(Path("~/.config/cutaway"), description="where keys and the password are kept")
    offline: bool = Field(False, description="never ask the network for anything")
    mirror: str | None = Field(None, description="base address to take weights files from, first")
    device: Device = Field("auto", description="where networks run: auto, cpu, cuda, ...")
    threads: int = Field(0, ge=0, le=256, description="threads per network; 0 chooses for this machine")
    network_batch: int = Field(
        0, ge=0, le=64, description="pictures in one run of a network; 0 chooses: 8 with cuda, else 1"
    )
    loaded_models: int = Field(3, ge=1, le=32, description="networks kept in memory at once")
    max_bytes: int = Field(100_000_000, ge=1_000, description="largest picture file, in bytes")
    max_pixels: int = Field(50_000_000, ge=1_000, le=_PILLOW_PIXEL_LIMIT, description="largest picture")
    max_side: int = Field(16_384, ge=16, le=65_535, description="longest side of a picture, in pixels")
    open: bool = Field(False, description="let everybody in, without keys and login")
    allowed_hosts: Listed = Field((), description="host names to answer for, with commas between them")
    trusted_proxies: Listed = Field((), description="addresses of proxies to believe about who asks")
    cors_origins: Listed = Field((), description="web sites whose pages may use the API; * for all")
    rate_limit: int = Field(500, ge=0, description="megapixels a minute for each key; 0 for no limit")
    peer_rate_limit: int = Field(
        100, ge=0, description="megapixels a minute for each address without a key; 0 for no limit"
    )
    sandbox: Switch = Field(
        "auto", description="decode in a process of its own: auto is on beyond this machine"
    )
    decode_seconds: int = Field(20, ge=1, le=600, description="processor seconds for one file in the sandbox")
    host: str = Field("127.0.0.1", description="address the studio listens on")
    port: int = Field(7860, ge=0, le=65_535, description="port the studio listens on")
    root_path: str = Field(
        "",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="what stands in front of every address behind a proxy, such as /cutaway",
    )
    workers: int = Field(
        default_factory=lambda: max(1, min(64, core_count() // _CORES_EACH)),
        ge=1,
        le=64,
        description="pictures cut at the same time; by default one for each four cores",
    )
    queue: int = Field(32, ge=1, le=10_000, description="pictures that may wait before we say we are busy")
    urls: Literal["off", "public", "allow-list"] = Field(
        "off", description="whether pictures are fetched from web addresses: from none, all, or listed ones"
    )
    url_hosts: str = Field(
        "", description="hosts to fetch from, e.g. a.example.com, *.b.example, 10.1.0.0/16"
    )
    url_seconds: float = Field(10, gt=0, le=60, description="time to fetch a picture in, in seconds")
    url_bytes: int = Field(25_000_000, ge=1_000, description="largest picture that is fetched, in bytes")
    webhooks: Literal["off", "public", "allow-list"] = Field(
        "public", description="where webhooks of jobs may go: nowhere, to all public hosts, or to listed ones"
    )
    webhook_hosts: str = Field(
        "",
        description="hosts that webhooks may go to though they are not public or without https, e.g. "
        "hooks.example.com, 10.1.0.0/16, 127.0.0.1:8000",
    )
    mcp: bool = Field(False, description="offer the cutout as a tool to AI agents, at /mcp")
    keep_minutes: float = Field(60, gt=0, description="how long a visitor's photos are kept, in minutes")
    jobs: Path = Field(
        Path("~/.local/share/cutaway/jobs"), description="where jobs and their photos are kept"
    )
    job_count: int = Field(1000, ge=1, le=100_000, description="jobs that are kept at a time")
    job_photos: int = Field(2000, ge=1, le=1_000_000, description="photos that can be sent to one job")
    job_bytes: int = Field(
        8_000_000_000, ge=1_000, description="all photos that are sent to one job, in bytes"
    )
    job_spare_bytes: int = Field(
        200_000_000, ge=0, description="left free on the disk by what is sent to jobs, in bytes"
    )
    job_days: float = Field(
        7, gt=0, le=3650, description="how long a job with photos that were sent is kept, in days"
    )
    job_folders: Listed = Field(
        (), description="folders of this machine that jobs may read and write, with commas between them"
    )
    log_format: Literal["logfmt", "json"] = Field("logfmt", description="lines of the log: logfmt or json")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="the least that is logged: debug, info, warning, error"
    )
    metrics: str = Field(
        "local",
        pattern=r"^(off|local|\[?[\w.:-]+\]?:\d{1,5})$",
        description="who may read /metrics: local (this machine), off, or HOST:PORT to answer there alone",
    )
    ready_model: str = Field("auto", description="the model whose weights /readyz looks for")
    grace_seconds: float = Field(
        20, ge=0, le=3600, description="how long running requests may take when stopped, in seconds"
    )
    client_seconds: float = Field(
        10, ge=1, le=600, description="how long a client may keep us waiting for a request, in seconds"
    )
    connections: int = Field(1000, ge=1, le=100_000, description="connections open at the same time")

    removebg_model: str = Field("auto", description="model that answers remove.bg's API")
    removebg_noncommercial: bool = Field(
        False, description="whether that model may be one that is not free for commercial use"
    )
    removebg_max_bytes: int = Field(
        22_000_000, ge=1_000, description="largest picture file that remove.bg's API takes, in bytes"
    )
    removebg_full_png: bool = Field(
        True, description="whether remove.bg's API gives PNG files of more than 10 megapixels"
    )
    removebg_keep: Path | None = Field(
        None, description="folder for pictures sent to /v1.0/improve; without one none are kept"
    )

    @field_validator("allowed_hosts", "trusted_proxies", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/").lower() for part in value.split(",") if part.strip())
        return value

    @field_validator("job_folders", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(
                str(Path(part.strip()).expanduser().absolute()) for part in value.split(",") if part.strip()
            )
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ipaddress.ip_network(one)
        return value

    @field_validator("home", "config", "jobs", "removebg_keep")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @field_validator("sandbox", mode="before")
    @classmethod
    def _switch(cls, value: object) -> object:
        words = {"1": "on", "true": "on", "yes": "on", "0": "off", "false": "off", "no": "off"}
        return words.get(str(value).lower(), value)

    @field_validator("root_path", mode="before")
    @classmethod
    def _without_slash(cls, value: object) -> object:
        return value.rstrip("/") if isinstance(value, str) else value

    @property
    def models_dir(self) -> Path:
        """Where the weights store keeps its files."""
        return self.home / "models"

    def shown(self, name: str) -> str:
        """A setting's value for people to see: what is secret is not."""
        value = getattr(self, name)
        if isinstance(value, tuple):
            return ",".join(map(str, value))
        if value and _SECRET.search(name):
            return _MASK
        return _LOGIN.sub(rf"//{_MASK}@", "" if value is None else str(value))

    def thread_count(self) -> int:
        """Threads for one network: the setting, or the cores this process may use."""
        if self.threads:
            return self.threads
        return max(1, core_count() // self.workers)

    def all_threads(self) -> int:
        """Threads for all pictures under way in a run of many: the setting, or the cores of this process."""
        return self.threads or core_count()


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: a variable holds a value that cannot be used; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "CUTAWAY_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}={first['input']!r}: {first['msg']}.") from None
