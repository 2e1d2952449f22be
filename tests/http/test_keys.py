"""Keys and limits in front of the APIs: a small application with everything that stands in front of ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from pipelines.access.doors import Doors, Reach
from pipelines.access.keys import Keys
from pipelines.errors import Busy, CutawayError, TooMany, WeightsUnavailable
from pipelines.settings import Settings
from server.access import Access
from server.cors import SharedApi
from server.errors import answer_errors
from server.hosts import KnownHosts
from server.middleware import SameOrigin, SecurityHeaders
from server.proxies import TrustedProxies

AWAY = Reach("0.0.0.0")
ERRORS: list[CutawayError] = [Busy("Busy."), TooMany("Too many."), WeightsUnavailable("None.")]

Start = Callable[..., TestClient]


def application(doors: Doors) -> FastAPI:
    """Routes of both APIs that say who asks, behind our middleware."""
    app = FastAPI()

    @app.api_route("/v1.0/removebg", methods=["GET", "POST"])
    @app.api_route("/api/v1/cutouts", methods=["GET", "POST"])
    async def cutouts(request: Request, megapixels: float = 1, error: int = -1) -> dict[str, Any]:
        request.state.megapixels = megapixels
        if error >= 0:
            raise ERRORS[error]
        caller = request.state.caller
        return {"name": caller.name, "key": caller.key, "peer": caller.peer}

    @app.get("/api/v1/picture")
    async def picture() -> Response:
        return Response(b"x", media_type="image/png")

    answer_errors(app)
    app.add_middleware(Access, doors=doors)
    app.add_middleware(SameOrigin)
    app.add_middleware(KnownHosts, hosts=doors.hosts, direct=not doors.exposed and not doors.open)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(SharedApi, origins=doors.settings.cors_origins)
    app.add_middleware(TrustedProxies, proxies=doors.proxies)
    return app


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Makes a client of a server with some settings."""
    clients: list[TestClient] = []

    def begin(reach: Reach = AWAY, peer: str = "203.0.113.7", **settings: Any) -> TestClient:
        app = application(Doors(Settings(config=tmp_path, **settings), reach))
        client = TestClient(app, base_url="http://localhost", client=(peer, 1234))
        clients.append(client)
        return client

    yield begin
    for client in clients:
        client.close()


@pytest.mark.parametrize("header", ["X-Api-Key", "x-api-key", "X-API-KEY", "Authorization", "authorization"])
@pytest.mark.parametrize("path", ["/v1.0/removebg", "/api/v1/cutouts"])
def test_a_key_opens_both(start: Start, keys: Keys, header: str, path: str) -> None:
    key, secret = keys.add("shop")
    value = secret if header.lower() == "x-api-key" else f"bEaReR {secret}"
    answer = start().post(path, headers={header: value})
    assert answer.json() == {"name": "shop", "key": key.id, "peer": "203.0.113.7"}
    assert secret not in str(answer.headers) + answer.text


def wrong(secret: str) -> list[dict[str, str]]:
    return [
        {"X-Api-Key": secret[:-1]},
        {"X-Api-Key": "INSERT_YOUR_API_KEY"},
        {"X-Api-Key": "a" * 5000},
        {"Authorization": f"Basic {secret}"},
        {"Authorization": secret},
        {"Cookie": f"X-Api-Key={secret}"},
        {"X-Api-Key": "", "Authorization": "Bearer "},
    ]


def test_without_one_both_are_shut(start: Start, keys: Keys) -> None:
    _, secret = keys.add("shop")
    client = start()
    for headers in [{}, *wrong(secret)]:
        removebg = client.post("/v1.0/removebg", headers=headers, content=b"x" * 100)
        given = "X-Api-Key" in headers and headers["X-Api-Key"]
        title = "API Key invalid" if given else "Missing API Key"
        if headers.get("Authorization", "").strip() != "Bearer" and "Authorization" in headers:
            title = "Missing API Key"
        assert removebg.status_code == 403
        assert removebg.json()["errors"][0] == {"title": title, "code": "auth_failed"}
        ours = client.post("/api/v1/cutouts", headers=headers)
        assert (ours.status_code, ours.json()["code"]) == (401, "unauthorized")
        assert ours.headers["www-authenticate"] == 'Bearer realm="Cutaway"'
        for answer in (removebg, ours):
            assert secret[20:-1] not in answer.text + str(answer.headers)
            assert "x-ratelimit-limit" in answer.headers
    assert client.get(f"/api/v1/cutouts?api_key={secret}&X-Api-Key={secret}").status_code == 401


def test_a_key_that_is_revoked_opens_nothing_from_then_on(start: Start, keys: Keys) -> None:
    _, secret = keys.add("shop")
    client = start()
    headers = {"X-Api-Key": secret}
    assert client.get("/api/v1/cutouts", headers=headers).status_code == 200
    keys.revoke("shop")
    assert client.get("/api/v1/cutouts", headers=headers).status_code == 401
    assert client.get("/v1.0/removebg", headers=headers).status_code == 403


