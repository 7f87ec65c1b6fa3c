"""Two snapshots compared, and budgets kept or not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from linkshed import api
from linkshed.errors import FormatError, NotFoundError
from linkshed.report import REPORTS
from linkshed.report.answers.audits import Audit
from linkshed.report.answers.budget import read_budget
from linkshed.report.frame import of_table
from linkshed.score.run import score
from linkshed.serve.cli import cli, main
from linkshed.snapshot.store import Store
from webs import FETCHED_AT, publish, rows

FIRST = "a.com/ -> a.com/1 one\na.com/ -> a.com/gone old\na.com/1 -> a.com/ home\na.com/gone status=404\na.com/alone -> a.com/ home"
LATER = "a.com/ -> a.com/1 one\na.com/1 -> a.com/ home\na.com/1 -> a.com/new n\na.com/new -> a.com/lost l\na.com/new -> a.com/ home\na.com/lost status=404"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    for n, text in enumerate((FIRST, LATER)):
        made = publish(tmp_path, rows(text, FETCHED_AT + n * 86_400))
        score(Store.open(tmp_path / "store"), made)
    return tmp_path / "store"


def test_each_change_has_its_word_and_the_summary_counts_them(store: Path) -> None:
    web = api.open(store)
    found = web.findings("a.com", against="latest~1", select="*").to_dicts()
    words = {(row["report"], row["url"]): row["change"] for row in found}
    assert words["waste", "https://a.com/gone"] == "missing"
    assert words["waste", "https://a.com/lost"] == "new"
    assert words["orphans", "https://a.com/alone"] == "unchanged"
    counts = Counter((row["report"], row["change"]) for row in found if row["change"])
    for row in web.audit("a.com", against="latest~1", select="*").to_dicts():
        for change in ("added", "new", "removed", "missing", "unchanged"):
            assert row[change] == counts[row["report"], change]
        assert row["findings"] == sum(row[name] for name in ("added", "new", "unchanged"))


def test_a_snapshot_against_itself_has_changed_nothing(store: Path) -> None:
    found = api.open(store).findings("a.com", against="latest", select="change").to_dicts()
    assert {row["change"] for row in found} <= {"unchanged", None}


def test_snapshots_are_counted_back_by_their_inputs(store: Path) -> None:
    opened = Store.open(store)
    first, again = opened.manifests()[1], opened.manifest("latest~1")
    assert again.id == first.id
    assert again.scores
    with pytest.raises(NotFoundError, match="asked for number 2"):
        opened.id_of("latest~2")


def run(store: Path, budget: str, monkeypatch: pytest.MonkeyPatch) -> int:
    argv = [
        "linkshed",
        "audit",
        "a.com",
        "--store",
        str(store),
        "--against",
        "latest~1",
        "--budget",
        budget,
    ]
    monkeypatch.setattr("sys.argv", argv)
    with pytest.raises(SystemExit) as caught:
        main()
    return int(caught.value.code or 0)


def test_a_kept_budget_says_so_and_one_that_is_not_fails_with_its_lines(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "budget.toml"
    path.write_text('[findings]\nwaste = 1\n[lost]\n"https://a.com/" = 100\n')
    assert run(store, str(path), monkeypatch) == 0
    assert "Budget: all 2 limits are kept." in capsys.readouterr().out
    path.write_text(
        '# what a build may break\n[added]\nwaste = 0\norphans = 0\n\n[lost_percent]\n"https://a.com/1" = 0\n[stake]\nwaste = 0.001\n'
    )
    assert run(store, str(path), monkeypatch) == 10
    out, err = capsys.readouterr()
    assert "line 3: added waste = 0, found 1" in err
    assert "line 9: stake waste = 0.001, found" in err
    assert "line 4" not in err
    assert "worst url" in out
    assert "Over budget, line 3" in out


def test_equity_lost_by_a_page_is_what_both_snapshots_publish(store: Path) -> None:
    held = [
        api.open(store, name).pages("https://a.com/1", select="equity").to_dicts()[0]["equity"]
        for name in ("latest~1", "latest")
    ]
    lost = 100 * (held[0] - held[1]) / held[0]
    for bound, fails in ((lost + 1e-6, False), (lost - 1e-6, True)):
        if bound < 0:
            continue
        text = f'[lost_percent]\n"https://a.com/1" = {bound:.12f}\n'
        assert (
            bool(api.open(store).audit("a.com", against="latest~1", budget=text).failures) is fails
        )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[findings\n", "no TOML"),
        ("", "no limit"),
        ("[finding]\nwaste = 1", "line 1: section 'finding'"),
        ("[findings]\n\nwast = 1", "line 3: no audit 'wast'"),
        ("[findings]\nwaste = -1", "line 2: waste = -1"),
        ("[findings]\nwaste = nan", "line 2: waste = nan"),
        ("[findings]\nwaste = true", "line 2: waste = True"),
        ("[findings]\nwaste = '1'", "line 2: waste = '1'"),
        ("[lost]\n'nonsense' = 1", "line 2"),
        ("[added]\nwaste = 1", "needs another snapshot"),
    ],
)
def test_a_bad_budget_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(FormatError, match=told.replace("[", r"\[")):
        read_budget(text, None)


def test_a_page_the_other_snapshot_lacks_is_told(store: Path) -> None:
    with pytest.raises(FormatError, match="does not have the page"):
        api.open(store).audit("a.com", against="latest~1", budget='[lost]\n"https://a.com/x" = 1\n')


def test_a_missing_budget_file_is_told(store: Path) -> None:
    result = CliRunner().invoke(
        cli, ["audit", "a.com", "--store", str(store), "--budget", "none.toml"]
    )
    assert result.exit_code == 2
    assert "none.toml" in result.output


def test_a_budget_of_a_scope_without_pages_is_no_kept_budget(store: Path) -> None:
    with pytest.raises(NotFoundError, match=r"nothere\.example"):
        api.open(store).audit("nothere.example", budget="[findings]\nwaste = 0\n")


def test_the_summary_tells_what_changed(store: Path) -> None:
    result = api.open(store).audit("a.com", against="latest~1")
    counts = Counter(row["change"] for row in
                     api.open(store).findings("a.com", against="latest~1").to_dicts())  # fmt: skip
    assert f"{counts['added']} added, {counts['new']} new" in result.remarks[0]


def test_a_template_is_known_by_its_place_and_a_crowded_page_by_its_address() -> None:
    lines = {
        "kind": ["template", "template", "page", "page"],
        "url": ["https://a.com/1", "https://a.com/2", "https://a.com/1", "https://a.com/2"],
        "placement": ["nav", "nav", None, None],
    }
    first, second, page, other = Audit(
        REPORTS.load("dilution").REPORT, of_table(pa.table(lines))
    ).keys()
    assert first == second
    assert page != other
