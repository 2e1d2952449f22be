"""The page's login in the real program, and how it slows those down who guess."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from components.i18n import LANGUAGES, sentences
from pipelines.access.doors import Doors, Reach
from pipelines.access.keys import Keys
from pipelines.access.password import Password
from pipelines.settings import Settings
from server.access import VISIT
from server.login_routes import Login
from tests.http.visitor import refusal
from tests.running import in_a_loop, serving

WORD = "correct horse battery"
HTML = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("config")
    Password(folder).choose(WORD)
    return folder


@pytest.fixture(scope="module")
def secret(config: Path) -> str:
    return Keys(config).add("shop")[1]


@pytest.fixture(scope="module")
def guarded(config: Path, secret: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    tmp = str(tmp_path_factory.mktemp("tmp"))
    with serving(CUTAWAY_CONFIG=str(config), TMPDIR=tmp, CUTAWAY_TRUSTED_PROXIES="127.0.0.1") as address:
        yield address


@pytest.fixture
def stranger(guarded: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=guarded, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def visitor(stranger: httpx.Client) -> httpx.Client:
    assert log_in(stranger).status_code == 303
    return stranger


def log_in(client: httpx.Client, word: str = WORD, **headers: str) -> httpx.Response:
    return client.post("/login", data={"password": word}, headers=headers)


PAGES = ["/", "/?x=1", "/de/", "/en/config", "/config", "/theme.css", "/static/img/x.svg", "/assets/x.js"]
PARTS = [
    ("GET", "/studio/samples/coffee"),
    ("GET", "/studio/files/x"),
    ("GET", "/studio/shares"),
    ("POST", "/studio/photos"),
    ("DELETE", "/studio/photos/x"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/de/gradio_api/run/predict"),
    ("GET", "/gradio_api/queue/data?session_hash=x"),
    ("GET", "/gradio_api/file=/etc/passwd"),
    ("GET", "/share/../studio/samples/coffee"),
    ("GET", "/share/x/y/gradio_api/info"),
    ("GET", "//studio/samples/coffee"),
    ("GET", "/login/x"),
    ("GET", "/nowhere"),
]


@pytest.mark.parametrize("path", PAGES)
def test_pages_lead_to_the_login(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize(("method", "path"), [*PARTS, *(("GET", path) for path in PAGES)])
def test_nothing_of_the_page_is_had_without_it(stranger: httpx.Client, method: str, path: str) -> None:
    request = stranger.build_request(method, path)
    request.url = request.url.copy_with(raw_path=path.encode())
    for cookie in ("", f"{VISIT}=", f"{VISIT}=9999999999.{'0' * 32}.x", "=;;\x01"):
        request.headers["cookie"] = cookie
        answer = stranger.send(request)
        assert refusal(answer) == (401, "unauthorized")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_links_for_clients_and_the_login_itself_need_none(stranger: httpx.Client) -> None:
    for path, status in (
        ("/share/x", 404),
        ("/share/x/full", 404),
        ("/share/static/share.css", 200),
        ("/login", 200),
    ):
        assert stranger.get(path, headers=HTML).status_code == status


def test_the_password_opens_the_page(visitor: httpx.Client) -> None:
    page = visitor.get("/", headers=HTML)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert 'action=\\"logout\\"' in visitor.get("/config").text
    assert visitor.get("/studio/samples/coffee").status_code == 200
    assert visitor.get("/login").headers["location"] == "./"


def test_the_cookie_is_kept_from_scripts_and_other_sites(stranger: httpx.Client) -> None:
    plain = log_in(stranger).headers["set-cookie"]
    assert re.fullmatch(rf"{VISIT}=[\w.-]+; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax", plain)
    behind_tls = log_in(stranger, **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.1"})
    assert behind_tls.headers["set-cookie"].endswith("; HttpOnly; SameSite=Lax; Secure")


def test_other_sites_can_neither_use_a_visit_nor_open_or_end_one(visitor: httpx.Client, png: bytes) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/studio/photos", "/gradio_api/run/predict", "/logout", "/login"):
            answer = visitor.post(path, content=png, headers=headers)
            assert refusal(answer) == (403, "foreign_origin")
            assert "set-cookie" not in answer.headers
    assert visitor.get("/config").status_code == 200


def test_logging_out_ends_the_visit_here_and_there(visitor: httpx.Client) -> None:
    stolen = visitor.cookies[VISIT]
    answer = visitor.post("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "login")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert visitor.get("/config").status_code == 401
    assert visitor.get("/config", headers={"Cookie": f"{VISIT}={stolen}"}).status_code == 401


def test_a_key_opens_the_api_and_the_page_a_visit_only_the_page(
    visitor: httpx.Client, guarded: str, secret: str
) -> None:
    assert visitor.get("/api/v1/x").status_code == 401
    assert visitor.get("/v1.0/account").status_code == 403
    program = httpx.Client(base_url=guarded, trust_env=False, headers={"X-Api-Key": secret})
    with program:
        for path in ("/api/v1/x", "/config"):
            answer = program.get(path)
            assert answer.status_code in (200, 404)
            assert answer.headers["x-ratelimit-limit"] == "500"


FORMS = [b"", b"password=", b"password", b"\xff=%", b"a=1&" * 5000, b"password=" + b"x" * 5000, b"{}"]


@pytest.mark.parametrize("body", FORMS, ids=range(len(FORMS)))
def test_odd_forms_are_no_password(stranger: httpx.Client, body: bytes) -> None:
    headers = {"X-Forwarded-For": "198.51.100.77"}
    answer = stranger.post("/login", content=body, headers=headers)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert answer.text.count("<form") == 1


@pytest.mark.parametrize("code", LANGUAGES)
def test_it_speaks_the_visitors_language(stranger: httpx.Client, code: str) -> None:
    page = stranger.get("/login", headers={"Accept-Language": code})
    assert f'<html lang="{code}">' in page.text
    assert sentences(code)["login_page"]["title"] in html.unescape(page.text)
    assert not re.findall(r"https?://|<script>|style=", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"
    for link in re.findall(r'(?:src|href)="([^"]*)"', page.text):
        assert stranger.get(page.url.join(link)).status_code == 200


def test_a_new_password_holds_at_once(visitor: httpx.Client, config: Path) -> None:
    Password(config).choose("another long password")
    assert visitor.get("/config").status_code == 401
    headers = {"X-Forwarded-For": "198.51.100.9"}
    assert log_in(visitor, **headers).status_code == 403
    Password(config).remove()
    shut = visitor.get("/login")
    assert "python app.py password" in shut.text
    assert "<form" not in shut.text
    Password(config).choose(WORD)
    assert log_in(visitor).status_code == 303


@pytest.fixture
def login(tmp_path: Path) -> Login:
    doors = Doors(Settings(config=tmp_path), Reach("0.0.0.0"))
    doors.password.choose(WORD)
    return Login(doors)


def test_who_guesses_is_slowed_down_and_others_are_not(login: Login) -> None:
    async def guess() -> list[str]:
        said = [(await login.enter("1.1.1.1", f"wrong {number}"))[1] for number in range(12)]
        assert (await login.enter("1.1.1.1", WORD))[2] >= 60
        assert (await login.enter("2.2.2.2", WORD))[1] == ""
        return said

    assert in_a_loop(guess()) == ["wrong"] * 10 + ["wait"] * 2


def test_who_knows_it_may_come_often(login: Login) -> None:
    async def come() -> list[str]:
        return [(await login.enter("1.1.1.1", WORD))[1] for _ in range(12)]

    assert in_a_loop(come()) == [""] * 12


def test_many_at_once_are_not_all_tried(login: Login) -> None:
    async def rush() -> list[str]:
        entering = (login.enter(f"1.1.1.{number}", "wrong one") for number in range(12))
        return [problem for _, problem, _ in await asyncio.gather(*entering)]

    assert sorted(in_a_loop(rush())) == ["busy"] * 4 + ["wrong"] * 8
