"""Asks a Cutaway server to take backgrounds out of pictures: a thin client of its API, version 1."""

from cutaway_client.answers import Cutout, Limits, Models, Presets
from cutaway_client.client import Client, Patience, Picture
from cutaway_client.errors import CutawayError

__all__ = ["Client", "CutawayError", "Cutout", "Limits", "Models", "Patience", "Picture", "Presets"]
