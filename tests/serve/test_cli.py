"""The command line as a person meets it: one clear line and an exit code for every mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from linkshed.score.run import score
from linkshed.serve.cli import cli
from linkshed.snapshot.store import Store
from webs import web

CSV = (
    "url_from,url_to,anchor\nhttps://a.com/,https://b.com/,tea\nhttps://a.com/,mailto:x@y.z,mail\n"
)


WEB = """
a.com/ -> b.com/ 'tea'
a.com/ -> b.com/x 'x' nofollow
c.com/ -> b.com/ '=1+1'
"""


def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "linkshed", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    made = web(
        "a.com/ -> b.com/ 'tea'\na.com/ -> b.com/x 'x' nofollow\nc.com/ -> b.com/ '=1+1'", folder
    )
    score(Store.open(folder / "store"), made)
    return folder / "store"


def fails(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    for word in ("linkshed:", *words):
        assert word in lines[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "no file"), (b"", "empty"), (b"just words", "WARC")],
    ids=["wrong path", "empty archive", "not an archive"],
)
def test_a_bad_input_is_named_and_leaves_nothing(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "crawl.warc.gz"
    if content is not None:
        path.write_bytes(content)
    done = run("ingest", "warc", path, "--store", tmp_path / "store")
    fails(done, 4 if content is None else 3, "crawl.warc.gz", words)
    assert not (tmp_path / "store").exists()


MISTAKES = {
    "unknown column": (["backlinks", "b.com", "--select", "colour"], 2, "no column 'colour'"),
    "broken filter": (["backlinks", "b.com", "--where", "anchor ~"], 2, "at character"),
    "unknown scope": (["backlinks", "https://["], 2, "https://["),
    "unknown order": (["backlinks", "b.com", "--order-by", "anchor:up"], 2, "anchor:up"),
    "unknown snapshot": (["backlinks", "b.com", "--snapshot", "zzz"], 4, "'zzz'"),
    "unknown page": (["explain", "https://nowhere.example/"], 4, "nowhere.example"),
    "unknown profile": (["score", "--profile", "magic"], 4, "magic"),
    "bad memory": (["build", "--memory-limit", "lots"], 2, "lots"),
}


@pytest.mark.parametrize(("words", "code", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(words: list[str], code: int, told: str, store: Path) -> None:
    fails(run(*words, "--store", store), code, told)


def test_no_store_and_no_snapshot_say_what_to_run(tmp_path: Path) -> None:
    fails(run("backlinks", "b.com", "--store", tmp_path), 4, "linkshed ingest")
    Store.create(tmp_path / "store")
    fails(run("backlinks", "b.com", "--store", tmp_path / "store"), 4, "linkshed build")
    fails(run("build", "--store", tmp_path / "store"), 4, "linkshed ingest")


def test_an_unwritable_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text(CSV)
    fails(run("ingest", "links", tmp_path / "links.csv", "--store", "/proc/x"), 5, "/proc/x")


def test_a_newer_format_and_damage_are_named(tmp_path: Path) -> None:
    made = web("a.com/ -> b.com/", tmp_path)
    store = tmp_path / "store"
    path = made.path_of("links", "target")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    fails(run("verify", "--store", store), 5, path.name, "'links'")
    manifest = store / "manifests" / f"{made.id}.json"
    manifest.write_text(manifest.read_text().replace('"format_version": 1', '"format_version": 9'))
    fails(run("pages", "a.com", "--store", store), 5, "format version 9", "newer linkshed")


def test_counts_of_ingest_add_up(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text(CSV)
    words = ["ingest", "links", tmp_path / "links.csv", "--store", tmp_path / "s", "--format"]
    counts = json.loads(run(*words, "json").stdout)
    for part in (counts, counts["links"]):
        assert part["read"] == part["kept"] + sum(part["rejected"].values())
    assert counts["read"] == 2
    assert "was read before" in run(*words, "table").stdout


def test_explain_tells_an_account_that_adds_up(store: Path) -> None:
    done = run("explain", "https://b.com/", "--store", store, "--format", "json")
    account = json.loads(done.stdout)
    total = account["base"] + sum(line["equity"] for line in account["ledger"])
    assert account["equity"] == pytest.approx(total, rel=1e-9)
    assert abs(account["residual"]) < 1e-9
    assert {"source_url", "equity", "factors"} <= account["ledger"][0].keys()
    words = run("explain", "b.com", "--store", store).stdout
    assert "sums exactly" in words
    assert "where it goes" in words


def test_reports_come_in_every_format(store: Path, tmp_path: Path) -> None:
    for form in ("table", "csv", "json", "ndjson"):
        assert (
            "https://a.com/" in run("backlinks", "b.com", "--store", store, "--format", form).stdout
        )
    for form in ("csv", "xlsx", "json", "ndjson", "parquet"):
        path = tmp_path / f"out.{form}"
        done = run("backlinks", "b.com", "--store", store, "--output", path)
        assert (done.returncode, done.stdout) == (0, "")
        assert path.stat().st_size > 50
    assert len(list(tmp_path.iterdir())) == 5
    fails(run("backlinks", "b.com", "--store", store, "--output", "/proc/x.csv"), 5, "/proc/x.csv")


@pytest.mark.parametrize("form", ["table", "json", "csv", "ndjson", "parquet"])
def test_a_target_that_is_not_known_is_told_from_one_without_links(store: Path, form: str) -> None:
    told = b"nowhere.example is not in this snapshot: no page there was read, or linked to."
    words = ("--store", store, "--format", form)
    unknown = CliRunner().invoke(cli, ["backlinks", "nowhere.example", *map(str, words)])
    place = unknown.stdout_bytes if form in ("table", "json") else unknown.stderr_bytes
    assert told in place
    assert unknown.exit_code == 0
    known = CliRunner().invoke(cli, ["backlinks", "a.com", *map(str, words)])
    assert b"not in this snapshot" not in known.stdout_bytes + known.stderr_bytes


def test_the_store_may_come_from_the_environment(store: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "linkshed", "snapshots"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={"LINKSHED_STORE": str(store)}
    )
    assert "3 pages" not in done.stderr
    assert done.stdout.count("snapshot ") >= 1
    assert "no store" in run("snapshots", cwd=tmp_path).stderr


def test_a_closed_pipe_is_quiet(store: Path) -> None:
    command = f"{sys.executable} -m linkshed backlinks b.com --store {store} --format csv | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stderr == ""


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    assert "Traceback" in run("--debug", "snapshots", "--store", tmp_path).stderr


def test_doctor_tells_of_packages_and_store(store: Path) -> None:
    done = run("doctor", "--store", store, "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["is_well"]
    assert found["store"]["state"] == "ok"
    assert {"duckdb", "pyarrow", "numba"} <= {p["name"] for p in found["packages"]}
    assert "all is well" in run("doctor", "--store", store).stdout


def commands() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            below = command.list_commands(context)
            found += [(f"{name} {n}", command.get_command(context, n)) for n in below]  # type: ignore[misc]
        else:
            found.append((name, command))
    return found


@pytest.mark.parametrize(
    ("name", "command"), commands(), ids=lambda x: x if isinstance(x, str) else ""
)
def test_every_command_and_option_has_words(name: str, command: click.Command) -> None:
    assert command.help, name
    for parameter in command.params:
        assert isinstance(parameter, click.Argument) or parameter.help, (name, parameter.name)
