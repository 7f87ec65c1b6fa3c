"""From links to a scored snapshot, stage by stage. Wiring only; a stage loads when it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from linkshed.api.opened import Linkshed
from linkshed.api.stores import PathLike
from linkshed.config import DEFAULT_MEMORY, store_path
from linkshed.errors import ParameterError
from linkshed.ingest import READERS


def ingest(
    reader: str,
    inputs: Sequence[PathLike],
    *,
    store: PathLike | None = None,
    workers: int | None = None,
    on_progress: Callable[[Any], None] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Read inputs into the store; the same call goes on where an interrupted one stopped.

    Gives counts: ``read`` = ``kept`` + all of ``rejected``, for records and, under ``links``, for
    links. Raises UnknownName, ParameterError, InputError, NotFoundError, StoreError, ResourceError,
    and KeyboardInterrupt after Ctrl-C.
    """
    from linkshed.ingest.run import run
    from linkshed.snapshot.intake import Intake
    from linkshed.snapshot.store import Store

    module = READERS.load(reader)
    given = reader_options(reader, options)
    files = module.inputs([Path(path) for path in inputs], given)
    intake = Intake.start(Store.create(store_path(store)), reader, files, given)
    is_new = not intake.is_finished
    if is_new:
        run(reader, files, given, intake, workers=workers, on_progress=on_progress)
        intake.finish(_completeness(module, files))
    return _counts(reader, files, intake.totals()) | {"already_read": not is_new}


def reader_options(reader: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The values of all options of a reader. Raises UnknownName, and ParameterError for what is
    wrong with them whatever is read.
    """
    module = READERS.load(reader)
    known = [option.name for option in module.OPTIONS]
    if unknown := sorted(set(options) - set(known)):
        raise ParameterError(
            f"reader {reader!r} has no option {unknown[0]!r}", allowed=", ".join(known)
        )
    given = {option.name: options.get(option.name, option.default) for option in module.OPTIONS}
    if check := getattr(module, "check", None):
        check(given)
    return given


def crawl(
    starts: Sequence[str],
    *,
    store: PathLike | None = None,
    workers: int | None = None,
    headers: Sequence[str] = (),
    cookies: Sequence[str] = (),
    user: str | None = None,
    on_progress: Callable[[Any], None] | None = None,
    on_reading: Callable[[Any], None] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Crawl from URLs on and read what was fetched into the store; ``options`` are the fields of
    ``CrawlSettings``. ``headers``, ``cookies`` and ``user`` prove who asks and are stored nowhere.

    The same call continues an interrupted crawl, and begins the next when the last one ended.
    Gives the counts of ``ingest`` and, under ``crawl``, the record of completeness. Raises
    ParameterError, MissingExtra, NotFoundError when no page answered, StoreError, ResourceError,
    and KeyboardInterrupt after Ctrl-C.
    """
    from linkshed.ingest.crawl import completeness, process, settings
    from linkshed.ingest.crawl.record import require_pages
    from linkshed.snapshot.store import Store

    told = settings.settings_of(starts, options)
    secrets = settings.secrets_of(headers, cookies, user)
    made = Store.create(store_path(store))
    folder = process.folder_for(made.path / "crawls", told)
    if not process.is_ended(folder):
        process.crawl(folder, told, secrets, on_progress)
    record = completeness(folder)
    if not record["pages"]:
        process.mark_read(folder)
        require_pages(record)
    counts = ingest("crawl", [folder], store=store, workers=workers, on_progress=on_reading)
    process.mark_read(folder)
    return counts | {"crawl": record}


def crawl_starts(starts: Sequence[str], **options: Any) -> tuple[str, ...]:
    """The URLs that a crawl would begin with, normalised, without crawling.

    Raises what ``crawl`` would raise before it asks anybody: ParameterError, MissingExtra.
    """
    from linkshed.ingest.crawl import process, settings

    told = settings.settings_of(starts, options)
    told.pages_in_scope()
    process.need_packages()
    return told.starts


def crawl_settings() -> dict[str, Any]:
    """The types of the settings that the record of a crawl names."""
    from linkshed.ingest.crawl.settings import CrawlSettings

    return get_type_hints(CrawlSettings)


def _completeness(module: Any, files: Sequence[Path]) -> list[dict[str, Any]]:
    told = getattr(module, "completeness", None)
    return [] if told is None else [told(path) for path in files]


def _counts(reader: str, files: Sequence[Path], totals: Mapping[str, Any]) -> dict[str, Any]:
    def renamed(level: str) -> dict[str, Any]:
        counts = totals[level]
        return {"read": counts["read"], "kept": counts["kept"], "rejected": counts["refused"]}

    return {
        "reader": reader,
        "inputs": [str(path) for path in files],
        **renamed("records"),
        "links": renamed("links"),
        "pages": totals["pages"],
    }


def build(
    store: PathLike | None = None,
    *,
    memory_limit: str = DEFAULT_MEMORY,
    threads: int | None = None,
    base: str | None = "latest",
    honour_redirects: bool = True,
    honour_canonicals: bool = True,
    on_progress: Callable[[str], None] | None = None,
) -> Linkshed:
    """Publish a snapshot of all that was ingested, merged into ``base`` (None: afresh), unscored.

    Raises StoreNotFound, NotFoundError, ParameterError, ResourceError, StoreError.
    """
    from linkshed.snapshot.build import build as build_snapshot
    from linkshed.snapshot.resolve import ResolveSettings
    from linkshed.snapshot.store import Store

    made = build_snapshot(
        Store.open(store_path(store)),
        memory_limit=memory_limit,
        threads=threads,
        base=base,
        resolve=ResolveSettings(honour_redirects, honour_canonicals),
        on_progress=on_progress,
    )
    return Linkshed(made)


def score(
    store: PathLike | None = None,
    profile: str | None = None,
    *,
    only: str | None = None,
    snapshot: str = "latest",
    start: str | None = None,
    threads: int | None = None,
    memory_limit: str = DEFAULT_MEMORY,
    on_progress: Callable[[str], None] | None = None,
    **options: Any,
) -> Linkshed:
    """Compute the scores of a snapshot and publish it with them.

    ``only`` names one score on request (``ON_REQUEST``) to add to a scored snapshot; ``options``
    are its own. ``start`` names a scored snapshot whose equity is the first guess: fewer sweeps
    where little changed, and the same numbers within the tolerance. What is made of links beyond
    ``memory_limit`` lies in files of the store while it is needed. Raises StoreNotFound,
    UnknownName for an unknown profile or score, ParameterError, InputError, NotFoundError,
    MissingScore, ResourceError.
    """
    from linkshed.score import run
    from linkshed.score.profiles import DEFAULT_PROFILE
    from linkshed.snapshot.store import Store

    opened = Store.open(store_path(store))
    scored = opened.snapshot(snapshot)
    work: dict[str, Any] = {"threads": threads, "memory_limit": memory_limit}
    work["on_progress"] = on_progress
    if only is None:
        run.checked("all", (), options)
        chosen = profile or DEFAULT_PROFILE
        return Linkshed(run.score(opened, scored, chosen, start=start, **work))
    if (profile, start) != (None, None):
        given = f"profile {profile!r}, start {start!r} with only={only!r}"
        raise ParameterError(given, allowed="neither: the snapshot's own profile counts")
    return Linkshed(run.score_on_request(opened, scored, only, options, **work))


def ready() -> None:
    """Compile what questions about edits run, so that the first of them need not wait for it.

    It takes some ten seconds once after an installation, and less than one in every process after.
    """
    from linkshed.graph.ready import ready as compiled

    compiled()
