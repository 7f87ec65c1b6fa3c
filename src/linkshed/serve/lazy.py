"""Command groups that make a command for each member of a registry, when it is asked for."""

from __future__ import annotations

import ast
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from linkshed import api
from linkshed.registry import Registry


class _RegistryGroup(click.Group):
    registry: Registry

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *self.registry]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is None and cmd_name in self.registry:
            found = self.make(cmd_name)
        return found

    def make(self, name: str) -> click.Command:
        raise NotImplementedError

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            known = self.commands.get(name)
            words = known.get_short_help_str(80) if known else first_line(self.registry, name)
            rows.append((name, words))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class ReportGroup(_RegistryGroup):
    """The main group: a command for each report besides the fixed ones."""

    registry = api.REPORTS

    def make(self, name: str) -> click.Command:
        from linkshed.serve.reports import report_command

        return report_command(name)


class ReaderGroup(_RegistryGroup):
    """The group ``ingest``: a command for each reader."""

    registry = api.READERS

    def make(self, name: str) -> click.Command:
        from linkshed.serve.ingests import ingest_command

        return ingest_command(name)


class ScoreGroup(_RegistryGroup):
    """The command ``score``: a command below it for each score on request."""

    registry = replace(api.SCORES, names=api.ON_REQUEST)

    def make(self, name: str) -> click.Command:
        from linkshed.serve.scores import score_command

        return score_command(name)


def first_line(registry: Registry, name: str) -> str:
    """The first line of a member's docstring, without importing it."""
    spec: Any = find_spec(f"linkshed.{registry.stage}.{name}") if name in registry.names else None
    if spec is None or spec.origin is None:
        return ""
    words = ast.get_docstring(ast.parse(Path(spec.origin).read_text(encoding="utf-8")))
    return (words or "").partition("\n")[0]
