"""What a crawl saw, what it did not see and why: the basis of every later claim of absence.

Only a crawl that saw everything may call a page an orphan or a link lost; ``is_complete`` says so,
and ``unseen`` counts by reason what stands against it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from linkshed.errors import FormatError, NotFoundError
from linkshed.ingest.crawl import liveness
from linkshed.ingest.crawl.database import FoundBy, State
from linkshed.ingest.crawl.settings import CrawlSettings
from linkshed.schema import Liveness, Unseen

NAME = "completeness.json"
MAX_EXAMPLES = 5
_UNSEEN = f"NOT is_external AND state NOT IN ({State.DONE}, {State.OUTSIDE})"
_REPAIRS: dict[str, str] = {
    Unseen.PRIVATE_ADDRESS: "--allow-private, if it is a machine of yours",
    Unseen.ROBOTS: "ask the owner of the site, or crawl another part of it",
    Unseen.TLS: "mend the certificate, or --insecure",
    Unseen.NO_SUCH_HOST: "check the spelling of the host",
}


def completeness(db: sqlite3.Connection, settings: CrawlSettings, ended: str) -> dict[str, Any]:
    """The record of a crawl; ``ended`` is ``finished``, ``max_time`` or ``stopped``.

    ``pages`` and ``unseen`` count addresses in the scope, ``external`` those outside it. A page
    that answers with an error or turns us away counts in both: nobody saw what it says.
    """
    unseen, examples = _unseen(db, settings, ended)
    scripts, vain = _scripts(db, settings)
    facts = {name: json.loads(value) for name, value in db.execute("SELECT * FROM facts")}
    n_pages = _one(db, "SELECT count(*) FROM urls WHERE state=? AND NOT is_external", State.DONE)
    return {
        "ended": ended,
        "is_complete": ended == "finished" and not unseen and not vain and n_pages > 0,
        "started_at": facts.get("started_at"),
        "seconds": round(facts.get("seconds", 0.0), 1),
        "n_bytes": facts.get("n_bytes", 0),
        "settings": settings.as_dict(),
        "pages": n_pages,
        "by_status": _by_status(db),
        "unseen": unseen,
        "examples": examples,
        "liveness": _liveness(db, is_external=False),
        "external": {
            "found": _one(db, "SELECT count(*) FROM urls WHERE is_external"),
            "looked_at": _one(db, "SELECT count(*) FROM urls WHERE is_external AND n_looks > 0"),
            "liveness": _liveness(db, is_external=True),
        },
        "only_in_sitemaps": _one(
            db,
            "SELECT count(*) FROM urls WHERE NOT is_external AND found_by = ?",
            FoundBy.SITEMAP,
        ),
        "vain_looks": dict(db.execute("SELECT word, n FROM failures ORDER BY word")),
        "robots": _dicts(db, "SELECT origin, outcome, status, delay FROM robots ORDER BY origin"),
        "sitemaps": _dicts(
            db,
            "SELECT url, status, n_pages, n_bad, problem FROM sitemaps"
            " WHERE NOT (is_guess AND problem LIKE 'http_4%') ORDER BY url",
        ),
        "javascript": scripts or "not run",
    }


def write(folder: Path, record: dict[str, Any]) -> None:
    """Write the record into the folder of the crawl, whole or not at all."""
    scratch = folder / f"{NAME}.{os.getpid()}"
    scratch.write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")
    scratch.replace(folder / NAME)


def read(folder: Path) -> dict[str, Any]:
    """The record of a crawl that ended. Raises FormatError."""
    try:
        stored: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FormatError(
            f"{str(folder)!r} is no finished crawl: {error}",
            allowed="a folder that 'linkshed crawl' made",
            repair="run the crawl to its end, with the same command",
        ) from None
    return stored


def require_pages(record: dict[str, Any]) -> None:
    """Raises NotFoundError when a crawl got no page at all, with the reasons."""
    if record["pages"]:
        return
    why = ", ".join(f"{n} x {reason}" for reason, n in record["unseen"].items())
    first = max(record["unseen"], key=record["unseen"].__getitem__, default="")
    raise NotFoundError(
        f"no page answered ({why}), as {record['examples'].get(first, [''])[0]!r}",
        repair=_REPAIRS.get(first, "check the address with a browser"),
    )


def _unseen(
    db: sqlite3.Connection, settings: CrawlSettings, ended: str
) -> tuple[dict[str, int], dict[str, list[str]]]:
    reason, where = _reason(settings.max_depth, ended), _UNSEEN
    query = f"SELECT {reason} AS why, count(*) FROM urls WHERE {where} GROUP BY why ORDER BY why"
    counts: dict[str, int] = dict(db.execute(query))
    query = f"SELECT url FROM urls WHERE {where} AND {reason} = ? ORDER BY url LIMIT {MAX_EXAMPLES}"
    examples = {why: [url for (url,) in db.execute(query, (why,))] for why in counts}
    for why, state in ((Unseen.BLOCKED, Liveness.BLOCKED), (Unseen.ERROR, Liveness.UNKNOWN)):
        where = f"NOT is_external AND state = {State.DONE} AND liveness = {int(state)}"
        if n := _one(db, f"SELECT count(*) FROM urls WHERE {where}"):
            counts[why] = n
            query = f"SELECT url FROM urls WHERE {where} ORDER BY url LIMIT {MAX_EXAMPLES}"
            examples[why] = [url for (url,) in db.execute(query)]
    return counts, examples


def _reason(max_depth: int, ended: str) -> str:
    """SQL for the reason why an address was not seen."""
    found, begun = Unseen.MAX_PAGES, Unseen.STOPPED
    if ended != "finished":
        found = begun = Unseen(ended)
    return (
        f"CASE WHEN state = {State.FOUND} THEN iif(depth > {int(max_depth)}, '{Unseen.DEPTH}',"
        f" '{found}') WHEN state IN ({State.WAITING}, {State.AGAIN}) THEN '{begun}' ELSE reason END"
    )


def known(db: sqlite3.Connection, stored: dict[str, Any]) -> Iterator[tuple[str, bool, str | None]]:
    """What a crawl that ended tells of addresses: whether a sitemap names it, and why it was not
    seen. Only addresses of which it tells either.
    """
    reason = _reason(stored["settings"]["max_depth"], stored["ended"])
    yield from db.execute(
        f"SELECT url, (found_by & {FoundBy.SITEMAP}) > 0, iif({_UNSEEN}, {reason}, NULL) FROM urls"
        f" WHERE (found_by & {FoundBy.SITEMAP}) > 0 OR ({_UNSEEN}) ORDER BY url"
    )


def _scripts(db: sqlite3.Connection, settings: CrawlSettings) -> tuple[dict[str, Any], int]:
    """On which pages scripts were run and with what trouble, and how many pages it keeps from
    being known whole. Empty when none were to be run."""
    if settings.render == "never":
        return {}, 0
    problems = dict(db.execute(
        "SELECT problem, count(*) FROM rendered WHERE problem != '' GROUP BY problem"
    ))  # fmt: skip
    n_run = _one(db, "SELECT count(*) FROM rendered WHERE segment IS NOT NULL")
    return {"mode": settings.render, "pages": n_run, "problems": problems}, sum(problems.values())


def _by_status(db: sqlite3.Connection) -> dict[str, int]:
    query = (
        "SELECT status, count(*) FROM urls WHERE state = ? AND NOT is_external"
        " GROUP BY status ORDER BY status"
    )
    return {str(status): n for status, n in db.execute(query, (State.DONE,))}


def _liveness(db: sqlite3.Connection, *, is_external: bool) -> dict[str, int]:
    query = (
        "SELECT liveness, count(*) FROM urls WHERE is_external = ? AND n_looks > 0"
        " GROUP BY liveness"
    )
    return liveness.counted(dict(db.execute(query, (is_external,))))


def _one(db: sqlite3.Connection, query: str, *values: object) -> int:
    n: int = db.execute(query, values).fetchone()[0]
    return n


def _dicts(db: sqlite3.Connection, query: str) -> list[dict[str, Any]]:
    cursor = db.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
