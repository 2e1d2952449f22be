"""The page's password, and the visits that it opens."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from pipelines.access.password import VISIT_SECONDS, Password
from pipelines.errors import AccessDamaged, InputError
from tests.unit.test_shelf import Clock

WORD = "correct horse ünd battery"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def password(tmp_path: Path, clock: Clock) -> Password:
    made = Password(tmp_path, clock)
    made.choose(WORD)
    return made


def test_it_is_kept_as_scrypt_makes_it(password: Password, tmp_path: Path) -> None:
    path = tmp_path / "password.json"
    kept = json.loads(path.read_text())["scrypt"]
    assert (kept["n"], kept["r"], kept["p"], len(kept["salt"])) == (32_768, 8, 3, 32)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert WORD not in path.read_text()
    assert password.check(WORD)
    assert not password.check(WORD + " ")
    assert not password.check("x" * 2000)
    password.choose(WORD)
    assert json.loads(path.read_text())["scrypt"]["salt"] != kept["salt"]


def test_without_one_nothing_opens(tmp_path: Path) -> None:
    none = Password(tmp_path)
    assert not none.is_set
    assert not none.check("")
    assert not none.knows("")
    none.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["", "123456789", "x" * 1001])
def test_lengths_that_are_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(InputError, match="10 to 1000"):
        Password(tmp_path).choose(word)


def test_a_visit_lasts_its_time(password: Password, clock: Clock, tmp_path: Path) -> None:
    visit = password.open_visit()
    assert password.knows(visit)
    assert Password(tmp_path, clock).knows(visit)  # after a restart, and in another process
    clock.now += VISIT_SECONDS - 1
    assert password.knows(visit)
    clock.now += 1
    assert not password.knows(visit)


def test_a_visit_can_not_be_made_up(password: Password) -> None:
    visit = password.open_visit()
    until, nonce, signature = visit.split(".")
    assert len(nonce) == 32
    longer = f"{int(until) + 1}.{nonce}.{signature}"
    for forged in (
        longer,
        f"{until}.{nonce}.",
        f"{until}.{nonce}",
        "",
        "..",
        f"é.{nonce}.{signature}",
        visit[:-1],
    ):
        assert not password.knows(forged)
    assert not password.knows(f"{until}.{'0' * 32}.{signature}")


def test_a_visit_that_ended_is_over_for_itself_alone(password: Password) -> None:
    mine, other = password.open_visit(), password.open_visit()
    password.end_visit(mine)
    password.end_visit("made.up.note")
    assert not password.knows(mine)
    assert password.knows(other)


def test_a_new_password_ends_every_visit(password: Password) -> None:
    visit = password.open_visit()
    password.choose(WORD)
    assert not password.knows(visit)
    visit = password.open_visit()
    password.remove()
    assert not password.knows(visit)
    assert not password.is_set


@pytest.mark.parametrize("content", ["{", "[1]", '{"scrypt": {}}', '{"scrypt": 3, "signing": "xyz"}'])
def test_a_damaged_file_lets_nobody_in(password: Password, tmp_path: Path, content: str) -> None:
    visit = password.open_visit()
    (tmp_path / "password.json").write_text(content)
    for ask in (lambda: password.check(WORD), lambda: password.knows(visit), password.open_visit):
        with pytest.raises(AccessDamaged, match=r"password\.json"):
            ask()
