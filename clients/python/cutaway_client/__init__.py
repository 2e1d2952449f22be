"""Asks a Cutaway server to take backgrounds out of pictures: a thin client of its API, version 1."""

from cutaway_client.answers import Cutout, Limits, Models, Presets
from cutaway_client.client import Client, Picture
from cutaway_client.connection import Patience
from cutaway_client.errors import CutawayError
from cutaway_client.job_answers import Changed, Item, Job
from cutaway_client.jobs import Jobs

__all__ = [
    "Changed",
    "Client",
    "CutawayError",
    "Cutout",
    "Item",
    "Job",
    "Jobs",
    "Limits",
    "Models",
    "Patience",
    "Picture",
    "Presets",
]
