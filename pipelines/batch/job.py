"""A job: a batch that the server runs, and the file in which it is remembered."""

from __future__ import annotations

import base64
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines import save
from pipelines.batch.items import Counts
from pipelines.batch.order import Order
from pipelines.batch.places import Folders

JobState = Literal["open", "waiting", "running", "paused", "done", "cancelled"]

FILE: Final = "job.json"


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
    """

    owner: str | None = None
    webhook: Webhook | None = None
    token: str | None = None


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
        paused: why it waits for a person.
        webhook: whom to tell.
        token: its maker's word for the request that made it.
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
    paused: str | None = None
    webhook: Webhook | None = None
    token: str | None = None

    @property
    def order(self) -> Order:
        """What is made of each photo."""
        return Order.read(self.plan)

    def folders(self, root: Path) -> Folders:
        """Where photos are and where results go.

        Args:
            root: the folder of all jobs.
        """
        own = root / self.id
        return Folders(self.source or own / "photos", self.target or own / "results")

    def put_in_line(self) -> Self:
        """The same, to be run when it is its turn."""
        return self.model_copy(
            update={"state": "waiting", "asked": time.time(), "ended": None, "paused": None}
        )

    def write(self, root: Path) -> None:
        """Remember it.

        Raises:
            StorageFull: no room on the disk.
        """
        save.write_atomic(root / self.id / FILE, self.model_dump_json().encode())

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """A job from its folder; None where that holds none that can be read."""
        try:
            return cls.model_validate_json((folder / FILE).read_bytes())
        except (OSError, ValidationError):
            return None


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
