"""Links for clients: what they lead to, for how long, and what clients may say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import shares as module
from pipelines.errors import InputError, ShareNotFound, StorageFull, TooMany
from pipelines.notes import NOTE_LIMIT, clean_line, clean_text
from pipelines.share_terms import LIFETIMES, Terms, is_key
from pipelines.shares import ANSWERS, Picture, Share, Shares
from pipelines.shelf import Shelf
from tests.unit.test_shelf import Clock

OWNER, OTHER = "a" * 22, "b" * 22
PICTURES = {what: Picture(what.encode(), f"{what}.jpg", "image/jpeg") for what in ("before", "after")}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(keep_seconds=10**9, parent=tmp_path)
    yield shelf
    shelf.close()


@pytest.fixture
def shares(shelf: Shelf, clock: Clock) -> Shares:
    return Shares(shelf, clock)


def add(shares: Shares, owner: str = OWNER, lifetime: str = "hour", **how: Any) -> Share:
    return shares.add(Terms(owner, lifetime, **how), "lamp", (90, 60), PICTURES)


def files(shelf: Shelf) -> int:
    return sum(path.is_file() and path.name[0] != "." for path in shelf.root.iterdir())


def test_a_link_leads_to_its_files(shares: Shares) -> None:
    share = add(shares)
    assert shares.get(share.id) == share
    assert shares.file(share.id, "after").path.read_bytes() == b"after"
    assert (share.state, share.size, share.name) == ("waiting", (90, 60), "lamp")


def test_ids_are_long_and_each_another(shares: Shares) -> None:
    first, second = add(shares).id, add(shares).id
    assert first != second
    assert len(first) >= 32  # 192 bits in base 64


@pytest.mark.parametrize("lifetime", LIFETIMES)
def test_links_expire(shares: Shares, shelf: Shelf, clock: Clock, lifetime: str) -> None:
    share = add(shares, lifetime=lifetime)
    clock.now = LIFETIMES[lifetime] - 0.001
    assert shares.get(share.id) == share
    assert shares.of(OWNER) == [share]
    clock.now = LIFETIMES[lifetime]
    for ask in (
        shares.get,
        lambda name: shares.file(name, "after"),
        lambda name: shares.answer(name, "approved", ""),
    ):
        with pytest.raises(ShareNotFound):
            ask(share.id)
    assert shares.of(OWNER) == []
    assert shares.sweep() == 1
    assert files(shelf) == 0


def test_expired_revoked_and_never_made_are_not_told_apart(shares: Shares, clock: Clock) -> None:
    expired = add(shares).id
    clock.now = LIFETIMES["hour"]
    revoked = add(shares).id
    shares.revoke(OWNER, revoked)
    said = set()
    for name in (expired, revoked, "never", "", "../../etc/passwd"):
        with pytest.raises(ShareNotFound) as caught:
            shares.get(name)
        said.add(caught.value.message)
    assert len(said) == 1


def test_only_owners_revoke(shares: Shares, shelf: Shelf) -> None:
    share = add(shares)
    shares.revoke(OTHER, share.id)
    shares.revoke(OWNER, "never")
    assert shares.get(share.id) == share
    shares.revoke(OWNER, share.id)
    shares.revoke(OWNER, share.id)
    assert files(shelf) == 0


def test_owners_see_their_own_the_latest_first(shares: Shares, clock: Clock) -> None:
    first = add(shares)
    clock.now = 1
    second, foreign = add(shares), add(shares, OTHER)
    assert shares.of(OWNER) == [second, first]
    assert shares.of(OTHER) == [foreign]
    assert shares.of("") == []


def test_there_is_no_file_that_was_not_allowed(shares: Shares) -> None:
    share = add(shares)
    for what in ("full", "", "..", "before/../after"):
        with pytest.raises(ShareNotFound):
            shares.file(share.id, what)


def test_answers_are_kept_and_the_last_one_counts(shares: Shares, clock: Clock) -> None:
    share = add(shares)
    clock.now = 5
    shares.answer(share.id, "change", "  Warmer,\r\n\r\n\r\n\r\nplease ")
    clock.now = 6
    answered = shares.answer(share.id, "approved", "")
    assert answered == shares.get(share.id)
    assert answered.state == "approved"
    assert [(one.at, one.verdict, one.note) for one in answered.answers] == [
        (5, "change", "Warmer,\n\nplease"),
        (6, "approved", ""),
    ]


@pytest.mark.parametrize("note", ["", "  \n ", "\x00\x07", "\u202e\u2066"])
def test_who_wants_a_change_says_which(shares: Shares, note: str) -> None:
    share = add(shares)
    with pytest.raises(InputError, match="Say what"):
        shares.answer(share.id, "change", note)
    assert shares.get(share.id).state == "waiting"


def test_answers_come_no_faster_than_people_write(shares: Shares, clock: Clock) -> None:
    share, other = add(shares), add(shares)
    for _ in range(3):
        shares.answer(share.id, "approved", "")
    with pytest.raises(TooMany, match="Wait"):
        shares.answer(share.id, "approved", "")
    shares.answer(other.id, "approved", "")
    clock.now = 60
    assert len(shares.answer(share.id, "approved", "").answers) == 4


def test_a_link_takes_only_so_many(shares: Shares, clock: Clock) -> None:
    share = add(shares, lifetime="week")
    for number in range(ANSWERS):
        clock.now = number * 100
        answered = shares.answer(share.id, "change", f"{number}")
    assert answered.full
    clock.now += 1000
    with pytest.raises(TooMany, match="no more"):
        shares.answer(share.id, "approved", "")


def test_an_owner_has_only_so_many(
    shares: Shares, shelf: Shelf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OWNED", 2)
    add(shares)
    add(shares)
    with pytest.raises(TooMany, match="2 links already"):
        shares.check_room(OWNER)
    with pytest.raises(TooMany):
        add(shares)
    assert files(shelf) == 4
    add(shares, OTHER)
    clock.now = LIFETIMES["hour"]
    add(shares)  # those that expired count no more


@pytest.mark.parametrize(("limit", "value"), [("MOST", 1), ("MOST_BYTES", 12)])
def test_all_together_are_bounded(
    shares: Shares, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(module, limit, value)  # one link's files have 11 bytes
    add(shares)
    with pytest.raises(TooMany, match="no room"):
        add(shares, OTHER)
    assert files(shelf) == 2


def test_a_full_disk_leaves_nothing_behind(
    shares: Shares, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, left = shelf.put, [1]

    def full(data: bytes, filename: str, media_type: str) -> str:
        if not left:
            raise StorageFull("No room.")
        left.pop()
        return put(data, filename, media_type)

    monkeypatch.setattr(shelf, "put", full)
    with pytest.raises(StorageFull):
        add(shares)
    assert files(shelf) == 0
    assert shares.of(OWNER) == []


@pytest.mark.parametrize("owner", ["", "short", "a" * 65, "a" * 21 + "/", "a" * 21 + "é", "a" * 21 + " "])
def test_owners_have_long_keys(shares: Shares, owner: str) -> None:
    assert not is_key(owner)
    with pytest.raises(InputError, match="keeps nothing"):
        add(shares, owner)


@pytest.mark.parametrize("lifetime", ["", "year", "HOUR"])
def test_lifetimes_are_those_that_are_offered(shares: Shares, lifetime: str) -> None:
    with pytest.raises(InputError, match="hour, day, week"):
        add(shares, lifetime=lifetime)


@given(st.text(st.characters(), max_size=4000))
def test_notes_come_out_clean(note: str) -> None:
    cleaned = clean_text(note)
    assert len(cleaned) <= NOTE_LIMIT
    assert cleaned == cleaned.strip()
    assert "\n\n\n" not in cleaned
    assert all(c == "\n" or c.isprintable() or c in "\u200c\u200d" for c in cleaned)
    assert clean_text(cleaned) == cleaned


def test_what_people_write_stays(shares: Shares) -> None:
    for text in (
        "Größer, s’il vous plaît — 100 %",
        "👩\u200d🎨 ¡sí!",
        "<b>&amp;</b>",
        "می\u200cخواهم",
        "1\n\n2\n3",
    ):
        assert clean_text(text) == text
    assert clean_line("a\x1fb\u2028c\u202ed\u00a0e") == "a b cd e"


def test_threads_do_not_lose_answers(shares: Shares, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 100)
    share = add(shares)
    threads = [
        threading.Thread(target=shares.answer, args=(share.id, "change", f"{number}"))
        for number in range(ANSWERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shares.get(share.id).answers) == ANSWERS
