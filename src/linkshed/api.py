"""The one door: ingest, build, score, report, explain. Wiring only; stages load when used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linkshed.charts import CHARTS
from linkshed.charts.chart import ACCOUNT, Drawing, Rows
from linkshed.config import DEFAULT_MEMORY, store_path
from linkshed.errors import NotFoundError, ParameterError
from linkshed.ingest import READERS
from linkshed.report import REPORTS
from linkshed.report.report import GROUPS
from linkshed.report.result import Result
from linkshed.score import ON_REQUEST, SCORES

if TYPE_CHECKING:
    from linkshed.snapshot.manifest import Manifest
    from linkshed.snapshot.tables import Snapshot

PathLike = str | Path

__all__ = [
    "CHARTS",
    "GROUPS",
    "ON_REQUEST",
    "READERS",
    "REPORTS",
    "SCORES",
    "Linkshed",
    "Result",
    "build",
    "crawl",
    "filter_text",
    "filter_tree",
    "ingest",
    "notes_of",
    "open",
    "score",
    "snapshot_id",
    "verify",
    "write_demo",
]


class Linkshed:
    """An open snapshot. Each report is a method: ``web.backlinks("example.com", limit=10)``."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.snapshot = snapshot.id
        self.manifest = snapshot.manifest

    @property
    def profile(self) -> str | None:
        """The profile of link weights its scores rest on; None when a score is missing."""
        records = self.manifest.scores
        if set(SCORES) - set(ON_REQUEST) - set(records):
            return None
        return str(records[SCORES.names[0]]["params"]["profile"])

    def __getattr__(self, name: str) -> Callable[..., Result]:
        if name in REPORTS.names or name in REPORTS:
            return partial(self.report, name)
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *REPORTS]

    def report(
        self,
        name: str,
        scope: str,
        *,
        mode: str | None = None,
        where: str | None = None,
        order_by: str | None = None,
        select: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        **options: Any,
    ) -> Result:
        """Answer a report over a scope; ``options`` are the report's own.

        Raises UnknownName, ScopeError, FilterError, ColumnError, ParameterError, MissingScore.
        """
        from linkshed.report.query import Query, ask
        from linkshed.urls.scope import parse_scope

        REPORTS.load(name)
        parsed = parse_scope(scope, mode)
        query = Query(where, order_by, select, limit, offset)
        answer = ask(self._snapshot, name, parsed, options, query)
        return Result(answer, parsed.text, self.snapshot)

    def declared(self, name: str) -> Any:
        """The declaration of a report with the columns that this snapshot gives it.

        Raises UnknownName.
        """
        from linkshed.report.scored import extended

        return extended(REPORTS.load(name).REPORT, self._snapshot)

    def explain(self, url: str, limit: int | None = None) -> dict[str, Any]:
        """The account of a page: where its equity comes from, link by link, and where it goes.

        Raises UrlError, NotFoundError, MissingScore.
        """
        from linkshed.score.ledger import explain

        page_id, known_url = self._page(url)
        if page_id is None:
            raise NotFoundError(
                f"page {known_url!r} is not in snapshot {self.snapshot}",
                allowed="a page that was read or is linked to",
                repair="look for it with: linkshed pages SCOPE",
            )
        return explain(self._snapshot, page_id, limit=limit)

    def strongest(self, n: int) -> list[dict[str, Any]]:
        """The domains of the highest rating: domain, rating, n_refdomains, n_pages.

        Raises MissingScore.
        """
        from linkshed.report.profile import strongest_domains

        return strongest_domains(self._snapshot, n)

    def chart(self, name: str, scope: str, mode: str | None = None) -> Drawing:
        """A chart of a scope: asks its report for the rows that it draws.

        Raises UnknownName, ScopeError, MissingScore; of a page's account what ``explain`` raises.
        """
        chart = CHARTS.load(name).CHART
        if chart.report == ACCOUNT:
            account = self.explain(scope, chart.limit)
            made: Drawing = chart.draw(Rows(account["url"], account, account["n_lines"]))
            return made
        asked = self.report(
            chart.report, scope, mode=mode, order_by=chart.order_by, limit=chart.limit,
            **chart.options,
        )  # fmt: skip
        return asked.chart(name)

    def _page(self, url: str) -> tuple[int | None, str]:
        """The page of an address; without a scheme https is tried, then http."""
        from linkshed.urls.parse import parse_url

        written = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
        parsed = [parse_url(text) for text in written]
        found = [page for text in parsed if (page := self._snapshot.page_id(text)) is not None]
        return (found[0] if found else None), parsed[0]


