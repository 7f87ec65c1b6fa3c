"""Hosts and domains: runs of pages whose keys begin alike."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from linkshed.schema.tables import DOMAINS, HOSTS
from linkshed.snapshot.numbering import Workbench
from linkshed.snapshot.parquet import write_table
from linkshed.urls.domain import registrable_domain
from linkshed.urls.key import host_of_key

_RUNS = (
    "SELECT split_part(key, ')', 1) AS labels, min(id) AS lo, max(id) + 1 AS hi"
    " FROM page GROUP BY ALL ORDER BY lo"
)


class _Host(NamedTuple):
    name: str
    page_lo: int
    page_hi: int


def write_sites(bench: Workbench, hosts_path: Path, domains_path: Path) -> dict[str, int]:
    """Write both tables; gives their numbers of rows."""
    hosts = [
        _Host(host_of_key(labels), lo, hi)
        for table in bench.batches(_RUNS)
        for labels, lo, hi in zip(*(table[name].to_pylist() for name in table.column_names),
                                  strict=True)
    ]  # fmt: skip
    numbered = enumerate(hosts)
    runs = [(name, list(run)) for name, run in groupby(numbered, _domain)]
    domain_ids = [number for number, (_, run) in enumerate(runs) for _ in run]
    host_table = {
        "host": pa.array([h.name for h in hosts], pa.string()),
        "page_lo": pa.array([h.page_lo for h in hosts], pa.uint32()),
        "page_hi": pa.array([h.page_hi for h in hosts], pa.uint32()),
        "domain_id": pa.array(domain_ids, pa.uint32()),
    }
    domain_table = {
        "domain": pa.array([name for name, _ in runs], pa.string()),
        "host_lo": pa.array([run[0][0] for _, run in runs], pa.uint32()),
        "host_hi": pa.array([run[-1][0] + 1 for _, run in runs], pa.uint32()),
        "page_lo": pa.array([run[0][1].page_lo for _, run in runs], pa.uint32()),
        "page_hi": pa.array([run[-1][1].page_hi for _, run in runs], pa.uint32()),
    }
    return {
        "hosts": write_table(hosts_path, HOSTS.columns, [pa.table(host_table)]),
        "domains": write_table(domains_path, DOMAINS.columns, [pa.table(domain_table)]),
    }


def _domain(numbered: tuple[int, _Host]) -> str:
    return registrable_domain(numbered[1].name)
