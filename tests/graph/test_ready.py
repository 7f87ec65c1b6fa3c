"""What is compiled ahead is what the first questions run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from linkshed import api
from webs import publish, rows

SITE = """
    tea.com/ -> tea.com/green 'Green tea'
    tea.com/ -> tea.com/water 'Water' nav
    tea.com/green -> tea.com/ 'Home' nav
    tea.com/water -> tea.com/ 'Home' nav
    tea.com/water -> tea.com/gone 'gone'
    tea.com/gone status=404
    wiki.net/a -> tea.com/green 'tea'
"""
ASKED = """
import sys
from linkshed import api
from numba.core.dispatcher import Dispatcher

def compiled():
    modules = [m for name, m in sys.modules.items() if name.startswith("linkshed.graph")]
    kernels = {k for m in modules for k in vars(m).values() if isinstance(k, Dispatcher)}
    return {(k.__name__, str(s)) for k in kernels for s in k.signatures}

api.ready()
before = compiled()
assert len(before) > 10
web = api.open(sys.argv[1])
web.report("dilution", "tea.com", reach=0, pages=2).to_dicts()
web.report("whatif", "tea.com", edits="noindex https://tea.com/green").to_dicts()
web.report("optimise", "tea.com").to_dicts()
web.report("waste", "tea.com").to_dicts()
web.report("risk", "tea.com").to_dicts()
web.report("linkshed", "tea.com").to_dicts()
web.report("robustness", "tea.com").to_dicts()
for more in sorted(compiled() - before):
    print(more)
"""


def test_the_first_questions_compile_nothing(tmp_path: Path) -> None:
    publish(tmp_path, rows(SITE))
    api.score(tmp_path / "store")
    words = [sys.executable, "-c", ASKED, str(tmp_path / "store")]
    told = subprocess.run(words, capture_output=True, text=True, check=True)
    assert told.stdout == ""
