"""Kernels work where compiled code cannot be kept."""

from __future__ import annotations

from linkshed.graph.kernel import kernel


def test_without_a_source_file_to_cache_beside() -> None:
    """Code without a file, as in a frozen program, has no place for a cache."""
    scope: dict[str, object] = {}
    exec(compile("def double(x): return 2 * x", "<nowhere/none>", "exec"), scope)
    double = kernel(scope["double"])  # type: ignore[arg-type]
    assert double(21) == 42
