"""Photoshop files: what is behind and the photo as layers, the matte as the photo's layer mask.

Written with psd-tools' structures, which follow Adobe's specification; the merged picture, which other
programs and previews show, is ours, so that nothing is composited twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.export import photoshop
from pipelines.export.raster import Tags
from pipelines.export.tracing import Outline
from pipelines.photo import Matte8, Pixels

if TYPE_CHECKING:
    from psd_tools.psd.image_resources import ImageResources
    from psd_tools.psd.layer_and_mask import ChannelData, ChannelDataList, LayerRecord

_CHANNELS = (0, 1, 2)
_TRANSPARENCY, _MASK = -1, -2


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer that covers the canvas.

    Attributes:
        name: in ASCII.
        pixels: HxWx3 uint8, straight colour.
        alpha: HxW uint8, its own transparency; None for none.
        mask: HxW uint8, its layer mask; None for none.
    """

    name: str
    pixels: Pixels
    alpha: Matte8 | None = None
    mask: Matte8 | None = None


def encoded(layers: Sequence[Layer], merged: NDArray[np.uint8], tags: Tags, outline: Outline | None) -> bytes:
    """Write a PSD file.

    Args:
        layers: the lowest first.
        merged: HxWx3 or HxWx4 uint8, what they look like together.
        tags: profile, resolution and Exif.
        outline: becomes the clipping path; None for none.
    """
    from psd_tools.constants import Compression
    from psd_tools.psd import PSD
    from psd_tools.psd.header import FileHeader
    from psd_tools.psd.image_data import ImageData
    from psd_tools.psd.layer_and_mask import (
        ChannelImageData,
        LayerAndMaskInformation,
        LayerInfo,
        LayerRecords,
    )

    height, width, channels = merged.shape
    header = FileHeader(width=width, height=height, channels=channels)
    written = [_layer(layer) for layer in layers]
    # A negative count says that the merged picture's fourth channel is its transparency.
    info = LayerInfo(
        len(layers) if channels == 3 else -len(layers),
        LayerRecords([record for record, _ in written]),  # type: ignore[misc]
        ChannelImageData([data for _, data in written]),  # type: ignore[misc]
    )
    image = ImageData(Compression.RLE)
    image.set_data([plane.tobytes() for plane in cv2.split(_on_white(merged))], header)
    document = PSD(
        header,
        image_resources=_resources(tags, outline),
        layer_and_mask_information=LayerAndMaskInformation(layer_info=info),
        image_data=image,
    )
    stream = BytesIO()
    document.write(stream)
    return stream.getvalue()


def _on_white(merged: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The merged picture as Photoshop keeps it: colours with transparency lie on white."""
    if merged.shape[2] == 3:
        return merged
    result = merged.copy()
    part = merged[..., 3] < 255
    alpha = merged[part][:, 3:].astype(np.uint16)
    result[part, :3] = ((merged[part][:, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return result


def _layer(layer: Layer) -> tuple[LayerRecord, ChannelDataList]:
    from psd_tools.constants import ChannelID
    from psd_tools.psd.layer_and_mask import ChannelDataList, ChannelInfo, LayerRecord, MaskData

    height, width = layer.pixels.shape[:2]
    planes = [(number, layer.pixels[..., number]) for number in _CHANNELS]
    if layer.alpha is not None:
        planes.insert(0, (_TRANSPARENCY, layer.alpha))
    if layer.mask is not None:
        planes.append((_MASK, layer.mask))
    channels = [_channel(plane) for _, plane in planes]
    record = LayerRecord(
        bottom=height,
        right=width,
        channel_info=[
            ChannelInfo(ChannelID(number), 2 + len(channel.data))
            for (number, _), channel in zip(planes, channels, strict=True)
        ],
        mask_data=None if layer.mask is None else MaskData(bottom=height, right=width),
        name=layer.name,
    )
    return record, ChannelDataList(channels)  # type: ignore[arg-type]


def _channel(plane: NDArray[np.uint8]) -> ChannelData:
    from psd_tools.constants import Compression
    from psd_tools.psd.layer_and_mask import ChannelData

    channel = ChannelData(Compression.RLE)
    channel.set_data(plane.tobytes(), plane.shape[1], plane.shape[0], 8)
    return channel


def _resources(tags: Tags, outline: Outline | None) -> ImageResources:
    from psd_tools.constants import Resource
    from psd_tools.psd.image_resources import ImageResource, ImageResources, VersionInfo

    version = VersionInfo(has_composite=True, writer="Cutaway", reader="Cutaway")
    found = [ImageResource(key=Resource.VERSION_INFO, data=version)]  # type: ignore[arg-type]

    def add(number: int, data: bytes, name: str = "") -> None:
        found.append(ImageResource(key=number, name=name, data=data))

    if tags.dpi:
        add(photoshop.RESOLUTION, photoshop.resolution(tags.dpi))
    if tags.icc:
        add(photoshop.ICC, tags.icc)
    if tags.exif:
        add(photoshop.EXIF, tags.exif.removeprefix(b"Exif\0\0"))
    if outline and outline.loops:
        add(photoshop.FIRST_PATH, photoshop.path(outline), photoshop.PATH_NAME.decode())
        add(photoshop.CLIPPING_PATH, photoshop.clipping_path_name())
    return ImageResources([(one.key, one) for one in found])  # type: ignore[arg-type]
