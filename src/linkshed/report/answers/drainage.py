"""The rows of a linkshed: by referring domain, by backlink, or by page of entry."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.errors import NotFoundError
from linkshed.report.frame import Frame, bound, of_table
from linkshed.simulate.shed import Shed, shed_of
from linkshed.simulate.web import Web, web_of
from linkshed.snapshot.distinct import numbered
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

EXACT = 1e-9


def drainage(snapshot: Snapshot, scope: Scope, by: str) -> Frame:
    """A frame whose rows sum to the equity of the scope."""
    web = web_of(snapshot)
    try:
        shed = shed_of(web, scope)
    except NotFoundError as error:
        none = np.empty(0)
        return of_table(
            _table("", none, none).append_column("share", pa.array(none)), remarks=(str(error),)
        )
    source = web.column("source", shed.rows)
    if by == "link":
        rows = [*_own(web, shed, whole=True), _links(web, shed, source)]
    elif by == "page":
        rows = [*_own(web, shed, whole=False), _pages(web, shed)]
    else:
        rows = [*_own(web, shed, whole=True), _domains(web, shed, source)]
    table = pa.concat_tables(rows).combine_chunks()
    share = table["equity"].to_numpy() / shed.equity
    table = table.append_column("share", pa.array(share))
    return of_table(table, {"backlinks": len(shed.rows)}, (_sentence(shed),))


def _sentence(shed: Shed) -> str:
    n = len(shed.targets)
    base, paid = float(shed.base.sum()), float(shed.paid.sum())
    pages = "1 page holds" if n == 1 else f"{n:,} pages hold"
    exact = abs(shed.residual) <= EXACT * shed.equity
    end = "the split sums exactly" if exact else "THE SPLIT DOES NOT SUM EXACTLY"
    return (
        f"{pages} {shed.equity:.6g} page-equivalents: {base:.6g} begin on pages of the site,"
        f" {paid:.6g} come from backlinks; residual below {bound(abs(shed.residual))}: {end}."
    )


def _own(web: Web, shed: Shed, *, whole: bool) -> list[pa.Table]:
    own = (1 - web.damping) * web.nodes.base[shed.site]
    domains = web.snapshot.domain_of(shed.site)
    if not whole:
        kept = shed.base > 0
        urls = web.snapshot.url_array(shed.site[kept])
        names = _names(web, domains[kept])
        return [_table("own base", own[kept], shed.base[kept], domain=names, entry=urls)]
    ids, of_page = numbered(domains)
    texts, place = np.unique(_names(web, ids).to_pylist(), return_inverse=True)
    at = place[of_page]
    began, arrived = (np.bincount(at, weights=values) for values in (own, shed.base))
    return [_table("own base", began, arrived, domain=texts.astype(object))]


def _links(web: Web, shed: Shed, source: NDArray[Any]) -> pa.Table:
    return _table(
        "backlink",
        shed.carried,
        shed.paid,
        domain=_names(web, web.snapshot.domain_of(source)),
        source=web.snapshot.url_array(source),
        entry=web.snapshot.url_array(shed.enters),
        anchor=web.snapshot.take("links", ["anchor"], shed.rows)["anchor"],
        links=np.ones(len(shed.rows)),
    )


def _domains(web: Web, shed: Shed, source: NDArray[Any]) -> pa.Table:
    ids, sums = _sums(shed, web.snapshot.domain_of(source))
    return _table("backlink", *sums[:2], domain=_names(web, ids), links=sums[2])


def _pages(web: Web, shed: Shed) -> pa.Table:
    ids, sums = _sums(shed, shed.enters)
    return _table("backlink", *sums[:2], entry=web.snapshot.url_array(ids), links=sums[2])


def _sums(shed: Shed, keys: NDArray[Any]) -> tuple[NDArray[Any], list[NDArray[Any]]]:
    ids, at = numbered(keys)
    weights = (shed.carried, shed.paid, np.ones(len(keys)))
    return ids, [np.bincount(at, weights=values, minlength=len(ids)) for values in weights]


def _names(web: Web, domain_ids: NDArray[Any]) -> pa.ChunkedArray:
    return web.snapshot.take("domains", ["domain"], domain_ids)["domain"]


def _table(part: str, enters: NDArray[Any], equity: NDArray[Any], **given: Any) -> pa.Table:
    n = len(enters)
    reach = np.divide(equity, enters, out=np.zeros(n), where=enters > 0)
    return pa.table(
        {
            "part": pa.repeat(pa.scalar(part, pa.string()), n),
            "source_domain": _texts(given.get("domain"), n),
            "source_url": _texts(given.get("source"), n),
            "entry_url": _texts(given.get("entry"), n),
            "anchor": _texts(given.get("anchor"), n),
            "links": pa.array(np.asarray(given.get("links", np.zeros(n))), pa.uint32(), safe=False),
            "enters": pa.array(enters, pa.float64()),
            "reach": pa.array(reach, pa.float64()),
            "equity": pa.array(equity, pa.float64()),
        }
    )


def _texts(given: Any, n: int) -> pa.Array | pa.ChunkedArray:
    """Texts of ``n`` rows, all missing when none are given."""
    if given is None:
        return pa.nulls(n, pa.string())
    return given if isinstance(given, pa.ChunkedArray) else pa.array(given, pa.string())
