"""Photos of batches on their way to the studio."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from pipelines.batch.touch_ups import TouchUps
from server.api.jobs.desk import Desk
from server.work import heavy


def batch_photo_router(desk: Desk, touch_ups: TouchUps) -> APIRouter:
    """The route; what becomes of a photo is told by the page (:mod:`components.batch_photo_wiring`).

    Args:
        desk: knows whose a batch is.
        touch_ups: takes the photos.
    """
    router = APIRouter(prefix=f"{desk.prefix}/batch", include_in_schema=False)

    @router.post("/{job}/{number}")
    async def open_photo(request: Request, job: str, number: int) -> dict[str, Any]:
        """Take a photo of the asker's batch to the studio."""
        found = await desk.job(request, job)
        return asdict(await heavy(desk.bench.gate, lambda: touch_ups.open(found.id, number)))

    return router
