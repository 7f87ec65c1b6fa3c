"""Tables of links: every encoding and spelling, hostile cells, counts that add up."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from folder_sink import FolderSink
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linkshed.errors import FormatError, NotFoundError, ParameterError
from linkshed.ingest import links as reader
from linkshed.ingest import stream
from linkshed.ingest.links import cells, cut
from linkshed.ingest.links.cut import last_record_end
from linkshed.ingest.reader import Batch, Item, Refused
from linkshed.ingest.run import run
from linkshed.schema import AnchorKind, LinkKind, Placement, Rel

HEADER = "url_from,url_to,anchor\n"
A, B = "https://a.example/", "https://b.example/"


def written(folder: Path, content: str | bytes, name: str = "links.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path) -> tuple[Batch, list[Refused]]:
    assert reader.inputs([path], {}) == [path]
    found = list(reader.items(path, {}))
    batch = reader.rows(path, [item for item in found if isinstance(item, Item)], {})
    assert {len(column) for column in batch.links.values()} == {batch.n_links}
    assert batch.n_records == batch.n_links + batch.refused_records.total()
    offsets = [item.offset for item in found if isinstance(item, Item)]
    assert offsets == sorted(offsets)
    assert max(offsets, default=0) <= reader.size(path)
    return batch, [item for item in found if isinstance(item, Refused)]


def table(folder: Path, text: str | bytes) -> Batch:
    batch, broken = read(written(folder, text))
    assert not broken
    return batch


def refused(batch: Batch) -> list[tuple[str, str]]:
    return list(zip(batch.rejects["locator"], batch.rejects["reason"], strict=True))


def test_a_plain_table(tmp_path: Path) -> None:
    batch = table(tmp_path, HEADER + f"{A}x#top,{B},  best \n".replace("\n", "") + "\n")
    assert batch.links["source_url"] == [A + "x"]
    assert batch.links["target_url"] == [B]
    assert batch.links["anchor"] == ["best"]
    assert batch.links["kind"] == [LinkKind.TEXT]
    assert batch.links["last_verified"] == [None]
    assert batch.pages["url"] == []


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", "gzip"]
)
def test_delimiters_and_encodings(tmp_path: Path, delimiter: str, encoding: str) -> None:
    cells = [["URL From", "url TO", "Anchor"], [A, B, 'Tee, "grün"; é\t|\nzwei'], [A, B, ""]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(cells)
    marks = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    plain = "utf-8" if encoding == "gzip" else encoding
    content = marks.get(encoding, b"") + text.getvalue().encode(plain)
    batch = table(tmp_path, gzip.compress(content) if encoding == "gzip" else content)
    assert batch.links["anchor"] == ['Tee, "grün"; é | zwei', ""]
    assert batch.links["anchor_kind"] == [AnchorKind.DESCRIPTIVE, AnchorKind.EMPTY]
    assert batch.links["ordinal"] == [0, 1]


def test_all_known_columns(tmp_path: Path) -> None:
    header = (
        "Source URL;target_url;Link Type;rel;nofollow;UGC;Sponsored;Anchor;alt;is content;"
        "snippet_left;Context Right;position;First Seen;last_seen;http_code;Title;Fresh;DR"
    )
    row = (
        f"{A};{B};image;noopener;yes;0;TRUE;;a cup;true;before;;0.25;2025-10-22 19:38:16;"
        "2025-10-23T00:00:00+02:00;200;Tea;x;71"
    )
    path = written(tmp_path, f"{header}\n{row}\n")
    batch, _ = read(path)
    link = {name: column[0] for name, column in batch.links.items()}
    assert link == {
        "source_url": A,
        "target_url": B,
        "kind": LinkKind.IMAGE,
        "rel": Rel.NOOPENER | Rel.NOFOLLOW | Rel.SPONSORED,
        "placement": Placement.CONTENT,
        "anchor": "a cup",
        "anchor_kind": AnchorKind.DESCRIPTIVE,
        "ordinal": 0,
        "position": 0.25,
        "n_block": None,
        "first_seen": 1_761_161_896,
        "last_seen": 1_761_170_400,
        "last_verified": None,
        "is_scripted": None,
        "alt": "a cup",
        "context_left": "before",
        "context_right": None,
        "path": None,
    }
    page = {name: column[0] for name, column in batch.pages.items()}
    assert (page["url"], page["status"], page["title"]) == (A, 200, "Tea")
    assert page["fetched_at"] is None
    assert page["is_noindex"] is None
    assert reader.notes(path) == [f"{path}: columns left out, as unknown: Fresh, DR"]


def test_page_rows_only_where_a_status_is_given(tmp_path: Path) -> None:
    rows = f"{A},{B},200\n{A},{B}2,200\n{B},{A},\n{B}x,{A},404\n{B}y,{A},0\n"
    batch = table(tmp_path, "url_from,url_to,status\n" + rows)
    assert list(zip(batch.pages["url"], batch.pages["status"], strict=True)) == [
        (A, 200),
        (B + "x", 404),
    ]
    assert batch.n_links == 5


def test_words_unknown_is_not_words_empty(tmp_path: Path) -> None:
    batch = table(tmp_path, f"url_from,url_to\n{A},{B}\n")
    assert batch.links["anchor_kind"] == [AnchorKind.DESCRIPTIVE]


def test_rejects_name_the_line(tmp_path: Path) -> None:
    lines = [
        "url_from,url_to,anchor,first_seen,nofollow",
        f'{A},{B},"two',
        'lines",2025-01-01,',
        "",
        f"{A},{B},short",
        f"{A},{B},long,2025-01-01,true,more",
        f"{A},not a url,x,,",
        f"javascript:x,{B},x,,",
        f"{A},http://x%2Cbank.com/,x,,",
        f"{A},{B},x,yesterday,",
        f"{A},{B},x,,maybe",
        f"{A},{B},kept,,",
    ]
    batch = table(tmp_path, "\r\n".join(lines))
    assert refused(batch) == [
        ("line 5", "bad_row"),
        ("line 6", "bad_row"),
        ("line 7", "bad_url"),
        ("line 8", "javascript"),
        ("line 9", "bad_host"),
        ("line 10", "bad_value"),
        ("line 11", "bad_value"),
    ]
    assert batch.links["anchor"] == ["two lines", "kept"]
    assert batch.n_records == 9


def test_hostile_cells(tmp_path: Path) -> None:
    anchors = [
        "nul \0 here",
        "=HYPERLINK(1)",
        "\ufeffmark",
        "😀" * 1000,
        'say ""x""',
        "x" * 200_000,
    ]
    body = "".join(f'{A},{B},"{anchor}"\n' for anchor in anchors)
    batch = table(tmp_path, HEADER + body)
    assert batch.links["anchor"] == [anchor.replace('""', '"') for anchor in anchors]


def test_a_quote_inside_a_cell_is_plain(tmp_path: Path) -> None:
    batch = table(tmp_path, HEADER + f'{A},{B},5" disc\n{A},{B},x\n{A},{B},7" disc\n')
    assert batch.links["anchor"] == ['5" disc', "x", '7" disc']


def test_a_quote_never_closed_costs_one_row(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + f'{A},{B},a\n{A},{B},"b\n{A},{B},c\n{A},{B},d')
    batch, broken = read(path)
    assert batch.links["anchor"] == ["a", "c", "d"]
    assert [(item.reason, item.locator) for item in broken] == [("bad_row", "line 3")]


def test_a_row_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "BLOCK_BYTES", 1_000)
    monkeypatch.setattr(cut, "MAX_RECORD_BYTES", 2_000_000)
    body = f"{A},{B},a\n{A},{B}," + "x" * 7_000_000 + f"\n{A},{B},b\n"
    batch, broken = read(written(tmp_path, HEADER + body))
    assert batch.links["anchor"] == ["a", "b"]
    assert [(item.reason, item.locator) for item in broken] == [("too_large", "line 3")]


def test_bytes_that_are_no_utf8_refuse_their_row_only(tmp_path: Path) -> None:
    filler = f"{A},{B},ä\n".encode() * 60_000
    content = HEADER.encode() + filler + f"{A},{B},".encode() + b"caf\xe9\n" + filler
    batch = table(tmp_path, content)
    assert refused(batch) == [("line 60002", "bad_value")]
    assert batch.n_links == 120_000


def test_a_truncated_or_damaged_gzip_keeps_what_came_before(tmp_path: Path) -> None:
    body = HEADER + "".join(f"{A}{n},{B}{n * 7919},{n}\n" for n in range(50_000))
    packed = gzip.compress(body.encode())
    batch, broken = read(written(tmp_path, packed[: len(packed) // 2]))
    assert 10_000 < batch.n_links < 50_000
    assert broken[-1].reason == "truncated"
    batch, broken = read(written(tmp_path, packed + b"no gzip member"))
    assert batch.n_links == 50_000
    assert broken[-1].reason == "damaged"
    assert gzip_members_read(tmp_path) == 2


def gzip_members_read(folder: Path) -> int:
    parts = gzip.compress(f"{HEADER}{A},{B},1\n".encode()) + gzip.compress(f"{A},{B},2\n".encode())
    return table(folder, parts).n_links


PARQUET: dict[str, Any] = {
    "URL from": [A, A, None, B],
    "url_to": [B, B, B, "nowhere"],
    "anchor": pa.array(["x", "x", "y", "z"]).dictionary_encode(),
    "nofollow": [True, False, None, True],
    "rel": [["ugc", "me"], [], None, None],
    "first_seen": pa.array([1_700_000_000_000, None, None, None], pa.timestamp("ms")),
    "status": pa.array([200, 200, None, 404], pa.int16()),
    "other": [1, 2, 3, 4],
}


@pytest.mark.parametrize("group_rows", [1, 3, 100])
def test_parquet(tmp_path: Path, group_rows: int) -> None:
    path = tmp_path / "links.parquet"
    pq.write_table(pa.table(PARQUET), path, row_group_size=group_rows)
    batch, broken = read(path)
    assert not broken
    assert batch.links["rel"] == [Rel.NOFOLLOW | Rel.UGC | Rel.ME, 0]
    assert batch.links["first_seen"] == [1_700_000_000, None]
    assert refused(batch) == [("row 3", "bad_url"), ("row 4", "bad_url")]
    assert reader.notes(path) == [f"{path}: columns left out, as unknown: other"]


def test_a_damaged_parquet_group_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "links.parquet"
    rows = {
        "url_from": [f"{A}{n}" for n in range(3000)],
        "url_to": [f"{B}{n}" for n in range(3000)],
    }
    pq.write_table(pa.table(rows), path, row_group_size=1000, use_dictionary=False)
    content = bytearray(path.read_bytes())
    middle = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    content[middle : middle + 400] = b"\xff" * 400
    path.write_bytes(content)
    batch, broken = read(path)
    assert batch.n_links == 2000
    assert [(item.reason, item.locator) for item in broken] == [("damaged", "row 1001 to 2000")]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"a,b\n1,2\n", "no column url_from and url_to; its columns are: a, b"),
        (b"url_from,x\n", "no column url_to; its columns are: url_from, x"),
        (b"PK\x03\x04rest", "XLSX"),
        (b"PAR1 no parquet at all", "cannot be read as Parquet"),
        (b"\x28\xb5\x2f\xfd....", "Zstandard"),
        (b"\x1f\x8b\x08\x00broken", "is empty"),
        (b"\0\1\2\3" * 1000, "no column"),
    ],
)
def test_what_is_no_table_of_links(tmp_path: Path, content: bytes, part: str) -> None:
    with pytest.raises(FormatError) as caught:
        reader.inputs([written(tmp_path, content)], {})
    assert part in str(caught.value)
    assert caught.value.allowed or caught.value.repair


def test_wrong_paths(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        reader.inputs([tmp_path / "absent.csv"], {})
    with pytest.raises(FormatError):
        reader.inputs([tmp_path], {})
    with pytest.raises(ParameterError):
        reader.inputs([], {})


@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_over_all_cores(tmp_path: Path, workers: int) -> None:
    body = "".join(f"{A}{n % 997},{B}{n},word {n % 13}\n" for n in range(200_000))
    path = written(tmp_path, HEADER + body + f"{A},nowhere,x\n")
    store = tmp_path / "store"
    store.mkdir()
    sink = FolderSink(store)
    result = run("links", [path], {}, sink, workers=workers)
    assert (result.n_records, result.n_kept_records) == (200_001, 200_000)
    assert result.refused_records == {"bad_url": 1}
    kept = [row[1] for row in sink.rows("links")]
    assert kept == [f"{B}{n}" for n in range(200_000)]


CELLS = st.text(st.sampled_from('",\n\r;\tab \0é'), max_size=8)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, block=st.integers(1, 60), raw=st.none() | st.text(st.sampled_from('",\nab')))
@example(rows=[], block=1, raw='a"b,"\n"')
def test_kept_and_refused_add_up_however_it_is_cut(
    tmp_path: Path, rows: list[list[str]], block: int, raw: str | None
) -> None:
    """A block border moves no row, and no row gets lost."""
    text = io.StringIO()
    csv.writer(text).writerows([[A, B, *row] for row in rows])
    body = text.getvalue() if raw is None else raw
    path = written(tmp_path, HEADER + body)
    whole, _ = read(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cut, "BLOCK_BYTES", block)
        patch.setattr(stream, "_READ_BYTES", block)
        parts, _ = read(path)
    parts.links["ordinal"] = whole.links["ordinal"]
    assert parts.links == whole.links
    assert sorted(refused(parts)) == sorted(refused(whole))
    if raw is None:
        assert whole.n_records == len(rows)
        kept = [" ".join(row[0].split()) for row in rows if len(row) == 1]
        assert whole.links["anchor"] == kept


@given(st.text(st.sampled_from('",\nab\r'), max_size=60))
def test_a_record_ends_where_csv_says(text: str) -> None:
    ends = {0}
    lines = text.splitlines(keepends=True)
    found = csv.reader(io.StringIO(text, newline=""))
    n_read = 0
    for _ in found:
        upto = "".join(lines[: found.line_num])
        n_read = len(upto)
        if upto.endswith("\n") and _is_closed(text[:n_read]):
            ends.add(n_read)
    assert last_record_end(text.encode(), ord(",")) == max(ends)


def _is_closed(text: str) -> bool:
    """Whether another line after the text would be a record of its own."""
    more = list(csv.reader(io.StringIO(text + "zz,zz\n", newline="")))
    return more[-1] == ["zz", "zz"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2025-10-22", 1_761_091_200),
        ("2025/10/22", 1_761_091_200),
        ("20251022", 1_761_091_200),
        ("2025-10-22T00:00:00Z", 1_761_091_200),
        ("2025-10-22 00:00:00 UTC", 1_761_091_200),
        ("1761091200", 1_761_091_200),
        ("1761091200000", 1_761_091_200),
        ("  ", None),
    ],
)
def test_times(text: str, seconds: int | None) -> None:
    assert cells.time(text) == seconds


@pytest.mark.parametrize("text", ["22/10/2025", "yesterday", "1650-01-01", "9999-01-01", "-1", "5"])
def test_times_that_say_nothing_sure_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="allowed"):
        cells.time(text)
