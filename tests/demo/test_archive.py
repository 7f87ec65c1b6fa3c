"""The demonstration web is what it says it is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from linkshed.demo.archive import Response, responses, write

NEVER_READ = {"harbour-tea-circle.example"}


@pytest.fixture(scope="module")
def web() -> dict[str, Response]:
    return {response.url: response for response in responses()}


def test_no_two_pages_share_a_url(web: dict[str, Response]) -> None:
    assert len(list(responses())) == len(web)


def test_it_is_small_and_has_a_dozen_sites(web: dict[str, Response]) -> None:
    assert 80 <= len(web) <= 150
    hosts = {urlsplit(url).hostname or "" for url in web}
    assert len(hosts) >= 12
    assert all(host.endswith(".example") for host in hosts)


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.warc.gz"), write(tmp_path / "b.warc.gz")
    assert first.read_bytes() == second.read_bytes()


def test_another_program_reads_it(tmp_path: Path, web: dict[str, Response]) -> None:
    with write(tmp_path / "demo.warc.gz").open("rb") as file:
        read = {
            record.rec_headers.get_header("WARC-Target-URI"): (
                int(record.http_headers.get_statuscode()),
                record.content_stream().read().decode(),
            )
            for record in ArchiveIterator(file)
        }
    assert read == {url: (response.status, response.body) for url, response in web.items()}


def test_every_link_leads_to_a_page_of_the_web(web: dict[str, Response]) -> None:
    targets = {target for response in web.values() for target in links(response)}
    missing = {url for url in targets - set(web) if urlsplit(url).hostname not in NEVER_READ}
    assert missing == set()


def test_the_statuses(web: dict[str, Response]) -> None:
    counts = Counter(response.status for response in web.values() if response.status != 200)
    assert counts == {301: 4, 302: 3, 308: 1, 404: 4, 410: 1, 500: 1}


def test_the_declared_peculiarities(web: dict[str, Response]) -> None:
    bodies = "".join(response.body for response in web.values())
    assert bodies.count('name="robots" content="noindex') == 5
    assert bodies.count('rel="canonical"') == 3
    assert bodies.count('<html lang="de">') > 3
    rels = Counter(re.findall(r' rel="([^"]+)"', bodies))
    assert rels["ugc nofollow"] > 10
    assert rels["sponsored nofollow"] > 5
    assert rels["tag"] > 5


def test_one_page_is_an_orphan_and_one_chain_is_a_loop(web: dict[str, Response]) -> None:
    targets = {target for response in web.values() for target in links(response)}
    assert "https://brewing-manual.example/notes/water-table/" not in targets
    loop = "https://old-kettle.example/sale/"
    assert web[web[loop].location].location == loop


def links(response: Response) -> set[str]:
    """Absolute targets of a response: its links and where it redirects to."""
    found = re.findall(r'<a href="([^"]+)"', response.body)
    return {urljoin(response.url, href) for href in [*found, response.location] if href}
