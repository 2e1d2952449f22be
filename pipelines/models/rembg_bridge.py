"""The one place that knows rembg: its registry, its sessions, and ours in it.

rembg imports numba and scikit-image, which takes seconds, so nothing here is
imported before a model asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.errors import UnknownModel


def registry() -> dict[str, Any]:
    """rembg's session classes by name, with our MODNet among them.

    Registering is done once; afterwards ``rembg.new_session("modnet")`` works too.
    """
    import rembg.sessions

    from pipelines.models.modnet import ModnetSession

    if ModnetSession.name() not in rembg.sessions.sessions:
        rembg.sessions.sessions[ModnetSession.name()] = ModnetSession
        rembg.sessions.sessions_class.append(ModnetSession)
        rembg.sessions.sessions_names.append(ModnetSession.name())
    sessions: dict[str, Any] = rembg.sessions.sessions
    return sessions


def open_session(name: str, path: Path | None, options: Any, providers: Sequence[str]) -> Any:
    """A rembg session over weights that are already here.

    Args:
        name: a name in :func:`registry`.
        path: the verified weights file; None lets rembg gather its own files.
        options: onnxruntime's SessionOptions.
        providers: execution providers, best first.
    Raises:
        UnknownModel: rembg has no such session.
    """
    kind = registry().get(name)
    if kind is None:
        raise UnknownModel(f"rembg has no model called {name!r}.")
    if path is not None:
        kind = type(
            kind.__name__, (kind,), {"download_models": classmethod(lambda _cls, *_a, **_k: str(path))}
        )
    return kind(name, options, providers=list(providers), model_path=str(path) if path else None)
