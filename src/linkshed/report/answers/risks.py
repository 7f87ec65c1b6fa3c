"""The rows of a risk report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.finding import NONE, Ids, given, url, where, words
from linkshed.report.columns import incoming, need
from linkshed.report.followed import is_followed, is_told
from linkshed.report.frame import ALL, Frame, Maker
from linkshed.schema import Column
from linkshed.simulate.risk.assess import Assessment, assess
from linkshed.simulate.risk.markers import HIGH_ABOVE, REVIEW_FROM, levels
from linkshed.simulate.risk.subject import Evidence, Measured, Profile, pieces
from linkshed.snapshot.arrow import TYPES
from linkshed.snapshot.haste import begun
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

NO_VERDICT = (
    "A risk says how strongly patterns described in spam policies show in these links; honest sites"
    " show some of them. Search engines mostly ignore such links: it foretells nothing, and is no"
    " reason to disavow a link nobody has looked at."
)
Texts = Callable[[int], list[str]]


def risks(snapshot: Snapshot, scope: Scope, by: str, columns: Sequence[Column]) -> Frame:
    """A frame of risks by referring domain, link, marker of the scope, or piece of evidence.

    Of the ``columns``, those that say nothing of such rows are null. Raises MissingScore.
    """
    need(snapshot, "domains", "rating", "n_refdomains", "n_followed_linked_domains")
    need(snapshot, "pages", "equity", "n_external_links")
    if by == "domain":
        begun(lambda: _unmeasured(snapshot, _profile(snapshot, scope), columns))
    found = _assessed(snapshot, scope)
    makers, n = VIEWS[by](snapshot, found)
    gaps = _gaps(found) if by in ("domain", "link") else ()
    remarks = (_whole(found), *gaps, NO_VERDICT)
    frame = _frame(found.profile, makers, n, columns)
    return replace(frame, remarks=remarks, nbytes=n * 200 + found.nbytes)


def _unmeasured(snapshot: Snapshot, profile: Profile, columns: Sequence[Column]) -> Frame:
    """The domains that link to a scope."""
    makers = _domains(snapshot, profile, profile.domains)
    return _frame(profile, makers, len(profile.domains), columns)


def _frame(
    profile: Profile, makers: Mapping[str, Maker], n: int, columns: Sequence[Column]
) -> Frame:
    empty = {column.name: _nothing(n, TYPES[column.type]) for column in columns}
    notes = {"links": len(profile.rows), "referring domains": len(profile.domains)}
    return Frame(n, {**empty, **makers}, notes=notes)


def _assessed(snapshot: Snapshot, scope: Scope) -> Assessment:
    """All that is measured of a scope, unless it was measured lately."""
    name = ("risk of", scope)
    found: Assessment = snapshot.recent.once(name, lambda: assess(_profile(snapshot, scope)))
    return found


def _profile(snapshot: Snapshot, scope: Scope) -> Profile:
    rows = incoming(snapshot, scope)
    followed = is_told(snapshot, rows) & is_followed(snapshot, rows)
    return Profile(snapshot, scope, rows, followed)


def _whole(found: Assessment) -> str:
    """What holds of the scope as a whole, in a sentence."""
    if np.isnan(found.scope_risk):
        whole = "not known: too few referring domains, or no evidence"
    else:
        whole = f"{found.scope_risk:.2f}, {levels(np.array([found.scope_risk]))[0]}"
    risk = found.domain_risk
    n_high, n_review = int((risk > HIGH_ABOVE).sum()), int((risk >= REVIEW_FROM).sum())
    return (
        f"Risk of the whole profile: {whole} (by marker). Of {len(risk):,} referring domains"
        f" {n_high:,} are high, {n_review - n_high:,} to review."
    )


def _gaps(found: Assessment) -> tuple[str, ...]:
    """Of how many domains and links each marker is not known, and what was left out."""
    told, left = [], []
    for measured in (*found.domains, *found.links):
        left += [f"{measured.marker.name}: {measured.note}."] if measured.note else []
        is_open = np.isnan(measured.values)
        n, whole = int(is_open.sum()), len(is_open)
        if n:
            share = f"all {n:,}" if n == whole else f"{n:,} of {whole:,}"
            why = measured.why(int(is_open.argmax()))
            told.append(f"{measured.marker.name} of {share} {measured.marker.about}s ({why})")
    return (*((f"Not known: {'; '.join(told)}.",) if told else ()), *left)


def _by_domain(snapshot: Snapshot, found: Assessment) -> tuple[dict[str, Maker], int]:
    profile, n = found.profile, len(found.profile.domains)
    first = np.unique(profile.at, return_index=True)[1]
    of_links = [(m, *found.strongest(m)) for m in found.links]

    def fires(row: int) -> list[str]:
        own = [_told(m, row) for m in found.domains if m.parts[row] > 0]
        return own + [_told(m, int(at[row])) for m, best, at in of_links if best[row] > 0]

    def not_known(row: int) -> list[str]:
        own = [_untold(m, row) for m in found.domains if np.isnan(m.parts[row])]
        return own + [_untold(m, int(first[row])) for m, b, _ in of_links if np.isnan(b[row])]

    makers = {
        **_domains(snapshot, profile, profile.domains),
        **_levels(found.domain_risk),
        "markers": _lists(n, fires),
        "not_known": _lists(n, not_known),
    }
    return makers, n


def _by_link(snapshot: Snapshot, found: Assessment) -> tuple[dict[str, Maker], int]:
    profile = found.profile
    links = np.flatnonzero(np.nan_to_num(found.link_risk) > 0)

    def told(row: int) -> list[str]:
        return [_told(m, int(links[row])) for m in found.links if m.parts[links[row]] > 0]

    def untold(row: int) -> list[str]:
        return [_untold(m, int(links[row])) for m in found.links if np.isnan(m.parts[links[row]])]

    makers = {
        **_domains(snapshot, profile, profile.domains[profile.at[links]]),
        **_levels(found.link_risk[links]),
        **_links(snapshot, profile.rows[links]),
        "markers": _lists(len(links), told),
        "not_known": _lists(len(links), untold),
    }
    return makers, len(links)


def _by_marker(snapshot: Snapshot, found: Assessment) -> tuple[dict[str, Maker], int]:
    n = len(found.scope)
    reasons = np.array([*(m.why(0) for m in found.scope), None], object)[:-1]
    makers = {
        **_levels(np.full(n, found.scope_risk)),
        **_measured([(m, np.zeros(1, np.int64)) for m in found.scope]),
        **given(reason=reasons),
    }
    return makers, n


def _by_evidence(snapshot: Snapshot, found: Assessment) -> tuple[dict[str, Maker], int]:
    risks = {"scope": np.array([found.scope_risk]), "domain": found.domain_risk,
             "link": found.link_risk}  # fmt: skip
    parts = [(m, _of_firing(m)) for m in (*found.scope, *found.domains, *found.links)]
    domain, other, link = (
        np.concatenate([getattr(e, name) for _, e in parts]) for name in ("domain", "other", "link")
    )
    risk = np.concatenate([risks[m.marker.about][e.subject] for m, e in parts])
    makers = {
        **_domains(snapshot, found.profile, domain),
        **_levels(risk),
        **_measured([(m, e.subject) for m, e in parts]),
        **_links(snapshot, link),
        "other_domain": _names(snapshot, other),
    }
    return makers, len(domain)


def _of_firing(found: Measured) -> Evidence:
    """Evidence of the subjects on which a marker fires."""
    fires = np.nan_to_num(found.parts) > 0
    every = found.evidence() if fires.any() else pieces(0)
    kept = fires[every.subject]
    return Evidence(*(getattr(every, f.name)[kept] for f in fields(every)))


VIEWS = {
    "domain": _by_domain,
    "link": _by_link,
    "marker": _by_marker,
    "evidence": _by_evidence,
}


def _told(found: Measured, subject: int) -> str:
    marker = found.marker
    ramp = f"above {marker.low:g}"
    if marker.low < marker.high:
        ramp = f"{marker.low:g} to {marker.high:g}"
    value = found.values[subject]
    told = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{marker.name} {told} ({ramp})"


def _untold(found: Measured, subject: int) -> str:
    return f"{found.marker.name}: {found.why(subject)}"


def _lists(n: int, texts: Texts) -> Maker:
    def make(rows: Any) -> Any:
        numbers = range(n) if rows is ALL else np.asarray(rows).tolist()
        return pa.array([texts(row) for row in numbers], pa.list_(pa.string()))

    return make


def _levels(risk: NDArray[np.float64]) -> dict[str, Maker]:
    return given(risk=risk, level=levels(risk))


def _measured(parts: Sequence[tuple[Measured, Ids]]) -> dict[str, Maker]:
    """Columns of markers on some of their subjects."""
    number = np.repeat(np.arange(len(parts)), [len(subject) for _, subject in parts])
    markers = [m.marker for m, _ in parts]
    texts = {name: words([getattr(m, name) for m in markers], number)
             for name in ("about", "pattern")}  # fmt: skip
    ramps = {name: np.array([getattr(m, name) for m in markers])[number]
             for name in ("low", "high", "most")}  # fmt: skip
    return {
        "marker": words([m.name for m in markers], number),
        **texts,
        **given(
            **ramps,
            value=np.concatenate([m.values[subject] for m, subject in parts]),
            part=np.concatenate([m.parts[subject] for m, subject in parts]),
        ),
    }


def _domains(snapshot: Snapshot, profile: Profile, domains: Ids) -> dict[str, Maker]:
    n = len(profile.domains)
    at = np.searchsorted(profile.domains, domains)
    known = domains != NONE
    links, followed = (np.bincount(rows, minlength=n)
                       for rows in (profile.at, profile.at[profile.followed]))  # fmt: skip
    told = np.bincount(profile.at[is_told(snapshot, profile.rows)], minlength=n)
    place = np.where(known, at, n)

    def counted(values: NDArray[Any], is_known: NDArray[Any]) -> NDArray[Any]:
        full, shown = np.append(values, 0).astype(np.uint32), np.append(is_known, False)
        return np.ma.array(full[place], mask=~shown[place])

    rating = np.append(np.asarray(snapshot.array("domains", "rating"), np.float32), np.nan)
    return {
        "domain": _names(snapshot, domains),
        **given(domain_rating=rating[domains]),
        **given(
            links=counted(links, np.ones(n, np.bool_)),
            followed_links=counted(followed, told > 0),
        ),
    }


def _names(snapshot: Snapshot, domains: Ids) -> Maker:
    """Names of domains, null for NONE."""

    def make(rows: Any) -> Any:
        found = domains[rows]
        known = found != NONE
        names = snapshot.take("domains", ["domain"], found[known])["domain"]
        return names.take(pa.array(np.cumsum(known) - 1, mask=~known))

    return make


def _links(snapshot: Snapshot, links: Ids) -> dict[str, Maker]:
    """What identifies links, null for NONE."""

    def target(rows: Any) -> Any:
        found = links[rows]
        known = found != NONE
        pages = np.full(len(found), NONE)
        pages[known] = snapshot.array("links", "target")[found[known]]
        return url(snapshot, pages)(slice(None))

    told = where(snapshot, links)
    kept = {name: told[name] for name in ("source_url", "anchor", "placement")}
    return {**kept, "target_url": target}


def _nothing(n: int, kind: pa.DataType) -> Maker:
    return lambda rows: pa.nulls(n if rows is ALL else len(rows), kind)
