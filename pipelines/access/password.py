"""The password of the page, and the visits that it opened.

The password is kept as scrypt makes it (RFC 7914, with the parameters that OWASP's Password Storage
Cheat Sheet gives for 32 MiB): slow and large on purpose, because people choose passwords from few.
A visit is a signed note in the visitor's browser: the server keeps nothing of it but, for a while,
which were ended.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pipelines.access.files import Content, PrivateFile
from pipelines.errors import AccessDamaged, InputError

SHORTEST: Final = 10
"""Characters of a password."""

LONGEST: Final = 1000

VISIT_SECONDS: Final = 7 * 24 * 3600
"""How long a visit lasts at most."""

_COST: Final = {"n": 2**15, "r": 8, "p": 3}
_MEMORY: Final = 64 * 1024 * 1024
_SALT_BYTES: Final = 16
_SECRET_BYTES: Final = 32
_NONCE_BYTES: Final = 16
_MOST_ENDED: Final = 10_000


class Password:
    """The page's password, if there is one. Safe to share between threads and processes.

    Args:
        folder: where its file lies.
        clock: seconds since 1970; replaced in tests.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = PrivateFile(folder / "password.json")
        self._clock = clock
        self._ended: dict[str, float] = {}
        self._one_at_a_time = threading.Lock()

    @property
    def is_set(self) -> bool:
        """Whether there is one.

        Raises:
            AccessDamaged: the file can't be read.
        """
        return bool(self._file.read())

    def choose(self, password: str) -> None:
        """Set it; every visit ends.

        Raises:
            InputError: too short, or too long.
            AccessDamaged: the file can't be written.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise InputError(f"A password has {SHORTEST} to {LONGEST} characters.")
        salt = secrets.token_bytes(_SALT_BYTES)
        content: Content = {
            "scrypt": {**_COST, "salt": salt.hex(), "hash": _scrypt(password, salt, _COST).hex()},
            "signing": secrets.token_hex(_SECRET_BYTES),
        }
        self._file.change(lambda _: content)

    def remove(self) -> None:
        """Have none; every visit ends.

        Raises:
            AccessDamaged: the file can't be written.
        """
        if self.is_set:
            self._file.change(lambda _: {})

    def check(self, password: str) -> bool:
        """Whether this is it. Takes a quarter of a second and 32 MiB, so one is tried at a time.

        Raises:
            AccessDamaged: the file can't be read: then nobody is let in.
        """
        content = self._file.read()
        if not content or len(password) > LONGEST:
            return False
        try:
            kept = content["scrypt"]
            salt, wanted = bytes.fromhex(kept["salt"]), bytes.fromhex(kept["hash"])
            with self._one_at_a_time:
                found = _scrypt(password, salt, kept)
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged() from error
        return hmac.compare_digest(found, wanted)

    def open_visit(self) -> str:
        """A note that says that its bearer knew the password.

        Raises:
            AccessDamaged: there is no password, or the file can't be read.
        """
        until = int(self._clock()) + VISIT_SECONDS
        said = f"{until}.{secrets.token_hex(_NONCE_BYTES)}"
        return f"{said}.{self._signature(said)}"

    def knows(self, visit: str) -> bool:
        """Whether a note is one of ours and still holds.

        Raises:
            AccessDamaged: the file can't be read: then nobody is let in.
        """
        said, _, signature = visit.rpartition(".")
        until, _, nonce = said.partition(".")
        if not self.is_set or not (until.isascii() and until.isdigit() and visit.isascii()):
            return False
        if not hmac.compare_digest(signature, self._signature(said)):
            return False
        return int(until) > self._clock() and nonce not in self._ended

    def end_visit(self, visit: str) -> None:
        """Have a note hold no longer, in this process; elsewhere the browser has lost it."""
        if not self.knows(visit):
            return
        until, nonce, _ = visit.split(".")
        now = self._clock()
        self._ended = {name: end for name, end in self._ended.items() if end > now}
        while len(self._ended) >= _MOST_ENDED:
            self._ended.pop(next(iter(self._ended)))
        self._ended[nonce] = float(until)

    def _signature(self, said: str) -> str:
        try:
            secret = bytes.fromhex((self._file.read() or {})["signing"])
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged() from error
        made = hmac.new(secret, said.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _scrypt(password: str, salt: bytes, cost: Any) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=int(cost["n"]),
        r=int(cost["r"]),
        p=int(cost["p"]),
        maxmem=_MEMORY,
    )


def _damaged() -> AccessDamaged:
    return AccessDamaged("password.json holds no password. Set it again with `python app.py password`.")
