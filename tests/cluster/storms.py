"""What happens to a batch on a cluster: ``python -m tests.cluster.storms SEED OUT PHASE ...``.

Runs in a network and among processes of its own (see :func:`tests.cluster.alone.storms`), does the phases one
after the other on one cluster of three machines, and writes what it saw as JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.batch.items import Item
from pipelines.batch.ledger import Ledger
from pipelines.batch.places import Folders
from pipelines.batch.work import PhotoWork
from pipelines.cluster.arrow_files import opened
from pipelines.settings import load_settings
from tests.cluster.driver import ORDER, POOL
from tests.cluster.machines import Machines, loopback_up, machines
from tests.cluster.quick import LOG, POISON_WIDTH, quick_service
from tests.cluster.store import requests_in, serving
from tests.running import ROOT
from tests.scenes import ball, encoded

PHOTOS = 40
STORED = 4
"""Photos in the bucket."""

REQUESTS, BUCKET = "CUTAWAY_TEST_REQUESTS", "CUTAWAY_TEST_BUCKET"
"""Environment variables: the S3 server's log, and the address of its bucket."""

IN_FLIGHT = POOL.most * 2
"""Photos under way at once in all actors together."""

_PATIENCE = 900


@dataclass(frozen=True)
class Stage:
    """Where it happens.

    Attributes:
        folder: for everything.
        cluster: the machines.
        chance: decides when.
    """

    folder: Path
    cluster: Machines
    chance: random.Random

    def inferences(self) -> list[str]:
        """A line for each inference so far: the process, and the photo."""
        log = Path(os.environ[LOG])
        return log.read_text(encoding="ascii").splitlines() if log.exists() else []

    @contextmanager
    def driver(self, source: Path, target: Path) -> Iterator[subprocess.Popen[str]]:
        """A program that drives a batch; killed where it has not ended with the block."""
        command = [
            sys.executable,
            "-m",
            "tests.cluster.driver",
            str(source),
            str(target),
            self.cluster.address,
        ]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def drive(self, source: Path, target: Path) -> str:
        """Drive a batch to its end; returns its counts."""
        with self.driver(source, target) as process:
            told, _ = process.communicate(timeout=_PATIENCE)
            return told.strip() if process.returncode == 0 else f"ended with {process.returncode}"

    def wait_for(self, process: subprocess.Popen[str], inferences: int) -> None:
        """Until so many inferences were begun, in all."""
        deadline = time.monotonic() + _PATIENCE
        while len(self.inferences()) < inferences:
            assert process.poll() is None, "the driver ended too early"
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def audit(self, source: Path | str, target: Path | str) -> dict[str, Any]:
        """What the program's audit says."""
        return _program("audit", str(source), str(target))


def photos(folder: Path, *, poison: bool = False) -> Path:
    """A folder of photos that differ, and of one file that is none."""
    (folder / "shoes").mkdir(parents=True)
    for number in range(PHOTOS):
        place = folder / ("shoes" if number % 2 else "") / f"photo {number}.png"
        place.write_bytes(encoded(ball(160 + number, 120).pixels))
    (folder / "notes.jpg").write_bytes(b"not a picture")
    if poison:
        (folder / "poison.png").write_bytes(encoded(ball(POISON_WIDTH, 120).pixels))
    return folder


def whole(stage: Stage) -> dict[str, Any]:
    """A run to its end, with a photo that kills whoever works on it; and once more."""
    source, target = photos(stage.folder / "whole", poison=True), stage.folder / "whole-out"
    counts, made = stage.drive(source, target), len(stage.inferences())
    again = stage.drive(source, target)
    poisoned = stage.inferences()
    return {
        "counts": counts,
        "again": again,
        "inferences": made,
        "inferences_again": len(stage.inferences()) - made,
        "poison_tries": made - len({line.split()[1] for line in poisoned}) + 1,
        "same_as_local": results_of(target) == results_of(_locally(stage, source)),
        "rows": rows_of(target),
        "audit": stage.audit(source, target),
    }


