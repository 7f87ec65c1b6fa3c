"""``linkshed crawl`` as a person meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from hostile import Page, Server, links, serving

import linkshed

PAGES: dict[str, Page] = {
    "/robots.txt": (404, {}, b""),
    "/": links("/a", "/gone"),
    "/a": links("/"),
    "/listed": "listed",
}


def run(*words: str | Path, env: dict[str, str] | None = None, python: tuple[str, ...] = ()) -> (
    subprocess.CompletedProcess[str]
):  # fmt: skip
    command = [sys.executable, *python, "-m", "linkshed", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120,
                          env=None if env is None else {**os.environ, **env})  # fmt: skip


def quick(server: Server, store: Path) -> list[str]:
    return ["crawl", server.url(), "--store", str(store), "--allow-private", "--delay", "0",
            "--no-sitemaps", "--resolve", "site.test=127.0.0.1", "--workers", "1"]  # fmt: skip


def test_it_crawls_and_the_store_can_be_built_and_asked(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with serving(PAGES) as server:
        listed = tmp_path / "list.txt"
        listed.write_text(f"# more\n\n{server.url('/listed')}\n")
        done = run(*quick(server, store), "--list", listed)
        assert done.returncode == 0, done.stderr
        again = run(*quick(server, store), "--list", listed, "--format", "json")
    words = done.stdout.splitlines()
    assert done.stderr == f"reports tell of it after: linkshed build --store {store}\n"
    assert words[0].startswith("crawled: 4 pages (3 x 200, 1 x 404)")
    assert words[1] == "alive or not: 3 alive, 1 dead"
    assert words[2] == "nothing in the scope was left unseen"
    assert words[3:] == ["records: 4 read = 4 kept + 0 rejected",
                         "links: 3 read = 3 kept + 0 rejected", "pages: 4"]  # fmt: skip
    assert json.loads(again.stdout)["crawl"]["pages"] == 4
    assert run("build", "--store", store, "-q", "--no-score").returncode == 0
    folder = next((store / "crawls").glob("*/0001"))
    read = run("ingest", "crawl", folder, "--store", tmp_path / "other")
    assert read.stdout.splitlines() == words[3:]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["crawl"], "nothing to begin with"),
        (["crawl", "ftp://a.test/"], "http or https"),
        (["crawl", "a.test", "--user", "ann"], "name:password"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(
    words: list[str], told: str, tmp_path: Path
) -> None:
    done = run(*words, "--store", tmp_path / "store")
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "store").exists()


def test_without_scrapy_it_says_how_to_get_it(tmp_path: Path) -> None:
    """In an environment that has every package but Scrapy."""
    packages = tmp_path / "packages"
    packages.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.lower().startswith("scrapy"):
            (packages / path.name).symlink_to(path)
    source = Path(linkshed.__file__).parents[1]
    done = run("crawl", "https://a.test/", "--store", tmp_path / "store", python=("-S",),
               env={"PYTHONPATH": f"{source}{os.pathsep}{packages}"})  # fmt: skip
    assert done.returncode == 7
    assert "scrapy is not installed" in done.stderr
    assert "pip install 'linkshed[crawl]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_is_no_crawl_is_named(tmp_path: Path) -> None:
    done = run("ingest", "crawl", tmp_path, "--store", tmp_path / "store")
    assert done.returncode == 3
    assert "is no crawl" in done.stderr


def test_what_nobody_could_read_is_told(tmp_path: Path) -> None:
    robots = "Sitemap: /here.xml\nSitemap: /lost.xml"
    sitemap = (
        200,
        {"Content-Type": "application/xml"},
        b"<urlset><url><loc>/a</loc></url></urlset>",
    )
    pages: dict[str, Page] = {"/robots.txt": (200, {"Content-Type": "text/plain"}, robots.encode()),
                              "/here.xml": sitemap, "/": links("/door", "/busy", "/a"), "/a": "a",
                              "/door": (403, {}, b"no"), "/busy": (500, {}, b"")}  # fmt: skip
    with serving(pages) as server:
        words = [word for word in quick(server, tmp_path / "store") if word != "--no-sitemaps"]
        done = run(*words, "--looks", "1")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert f"not read: {server.url('/lost.xml')} (http 404)" in lines
    assert "not seen: 2 addresses in the scope" in lines
    assert f"1  blocked, as {server.url('/door')}" in lines
    assert f"1  error, as {server.url('/busy')}" in lines
