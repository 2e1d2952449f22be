"""The addresses of jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from pipelines.access.doors import Doors
from pipelines.batch.delivery import Choice
from pipelines.batch.items import Item
from pipelines.batch.jobs import Jobs
from pipelines.batch.places import Folders
from pipelines.batch.report import written
from pipelines.batch.review import reviewed
from pipelines.settings import Settings
from pipelines.workbench import Workbench
from server.api.jobs import events, files, items, reference
from server.api.jobs.answers import Changed, ItemPage, ItemTold, JobList, JobTold
from server.api.jobs.asking import NewOrder, asked, order_of
from server.api.jobs.desk import Desk
from server.api.jobs.items import ItemsWish, PageWish
from server.api.jobs.owners import jobs_of
from server.api.jobs.taking import added, created
from server.api.jobs.trying import TrialTold, TrialWish, tried
from server.api.listing import job_body_bytes
from server.studio_routes import attachment
from server.work import heavy

Number = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""Of a photo, or of a file of its result."""


def job_limits(settings: Settings, prefix: str) -> dict[str, int]:
    """How many bytes may be sent, by address."""
    most = job_body_bytes(settings)
    return {f"{prefix}/jobs": most, f"{prefix}/jobs/{{id}}/photos": most}


def jobs_router(bench: Workbench, jobs: Jobs, doors: Doors, prefix: str, *, told: bool) -> APIRouter:
    """The routes.

    Args:
        bench: see :class:`Desk`.
        jobs: see :class:`Desk`.
        doors: see :class:`Desk`.
        prefix: what stands before ``/jobs``.
        told: whether they are part of the API's description.
    """
    desk = Desk(bench, jobs, doors, prefix)
    router = APIRouter(
        prefix=f"{prefix}/jobs",
        include_in_schema=told,
        generate_unique_id_function=lambda route: route.name,
        tags=["jobs"],
    )
    _add_making(router, desk)
    _add_planning(router, desk)
    _add_running(router, desk)
    _add_items(router, desk)
    _add_pictures(router, desk)
    _add_results(router, desk)
    return router


def _add_making(router: APIRouter, desk: Desk) -> None:
    @router.post("", status_code=201, response_model=JobTold, **reference.CREATING)
    async def create_job(request: Request) -> Any:
        """Make a job: of photos that are sent with it or later, or of a folder of the server's.

        With `Idempotency-Key`, the same request sent once more answers with the same job.
        """
        desk.jobs.check()
        async with asked(request, desk.jobs.root, desk.spare) as body:
            job, refused = await asyncio.to_thread(created, desk, request, body)
        hook = job.file.webhook
        return desk.told(request, job, refused).model_copy(update={"webhook_secret": hook and hook.secret})

    @router.get("", responses=reference.LISTS)
    async def list_jobs(request: Request) -> JobList:
        """All jobs of whoever asks. A server that lets everybody in lists none: keep their ids."""
        found = await asyncio.to_thread(jobs_of, request, desk.jobs, desk.doors)
        return JobList(jobs=[desk.told(request, job) for job in found])

    @router.post("/{id}/photos", response_model=JobTold, **reference.ADDING)
    async def add_photos(request: Request, id: str) -> Any:
        """Send more photos to a job that is open."""
        job = await desk.job(request, id)
        async with asked(request, desk.jobs.root, desk.spare) as body:
            refused = await asyncio.to_thread(added, desk, job.id, body)
        return desk.told(request, await desk.job(request, id), refused)


def _add_planning(router: APIRouter, desk: Desk) -> None:
    @router.put("/{id}/order", responses=reference.CHANGING)
    async def reorder_job(request: Request, id: str, wish: NewOrder) -> JobTold:
        """Have something else made of each photo. Mattes are kept: started, it makes what changed."""
        order = await asyncio.to_thread(order_of, wish, desk.bench.service)
        return await desk.do(request, id, lambda job_id: desk.jobs.reorder(job_id, order, wish.name))

    @router.post("/{id}/trial", responses=reference.TRYING)
    async def try_job(request: Request, id: str, wish: TrialWish) -> TrialTold:
        """What would be made of one of a few photos that stand for all, at the size of a screen."""
        job = await desk.job(request, id)
        base = f"{request.scope.get('root_path', '')}{desk.prefix}/files"
        return await heavy(desk.bench.gate, partial(tried, desk.jobs, desk.bench, job.id, wish, base))


