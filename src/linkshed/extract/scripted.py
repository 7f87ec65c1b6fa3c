"""A page before and after its scripts ran -> one page row, and links that say which scripts made.

Search engines read both. The page's facts are those after the scripts; its links are all those that
stand on it then, and behind them those that stood in the HTML only.
"""

from __future__ import annotations

from dataclasses import replace

from linkshed.extract.response import Extracted

_OF_THE_ANSWER = ("size_bytes", "content_hash", "encoding", "content_type")


def with_scripts(plain: Extracted, rendered: Extracted) -> Extracted:
    """Both in one. A link is scripted when the HTML has none of its kind to its target."""
    before, after = _places(plain), _places(rendered)
    known, standing = set(before), set(after)
    links = {name: list(cells) for name, cells in rendered.links.items()}
    gone = [row for row, place in enumerate(before) if place not in standing]
    for name, cells in links.items():
        cells += [plain.links[name][row] for row in gone]
    links["ordinal"] = list(range(len(after) + len(gone)))
    page = rendered.page | {name: plain.page.get(name) for name in _OF_THE_ANSWER}
    is_scripted: list[bool | None] = [place not in known for place in after]
    is_scripted += [False] * len(gone)
    return replace(rendered, page=page, links=links, is_scripted=is_scripted)


def _places(extracted: Extracted) -> list[tuple[str, int]]:
    links = extracted.links
    return list(zip(links["target_url"], links["kind"], strict=True))
