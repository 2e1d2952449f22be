"""A server that tells when a job has ended, also when it was killed before it could."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from tests.running import ROOT, running
from tests.scenes import ball, encoded
from tests.unit.test_webhooks import receiving

pytestmark = pytest.mark.weights


def test_a_job_that_ended_is_told_even_after_a_kill(tmp_path: Path) -> None:
    photo = encoded(ball(200, 160).pixels)
    with receiving(*[503] * 50) as receiver:
        settings = {"CUTAWAY_JOBS": str(tmp_path), "CUTAWAY_WEBHOOK_HOSTS": f"127.0.0.1:{receiver.port}"}
        serve = (str(ROOT / "app.py"), "--port", "0")
        with running(*serve, **settings) as program:
            wish = f'{{"recipe": {{"model": "fast"}}, "webhook": {{"url": "{receiver.url}"}}}}'
            made = httpx.post(
                f"{program.address}/api/v1/jobs",
                data={"job": wish},
                files={"photos": ("a.png", photo)},
                timeout=60,
            ).json()
            receiver.wait(1)
            program.process.kill()
            program.process.wait(20)
        receiver.answers.clear()  # it is well again
        with running(*serve, **settings):
            receiver.wait(len(receiver.got) + 1)
    (first, body), (last, same) = receiver.got[0], receiver.got[-1]
    assert (first["webhook-id"], body) == (last["webhook-id"], same)
    told = Verifier(made["webhook_secret"]).verify(same, last)
    assert (told["type"], told["data"]["id"], told["data"]["done"]) == ("job.done", made["id"], 1)
    assert told["data"]["links"]["results"] == f"/api/v1/jobs/{made['id']}/results.zip"
    assert "webhook_secret" not in told["data"]
