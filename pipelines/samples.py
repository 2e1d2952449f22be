"""Sample photos to try: four free pictures that the scikit-image package carries."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.errors import PhotoNotFound


@dataclass(frozen=True)
class Sample:
    """A picture to try.

    Attributes:
        name: stable, used in addresses.
        title: what people see.
        filename: inside scikit-image's data folder.
        credit: who made it and under what terms.
    """

    name: str
    title: str
    filename: str
    credit: str


SAMPLES: Final = (
    Sample("astronaut", "Portrait", "astronaut.png", "NASA, public domain"),
    Sample("chelsea", "Cat", "chelsea.png", "Stéfan van der Walt, CC0"),
    Sample("coffee", "Product", "coffee.png", "Rachel Michetti, CC0"),
    Sample("rocket", "Rocket", "rocket.jpg", "SpaceX, CC0"),
)


def sample_path(name: str) -> Path:
    """Where a sample lies, found without importing scikit-image.

    Raises:
        PhotoNotFound: no such sample, or the package is not installed.
    """
    spec = importlib.util.find_spec("skimage")
    roots = list(spec.submodule_search_locations or []) if spec else []
    for sample in SAMPLES:
        if sample.name == name and roots:
            path = Path(roots[0]) / "data" / sample.filename
            if path.is_file():
                return path
    raise PhotoNotFound(f"There is no sample photo called {name[:40]!r}.")
