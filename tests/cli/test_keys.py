"""``keys`` and ``password``, the server that will not start, and what is never written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from tests.cli.shell import Ran, cutaway
from tests.running import ROOT, Program, running


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


def ask(config: Path, *args: str, data: bytes = b"", how: Mapping[str, str] | None = None) -> Ran:
    return cutaway(*args, data=data, settings={"CUTAWAY_CONFIG": str(config), **(how or {})})


def test_a_key_from_its_making_to_its_end(config: Path) -> None:
    assert "no key yet" in ask(config, "keys").text
    made = ask(config, "keys", "add", "my shop", "--limit", "50")
    secret = made.text.strip()
    assert (made.status, len(secret.split("_")[2])) == (0, 64)  # alone, so that a script can take it
    assert "shown this once" in made.err
    again = ask(config, "keys", "add", "my shop")
    assert (again.status, again.out) == (2, b"")
    told = json.loads(ask(config, "keys", "add", "other", "--json").text)
    assert told["key"].startswith(f"ctw_{told['id']}_")
    listed = ask(config, "keys", "list")
    assert all(word in listed.text for word in ("my shop", "other", "50", "in force", "never"))
    assert secret.split("_")[2] not in listed.text + listed.err
    revoked = ask(config, "keys", "revoke", told["id"])
    assert (revoked.status, "'other'" in revoked.text) == (0, True)
    assert (ask(config, "keys", "revoke", "other").status, ask(config, "keys", "add", " ").status) == (2, 2)
    assert [one["revoked"] is None for one in json.loads(ask(config, "keys", "list", "--json").text)] == [
        True,
        False,
    ]


def test_the_password(config: Path) -> None:
    assert ask(config, "password", data=b"short\n").status == 2
    typed = ask(config, "password", data="läng enough\n".encode())
    assert (typed.status, "enough" in typed.text + typed.err) == (0, False)
    made = ask(config, "password", "--generate")
    assert len(made.text.strip()) == 24
    assert made.text.strip() not in (config / "password.json").read_text()
    assert ask(config, "password", "--generate", "--remove").status == 2
    assert "no password" in ask(config, "password", "--remove").text


@pytest.mark.parametrize(
    "how", [{"CUTAWAY_HOST": "0.0.0.0"}, {"CUTAWAY_TRUSTED_PROXIES": "127.0.0.1"}], ids=str
)
def test_nothing_is_opened_to_others_by_accident(config: Path, how: dict[str, str]) -> None:
    refused = ask(config, how=how)
    assert (refused.status, refused.out, refused.err.count("\n")) == (2, b"", 1)
    assert all(way in refused.err for way in ("keys add NAME", "python app.py password", "--open"))


def test_damaged_keys_are_named(config: Path) -> None:
    config.mkdir()
    (config / "keys.json").write_text("{")
    for args in (["keys"], ["keys", "add", "x"], []):
        ran = ask(config, *args)
        assert (ran.status, ran.out) == (1, b"")
        assert "keys.json can't be read" in ran.err


def away(config: Path, folder: Path, *args: str) -> AbstractContextManager[Program]:
    """The program where others can reach it."""
    command = [str(ROOT / "app.py"), "--host", "0.0.0.0", "--port", "0", *args]
    return running(*command, CUTAWAY_CONFIG=str(config), TMPDIR=str(folder))


def test_a_server_for_others_and_its_keys(config: Path, tmp_path: Path) -> None:
    secret = ask(config, "keys", "add", "shop").text.strip()
    with away(config, tmp_path) as program, httpx.Client(base_url=program.address, trust_env=False) as client:
        headers = {"X-Api-Key": secret}
        assert client.get("/api/v1/x", headers=headers).status_code == 404
        assert client.get("/api/v1/x").status_code == 401
        assert "python app.py password" in client.get("/login").text
        wrong = client.get(f"/api/v1/x?key={secret}", headers={"X-Api-Key": secret[:-1]})
        assert wrong.status_code == 401
        assert (
            client.post("/v1.0/removebg", headers={"Authorization": f"Bearer {secret}x"}).status_code == 403
        )
        ask(config, "keys", "revoke", "shop")
        assert client.get("/api/v1/x", headers=headers).status_code == 401
    assert "The API asks for a key; the page is shut" in program.output
    assert secret.split("_")[2] not in program.output
    (key,) = json.loads(ask(config, "keys", "list", "--json").text)
    assert key["used"] is not None


def test_open_is_said_aloud(config: Path, tmp_path: Path) -> None:
    with away(config, tmp_path, "--open") as program:
        assert httpx.get(f"{program.address}/config", trust_env=False).status_code == 200
    assert "no key and no login is asked for" in program.output