def _add_running(router: APIRouter, desk: Desk) -> None:
    jobs = desk.jobs

    @router.get("/{id}", responses=reference.ONE)
    async def show_job(request: Request, id: str) -> JobTold:
        """How a job is."""
        return desk.told(request, await desk.job(request, id))

    @router.post("/{id}/start", responses=reference.ONE)
    async def start_job(request: Request, id: str) -> JobTold:
        """Begin a job, or go on with one that is paused or cancelled, or was changed."""
        return await desk.do(request, id, jobs.start)

    @router.post("/{id}/cancel", responses=reference.ONE)
    async def cancel_job(request: Request, id: str) -> JobTold:
        """End a job. What was made stays."""
        return await desk.do(request, id, jobs.cancel)

    @router.delete("/{id}", **reference.NOTHING)
    async def remove_job(request: Request, id: str) -> None:
        """End a job, and remove it with the photos that were sent and their results."""
        job = await desk.job(request, id)
        await asyncio.to_thread(jobs.remove, job.id)

    @router.get("/{id}/events", **reference.EVENTS)
    async def follow_job(request: Request, id: str) -> Response:
        """How far a job is, as it happens, until it is at rest."""
        await desk.job(request, id)

        def look() -> tuple[JobTold, bool]:
            job = jobs.get(id)
            return desk.told(request, job), job.at_rest

        lifetime = request.app.state.lifetime
        told = events.progress(look, lambda: lifetime.stopping)
        return StreamingResponse(told, media_type="text/event-stream", headers=events.HEADERS)


def _add_items(router: APIRouter, desk: Desk) -> None:
    @router.get("/{id}/items", responses=reference.ITEMS)
    async def list_items(request: Request, id: str, wanted: Annotated[PageWish, Query()]) -> ItemPage:
        """A page of a job's photos, those to be looked at first at the front."""
        job = await desk.job(request, id)
        base = f"{desk.base(request)}/{id}"
        return await asyncio.to_thread(lambda: items.page_of(reviewed(desk.jobs.items(job.id)), base, wanted))

    @router.patch("/{id}/items", responses=reference.CHANGING)
    async def change_items(request: Request, id: str, wish: ItemsWish) -> Changed:
        """Accept or exclude photos, or have them made again in another way."""
        job = await desk.job(request, id)
        numbers = await asyncio.to_thread(items.change, desk.jobs, job, wish, desk.bench.service)
        return Changed(numbers=numbers, job=desk.told(request, await desk.job(request, id)))

    @router.get("/{id}/items/{number}", responses=reference.PICTURE_ERRORS)
    async def show_item(request: Request, id: str, number: Number) -> ItemTold:
        """One photo of a job."""
        job = await desk.job(request, id)
        photos = await asyncio.to_thread(lambda: reviewed(desk.jobs.items(job.id)))
        await asyncio.to_thread(desk.jobs.item, job.id, number)
        (found,) = (photo for photo in photos if photo.item.number == number)
        return ItemTold.of(found, f"{desk.base(request)}/{id}")


def _add_pictures(router: APIRouter, desk: Desk) -> None:
    jobs = desk.jobs

    async def answer(
        request: Request, id: str, number: Number, make: Callable[[Folders, Item], Response]
    ) -> Response:
        job = await desk.job(request, id)
        item = await asyncio.to_thread(jobs.item, job.id, number)
        return await asyncio.to_thread(make, jobs.folders(job.id), item)

    @router.get("/{id}/items/{number}/photo", **reference.PICTURE)
    async def send_photo(request: Request, id: str, number: Number) -> Response:
        """The photo, as it was sent."""
        return await answer(request, id, number, files.photo)

    @router.get("/{id}/items/{number}/before", **reference.PICTURE)
    async def send_before(request: Request, id: str, number: Number) -> Response:
        """A small picture of the photo (WebP)."""
        job = await desk.job(request, id)
        item = await asyncio.to_thread(jobs.item, job.id, number)
        make = partial(files.before, desk.bench.service, jobs.folders(job.id), item)
        return files.small_picture(await heavy(desk.bench.gate, make))

    @router.get("/{id}/items/{number}/thumb/{result}", **reference.PICTURE)
    async def send_thumb(request: Request, id: str, number: Number, result: str) -> Response:
        """A small picture of a result (WebP)."""
        return await answer(request, id, number, partial(files.thumb, variant=result))

    @router.get("/{id}/items/{number}/results/{result}/{file}", **reference.PICTURE)
    async def send_result(request: Request, id: str, number: Number, result: str, file: Number) -> Response:
        """A file of a result; the first is 0."""
        return await answer(
            request, id, number, lambda folders, item: files.result_file(folders, item, result, file)
        )


def _add_results(router: APIRouter, desk: Desk) -> None:
    jobs = desk.jobs

    @router.get("/{id}/results.zip", **reference.ZIP)
    async def send_results(request: Request, id: str, accepted: bool = Query(default=False)) -> Response:
        """All results that there are, or the accepted ones, made into a ZIP while it is sent."""
        job = await desk.job(request, id)
        found = await asyncio.to_thread(jobs.items, job.id)
        choice = Choice.of(found, accepted=accepted)
        data = files.zipped(jobs.folders(job.id), choice.photos)
        headers = {"Content-Disposition": attachment(f"{job.file.name or 'results'}.zip")}
        return StreamingResponse(data, media_type="application/zip", headers=headers)

    @router.get("/{id}/report.{kind}", **reference.REPORT)
    async def send_report(request: Request, id: str, kind: Literal["csv", "html"]) -> Response:
        """What became of each photo, as csv or html: one page that holds everything."""
        job = await desk.job(request, id)
        name = Path(f"report.{kind}")
        data = await asyncio.to_thread(lambda: written(jobs.items(job.id), name, jobs.folders(job.id).own))
        return files.report(data, f"{job.file.name or 'report'}.{kind}", kind)