def test_where_no_key_is_demanded_any_will_do(start: Start) -> None:
    for client in (start(Reach(), "127.0.0.1"), start(Reach("0.0.0.0", open=True))):
        answer = client.post("/v1.0/removebg", headers={"X-Api-Key": "my old key of remove.bg"})
        assert answer.json()["name"] is None


def test_damaged_keys_let_nobody_in(start: Start, keys: Keys, tmp_path: Path) -> None:
    _, secret = keys.add("shop")
    client = start()
    (tmp_path / "keys.json").write_text("{")
    answer = client.get("/api/v1/cutouts", headers={"X-Api-Key": secret})
    assert (answer.status_code, answer.json()["code"]) == (500, "access_damaged")
    assert str(tmp_path) not in answer.text


def test_a_key_spends_its_own_limit_only(start: Start, keys: Keys) -> None:
    secrets = [keys.add(str(number), 5)[1] for number in range(10)]
    client = start()

    def ask(secret: str) -> int:
        return client.post("/v1.0/removebg", headers={"X-Api-Key": secret}).status_code

    assert [ask(secrets[0]) for _ in range(6)] == [200] * 5 + [429]
    assert [ask(secret) for secret in secrets[1:]] == [200] * 9


def test_large_pictures_cost_what_they_are(start: Start, keys: Keys) -> None:
    _, secret = keys.add("shop")
    client = start(rate_limit=100)
    before = time.time()
    answer = client.post("/v1.0/removebg?megapixels=30.5", headers={"X-Api-Key": secret})
    told = [int(answer.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset")]
    assert told[:2] == [100, 69]
    assert 18 <= told[2] - before <= 21
    client.post("/v1.0/removebg?megapixels=130", headers={"X-Api-Key": secret})
    refused = client.post("/v1.0/removebg", headers={"X-Api-Key": secret})
    assert refused.status_code == 429
    assert refused.json() == {"errors": [{"title": "Rate limit exceeded", "code": "rate_limit_exceeded"}]}
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert 30 <= int(refused.headers["retry-after"]) <= 38
    ours = client.post("/api/v1/cutouts", headers={"X-Api-Key": secret})
    assert (ours.status_code, ours.json()["code"]) == (429, "rate_limit_exceeded")


def test_peers_have_a_limit_each_and_invent_no_others(start: Start) -> None:
    reach = Reach("0.0.0.0", open=True)
    client = start(reach, peer_rate_limit=3)
    headers = [
        {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for={number}"} for number in range(4)
    ]
    answers = [client.get("/api/v1/cutouts", headers=one).status_code for one in headers]
    assert answers == [200, 200, 200, 429]
    assert start(reach, "203.0.113.8", peer_rate_limit=3).get("/api/v1/cutouts").status_code == 200


def test_a_trusted_proxy_is_believed_about_who_asks(start: Start) -> None:
    reach = Reach("0.0.0.0", open=True)
    client = start(reach, "10.0.0.2", peer_rate_limit=2, trusted_proxies="10.0.0.0/8")

    def ask(chain: str) -> tuple[int, str]:
        answer = client.get("/api/v1/cutouts", headers={"X-Forwarded-For": chain})
        return answer.status_code, answer.json().get("peer", "")

    assert ask("198.51.100.1") == (200, "198.51.100.1")
    assert ask("1.1.1.1, 198.51.100.1, 10.9.9.9") == (200, "198.51.100.1")
    assert ask("2.2.2.2, 198.51.100.1")[0] == 429
    assert ask("198.51.100.2:4711") == (200, "198.51.100.2")
    assert ask("[2001:db8:1:2:3::9]:80") == (200, "2001:db8:1:2::/64")
    assert ask("nonsense")[1] == "10.0.0.2"


def test_wrong_keys_are_slowed_down_and_right_ones_are_not(start: Start, keys: Keys) -> None:
    _, secret = keys.add("shop")
    client = start(peer_rate_limit=4)
    tried = [client.post("/v1.0/removebg", headers={"X-Api-Key": str(n)}).status_code for n in range(6)]
    assert tried == [403] * 4 + [429] * 2
    assert client.post("/v1.0/removebg", headers={"X-Api-Key": secret}).status_code == 200


def test_this_machine_has_no_limit_to_speak_of(start: Start) -> None:
    client = start(Reach(), "127.0.0.1", peer_rate_limit=1, rate_limit=1)
    assert [client.get("/v1.0/removebg?megapixels=50").status_code for _ in range(30)] == [200] * 30


@pytest.mark.parametrize("error", range(len(ERRORS)))
@pytest.mark.parametrize("path", ["/v1.0/removebg", "/api/v1/cutouts"])
def test_whoever_is_to_wait_is_told_how_long(start: Start, error: int, path: str) -> None:
    answer = start(Reach(), "127.0.0.1").get(path, params={"error": error})
    assert answer.status_code in (429, 503)
    assert int(answer.headers["retry-after"]) >= 1
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= answer.headers.keys()


EVIL = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "evil.example:7860",
    "[2001:db8::1]:80",
    "0.0.0.0",
]


@pytest.mark.parametrize("host", EVIL)
def test_other_names_are_not_ours(start: Start, host: str) -> None:
    client = start(Reach(), "127.0.0.1")
    for path in ("/v1.0/removebg", "/api/v1/cutouts", "/", "/studio/photos", "/share/x"):
        answer = client.request("POST", path, headers={"Host": host}, content=b"x")
        assert answer.status_code == 421
        assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:7860", "127.0.0.1:1", "[::1]:7860", "studio.localhost", ""]
)
def test_the_names_of_this_machine_are(start: Start, host: str) -> None:
    assert start(Reach(), "127.0.0.1").get("/api/v1/cutouts", headers={"Host": host}).status_code == 200


def test_names_that_are_allowed(start: Start, keys: Keys) -> None:
    _, secret = keys.add("shop")
    client = start(allowed_hosts="studio.example, *.shop.example")

    def ask(host: str) -> int:
        return client.get("/v1.0/removebg", headers={"Host": host, "X-Api-Key": secret}).status_code

    names = [
        "studio.example",
        "Studio.Example.:443",
        "a.shop.example",
        "localhost",
        "shop.example",
        "x.studio.example",
    ]
    assert [ask(name) for name in names] == [200, 200, 200, 200, 421, 421]


def test_a_proxy_that_nobody_spoke_of_does_not_pass_for_this_machine(start: Start) -> None:
    client = start(Reach(), "127.0.0.1")
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        answer = client.get("/api/v1/cutouts", headers={header: "198.51.100.1"})
        assert (answer.status_code, answer.json()["code"]) == (421, "wrong_host")
        assert "CUTAWAY_TRUSTED_PROXIES" in answer.json()["message"]


def test_web_sockets_are_not_taken(start: Start) -> None:
    client = start(Reach(), "127.0.0.1")
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/gradio_api/queue/join"):
        pass


SITE, EVIL_SITE = "https://shop.example", "https://evil.example"
QUESTION = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}


