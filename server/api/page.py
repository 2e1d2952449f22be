"""The API's description as a page for people: without a script, loading nothing from anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

_STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.8rem; }
h2 { font-size: 1.25rem; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin-top: 1.5rem; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { padding: .75rem; overflow-x: auto; border: 1px solid #8886; border-radius: .4rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #8884; }
th, td { padding: .35rem .6rem .35rem 0; }
td:first-child code { white-space: nowrap; }
td:last-child { overflow-wrap: anywhere; }
summary { cursor: pointer; padding: .25rem 0; }
.method { font-weight: 700; }
"""

_EXAMPLE: Final = """curl -F photo=@photo.jpg \\
  -F 'recipe={"background": "white", "output": {"format": "jpg"}}' \\
  http://127.0.0.1:7860/api/v1/cutouts -o photo-white.jpg"""

Described = Mapping[str, Any]


def written(described: Described) -> str:
    """The page.

    Args:
        described: the API, see :func:`server.api.reference.described`.
    """
    title = f"{described['info']['title']} API, version {described['info']['version']}"
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>",
            _prose(described["info"]["description"]),
            '<p>For programs: <a href="openapi.json">openapi.json</a>.</p>',
            f"<pre><code>{escape(_EXAMPLE)}</code></pre>",
            *_operations(described),
            "<h2>Shapes</h2>",
            *(_shape(name, one) for name, one in sorted(described["components"]["schemas"].items())),
            "</main></body></html>",
        )
    )


def _operations(described: Described) -> Iterator[str]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f'<h2><span class="method">{method.upper()}</span> <code>{escape(path)}</code></h2>'
            yield _prose(operation.get("description", operation["summary"]))
            yield from _parameters(operation.get("parameters", []))
            yield from _body(operation.get("requestBody", {}))
            yield from _answers(operation["responses"])


def _parameters(parameters: Sequence[Described]) -> Iterator[str]:
    rows = [
        (one["name"], _type(one["schema"]), one["schema"].get("description", "") or _default(one["schema"]))
        for one in parameters
        if one["in"] == "query"
    ]
    if rows:
        yield f"<h3>In the address</h3>{_table(('parameter', 'type', 'about'), rows)}"


def _body(body: Described) -> Iterator[str]:
    for kind, content in body.get("content", {}).items():
        schema = content["schema"]
        if "$ref" in schema:
            yield f"<h3>Body</h3><p>{_told(kind, schema)}</p>"
            continue
        rows = [(name, _type(one), one.get("description", "")) for name, one in schema["properties"].items()]
        other = schema.get("additionalProperties")
        if other:
            rows.append(("any other", _type(other), other["description"]))
        yield f"<h3>Parts ({escape(kind)})</h3>{_table(('part', 'type', 'about'), rows)}"
        for example in content.get("examples", {}).values():
            shown = json.dumps(example["value"], indent=2)
            yield f"<h3>{escape(example['summary'])}</h3><pre><code>{escape(shown)}</code></pre>"


def _answers(responses: Described) -> Iterator[str]:
    yield "<h3>Answers</h3>"
    for status, answer in responses.items():
        shown = "".join(_told(kind, one["schema"]) for kind, one in answer.get("content", {}).items())
        headers = [(name, one["description"]) for name, one in answer.get("headers", {}).items()]
        more = _table(("header", "about"), headers) if headers else ""
        open_ = " open" if status.startswith("2") else ""
        inside = f"{_prose(answer['description'])}<p>{shown}</p>{more}"
        yield f"<details{open_}><summary>{status}</summary>{inside}</details>"


def _told(kind: str, schema: Described) -> str:
    shape = f": {_type(schema)}" if "$ref" in schema else ""
    return f"<code>{escape(kind)}</code>{shape} "


def _shape(name: str, schema: Described) -> str:
    rows = [
        (field, _type(one), one.get("description", "") or _default(one))
        for field, one in schema.get("properties", {}).items()
    ]
    about = _prose(schema.get("description", ""))
    table = _table(("field", "type", "about"), rows)
    return f'<h3 id="{escape(name)}">{escape(name)}</h3>{about}{table}'


def _default(schema: Described) -> str:
    return f"default: `{json.dumps(schema['default'])}`" if "default" in schema else ""


def _type(schema: Described) -> str:
    """A schema in a word or two, as HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(_type(one) for one in schema[several])
    if "enum" in schema:
        return ", ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if schema.get("type") == "array" and "items" in schema:
        return f"list of {_type(schema['items'])}"
    return "file" if "contentMediaType" in schema else escape(str(schema.get("type", "any")))


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """A table; first cells are names, middle ones HTML, last ones prose."""
    head = "".join(f"<th>{one}</th>" for one in heads)
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code></td>"
        + "".join(f"<td>{cell}</td>" for cell in middle)
        + f"<td>{_inline(about)}</td></tr>"
        for name, *middle, about in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'


def _prose(text: str) -> str:
    """Paragraphs and lists as HTML."""
    parts = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("- "):
            items = re.split(r"(?:^|\n)\s*- ", block)[1:]
            parts.append("<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>")
        elif block:
            parts.append(f"<p>{_inline(block)}</p>")
    return "".join(parts)


def _inline(text: str) -> str:
    return re.sub(r"`+([^`]+)`+", r"<code>\1</code>", escape(text))
