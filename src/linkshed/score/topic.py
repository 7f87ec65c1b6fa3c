"""Topic-sensitive equity: the part of equity that started on pages of a topic.

    E_k = (1-d) b_k + d P^T E_k       b_k = b on pages of the topic, else 0

P, b and d are those of equity. Ordered by E_k, pages stand as in the topic-sensitive PageRank of
that topic; and because b_k is a part of b, E_k is a part of E, so that

    topic_share = E_k / E             of a page; of a domain: sum of E_k / sum of E

lies between 0 and 1: how much of a page's equity comes from the topic, directly or through others.
Topics that share no page and together hold all pages add up to equity.

A topic is a set of pages: those of scopes, and those with given words in their title or in the
anchor of a link to them that passes something. A snapshot holds one topic; another one makes
another snapshot. Without a topic the columns are null.

Source: Haveliwala, Topic-sensitive PageRank, WWW 2002.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.errors import InputError
from linkshed.schema import Column
from linkshed.score.listed import read_listed
from linkshed.score.nodes import Nodes
from linkshed.score.score import Option, ScoreColumn, ScoreResult
from linkshed.score.walks import read_walk, share_columns
from linkshed.score.worded import BOTH, PLACES, pages_with, phrases_of

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TITLE = "the equity that comes from a topic"
NEEDS = ("surfer", "equity")
OPTIONS = (
    Option("scope", str, "Scopes whose pages are the topic, with commas between."),
    Option("scope_file", Path, "File of such scopes, one on each line."),
    Option("words", str, "Words or phrases that pages of the topic hold, with commas between."),
    Option("words_in", str, "Where to look for them: in the page's title, or in the anchor of a"
           " link to it.", BOTH, choices=PLACES),
)  # fmt: skip
NO_TOPIC = "no topic was given"
KINDS = (
    ("topic_equity", "equity that started on pages of the topic", "", "page-equivalents"),
    ("topic_share", "share of its equity that started there", "; no equity", ""),
)
COLUMNS = tuple(
    ScoreColumn(table, Column(name, "f64", meaning, NO_TOPIC + null + extra, unit))
    for table, extra in (("pages", "; dead, or folded into another page"), ("domains", ""))
    for name, meaning, null, unit in KINDS
)


def compute(snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult:
    """Walk from the topic; params ``scope``, ``scope_file``, ``words``, ``words_in``, ``threads``.

    Raises InputError when no page is of the topic, NotFoundError, ScopeError, ParameterError.
    """
    walk = read_walk(snapshot, params)
    equity = np.nan_to_num(np.asarray(snapshot.array("pages", "equity"), np.float64))
    is_topic, record = topic_of(snapshot, walk.nodes, params)
    part = None
    if is_topic is not None:
        found = walk.solve((1 - walk.damping) * walk.nodes.base * is_topic)
        part, record = found.values, record | found.record()
    names = ("topic_equity", "topic_share")
    return ScoreResult(share_columns(snapshot, walk.nodes, names, part, equity), record)


def topic_of(
    snapshot: Snapshot, nodes: Nodes, params: Mapping[str, Any]
) -> tuple[NDArray[np.bool_] | None, dict[str, Any]]:
    """The pages of the topic, None without one, and what the manifest should say of them."""
    listed = read_listed(snapshot, nodes, params.get("scope"), params.get("scope_file"))
    words = params.get("words")
    if listed is None and words is None:
        return None, {"notes": ["no topic was given: its columns are empty"]}
    is_topic, notes = np.zeros(snapshot.n_pages, np.bool_), []
    if listed is not None:
        is_topic |= listed.is_listed
        notes += listed.notes("the topic")
    if words is not None:
        with_words, missing = _with_words(snapshot, nodes, words, params.get("words_in", BOTH))
        is_topic |= with_words
        notes += [f"no page holds the words: {phrase}" for phrase in missing]
    if not is_topic.any():
        raise InputError(
            f"the topic holds no page of snapshot {snapshot.id}",
            allowed="scopes or words of pages that live",
            repair="look for pages with: linkshed pages '*' --where 'title ~ \"word\"'",
        )
    base = float(nodes.base[is_topic].sum())
    return is_topic, {"pages": int(is_topic.sum()), "base": base, "notes": notes}


def _with_words(
    snapshot: Snapshot, nodes: Nodes, words: str, where: str
) -> tuple[NDArray[np.bool_], list[str]]:
    phrases = phrases_of(words)
    found = pages_with(snapshot, nodes, phrases, where)
    missing = [phrase for phrase, pages in zip(phrases, found, strict=True) if not pages.any()]
    return np.logical_or.reduce(found), missing
