"""Damaged archives: all that is whole is kept, and what is not is counted."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import pytest
from archives import ARC_HEAD, arc, gzip_members, http, warc, written, zstd_frames

from linkshed.ingest.warc import framer
from linkshed.ingest.warc.framer import Bad, Raw, grammar_of, records
from linkshed.ingest.warc.grammar import ARC, WARC

HURTS = ("flip", "cut", "insert", "truncate", "zero")


def bodies(path: Path) -> tuple[list[bytes], list[str]]:
    """The bodies of the whole records, and the reasons of the others."""
    grammar = grammar_of(path)
    assert grammar
    found = list(records(path, grammar))
    return [r.body for r in found if isinstance(r, Raw)], [
        r.reason for r in found if isinstance(r, Bad)
    ]


def web(n: int, make=warc) -> list[bytes]:
    """Records with bodies of 40 bytes to 100 KB that compress as real pages do."""
    rng = random.Random(n)
    words = [bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(2_000)]
    sizes = [rng.choice((0, 30, 800, 4_000, 16_000)) for _ in range(n)]
    texts = [b"<p>" + b" ".join(rng.choices(words, k=size)) for size in sizes]
    return [make(f"http://example.com/{i}", http(text)) for i, text in enumerate(texts)]


def hurt(data: bytes, how: str, rng: random.Random) -> tuple[bytes, int, int]:
    """Damaged data, and the first and last-plus-one byte that were touched."""
    lo = rng.randrange(len(data))
    n = rng.choice((100, 5_000, 70_000)) if how == "zero" else rng.choice((1, 4, 20, 300))
    hi = min(len(data), lo + n)
    middle = {
        "flip": bytes(byte ^ rng.randrange(1, 256) for byte in data[lo:hi]),
        "cut": b"",
        "insert": rng.randbytes(n) + data[lo:hi],
        "truncate": b"",
        "zero": bytes(hi - lo),
    }[how]
    if how == "truncate":
        return data[:lo], lo, len(data)
    return data[:lo] + middle + data[hi:], lo, hi


@pytest.mark.parametrize("how", HURTS)
@pytest.mark.parametrize("kind", ["gzip", "zstd", "arc.gz"])
def test_only_members_that_were_hit_are_lost(tmp_path: Path, kind: str, how: str) -> None:
    whole = web(60, arc if kind == "arc.gz" else warc)
    pack = zstd_frames if kind == "zstd" else gzip_members
    members = [pack([record]) for record in whole]
    ends = list(accumulate(map(len, members)))
    data = b"".join(members)
    before, bad = bodies(written(tmp_path, data))
    assert (len(before), bad) == (60, [])
    rng = random.Random(how + kind)
    for _ in range(25):
        damaged, lo, hi = hurt(data, how, rng)
        survivors = [
            body
            for body, begin, end in zip(before, [0, *ends], ends, strict=False)
            if end <= lo or begin >= hi
        ]
        path = written(tmp_path, damaged)
        kept, bad = bodies(path) if survivors else ([], ["damaged"])
        assert not Counter(survivors) - Counter(kept), (lo, hi, "lost whole members")
        assert not Counter(kept) - Counter(before), (lo, hi, "kept damaged bytes")
        assert bad or len(kept) == len(before) or lo in ends, (lo, hi, "loss not counted")


@pytest.mark.parametrize("how", HURTS)
def test_damage_in_a_plain_file_costs_only_what_it_touches(tmp_path: Path, how: str) -> None:
    whole = web(60)
    ends = list(accumulate(map(len, whole)))
    data = b"".join(whole)
    before, _ = bodies(written(tmp_path, data, "a.warc"))
    rng = random.Random(how)
    for _ in range(25):
        damaged, lo, hi = hurt(data, how, rng)
        survivors = [
            body
            for body, begin, end in zip(before, [0, *ends], ends, strict=False)
            if end <= lo or begin >= hi
        ]
        kept, _ = bodies(written(tmp_path, damaged, "a.warc")) if survivors else ([], [])
        assert not Counter(survivors) - Counter(kept), (lo, hi)


def test_one_member_for_the_whole_file_loses_little(tmp_path: Path) -> None:
    data = gzip.compress(b"".join(web(200)))
    rng = random.Random(1)
    before, bad = bodies(written(tmp_path, data))
    assert (len(before), bad) == (200, [])
    for _ in range(20):
        at = rng.randrange(100, len(data))
        kept, bad = bodies(written(tmp_path, data[:at] + b"\xff" + data[at + 1 :]))
        assert bad or kept == before
        n_sure = max(0, int(200 * at / len(data) * 0.8) - 5)
        assert kept[:n_sure] == before[:n_sure]


def test_a_cut_checksum_loses_nothing(tmp_path: Path) -> None:
    whole = web(3)
    kept, bad = bodies(written(tmp_path, gzip_members(whole)[:-8]))
    assert (len(kept), bad) == (3, [])


@pytest.mark.parametrize(("n_cut", "reasons"), [(40, ["truncated"]), (80, ["truncated"])])
def test_a_cut_member_is_truncated(tmp_path: Path, n_cut: int, reasons: list[str]) -> None:
    kept, bad = bodies(written(tmp_path, gzip_members(web(3))[:-n_cut]))
    assert (len(kept), bad) == (2, reasons)


def test_zero_bytes_behind_the_last_member_are_padding(tmp_path: Path) -> None:
    kept, bad = bodies(written(tmp_path, gzip_members(web(3)) + bytes(1_000)))
    assert (len(kept), bad) == (3, [])


def test_a_record_may_go_on_in_the_next_member(tmp_path: Path) -> None:
    whole = b"".join(web(40))
    parts = [whole[at : at + 1_000] for at in range(0, len(whole), 1_000)]
    kept, bad = bodies(written(tmp_path, gzip_members(parts)))
    assert (len(kept), bad) == (40, [])


def test_a_record_cut_at_a_member_border_does_not_swallow_the_next(tmp_path: Path) -> None:
    first, second = warc(block=http(b"x" * 5_000))[:3_000], warc("http://example.com/2")
    kept, bad = bodies(written(tmp_path, gzip_members([first, second])))
    assert (kept, bad) == ([http()], ["truncated"])


@pytest.mark.parametrize("length", [3, 40, 100_000, 99_999_999_999, None])
@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_wrong_length_costs_one_record(tmp_path: Path, name: str, length: int | None) -> None:
    wrong = warc(length=length) if length else warc(Content_Length="")
    rest = [warc(f"http://example.com/{i}") for i in range(3)]
    whole = [rest[0], wrong, *rest[1:]]
    data = gzip_members(whole) if name.endswith("gz") else b"".join(whole)
    kept, bad = bodies(written(tmp_path, data, name))
    assert (len(kept), len(bad)) == (3, 1)


def test_a_body_over_the_cap_is_refused_and_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framer, "MAX_BODY_BYTES", 100_000)
    big = warc(block=http(b"y" * 3_000_000))
    whole = [warc("http://example.com/1"), big, warc("http://example.com/2")]
    for data, name in ((b"".join(whole), "a.warc"), (gzip_members(whole), "a.warc.gz")):
        kept, bad = bodies(written(tmp_path, data, name))
        assert (len(kept), bad) == (2, ["too_large"])


def test_text_between_records_is_counted(tmp_path: Path) -> None:
    data = warc() + b"this is no record\r\n\r\n" + warc("http://example.com/2")
    kept, bad = bodies(written(tmp_path, data, "a.warc"))
    assert (len(kept), bad) == (1, ["damaged"])


def test_a_damaged_first_record_does_not_hide_the_format(tmp_path: Path) -> None:
    members = [gzip_members([record]) for record in web(4)]
    path = written(tmp_path, b"\x1f\x8b\x08garbage" + members[0][10:] + b"".join(members[1:]))
    kept, bad = bodies(path)
    assert (len(kept), bad) == (3, ["damaged"])


@pytest.mark.parametrize("pack", [gzip_members, zstd_frames])
@pytest.mark.parametrize("n_bytes", [1, 2, 3, 4])
def test_damaged_first_bytes_do_not_hide_the_compression(
    tmp_path: Path, pack: Callable[[list[bytes]], bytes], n_bytes: int
) -> None:
    path = written(tmp_path, b"\xff" * n_bytes + pack(web(4))[n_bytes:])
    kept, bad = bodies(path)
    assert (len(kept), bad) == (3, ["damaged"])


@pytest.mark.parametrize("packed", [False, True])
def test_zstandard_with_a_dictionary(tmp_path: Path, packed: bool) -> None:
    whole = web(20)
    dictionary = b"".join(whole)[:20_000]
    path = written(tmp_path, zstd_frames(whole, dictionary, packed), "a.warc.zst")
    kept, bad = bodies(path)
    assert (len(kept), bad) == (20, [])


def test_zstandard_in_one_large_frame(tmp_path: Path) -> None:
    whole = [*web(30), warc(block=http(random.Random(2).randbytes(6_000_000)))]
    path = written(tmp_path, zstd_frames([b"".join(whole)]), "a.warc.zst")
    kept, bad = bodies(path)
    assert (len(kept), bad) == (31, [])


def test_arc_in_all_forms(tmp_path: Path) -> None:
    whole = [ARC_HEAD, *web(10, arc)]
    for data in (b"".join(whole), gzip_members(whole), gzip.compress(b"".join(whole))):
        path = written(tmp_path, data, "a.arc")
        assert grammar_of(path) is ARC
        kept, bad = bodies(path)
        assert (len(kept), bad) == (11, [])


def test_offsets_are_where_the_records_lie(tmp_path: Path) -> None:
    whole = web(20)
    for pack in (b"".join, gzip_members, zstd_frames):
        data = pack(whole)
        path = written(tmp_path, data)
        begins = [0, *accumulate(len(pack([record])) for record in whole)][:-1]
        assert [r.begin for r in records(path, WARC)] == begins
