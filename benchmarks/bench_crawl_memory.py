"""Memory of a long crawl: many generated pages, the memory of all its processes sampled.

    python benchmarks/bench_crawl_memory.py --n-pages 200000

A generated site of several hosts is served on this machine; each page links to pages of its own
section and to others drawn by its number. What counts is the resident memory of all processes of
``linkshed crawl`` together, while it fetches and while it reads what it fetched into the store.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from linkshed import api

HOSTS, SECTIONS = 4, 26
WORDS = "tea leaf cup steam pot green black oolong water garden hill spring root stem taste".split()
SAMPLE_SECONDS = 0.5
N_ROWS = 10
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Crawl, sample and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n-pages", type=int, default=200_000)
    parser.add_argument("--n-links", type=int, default=20, help="links on each page")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.n_pages, options.n_links))
        return
    with subprocess.Popen([sys.executable, *sys.argv, "--serve"], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            measure(port, options.n_pages, server.pid)
        finally:
            server.terminate()


@dataclass
class Memory:
    """Samples of resident memory, with the pages fetched by then; ``left_out`` is no part of it."""

    left_out: int
    n_pages: int = 0
    step: str = "crawl"
    is_over: bool = False
    samples: list[tuple[str, int, float, int]] = field(default_factory=list)

    def watch(self) -> None:
        """Sample until it is over."""
        started = time.monotonic()
        while not self.is_over:
            n_bytes = sum(resident(pid) for pid in tree(os.getpid()) - tree(self.left_out))
            self.samples.append((self.step, self.n_pages, time.monotonic() - started, n_bytes))
            time.sleep(SAMPLE_SECONDS)


def measure(port: int, n_pages: int, server: int) -> None:
    """Crawl the site and print the memory in steps of a tenth of it."""
    memory = Memory(server)
    watcher = threading.Thread(target=memory.watch)

    def crawled(progress: object) -> None:
        memory.n_pages = progress.pages  # type: ignore[attr-defined]

    def reading(progress: object) -> None:
        memory.step = "read"

    with tempfile.TemporaryDirectory() as folder:
        watcher.start()
        try:
            counts = api.crawl(
                [f"http://{host(0)}:{port}/"], store=Path(folder, "store"), allow_private=True,
                delay=0.0, concurrency=8, resolve=[f"{host(n)}=127.0.0.1" for n in range(HOSTS)],
                on_progress=crawled, on_reading=reading,
            )  # fmt: skip
        finally:
            memory.is_over = True
            watcher.join()
    assert counts["crawl"]["pages"] >= n_pages, counts["crawl"]["unseen"]
    print(f"{counts['crawl']['pages']:,} pages in {counts['crawl']['seconds']:,.0f} s\n")
    tell(memory, n_pages)


def tell(memory: Memory, n_pages: int) -> None:
    """A table of the largest memory within each tenth of the crawl."""
    print("| pages | seconds | peak memory, MB |\n|---|--:|--:|")
    step = max(n_pages // N_ROWS, 1)
    for low in range(0, n_pages, step):
        part = [s for s in memory.samples if s[0] == "crawl" and low < s[1] <= low + step]
        if part:
            peak = max(n_bytes for *_, n_bytes in part)
            print(f"| to {low + step:,} | {part[-1][2]:,.0f} | {peak / 1e6:,.0f} |")
    read = [s for s in memory.samples if s[0] == "read"]
    if read:
        peak = max(n_bytes for *_, n_bytes in read)
        print(f"| reading all | {read[-1][2]:,.0f} | {peak / 1e6:,.0f} |")


def tree(process: int) -> set[int]:
    """A process and all below it."""
    found = {process}
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                found |= tree(int(child))
    return found


def resident(process: int) -> int:
    """Bytes of memory a process holds; what processes share counts for each."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE_BYTES
    return 0


def host(number: int) -> str:
    """The name of a host of the site."""
    return f"{'www' if number == 0 else f'part{number}'}.large.test"


def path_of(number: int) -> str:
    """Pages lie in sections, so that no bound on addresses of one shape is met."""
    return f"/{chr(ord('a') + number % SECTIONS)}/{number}" if number else "/"


def page(port: int, number: int, n_pages: int, n_links: int) -> bytes:
    """A page: its children in a tree, so that every page is reached, and others by chance."""
    chance = random.Random(number)
    targets = [n for n in range(4 * number + 1, 4 * number + 5) if n < n_pages]
    targets += [chance.randrange(n_pages) for _ in range(n_links - len(targets))]
    words = " ".join(chance.choices(WORDS, k=120))
    hrefs = (f"http://{host(n % HOSTS)}:{port}{path_of(n)}" for n in targets)
    items = "".join(f'<li><a href="{href}">page</a> {words[:60]}</li>' for href in hrefs)
    head = f"<!doctype html><title>Page {number}</title><nav><a href=/>Home</a></nav>"
    return f"{head}<main><h1>Page {number}</h1><p>{words}</p><ul>{items}</ul></main>".encode()


async def serve(n_pages: int, n_links: int) -> None:
    """Serve the site on a free port, and print the port."""
    port = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                write(writer.write, head.split(b" ", 2)[1].decode("latin-1"))
                await writer.drain()
        writer.close()

    def write(send: Callable[[bytes], None], path: str) -> None:
        number = path.rpartition("/")[2]
        is_page = path == "/" or (number.isdigit() and int(number) < n_pages)
        body = page(port, int(number or 0), n_pages, n_links) if is_page else b"not found"
        status = b"200 OK" if is_page else b"404 Not Found"
        send(b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
             % (status, len(body), body))  # fmt: skip

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    main()
