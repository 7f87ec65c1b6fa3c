"""The rows of suggest and optimise: links that could be written, and what they would gain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.errors import FormatError, NotFoundError
from linkshed.report.frame import Frame, bound, of_table
from linkshed.simulate.candidates import Candidate, Candidates
from linkshed.simulate.corpus import Corpus
from linkshed.simulate.meaning import Meanings
from linkshed.simulate.optimise import Goal, Step, Usual, optimise, usual
from linkshed.simulate.plan import Plan, page_of
from linkshed.simulate.relevance import Words
from linkshed.simulate.rows import changes_of
from linkshed.simulate.shed import pages_with_equity, site_of
from linkshed.simulate.web import Ids, Web, web_of
from linkshed.simulate.whatif import Outcome, outcome
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope, parse_scope

MOST_TARGETS = 20
MOST_TRIED = 500  # pages a suggestion is looked for, before giving up
TOLERANCE = 1e-6
NOTHING = 0.01  # of what our links gain
ROUNDING = 1e-6
NONE_FITS = (
    "A link needs a page that is read, does not lead there yet, is alike enough, and has words for"
    " it in its text: try other sources, * for all pages, or a lower floor."
)
CORPORA: Mapping[str, Callable[[Web, Ids], Corpus]] = {"words": Words, "meaning": Meanings}
Lines = Sequence[tuple[Any, ...]]
_SUGGESTED = {
    "target_url": pa.string(), "source_url": pa.string(), "source_title": pa.string(),
    "anchor": pa.string(), "sentence": pa.string(), "position": pa.float64(),
    "relevance": pa.float64(), "gain": pa.float64(), "rating_gain": pa.float64(),
    "site_gain": pa.float64(), "source_equity": pa.float64(),
}  # fmt: skip
_CHOSEN = {
    "step": pa.uint32(), "source_url": pa.string(), "target_url": pa.string(),
    "anchor": pa.string(), "sentence": pa.string(), "relevance": pa.float64(),
    "gain": pa.float64(), "total": pa.float64(), "losers": pa.uint32(),
    "loser_url": pa.string(), "loss": pa.float64(),
}  # fmt: skip


def suggestions(
    snapshot: Snapshot, scope: Scope, *, floor: float, relevance: str, sources: str | None,
    two_way: bool, targets: int,
) -> Frame:  # fmt: skip
    """A frame of links to the weakest pages of a scope."""
    web = web_of(snapshot)
    try:
        pages = pages_with_equity(web, scope)
    except NotFoundError as error:
        return of_table(_table(_SUGGESTED, []), remarks=(str(error),))
    living = pages[web.nodes.base[pages] > 0]
    places = _places(web, living, sources, floor, relevance, two_way=two_way)
    readable = living[np.isin(living, places.corpus.pages)]
    weakest = readable[np.argsort(web.equity[readable], kind="stable")]
    found, served = _served(places, weakest, targets)
    rows = [_suggested(web, candidate) for candidate in found]
    remark = (
        f"{len(living):,} indexable pages, {len(readable):,} of them with text; of {served:,} of"
        f" these, the weakest first, {len({c.target for c in found}):,} can be linked to."
        f" {places.corpus.unknown} is unknown and not counted."
    )
    return of_table(_table(_SUGGESTED, rows), remarks=(remark,) if rows else (remark, NONE_FITS))


def choice(
    snapshot: Snapshot, scope: Scope, *, links: int, per_source: int, goals: str | None,
    floor: float, relevance: str, sources: str | None, forbid: str | None, protect: str | None,
    two_way: bool,
) -> Frame:  # fmt: skip
    """A frame of the links that raise the goal most, in order."""
    web = web_of(snapshot)
    forbidden, protected = _inside(web, "forbid", forbid), _inside(web, "protect", protect)
    try:
        goal = _goal(web, scope, goals, np.flatnonzero(protected))
    except NotFoundError as error:
        if goals is not None:
            raise
        return of_table(_table(_CHOSEN, []), remarks=(str(error),))
    targets = _targets(web, goal)
    places = _places(web, targets, sources, floor, relevance, two_way=two_way)
    written = list(places.to(targets.tolist()))
    found = [c for c in written if not forbidden[c.source] and not forbidden[c.target]]
    steps = optimise(web, goal, found, links, per_source)
    rows = [_chosen(web, n, step) for n, step in enumerate(steps, 1)]
    rule = usual(web, goal, found, len(steps), per_source) if steps else Usual(0.0, 0)
    served = f"{len(targets):,} of {len(goal.pages):,} goal pages were served"
    remarks = (
        _remarks(found, served, steps, rule) if steps else (_none(goal, written, found, served),)
    )
    return of_table(_table(_CHOSEN, rows), remarks=remarks)


def _none(goal: Goal, written: Sequence[Candidate], found: Sequence[Candidate], served: str) -> str:
    """Why no link is proposed."""
    said = f"No link helps: {len(written):,} could be written; {served}."
    if len(found) < len(written):
        said += f" {len(written) - len(found):,} are forbidden."
    if not written:
        said += f" {NONE_FITS}"
    if found and len(goal.protected):
        said += " Each that is allowed lowers a protected page, or does not raise the goal."
    return said


def _remarks(
    found: Sequence[Candidate], served: str, steps: Sequence[Step], rule: Usual
) -> tuple[str, ...]:
    total = steps[-1].total
    error = bound(sum(step.error for step in steps) / total)
    return (
        f"{len(found):,} links could be written; {served}. The goal gains {total:.6g}"
        f" page-equivalents, right within {error} of it.",
        beside(rule, total),
    )


def beside(rule: Usual, total: float) -> str:
    """The usual rule beside ours; a share says nothing where the rule gains next to nothing."""
    more = rule.total - total
    share = f", {rule.total / total:.0%} of it" if rule.total > NOTHING * total else ""
    links = f"{rule.links:,} link{'s' * (rule.links != 1)}"
    said = f"{abs(more):.3g} {'more' if more > 0 else 'less'}{share}"
    return (
        "The usual rule (sources by equity over number of links), under the same constraints, gains"
        f" {rule.total:.6g} with {links}: {said if abs(more) > ROUNDING * total else 'the same'}."
    )


def _goal(web: Web, scope: Scope, goals: str | None, protected: Ids) -> Goal:
    if goals is None:
        pages = pages_with_equity(web, scope)
        return Goal(pages, np.ones(len(pages)), protected)
    weights: dict[int, float] = {}
    for number, line in enumerate(goals.splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        try:
            url, weight = words[0], float(words[1]) if len(words) > 1 else 1.0
        except ValueError:
            raise FormatError(
                f"goals, line {number}: {line.strip()!r}", allowed="URL or URL WEIGHT"
            ) from None
        page = int(web.nodes.lands[page_of(web, url)])
        weights[page] = weights.get(page, 0.0) + weight
    if not weights:
        raise FormatError("goals without a page", allowed="lines 'URL' or 'URL WEIGHT'")
    pages = np.array(sorted(weights), np.int64)
    return Goal(pages, np.array([weights[page] for page in pages.tolist()]), protected)


def _targets(web: Web, goal: Goal) -> Ids:
    """Pages worth linking to: of positive weight and indexable, the heaviest first."""
    kept = (goal.weights > 0) & (web.nodes.base[goal.pages] > 0)
    pages, weights = goal.pages[kept], goal.weights[kept]
    order = np.lexsort((-web.equity[pages], -weights))
    return np.asarray(pages[order][:MOST_TARGETS])


def _places(
    web: Web, targets: Ids, sources: str | None, floor: float, relevance: str, *, two_way: bool
) -> Candidates:
    """Where links to the targets could be written: on their own domains, or on the sources."""
    own = site_of(web, targets) if len(targets) else targets
    pages = own if sources is None else np.flatnonzero(_inside(web, "sources", sources))
    corpus = CORPORA[relevance](web, np.union1d(pages, targets))
    return Candidates(web, corpus, pages, floor, is_two_way=two_way)


def _served(places: Candidates, pages: Ids, most: int) -> tuple[list[Candidate], int]:
    """Links to the first pages for which there are any, and how many pages were tried."""
    found: list[Candidate] = []
    served = tried = 0
    for page in pages[:MOST_TRIED].tolist():
        links = list(places.to([page]))
        found += links
        tried += 1
        served += bool(links)
        if served == most:
            break
    return found, tried


def _inside(web: Web, option: str, text: str | None) -> NDArray[np.bool_]:
    """The pages an option names, none when it is not given. Raises NotFoundError."""
    if text is None:
        return np.zeros(web.n_pages, np.bool_)
    inside = web.inside(parse_scope(text))
    if not inside.any():
        raise NotFoundError(
            f"{option} {text!r}: no page is known",
            allowed="a scope with known pages",
            repair=f"leave it out, or see what is known: linkshed pages '{text}'",
        )
    return inside


def _suggested(web: Web, candidate: Candidate) -> tuple[Any, ...]:
    made = Plan(web.nodes, new=[candidate.link()])
    found = outcome(web, made, changes_of(web, made), TOLERANCE)
    at = int(np.searchsorted(found.pages, candidate.target))
    domains = web.snapshot.domain_of(found.pages)
    site = domains == domains[at]
    source_url, target_url = web.snapshot.urls([candidate.source, candidate.target])
    title = web.snapshot.take("pages", ["title"], np.array([candidate.source]))["title"][0].as_py()
    spot = candidate.spot
    return (
        target_url, source_url, title, spot.anchor, spot.sentence, spot.position,
        candidate.relevance, float(found.gain[at]),
        float(found.rating_after[at] - found.rating_before[at]), float(found.gain[site].sum()),
        float(web.equity[candidate.source]),
    )  # fmt: skip


def _chosen(web: Web, number: int, step: Step) -> tuple[Any, ...]:
    source_url, target_url = web.snapshot.urls([step.candidate.source, step.candidate.target])
    spot, loser = step.candidate.spot, _loser(web, step.outcome)
    return (
        number, source_url, target_url, spot.anchor, spot.sentence, step.candidate.relevance,
        step.gain, step.total, int((step.outcome.is_sure & (step.outcome.gain < 0)).sum()), *loser,
    )  # fmt: skip


def _loser(web: Web, found: Outcome) -> tuple[str | None, float | None]:
    gain = np.where(found.is_sure, found.gain, 0.0)
    if not len(gain) or gain.min() >= 0:
        return None, None
    worst = int(gain.argmin())
    return web.snapshot.urls(found.pages[worst : worst + 1])[0], float(gain[worst])


def _table(kinds: dict[str, pa.DataType], rows: Lines) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    return pa.table(
        [pa.array(c, k) for c, k in zip(columns, kinds.values(), strict=True)], names=list(kinds)
    )
