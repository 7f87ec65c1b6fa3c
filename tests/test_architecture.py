"""The shape of the code base: what is registered, how large, how documented, what it never says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from linkshed.charts import CHARTS
from linkshed.ingest import READERS
from linkshed.registry import Registry
from linkshed.report import REPORTS
from linkshed.score import SCORES

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "linkshed"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST_MODULE_LINES = 340
LONGEST_FUNCTION_LINES = 100

LEAF_MARKS = {
    "charts": {"CHART"},
    "report": {"REPORT"},
    "score": {"COLUMNS", "compute"},
    "ingest": {"items", "rows"},
}
"""Names whose presence at the top of a module makes it a leaf of its family."""
NOT_LEAVES = {"score.score", "ingest.reader", "score.factors"}

FORBIDDEN = {
    "a registry host": re.compile(r"pypi\.(org|python)|pythonhosted|registry\.npm|conda\.anaconda"),
    "a path of one machine": re.compile(r"(?<![\w.])/(work|home|Users|root)/\w"),
    "an installed address": re.compile(r"--(extra-)?index-url|@ (file|https?)://"),
}
TEXT_NAMES = ("*.py", "*.md", "*.toml", "*.ini", "*.txt", "Makefile", "run")


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize(
    "registry", [CHARTS, REPORTS, SCORES, READERS], ids=lambda item: item.stage
)
def test_a_file_that_declares_itself_a_leaf_is_registered_and_the_reverse(
    registry: Registry,
) -> None:
    assert leaves(registry.stage) == set(registry.names)


@pytest.mark.parametrize(
    "registry", [CHARTS, REPORTS, SCORES, READERS], ids=lambda item: item.stage
)
def test_every_registered_name_loads(registry: Registry) -> None:
    marks = LEAF_MARKS[registry.stage]
    assert all(marks <= set(vars(registry.load(name))) for name in registry.names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_are_small_enough_to_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE_LINES


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_are_small_enough_to_read(path: Path) -> None:
    sizes = {node.name: lines_of(node) for node in ast.walk(parsed(path)) if is_function(node)}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_things_say_what_they_are(path: Path) -> None:
    tree = parsed(path)
    silent = [node.name for node in public(tree) if not ast.get_docstring(node)]
    assert silent == []
    assert ast.get_docstring(tree)


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {meaning}"
        for path in texts()
        for meaning, pattern in FORBIDDEN.items()
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_versions_are_pinned_for_every_dependency() -> None:
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.M))
    names = {plain_name(name) for name in pinned}
    wanted = re.findall(r'^    "([a-z][\w-]*)[>=]', (ROOT / "pyproject.toml").read_text(), re.M)
    assert {plain_name(name) for name in wanted} - names == set()


def leaves(stage: str) -> set[str]:
    """The modules of a stage that hold the marks of its family."""
    found = set()
    for path in (SOURCE / stage).glob("*"):
        module = path / "__init__.py" if path.is_dir() else path
        if (
            not module.is_file()
            or path.name == "__init__.py"
            or f"{stage}.{path.stem}" in NOT_LEAVES
        ):
            continue
        if LEAF_MARKS[stage] <= top_names(parsed(module)):
            found.add(path.stem)
    return found


def top_names(tree: ast.Module) -> set[str]:
    """Names a module defines at its top level; imports do not count."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def public(tree: ast.Module) -> list[ast.FunctionDef | ast.ClassDef]:
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return [node for node in nodes if not node.name.startswith("_")]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef)


def lines_of(node: ast.AST) -> int:
    return (node.end_lineno or 0) - node.lineno + 1  # type: ignore[attr-defined]


def plain_name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def texts() -> list[Path]:
    """Files of the project that people read, this one excepted."""
    folders = [ROOT / name for name in ("src", "tests", "docs", "benchmarks", "evals", ".ci")]
    inside = [path for folder in folders for name in TEXT_NAMES for path in folder.rglob(name)]
    top = [path for name in TEXT_NAMES for path in ROOT.glob(name)]
    found = [path for path in (*inside, *top) if path.is_file() and "egg-info" not in str(path)]
    return [path for path in found if path != Path(__file__)]
