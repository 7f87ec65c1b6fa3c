"""The template of the handout, with escaping on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from linkshed.serve.web import words

FOLDER = Path(__file__).parent
FILTERS = (words.shown, words.count, words.amount, words.share, words.short_url, words.day)


def render(**facts: Any) -> str:
    """The page."""
    return _template().render(facts)


@lru_cache(maxsize=1)
def _template() -> Template:
    env = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.filters |= {use.__name__: use for use in FILTERS}
    env.tests["link"] = words.is_link
    return env.get_template("handout.html")
