"""Keys: made at random, kept as hashes, in force until they are revoked."""

from __future__ import annotations

import ast
import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.access.keys import Keys
from pipelines.errors import AccessDamaged, InputError, UnknownKey
from tests.unit.test_shelf import Clock

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "config")


def test_a_key_opens_and_is_kept_nowhere(keys: Keys, tmp_path: Path) -> None:
    key, secret = keys.add("shop")
    assert keys.check(secret) == key
    for path in (tmp_path / "config").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert secret.rpartition("_")[2] not in path.read_text()
    assert stat.S_IMODE((tmp_path / "config").stat().st_mode) == 0o700
    assert "hash" not in key.told()


def test_a_key_has_256_bits_that_nobody_chose(keys: Keys) -> None:
    secrets = [keys.add(str(number))[1].rpartition("_")[2] for number in range(50)]
    assert {len(bytes.fromhex(secret)) for secret in secrets} == {32}
    assert len(set(secrets)) == 50


def test_nothing_is_written_before_there_is_a_key(keys: Keys, tmp_path: Path) -> None:
    assert not keys.ever_made
    assert keys.check("ctw_x") is None
    keys.write_uses()
    assert list(tmp_path.iterdir()) == []


def test_what_is_nearly_the_key_is_none(keys: Keys) -> None:
    _, secret = keys.add("shop")
    _, other = keys.add("other")
    mixed = secret.rpartition("_")[0] + "_" + other.rpartition("_")[2]
    wrong = [secret[:-1] + ("0" if secret[-1] != "0" else "1"), secret.upper(), secret[:-1], secret + "0"]
    for given_one in (*wrong, mixed, "", "ctw__", secret[4:], f"{secret}\n", "ctw_0000000000_" + "0" * 64):
        assert keys.check(given_one) is None


@given(st.text())
def test_no_text_is_a_key(text: str) -> None:
    assert Keys(Path("/nowhere")).check(text) is None


def test_a_revoked_key_is_none_at_once_for_every_process(keys: Keys, tmp_path: Path) -> None:
    _, secret = keys.add("shop")
    elsewhere = Keys(tmp_path / "config")
    assert elsewhere.check(secret)
    gone = keys.revoke("shop")
    assert elsewhere.check(secret) is None
    assert (gone.hash, gone.revoked is not None) == ("", True)
    assert elsewhere.ever_made  # that keys are demanded does not end with the last of them
    again, _ = keys.add("shop")
    assert [(key.id, key.revoked is None) for key in keys.all()] == [(gone.id, False), (again.id, True)]
    with pytest.raises(UnknownKey):
        keys.revoke(gone.id)


def test_a_revoked_key_does_not_match_an_empty_hash(keys: Keys) -> None:
    key, secret = keys.add("shop")
    keys.revoke("shop")
    for given_one in (secret, f"ctw_{key.id}_{'0' * 64}", f"ctw_{key.id}_"):
        assert keys.check(given_one) is None


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a\nb", "a" * 61, "<b>", "\x00"])
def test_names_that_are_none(keys: Keys, name: str) -> None:
    with pytest.raises(InputError):
        keys.add(name)
    assert keys.all() == []


def test_a_name_is_in_force_once(keys: Keys) -> None:
    keys.add("shop")
    with pytest.raises(InputError, match="already"):
        keys.add("shop")


def test_uses_are_kept_apart_and_to_the_minute(tmp_path: Path) -> None:
    clock = Clock()
    clock.now = 1_000_030
    keys = Keys(tmp_path, clock)
    _, secret = keys.add("shop")
    before = (tmp_path / "keys.json").read_bytes()
    keys.check(secret)
    keys.write_uses()
    (key,) = Keys(tmp_path).all()
    assert key.used == 1_000_020
    assert (tmp_path / "keys.json").read_bytes() == before
    clock.now -= 600  # a clock that was set back, or another process
    keys.check(secret)
    keys.write_uses()
    assert Keys(tmp_path).all()[0].used == 1_000_020


def test_many_at_once_lose_none(tmp_path: Path) -> None:
    start = threading.Barrier(6)

    def make(number: int) -> str:
        start.wait(20)
        return Keys(tmp_path).add(f"key {number}")[1]

    with ThreadPoolExecutor(6) as pool:
        secrets = list(pool.map(make, range(6)))
    assert all(Keys(tmp_path).check(secret) for secret in secrets)
    assert [path.name for path in tmp_path.glob("*.part")] == []


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"keys": 3}', '{"keys": [{"id": "x"}]}', '{"keys": [3]}']
)
def test_a_damaged_file_lets_nobody_in(tmp_path: Path, content: str) -> None:
    keys = Keys(tmp_path)
    _, secret = keys.add("shop")
    (tmp_path / "keys.json").write_text(content)
    for ask in (lambda: keys.check(secret), lambda: keys.ever_made, lambda: keys.add("other"), keys.all):
        with pytest.raises(AccessDamaged, match=r"keys\.json"):
            ask()
    assert (tmp_path / "keys.json").read_text() == content


def test_a_torn_write_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys(tmp_path)
    _, secret = keys.add("shop")

    def fail(_path: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(AccessDamaged):
        keys.add("other")
    monkeypatch.undo()
    assert Keys(tmp_path).check(secret)
    assert {path.name for path in tmp_path.iterdir()} == {"keys.json", "keys.lock"}


def test_the_file_is_read_again_only_when_it_changed(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = keys.add("shop")
    assert keys.check(secret)
    monkeypatch.setattr(json, "loads", lambda _data: pytest.fail("read again"))
    assert keys.check(secret)


SECRET_WORDS = ("hash", "secret", "signature", "password", "wanted", "token", "nonce_hash")


@pytest.mark.parametrize(
    "path", ["pipelines/access/keys.py", "pipelines/access/password.py", "server/access.py"]
)
def test_secrets_are_compared_in_constant_time(path: str) -> None:
    """No ``==`` or ``in`` on what is secret: only ``hmac.compare_digest``."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and not isinstance(
            node.ops[0], ast.Is | ast.IsNot | ast.Lt | ast.LtE
        ):
            names = {ast.unparse(part).rpartition(".")[2] for part in (node.left, *node.comparators)}
            assert names.isdisjoint(SECRET_WORDS), ast.unparse(node)
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert ("hmac.compare_digest" in calls) == path.startswith("pipelines/")
