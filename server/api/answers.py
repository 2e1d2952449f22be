"""What requests for a cutout are answered with, typed."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from pipelines.compose.subject import Box
from pipelines.export.results import Facts
from pipelines.matting.confidence import Confidence as Judged
from pipelines.rules.findings import Report
from pipelines.rules.words import sentence
from server.api.making import Made
from server.facts import in_source


class Answer(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(frozen=True)


class Size(Answer):
    """A picture's size, in pixels."""

    width: int = Field(examples=[1600])
    height: int = Field(examples=[1200])


class Rectangle(Answer):
    """A part of a picture, in pixels from its upper left corner."""

    left: int = Field(examples=[420])
    top: int = Field(examples=[96])
    width: int = Field(examples=[760])
    height: int = Field(examples=[1010])

    @classmethod
    def of(cls, box: Box) -> Self:
        """A box as it is told."""
        return cls(left=box.left, top=box.top, width=box.right - box.left, height=box.bottom - box.top)


class Network(Answer):
    """A network that made the matte."""

    name: str = Field(examples=["u2netp"])
    sha256: str = Field(
        description="of the weights in use, in hexadecimal digits",
        examples=["309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8"],
    )
    device: str = Field(description="where it ran", examples=["cpu"])


class ReasonTold(Answer):
    """Something that a person should look at."""

    code: str = Field(description="stays as it is, for programs", examples=["cut_off"])
    text: str = Field(description="for people, in English", examples=["the subject is cut off on the left"])


class Confidence(Answer):
    """How far the cutout can be trusted without a look."""

    score: float = Field(ge=0, le=1, examples=[0.97])
    trusted: bool = Field(description="the score is 0.9 or more: nobody need look", examples=[True])
    reasons: list[ReasonTold] = Field(description="what to look at, the weightiest first")

    @classmethod
    def of(cls, judged: Judged) -> Self:
        """A judgement as it is told."""
        reasons = [ReasonTold(code=reason.code, text=reason.text) for reason in judged.reasons]
        return cls(score=round(judged.score, 3), trusted=judged.trusted, reasons=reasons)


class FindingTold(Answer):
    """What was found about one of a preset's rules."""

    rule: str = Field(examples=["background"])
    verdict: Literal["pass", "warn", "fail"]
    text: str = Field(description="for people, in English", examples=["The background is pure white."])
    facts: dict[str, str] = Field(description="the figures in the text, by name")


class Check(Answer):
    """How the file stands against the rules of its preset."""

    preset: str = Field(examples=["amazon-main"])
    verdict: Literal["pass", "warn", "fail"] = Field(description="the worst of all findings")
    findings: list[FindingTold]

    @classmethod
    def of(cls, report: Report) -> Self:
        """A report as it is told."""
        findings = [
            FindingTold(rule=one.rule, verdict=one.verdict, text=sentence(one), facts=one.facts)
            for one in report.findings
        ]
        return cls(preset=report.preset, verdict=report.verdict, findings=findings)


class FileFacts(Answer):
    """What was done to make a file, or one of several in a ZIP."""

    width: int = Field(description="in pixels", examples=[1600])
    height: int = Field(description="in pixels", examples=[1200])
    quality: int | None = Field(
        None, description="that it was written with, where the format loses something"
    )
    colors: int | None = Field(None, description="that it has, of a PNG of few colours")
    error: float | None = Field(None, description="mean difference that few colours make, in steps of 255")
    anchors: int | None = Field(None, description="of the outline in it")

    @classmethod
    def of(cls, facts: Facts) -> Self:
        """Facts as they are told."""
        return cls.model_validate(facts, from_attributes=True)


class ResultFile(Answer):
    """The finished file."""

    name: str = Field(examples=["photo.png"])
    media_type: str = Field(examples=["image/png"])
    bytes: int = Field(examples=[734_003])
    parts: list[FileFacts] = Field(description="one, or one for each file in a ZIP of several formats")


class Links(Answer):
    """Where the files can be had, below this server's address."""

    result: str = Field(examples=["/api/v1/files/0pWZb9hCIVQ9eYkJmYlZ3w"])
    matte: str = Field(
        description="a grey PNG, white where the subject is, of the photo's size",
        examples=["/api/v1/files/y1oFbyV3wsy3s0iIfNQp5A"],
    )


class CutoutAnswer(Answer):
    """A cutout in facts."""

    photo: Size = Field(description="of the photo that was sent, upright")
    subject: Rectangle | None = Field(description="where it is in the photo; null where none was found")
    file: ResultFile
    models: list[Network]
    confidence: Confidence
    check: Check | None = Field(description="where the Recipe names a preset, else null")
    timings: dict[str, float] = Field(
        description="milliseconds by step", examples=[{"load": 31.2, "predict": 812.0, "encode": 64.9}]
    )
    recipe: dict[str, Any] = Field(
        description="the whole Recipe, with the preset in it: with the same photo it gives the same pixels",
        examples=[{"version": 1, "model": "auto", "background": {"kind": "color", "color": "#ffffff"}}],
    )
    links: Links
    keep_seconds: float = Field(
        description="so long after their last use the files are kept; DELETE a link to end that",
        examples=[3600],
    )


def told(made: Made, links: Links, keep_seconds: float) -> CutoutAnswer:
    """What came of a request, in facts.

    Args:
        made: what came of it.
        links: where its files are.
        keep_seconds: how long they are kept.
    """
    cutout, file = made.cutout, made.file
    return CutoutAnswer(
        photo=Size(width=made.photo[0], height=made.photo[1]),
        subject=None if cutout.box is None else Rectangle.of(in_source(cutout, cutout.box)),
        file=ResultFile(
            name=file.name,
            media_type=file.media_type,
            bytes=len(file.data),
            parts=[FileFacts.of(facts) for facts in file.facts],
        ),
        models=[Network(name=one.name, sha256=one.digest, device=one.device) for one in cutout.model],
        confidence=Confidence.of(cutout.confidence),
        check=None if made.check is None else Check.of(made.check),
        timings={name: round(value, 1) for name, value in made.timings.items()},
        recipe=cutout.recipe.model_dump(mode="json"),
        links=links,
        keep_seconds=keep_seconds,
    )
