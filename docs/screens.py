"""Takes the pictures of the explorer that the documents show, over the demonstration's store.

Run it as ``python docs/screens.py``; it needs Chromium and the packages of the extra ``dev``.
"""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

from linkshed import api
from linkshed.serve.http.app import create_app
from linkshed.serve.http.settings import Settings

FOLDER = Path(__file__).resolve().parent / "screens"
MOST_BYTES = 200_000
SITE = "oolong-journal.example"
PAGE = f"/page?url=https://{SITE}/gongfu/&scope={SITE}"
EDITS = (
    f"add+https://{SITE}/about/+->+https://{SITE}/cups/"
    f"%0Aremove+https://{SITE}/cold-brew/+->+https://{SITE}/gongfu/"
)
SCREENS = (
    ("start", "/", 1280, "light", None),
    ("overview", f"/overview?scope={SITE}", 1280, "light", None),
    ("overview-dark", f"/overview?scope={SITE}", 1280, "dark", None),
    ("backlinks", f"/reports/backlinks?scope={SITE}", 1280, "light", ".drill >> nth=0"),
    ("filter", f"/reports/backlinks?scope={SITE}&where=anchor~tea+and+equity>0.01", 1280, "light",
     "button:has-text('Filter')"),
    ("made", f"/reports/refdomains?scope={SITE}", 1280, "light", "text=How was this made?"),
    ("ledger", PAGE, 1280, "light", None),
    ("ledger-dark", PAGE, 1280, "dark", None),
    ("linkshed", f"/linkshed?scope=https://{SITE}/gongfu/", 1280, "light", None),
    ("graph-dark", f"/graph?scope={SITE}", 1280, "dark", None),
    ("whatif", f"/whatif?scope={SITE}&edits={EDITS}", 1280, "light", None),
    ("audit", f"/audit?scope={SITE}", 1280, "light", None),
    ("phone", f"/reports/backlinks?scope={SITE}", 360, "light", None),
    ("phone-dark", f"/overview?scope={SITE}", 360, "dark", None),
)  # fmt: skip
"""Name, address, width, theme, and what is clicked first."""


def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        store = Path("demo-store")
        archive, _, _ = api.write_demo(store)
        api.ingest("warc", [archive], store=store)
        api.build(store)
        api.score(store)
        with serving(store) as address:
            take(address)


@contextmanager
def serving(store: Path) -> Iterator[str]:
    """The address of a server of a store."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(Settings(str(store))), http="h11", log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def take(address: str) -> None:
    """Take the pictures of a running server."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        sys.exit("no browser: apt install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, query, width, theme, clicked in SCREENS:
            size = {"width": width, "height": 800}
            page = browser.new_page(viewport=size, color_scheme=theme)  # type: ignore[arg-type]
            page.goto(address + query)
            page.wait_for_load_state("networkidle")
            if clicked:
                page.click(clicked)
                page.locator(".wait").wait_for(state="detached")
            picture = FOLDER / f"{name}.png"
            page.screenshot(path=picture, animations="disabled")
            page.close()
            n_bytes = picture.stat().st_size
            print(f"{picture.name}: {n_bytes:,} bytes")
            if n_bytes > MOST_BYTES:
                sys.exit(f"{picture} is larger than {MOST_BYTES:,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
