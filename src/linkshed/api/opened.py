"""An open snapshot: every report, chart and account of it is asked here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from linkshed.charts import CHARTS
from linkshed.charts.chart import ACCOUNT, Drawing, Rows
from linkshed.errors import NotFoundError
from linkshed.report import REPORTS
from linkshed.report.result import Result
from linkshed.score import ON_REQUEST, SCORES

if TYPE_CHECKING:
    from linkshed.report.sql.file import OverFile
    from linkshed.snapshot.tables import Snapshot


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

    def absent(self, scope: str, mode: str | None = None) -> tuple[str, ...]:
        """The scope, or those of its parts, of which this snapshot holds no page.

        Raises ScopeError.
        """
        from linkshed.report.query import absent
        from linkshed.urls.scope import parse_scope

        return absent(self._snapshot, parse_scope(scope, mode))

    def ever(self, scope: str, mode: str | None = None) -> dict[str, int] | None:
        """How many ``links`` and ``domains`` led into a scope in this snapshot or one before it,
        each counted once; None when there are too many snapshots to say. Raises ScopeError.
        """
        from linkshed.report.answers.ever import ever
        from linkshed.urls.scope import parse_scope

        return ever(self._snapshot, parse_scope(scope, mode))

    def declared(self, name: str) -> Any:
        """The declaration of a report with the columns that this snapshot gives it.

        Raises UnknownName.
        """
        from linkshed.report.scored import extended

        return extended(REPORTS.load(name).REPORT, self._snapshot)

    def sql(
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
    ) -> str | None:
        """A report as SQL for DuckDB over the snapshot's files; None when it is computed.

        Raises as ``report`` does.
        """
        from linkshed.report.query import Query, as_sql
        from linkshed.urls.scope import parse_scope

        query = Query(where, order_by, select, limit, offset)
        return as_sql(self._snapshot, name, parse_scope(scope, mode), options, query)

    def sql_over_file(
        self,
        name: str,
        path: str,
        *,
        where: str | None = None,
        order_by: str | None = None,
        select: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> OverFile:
        """A report as SQL for DuckDB over a Parquet file that its rows are written to, with the
        columns and the filter to write it with. Raises as ``report`` does.
        """
        from linkshed.report.query import Query, as_sql_over_file

        query = Query(where, order_by, select, limit, offset)
        return as_sql_over_file(self._snapshot, name, path, query)

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

    def graph(
        self, scope: str, *, mode: str | None = None, by: str = "page", nodes: int = 500
    ) -> dict[str, Any]:
        """The pages, or domains, around a scope with a place in the plane for each.

        Keys: ``nodes`` (name, domain, equity, distance in steps from the scope, x, y: lists of one
        length), ``links`` (source, target: places in these lists; links, equity), ``remarks``.
        Raises as ``report`` does.
        """
        from linkshed.api.graphs import placed

        return placed(self.report("around", scope, mode=mode, select="*", by=by, nodes=nodes))

    def _page(self, url: str) -> tuple[int | None, str]:
        """The page of an address; without a scheme https is tried, then http."""
        from linkshed.urls.parse import parse_url

        written = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
        parsed = [parse_url(text) for text in written]
        found = [page for text in parsed if (page := self._snapshot.page_id(text)) is not None]
        return (found[0] if found else None), parsed[0]
