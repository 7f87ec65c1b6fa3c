"""Writes docs/reference from what the code declares, and the output the documents show.

Run it as ``python docs/generate.py``.
"""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum, IntFlag, StrEnum
from pathlib import Path

import click
from events_page import events_parts
from http_page import http_parts
from mcp_page import mcp_parts
from snippets import DOCUMENTS, refreshed

from linkshed import errors
from linkshed.charts import CHARTS
from linkshed.ingest import READERS
from linkshed.ingest.reader import Option
from linkshed.report import REPORTS
from linkshed.report.report import Report
from linkshed.schema import TABLES, Column, enums
from linkshed.score import ON_REQUEST, SCORES
from linkshed.serve.cli import cli
from linkshed.simulate.risk import markers
from linkshed.simulate.risk.lexicon import PAID

FOLDER = Path(__file__).parent / "reference"
NOTE = "<!-- Written from the code by docs/generate.py: change the code, then run `make docs`. -->"


def main() -> None:
    """Write every page of the reference, and refresh the output shown elsewhere."""
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / f"{name}.md").write_text(page(), encoding="utf-8")
    for path in DOCUMENTS:
        with tempfile.TemporaryDirectory() as folder:
            text = refreshed(path.read_text(encoding="utf-8"), Path(folder))
        path.write_text(text, encoding="utf-8")


def cli_page() -> str:
    """Every command with its help, as the command line shows it."""
    parts = ["Every command, with the help it prints."]
    for path, command in commands(cli, ("linkshed",)):
        context = click.Context(
            command, info_name=" ".join(path), terminal_width=90, **cli.context_settings
        )
        parts += [f"## {' '.join(path)}", f"```text\n{command.get_help(context).strip()}\n```"]
    return document("Command line", parts)


