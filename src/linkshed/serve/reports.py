"""A command for each report."""

from __future__ import annotations

from typing import Any

import click

from linkshed import api
from linkshed.errors import BudgetExceeded
from linkshed.serve import options
from linkshed.serve.export import deliver
from linkshed.serve.scores import note_newer
from linkshed.serve.table import plain

TABLE_ROWS = 100
WITH_REMARKS = ("table", "json")
"""Formats that hold the remarks; in others they have no place."""


def report_command(name: str) -> click.Command:
    """``linkshed <name> SCOPE``, with the report's own options."""
    report = api.REPORTS.load(name).REPORT

    def run(
        scope: str,
        store: str | None,
        snapshot: str,
        format_: str | None,
        output: str | None,
        excel: bool,
        raw: bool,
        limit: str | None,
        **asked: Any,
    ) -> None:
        form = format_ or _form_of(output)
        rows = _limit(limit, TABLE_ROWS if form == "table" and output is None else None)
        web = api.open(store, snapshot)
        note_newer(store, snapshot, web.snapshot)
        result = web.report(name, scope, limit=rows, **asked)
        deliver(result, form, output, excel=excel, raw=raw)
        if result.absent and form not in WITH_REMARKS:
            click.echo(plain(result.remarks[-1]), err=True)
        if result.failures:
            raise BudgetExceeded(f"over budget: {'; '.join(result.failures)}")

    parameters: list[click.Parameter] = [
        click.Argument(["scope"]),
        click.Option(["--mode"], type=click.Choice(options.MODES),
                     help="How to read SCOPE.  [default: from its form]"),
        click.Option(["--where"], help="Filter, JSON or short: 'anchor ~ \"tea\" and equity > 1'."),
        click.Option(["--order-by"], help=f"Columns, each with :asc or :desc.  [default:"
                                          f" {report.order_by or 'as listed'}]"),
        click.Option(["--select"], help="Columns to show, * for all."),
        click.Option(["--limit"], help="Rows; all for every row.  [default: 100 in a table, else"
                                       " all]"),
        click.Option(["--offset"], type=int, default=0, help="Rows to skip."),
        *(_option(option) for option in report.options),
    ]  # fmt: skip
    columns = ", ".join(column.name for column in report.columns)
    command = click.Command(
        name,
        callback=run,
        params=parameters,
        help=f"{report.question}\n\nColumns: {columns}.",
    )
    for decorate in (options.output, options.snapshot, options.store):
        command = decorate(command)  # type: ignore[assignment]
    return command


def _option(option: Any) -> click.Option:
    flag = f"--{option.name.replace('_', '-')}"
    if option.choices:
        return click.Option([flag], type=click.Choice(option.choices), default=option.default,
                            show_default=True, help=option.meaning)  # fmt: skip
    if option.kind == "switch":
        return click.Option([flag], is_flag=True, default=option.default, help=option.meaning)
    told = option.meaning + "; or a file that holds it, - for standard input" * (
        option.kind == "script"
    )
    kinds = {"count": click.INT, "number": click.FLOAT, "script": SCRIPT, "text": click.STRING}
    return click.Option([flag], type=kinds[option.kind], default=option.default,
                        show_default=option.default is not None, help=told)  # fmt: skip


class _Script(click.ParamType[str]):
    """Text given as it is, or the path of the file that holds it; ``-`` is standard input."""

    name = "file or text"

    def convert(self, value: str, param: Any, ctx: Any) -> str:
        if value != "-" and (len(value.split()) > 1 or value.lstrip().startswith(("[", "{"))):
            return value
        with click.File(encoding="utf-8").convert(value, param, ctx) as file:
            return str(file.read())


SCRIPT = _Script()


def _form_of(output: str | None) -> str:
    ending = (output or "").rpartition(".")[2].lower()
    return ending if ending in options.FORMATS else "table"


def _limit(text: str | None, default: int | None) -> int | None:
    if text is None:
        return default
    if text == "all":
        return None
    if not text.isdigit():
        raise click.UsageError(f"--limit {text!r}; allowed: a number of rows, or all")
    return int(text)
