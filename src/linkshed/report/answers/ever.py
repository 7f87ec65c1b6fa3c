"""How many links, and domains, ever led into a scope, as far as the snapshots of a store tell."""

from __future__ import annotations

import pyarrow as pa

from linkshed.report.columns import incoming
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

MOST_SNAPSHOTS = 120
_SAME = ("source", "target", "kind")
"""What makes a link the same in several snapshots, whatever its words; of several such the n-th is
the n-th.
"""


def ever(snapshot: Snapshot, scope: Scope) -> dict[str, int] | None:
    """``links`` and ``domains`` of this snapshot and all before it, each counted once; None where
    there are more than MOST_SNAPSHOTS.
    """
    looks = _looks(snapshot)
    if len(looks) > MOST_SNAPSHOTS:
        return None
    links = [_links(one, scope) for one in looks]
    most = pa.concat_tables(links).group_by(_SAME).aggregate([("n", "max")])["n_max"]
    domains = pa.concat_tables([_domains(one, scope) for one in looks]).group_by("domain")
    return {"links": sum(most.to_pylist()), "domains": domains.aggregate([]).num_rows}


def _looks(snapshot: Snapshot) -> list[Snapshot]:
    """The last snapshot of each lot of inputs up to this one, this one included."""
    store = Store.open(snapshot.store_path)
    created_at = snapshot.manifest.created_at
    known = [m for m in store.manifests() if m.created_at <= created_at]
    last = {str(m.inputs): m.id for m in (*known, snapshot.manifest)}
    return [snapshot if id_ == snapshot.id else store.snapshot(id_) for id_ in last.values()]


def _links(snapshot: Snapshot, scope: Scope) -> pa.Table:
    rows = incoming(snapshot, scope)
    source, target, kind = (
        snapshot.array("links", name)[rows] for name in ("source", "target", "kind")
    )
    table = pa.table(
        {
            "source": snapshot.url_array(source),
            "target": snapshot.url_array(target),
            "kind": pa.array(kind),
        }
    )
    counted = table.group_by(_SAME).aggregate([([], "count_all")])
    return counted.rename_columns([*_SAME, "n"])


def _domains(snapshot: Snapshot, scope: Scope) -> pa.Table:
    pages = snapshot.array("links", "source")[incoming(snapshot, scope)]
    names = snapshot.pick("domains", "domain", snapshot.domain_of(pages))
    return pa.table({"domain": names})
