"""The page's sentences in every language: whole, alike in form, and used."""

from __future__ import annotations

import gc
import re
import string
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from components import text
from components.handlers.trust import why
from components.i18n import DEFAULT, FOLDER, LANGUAGES, Section, language, sentences, speaking
from components.studio import build_studio
from pipelines.compose import studio
from pipelines.matting.reasons import SIDES, Reason
from pipelines.models.known import MODELS
from pipelines.models.plan import PLANS
from pipelines.recipe import KINDS
from pipelines.samples import SAMPLES
from pipelines.workbench import Workbench

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [code for code in LANGUAGES if code != DEFAULT]

SAME = {
    "de": {"Auto", "Bokeh", "Gold", "Orange", "Sand", "Silber", "Studio", "Transparent", "Vignette", "Zoom"},
    "es": {"Auto", "Color", "PNG, 8 bits", "Zoom"},
    "fr": {"Auto", "Image", "Photo", "Photos", "Portrait", "Studio", "Transparent", "Zoom", "orange"},
}
"""Words that a language shares with English."""

SIGNS = {
    "{n} s",
    "{n} min",
    "{n} h",
    "{n} MB",
    "{n} GB",
    "{filter}: {n}",
    "180°",
    "Cutaway",
    "Ctrl",
    "{count} kB",
    "{count} MB",
    "{count} GB",
    "white, #ff8800",
    ".",
} | {
    "AVIF",
    "TIFF",
    "PSD (Photoshop)",
}
"""What is the same in every language."""


def flat(code: str) -> dict[str, str]:
    return {
        f"{section}.{key}": value for section, held in sentences(code).items() for key, value in held.items()
    }


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_file_is_a_language_and_every_language_has_one() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(LANGUAGES)


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_says_the_same_things(code: str) -> None:
    here, there = flat(DEFAULT), flat(code)
    assert here.keys() - there.keys() == set(), "missing"
    assert there.keys() - here.keys() == set(), "superfluous"
    assert list(there) == list(here), "in the same order, so that files can be compared"


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_are_the_same(code: str) -> None:
    there = flat(code)
    found = {key for key, value in flat(DEFAULT).items() if placeholders(value) != placeholders(there[key])}
    assert found == set()


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_left_in_english(code: str) -> None:
    here, there = flat(DEFAULT), flat(code)
    same = {there[key] for key in here if here[key] == there[key]}
    assert same <= SAME[code] | SIGNS


@pytest.mark.parametrize("code", LANGUAGES)
def test_sentences_have_a_form(code: str) -> None:
    for key, value in flat(code).items():
        assert value == value.strip(), key
        assert value, key
        assert "@" not in value, key  # marks a place in the page's HTML
        assert "  " not in value, key


def test_french_keeps_its_signs_with_the_words_before() -> None:
    assert [value for value in flat("fr").values() if re.search(r"[ \w][:;?!](\s|$)| %", value)] == []


def sections_named() -> set[str]:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "components").rglob("*.py"))
    return set(re.findall(r'Section\("(\w+)"\)', source))


def test_every_section_is_used_and_there() -> None:
    assert sections_named() == set(sentences(DEFAULT))


@pytest.mark.parametrize("name", ["stage", "backdrop", "visit", "header", "share", "compare", "batch_photo"])
def test_templates_are_filled(name: str) -> None:
    """A place of a template is a key of a section, or a piece of HTML made by code."""
    template = (text.ASSETS / "studio" / f"{name}.html").read_text(encoding="utf-8")
    keys = {key for held in sentences(DEFAULT).values() for key in held}
    made = {"kind_buttons", "swatch_buttons", "sample_buttons", "shortcut_rows", "language_links", "code"}
    made |= {"log_out_button"}
    made |= {"lifetimes", "longest"}
    made |= {"gradient_buttons", "library_buttons"}
    assert set(re.findall(r"@(\w+)@", template)) - keys - made == set()


