"""``export``, ``review`` and names by product, as a seller uses them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import httpx
import pytest

from pipelines.batch.ledger import Ledger
from tests.cli.shell import cutaway
from tests.running import ROOT, running
from tests.scenes import ball, encoded

pytestmark = pytest.mark.weights


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder of photos with a table of products."""
    (tmp_path / "in" / "more").mkdir(parents=True)
    for number, name in enumerate(("BAG-1_1.png", "IMG_0001.png", "more/BAG-1 (2).png")):
        (tmp_path / "in" / name).write_bytes(encoded(ball(200 + 10 * number, 160).pixels))
    (tmp_path / "products.csv").write_bytes("\ufefffile;sku\r\nIMG_0001;HAT 7\r\ngone.jpg;X\r\n".encode())
    return tmp_path


def test_a_batch_named_by_products_is_handed_over(shop: Path) -> None:
    order = ("batch", shop / "in", shop / "out", "--model", "fast", "--name", "{sku}_{shot}")
    refused = cutaway(*order)
    assert refused.status == 2
    assert "No SKU can be told from IMG_0001.png" in refused.err
    assert not (shop / "out").exists()
    ran = cutaway(*order, "--table", shop / "products.csv")
    assert ran.status == 0, ran.err
    assert "names gone.jpg, which is not among the photos" in ran.err
    with Ledger(shop / "out" / ".cutaway" / "batch.sqlite3") as ledger:
        ledger.decide([3], "excluded")
    with running(str(ROOT / "app.py"), "review", str(shop / "out")) as program:
        address, _, job = program.address.partition("/batch#")
        with httpx.Client(base_url=address, timeout=60) as client:
            assert client.get("/batch").status_code == 200
            items = client.get(f"/api/v1/jobs/{job}/items?sort=number").json()["items"]
            assert [item["decision"] for item in items] == [None, None, "excluded"]
            wish = {"numbers": [1, 2], "decision": "accepted"}
            assert client.patch(f"/api/v1/jobs/{job}/items", json=wish).json()["numbers"] == [1, 2]
            assert client.get(items[0]["before"]).headers["content-type"] == "image/webp"
    copied = cutaway("export", shop / "out", shop / "dest", "--accepted")
    assert copied.status == 0
    assert "2 files of 2 photos" in copied.err
    assert "1 excluded" in copied.err
    assert sorted(path.name for path in (shop / "dest").rglob("*.png")) == ["BAG-1_1.png", "HAT 7_1.png"]
    (shop / "out" / "HAT 7_1.png").write_bytes(b"scribbled over")
    packed = cutaway("export", shop / "out", "--zip", shop / "all.zip")
    assert packed.status == 1
    assert "HAT 7_1.png is not as it was made" in packed.err
    assert "1 file of 2 photos is in" in packed.err
    assert "Not handed over: 1 file." in packed.err
    assert "audit IN OUT --redo" in packed.err
    (shop / "dest" / "BAG-1_1.png").write_bytes(b"another")
    taken = cutaway("export", shop / "out", shop / "dest", "--accepted")
    assert "is another file; --replace" in taken.err
    assert "--redo" not in taken.err
    assert zipfile.ZipFile(shop / "all.zip").namelist() == ["BAG-1_1.png"]


def test_cut_takes_the_table_too(shop: Path) -> None:
    ran = cutaway(
        *("cut", shop / "in", "-o", shop / "cut", "--model", "u2netp", "--name", "{sku}.{view}"),
        *("--table", shop / "products.csv"),
    )
    assert ran.status == 0, ran.err
    found = sorted(path.relative_to(shop / "cut").as_posix() for path in (shop / "cut").rglob("*.png"))
    assert found == ["BAG-1.1.png", "HAT 7.png", "more/BAG-1.2.png"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "Say where the results go"),
        (("dest", "--zip", "all.zip"), "Say where the results go"),
        (("dest",), "There is no batch in"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, more: tuple[str, ...], said: str) -> None:
    ran = cutaway("export", tmp_path, *more)
    assert ran.status == 2
    assert said in ran.err


def test_only_a_batch_can_be_looked_through(tmp_path: Path) -> None:
    ran = cutaway("review", tmp_path)
    assert ran.status == 2
    assert "There is no batch in" in ran.err


def test_a_table_without_use_is_told(shop: Path) -> None:
    ran = cutaway("cut", shop / "in", "-o", shop / "cut", "--table", shop / "products.csv")
    assert ran.status == 2
    assert "--name" in ran.err
