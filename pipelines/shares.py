"""Links for clients: pictures by an unguessable id, read-only, for a limited time, with the client's answers.

The one place that knows them. The index is in memory, the files are on a shelf of their own; both
are gone when the program stops.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from pipelines.errors import InputError, PhotoNotFound, ShareNotFound, TooMany
from pipelines.notes import Answer, Verdict, clean_line, clean_text
from pipelines.share_terms import LIFETIMES, Terms
from pipelines.shelf import Kept, Shelf

State = Literal["waiting", "approved", "change"]

ANSWERS: Final = 12
"""Answers kept for a link; it takes no more."""

_AT_ONCE: Final = 3
_WITHIN: Final = 60.0
"""A link takes so many answers in so many seconds."""

OWNED: Final = 50
"""Links that one owner may have at a time."""

MOST: Final = 1000
"""Links of all owners at a time ..."""

MOST_BYTES: Final = 2_000_000_000
"""... and bytes of all their files."""

_NOWHERE: Final = "This link leads nowhere, or does no longer. Ask for a new one."

_TOLD: Final = ("id", "name", "state", "made", "expires", "watermark")
"""What an owner's page shows of a link, beside its answers."""

_ID_BYTES: Final = 24


@dataclass(frozen=True)
class Share:
    """A link.

    Attributes:
        id: 192 random bits: who knows it may look and answer.
        owner: a key that only the owner's browser knows.
        name: of the photo.
        size: (width, height) of the pictures, in pixels.
        made: when, in seconds since 1970.
        expires: when it leads nowhere any more.
        watermark: the text drawn into the pictures; empty for none.
        files: ids on the shelf, by what they are (see :meth:`Shares.file`).
        weight: bytes of the files.
        answers: the oldest first.
    """

    id: str
    owner: str
    name: str
    size: tuple[int, int]
    made: float
    expires: float
    watermark: str
    files: Mapping[str, str]
    weight: int
    answers: tuple[Answer, ...] = ()

    @property
    def state(self) -> State:
        """What the client said last."""
        return self.answers[-1].verdict if self.answers else "waiting"

    @property
    def full(self) -> bool:
        """Whether it takes no more answers."""
        return len(self.answers) >= ANSWERS

    def told(self) -> dict[str, Any]:
        """What the owner's page shows of it."""
        shown = {name: getattr(self, name) for name in _TOLD}
        return {**shown, "download": "full" in self.files, "answers": list(map(asdict, self.answers))}


@dataclass(frozen=True)
class Picture:
    """A file for a link.

    Attributes:
        data: its bytes.
        filename: the name a browser should save it under.
        media_type: its MIME type.
    """

    data: bytes
    filename: str
    media_type: str


