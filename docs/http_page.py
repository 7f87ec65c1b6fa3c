"""The reference of the HTTP server, from the declarations it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import answers_page

from linkshed.report import REPORTS
from linkshed.serve.http import legacy
from linkshed.serve.http.app import create_app
from linkshed.serve.http.endpoints import ENDPOINTS, LEFT_OUT, OLD_NAMES, Endpoint
from linkshed.serve.http.errors import STATUSES, Problem
from linkshed.serve.http.member import Member
from linkshed.serve.http.nulls import grouped
from linkshed.serve.http.settings import Settings
from linkshed.serve.http.singles import BATCH, DAY, FIGURES, HISTORIES, POINT, UNKNOWN_OF_BATCH
from linkshed.serve.jobs.asked import FORMS, CrawlJob
from linkshed.serve.jobs.readers import readers

START = """
`linkshed serve` answers at these addresses; the same as an OpenAPI document is at `/openapi.json`.
Without keys it listens on this machine only, and answers only to names of this machine. With
`--api-key-file` every request but `/v1/health` needs the header `Authorization: Bearer KEY`.
"""
ANSWERS = """
A page of rows comes with the headers `Linkshed-Snapshot` (the snapshot it is from), `Linkshed-
Total` (all rows there are), `ETag`, when more rows follow `Linkshed-Cursor`, and, when parts of the
scope have no page in the snapshot, `Linkshed-Absent` with the names of up to twenty of them; JSON
holds the cursor, too, and a remark on what is absent. Give the cursor as `cursor` with the same
parameters for the next page, which comes from the same snapshot whatever was built since.
`limit=all` gives every row, streamed. A request that brings the tag in `If-None-Match` is answered
with 304 and no rows while they are the same; single figures, accounts, lists and the files of the
explorer have a tag, too. Who asked may keep an answer and ask each time whether it is the same
(`Cache-Control: private, no-cache`); errors are not kept (`no-store`). `HEAD` goes wherever `GET`
does and gives its status and headers, so also `Linkshed-Total`, without making rows; those that
only the rows would tell, such as `Content-Length`, are then left out. A parameter is given once;
commas separate several values.
Rows are those of the command line, byte for byte; in CSV a text that a spreadsheet would take for
a formula has an apostrophe before it.
"""
_MEMBER = ("member", "value", "default", "meaning")
JOBS = """
`POST /v1/jobs` starts a crawl, or reads files of the inbox with one of the [readers](readers.md) of
files, whose options are in the member `options`. What can be known to be wrong is refused at once:
URLs and domains that are none, files that are not in the inbox, numbers out of bounds, addresses of
private networks, packages that are not installed. What shows only when files are read and hosts
asked is told in the `notes` of the job.
"""
EXPLAINED = """
A page that is dead or folded into another one holds no equity of its own: its amounts are null, and
`receiver` and `via` say where its equity goes.
"""
LEGACY = """
Scripts that ask another service's API can ask linkshed at the same addresses with the same names.
Only what means the same has the same name. What a link graph cannot know, such as visits, searches
and addresses of machines, is null, never 0; so is any `..._rank`, a place in another index. Besides
the names below, the [report's](reports.md) own names can be selected, filtered and ordered by where
they mean nothing else here. `select` may be left out; `output` is `json` or `csv`. `xml` and `php`
are refused: they would hold the same, and what reads them reads JSON, too.

`where` is the filter in JSON: `and`, `or`, `not`, `{"field": .., "is": [OP, VALUE]}`, `"is_null"`,
`"empty"`, and `list_is` with `any` or `all` for lists. At `refdomains`, `anchors`, `linkeddomains`
and the linked anchors it takes names of links, too, those of `all-backlinks`: only the links that
pass are counted. Filters of links and of rows go into separate parts of an `and`. A name that is
null here cannot be filtered by: it is refused with the reason, for no row would be left, and that
would look like an answer.

Rows are links one can click. A page that redirects to the target is no row; `backlinks_redirect`
of a batch and `redirects_to_target` of pages count such. Where the address of a link redirects,
`url_redirect` has the way, hop by hop.

`mode` is `exact` (one page), `prefix` (all below an address), `domain` (one host) or `subdomains`
(a host and all below it; the default). In every mode backlinks come from other domains; links from
the target's own domain are internal. `protocol` chooses the pages of the target by their scheme;
single figures and batches know one only with `mode=exact`.

`history` is `live` unless said otherwise: links that were there when their page was last read. At
`all-backlinks`, `refdomains`, `anchors` and `pages-by-backlinks` it may be `since:YYYY-MM-DD` or
`all_time`, too. The answer then compares with the last scored snapshot of that day or before, or
with the first scored one, and adds links that are gone; without an older snapshot it is the same as
`live`. Domains and anchors count them in `links_to_target` and, when their page was read again, in
`lost_links`; `last_seen` is when the last was lost where none is left. Links that came and went
between the two snapshots are in neither. `is_lost` is null for a link whose page was not read
again, `is_new` for one whose page was not read before. Other addresses have no history there
either, nor has any of these a `date_compared`. `all_time` and `all_time_refdomains` of
`backlinks-stats` count each link and domain of all snapshots that are kept up to then once; they
are null where these are more than 120.

Answers about a target of which the snapshot holds no page name it in the header `Linkshed-Absent`:
it was neither read nor linked to, which is not the same as having no links.
"""
Schema = dict[str, Any]


def http_parts() -> list[str]:
    """The parts of the page."""
    document = create_app(Settings("linkshed-store")).openapi()
    return [
        START.strip(),
        "## Addresses", _table(("address", "what it answers"), _addresses(document)),
        "## Answers", ANSWERS.strip(),
        "## Errors", _errors(),
        "## Parameters of every report", _common(document),
        *(part for name in REPORTS.names for part in _report(document, name)),
        "## Parameters of explain", _parameters(document["paths"]["/v1/explain"]["get"], ()),
        "### What explain answers", EXPLAINED.strip(), _members_of(document, "/v1/explain"),
        "## Snapshots", _members_of(document, "/v1/snapshots"),
        "## The list of reports", _members_of(document, "/v1/reports"),
        "## Jobs", JOBS.strip(), "### crawl", _crawl(), "### ingest", _ingest(),
        "### What is told of a job", _of_job(document),
        "## Addresses that scripts already use", LEGACY.strip(),
        *(part for endpoint in ENDPOINTS for part in _endpoint(document, endpoint)),
        "### Single figures", _table(("address", "member", *_TOLD), _figures()),
        "### Batch", _batch(),
        "### Left out", "These are answered with 404 and the reason.",
        _table(("address", "reason"), ((f"`{path}`", why) for path, why in LEFT_OUT.items())),
    ]  # fmt: skip


def _addresses(document: Schema) -> Iterator[tuple[str, str]]:
    for path, methods in document["paths"].items():
        if path.startswith("/v1"):
            told = next(iter(methods.values()))
            text = told["summary"] if "/reports/" in path else told["description"]
            yield f"`{' or '.join(map(str.upper, methods))} {path}`", text


def _members_of(document: Schema, path: str) -> str:
    return _table(answers_page.ROWS, answers_page.members(document, path))


def _of_job(document: Schema) -> str:
    told = answers_page.members(document, "/v1/jobs/{job}")
    return _table(answers_page.ROWS, (row for row in told if not row[0].startswith("`asked.")))


def _errors() -> str:
    fields = Problem.model_json_schema()["properties"].items()
    members = " ".join(f"`{name}`: {field['description']}" for name, field in fields)
    statuses = _table(("status", "when"), ((str(n), text) for n, text in STATUSES.items()))
    return f"Every error is a JSON object. {members} See [errors](errors.md).\n\n{statuses}"


def _common(document: Schema) -> str:
    asked = document["paths"][f"/v1/reports/{REPORTS.names[0]}"]["get"]
    own = [option.name for option in REPORTS.load(REPORTS.names[0]).REPORT.options]
    for parameter in asked["parameters"]:
        if parameter["name"] in ("order_by", "select"):
            told = parameter["description"].partition(" By default")[0]
            parameter["description"] = f"{told} By default those of the report."
    lead = "With GET in the address; with POST as one JSON object, for scripts of any length."
    return f"{lead}\n\n{_parameters(asked, own)}"


def _report(document: Schema, name: str) -> list[str]:
    options = {option.name for option in REPORTS.load(name).REPORT.options}
    if not options:
        return []
    asked = document["paths"][f"/v1/reports/{name}"]["get"]
    common = [p["name"] for p in asked["parameters"] if p["name"] not in options]
    return [f"### {name}", _parameters(asked, common)]


def _parameters(asked: Schema, without: Iterable[str]) -> str:
    rows = [
        (f"`{p['name']}`", _kind(p["schema"]), _default(p), p["description"])
        for p in asked["parameters"]
        if p["name"] not in without
    ]
    return _table(("parameter", "value", "default", "meaning"), rows)


def _crawl() -> str:
    return _table(_MEMBER, _members(CrawlJob.model_json_schema()))


def _ingest() -> str:
    forms = {name: FORMS[name].model_json_schema(ref_template="{model}") for name in readers()}
    inner = {n: f["$defs"][f["properties"].pop("options")["$ref"]] for n, f in forms.items()}
    one = next(iter(forms.values()))
    one["properties"]["reader"] |= {"enum": list(forms)}
    options = ((f"`{name}`", *row) for name, told in inner.items() for row in _members(told))
    told = _table(("reader", "option", *_MEMBER[1:]), options)
    return f"{_table(_MEMBER, _members(one))}\n\n{told}"


def _members(schema: Schema) -> Iterator[tuple[str, ...]]:
    for name, told in schema["properties"].items():
        given = {"required": name in schema.get("required", ()), "schema": told}
        yield f"`{name}`", _kind(told), _default(given), told["description"]


def _kind(schema: Schema) -> str:
    if "anyOf" in schema:
        return ", ".join(_kind(part) for part in schema["anyOf"] if part.get("type") != "null")
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    bounds = (("from", schema.get("minimum")), ("to", schema.get("maximum")))
    return " ".join([schema["type"], *(f"{word} {n:,.9g}" for word, n in bounds if n is not None)])


def _default(parameter: Schema) -> str:
    if parameter["required"]:
        return "required"
    default = parameter["schema"].get("default")
    return "" if default is None else f"`{str(default).lower()}`"


def _endpoint(document: Schema, endpoint: Endpoint) -> list[str]:
    path = f"{legacy.PREFIX}{legacy.EXPLORER}{endpoint.path}"
    members = endpoint.members()
    rows = [
        (f"`{name}`", ", ".join(f"`{own}`" for own in endpoint.needed(name)), *_told(members[name]))
        for name in (*endpoint.names(), *endpoint.derived)
    ]
    old = [f" Also at `{old}`." for old, new in OLD_NAMES.items() if new == endpoint.path]
    parameters = ", ".join(f"`{p['name']}`" for p in document["paths"][path]["get"]["parameters"])
    return [
        f"### {endpoint.path}",
        f"Rows `{endpoint.rows}` of the report [{endpoint.report}](reports.md#{endpoint.report})."
        + "".join(old),
        f"Parameters: {parameters}.",
        _table(("name", "column", *_TOLD), rows),
        _nulls(endpoint.unknown),
    ]


def _nulls(names: tuple[str, ...]) -> str:
    lines = [f"* {line}" for line in grouped(names, lambda name: f"`{name}`")]
    return "\n".join(["Null:", "", *lines])


_TOLD = ("meaning", "null means")


def _told(member: Member) -> tuple[str, str]:
    """The cells of a member under _TOLD."""
    return member.meaning or "not known", member.null or "never null"


def _figures() -> Iterator[tuple[str, ...]]:
    for path, members in FIGURES.items():
        for name, member in members.items():
            yield f"`{path}`", f"`{name}`", *_told(member)
    each = "for the last scored snapshot of each day, week or month"
    for path, (name, figure) in HISTORIES.items():
        meaning, null = _told(POINT[figure])
        told = f"{each}: `date`, {DAY.meaning}, and `{figure}`, {meaning}"
        yield f"`{path}`", f"`{name}`", told, f"of `{figure}`: {null}"


def _batch() -> str:
    return (
        f"`POST {legacy.PREFIX}/batch-analysis/batch-analysis` with `targets` (each `url`, `mode`,"
        " `protocol`), `select`, `order_by`, `output`: one row for each of up to 100 targets.\n\n"
        + _table(("column", *_TOLD), ((f"`{name}`", *_told(m)) for name, m in BATCH.items()))
        + f"\n\n{_nulls(UNKNOWN_OF_BATCH)}"
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(_plain(cell) for cell in line)} |" for line in lines)


def _plain(cell: str) -> str:
    return cell.replace("\n", " ").replace("|", "\\|")
