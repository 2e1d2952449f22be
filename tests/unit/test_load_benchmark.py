"""What the benchmarks of servers are made of: percentiles, requests, and what processes hold."""

from __future__ import annotations

import os
import subprocess
import sys
from email.parser import BytesParser
from email.policy import HTTP

import pytest

from benchmarks.load import Load, ratios
from benchmarks.proc import Watch, tree, usage
from benchmarks.spread import percentile
from benchmarks.torture.rows import Finding
from benchmarks.wire import Door


def test_percentiles_are_of_the_nearest_rank() -> None:
    hundred = list(range(100, 0, -1))
    assert [percentile(hundred, share) for share in (0, 0.5, 0.95, 1)] == [1, 50, 95, 100]
    assert percentile([7], 0.99) == 7
    assert percentile([], 0.5) != percentile([], 0.5)  # NaN


def test_a_request_is_a_form_with_the_photo() -> None:
    request = Door("/door", "photo", (("size", "full"),)).request(b"\xff\xd8\0\r\n--photo")
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /door HTTP/1.1\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    message = BytesParser(policy=HTTP).parsebytes(head.partition(b"\r\n")[2] + b"\r\n\r\n" + body)
    parts = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in message.iter_parts()
    }
    assert parts == {"size": b"full", "photo": b"\xff\xd8\0\r\n--photo"}


def test_children_are_counted() -> None:
    alone = usage(os.getpid())
    assert min(alone.rss, alone.fds, alone.threads) >= 1
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in tree(os.getpid())
        assert usage(os.getpid()).threads > alone.threads
        assert child.stdin
        child.communicate(b"\n")
    assert child.pid not in tree(os.getpid())
    assert usage(child.pid).rss == 0


def test_a_server_that_takes_too_much_is_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        with Watch(child.pid, most=1) as watch:
            assert child.wait(30) == -9
        assert watch.over
        assert watch.peak > 1


@pytest.mark.parametrize(
    ("measured", "reached"), [(9, True), (10, True), (10.1, False), (float("nan"), False)]
)
def test_a_target_is_the_most_a_figure_may_be(measured: float, reached: bool) -> None:
    assert Finding("figure", measured, 10).reached is reached


def test_sides_are_compared() -> None:
    theirs, ours = Load([2.0, 4.0], seconds=8, peak=900), Load([1.0, 1.0, 1.0], seconds=3, peak=450)
    assert ratios(theirs, ours) == "  4.0 times the pictures, median 2.0 times as soon, 0.50 of the memory"
    assert ratios(Load(failed=3), ours) == "  one side gave no picture"