class Shares:
    """All links. Safe to share between threads.

    Args:
        shelf: keeps the files; it must keep them for :data:`LONGEST` seconds at least.
        clock: seconds since 1970; replaced in tests.
    """

    def __init__(self, shelf: Shelf, clock: Callable[[], float] = time.time) -> None:
        self._shelf = shelf
        self._clock = clock
        self._kept: dict[str, Share] = {}
        self._guard = threading.Lock()

    def check_room(self, owner: str) -> None:
        """Refuse one link more than is kept, before its pictures are made.

        Raises:
            TooMany: the message says what to do.
        """
        self._drop_expired()
        with self._guard:
            self._check_room(owner, 0)

    def _check_room(self, owner: str, weight: int) -> None:
        if sum(share.owner == owner for share in self._kept.values()) >= OWNED:
            raise TooMany(f"You have {OWNED} links already. Revoke one, and try again.")
        whole = sum(share.weight for share in self._kept.values())
        if len(self._kept) >= MOST or whole + weight > MOST_BYTES:
            raise TooMany("There is no room for more links just now. Try again when some have expired.")

    def add(self, terms: Terms, name: str, size: tuple[int, int], pictures: Mapping[str, Picture]) -> Share:
        """Make a link.

        Args:
            terms: see there.
            name: of the photo.
            size: (width, height) of the pictures, in pixels.
            pictures: by what they are.
        Raises:
            InputError: the terms are none.
            TooMany: no link more is kept.
            StorageFull: no room on the disk.
        """
        terms.check()
        made = self._clock()
        files = self._put(pictures)
        share = Share(
            id=secrets.token_urlsafe(_ID_BYTES),
            owner=terms.owner,
            name=clean_line(name),
            size=size,
            made=made,
            expires=made + LIFETIMES[terms.lifetime],
            watermark=terms.watermark,
            files=files,
            weight=sum(len(picture.data) for picture in pictures.values()),
        )
        self._drop_expired()
        try:
            with self._guard:
                self._check_room(share.owner, share.weight)
                self._kept[share.id] = share
        except TooMany:
            self._take_down(files)
            raise
        return share

    def _put(self, pictures: Mapping[str, Picture]) -> dict[str, str]:
        """The files on the shelf, all of them or none."""
        files: dict[str, str] = {}
        try:
            for what, picture in pictures.items():
                files[what] = self._shelf.put(picture.data, picture.filename, picture.media_type)
        except BaseException:
            self._take_down(files)
            raise
        return files

    def get(self, name: str) -> Share:
        """A link by its id.

        Raises:
            ShareNotFound: never was, expired, or was revoked.
        """
        with self._guard:
            share = self._kept.get(name)
        if share is None or share.expires <= self._clock():
            raise ShareNotFound(_NOWHERE)
        return share

    def file(self, name: str, what: str) -> Kept:
        """A file of a link: ``before``, ``after``, or ``full`` where the owner allowed it.

        Raises:
            ShareNotFound: no such link, or no such file of it.
        """
        try:
            return self._shelf.get(self.get(name).files.get(what, ""))
        except PhotoNotFound:
            raise ShareNotFound(_NOWHERE) from None

    def answer(self, name: str, verdict: Verdict, note: str) -> Share:
        """Note what a client says.

        Raises:
            ShareNotFound: never was, expired, or was revoked.
            InputError: a change is asked for without saying which.
            TooMany: too many answers, or too many in a short time.
        """
        share, now, text = self.get(name), self._clock(), clean_text(note)
        if verdict == "change" and not text:
            raise InputError("Say what should be changed.")
        with self._guard:
            share = self._kept.get(name, share)
            if share.full:
                raise TooMany("This link takes no more answers.")
            if sum(now - answer.at < _WITHIN for answer in share.answers) >= _AT_ONCE:
                raise TooMany("That was quick. Wait a minute before you answer again.")
            answered = replace(share, answers=(*share.answers, Answer(now, verdict, text)))
            if name in self._kept:  # it may have been revoked just now
                self._kept[name] = answered
        return answered

    def of(self, owner: str) -> list[Share]:
        """An owner's links that still lead somewhere, the latest first."""
        now = self._clock()
        with self._guard:
            mine = [share for share in self._kept.values() if share.owner == owner and share.expires > now]
        return sorted(mine, key=lambda share: share.made, reverse=True)

    def revoke(self, owner: str, name: str) -> None:
        """Have a link lead nowhere; one that is not there, or not the owner's, is no error."""
        with self._guard:
            share = self._kept.get(name)
            if share is None or share.owner != owner:
                return
            del self._kept[name]
        self._take_down(share.files)

    def sweep(self) -> int:
        """Forget what expired. Returns how many links went."""
        gone = self._drop_expired()
        self._shelf.sweep()
        return gone

    def _drop_expired(self) -> int:
        now = self._clock()
        with self._guard:
            old = [share for share in self._kept.values() if share.expires <= now]
            for share in old:
                del self._kept[share.id]
        for share in old:
            self._take_down(share.files)
        return len(old)

    def _take_down(self, files: Mapping[str, str]) -> None:
        for file in files.values():
            self._shelf.drop(file)
