"""A job: a batch that the server runs, and the file in which it is remembered."""

from __future__ import annotations

import base64
import functools
import logging
import secrets
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines import save
from pipelines.batch.items import Counts, Item
from pipelines.batch.order import Order
from pipelines.batch.places import Folders
from pipelines.errors import RecipeError

JobState = Literal["open", "waiting", "running", "paused", "done", "cancelled"]

FILE: Final = "job.json"
_DAY: Final = 86_400
_log: Final = logging.getLogger("cutaway")


class Webhook(BaseModel):
    """Whom to tell when a job ends.

    Attributes:
        url: where to.
        secret: signs what is sent.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    secret: str

    @classmethod
    def of(cls, url: str, secret: str | None) -> Self:
        """With a secret of its own where none is given: 24 random bytes."""
        made = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        return cls(url=url, secret=secret or made)


@dataclass(frozen=True)
class Maker:
    """Who makes a job.

    Attributes:
        owner: who may see it; None: whoever can reach the server.
        webhook: whom to tell when it ends.
        token: the maker's word for the very request, so that the same one sent again makes no second job.
        asked: SHA-256 of what that request asked for, hex: another one is no repetition.
    """

    owner: str | None = None
    webhook: Webhook | None = None
    token: str | None = None
    asked: str | None = None


class JobFile(BaseModel):
    """What is remembered of a job; written whole or not at all.

    Attributes:
        id: unguessable.
        name: what its maker calls it.
        plan: the order, see :meth:`pipelines.batch.order.Order.to_json`.
        state: ``running`` is never written: what runs is ``waiting`` for whoever reads it after a crash.
        created: seconds since 1970.
        asked: when it was last put into the line, seconds since 1970.
        ended: when it was done or cancelled, seconds since 1970.
        owner: who may see it; None: whoever can reach the server.
        source: folder of the photos, where it is not the job's own.
        target: folder of the results, where it is not the job's own.
        trusted: whether links within these folders may lead out of them: nobody else has put them there.
        paused: why it waits for a person.
        webhook: whom to tell.
        token: its maker's word for the request that made it.
        asked_for: see :attr:`Maker.asked`.
        whole: whether all that its maker's request wished was done; without a token nobody asks.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    plan: str
    state: JobState = "open"
    created: float
    asked: float | None = None
    ended: float | None = None
    owner: str | None = None
    source: Path | None = None
    target: Path | None = None
    trusted: bool = False
    paused: str | None = None
    webhook: Webhook | None = None
    token: str | None = None
    asked_for: str | None = None
    whole: bool = True

    @classmethod
    def new(cls, name: str, order: Order, maker: Maker, folders: Folders | None) -> Self:
        """Of a job that is made just now; with a token it is not whole yet."""
        return cls(
            id=secrets.token_urlsafe(16),
            name=name,
            plan=order.to_json(),
            created=time.time(),
            owner=maker.owner,
            webhook=maker.webhook,
            token=maker.token,
            asked_for=maker.asked,
            source=folders.source if folders else None,
            target=folders.target if folders else None,
            whole=maker.token is None,
        )

    @property
    def order(self) -> Order:
        """What is made of each photo."""
        return _order(self.plan)

    def expires(self, days: float) -> float | None:
        """When it is removed, seconds since 1970; None where its photos lie elsewhere, or it is under way.

        Args:
            days: that it is kept after something was last done about it.
        """
        if self.source is not None or self.state == "waiting":
            return None
        return max(self.created, self.asked or 0, self.ended or 0) + days * _DAY

    def folders(self, root: Path) -> Folders:
        """Where photos are and where results go.

        Args:
            root: the folder of all jobs.
        """
        own = root / self.id
        source, target = self.source or own / "photos", self.target or own / "results"
        return Folders(source, target, confined=self.source is not None and not self.trusted)

    def put_in_line(self) -> Self:
        """The same, to be run when it is its turn."""
        return self.model_copy(
            update={"state": "waiting", "asked": time.time(), "ended": None, "paused": None}
        )

    def paused_for(self, reason: str) -> Self:
        """The same, waiting for a person to put something right."""
        return self.model_copy(update={"state": "paused", "paused": reason, "ended": time.time()})

    def write(self, root: Path) -> None:
        """Remember it.

        Raises:
            StorageFull: no room on the disk.
        """
        save.write_atomic(root / self.id / FILE, self.model_dump_json().encode())

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """A job from its folder; None where that holds none that can be read, which is logged."""
        try:
            found = cls.model_validate_json((folder / FILE).read_bytes())
            _ = found.order
        except OSError:
            return None
        except (ValidationError, RecipeError):
            _log.warning("a job can't be read, and is left alone: %s", folder.name)
            return None
        return found


def told(item: Item, folders: Folders) -> Item:
    """A photo as it may be told of: what went wrong names no place of this machine."""
    return replace(item, message=folders.without(item.message)) if item.message else item


@functools.lru_cache(maxsize=256)
def _order(plan: str) -> Order:
    return Order.read(plan)


@dataclass(frozen=True)
class Job:
    """How a job is at one moment.

    Attributes:
        file: what is remembered of it.
        state: how far it is.
        counts: its photos.
        rate: photos a second; None when it can't be told.
        seconds_left: until all are done; None when it can't be told.
    """

    file: JobFile
    state: JobState
    counts: Counts
    rate: float | None = None
    seconds_left: float | None = None

    @property
    def id(self) -> str:
        """Its id."""
        return self.file.id

    @property
    def at_rest(self) -> bool:
        """Whether nothing happens until somebody asks for it."""
        return self.state not in ("waiting", "running")
