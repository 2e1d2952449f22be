"""Every setting is typed, described, listed in the docs and by the doctor; what is secret is masked."""

from __future__ import annotations

import pytest

from commands.doctor import check_settings
from pipelines.settings import Settings, SettingsError, load_settings
from scripts.settings_table import PAGE, filled


def test_the_page_lists_what_there_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page, "run: python -m scripts.settings_table"


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_doctor_lists_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUTAWAY_MIRROR", "https://me:hidden@example.com/weights")
    monkeypatch.setenv("CUTAWAY_WORKRES", "3")
    told = "\n".join(finding.text for finding in check_settings(load_settings()))
    for name in Settings.model_fields:
        assert f"CUTAWAY_{name.upper()}=" in told
    assert "hidden" not in told
    assert "CUTAWAY_MIRROR=https://***@example.com/weights (set)" in told
    assert "CUTAWAY_WORKRES is not a setting" in told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("METRICS", "everybody"),
        ("METRICS", "host:"),
        ("ROOT_PATH", "cutaway"),
        ("ROOT_PATH", "/a//b"),
        ("ROOT_PATH", "/a?b"),
        ("LOG_FORMAT", "xml"),
        ("CLIENT_SECONDS", "0"),
        ("WORKERS", "0"),
    ],
)
def test_what_can_not_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"CUTAWAY_{name}", value)
    with pytest.raises(SettingsError, match=f"CUTAWAY_{name}"):
        load_settings()


@pytest.mark.parametrize("value", ["off", "local", "127.0.0.1:9100", "[::1]:9100", "metrics.internal:80"])
def test_where_figures_are_told(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CUTAWAY_METRICS", value)
    assert load_settings().metrics == value


def test_a_prefix_ends_without_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUTAWAY_ROOT_PATH", "/tools/cutaway/")
    assert load_settings().root_path == "/tools/cutaway"


def test_the_cores_are_shared() -> None:
    settings = load_settings()
    assert settings.workers >= 1
    assert settings.model_copy(update={"workers": 1}).thread_count() >= settings.thread_count() >= 1
