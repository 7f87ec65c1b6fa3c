"""The reference of what watches send, from the declarations it is made of."""

from __future__ import annotations

from collections.abc import Iterator

from linkshed import api
from linkshed.serve.strangers import MAX_TEXT
from linkshed.serve.watch.batch import KINDS, LINK_COLUMNS, LINKS, MAX_EVENTS, PAGE_COLUMNS, PAGES
from linkshed.serve.watch.webhook import PART_EVENTS

START = f"""
A run of a watch makes a batch of events from two snapshots. A file in the form ndjson gets a line
for each event, a webhook gets posts with up to {PART_EVENTS} of them, and mail and Markdown the
same in words. Of each kind, the {MAX_EVENTS:,} strongest are told. Texts are cut at {MAX_TEXT}
characters, and characters that are not seen are shown as `�`. Null is unknown, never 0.

Texts of rows come from web pages: strangers wrote them.

## An event

| member | value |
|---|---|
| `id` | of this event; the same when it is sent again |
| `watch`, `scope` | the watch and what it looks at |
| `kind` | one of the kinds below |
| `since`, `snapshot` | ids of the two snapshots |
| `row` | columns of the report that the kind comes from |
"""
POST = """
## A post

One JSON object with `watch`, `scope`, `since`, `snapshot`, `created_at` of the snapshot, `batch`
(an id), `part` and `n_parts`, `is_trial` (true of what `linkshed watch try` sends, which has no
events), `chosen` (of a trial: the rows that the watch is restricted to, each by its `source_url`,
`source_domain` and `target_url`, those of them that it names), `totals` (all events of each kind,
and `unseen` links, whose page was not read again), `causes` (why the equity of the whole scope
moved: columns of [why](reports.md#why), `coverage` being what nobody had looked at before; empty
unless pages rose or fell) and `events`.

| header | value |
|---|---|
| `Idempotency-Key` | of this part; the same when it is sent again |
| `Linkshed-Signature` | with a secret: `sha256=` and the HMAC-SHA-256 of the body, hexadecimal |

Any answer of 200 to 299 takes the part; any other, and none within half a minute, leaves it
waiting.
"""


def events_parts() -> list[str]:
    """The parts of the page."""
    return [START.strip(), POST.strip(), "## Kinds", _kinds(),
            *_columns(LINKS, LINK_COLUMNS), *_columns(PAGES, PAGE_COLUMNS)]  # fmt: skip


def _kinds() -> str:
    rows = [
        f"| `{name}` | {kind.meaning} | [{kind.report}](reports.md#{kind.report}) |"
        for name, kind in KINDS.items()
    ]
    return "\n".join(["| kind | events | rows of |", "|---|---|---|", *rows])


def _columns(report: str, names: tuple[str, ...]) -> Iterator[str]:
    yield f"## Rows of {report}"
    columns = [api.REPORTS.load(report).REPORT.column(name) for name in names]
    rows = [f"| `{c.name}` | {c.type} | {c.meaning} | {c.null or 'never null'} |" for c in columns]
    yield "\n".join(["| column | type | meaning | null means |", "|---|---|---|---|", *rows])