def test_scripts_say_only_what_there_is() -> None:
    named: set[str] = set()
    for path in (text.ASSETS / "studio").glob("*.js"):
        named |= set(re.findall(r"TEXT\.(\w+)", path.read_text(encoding="utf-8")))
    known = {key for name, held in sentences(DEFAULT).items() if name.endswith("_script") for key in held}
    assert named == known


def test_what_is_not_of_the_page_is_named_whole() -> None:
    assert set(text.MODELS) == set(MODELS)
    assert set(text.SAMPLES) == {sample.name for sample in SAMPLES}
    assert set(text.SWATCHES) == set(text.COLORS)
    assert set(text.KEYS) == set(text.SHORTCUTS)
    assert set(text.READY_GRADIENTS) == set(text.GRADIENTS)
    assert list(text.STUDIO_BACKDROPS) == list(studio.names())
    assert set(text.KINDS) == KINDS
    assert set(text.PLANS) <= {*PLANS, "auto", "fast", "best"}


def test_english_is_what_the_command_line_says() -> None:
    assert {name: model.about for name, model in MODELS.items()} == dict(text.MODELS)
    assert {sample.name: sample.title for sample in SAMPLES} == dict(text.SAMPLES)


REASONS = [
    Reason("no_subject", "no subject was found"),
    Reason("all_kept", "nothing was taken out"),
    Reason("unsure", "the network is unsure what belongs to the subject"),
    Reason("disagreement", "the networks disagree about the subject, most of all at the top", sides=("top",)),
    Reason("several_subjects", "two subjects", count=2),
    Reason("several_subjects", "several subjects", count=7),
    Reason("low_contrast", "low contrast along the left and right edge", sides=("left", "right")),
    Reason("soft_edge", "a wide soft edge, as of hair, glass or blur"),
    Reason("cut_off", "cut off at the left, right and top", sides=("left", "right", "top")),
    Reason("cut_off", "cut off on all sides"),
]


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.text)
def test_reasons_in_english_are_those_of_the_core(reason: Reason) -> None:
    assert why(reason) == reason.text


def test_reasons_in_other_languages() -> None:
    with speaking("de"):
        assert why(REASONS[6]) == "wenig Kontrast an der Kante links und rechts"
        assert why(REASONS[4]) == "zwei Motive"
    with speaking("fr"):
        assert why(REASONS[8]) == "coupé à gauche, à droite et en haut"


@pytest.mark.parametrize("code", LANGUAGES)
def test_sides_are_named(code: str) -> None:
    assert {*SIDES, "and"} == set(sentences(code)["sides"])


def test_numbers_as_they_are_written() -> None:
    assert text.figure(1234.56, 1) == "1234.6"
    with speaking("es"):
        assert text.figure(0.4, 1) == "0,4"


def test_a_section_speaks_the_language_of_the_moment() -> None:
    page = Section("page")
    with speaking("de"):
        assert (language(), page["model"]) == ("de", "Modell")
        with speaking("fr"):
            assert page["model"] == "Modèle"
        assert page["model"] == "Modell"
    assert page["model"] == "Model"


def built(bench: Workbench, code: str) -> dict[str, Any]:
    page: gr.Blocks
    with speaking(code):
        page = build_studio(bench)
        config: dict[str, Any] = dict(page.get_config_file())
    gc.collect()
    return config


# Gradio leaves an event loop open when a page is built; collecting it here keeps it out of other tests.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("code", OTHERS)
def test_each_page_is_the_same_in_other_words(bench: Workbench, code: str) -> None:
    english, other = built(bench, DEFAULT), built(bench, code)
    for config in (english, other):
        assert len(config["dependencies"]) > 10
    assert [one["targets"] != [] for one in other["dependencies"]] == [
        one["targets"] != [] for one in english["dependencies"]
    ]
    labels = [
        [part["props"].get("label") for part in config["components"] if part["props"].get("label")]
        for config in (english, other)
    ]
    assert len(labels[0]) == len(labels[1]) > 10
    left = {a for a, b in zip(*labels, strict=True) if a == b}
    assert left <= SAME[code]
