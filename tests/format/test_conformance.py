"""What every writer of snapshots must keep: docs/reference/snapshot-format.md, clause by clause.

Run it over a store of your own: ``pytest tests/format --snapshot STORE``.
"""

from __future__ import annotations

import json
from enum import IntFlag

import numpy as np
import pyarrow.parquet as pq
import pytest

from linkshed.schema import OPTIONAL, TABLES, Resolution
from linkshed.snapshot.arrow import TYPES, numpy_array
from linkshed.snapshot.manifest import FORMAT, FORMAT_VERSION
from linkshed.snapshot.store import Store, file_sha256
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.domain import registrable_domain
from linkshed.urls.key import host_of_key, key_url, url_key


def test_manifest_names_its_format_and_id(store: Store, snapshot: Snapshot) -> None:
    stored = json.loads((store.path / "manifests" / f"{snapshot.id}.json").read_text())
    assert (stored["format"], stored["format_version"]) == (FORMAT, FORMAT_VERSION)
    assert stored["id"] == snapshot.id
    assert (store.path / "refs" / "latest").read_text().strip() == snapshot.id


def test_files_have_their_hash_size_rows_and_types(store: Store, snapshot: Snapshot) -> None:
    for entry in snapshot.manifest.files:
        path = store.object_path(entry)
        assert file_sha256(path) == entry.sha256
        assert path.stat().st_size == entry.size_bytes
        schema = pq.read_schema(path)
        assert pq.read_metadata(path).num_rows == entry.rows == snapshot.n_rows(entry.table)
        assert tuple(schema.names) == entry.columns
        for name, kind in zip(entry.columns, entry.types, strict=True):
            found, wanted = schema.field(name).type, TYPES[kind]
            assert str(found).startswith("timestamp") if kind == "time" else found == wanted


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_have_their_columns_and_no_undeclared_null(table, snapshot: Snapshot) -> None:
    if table.name in OPTIONAL and not snapshot.has(table.name, table.columns[0].name):
        return
    for column in table.columns:
        values = snapshot.columns(table.name, [column.name])[column.name]
        if not column.null:
            assert values.null_count == 0, column.name
        if column.values is not None and not issubclass(column.values, IntFlag):
            assert set(values.unique().to_pylist()) <= {int(v) for v in column.values}


def test_pages_are_distinct_and_in_order(snapshot: Snapshot) -> None:
    found = snapshot.columns("pages", ["key", "scheme"]).to_pydict()
    rows = list(zip(found["key"], found["scheme"], strict=True))
    assert rows == sorted(set(rows))
    for key, scheme in rows:
        assert url_key(key_url(key, scheme)) == (key, scheme)


def test_hosts_and_domains_are_the_runs_of_pages(snapshot: Snapshot) -> None:
    keys = snapshot.columns("pages", ["key"])["key"].to_pylist()
    hosts = snapshot.columns("hosts", ["host", "page_lo", "page_hi", "domain_id"]).to_pylist()
    domains = snapshot.columns(
        "domains", ["domain", "host_lo", "host_hi", "page_lo", "page_hi"]
    ).to_pylist()
    assert [h["page_lo"] for h in hosts] == [0, *(h["page_hi"] for h in hosts[:-1])]
    assert [d["host_lo"] for d in domains] == [0, *(d["host_hi"] for d in domains[:-1])]
    assert hosts[-1]["page_hi"] == len(keys)
    assert domains[-1]["host_hi"] == len(hosts)
    for host in hosts:
        run = keys[host["page_lo"] : host["page_hi"]]
        assert {host_of_key(key) for key in run} == {host["host"]}
        assert domains[host["domain_id"]]["domain"] == registrable_domain(host["host"])
    for domain in domains:
        assert hosts[domain["host_lo"]]["page_lo"] == domain["page_lo"]
        assert hosts[domain["host_hi"] - 1]["page_hi"] == domain["page_hi"]
    assert len({h["host"] for h in hosts}) == len(hosts)
    assert len({d["domain"] for d in domains}) == len(domains)


def test_links_are_in_order_and_offsets_cut_them(snapshot: Snapshot) -> None:
    target, source, ordinal = (
        snapshot.array("links", name).astype(np.int64) for name in ("target", "source", "ordinal")
    )
    assert np.array_equal(np.lexsort((ordinal, source, target)), np.arange(len(target)))
    n = snapshot.n_pages
    assert len(target) == 0 or max(target.max(), source.max()) < n
    counts = np.bincount(target, minlength=n)
    assert np.array_equal(snapshot.array("in_offsets", "in_offset"), np.cumsum([0, *counts]))
    counts = np.bincount(source, minlength=n)
    assert np.array_equal(snapshot.array("out_offsets", "out_offset"), np.cumsum([0, *counts]))
    order = np.asarray(snapshot.array("out_order", "link"))
    assert np.array_equal(np.sort(order), np.arange(len(target)))
    pairs = list(zip(source[order].tolist(), ordinal[order].tolist(), strict=True))
    assert pairs == sorted(pairs)


def test_dates_of_a_link_are_in_order(snapshot: Snapshot) -> None:
    first, last, verified = (
        numpy_array(snapshot.columns("links", [name])[name])
        for name in ("first_seen", "last_seen", "last_verified")
    )
    assert np.all(first <= last)
    assert np.all(verified <= last)


def test_receivers_receive_for_themselves(snapshot: Snapshot) -> None:
    receiver = np.asarray(snapshot.array("resolution", "receiver"))
    how = np.asarray(snapshot.array("resolution", "resolution"))
    own = np.arange(snapshot.n_pages)
    assert np.array_equal(receiver[receiver], receiver)
    assert np.all(receiver[how >= Resolution.DEAD] == own[how >= Resolution.DEAD])
    assert np.all(how[receiver[how < Resolution.DEAD]] == Resolution.SELF)


def test_texts_are_in_order_of_pages(snapshot: Snapshot) -> None:
    pages = snapshot.columns("texts", ["page"])["page"].to_pylist()
    assert pages == sorted(set(pages))
    assert all(page < snapshot.n_pages for page in pages)
