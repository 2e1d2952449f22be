"""Photos of a batch in the studio: in with their Recipe, back with what was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from components.handlers import batch_photo
from components.handlers.batch_photo import Keeping
from pipelines.batch.items import Counts, Item
from pipelines.batch.job import Job, JobFile
from pipelines.batch.order import Order, Variant
from pipelines.batch.touch_ups import TouchUps, following
from pipelines.errors import JobNotFound, PhotoNotFound, WrongJobState
from pipelines.recipe import Recipe
from pipelines.workbench import Workbench
from tests.unit.test_workbench import picture

DATA = picture()
DIGEST = hashlib.sha256(DATA).hexdigest()
STROKE = {"mode": "keep", "points": [[0.1, 0.1]], "size": 0.02, "hardness": 1.0, "smart": False}
SHOP = Recipe.read({"model": "fast", "background": "white", "output": {"format": "jpg"}})
ORDER = Order.of([Variant("shop", SHOP), Variant("print", Recipe(model="fast"))])


@dataclass
class Shoes:
    """A batch of three photos that holds still."""

    photos: dict[int, Item] = field(
        default_factory=lambda: {number: photo(number) for number in (1, 2, 3)},
    )
    made: list[int] = field(default_factory=list)

    def get(self, job_id: str) -> Job:
        if job_id != "shoes":
            raise JobNotFound("There is no such job.")
        return Job(JobFile(id="shoes", name="Shoes", plan=ORDER.to_json(), created=0), "done", Counts(done=3))

    def order(self, job_id: str) -> Order:
        return self.get(job_id).file.order

    def items(self, job_id: str) -> list[Item]:  # noqa: ARG002
        return [*self.photos.values()]

    def item(self, job_id: str, number: int) -> Item:  # noqa: ARG002
        if number not in self.photos:
            raise PhotoNotFound("This job has no such photo.")
        return self.photos[number]

    def photo(self, job_id: str, number: int) -> bytes:  # noqa: ARG002
        return DATA

    def change(
        self,
        job_id: str,  # noqa: ARG002
        numbers: Sequence[int],
        changes: Mapping[str, Any],
        digest: str | None = None,
    ) -> list[int]:
        assert digest == DIGEST
        changed = [number for number in numbers if self.photos[number].state != "leased"]
        for number in changed:
            self.photos[number] = replace(self.photos[number], state="queued", changes=changes)
        self.made += changed
        return changed


def photo(number: int, score: float = 0.5, **more: Any) -> Item:
    result = {"confidence": score, "reasons": [], "broken": []}
    facts = {"sha256": f"{DIGEST if number == 1 else number}", "results": {"shop": result}}
    return replace(Item(number, f"red/{number}.png", {}, "done", facts=facts), **more)


@pytest.fixture
def shoes() -> Shoes:
    return Shoes()


@pytest.fixture
def touch_ups(bench: Workbench, shoes: Shoes) -> TouchUps:
    return TouchUps(bench, shoes)


def same(recipe: Recipe) -> Recipe:
    return recipe


def test_a_photo_comes_with_the_recipe_that_it_has(
    touch_ups: TouchUps, bench: Workbench, shoes: Shoes
) -> None:
    shoes.photos[1] = replace(shoes.photos[1], changes={"strokes": [STROKE]}, judged=DIGEST)
    opened = touch_ups.open("shoes", 1)
    assert (opened.batch, opened.number, opened.total, opened.file) == ("Shoes", 1, 3, "red/1.png")
    assert (opened.photo.name, opened.photo.width) == ("1", 90)
    line = bench.timelines.of(opened.photo.id)
    assert line is not None
    assert line.recipe == SHOP.changed(strokes=[STROKE])
    assert not line.back


def test_changes_of_another_photo_that_lay_there_are_none_of_its_own(
    touch_ups: TouchUps, bench: Workbench, shoes: Shoes
) -> None:
    shoes.photos[1] = replace(shoes.photos[1], changes={"strokes": [STROKE]}, judged="of another")
    line = bench.timelines.of(touch_ups.open("shoes", 1).photo.id)
    assert line is not None
    assert line.recipe == SHOP


@pytest.mark.parametrize("number", [0, -1, 4, 10**30])
def test_there_is_no_such_photo(touch_ups: TouchUps, number: int) -> None:
    with pytest.raises(PhotoNotFound, match="no such photo"):
        touch_ups.open("shoes", number)
    with pytest.raises(JobNotFound):
        touch_ups.open("hats", 1)


def test_what_was_changed_is_kept_for_that_photo_alone(touch_ups: TouchUps, shoes: Shoes) -> None:
    opened = touch_ups.open("shoes", 1).photo.id
    kept = touch_ups.keep(opened, SHOP.changed(strokes=[STROKE]), same)
    assert (kept.kept, kept.left_out, kept.following) == (True, (), 2)
    assert shoes.photos[1].changes == {"strokes": [STROKE]}
    assert shoes.photos[2].changes == {}
    touch_ups.keep(opened, SHOP, same)  # the person came back to the page, and undid it
    assert shoes.photos[1].changes == {}


def test_nothing_is_made_again_where_nothing_was_changed(touch_ups: TouchUps, shoes: Shoes) -> None:
    assert touch_ups.keep(touch_ups.open("shoes", 1).photo.id, SHOP, same).kept
    assert shoes.made == []


def test_what_cant_be_kept_is_said_before_anything_is(touch_ups: TouchUps, shoes: Shoes) -> None:
    opened = touch_ups.open("shoes", 1).photo.id
    now = SHOP.changed(strokes=[STROKE], background="red", output={"format": "png"})
    first = touch_ups.keep(opened, now, same)
    assert (first.kept, first.left_out, shoes.made) == (False, ("background", "output"), [])
    assert touch_ups.keep(opened, now, same, partly=True).kept
    assert shoes.photos[1].changes == {"strokes": [STROKE]}


def test_a_photo_that_is_being_made_is_not_changed_behind_its_back(touch_ups: TouchUps, shoes: Shoes) -> None:
    opened = touch_ups.open("shoes", 1).photo.id
    shoes.photos[1] = replace(shoes.photos[1], state="leased")
    with pytest.raises(WrongJobState, match="in a few seconds"):
        touch_ups.keep(opened, SHOP.changed(strokes=[STROKE]), same)


def test_the_banner_is_told_what_came_of_it(touch_ups: TouchUps, bench: Workbench, shoes: Shoes) -> None:
    keeping = Keeping(bench, touch_ups, same)
    opened = touch_ups.open("shoes", 1).photo.id
    fields = SHOP.changed(strokes=[STROKE], background="red").model_dump()
    told = batch_photo.kept(keeping, opened, fields, partly=False)
    assert (told["action"], told["text"].partition(".")[0]) == (
        "partly",
        "Can’t be kept for this photo alone: background",
    )
    told = batch_photo.kept(keeping, opened, fields, partly=True)
    assert (told["action"], told["photo"], told["following"]) == ("kept", opened, 2)
    assert shoes.made == [1]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"model": "fast"}, "Open it from the batch again"),
        ({"model": "/etc/passwd.onnx"}, "There is no model"),
        ({"model": "bria-rmbg"}, "weights"),
        ({"strokes": [{"mode": "keep"}]}, "points"),
    ],
)
def test_the_banner_is_told_why_not(
    touch_ups: TouchUps, bench: Workbench, fields: dict[str, Any], said: str
) -> None:
    told = batch_photo.kept(Keeping(bench, touch_ups, same), "unknown", fields, partly=False)
    assert told["action"] == "refused"
    assert said in told["text"]


def test_the_next_one_is_the_least_sure_that_nobody_looked_at() -> None:
    photos = [
        photo(1, 0.2),
        photo(2, 0.3, decision="accepted"),
        photo(3, 0.4, changes={"strokes": []}),
        photo(4, 0.6),
        photo(5, 0.5),
        photo(6, 0.1, state="failed"),
        photo(7, 0.99),
    ]
    assert following(photos, 1) == 5
    assert following(photos, 5) == 1
    assert following([photo(1, 0.2), photo(2, 0.99)], 1) is None