def commands(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all below it, each with its words."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, (*path, name))


def reports_page() -> str:
    """Every report: its question, options and columns."""
    parts = ["Each report answers one question about a scope. Bold columns are shown by default."
             " The examples state a tiny web, commands, and what they print."]  # fmt: skip
    for name in REPORTS.names:
        report = REPORTS.load(name).REPORT
        order = report.order_by or "as listed"
        example = f"[Example](../../tests/report/{name}.md)."
        parts += [f"## {name}", f"{report.question} {example}",
                  f"A row is one of: {report.unit}. Order: {order}.{watched(report)}"]  # fmt: skip
        parts += [f"* `{option.name}`: {option.meaning} (default: {option.default})"
                  for option in report.options]  # fmt: skip
        parts.append(column_table(report.columns, set(report.select)))
        parts += [f"Also, as `{prefix}...`, the columns of `{table}` that"
                  " [scores on request](scores.md) make."
                  for table, prefix in report.shows]  # fmt: skip
    return document("Reports", parts)


def watched(report: Report) -> str:
    """What of a report's rows a watch can be restricted to."""
    if not report.watchable:
        return ""
    things = " or ".join(report.watchable)
    return f" Rows go [on watch lists](../how-to.md#be-told-what-changes), by their {things}."


def charts_page() -> str:
    """Every chart: what it shows, and the report whose rows it draws."""
    intro = (
        "`web.chart(NAME, SCOPE)` asks for the rows and draws them; `result.figure(NAME)` draws"
        " rows that are there. Each has a sentence and a table of the same numbers."
    )
    rows = ["| chart | shows | question | rows of |", "|---|---|---|---|"]
    for name in CHARTS.names:
        module = CHARTS.load(name)
        chart = module.CHART
        question = str(inspect.getdoc(module)).splitlines()[0]
        rows.append(cell_line([f"`{name}`", chart.title, question, f"`{chart.report}`"]))
    return document("Charts", [intro, "\n".join(rows)])


def tables_page() -> str:
    """Every table of a snapshot and its columns."""
    parts = ["The files of a snapshot; their layout is in [the format](snapshot-format.md)."]
    for table in TABLES:
        parts += [f"## {table.name}", table.meaning, f"Order: {table.order}."]
        parts.append(column_table(table.columns))
    return document("Tables", parts)


def scores_page() -> str:
    """Every score: what it means, what it needs, the columns it makes."""
    parts = [
        "Scores are computed in this order; reports read their columns. Those on request are added"
        " to a scored snapshot by `linkshed score NAME`; reports then show their columns too."
    ]
    for name in SCORES.names:
        module = SCORES.load(name)
        parts += [f"## {name}", f"```text\n{inspect.getdoc(module)}\n```"]
        when = f"On request: `linkshed score {name}`. " if name in ON_REQUEST else ""
        parts.append(f"{when}Needs: {', '.join(module.NEEDS) or 'nothing'}.")
        parts += [f"* `--{option.name.replace('_', '-')}`: {option.meaning}"
                  for option in getattr(module, "OPTIONS", ())]  # fmt: skip
        for table in dict.fromkeys(item.table for item in module.COLUMNS):
            columns = [item.column for item in module.COLUMNS if item.table == table]
            parts += [f"Columns of `{table}`:", column_table(columns)]
    return document("Scores", parts)


def risk_page() -> str:
    """Every marker of link risk, the words for paid links, and what is left out."""
    head = (
        "| marker | about | x | lo | hi | C | needs | pattern |\n|---|---|---|---|---|---|---|---|"
    )
    rows = [cell_line([f"`{m.name}`", m.about, m.meaning, f"{m.low:g}", f"{m.high:g}",
                       f"{m.most:g}", m.least, m.pattern]) for m in markers.MARKERS]  # fmt: skip
    left = [f"* {name}: {why}." for name, why in markers.LEFT_OUT.items()]
    return document("Markers of link risk", [
        "What [link risk](../explain/risk.md) looks at. Below lo a marker adds nothing, from hi on"
        " it adds C.",
        "\n".join([head, *rows]),
        "## Left out", "\n".join(left),
        "## Words for paid links", ", ".join(PAID) + ".",
    ])  # fmt: skip


def errors_page() -> str:
    """The tree of errors, with exit codes."""
    tree = f"```text\n{inspect.getdoc(errors)}\n```"
    rows = [f"| `{name}` | {item.exit_code} | {item.http_status} | {first_line(item)} |"
            for name, item in vars(errors).items() if inspect.isclass(item)
            and issubclass(item, errors.LinkshedError)]  # fmt: skip
    head = "| class | exit code | HTTP status | when |\n|---|---|---|---|"
    return document("Errors", [tree, "\n".join([head, *rows])])


def enums_page() -> str:
    """The closed vocabularies with their stored numbers."""
    parts = ["Numbers are stored, names are shown; neither is ever reused."]
    for name, item in vars(enums).items():
        kinds = (IntEnum, IntFlag, StrEnum)
        if inspect.isclass(item) and issubclass(item, kinds) and item not in kinds:
            rows = [f"| `{member.value}` | {member.name.lower()} |" for member in item]
            table = "\n".join(["| stored | name |", "|---|---|", *rows])
            parts += [f"## {name}", str(inspect.getdoc(item)), table]
    return document("Vocabularies", parts)


def readers_page() -> str:
    """Every reader: what it reads, and its options."""
    parts = ["`linkshed ingest <reader>` reads what is named into the store."]
    for name in READERS.names:
        module = READERS.load(name)
        parts += [f"## {name}", f"Reads {module.TITLE}.", str(inspect.getdoc(module))]
        parts += [_option_line(option) for option in module.OPTIONS]
    return document("Readers", parts)


def _option_line(option: Option) -> str:
    choices = " or ".join(f"`{choice}`" for choice in option.choices)
    flag = f"--{option.name.replace('_', '-')}"
    return f"* `{flag}`{f' {choices}' * bool(choices)}: {option.meaning}"


def http_page() -> str:
    """Every address of the HTTP server."""
    return document("HTTP", http_parts())


def events_page() -> str:
    """What watches send."""
    return document("Events", events_parts())


def mcp_page() -> str:
    """Every tool of the MCP server."""
    return document("MCP", mcp_parts())


def column_table(columns: Iterable[Column], shown: frozenset[str] | set[str] = frozenset()) -> str:
    """Columns as a table: name, type, unit, meaning, what null means."""
    rows = ["| column | type | meaning | null means |", "|---|---|---|---|"]
    for column in columns:
        name = f"**`{column.name}`**" if column.name in shown else f"`{column.name}`"
        kind = column.values.__name__ if column.values else column.type
        unit = f" ({column.unit})" if column.unit else ""
        rows.append(cell_line([name, kind, column.meaning + unit, column.null or "never null"]))
    return "\n".join(rows)


def cell_line(cells: Iterable[str]) -> str:
    """One row of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def first_line(item: type) -> str:
    """The first line of a docstring."""
    return str(inspect.getdoc(item)).splitlines()[0]


def document(title: str, parts: Iterable[str]) -> str:
    """A page: its title, the note that it is generated, its parts."""
    return "\n\n".join([f"# {title}", NOTE, *parts]) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "cli": cli_page,
    "reports": reports_page,
    "charts": charts_page,
    "tables": tables_page,
    "scores": scores_page,
    "risk": risk_page,
    "errors": errors_page,
    "enums": enums_page,
    "readers": readers_page,
    "http": http_page,
    "mcp": mcp_page,
    "events": events_page,
}

if __name__ == "__main__":
    main()
