"""A batch on three machines, whatever happens to them: nothing is lost, nothing is there twice.

One seed here; ten of them by ``make torture-cluster``. Everything runs in a network and among processes of
its own, which ends with them all.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.cluster.alone import storms
from tests.cluster.judging import SEED_PHASES, wrong
from tests.cluster.storms import PHOTOS, STORED

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What there was to be seen."""
    return storms(1, tmp_path_factory.mktemp("storms"), "whole", "mended", "driver", "machine", "store")


@pytest.mark.parametrize("phase", SEED_PHASES)
def test_nothing_is_lost_or_doubled(seen: dict[str, Any], phase: str) -> None:
    assert wrong(phase, seen[phase]) == []


def test_a_whole_run_gives_what_one_machine_gives(seen: dict[str, Any]) -> None:
    whole = seen["whole"]
    assert whole["same_as_local"]
    assert whole["again"].endswith(f"{PHOTOS} 2")
    assert whole["inferences_again"] == 0


def test_a_photo_that_kills_its_worker_fails_alone_after_two_tries(seen: dict[str, Any]) -> None:
    whole = seen["whole"]
    assert whole["poison_tries"] == 2
    failed = {"unsupported_format": ["notes.jpg"], "photo_crashes": ["poison.png"]}
    assert whole["rows"]["failed"] == failed


def test_the_audit_finds_what_was_done_to_results_and_has_it_mended(seen: dict[str, Any]) -> None:
    saw = seen["mended"]
    assert [saw[step]["status"] for step in ("found", "swept", "audit")] == [1, 1, 0], saw
    named = {line.strip() for line in saw["found"]["said"].splitlines() if line.startswith("  ")}
    touched = {"late.png", "print/photo 0.png", "print/photo 2.png"}
    assert named == touched | {"print/stray.png", "print/.cutaway-0000.part"}
    assert "Removed: 2 files" in saw["swept"]["said"]
    assert "To be done again: 2 photos" in saw["swept"]["said"]
    assert saw["inferences"] == 1  # of the photo that came late: the mattes of the others are kept


def test_the_program_works_from_bucket_to_bucket(seen: dict[str, Any]) -> None:
    store = seen["store"]
    assert [run["status"] for run in store["runs"]] == [0, 0, 0], store["runs"]
    assert f"{STORED} of {STORED} photos are done" in store["runs"][0]["said"]
    assert store["same_as_local"]
    assert store["results"] == ["a/001 1.png", "a/002 3.png", "b/003 0.png", "b/004 2.png"]
    assert store["audit"]["status"] == 0, store["audit"]
    assert store["pictures_in_report"] == 2 * STORED
