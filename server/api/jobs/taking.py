"""A request that makes a job, or brings photos to one."""

from __future__ import annotations

import hashlib
from functools import partial

from fastapi import Request

from pipelines.batch.intake import Taken
from pipelines.batch.job import Job, Maker, Webhook
from pipelines.errors import CutawayError
from server.api.jobs.answers import Refused
from server.api.jobs.asking import Asked, JobWish, order_of, wish_of
from server.api.jobs.desk import Desk
from server.api.jobs.owners import folders_of, owner_of, token_of
from server.webhooks import check_address
from server.webhooks.signing import key_of


def created(desk: Desk, request: Request, body: Asked) -> tuple[Job, list[Refused]]:
    """Make the job that a request asks for, or find the one that the very same request made before.

    Returns:
        The job, and those of the request's files that were not taken.
    Raises:
        CutawayError: the wish makes no sense, there are too many photos, or no room for them; then there is
            no job.
    """
    wish = wish_of(body.text)
    hook = _hook_of(desk, wish)
    names = [sent.filename or "" for sent in (*body.photos, *body.archives)]
    asked = hashlib.sha256("\n".join([body.text, *names]).encode()).hexdigest()
    maker = Maker(owner_of(request, desk.doors), hook, token_of(request, desk.doors), asked)
    with desk.jobs.once(maker) as known:
        return (known, []) if known else _made(desk, wish, body, maker)


def _hook_of(desk: Desk, wish: JobWish) -> Webhook | None:
    """Whom to tell when the job ends.

    Raises:
        UrlsOff, UrlInvalid, UrlNotAllowed: nothing is sent to this address.
        RecipeError: the secret is none.
    """
    if wish.webhook is None:
        return None
    check_address(desk.bench.service.settings, wish.webhook.url)
    hook = Webhook.of(wish.webhook.url, wish.webhook.secret)
    key_of(hook.secret)
    return hook


def _made(desk: Desk, wish: JobWish, body: Asked, maker: Maker) -> tuple[Job, list[Refused]]:
    order = order_of(wish, desk.bench.service)
    folders = folders_of(desk.bench.service.settings, wish.folder, wish.results)
    name = wish.name or (folders.source.name if folders else "")
    job = desk.jobs.create(name, order, folders=folders, maker=maker)
    try:
        found = _taken(desk, job.id, body)
    except CutawayError:
        desk.jobs.remove(job.id, tell=False)  # its client never heard of it
        raise
    begin = bool(found.photos or folders) and wish.start is not False
    if begin:
        desk.jobs.start(job.id)
    desk.jobs.carried_out(job.id)
    return desk.jobs.get(job.id), _refused(found)


def added(desk: Desk, job_id: str, body: Asked) -> list[Refused]:
    """Put the photos of a request into a job.

    Returns:
        Those of its files that were not taken.
    Raises:
        WrongJobState: it takes none.
        TooManyPhotos, StorageFull: there is no room for them all; those before are in it.
    """
    return _refused(_taken(desk, job_id, body))


def _taken(desk: Desk, job_id: str, body: Asked) -> Taken:
    taken = Taken()
    if body.photos or body.archives:
        with desk.jobs.adding(job_id) as intake:
            for photo in body.photos:
                name = photo.filename or "photo"
                taken.add(name, partial(intake.take, name, photo.stream))
            for archive in body.archives:
                inside = intake.take_archive(archive.stream)
                taken.photos += inside.photos
                taken.refused += inside.refused
    return taken


def _refused(taken: Taken) -> list[Refused]:
    return [
        Refused(file=name.encode("utf-8", "replace").decode(), code=error.code, message=error.message)
        for name, error in taken.refused
    ]
