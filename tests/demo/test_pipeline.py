"""The demonstration web goes through the real pipeline, and its characters are recognised."""

from __future__ import annotations

import pytest

from linkshed.demo.archive import responses, write
from linkshed.ingest.run import run
from linkshed.schema import Indexability, Resolution
from linkshed.snapshot.build import build
from linkshed.snapshot.intake import Intake
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("demo")
    archive = write(folder / "demo.warc.gz")
    store = Store.create(folder / "store")
    intake = Intake.start(store, "warc", [archive], {})
    result = run("warc", [archive], {}, intake, workers=1, on_progress=lambda _: None)
    assert result.n_kept_records == len(list(responses()))
    assert not result.refused_links
    intake.finish()
    return build(store)


def fact(snapshot: Snapshot, url: str, name: str, table: str = "pages") -> object:
    page = snapshot.page_id(url)
    assert page is not None
    return snapshot.columns(table, [name], page, page + 1)[name][0].as_py()


@pytest.mark.parametrize(
    ("url", "resolution"),
    [
        ("https://old-kettle.example/guide/", Resolution.REDIRECT),
        ("https://old-kettle.example/sale/", Resolution.LOOP),
        ("https://old-kettle.example/catalogue/", Resolution.DEAD),
        ("https://tea-museum.example/catalogue/", Resolution.DEAD),
        ("https://pottery-notes.example/seasoning/print/", Resolution.CANONICAL),
        ("https://pottery-notes.example/glaze/old/", Resolution.SELF),
        ("https://tea-hub.example/", Resolution.SELF),
    ],
)
def test_where_equity_goes(snapshot: Snapshot, url: str, resolution: Resolution) -> None:
    assert fact(snapshot, url, "resolution", "resolution") == resolution


def test_noindex_is_seen(snapshot: Snapshot) -> None:
    url = "https://pottery-notes.example/drafts/"
    assert fact(snapshot, url, "indexability") == Indexability.NOINDEX_META


def test_titles_and_languages_are_read(snapshot: Snapshot) -> None:
    url = "https://teestube.example/anbau/"
    assert str(fact(snapshot, url, "title")).startswith("Teeanbau in Europa")
    assert fact(snapshot, url, "language") == "de"
