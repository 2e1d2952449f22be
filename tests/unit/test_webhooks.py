"""Webhooks: signed as the specification has it, sent until they arrive, and only where they may go."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from pipelines.batch.items import Counts
from pipelines.batch.job import Job, JobFile, Webhook
from pipelines.batch.jobs import Jobs
from pipelines.errors import RecipeError, StorageFull, UrlInvalid, UrlNotAllowed, UrlsOff
from pipelines.settings import Settings, SettingsError
from server.webhooks import Webhooks, check_address
from server.webhooks.outbox import Message, Outbox
from server.webhooks.signing import headers_of, key_of
from tests.running import ROOT
from tests.threaded import running

QUICK = (0.01,) * 5


@dataclass
class Receiver:
    """A server that is told of jobs.

    Attributes:
        answers: status and headers, in turn; afterwards 204.
        got: the headers and the body of each request.
    """

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?token=canary"

    @property
    def listed(self) -> Settings:
        """Settings that let messages go to this server."""
        return Settings(webhook_hosts=f"127.0.0.1:{self.port}")

    def wait(self, count: int) -> None:
        """Until so many requests have come."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.got) >= count, 60)


@contextmanager
def receiving(*statuses: int, **headers: str) -> Iterator[Receiver]:
    receiver = Receiver([(status, headers) for status in statuses])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with receiver.changed:
                receiver.got.append(({name.lower(): text for name, text in self.headers.items()}, body))
                status, more = receiver.answers.pop(0) if receiver.answers else (204, {})
                receiver.changed.notify_all()
            self.send_response(status)
            for name, text in more.items():
                self.send_header(name.replace("_", "-"), text)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_address[1]
        with running(server):
            yield receiver


def job_of(url: str, state: Any = "done", **more: Any) -> Job:
    hook = Webhook.of(url, None)
    file = JobFile(
        id="j", name="n", plan="[]", state=state, created=1.0, webhook=hook, **{"ended": 2.0, **more}
    )
    return Job(file, state, Counts(done=3))


@contextmanager
def sending(root: Path, settings: Settings, *jobs: Job, **more: Any) -> Iterator[Webhooks]:
    hooks = Webhooks(root, settings, lambda job: {"id": job.id}, **{"waits": QUICK, **more})
    hooks.begin(jobs)
    try:
        yield hooks
    finally:
        hooks.close()


def settled(root: Path) -> list[tuple[int, bool]]:
    """Of each message: how often it was sent, and whether all but its id was removed."""
    outbox = Outbox(root / "webhooks.sqlite3")
    rows = outbox._base.rows("SELECT tries, body IS NULL AND secret IS NULL FROM message")
    outbox.close()
    return [(tries, bool(gone)) for tries, gone in rows]


def until(so: Callable[[], bool]) -> None:
    """Wait for something that another thread does after it has answered."""
    tick = threading.Event()
    for _ in range(400):
        if so():
            return
        tick.wait(0.025)
    raise AssertionError("it never came to be")


def test_the_specifications_own_library_verifies_it(tmp_path: Path) -> None:
    with receiving() as receiver, sending(tmp_path, receiver.listed) as hooks:
        job = job_of(receiver.url)
        hooks.send(job)
        receiver.wait(1)
    assert job.file.webhook
    (headers, body) = receiver.got[0]
    told = Verifier(job.file.webhook.secret).verify(body, headers)
    assert told["type"] == "job.done"
    assert told["data"] == {"id": "j"}
    assert headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Verifier(job.file.webhook.secret).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(Webhook.of("", None).secret).verify(body, headers)


def test_it_is_sent_again_until_it_arrives_and_then_never(tmp_path: Path) -> None:
    with (
        receiving(500, 302, 404, Location="/elsewhere") as receiver,
        sending(tmp_path, receiver.listed) as hooks,
    ):
        job = job_of(receiver.url)
        hooks.send(job)
        receiver.wait(4)
        until(lambda: settled(tmp_path) == [(4, True)])
        hooks.send(job)
    assert len(receiver.got) == 4
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1


