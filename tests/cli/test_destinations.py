"""Where results go: two never meet, and nothing that is read is written over."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.destinations import Item, format_of, plan
from pipelines.errors import RecipeError
from pipelines.recipe import Recipe

PARTS = st.sampled_from(["a", "b", "a-2", "a-cutout"])
PATHS = st.builds(
    lambda folders, stem, ending: Path(*folders, stem).with_suffix(ending),
    st.lists(PARTS, max_size=2),
    PARTS,
    st.sampled_from([".png", ".jpg", ".webp"]),
)


def fill(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def targets(items: list[Item]) -> list[Path]:
    return [item.target for item in items if item.target is not None]


@settings(deadline=None)  # it asks the disk
@given(st.lists(PATHS, min_size=1, max_size=12, unique=True), st.sampled_from([None, ".", "a/", "out/"]))
def test_no_two_meet_and_no_source_is_written_over(sources: list[Path], output: str | None) -> None:
    items = list(plan([str(path) for path in sources], output, Recipe()))
    chosen = [path.resolve() for path in targets(items)]
    assert len(set(chosen)) == len(chosen) == len(sources)
    assert not {path.resolve() for path in sources} & set(chosen)


def test_the_background_is_not_written_over(tmp_path: Path) -> None:
    recipe = Recipe.read({"background": {"kind": "image", "source": str(tmp_path / "a.png")}})
    items = list(plan([str(tmp_path / "a.jpg")], str(tmp_path), recipe))
    assert targets(items) == [tmp_path / "a-2.png"]
    with pytest.raises(RecipeError, match="written over"):
        list(plan([str(tmp_path / "a.jpg")], str(tmp_path / "a.png"), recipe))


def test_a_link_to_the_source_is_not_written_over(tmp_path: Path) -> None:
    fill(tmp_path, "photo.png")
    (tmp_path / "link.png").symlink_to(tmp_path / "photo.png")
    with pytest.raises(RecipeError, match="written over"):
        list(plan([str(tmp_path / "photo.png")], str(tmp_path / "link.png"), Recipe()))


def test_earlier_results_are_no_sources(tmp_path: Path) -> None:
    fill(tmp_path, "a.png", "out/a.png", "outer/b.png")
    items = list(plan([str(tmp_path)], str(tmp_path / "out"), Recipe()))
    assert [item.source for item in items] == [tmp_path / "a.png", tmp_path / "outer" / "b.png"]


def test_a_folder_into_itself(tmp_path: Path) -> None:
    fill(tmp_path, "a.png", "deep/a.jpg")
    items = list(plan([str(tmp_path)], str(tmp_path), Recipe()))
    assert targets(items) == [tmp_path / "a-2.png", tmp_path / "deep" / "a.png"]


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        *((name, None) for name in (None, "-", "out/", "out.png/", "out", "v1.2")),
        *(("a.png", "png"), ("a.JPG", "jpg"), ("b/a.jpeg", "jpeg"), ("a.webp", "webp")),
    ],
)
def test_the_format_a_name_asks_for(output: str | None, wanted: str | None) -> None:
    assert format_of(output) == wanted


def test_a_format_that_is_only_read(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"\.heic files are not written here"):
        format_of("a.heic")
    (tmp_path / "folder.heic").mkdir()
    assert format_of(str(tmp_path / "folder.heic")) is None