def mended(stage: Stage) -> dict[str, Any]:
    """Results of the whole run are touched, which the audit finds and the next run mends."""
    source, target = stage.folder / "whole", stage.folder / "whole-out"
    (target / "print" / "photo 0.png").unlink()
    (target / "print" / "photo 2.png").write_bytes(b"other")
    (target / "print" / "stray.png").write_bytes(b"stray")
    (target / "print" / ".cutaway-0000.part").write_bytes(b"half")
    (source / "late.png").write_bytes(encoded(ball(99, 99).pixels))
    before = len(stage.inferences())
    return {
        "found": stage.audit(source, target),
        "swept": _program("audit", str(source), str(target), "--sweep", "--redo"),
        "counts": stage.drive(source, target),
        "inferences": len(stage.inferences()) - before,
        "audit": stage.audit(source, target),
    }


def driver_killed(stage: Stage) -> dict[str, Any]:
    """The program that drives it is killed, and begun again."""
    source, target = photos(stage.folder / "driver"), stage.folder / "driver-out"
    before = len(stage.inferences())
    aim = stage.chance.randint(4, PHOTOS - 6)
    with stage.driver(source, target) as process:
        stage.wait_for(process, before + aim)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    _settled(stage)
    present, first = complete_in(target), len(stage.inferences())
    counts = stage.drive(source, target)
    return {
        "killed_after": first - before,
        "complete_when_killed": present,
        "inferences_after": len(stage.inferences()) - first,
        "counts": counts,
        "rows": rows_of(target),
        "audit": stage.audit(source, target),
    }


def machine_killed(stage: Stage) -> dict[str, Any]:
    """A machine goes in the middle of the work."""
    source, target = photos(stage.folder / "machine"), stage.folder / "machine-out"
    before = len(stage.inferences())
    aim = stage.chance.randint(2, PHOTOS // 2)
    with stage.driver(source, target) as process:
        stage.wait_for(process, before + aim)
        while not stage.cluster.lose_one_of(int(stage.inferences()[-1].split()[0])):
            stage.wait_for(process, len(stage.inferences()) + 1)
        lost_at = len(stage.inferences()) - before
        told, _ = process.communicate(timeout=_PATIENCE)
    stage.cluster.add()
    return {
        "killed_after": lost_at,
        "inferences": len(stage.inferences()) - before,
        "counts": told.strip(),
        "rows": rows_of(target),
        "audit": stage.audit(source, target),
    }


def object_store(stage: Stage) -> dict[str, Any]:
    """The program itself, with a real network, from bucket to bucket; and the same on this machine alone."""
    source = stage.folder / "store"
    bucket = os.environ[BUCKET]
    for number in range(STORED):
        place = source / ("a" if number % 2 else "b") / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        data = encoded(ball(200 + number, 150).pixels)
        place.write_bytes(data)
        opened(f"{bucket}/in").write(place.relative_to(source).as_posix(), data)
    log = Path(os.environ[REQUESTS])
    before = requests_in(log)
    flags = ["--model", "u2netp", "--name", "{n:3} {stem}", "--report", str(stage.folder / "report.html")]
    cluster = ["--engine", "ray", "--address", stage.cluster.address, "--actors", "1:2"]
    first = _program("batch", f"{bucket}/in", f"{bucket}/out", *flags, *cluster)
    after = requests_in(log)
    again = _program("batch", f"{bucket}/in", f"{bucket}/out", *flags, *cluster)
    local = _program("batch", str(source), str(stage.folder / "store-local"), *flags[:4])
    results = opened(f"{bucket}/out")
    there = {
        one.path: results.read(one.path) for one in results.found() if not one.path.startswith(".cutaway/")
    }
    return {
        "runs": [first, again, local],
        "same_as_local": there == results_of(stage.folder / "store-local"),
        "results": sorted(there),
        "requests": {method: after[method] - before.get(method, 0) for method in after},
        "audit": stage.audit(f"{bucket}/in", f"{bucket}/out"),
        "pictures_in_report": (stage.folder / "report.html").read_text(encoding="utf-8").count("data:image"),
    }


PHASES: dict[str, Callable[[Stage], dict[str, Any]]] = {
    "whole": whole,
    "mended": mended,
    "driver": driver_killed,
    "machine": machine_killed,
    "store": object_store,
}


def rows_of(target: Path) -> dict[str, Any]:
    """What the manifest holds."""
    from pyarrow import parquet

    rows = parquet.read_table(target / ".cutaway" / "manifest.parquet").to_pylist()
    states: dict[str, list[str]] = {}
    for row in rows:
        states.setdefault(row["code"] or row["status"], []).append(row["path"])
    return {
        "count": len(rows),
        "photos": len({row["path"] for row in rows}),
        "failed": {state: paths for state, paths in states.items() if state != "done"},
    }


def results_of(target: Path) -> dict[str, bytes]:
    """All files of results by their place."""
    found = [path for path in target.rglob("*") if path.is_file() and ".cutaway" not in path.parts]
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in found}


