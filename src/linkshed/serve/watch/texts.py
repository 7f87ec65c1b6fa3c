"""A batch in words, as plain text and as Markdown. Strangers' texts cannot become markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from linkshed.serve.watch.batch import KINDS, PAGES, Batch
from linkshed.serve.watch.chosen import Chosen

SHOWN = 50
"""Events of each kind that are written out."""
CAUSES = {
    "won": "links won", "lost": "links lost",
    "link": "changes of the links themselves, or of where they lead",
    "dilution": "other links on the pages they stand on",
    "strength": "pages they stand on that hold more or less",
    "base": "pages that begin or cease to hold equity of their own",
    "coverage": "links that nobody had looked at before",
}  # fmt: skip
UNTRUSTED = "Addresses and words below were written by strangers."
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$^=:@])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
Line = Callable[[str], str]


def subject(batch: Batch) -> str:
    """One line that holds counts and no stranger's text."""
    counts = [f"{n:,} {kind}" for kind, n in batch.totals.items() if n and kind != "unseen"]
    nothing = "a trial" if batch.is_trial else "nothing new"
    return _one_line(f"linkshed {batch.watch}: {', '.join(counts) or nothing}")


def plain_text(batch: Batch) -> str:
    """The whole batch as plain text."""
    lines = [_one_line(f"{batch.watch}: {batch.scope}"), *_facts(batch), UNTRUSTED]
    for kind, events in _by_kind(batch):
        lines += ["", f"{KINDS[kind].meaning}: {batch.totals[kind]:,}"]
        lines += [f"  {_sentence(kind, event['row'], str)}" for event in events[:SHOWN]]
        lines += [f"  {more}" for more in _more(batch, kind)]
    return "\n".join(lines) + "\n"


def markdown(batch: Batch) -> str:
    """The whole batch as a section of a Markdown document."""
    title = escaped(_one_line(f"{batch.watch}: {batch.scope}"))
    lines = [f"## {title} ({batch.id})", ""]
    lines += [f"* {escaped(fact)}" for fact in (*_facts(batch), UNTRUSTED)]
    for kind, events in _by_kind(batch):
        lines += ["", f"### {KINDS[kind].meaning}: {batch.totals[kind]:,}", ""]
        lines += [f"* {_sentence(kind, event['row'], escaped)}" for event in events[:SHOWN]]
        lines += [f"* {escaped(more)}" for more in _more(batch, kind)]
    return "\n".join(lines) + "\n\n"


def escaped(text: str) -> str:
    """A text that Markdown and HTML show as it is."""
    return _MARKUP.sub(lambda found: _ENTITIES.get(found[0], "\\" + found[0]), text)


def _facts(batch: Batch) -> Iterator[str]:
    yield f"Snapshot {batch.snapshot} of {batch.created_at[:19]}, compared with {batch.since}."
    if unseen := batch.totals.get("unseen"):
        yield f"{unseen:,} links were not seen because their pages were not read again."
    if batch.is_trial:
        yield "This is a trial: nothing happened, and nothing was told."
    yield from (f"Only: {Chosen(**row).told}" for row in batch.chosen[:SHOWN])
    if len(batch.chosen) > SHOWN:
        yield f"... and {len(batch.chosen) - SHOWN:,} more that were chosen."
    for cause in batch.causes:
        told = CAUSES.get(cause["cause"], cause["cause"])
        yield f"Equity of the whole scope: {cause['gain']:+.4g} page-equivalents by {told}."


def _by_kind(batch: Batch) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for kind in KINDS:
        events = [event for event in batch.events if event["kind"] == kind]
        if events:
            yield kind, events


def _more(batch: Batch, kind: str) -> Iterator[str]:
    if batch.totals[kind] > SHOWN:
        picked, report = KINDS[kind].picked, KINDS[kind].report
        asked = f"--which {picked}" if report == PAGES else f"--where 'event = {picked}'"
        yield (
            f"... {batch.totals[kind] - SHOWN:,} more; see: linkshed {report} '{batch.scope}'"
            f" {asked} --snapshot {batch.snapshot} --since {batch.since}"
        )


def _sentence(kind: str, row: dict[str, Any], told: Line) -> str:
    if KINDS[kind].report == PAGES:
        return _of_page(kind, row, told)
    words = f' "{told(row["anchor"])}"' if row["anchor"] else ""
    reason = f" ({told(row['reason'].replace('_', ' '))})" if row["reason"] else ""
    return f"{told(row['source_url'])}{words} -> {told(row['target_url'])}{reason}"


def _of_page(kind: str, row: dict[str, Any], told: Line) -> str:
    url = told(row["url"])
    if kind == "broken":
        status = f", HTTP {row['status_after']}" if row["status_after"] else ""
        n = "an unknown number of" if row["n_backlinks"] is None else f"{row['n_backlinks']:,}"
        return f"{url}{status}, {n} backlinks"
    figures = f"{row['rating_before']:.1f} to {row['rating_after']:.1f}"
    read = "" if row["is_read_again"] else ", not read again itself"
    return f"{url} from {told(figures)}{read}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
