"""The public names, and what importing them costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import linkshed
from linkshed.errors import MissingExtra, NotFoundError, StoreNotFound, UrlError
from linkshed.score.run import score
from linkshed.snapshot.store import Store
from webs import web

HEAVY = {"duckdb", "pyarrow", "numba", "numpy", "rich", "selectolax", "pandas", "polars"}


def test_public_names_are_the_list() -> None:
    import types

    visible = {
        name
        for name, value in vars(linkshed).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert sorted(visible) == linkshed.__all__


@pytest.mark.parametrize(
    "statement",
    ["import linkshed", "import sys; sys.argv = ['linkshed', '--help']\n"
     "import linkshed.serve.cli as c\ntry: c.main()\nexcept SystemExit: pass"],
    ids=["import", "help"],
)  # fmt: skip
def test_starting_is_cheap(statement: str) -> None:
    program = f"{statement}\nimport sys; print('LOADED', *sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1].split() == ["LOADED"], done.stdout + done.stderr


def test_results_come_in_every_form(tmp_path: Path) -> None:
    made = web("a.com/ -> b.com/ 'x'", tmp_path)
    score(Store.open(tmp_path / "store"), made)
    found = linkshed.open(tmp_path / "store").backlinks("b.com", select="source_url,equity,alt")
    dicts = found.to_dicts()
    assert dicts == found.to_arrow().to_pylist() == found.to_polars().to_dicts()
    assert found.to_pandas()["source_url"].tolist() == ["https://a.com/"]
    assert dicts[0]["alt"] is None
    assert (found.total, len(found)) == (1, 1)


def test_ingest_build_and_score_from_python(tmp_path: Path) -> None:
    table = tmp_path / "links.csv"
    table.write_text(
        "url_from,url_to,anchor\nhttps://a.com/,https://b.com/,tea\nbad,https://b.com/,x\n"
    )
    store = tmp_path / "store"
    counts = linkshed.ingest("links", [table], store=store)
    assert counts["read"] == counts["kept"] + sum(counts["rejected"].values()) == 2
    assert not counts["already_read"]
    assert linkshed.ingest("links", [table], store=store)["already_read"]
    linkshed.build(store)
    shed = linkshed.score(store, "classic")
    assert shed.explain("b.com")["equity"] == pytest.approx(0.15 + 0.85 * 0.15)
    assert linkshed.verify(store).id == shed.snapshot


def test_unknown_things_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound):
        linkshed.open(tmp_path)
    made = web("a.com/ -> b.com/ 'x'", tmp_path)
    score(Store.open(tmp_path / "store"), made)
    shed = linkshed.open(tmp_path / "store")
    with pytest.raises(NotFoundError, match=r"c\.com"):
        shed.explain("c.com")
    with pytest.raises(UrlError):
        shed.explain("https://[bad")
    with pytest.raises(AttributeError):
        _ = shed.nonsense
    assert "backlinks" in dir(shed)
    assert issubclass(MissingExtra, linkshed.LinkshedError)
