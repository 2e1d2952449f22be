"""An S3 server on this machine."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.running import ROOT

BUCKET: Final = "pictures"
_PATIENCE: Final = 60


@contextmanager
def serving(log: Path) -> Iterator[tuple[dict[str, str], str]]:
    """A server on a free port of 127.0.0.1, with an empty bucket; ended with the block.

    Args:
        log: takes a line for each request.
    Yields:
        What the environment is to say, and the bucket's address.
    """
    with log.open("w") as told:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, cwd=ROOT, text=True)
        try:
            endpoint = _address_in(log, process)
            asked = urllib.request.Request(f"{endpoint}/{BUCKET}", method="PUT")
            urllib.request.urlopen(asked).close()
            keys = {"AWS_ACCESS_KEY_ID": "some", "AWS_SECRET_ACCESS_KEY": "body", "AWS_REGION": "us-east-1"}
            yield (
                {**keys, "AWS_ENDPOINT_URL": endpoint, "AWS_EC2_METADATA_DISABLED": "true"},
                f"s3://{BUCKET}",
            )
        finally:
            process.terminate()
            process.wait(20)


def requests_in(log: Path) -> dict[str, int]:
    """How often each method was used, from the log."""
    counts: dict[str, int] = {}
    for method in re.findall(r'"(?:\x1b\[\d+m)*([A-Z]+) /', log.read_text()):
        counts[method] = counts.get(method, 0) + 1
    return counts


def _address_in(log: Path, process: subprocess.Popen[str]) -> str:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("the S3 server did not start:\n" + log.read_text())