def open(path: PathLike | None = None, snapshot: str = "latest") -> Linkshed:
    """Open a snapshot of a store: a ref, an id, or the start of one.

    Raises StoreNotFound, NotFoundError, DamagedFile, NewerFormat.
    """
    from linkshed.snapshot.store import Store

    return Linkshed(Store.open(store_path(path)).snapshot(snapshot))


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
    links. Raises UnknownName, InputError, NotFoundError, StoreError, ResourceError, and
    KeyboardInterrupt after Ctrl-C.
    """
    from linkshed.ingest.run import run
    from linkshed.snapshot.intake import Intake
    from linkshed.snapshot.store import Store

    module = READERS.load(reader)
    given = {option.name: options.get(option.name, option.default) for option in module.OPTIONS}
    files = module.inputs([Path(path) for path in inputs], given)
    intake = Intake.start(Store.create(store_path(store)), reader, files, given)
    is_new = not intake.is_finished
    if is_new:
        run(reader, files, given, intake, workers=workers, on_progress=on_progress)
        intake.finish(_completeness(module, files))
    return _counts(reader, files, intake.totals()) | {"already_read": not is_new}


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


def notes_of(reader: str, inputs: Sequence[PathLike]) -> list[str]:
    """What a reader has to say of its inputs besides counts, such as columns it does not know."""
    notes = getattr(READERS.load(reader), "notes", None)
    return [] if notes is None else [note for path in inputs for note in notes(Path(path))]


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
    threads: int | None = None,
    on_progress: Callable[[str], None] | None = None,
    **options: Any,
) -> Linkshed:
    """Compute the scores of a snapshot and publish it with them.

    ``only`` names one score on request (``ON_REQUEST``) to add to a scored snapshot; ``options``
    are its own. Raises StoreNotFound, UnknownName for an unknown profile or score, ParameterError,
    InputError, MissingScore, ResourceError.
    """
    from linkshed.score import run
    from linkshed.score.profiles import DEFAULT_PROFILE
    from linkshed.snapshot.store import Store

    opened = Store.open(store_path(store))
    start = opened.snapshot(snapshot)
    work: dict[str, Any] = {"threads": threads, "on_progress": on_progress}
    if only is None:
        run.checked("all", (), options)
        return Linkshed(run.score(opened, start, profile or DEFAULT_PROFILE, **work))
    if profile is not None:
        given = f"profile {profile!r} with only={only!r}"
        raise ParameterError(given, allowed="no profile: the snapshot's own counts")
    return Linkshed(run.score_on_request(opened, start, only, options, **work))


def snapshots(store: PathLike | None = None) -> list[Manifest]:
    """The manifests of a store, oldest first. Raises StoreNotFound."""
    from linkshed.snapshot.store import Store

    return Store.open(store_path(store)).manifests()


def snapshot_id(store: PathLike | None = None, snapshot: str = "latest") -> str:
    """The id that a ref, an id, or the start of one stands for now.

    Raises StoreNotFound, NotFoundError.
    """
    from linkshed.snapshot.store import Store

    return Store.open(store_path(store)).id_of(snapshot)


def filter_tree(where: str) -> Any:
    """A filter, JSON or short, in its JSON form. Raises FilterError."""
    from linkshed.report.filters import tree

    return tree(where)


def filter_text(tree: Any) -> str:
    """A filter in JSON form as short text; as JSON where the short form cannot say it."""
    from linkshed.report.filtertext import as_text

    return as_text(tree)


def verify(store: PathLike | None = None, snapshot: str = "latest") -> Manifest:
    """Read every byte of a snapshot and compare hashes. Raises DamagedFile naming the file."""
    from linkshed.snapshot.store import Store

    return Store.open(store_path(store)).verify(snapshot)


def write_demo(store: PathLike) -> tuple[Path, str, str]:
    """Make a store and, beside it, the archive of the demonstration web.

    Gives the archive, and the domain and page to look at. Raises StoreError, ResourceError.
    """
    from linkshed.demo import SHOW_DOMAIN, SHOW_URL
    from linkshed.demo.archive import write
    from linkshed.snapshot.files import writing_errors
    from linkshed.snapshot.store import Store

    folder = Store.create(store).path
    archive = folder.parent / f"{folder.absolute().name}.warc.gz"
    with writing_errors(archive):
        return write(archive), SHOW_DOMAIN, SHOW_URL
