"""Golden files: documents that state a tiny web, commands, and what they print.

A ``web`` block holds a web in the notation of ``webs``; the ``console`` blocks below it hold one
command each, asked of that web, and its output. ``make docs`` writes the output anew.
"""

from __future__ import annotations

import re
import shlex
import tempfile
from pathlib import Path

from click.testing import CliRunner

from linkshed.score.run import score
from linkshed.serve.cli import cli
from linkshed.snapshot.store import Store
from webs import web

FOLDER = Path(__file__).parent / "report"
FILES = tuple(sorted(FOLDER.glob("*.md")))
SETTING = {"COLUMNS": "120", "NO_COLOR": "1"}
_BLOCK = re.compile(r"```(?P<kind>web|console)\n(?P<body>.*?)```", re.DOTALL)
_RESIDUAL = re.compile(r"^ *-?\d\.\de[+-]\d\d(?=  residual)", re.MULTILINE)
"""What rounding leaves over differs between machines."""


def refreshed(text: str, folder: Path) -> str:
    """The text with the output of every command as it is now; the stores lie in ``folder``."""
    n_webs = 0

    def block(match: re.Match[str]) -> str:
        nonlocal n_webs
        if match["kind"] == "console":
            command = match["body"].partition("\n")[0]
            output = printed(command.removeprefix("$ linkshed "), folder / str(n_webs))
            return f"```console\n{command}\n{output}```"
        n_webs += 1
        make(match["body"], folder / str(n_webs))
        return match[0]

    return _BLOCK.sub(block, text)


def make(text: str, folder: Path) -> None:
    """The scored snapshot of a web."""
    folder.mkdir()
    made = web(text, folder)
    score(Store.open(folder / "store"), made)


def printed(words: str, folder: Path) -> str:
    """What a command prints. Raises when it fails."""
    setting = SETTING | {"LINKSHED_STORE": str(folder / "store")}
    done = CliRunner().invoke(cli, shlex.split(words), env=setting, catch_exceptions=False)
    if done.exit_code:
        raise ValueError(done.output)
    lines = _RESIDUAL.sub(_rounded, done.output).strip("\n").splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _rounded(match: re.Match[str]) -> str:
    return "      < 1e-9" if abs(float(match[0])) < 1e-9 else match[0]


def main() -> None:
    """Write the output in all golden files anew."""
    for path in FILES:
        with tempfile.TemporaryDirectory() as folder:
            path.write_text(refreshed(path.read_text(encoding="utf-8"), Path(folder)), "utf-8")


if __name__ == "__main__":
    main()
