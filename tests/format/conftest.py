"""The snapshot under test: one named with --snapshot, else one built here."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkshed.score.run import score
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from webs import web

WEB = """
hub.com/ -> a.co.uk/ 'a site' header
hub.com/ -> a.co.uk/x 'its page'
hub.com/ -> a.co.uk/x 'its page'
hub.com/ -> http://b-c.com/ 'b' nofollow footer
hub.com/ -> b.com:8080/ 'port'
www.b.com/ -> hub.com/ 'hub'
old.hub.com/ redirect hub.com/
a.co.uk/x canonical a.co.uk/
a.co.uk/gone status=404
"""


@pytest.fixture(scope="session")
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The store whose latest snapshot is checked."""
    if named := request.config.getoption("--snapshot"):
        return Store.open(Path(named))
    folder = tmp_path_factory.mktemp("format")
    made = web(WEB, folder)
    opened = Store.open(folder / "store")
    score(opened, made)
    return opened


@pytest.fixture(scope="session")
def snapshot(store: Store) -> Snapshot:
    """The snapshot under test."""
    return store.snapshot()