def test_no_other_site_may_use_the_api_by_default(start: Start, keys: Keys) -> None:
    _, secret = keys.add("shop")
    for client in (start(), start(Reach(), "127.0.0.1")):
        for origin in (EVIL_SITE, "null", "http://localhost:1", "http://127.0.0.1"):
            headers = {"Origin": origin, "X-Api-Key": secret}
            sent = client.post("/v1.0/removebg", headers=headers)
            asked = client.options("/v1.0/removebg", headers={"Origin": origin, **QUESTION})
            assert (sent.status_code, sent.json()["errors"][0]["code"]) == (403, "foreign_origin")
            for answer in (sent, asked, client.get("/api/v1/cutouts", headers=headers)):
                assert "access-control-allow-origin" not in answer.headers


def test_sites_that_are_named_may(start: Start, keys: Keys) -> None:
    _, secret = keys.add("shop")
    client = start(cors_origins=f"{SITE}/, http://localhost:3000")
    asked = client.options("/v1.0/removebg", headers={"Origin": SITE, **QUESTION})
    assert asked.status_code == 204
    assert "Idempotency-Key" in asked.headers["access-control-allow-headers"]
    assert "X-Api-Key" in asked.headers["access-control-allow-headers"]
    headers = {"Origin": SITE, "X-Api-Key": secret, "Sec-Fetch-Site": "cross-site"}
    sent = client.post("/v1.0/removebg", headers=headers)
    readable = sent.headers["access-control-expose-headers"].split(", ")
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= set(readable)
    refused = client.post("/v1.0/removebg", headers={**headers, "X-Api-Key": "x"})
    for answer in (asked, sent, refused):
        assert answer.headers["access-control-allow-origin"] == SITE
        assert "access-control-allow-credentials" not in answer.headers
        assert "Origin" in answer.headers["vary"]
    assert (sent.status_code, refused.status_code) == (200, 403)
    assert client.post("/v1.0/removebg", headers={**headers, "Origin": EVIL_SITE}).status_code == 403
    assert client.post("/studio/photos", headers=headers).status_code == 403


def test_every_site_may_with_a_key(start: Start, keys: Keys) -> None:
    _, secret = keys.add("shop")
    client = start(cors_origins="*")
    answer = client.post("/v1.0/removebg", headers={"Origin": EVIL_SITE, "X-Api-Key": secret})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert client.post("/v1.0/removebg", headers={"Origin": EVIL_SITE}).status_code == 403


def test_pictures_may_run_nothing(start: Start) -> None:
    headers = start(Reach(), "127.0.0.1").get("/api/v1/picture").headers
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-resource-policy"] == "same-origin"
