"""Where a scope loses equity, and exactly what each repair would bring back.

All losses are in page-equivalents per reading of the web: what links or pages of the scope take
without handing it on. A repair is a what-if, so its gain counts everything that follows, returns
and dilution included; it may be more or less than the loss, and below 0.

    broken page     links to a dead page of the scope          repair: bring the page back
    broken link     links of the scope to dead pages elsewhere repair: take the links away
    redirect loop   links to pages of the scope whose          repair: let the page answer
                    redirects come back
    too many redirects  the same, of more than ten redirects   repair: let the page answer
    nofollow        links inside the scope that pass nothing   repair: follow them
    nofollow page   pages whose robots rule says nofollow      repair: drop the rule
    noindex         what noindex pages would hand on           repair: let them be indexed
    canonical split what pages hold whose canonical is refused repair: redirect them there
    dangling page   what pages that were read but have no      repair: link to the home page
                    links would hand on
    template links  links in menus and footers of at least     repair: take them away
                    three pages to one other domain
    own template    links in footers and sidebars of at least  repair: take them away
                    three pages to one page of the scope

Links are counted as all audits count them (``Web.clicks``). A link to a dead page counts among its
links also where it stands on a noindex page; what it loses is then that page's loss.

What own templates take stays in the scope; it is missing in the links of the texts beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.schema import Canonical, Placement, Resolution
from linkshed.score.factors import RESTRICTING, Fate, passing
from linkshed.score.nodes import Nodes
from linkshed.simulate.edits import Edit
from linkshed.simulate.pages import changed_nodes
from linkshed.simulate.plan import NEW_LINK, Changed, Plan
from linkshed.simulate.roles import ChangedNodes
from linkshed.simulate.rows import changes_of
from linkshed.simulate.tally import distinct
from linkshed.simulate.web import Ids, Web
from linkshed.simulate.whatif import Outcome, outcome
from linkshed.snapshot.distinct import numbered
from linkshed.urls.scope import Scope

TEMPLATE_PAGES = 3
TEMPLATES = (Placement.NAV, Placement.HEADER, Placement.FOOTER, Placement.SIDEBAR)
OWN_TEMPLATES = (Placement.FOOTER, Placement.SIDEBAR)
OWN = "own template"
BROKEN, BROKEN_ELSEWHERE = "broken page", "broken link"
ENDLESS = {Resolution.LOOP: "redirect loop", Resolution.TOO_MANY_HOPS: "too many redirects"}
REFUSED = (
    Canonical.TARGET_NOT_ALIVE, Canonical.TARGET_NOT_INDEXABLE, Canonical.TARGET_CANONICALISED,
    Canonical.DISSIMILAR, Canonical.TARGET_UNKNOWN,
)  # fmt: skip


@dataclass(frozen=True)
class Waste:
    """``loss`` at ``page`` (or at ``domain``) through ``links`` links; ``repaired`` makes the plan
    of the repair. ``row`` is the link that loses most, -1 where none does.
    """

    kind: str
    page: int | None
    domain: int | None
    links: int
    loss: float
    repair: str
    repaired: Callable[[], Plan]
    row: int = -1


class Wastes:
    """All waste of a scope; ``clicks`` are the rows of the links on its pages that count, for who
    knows them.
    """

    def __init__(self, web: Web, scope: Scope, clicks: Ids | None = None) -> None:
        self.web = web
        self.inside = web.inside(scope)
        nodes = web.nodes
        self.pages = np.flatnonzero(self.inside & nodes.is_node)
        self.held = float(web.equity[self.pages].sum())
        if clicks is None:
            clicks = web.clicks(web.rows_from(np.flatnonzero(self.inside)))
        self.out = self._fates(clicks)

    def _fates(self, rows: Ids) -> _Links:
        web = self.web
        columns = {name: web.column(name, rows) for name in ("rel", "placement")}
        source, target = web.column("source", rows), web.column("target", rows)
        taken = web.equity[source] * web.scale[source] * web.column("weight", rows)
        passes, fate = passing(columns, source, target, web.nodes, web.profile)
        lost = taken * (1 - passes.astype(np.float32))
        return _Links(rows, source, target, columns["placement"], taken, lost, fate)

    def found(self, *kinds: str) -> list[Waste]:
        """Waste of some kinds, or of all; largest loss first; what loses nothing is left out."""
        makers = {
            BROKEN: self._dead_pages,
            **dict.fromkeys(ENDLESS.values(), self._dead_pages),
            BROKEN_ELSEWHERE: self._broken_links,
            "nofollow": self._nofollow,
            "nofollow page": self._nofollow_pages,
            "noindex": self._noindex,
            "canonical split": self._splits,
            "dangling page": self._dangling,
            "template links": self._templates,
            OWN: self._own_templates,
        }
        wanted = dict.fromkeys(makers[kind] for kind in kinds or makers)
        all_found = [waste for make in wanted for waste in make() if waste.loss > 0]
        return sorted(all_found, key=lambda waste: -waste.loss)

    def repaired(self, waste: Waste, tolerance: float) -> Outcome:
        """What every page would hold after the repair."""
        made = waste.repaired()
        return outcome(self.web, made, changes_of(self.web, made), tolerance)

    def gain(self, found: Outcome) -> float:
        """What the pages of the scope gain together."""
        return float(found.gain[self.inside[found.pages]].sum())

    def _dead_pages(self) -> Iterator[Waste]:
        dead = np.flatnonzero(self.inside & self.web.nodes.is_dead)
        links = self._fates(self.web.clicks(self.web.rows_to(dead)))
        how = self.web.snapshot.array("resolution", "resolution")
        for page, at, loss in _by(links.target, _lost_there(links)):
            kind = ENDLESS.get(Resolution(how[page]), BROKEN)
            repair = "bring the page back" if kind == BROKEN else "let the page answer by itself"
            row = _worst(links, at)
            yield self._page(kind, page, len(at), loss, repair, "restore", row=row)

    def _broken_links(self) -> Iterator[Waste]:
        target = self.out.target
        out = self.out.where(self.web.nodes.is_dead[target] & ~self.inside[target])
        for page, at, loss in _by(out.target, _lost_there(out)):
            repair = "take the links away"
            row = _worst(out, at)
            yield self._gone(BROKEN_ELSEWHERE, page, None, out.rows[at], loss, repair, row)

    def _nofollow(self) -> Iterator[Waste]:
        said = np.isin(self.out.fate, (Fate.NOFOLLOW, Fate.UGC, Fate.SPONSORED))
        out = self.out.where(said & self.inside[self.out.target])
        rel = self.web.column("rel", out.rows).astype(np.int64) & ~int(RESTRICTING)
        for page, at, loss in _by(out.target, out.lost):
            values: Changed = {int(out.rows[k]): {"rel": int(rel[k])} for k in at}
            made = partial(Plan, self.web.nodes, set=values)
            repair = "follow the links"
            yield Waste("nofollow", page, None, len(at), loss, repair, made, _worst(out, at))

    def _nofollow_pages(self) -> Iterator[Waste]:
        out = self.out.where(self.out.fate == Fate.NOFOLLOW_PAGE)
        for page, at, loss in _by(out.source, out.lost):
            made = partial(self._followed, page)
            repair = "drop the robots rule"
            yield Waste("nofollow page", page, None, len(at), loss, repair, made, _worst(out, at))

    def _followed(self, page: int) -> Plan:
        pages = np.array([page])
        nodes = {name: column[pages] for name, column in vars(self.web.nodes).items()}
        after = Nodes(**nodes | {"is_nofollow": np.zeros(1, np.bool_)})
        return Plan(ChangedNodes(self.web.nodes, pages, after))

    def _noindex(self) -> Iterator[Waste]:
        out = self.out.where(self.out.fate == Fate.NOINDEX)
        for page, at, loss in _by(out.source, out.lost):
            repair, row = "let the page be indexed", _worst(out, at)
            yield self._page("noindex", page, len(at), loss, repair, "index", row=row)

    def _splits(self) -> Iterator[Waste]:
        refused = np.isin(self.web.snapshot.array("resolution", "canonical")[self.pages], REFUSED)
        for page in self.pages[refused].tolist():
            target = int(self.web.said.canonical_to[page])
            if self.web.nodes.is_dead[target]:
                continue
            loss = float(self.web.equity[page])
            repair = "redirect the page to its canonical"
            yield self._page("canonical split", page, 0, loss, repair, "redirect", target)

    def _dangling(self) -> Iterator[Waste]:
        status = np.ma.filled(self.web.snapshot.array("pages", "status"), 0)[self.pages]
        is_end = (self.web.out_weight[self.pages] == 0) & (status == 200)
        is_end &= ~self.web.nodes.is_noindex[self.pages]
        hosts = self.web.snapshot.array("hosts", "page_lo")
        for page in self.pages[is_end].tolist():
            home = int(self.web.nodes.lands[hosts[self.web.snapshot.host_of(np.array([page]))[0]]])
            if home == page or not self.web.nodes.is_node[home]:
                continue
            loss = self.web.damping * float(self.web.equity[page])
            link = {**NEW_LINK, "source": page, "target": home}
            made = partial(Plan, self.web.nodes, new=[link])
            repair = "link to the first page of its host"
            yield Waste("dangling page", page, None, 0, loss, repair, made)

    def _templates(self) -> Iterator[Waste]:
        outside = ~self.inside[self.web.nodes.lands[self.out.target]]
        passes = self.out.taken > self.out.lost
        out = self.out.where(np.isin(self.out.placement, TEMPLATES) & outside & passes)
        domains = self.web.snapshot.domain_of(out.target)
        recurs = _recur(domains, out.source)
        out = out.where(recurs)
        for domain, at, loss in _by(domains[recurs], out.taken):
            repair, row = "take them out of the template", _worst(out, at)
            yield self._gone("template links", None, domain, out.rows[at], loss, repair, row)

    def _own_templates(self) -> Iterator[Waste]:
        lands = self.web.nodes.lands[self.out.target]
        passes = (self.out.taken > self.out.lost) & (lands != self.out.source)
        kept = np.isin(self.out.placement, OWN_TEMPLATES) & self.inside[lands] & passes
        kept[kept] = _recur(lands[kept], self.out.source[kept])
        out = self.out.where(kept)
        for page, at, loss in _by(lands[kept], out.taken - out.lost):
            repair, row = "take them out of the footer or sidebar", _worst(out, at)
            yield self._gone(OWN, page, None, out.rows[at], loss, repair, row)

    def _gone(self, kind: str, page: int | None, domain: int | None, rows: Ids, loss: float,
              repair: str, row: int) -> Waste:  # fmt: skip
        return Waste(kind, page, domain, len(rows), loss, repair,
                     lambda: Plan(self.web.nodes, gone=set(rows.tolist())), row)  # fmt: skip

    def _page(self, kind: str, page: int, n: int, loss: float, repair: str, verb: str,
              target: int | None = None, row: int = -1) -> Waste:  # fmt: skip
        edit = Edit(verb, "", "", text=f"{verb} {self.web.snapshot.urls([page])[0]}")
        return Waste(kind, page, None, n, loss, repair,
                     lambda: Plan(changed_nodes(self.web, [(edit, page, target)])),
                     row)  # fmt: skip


@dataclass(frozen=True)
class _Links:
    rows: Ids
    source: NDArray[np.uint32]
    target: NDArray[np.uint32]
    placement: NDArray[np.uint8]
    taken: F64
    lost: F64
    fate: NDArray[np.uint8]

    def where(self, kept: NDArray[np.bool_]) -> _Links:
        return _Links(*(column[kept] for column in vars(self).values()))


def _lost_there(links: _Links) -> F64:
    """What links lose because their target is broken."""
    return np.where(links.fate == Fate.BROKEN, links.lost, 0.0)


def _worst(links: _Links, at: Ids) -> int:
    return int(links.rows[at[links.lost[at].argmax()]])


def _recur(keys: NDArray[np.uint32], source: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which links stand on so many pages, together with those of the same key, that they are a
    template's.
    """
    found, at = numbered(keys)
    return np.asarray((distinct(at, source, len(found)) >= TEMPLATE_PAGES)[at])


def _by(keys: NDArray[np.uint32], values: F64) -> Iterator[tuple[int, Ids, float]]:
    """Each key with its places and the sum of its values."""
    order = np.argsort(keys, kind="stable")
    ids, first = np.unique(keys[order], return_index=True)
    ends = np.append(first[1:], len(order))
    ranked = values[order]
    for key, lo, hi in zip(ids.tolist(), first.tolist(), ends[: len(ids)].tolist(), strict=True):
        yield key, order[lo:hi], float(ranked[lo:hi].sum())
