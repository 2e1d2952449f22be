"""MODNet as a session of rembg's, so that whatever speaks rembg can use it by name.

Ke, Sun, Li, Yan, Lau: "MODNet: Real-Time Trimap-Free Portrait Matting via Objective
Decomposition", AAAI 2022. Importing this imports rembg, which takes seconds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image
from rembg.sessions.base import BaseSession

from pipelines.models.known import model_named
from pipelines.models.predict import network_input, read_output, resize
from pipelines.models.weights import open_store
from pipelines.settings import load_settings


class ModnetSession(BaseSession):  # type: ignore[misc]  # rembg ships no types
    """A rembg session for MODNet's portrait matting."""

    def predict(self, img: Image.Image, *_args: Any, **_kwargs: Any) -> list[Image.Image]:
        """The matte of a picture, of its size, as rembg's sessions return it."""
        preprocess = model_named("modnet").preprocess
        assert preprocess is not None  # noqa: S101  (a fact of the catalogue)
        pixels = resize(np.asarray(img.convert("RGB")), preprocess.size)
        entry = self.inner_session.get_inputs()[0].name
        raw = self.inner_session.run(None, {entry: network_input(pixels, preprocess)})[0]
        matte = np.round(read_output(raw, preprocess.decode) * 255).astype(np.uint8)
        return [Image.fromarray(matte).resize(img.size, Image.Resampling.BICUBIC)]

    @classmethod
    def download_models(cls, *_args: Any, **_kwargs: Any) -> str:
        """The weights' path, from the store of the person who runs this."""
        return str(open_store(load_settings()).ensure(model_named("modnet")))

    @classmethod
    def name(cls, *_args: Any, **_kwargs: Any) -> str:
        """The name in rembg's registry."""
        return "modnet"
