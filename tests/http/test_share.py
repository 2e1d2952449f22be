"""What a client can do with a link, over real HTTP; the clock is ours."""

from __future__ import annotations

import contextlib
import html
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.datastructures import Headers

from components import share_page
from components.i18n import LANGUAGES, sentences, speaking
from components.text import ASSETS
from pipelines.notes import NOTE_LIMIT
from pipelines.share_terms import LIFETIMES, Terms
from pipelines.shares import ANSWERS, Picture, Share, Shares
from pipelines.shelf import Shelf
from server.errors import answer_errors
from server.languages import language_of
from server.middleware import SameOrigin, SecurityHeaders
from server.share_routes import owner_router, share_router
from tests.http.visitor import refusal
from tests.scenes import ball, encoded
from tests.unit.test_shelf import Clock

OWNER, OTHER = "a" * 22, "b" * 22
WORDS = sentences("en")["share_page"]


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def shares(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Shares]:
    shelf = Shelf(10**9, parent=tmp_path_factory.mktemp("shares"))
    yield Shares(shelf, clock)
    shelf.close()


@pytest.fixture(scope="module")
def client(shares: Shares) -> Iterator[httpx.Client]:
    app = FastAPI()

    def spoken(headers: Headers) -> AbstractContextManager[None]:
        return speaking(language_of(headers, list(LANGUAGES)))

    app.include_router(owner_router(shares))
    app.include_router(share_router(shares, share_page, spoken))
    answer_errors(app)
    app.add_middleware(SameOrigin)
    app.add_middleware(SecurityHeaders)
    with served(app) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


