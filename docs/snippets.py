"""Runs the commands that the documents show, and puts their real output below them.

A ``console`` block holds one command after ``$`` and its output. A last line ``...`` says that
only as many lines are shown as stand there. Blocks run in order, in one empty folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "tutorial.md")
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)
CHANGING = re.compile(r"\b[0-9a-f]{16}\b|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
"""Snapshot names and times of building differ from run to run."""


def refreshed(text: str, folder: Path) -> str:
    """The text with the output of every command as it is now."""
    return BLOCK.sub(lambda match: _block(match, folder), text)


def run(command: str, folder: Path) -> str:
    """The output of a shell command. Raises CalledProcessError when it fails."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    setting = {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=setting, capture_output=True, text=True, check=True
    )
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.strip("\n").splitlines())


def _block(match: re.Match[str], folder: Path) -> str:
    now, old = run(match["command"], folder), match["output"]
    if old.endswith("...\n"):
        shown = max(old.count("\n") - 1, 1)
        now = "".join(now.splitlines(keepends=True)[:shown]) + "...\n"
    same = CHANGING.sub("", now) == CHANGING.sub("", old)
    return f"```console\n$ {match['command']}\n{old if same else now}```"
