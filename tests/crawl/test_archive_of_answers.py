"""What a crawl stores is a web archive that other programs read, and that it reads again itself."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from linkshed.ingest.crawl.archive import Archive, exists, read_answer, segments
from linkshed.ingest.crawl.discover import Answer

AT = 1_700_000_000
NAMES = st.from_regex(r"X-[A-Za-z]{1,9}", fullmatch=True)
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)
ANSWERS = st.lists(
    st.tuples(st.sampled_from([200, 301, 404, 503]), st.lists(st.tuples(NAMES, VALUES), max_size=3),
              st.binary(max_size=200)), min_size=1, max_size=4,
)  # fmt: skip


def stored(folder: Path, answers: list[Answer]) -> list[tuple[int, int]]:
    archive = Archive(folder, 0, 0)
    places = [archive.add(answer, AT, "192.0.2.7") for answer in answers]
    archive.close()
    return places


@given(ANSWERS)
def test_another_reader_finds_the_same_answers(
    tmp_path_factory: object, written: list[tuple[int, list[tuple[str, str]], bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("archive")  # type: ignore[attr-defined]
    answers = [Answer(f"https://a.test/{n}", *parts) for n, parts in enumerate(written)]
    places = stored(folder, answers)
    with segments(folder)[0].open("rb") as file:
        records = [
            (r.rec_headers["WARC-Target-URI"], int(r.http_headers.get_statuscode()),
             r.http_headers.headers[:-1], r.content_stream().read())
            for r in ArchiveIterator(file) if r.rec_type == "response"
        ]  # fmt: skip
    assert records == [(a.url, a.status, a.headers, a.body) for a in answers]
    for answer, place in zip(answers, places, strict=True):
        found = read_answer(folder, *place, answer.url)
        assert found is not None
        assert (found.status, found.headers[:-1], found.body) == (
            answer.status, answer.headers, answer.body,
        )  # fmt: skip


def test_what_was_written_and_not_counted_is_cut_off(tmp_path: Path) -> None:
    places = stored(tmp_path, [Answer(f"https://a.test/{n}", 200, [], b"x") for n in range(3)])
    archive = Archive(tmp_path, *places[2])
    assert not archive.is_short
    assert archive.add(Answer("https://a.test/again", 200, [], b"y"), AT, "") == places[2]
    archive.close()
    with segments(tmp_path)[0].open("rb") as file:
        urls = [r.rec_headers["WARC-Target-URI"] for r in ArchiveIterator(file)]
    assert urls == [None, "https://a.test/0", "https://a.test/1", "https://a.test/again"]


def test_a_header_cannot_end_its_line(tmp_path: Path) -> None:
    [place] = stored(tmp_path, [Answer("https://a.test/", 200, [("X", "a\r\n\r\nb\0c")], b"body")])
    found = read_answer(tmp_path, *place, "https://a.test/")
    assert found is not None
    assert (found.header("x"), found.body) == ("a    b c", b"body")


def test_an_answer_that_is_gone_is_none(tmp_path: Path) -> None:
    assert read_answer(tmp_path, 0, 0, "https://a.test/") is None
    assert not exists(tmp_path, 0)
    [(segment, offset)] = stored(tmp_path, [Answer("https://a.test/", 200, [], b"x")])
    assert read_answer(tmp_path, segment, offset + 1, "https://a.test/") is None
