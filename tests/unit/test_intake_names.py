"""Names in ZIPs of systems that write UTF-8 without saying so."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from PIL import Image

from pipelines.batch.intake import Intake, JobLimits
from pipelines.limits import Limits
from pipelines.settings import Settings


class _Unflagged(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  (zipfile's)
        return self.filename.encode(), self.flag_bits & ~0x800


def test_utf8_without_its_flag_is_read_as_such(tmp_path: Path) -> None:
    photo, sent = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (8, 8)).save(photo, "PNG")
    with zipfile.ZipFile(sent, "w") as archive:
        archive.writestr(_Unflagged("Stühle.png"), photo.getvalue())
    sent.seek(0)
    folder = tmp_path / "photos"
    folder.mkdir()

    taken = Intake(folder, Limits.of(Settings()), JobLimits(5, 10_000_000)).take_archive(sent)

    assert taken.photos == ["Stühle.png"]
