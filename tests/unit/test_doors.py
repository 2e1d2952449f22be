"""What is demanded of whom, by how far a server can be reached and what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.access.doors import TUNNEL, Doors, Reach, is_loopback
from pipelines.errors import InputError
from pipelines.settings import Settings, SettingsError, load_settings


def doors(folder: Path, reach: Reach | None = None, **settings: str) -> Doors:
    return Doors(Settings(config=folder, **settings), reach or Reach())  # type: ignore[arg-type]


AWAY = Reach("0.0.0.0")


def test_this_machine_alone_needs_nothing(tmp_path: Path) -> None:
    here = doors(tmp_path)
    here.check()
    assert (here.exposed, here.keys_demanded, here.login_demanded, here.local) == (False, False, False, True)
    assert here.hosts == ()


@pytest.mark.parametrize(
    ("reach", "settings"),
    [
        (AWAY, {}),
        (Reach("192.168.1.5"), {}),
        (Reach("::"), {}),
        (Reach("studio.lan"), {}),
        (Reach(), {"trusted_proxies": "127.0.0.1"}),
        (Reach(), {"allowed_hosts": "studio.example"}),
    ],
    ids=str,
)
def test_what_others_can_reach_says_who_may(tmp_path: Path, reach: Reach, settings: dict[str, str]) -> None:
    away = doors(tmp_path, reach, **settings)
    assert (away.keys_demanded, away.login_demanded) == (True, True)
    with pytest.raises(InputError) as refused:
        away.check()
    for way in ("keys add", "python app.py password", "--open"):
        assert way in refused.value.message
    away.keys.add("shop")
    away.check()
    assert (away.keys_demanded, away.login_demanded) == (True, True)


def test_a_password_alone_will_do(tmp_path: Path) -> None:
    away = doors(tmp_path, AWAY)
    away.password.choose("long enough")
    away.check()


def test_open_is_open_whatever_there_is(tmp_path: Path) -> None:
    away = doors(tmp_path, Reach("0.0.0.0", open=True))
    away.keys.add("shop")
    away.password.choose("long enough")
    away.check()
    assert (away.keys_demanded, away.login_demanded, away.local) == (False, False, False)


@pytest.mark.parametrize("reach", [Reach(share=True), Reach("0.0.0.0", space=True)], ids=str)
def test_links_and_spaces_are_open_until_something_is_set(tmp_path: Path, reach: Reach) -> None:
    shown = doors(tmp_path, reach)
    shown.check()
    assert not shown.keys_demanded
    shown.password.choose("long enough")
    assert (shown.keys_demanded, shown.login_demanded) == (True, True)


def test_keys_and_a_password_are_demanded_here_too_once_they_are_made(tmp_path: Path) -> None:
    here = doors(tmp_path)
    here.keys.add("shop")
    assert (here.keys_demanded, here.login_demanded) == (True, False)
    here.keys.revoke("shop")
    assert here.keys_demanded  # revoking the last key must not open the server
    here.password.choose("long enough")
    assert here.login_demanded


def test_names_to_answer_for(tmp_path: Path) -> None:
    assert doors(tmp_path, AWAY).hosts is None
    assert doors(tmp_path, allowed_hosts="*").hosts is None
    assert doors(tmp_path, allowed_hosts="*").keys_demanded
    assert doors(tmp_path, AWAY, allowed_hosts="a.example, B.example/").hosts == ("a.example", "b.example")
    assert doors(tmp_path, Reach(share=True)).hosts == (TUNNEL,)


def test_every_site_only_with_a_key(tmp_path: Path) -> None:
    here = doors(tmp_path, cors_origins="*")
    with pytest.raises(InputError, match="CUTAWAY_CORS_ORIGINS"):
        here.check()
    here.keys.add("shop")
    here.check()
    doors(tmp_path / "none", Reach(open=True), cors_origins="*").check()


@pytest.mark.parametrize(
    "name", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "::1"]
)
def test_loopback(name: str) -> None:
    assert is_loopback(name)


@pytest.mark.parametrize(
    "name",
    ["", "0.0.0.0", "::", "localhost.evil.example", "127.0.0.1.nip.io", "127.1", "10.0.0.1", "notlocalhost"],
)
def test_not_loopback(name: str) -> None:
    assert not is_loopback(name)


def test_a_proxy_that_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUTAWAY_TRUSTED_PROXIES", "127.0.0.1, proxy.example")
    with pytest.raises(SettingsError, match="CUTAWAY_TRUSTED_PROXIES"):
        load_settings()
    monkeypatch.setenv("CUTAWAY_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8, ::1")
    assert load_settings().trusted_proxies == ("127.0.0.1", "10.0.0.0/8", "::1")
