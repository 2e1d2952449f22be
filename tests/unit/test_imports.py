"""The import direction of the design: app -> commands -> components, server -> pipelines."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("app", "commands", "components", "server", "pipelines")
MAY_IMPORT = {
    "pipelines": {"pipelines"},
    "components": {"components", "pipelines"},
    "server": {"server", "pipelines"},
    "commands": {"commands", "components", "server", "pipelines"},
    "app.py": set(OURS),
}
FORBIDDEN = {
    "pipelines": {"gradio", "fastapi", "starlette", "uvicorn", "typer", "rich"},
    "components": {"onnxruntime", "fastapi", "starlette", "typer", "rembg"},
    "server": {"onnxruntime", "typer", "rembg"},
}
CLUSTER = {"ray", "pyarrow", "fsspec"}
LAZY = {"rembg", "pymatting", "numba", "skimage"}


def imports(path: Path, *, top_level_only: bool = False) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def modules(part: str) -> list[Path]:
    target = ROOT / part
    return [target] if target.is_file() else sorted(target.rglob("*.py"))


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_arrows_point_one_way(part: str) -> None:
    found = {(path.name, name) for path in modules(part) for name in imports(path) if name in OURS}
    assert found, "the walk found nothing: is the layout as it was?"
    assert {(path, name) for path, name in found if name not in MAY_IMPORT[part]} == set()


@pytest.mark.parametrize("part", FORBIDDEN)
def test_each_part_keeps_to_its_libraries(part: str) -> None:
    used = {(str(path.relative_to(ROOT)), name) for path in modules(part) for name in imports(path)}
    assert {(path, name) for path, name in used if name in FORBIDDEN[part]} == set()


def test_slow_libraries_are_imported_only_where_they_are_used() -> None:
    allowed = {"pipelines/models/modnet.py"}  # a session of rembg's, itself imported late
    eager = {
        str(path.relative_to(ROOT))
        for part in OURS[1:]
        for path in modules(part)
        if LAZY & set(imports(path, top_level_only=True))
    }
    assert eager <= allowed


def test_what_a_cluster_needs_is_imported_only_there() -> None:
    found = {
        str(path.relative_to(ROOT))
        for part in OURS[1:]
        for path in modules(part)
        if CLUSTER & set(imports(path))
    }
    assert found
    assert {path for path in found if not path.startswith("pipelines/cluster/")} == set()


def test_a_cluster_is_imported_only_when_it_is_asked_for() -> None:
    """Its modules name each other; everything else does so within a function."""
    found = set()
    for part in OURS:
        for path in modules(part if part != "app" else "app.py"):
            if "cluster" not in path.relative_to(ROOT).parts[:-1]:
                tree = ast.parse(path.read_text(encoding="utf-8"))
                named = {
                    node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module
                }
                found |= {
                    str(path.relative_to(ROOT)) for name in named if name.startswith("pipelines.cluster")
                }
    assert found == set()
