"""A scored snapshot as plain Python rows, for audits counted a second time."""

from __future__ import annotations

from typing import Any

from linkshed.schema import LinkKind, Resolution
from linkshed.snapshot.tables import Snapshot

CLICKABLE = (LinkKind.TEXT, LinkKind.IMAGE, LinkKind.AREA, LinkKind.UNKNOWN)
UNFOLLOWED = 7
STAYS = (Resolution.SELF, Resolution.CANONICAL)
Row = dict[str, Any]


class Plain:
    """Pages and links as dicts; pages with their domain, host and receiver."""

    def __init__(self, snapshot: Snapshot) -> None:
        names = snapshot.names
        self.pages: list[Row] = snapshot.columns("pages", names("pages")).to_pylist()
        resolution = snapshot.columns("resolution", names("resolution")).to_pylist()
        urls = snapshot.urls(range(snapshot.n_pages))
        for n, (page, found) in enumerate(zip(self.pages, resolution, strict=True)):
            is_dead = found["resolution"] >= Resolution.DEAD
            page |= found | {"id": n, "url": urls[n], "host": urls[n].split("/")[2]}
            page["domain"] = ".".join(page["host"].split(".")[-2:])
            page["lands"] = n if is_dead else found["receiver"]
            page["is_node"] = not is_dead and page["lands"] == n
            page["is_shown"] = (page["status"] or 0) < 400 and found["resolution"] in STAYS
        self.links: list[Row] = snapshot.columns("links", names("links")).to_pylist()
        for link in self.links:
            source, target = self.pages[link["source"]], self.pages[link["target"]]
            end = self.pages[target["lands"]]
            link |= {"from": source, "to": target, "end": end}
            link["is_clickable"] = link["kind"] in CLICKABLE
            link["is_followed"] = not (link["rel"] & UNFOLLOWED or source["is_nofollow"])
            link["counts"] = link["is_clickable"] and source["is_shown"]
            link["is_inner"] = (
                link["counts"] and source["domain"] == end["domain"] and source is not end
            )

    def inner(self, page: Row) -> list[Row]:
        """Internal links that land at a page."""
        return [link for link in self.links if link["is_inner"] and link["end"] is page]

    def reached(self) -> set[int]:
        """Pages within reach of a home page of their domain."""
        steps = (*CLICKABLE, LinkKind.REDIRECT, LinkKind.REFRESH)
        found = {page["id"] for page in self.pages if page["key"].endswith(")/")}
        todo = list(found)
        onward: dict[int, list[Row]] = {}
        for link in self.links:
            if link["kind"] in steps and link["from"]["domain"] == link["to"]["domain"]:
                onward.setdefault(link["source"], []).append(link)
        while todo:
            for link in onward.get(todo.pop(), ()):
                if link["target"] not in found:
                    found.add(link["target"])
                    todo.append(link["target"])
        return found