def test_each_end_of_a_job_is_told_once(tmp_path: Path) -> None:
    with receiving() as receiver, sending(tmp_path, receiver.listed) as hooks:
        for state, ended in (
            ("done", 2.0),
            ("done", 2.0),
            ("cancelled", 3.0),
            ("done", 4.0),
            ("waiting", 5.0),
        ):
            hooks.send(job_of(receiver.url, state, ended=ended))
        hooks.send(job_of(receiver.url, "paused", ended=None, asked=9.0))
        receiver.wait(4)
    types = sorted(json.loads(body)["type"] for _, body in receiver.got)
    assert types == ["job.cancelled", "job.done", "job.done", "job.paused"]


def test_it_is_given_up_in_the_end(tmp_path: Path) -> None:
    with receiving(*[503] * 20) as receiver, sending(tmp_path, receiver.listed) as hooks:
        hooks.send(job_of(receiver.url))
        until(lambda: settled(tmp_path) == [(6, True)])
    assert len(receiver.got) == 6


def test_who_wants_no_more_gets_no_more(tmp_path: Path) -> None:
    with receiving(410) as receiver, sending(tmp_path, receiver.listed) as hooks:
        hooks.send(job_of(receiver.url))
        until(lambda: settled(tmp_path) == [(1, True)])
    assert len(receiver.got) == 1


def test_what_has_not_arrived_is_sent_at_the_next_start(tmp_path: Path) -> None:
    with receiving(503) as receiver:
        job = job_of(receiver.url)
        with sending(tmp_path, receiver.listed, waits=(3600,)) as hooks:
            hooks.send(job)
            until(lambda: settled(tmp_path) == [(1, False)])
        late = job_of(receiver.url, ended=7.0)  # it ended, and the server died before it could say so
        outbox = Outbox(tmp_path / "webhooks.sqlite3")
        with outbox._base.changing() as base:
            base.execute("UPDATE message SET due = 1")
        outbox.close()
        with sending(tmp_path, receiver.listed, job, late):
            receiver.wait(3)
        assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 2


def test_a_receiver_may_ask_for_time(tmp_path: Path) -> None:
    with receiving(429, Retry_After="500") as receiver, sending(tmp_path, receiver.listed) as hooks:
        hooks.send(job_of(receiver.url))
        until(lambda: settled(tmp_path) == [(1, False)])
    outbox = Outbox(tmp_path / "webhooks.sqlite3")
    row = outbox._base.row("SELECT due - unixepoch() AS seconds FROM message")
    outbox.close()
    assert row
    assert 480 < row["seconds"] < 520


def test_nothing_goes_into_networks_that_are_not_listed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "cutaway")
    with receiving() as receiver, sending(tmp_path, Settings()) as hooks:
        hooks.send(job_of(receiver.url))
        until(lambda: settled(tmp_path) == [(1, True)])
    assert receiver.got == []
    assert "url_not_allowed" in caplog.text


def test_the_log_holds_no_secrets(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "cutaway")
    with receiving(500) as receiver, sending(tmp_path, receiver.listed) as hooks:
        job = job_of(receiver.url)
        hooks.send(job)
        until(lambda: settled(tmp_path) == [(2, True)])
    assert job.file.webhook
    assert "has not arrived (status 500)" in caplog.text
    for secret in ("canary", job.file.webhook.secret, "127.0.0.1"):
        assert secret not in caplog.text
    assert (tmp_path / "webhooks.sqlite3").stat().st_mode & 0o077 == 0


def test_two_servers_do_not_send_the_same(tmp_path: Path) -> None:
    with (
        receiving() as receiver,
        sending(tmp_path, receiver.listed),
        sending(tmp_path, receiver.listed) as second,
    ):
        second.send(job_of(receiver.url))
    assert receiver.got == []