def complete_in(target: Path) -> int:
    """Photos with all their results and notes."""
    return len(list((target / ".cutaway" / "notes").rglob("*.json"))) // len(ORDER.variants)


def _locally(stage: Stage, source: Path) -> Path:
    """The same batch by the work of the local engine; returns where its results are."""
    from pipelines.batch.engine import scan

    folders = Folders(source, stage.folder / "local-out")
    log = os.environ[LOG]
    os.environ[LOG] = os.devnull
    with Ledger(folders.ledger) as ledger:
        ledger.enter(ORDER, scan(folders))
        work = PhotoWork(quick_service(load_settings()), ORDER, folders.with_notes(ledger))
        for item in ledger.items():
            if _is_good(item):
                work(item)
    os.environ[LOG] = log
    return folders.target


def _is_good(item: Item) -> bool:
    return item.path.split("/")[-1].startswith("photo")


def _program(*given: str) -> dict[str, Any]:
    """How the program ends, and what it says."""
    command = [sys.executable, str(ROOT / "app.py"), *given]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    return {"status": ended.returncode, "said": ended.stdout + ended.stderr}


def _settled(stage: Stage) -> None:
    """Until the actors of a driver that was killed have ended too: then nothing more is begun."""
    deadline = time.monotonic() + _PATIENCE
    while any(_runs(int(line.split()[0])) for line in stage.inferences()[-IN_FLIGHT:]):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        return "Remover" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


@contextmanager
def _store(folder: Path, *, wanted: bool) -> Iterator[None]:
    """An S3 server, where one is wanted; the environment says where it is."""
    if not wanted:
        yield
        return
    log = folder / "requests.log"
    with serving(log) as (environment, bucket):
        os.environ |= {**environment, REQUESTS: str(log), BUCKET: bucket}
        yield


def main(seed: str, out: str, *phases: str) -> None:
    """Do the phases."""
    loopback_up()
    folder = Path(out)
    home = folder / "home"
    home.mkdir()
    (home / "weights.onnx").write_bytes(b"made up")
    (home / "models").symlink_to(load_settings().models_dir)
    os.environ |= {LOG: str(folder / "inferences.log"), "CUTAWAY_HOME": str(home), "PYTHONPATH": str(ROOT)}
    seen: dict[str, Any] = {"seed": int(seed)}
    begun = time.monotonic()
    with _store(folder, wanted="store" in phases), machines() as cluster:
        stage = Stage(folder, cluster, random.Random(int(seed)))  # noqa: S311
        for phase in phases:
            start = time.monotonic()
            seen[phase] = PHASES[phase](stage)
            seen[phase]["seconds"] = round(time.monotonic() - start, 1)
    seen["seconds"] = round(time.monotonic() - begun, 1)
    (folder / "seen.json").write_text(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
