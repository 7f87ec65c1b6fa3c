"""What the record of a crawl holds: what it saw, what it did not see, and with which settings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from linkshed import api
from linkshed.schema import Liveness
from linkshed.serve.closed import CLOSED, Closed
from linkshed.serve.crawls import crawl as command

Reasons = Annotated[dict[str, int], Field(description="By reason; reasons without any left out.")]

_STATES: dict[str, Any] = {
    state.name.lower(): (int, Field(description=f"Addresses that are {state.name.lower()}."))
    for state in Liveness
}
Alive: Any = create_model("Liveness", __config__=CLOSED, **_STATES)
_OWN = {
    "starts": "Where it began.",
    "sitemaps": "Whether sitemaps are read.",
    "conditional": "Whether only what changed since the crawl before is fetched again.",
    "verify_tls": "Whether certificates must prove something.",
    "resolve": "Hosts, each with the address to reach it at.",
}
_HELP = {p.name: str(getattr(p, "help", "")).partition("  [")[0] for p in command.params}
_SETTINGS: dict[str, Any] = {
    name: (kind, Field(description=_OWN.get(name) or _HELP[name]))
    for name, kind in api.crawl_settings().items()
}
Settings: Any = create_model("CrawlSettings", __config__=CLOSED, **_SETTINGS)


class External(Closed):
    """The pages outside the scope of a crawl."""

    found: int = Field(description="Addresses met.")
    looked_at: int = Field(description="Those that were looked at.")
    liveness: Alive = Field(description="What became of these.")


class Robots(Closed):
    """The robots.txt of an origin."""

    origin: str = Field(description="Scheme, host and port.")
    outcome: Literal["rules", "none", "unreachable"] = Field(
        description="Whether it has rules, there is none and all is allowed, or it could not be"
        " read and all is forbidden."
    )
    status: int | None = Field(description="HTTP status; null: it did not answer.")
    delay: float | None = Field(description="Seconds between requests; null: it asks for none.")


class Sitemap(Closed):
    """A sitemap that was asked for."""

    url: str = Field(description="Its address.")
    status: int | None = Field(description="HTTP status; null: it did not answer.")
    n_pages: int | None = Field(description="Pages it names; null: it was not asked for.")
    n_bad: int | None = Field(description="Entries that are no URL; null: it was not asked for.")
    problem: str | None = Field(
        description="Why it was not read whole; empty or null: it was, or it was not asked for."
    )


class Scripts(Closed):
    """Pages whose scripts were run in a browser."""

    mode: Literal["thin", "all"] = Field(description="Of which pages they were to be run.")
    pages: int = Field(description="Pages whose scripts were run.")
    problems: Reasons = Field(description="Pages that are not all there, by reason.")


class CrawlRecord(Closed):
    """A crawl as a whole, its interrupted earlier runs included."""

    ended: Literal["finished", "max_time", "stopped"] = Field(description="How it ended.")
    is_complete: bool = Field(description="Whether nothing in the scope was left unseen.")
    started_at: datetime | None = Field(description="When (ISO 8601, UTC); null: it never began.")
    seconds: float = Field(description="Time it took (seconds).")
    n_bytes: int = Field(description="What was fetched (bytes).")
    settings: Settings = Field(description="What it was told.")
    pages: int = Field(description="Pages of the scope that answered.")
    by_status: dict[str, int] = Field(description="These by HTTP status.")
    unseen: Reasons = Field(description="Addresses of the scope that were not seen, by reason.")
    examples: dict[str, list[str]] = Field(description="Up to five of them for each reason.")
    liveness: Alive = Field(description="What became of addresses in the scope looked at.")
    external: External = Field(description="Addresses outside the scope.")
    only_in_sitemaps: int = Field(description="Addresses that only a sitemap names.")
    vain_looks: Reasons = Field(description="Looks at addresses that were in vain, by reason.")
    robots: list[Robots] = Field(description="The robots.txt of each origin.")
    sitemaps: list[Sitemap] = Field(description="Sitemaps asked for.")
    javascript: Scripts | Literal["not run"] = Field(description="Scripts of pages.")