@pytest.mark.parametrize(
    ("settings", "url", "error"),
    [
        ({}, "https://hooks.example/x", None),
        ({}, "http://hooks.example/x", UrlNotAllowed),
        ({}, "https://hooks.example:8443/x", UrlNotAllowed),
        ({}, "https://me:secret@hooks.example/x", UrlNotAllowed),
        ({}, "file:///etc/passwd", UrlNotAllowed),
        ({}, "hooks.example", UrlInvalid),
        ({"webhooks": "allow-list"}, "https://hooks.example/x", UrlNotAllowed),
        ({"webhooks": "allow-list", "webhook_hosts": "*.example"}, "http://hooks.example/x", None),
        ({"webhook_hosts": "127.0.0.1:8000"}, "http://127.0.0.1:8000/x", None),
        ({"webhooks": "off"}, "https://hooks.example/x", UrlsOff),
        ({"offline": True}, "https://hooks.example/x", UrlsOff),
        ({"webhook_hosts": "a b/c"}, "https://hooks.example/x", SettingsError),
    ],
)
def test_where_it_may_go(settings: dict[str, Any], url: str, error: type[Exception] | None) -> None:
    if error is None:
        check_address(Settings(**settings), url)
        return
    with pytest.raises(error):
        check_address(Settings(**settings), url)


@pytest.mark.parametrize(
    "secret", ["", "mine", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!!", "whsec_" + "QUJD" * 40]
)
def test_what_is_no_secret(secret: str) -> None:
    with pytest.raises(RecipeError, match="whsec_"):
        key_of(secret)


def test_the_specifications_example() -> None:
    """Keys, ids and times as they were signed elsewhere: the answer is known."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105
    headers = headers_of(key_of(secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_messages_of_one_end_are_one(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "box.sqlite3")
    message = Message("a", "j", "done 1", "u", "s", b"{}")
    assert outbox.add(message, 1.0)
    assert not outbox.add(Message("b", "j", "done 1", "u", "s", b"{}"), 1.0)
    assert outbox.due(2.0) == [message]
    assert outbox.next_due(0.5) == 1.0
    outbox.close()


def test_the_receiver_of_the_docs_takes_what_is_genuine_and_nothing_else() -> None:
    text = (ROOT / "docs" / "jobs.md").read_text(encoding="utf-8")
    (code,) = (code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "whsec_" in code)
    secret = Webhook.of("", None).secret
    space: dict[str, Any] = {"__name__": "receiver"}
    exec(code.replace("whsec_...", secret), space)  # noqa: S102  (our own page)
    said: list[tuple[str, ...]] = []
    space["Hook"].log_message = lambda *_: None
    space["print"] = lambda *words: said.append(words)
    body = json.dumps(
        {"type": "job.done", "data": {"name": "shoes", "links": {"results": "/r.zip"}}},
    ).encode()
    now = int(time.time())
    with HTTPServer(("127.0.0.1", 0), space["Hook"]) as server, running(server):
        url = f"http://127.0.0.1:{server.server_address[1]}"
        good = headers_of(key_of(secret), "msg_1", now, body)
        old = headers_of(key_of(secret), "msg_1", now - 400, body)
        statuses = [
            httpx.post(url, content=data, headers=headers).status_code
            for data, headers in ((body, good), (body + b" ", good), (body, old), (body, {}))
        ]
    assert statuses == [204, 401, 401, 401]
    assert said == [("job.done", "shoes", "/r.zip")]


def test_an_end_that_cannot_be_noted_keeps_no_server_from_starting(tmp_path: Path) -> None:
    def full(_job: Job) -> dict[str, Any]:
        raise StorageFull("full")

    with receiving() as receiver:
        webhooks = Webhooks(tmp_path, receiver.listed, full)
        webhooks.begin([job_of(receiver.url)])
        webhooks.close()


def test_the_end_of_a_job_nobody_knows_is_not_told(tmp_path: Path) -> None:
    ends: list[Job] = []
    jobs = Jobs(tmp_path, Settings(), ends.append)
    jobs.begin()
    file = job_of("http://127.0.0.1/").file.model_copy(update={"state": "open"})
    jobs._files.add(file)

    jobs.remove(file.id, tell=False)

    jobs.close()
    assert not ends
