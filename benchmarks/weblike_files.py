"""The graph of ``weblike_graph`` at sizes that do not fit memory, written to files as it is made.

Runs of whole sites are made one after the other. Links between sites are drawn first and laid by
in one file per run of their targets; each run then merges its own links with those laid by.

    python benchmarks/weblike_files.py --pages 100000000 --links 1000000000 --out DIR
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weblike_graph import DRAWN, I64, Part, Sites, inner_links, merged, outer_links, some_sites

RUN_PAGES = 1_000_000
COLUMNS = {"offsets": np.int64, "sources": np.uint32, "weights": np.float32, "out_weight": float}


@dataclass(frozen=True)
class _Plan:
    sites: Sites
    links_out: NDArray[np.bool_]
    borders: I64
    per_page: float
    external: float
    seed: int

    def runs(self) -> Iterator[tuple[int, int, int]]:
        for run, first in enumerate(self.borders[:-1].tolist()):
            yield run, first, int(self.borders[run + 1])

    def linking(self, first: int, last: int) -> I64:
        return np.flatnonzero(self.links_out[first:last]) + first

    def rng(self, *key: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, *key))


def columns(folder: Path) -> dict[str, NDArray[Any]]:
    """Memory-mapped offsets, sources and weights of in-links, and the sum of weights per source."""
    return {name: np.memmap(folder / name, kind, "r") for name, kind in COLUMNS.items()}


def write_weblike(
    folder: Path,
    n_pages: int,
    n_links: int,
    *,
    external: float = 0.12,
    dangling: float = 0.12,
    seed: int = 1,
) -> None:
    """Write a graph of ``n_pages`` and about ``n_links`` links into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    sites = some_sites(rng, n_pages)
    links_out = rng.random(n_pages, np.float32) >= dangling
    wanted = np.arange(0, n_pages, RUN_PAGES)
    starts = sites.first[np.searchsorted(sites.first, wanted, side="right") - 1]
    borders = np.append(np.unique(starts), n_pages)
    per_page = DRAWN * n_links / int(links_out.sum())
    plan = _Plan(sites, links_out, borders, per_page, external, seed)
    _lay_by(folder, plan)
    _merge(folder, plan)


def _laid_by(folder: Path, run: int) -> Path:
    return folder / f"between-{run}"


def _lay_by(folder: Path, plan: _Plan) -> None:
    for run, first, last in plan.runs():
        pages = plan.linking(first, last)
        draw = (plan.rng(run, 0), plan.sites, pages, plan.external * plan.per_page)
        source, target, _ = outer_links(*draw)
        at = np.searchsorted(plan.borders, target, side="right") - 1
        order = np.argsort(at, kind="stable")
        pairs = np.column_stack((source, target)).astype(np.uint32)[order]
        ends = np.searchsorted(at[order], np.arange(1, len(plan.borders)))
        for other, part in enumerate(np.split(pairs, ends[:-1])):
            with _laid_by(folder, other).open("ab") as file:
                part.tofile(file)


def _merge(folder: Path, plan: _Plan) -> None:
    out_weight = np.zeros(len(plan.links_out))
    n_links = 0
    with (
        (folder / "offsets").open("wb") as offsets,
        (folder / "sources").open("wb") as sources,
        (folder / "weights").open("wb") as weights,
    ):
        np.zeros(1, np.int64).tofile(offsets)
        for run, first, last in plan.runs():
            parts = _links_into(folder, plan, run, first, last)
            target, source, weight = merged(parts, first)
            counts = np.bincount(target - first, minlength=last - first)
            (n_links + np.cumsum(counts)).tofile(offsets)
            source.astype(np.uint32).tofile(sources)
            weight.tofile(weights)
            np.add.at(out_weight, source, weight)
            n_links += len(source)
    out_weight.tofile(folder / "out_weight")


def _links_into(folder: Path, plan: _Plan, run: int, first: int, last: int) -> list[Part]:
    path = _laid_by(folder, run)
    between = np.fromfile(path, np.uint32).reshape(-1, 2).astype(np.int64)
    path.unlink()
    pages = plan.linking(first, last)
    inner = inner_links(plan.rng(run, 1), plan.sites, pages, plan.per_page, plan.external)
    return [*inner, (between[:, 0], between[:, 1], 1.0)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=100_000_000)
    parser.add_argument("--links", type=int, default=1_000_000_000)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    started = perf_counter()
    write_weblike(args.out, args.pages, args.links)
    made = columns(args.out)
    print(
        f"{len(made['offsets']) - 1:,} pages, {len(made['sources']):,} links "
        f"in {perf_counter() - started:.0f} s"
    )


if __name__ == "__main__":
    main()
