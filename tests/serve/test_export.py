"""Every format gives back what went in, whatever strangers wrote into the cells."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from linkshed.api import Linkshed, Result
from linkshed.errors import StoreError
from linkshed.score.run import score
from linkshed.serve import export
from linkshed.serve.table import counted, plain, show
from linkshed.snapshot.store import Store
from webs import batch, publish, rows

HOSTILE = [
    "=HYPERLINK(\"http://evil\")", "+1", "-1+cmd|'/c calc'!A0", "@SUM(1)", "\tx", "\rx",
    'say "hi", you', "two\nlines", "nul\0here", "\u202eevil", "zero\u200bwidth",
    "\x1b[31mred\x1b[0m", "\x9b31m", "x" * 10_000, "茶 ☕ чай", "", "<script>alert(1)</script>",
]  # fmt: skip


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("export")
    lines = "\n".join(f"a{i}.com/ -> b.com/ 'x'" for i in range(len(HOSTILE)))
    made = rows(lines)
    made.links["anchor"] = HOSTILE
    snapshot = publish(folder, made)
    shed = Linkshed(score(Store.open(folder / "store"), snapshot))
    return shed.backlinks("b.com", grouping="all", order_by="source_url",
                          select="source_url,anchor,equity,is_followed,first_seen,alt")  # fmt: skip


def written(result: Result, form: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    export._write(
        result, form, stream, excel=options.get("excel", False), raw=options.get("raw", False)
    )
    return stream.getvalue()


def anchors(result: Result) -> list[str]:
    return [row["anchor"] for row in result.to_dicts()]


def test_json_and_ndjson_give_every_cell_back(result: Result) -> None:
    whole = json.loads(written(result, "json"))
    lines = [json.loads(line) for line in written(result, "ndjson").decode().splitlines()]
    assert whole["rows"] == lines
    assert [row["anchor"] for row in lines] == anchors(result)
    assert whole["total"] == len(HOSTILE)
    assert lines[0]["alt"] is None
    assert lines[0]["first_seen"] == "2023-11-14T22:13:20Z"


def test_parquet_gives_every_cell_back(result: Result) -> None:
    assert pq.read_table(io.BytesIO(written(result, "parquet"))).equals(result.to_arrow())


def test_raw_csv_gives_every_cell_back(result: Result) -> None:
    text = written(result, "csv", raw=True).decode()
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["anchor"] for row in found] == anchors(result)
    assert found[0]["is_followed"] == "true"
    assert found[0]["alt"] == ""


def test_csv_guards_formulas_and_leaves_numbers(result: Result) -> None:
    content = written(result, "csv", excel=True)
    assert content.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    for row, words in zip(found, anchors(result), strict=True):
        is_formula = words.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert row["anchor"] == ("'" + words if is_formula else words)
        float(row["equity"])


def test_xlsx_holds_texts_as_texts(result: Result) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(result, "xlsx"))).worksheets[0]
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert all(cell.data_type in ("s", "inlineStr", "n") for cell in cells)
    assert cells[anchors(result).index("+1")].value == "+1"
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)


def test_xlsx_goes_on_in_another_sheet(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "SHEET_ROWS", 6)
    book = openpyxl.load_workbook(io.BytesIO(written(result, "xlsx")))
    assert [sheet.max_row for sheet in book] == [6, 6, 6, 3]
    assert all(sheet.cell(1, 1).value == "source_url" for sheet in book)


def test_an_empty_result_still_has_its_head(result: Result, tmp_path: Path) -> None:
    snapshot = publish(tmp_path, batch([], []))
    empty = Linkshed(score(Store.open(tmp_path / "store"), snapshot)).backlinks("b.com")
    for form in ("csv", "xlsx", "json", "ndjson", "parquet", "table"):
        content = written(empty, form)
        assert (b"source_url" in content) == (form in ("csv", "json", "parquet")) or form == "xlsx"


def test_a_terminal_is_not_obeyed_by_strangers(result: Result) -> None:
    text = show(result)
    assert not set(text) & {"\x1b", "\x9b", "\u202e", "\0", "\r"}
    assert plain("\x1b[31m") == "\u241b[31m"


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")
    with pytest.raises(TypeError), export.whole_file(path) as stream:
        stream.writelines([b"half", None])  # type: ignore[list-item]
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(StoreError, match="cannot write"), export.whole_file(tmp_path / "no" / "x"):
        pass


@pytest.mark.parametrize(
    ("n", "things", "said"),
    [
        (1, "links", "1 link"),
        (1, "losses", "1 loss"),
        (1, "links to write", "1 link to write"),
        (2, "links to write", "2 links to write"),
        (0, "moving pages", "0 moving pages"),
        (1, "moving pages", "1 moving page"),
    ],
)
def test_one_thing_is_named_as_one(n: int, things: str, said: str) -> None:
    assert counted(n, things) == said
