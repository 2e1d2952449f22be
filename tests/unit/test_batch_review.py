"""What a person says of a batch's photos: kept, void when it must be, and where to look first."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from pipelines.batch.items import Item
from pipelines.batch.ledger import Ledger
from pipelines.batch.order import Order, Variant
from pipelines.batch.review import acceptable, reviewed
from pipelines.errors import LedgerUnusable, RecipeError
from pipelines.recipe import Recipe

PLAIN = Order.of([Variant("cutout", Recipe(model="fast"))])
WHITE = Order.of([Variant("cutout", Recipe.read({"model": "fast", "background": "white"}))])
OTHER_CUT = Order.of([Variant("cutout", Recipe(model="fast", refine=False))])


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / "batch.sqlite3")
    made.enter(PLAIN, {"a.jpg": "1", "b.jpg": "1"})
    return made


def do(ledger: Ledger, digest: str = "d") -> Item:
    item = ledger.claim("x", suspects=False)
    assert item is not None
    assert ledger.finish(item, "x", {"sha256": f"{digest}{item.number}"})
    found = ledger.item(item.number)
    assert found is not None
    return found


class TestDecisions:
    def test_only_what_is_done_is_accepted(self, ledger: Ledger) -> None:
        item = do(ledger)
        assert ledger.decide([1, 2, 3], "accepted") == [1]
        assert ledger.decide([2], "excluded") == [2]
        assert [each.decision for each in ledger.items()] == ["accepted", "excluded"]
        assert ledger.decide([item.number], None) == [item.number]
        assert ledger.items()[0].decision is None

    def test_they_last_while_the_cutouts_do(self, ledger: Ledger) -> None:
        do(ledger)
        ledger.decide([1], "accepted")
        ledger.enter(WHITE, {"a.jpg": "1", "b.jpg": "1"})
        assert ledger.items()[0].decision == "accepted"
        ledger.enter(OTHER_CUT, {"a.jpg": "1", "b.jpg": "1"})
        assert ledger.items()[0].decision is None

    def test_they_are_not_about_another_photo_of_the_same_name(self, ledger: Ledger) -> None:
        do(ledger)
        ledger.change([1], {"model": "u2netp"})
        do(ledger)
        ledger.decide([1], "accepted")
        ledger.enter(PLAIN, {"a.jpg": "touched", "b.jpg": "1"})
        same = do(ledger)
        assert (same.decision, same.changes) == ("accepted", {"model": "u2netp"})
        ledger.enter(PLAIN, {"a.jpg": "replaced", "b.jpg": "1"})
        item = ledger.claim("x", suspects=False)
        assert item is not None
        assert item.changes_for("another") == {}
        assert item.changes_for("d1") == {"model": "u2netp"}
        ledger.finish(item, "x", {"sha256": "another"})
        first = ledger.items()[0]
        assert (first.decision, first.changes, first.judged) == (None, {}, None)

    def test_a_change_makes_a_photo_again_and_voids_what_was_said(self, ledger: Ledger) -> None:
        do(ledger)
        ledger.decide([1], "accepted")
        assert ledger.change([1, 9], {"refine": False}, "f" * 64) == [1]
        assert (changed := ledger.item(1))
        assert (changed.changes_for("f" * 64), changed.changes_for("e" * 64)) == ({"refine": False}, {})
        assert ledger.change([1, 9], {"refine": False}) == [1]
        item = ledger.item(1)
        assert item is not None
        assert (item.state, item.decision, item.changes) == ("queued", None, {"refine": False})
        assert item.facts == {"sha256": "d1"}  # what there was is still to be seen
        assert do(ledger).changes == {"refine": False}
        ledger.change([1], {})
        assert do(ledger).changes == {}


class TestOrdersOfOnePhoto:
    def test_a_change_holds_for_every_result(self) -> None:
        two = Order.of([Variant("a", Recipe()), Variant("b", Recipe(model="fast").changed(model="auto"))])
        changed = two.changed({"model": "modnet"})
        assert [each.recipe.model for each in changed.variants] == ["modnet", "modnet"]
        assert two.changed({}) is two
        with pytest.raises(RecipeError, match="refine"):
            two.changed({"refine": "perhaps"})


class TestFiles:
    def test_one_of_the_first_edition_is_brought_up_to_date(self, tmp_path: Path) -> None:
        path = tmp_path / "old.sqlite3"
        base = sqlite3.connect(path)
        base.executescript(
            "CREATE TABLE job (one INTEGER PRIMARY KEY CHECK (one = 1), plan TEXT, paused TEXT);"
            "CREATE TABLE item (number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, "
            "places TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'queued', lease TEXT, crashes INTEGER "
            "NOT NULL DEFAULT 0, starts INTEGER NOT NULL DEFAULT 0, here INTEGER NOT NULL DEFAULT 1, "
            "code TEXT, message TEXT, facts TEXT);"
            "INSERT INTO item (number, path, stamp, places, state, facts) "
            """VALUES (1, 'a.jpg', '1', '{"cutout": "a"}', 'done', '{"sha256": "d"}');"""
        )
        base.close()
        with Ledger(path) as ledger:
            assert ledger.decide([1], "accepted") == [1]
        with Ledger(path) as ledger:
            (item,) = ledger.items()
        assert (item.decision, item.judged, item.places) == ("accepted", "d", {"cutout": "a"})

    def test_one_of_a_later_edition_and_one_that_is_damaged_are_refused(self, tmp_path: Path) -> None:
        later, damaged = tmp_path / "later.sqlite3", tmp_path / "damaged.sqlite3"
        base = sqlite3.connect(later)
        base.execute("PRAGMA user_version = 1000")
        base.close()
        damaged.write_bytes(b"SQLite format 3\0" + b"x" * 4000)
        with pytest.raises(LedgerUnusable, match="later version"):
            Ledger(later)
        with pytest.raises(LedgerUnusable, match="damaged"):
            Ledger(damaged)


def item(number: int, confidence: float | None, **more: Any) -> Item:
    """A photo with one result; None: it failed."""
    if confidence is None:
        return Item(number, f"{number}.jpg", {}, "failed", code="image_unreadable", message="Damaged.")
    codes = more.pop("codes", ())
    reasons = [{"code": code, "text": code} for code in codes]
    result = {"confidence": confidence, "reasons": reasons, "broken": more.pop("broken", [])}
    facts = {"sha256": more.pop("sha256", str(number)), "results": {"cutout": result}}
    return Item(number, f"{number}.jpg", {}, "done", facts=facts, **more)


class TestReview:
    PHOTOS = (
        item(1, 0.95),
        item(2, 0.5, codes=["cut_off"]),
        item(3, None),
        item(4, 0.97, broken=["not white"]),
        item(5, 0.92, sha256="1"),
        item(6, 0.99, decision="accepted"),
    )

    def test_what_is_to_be_looked_at_comes_first(self) -> None:
        photos = reviewed(self.PHOTOS)
        assert [photo.item.number for photo in photos] == [3, 4, 2, 5, 1, 6]
        flags = {photo.item.number: set(photo.flags) for photo in photos}
        assert flags == {
            **{1: set(), 2: {"unsure", "cut_off"}, 3: {"failed"}, 4: {"broken"}, 5: {"duplicate"}},
            6: set(),
        }
        assert next(photo.twin for photo in photos if photo.item.number == 5) == "1.jpg"

    def test_what_is_not_made_yet_comes_last_but_an_earlier_result_counts(self) -> None:
        again = Item(8, "8.jpg", {}, "queued", facts=item(8, 0.7).facts)
        photos = reviewed([Item(7, "7.jpg", {}), *self.PHOTOS, again])
        assert [photo.item.number for photo in photos] == [3, 4, 2, 8, 5, 1, 6, 7]

    def test_filters_show_what_they_say(self) -> None:
        photos = reviewed(self.PHOTOS)
        shown = {
            name: [photo.item.number for photo in photos if photo.shown_by(name)]
            for name in ("all", "broken", "odd", "accepted", "excluded", "undecided")
        }
        assert shown == {
            **{"all": [3, 4, 2, 5, 1, 6], "broken": [4], "odd": [], "accepted": [6], "excluded": []},
            "undecided": [3, 4, 2, 5, 1],
        }

    def test_accepting_all_above_leaves_out_broken_rules_and_what_was_decided(self) -> None:
        assert acceptable(reviewed(self.PHOTOS), 0.9) == [5, 1]
        assert acceptable(reviewed(self.PHOTOS), 0.0) == [2, 5, 1]
