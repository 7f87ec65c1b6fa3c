"""Golden files: documents that state a tiny web, commands, and what they print.

A ``web`` block holds a web in the notation of ``webs``, an ``again`` block what a look at some of
its pages found a day later; the ``console`` blocks below hold one command each, asked of the newest
look, and its output. ``make docs`` writes the output anew.
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
from webs import FETCHED_AT, publish, rows

FOLDER = Path(__file__).parent / "report"
FILES = tuple(sorted(FOLDER.glob("*.md")))
SETTING = {"COLUMNS": "120", "NO_COLOR": "1"}
_BLOCK = re.compile(r"```(?P<kind>web|again|console)\n(?P<body>.*?)```", re.DOTALL)
_RESIDUAL = re.compile(r"^ *-?\d\.\de[+-]\d\d(?=  residual)", re.MULTILINE)
_BOUND = re.compile(r"(?:(residual below )|(within ))(1e-\d\d|0)\b")
"""What rounding leaves over differs between machines."""
_ID = re.compile(r"\b[0-9a-f]{16}\b")
DAY_SECONDS = 86_400


def refreshed(text: str, folder: Path) -> str:
    """The text with the output of every command as it is now; the stores lie in ``folder``."""
    n_webs = 0

    def block(match: re.Match[str]) -> str:
        nonlocal n_webs
        if match["kind"] == "console":
            command = _command(match["body"])
            output = printed(command.removeprefix("$ linkshed "), folder / str(n_webs))
            return f"```console\n{command}\n{output}```"
        n_webs += match["kind"] == "web"
        make(match["body"], folder / str(n_webs))
        return match[0]

    return _BLOCK.sub(block, text)


def make(text: str, folder: Path) -> None:
    """The scored snapshot of a web; a day later each time."""
    folder.mkdir(exist_ok=True)
    looks = len(list(folder.glob("input-*")))
    made = publish(folder, rows(text, FETCHED_AT + looks * DAY_SECONDS))
    score(Store.open(folder / "store"), made)


def _command(body: str) -> str:
    """The command at the head of a block; quoted words may go over several lines."""
    lines = body.splitlines()
    for n in range(1, len(lines) + 1):
        command = "\n".join(lines[:n])
        try:
            shlex.split(command)
        except ValueError:
            continue
        return command
    raise ValueError(f"a quote is not closed: {body}")


def printed(words: str, folder: Path) -> str:
    """What a command prints. Raises when it fails."""
    setting = SETTING | {"LINKSHED_STORE": str(folder / "store")}
    done = CliRunner().invoke(cli, shlex.split(words), env=setting, catch_exceptions=False)
    if done.exit_code:
        raise ValueError(done.output)
    output = _BOUND.sub(_small, _RESIDUAL.sub(_rounded, done.output))
    output = _ID.sub("0123456789abcdef", output)
    lines = output.strip("\n").splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _rounded(match: re.Match[str]) -> str:
    return "      < 1e-9" if abs(float(match[0])) < 1e-9 else match[0]


def _small(match: re.Match[str]) -> str:
    least = 1e-9 if match[1] else 1e-5
    return f"{match[1] or match[2]}{least:.0e}" if float(match[3]) <= least else match[0]


def main() -> None:
    """Write the output in all golden files anew."""
    for path in FILES:
        with tempfile.TemporaryDirectory() as folder:
            path.write_text(refreshed(path.read_text(encoding="utf-8"), Path(folder)), "utf-8")


if __name__ == "__main__":
    main()
