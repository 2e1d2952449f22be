"""Keys of the API: made at random, shown once, and kept as what can't be turned back into them.

A key is ``ctw_ID_SECRET``. The id is no secret: it finds the entry. The secret is 256 random bits, of
which only the SHA-256 is kept. A slow hash, as passwords need one, would gain nothing here: what makes
a password's hash worth an attack is that people choose from few, while nobody tries 2**256 secrets
however quick each try is (NIST SP 800-63B, on look-up secrets, asks for a slow hash only below 112
bits). It would cost every request, the wrong ones too, and so help those who want to keep a server busy.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from pipelines.access.files import Content, PrivateFile
from pipelines.errors import AccessDamaged, InputError, TooMany, UnknownKey

_PREFIX: Final = "ctw"
_ID_BYTES: Final = 5
_SECRET_BYTES: Final = 32

_SHAPE: Final = re.compile(rf"{_PREFIX}_([0-9a-f]{{{2 * _ID_BYTES}}})_([0-9a-f]{{{2 * _SECRET_BYTES}}})")
_NAME: Final = re.compile(r"[\w.@+-](?:[\w .@+-]{0,58}[\w.@+-])?")
_NO_HASH: Final = "0" * 64

MOST: Final = 1000
"""Keys in force at a time."""


@dataclass(frozen=True)
class Key:
    """What is kept of a key.

    Attributes:
        id: the part of it that is no secret.
        name: what its owner calls it.
        hash: the SHA-256 of its secret, in hexadecimal; empty once it is revoked.
        created: when, in seconds since 1970.
        limit: megapixels a minute; None for the server's own limit.
        revoked: when, in seconds since 1970; None while it is in force.
        used: when it was last used, to the minute; None for never.
    """

    id: str
    name: str
    hash: str
    created: int
    limit: int | None = None
    revoked: int | None = None
    used: int | None = None

    def told(self) -> dict[str, Any]:
        """What may be shown of it."""
        return {name: value for name, value in asdict(self).items() if name != "hash"}


class Keys:
    """The keys of this installation. Safe to share between threads and processes.

    Two files: the keys, written by whoever runs the server, and when each was used, written by
    the server; so neither can undo what the other has done.

    Args:
        folder: where they lie.
        clock: seconds since 1970; replaced in tests.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._keys = PrivateFile(folder / "keys.json")
        self._uses = PrivateFile(folder / "keys-used.json")
        self._clock = clock
        self._news: dict[str, int] = {}
        self._read: tuple[Content | None, Mapping[str, Key]] = (None, {})

    def add(self, name: str, limit: int | None = None) -> tuple[Key, str]:
        """Make a key.

        Args:
            name: what to call it.
            limit: megapixels a minute; None for the server's own limit.
        Returns:
            What is kept of it, and the key itself, which nobody can learn later.
        Raises:
            InputError: no name, or one that is taken.
            TooMany: enough keys are in force.
            AccessDamaged: the file can't be read or written.
        """
        if not _NAME.fullmatch(name):
            raise InputError(
                "A key's name is 1 to 60 letters, digits, spaces and . _ - @ +, without spaces at its ends."
            )
        secret, key_id = secrets.token_hex(_SECRET_BYTES), secrets.token_hex(_ID_BYTES)
        key = Key(key_id, name, _hash(secret), int(self._clock()), limit)

        def with_it(content: Content) -> Content:
            kept = _keys_in(content)
            _check_room(name, kept)
            return _content_of({**kept, key_id: key})

        self._keys.change(with_it)
        return key, f"{_PREFIX}_{key_id}_{secret}"

    def revoke(self, which: str) -> Key:
        """Put a key out of force, from the next request on.

        It stays on the list, without its hash: that there were keys says that they are demanded.

        Args:
            which: its name or id.
        Raises:
            UnknownKey: none in force is called so.
            AccessDamaged: the file can't be read or written.
        """
        gone: list[Key] = []

        def without_it(content: Content) -> Content:
            kept = _keys_in(content)
            found = next((k for k in kept.values() if which in (k.name, k.id) and k.revoked is None), None)
            if found is None:
                raise UnknownKey(
                    f"No key in force is called {which!r}. `python app.py keys list` shows them."
                )
            gone.append(replace(found, hash="", revoked=int(self._clock())))
            return _content_of({**kept, found.id: gone[0]})

        self._keys.change(without_it)
        return gone[0]

    def all(self) -> list[Key]:
        """Every key that was made, the oldest first.

        Raises:
            AccessDamaged: a file can't be read.
        """
        used = self._uses.read() or {}
        return [replace(key, used=used.get(key.id)) for key in self._kept().values()]

    @property
    def ever_made(self) -> bool:
        """Whether a key was ever made.

        Raises:
            AccessDamaged: the file can't be read.
        """
        return bool(self._kept())

    def check(self, given: str) -> Key | None:
        """The key in force that a request presents; None where it is none.

        Raises:
            AccessDamaged: the file can't be read: then nobody is let in.
        """
        shape = _SHAPE.fullmatch(given)
        key = self._kept().get(shape[1]) if shape else None
        wanted = key.hash if key and key.revoked is None else _NO_HASH
        right = hmac.compare_digest(_hash(shape[2] if shape else ""), wanted)
        if key is None or not right:
            return None
        now = int(self._clock())
        self._news[key.id] = now - now % 60
        return key

    def write_uses(self) -> None:
        """Keep when keys were used; called now and then, not for each request.

        Raises:
            AccessDamaged: the file can't be read or written.
        """
        news, self._news = self._news, {}
        before = self._uses.read() or {}
        if any(before.get(name, 0) < used for name, used in news.items()):
            self._uses.change(lambda kept: {**kept, **{n: max(u, kept.get(n, 0)) for n, u in news.items()}})

    def _kept(self) -> Mapping[str, Key]:
        content = self._keys.read()
        if content is not self._read[0]:
            self._read = content, _keys_in(content or {})
        return self._read[1]


def _check_room(name: str, kept: Mapping[str, Key]) -> None:
    """Refuse a name that is taken, and one key more than is kept."""
    in_force = [one for one in kept.values() if one.revoked is None]
    if any(one.name == name for one in in_force):
        raise InputError(f"There is a key called {name!r} already. Revoke it first, or take another name.")
    if len(in_force) >= MOST:
        raise TooMany(f"There are {MOST} keys already. Revoke some first.")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _keys_in(content: Content) -> dict[str, Key]:
    try:
        return {entry["id"]: Key(**entry) for entry in content.get("keys", [])}
    except (TypeError, KeyError) as error:
        raise AccessDamaged(
            "keys.json is not a list of keys. Mend it, or remove it and begin anew."
        ) from error


def _content_of(keys: Mapping[str, Key]) -> Content:
    entries = [{n: v for n, v in asdict(key).items() if n != "used"} for key in keys.values()]
    return {"keys": entries}