@contextlib.contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """An application on a free port of 127.0.0.1."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@pytest.fixture
def share(shares: Shares, clock: Clock) -> Iterator[Share]:
    made = make(shares)
    yield made
    shares.revoke(OWNER, made.id)


def make(shares: Shares, *, lifetime: str = "week", name: str = "lamp", download: bool = False) -> Share:
    data = encoded(ball(90, 60).pixels, ".jpg")
    names = ("before", "after", "full") if download else ("before", "after")
    files = {what: Picture(data, f'{what} "ö".jpg', "image/jpeg") for what in names}
    return shares.add(Terms(OWNER, lifetime), name, (90, 60), files)


def answer(
    client: httpx.Client, share: Share, verdict: str, note: str = "", **headers: str
) -> httpx.Response:
    return client.post(f"/share/{share.id}", data={"answer": verdict, "note": note}, headers=headers)


def visible(page: httpx.Response) -> str:
    """The words of a page."""
    return html.unescape(re.sub(r"<[^>]*>", " ", page.text))


def test_the_page_and_its_pictures(client: httpx.Client, share: Share) -> None:
    page = client.get(f"/share/{share.id}")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "lamp" in visible(page)
    assert WORDS["approve"] in visible(page)
    links = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert {f"{share.id}/before", f"{share.id}/after", "static/share.css", "static/share.js"} <= set(links)
    for link in links:
        part = client.get(page.url.join(link))
        assert part.status_code == 200
        assert part.headers["x-content-type-options"] == "nosniff"
    assert client.head(f"/share/{share.id}").status_code == 200


def test_nothing_comes_from_elsewhere_and_nothing_goes_there(client: httpx.Client, share: Share) -> None:
    page = client.get(f"/share/{share.id}")
    assert not re.findall(r"https?://|//[a-z]", page.text)
    assert not re.findall(r"<script>|style=|\son[a-z]+=", page.text)  # its policy would refuse them
    for path in ("", "/before", "/after"):
        headers = client.get(f"/share/{share.id}{path}").headers
        assert headers["cache-control"] == "no-store"
        assert "noindex" in headers["x-robots-tag"]
        assert headers["referrer-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers
    assert page.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize("lifetime", LIFETIMES)
def test_links_end_when_they_should(
    client: httpx.Client, shares: Shares, clock: Clock, lifetime: str
) -> None:
    share = make(shares, lifetime=lifetime)
    clock.now += LIFETIMES[lifetime] - 1
    assert client.get(f"/share/{share.id}").status_code == 200
    clock.now += 1
    for path in ("", "/before", "/after"):
        assert client.get(f"/share/{share.id}{path}").status_code == 404
    assert answer(client, share, "approved").status_code == 404


def test_expired_revoked_and_unknown_links_answer_alike(
    client: httpx.Client, shares: Shares, clock: Clock
) -> None:
    expired = make(shares, lifetime="hour").id
    clock.now += LIFETIMES["hour"]
    revoked = make(shares).id
    assert client.delete(f"/studio/shares/{revoked}", headers={"X-Owner-Key": OWNER}).status_code == 204
    names = [expired, revoked, "A" * 32, "x", "%00", "é"]
    pages = [client.get(f"/share/{name}") for name in names]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    told = [{k: v for k, v in page.headers.items() if k != "date"} for page in pages]
    assert all(one == told[0] for one in told)
    assert WORDS["gone"] in visible(pages[0])
    for name in names:
        for what in ("before", "after", "full", "nothing"):
            assert refusal(client.get(f"/share/{name}/{what}")) == (404, "share_not_found")
        assert client.post(f"/share/{name}", data={"answer": "approved"}).status_code == 404


def test_the_file_is_there_only_where_allowed(client: httpx.Client, shares: Shares, share: Share) -> None:
    assert refusal(client.get(f"/share/{share.id}/full")) == (404, "share_not_found")
    assert WORDS["download"] not in visible(client.get(f"/share/{share.id}"))
    open_handed = make(shares, download=True)
    assert WORDS["download"] in visible(client.get(f"/share/{open_handed.id}"))
    file = client.get(f"/share/{open_handed.id}/full")
    assert file.status_code == 200
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''full%20%22%C3%B6%22.jpg"
    shares.revoke(OWNER, open_handed.id)


def test_an_answer_leads_back_and_is_seen_by_both(client: httpx.Client, share: Share) -> None:
    sent = answer(client, share, "change", "Warmer, please")
    assert sent.status_code == 303
    page = client.get(sent.url.join(sent.headers["location"]))
    assert WORDS["said_change"] in visible(page)
    assert "Warmer, please" in visible(page)
    answer(client, share, "approved")
    (seen,) = client.get("/studio/shares", headers={"X-Owner-Key": OWNER}).json()
    assert seen["state"] == "approved"
    assert [(one["verdict"], one["note"]) for one in seen["answers"]] == [
        ("change", "Warmer, please"),
        ("approved", ""),
    ]


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><svg/onload=alert(1)>",
    "&lt;b&gt; &amp;",
    "@form@ @said@ @problem@ @id@",
    "{note} %s ${x}",
    "'; DROP TABLE shares; --",
]


@pytest.mark.parametrize("note", HOSTILE)
def test_hostile_notes_are_only_words(client: httpx.Client, share: Share, note: str) -> None:
    draft = answer(client, share, "neither", note)
    assert draft.status_code == 422
    answer(client, share, "change", note)
    sent = client.get(f"/share/{share.id}")
    for page in (draft, sent):
        assert note in visible(page)
        assert html.escape(note) in page.text
        assert page.text.count("<form") == 1
        assert len(re.findall(r"<(?:script|img|svg|textarea)\b", page.text)) == 5
    (seen,) = client.get("/studio/shares", headers={"X-Owner-Key": OWNER}).json()
    assert seen["answers"][-1]["note"] == note


def test_hostile_names_are_only_words(client: httpx.Client, shares: Shares) -> None:
    share = make(shares, name='<b onclick=x>"@form@"\x00\u202e')
    page = client.get(f"/share/{share.id}")
    assert "&lt;b onclick=x&gt;&quot;@form@&quot;" in page.text
    shares.revoke(OWNER, share.id)


def test_notes_are_cut_and_cleaned(client: httpx.Client, share: Share) -> None:
    answer(client, share, "change", "a\x00\x07\u202eb\r\n\r\n\r\n\r\n" + "x" * 5000)
    (seen,) = client.get("/studio/shares", headers={"X-Owner-Key": OWNER}).json()
    note = seen["answers"][-1]["note"]
    assert note.startswith("ab\n\nxxx")
    assert len(note) == NOTE_LIMIT


@pytest.mark.parametrize("note", ["", " \r\n ", "\x00"])
def test_who_wants_a_change_says_which(client: httpx.Client, share: Share, note: str) -> None:
    refused = answer(client, share, "change", note)
    assert refused.status_code == 400
    assert WORDS["say_what"] in visible(refused)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"answer=",
        b"answer=approve",
        b"answer=approved&answer=change",
        b"\xff\xfe=%",
        b"a=1&" * 5000,
        b"answer[]=approved",
    ],
)
def test_odd_forms_are_no_answers(client: httpx.Client, share: Share, body: bytes) -> None:
    refused = client.post(f"/share/{share.id}", content=body)
    assert refused.status_code == 422
    assert WORDS["choose"] in visible(refused)
    multipart = client.post(f"/share/{share.id}", files={"answer": (None, "approved")})
    assert multipart.status_code == 422


def test_answers_come_no_faster_than_people_write(client: httpx.Client, share: Share, clock: Clock) -> None:
    for _ in range(3):
        assert answer(client, share, "approved").status_code == 303
    refused = answer(client, share, "change", "But wait")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert WORDS["wait"] in visible(refused)
    assert "But wait</textarea>" in refused.text
    clock.now += 60
    assert answer(client, share, "change", "But wait").status_code == 303


def test_a_link_takes_only_so_many(client: httpx.Client, share: Share, clock: Clock) -> None:
    for _ in range(ANSWERS):
        assert answer(client, share, "approved").status_code == 303
        clock.now += 60
    refused = answer(client, share, "approved")
    assert refused.status_code == 429
    assert WORDS["full"] in visible(refused)
    assert "<form" not in refused.text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=str,
)
def test_other_sites_can_not_answer(
    client: httpx.Client, share: Share, shares: Shares, headers: dict[str, str]
) -> None:
    assert refusal(answer(client, share, "approved", **headers)) == (403, "foreign_origin")
    assert shares.get(share.id).state == "waiting"


def test_owners_see_and_revoke_only_their_own(client: httpx.Client, share: Share) -> None:
    mine, others = {"X-Owner-Key": OWNER}, {"X-Owner-Key": OTHER}
    (seen,) = client.get("/studio/shares", headers=mine).json()
    assert seen["id"] == share.id
    assert OWNER not in str(seen)
    for headers in (others, {}, {"X-Owner-Key": ""}):
        assert client.get("/studio/shares", headers=headers).json() == []
        assert client.delete(f"/studio/shares/{share.id}", headers=headers).status_code == 204
    assert client.get(f"/share/{share.id}").status_code == 200
    assert client.delete(f"/studio/shares/{share.id}", headers=mine).status_code == 204
    assert client.get(f"/share/{share.id}").status_code == 404


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_speaks_the_clients_language(client: httpx.Client, share: Share, code: str) -> None:
    headers = {"Accept-Language": f"{code}-XX,xx;q=0.5"}
    page = client.get(f"/share/{share.id}", headers=headers)
    assert f'<html lang="{code}">' in page.text
    assert sentences(code)["share_page"]["approve"] in visible(page)
    assert "Accept-Language" in page.headers["vary"]
    gone = client.get("/share/never", headers=headers)
    assert sentences(code)["share_page"]["gone"] in visible(gone)


@pytest.mark.parametrize("name", ["share.html", "form.html", "..%2fshare.html", "..%2f..%2fapp.py", ""])
def test_only_the_pages_own_files_are_handed_out(client: httpx.Client, name: str) -> None:
    assert client.get(f"/share/static/{name}").status_code in (404, 307)


def test_the_folder_has_no_file_that_nobody_uses() -> None:
    folder = ASSETS / "share"
    assert {path.name for path in folder.iterdir()} == {
        "share.html",
        "preview.html",
        "form.html",
        "login.html",
        "share.css",
        "share.js",
        "mark.svg",
    }
