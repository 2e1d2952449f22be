"""Groups of flags: frozen dataclasses whose fields are options, which any command may take."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, get_type_hints


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameters may be groups, as one that takes all their flags.

    Typer reads a function's signature, so the groups are laid out in it.

    Args:
        command: a parameter that is annotated with a dataclass stands for the fields of that, which are
            annotated as Typer wants parameters to be, or are groups themselves.
    """
    hints = get_type_hints(command, include_extras=True)
    hints.pop("return", None)

    @wraps(command)
    def flat(**given: Any) -> None:
        command(**{name: _filled(hint, name, given) for name, hint in hints.items()})

    plain = inspect.signature(command).parameters
    options = [
        option
        for name, hint in hints.items()
        for option in (_options(hint) if is_dataclass(hint) else [plain[name].replace(annotation=hint)])
    ]
    keyword = [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in options]
    flat.__signature__ = inspect.Signature(keyword)  # type: ignore[attr-defined]  # what inspect looks for first
    flat.__annotations__ = {option.name: option.annotation for option in options}
    return flat


def _options(group: Any) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    for field in fields(group):
        hint = hints[field.name]
        if is_dataclass(hint):
            yield from _options(hint)
        else:
            yield inspect.Parameter(
                field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hint
            )


def _filled(hint: Any, name: str, given: Mapping[str, Any]) -> Any:
    if not is_dataclass(hint) or not isinstance(hint, type):
        return given[name]
    hints = get_type_hints(hint, include_extras=True)
    return hint(**{field.name: _filled(hints[field.name], field.name, given) for field in fields(hint)})
