"""Markers of the words of links and of the words around them.

*Keyword* words describe, and are not a name of the scope: not the first label of one of its
domains, with or without more words, spaces and hyphens aside. A site whose domain is the keyword
itself is thereby let off.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkshed.schema import AnchorKind, LinkKind, Placement
from linkshed.score.worded import are_in, pattern_of
from linkshed.simulate.risk.hosts import TEMPLATES
from linkshed.simulate.risk.lexicon import PAID
from linkshed.simulate.risk.markers import F64, LINK, SCOPE, Marker
from linkshed.simulate.risk.subject import (
    Bools,
    Evidence,
    Ids,
    Measured,
    Profile,
    marker,
    one,
    pieces,
    unknown,
)

LEAST_USERS = 20
LEAST_NAME = 3
NOT_PLACED = "where it stands is not known"
NOT_TOLD = "whether it is followed is not known"
NO_WORDS = "no words around it are known"
_PATTERNS = tuple(pattern_of(phrase) for phrase in PAID)
_ANY = "|".join(r"\s+".join(phrase.split()) for phrase in PAID)
"""Finds at once what may hold a phrase; whether it is a phrase of whole words is asked after."""


class Words:
    """The words of the links to a scope: a number for each wording, capitals and spaces around
    aside, which links have any, and which are keywords.
    """

    def __init__(self, profile: Profile) -> None:
        table = profile.snapshot.take("links", ["anchor", "anchor_kind", "kind"], profile.rows)
        coded = table["anchor"].combine_chunks().dictionary_encode()
        plain = pc.utf8_lower(pc.utf8_trim_whitespace(coded.dictionary)).dictionary_encode()
        at = np.asarray(coded.indices.fill_null(0), np.int64)
        self.number = np.asarray(plain.indices, np.int64)[at] if len(plain) else at
        names = _names(profile)
        is_name = np.array([_is_name(text, names) for text in plain.dictionary.to_pylist()], bool)
        kind = np.asarray(table["anchor_kind"])
        self.is_said = kind != AnchorKind.EMPTY
        describes = kind == AnchorKind.DESCRIPTIVE
        self.is_keyword = describes & ~is_name[self.number] if len(is_name) else describes
        self.is_image = np.asarray(table["kind"]) == LinkKind.IMAGE


def _names(profile: Profile) -> list[str]:
    """First labels of the domains of the scope, letters and digits alone."""
    domains = profile.snapshot.take("domains", ["domain"], profile.own)["domain"].to_pylist()
    labels = {_squeezed(_unicode(name.partition(".")[0])) for name in domains}
    return [label for label in labels if len(label) >= LEAST_NAME]


def _unicode(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _is_name(text: str, names: list[str]) -> bool:
    squeezed = _squeezed(text)
    return any(name in squeezed for name in names)


def _squeezed(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def concentration(profile: Profile, words: Words) -> Measured:
    """Share of the referring domains that use the most used keyword words."""
    found = marker("anchor_concentration", SCOPE)
    if len(profile.peers) < LEAST_USERS:
        return unknown(found, f"fewer than {LEAST_USERS} domains with followed links")
    if not (profile.followed & words.is_said).any():
        return unknown(found, "no words of its links are known")
    chosen = np.flatnonzero(profile.followed & words.is_keyword)
    if not len(chosen):
        return one(found, 0.0)
    pairs = np.unique(np.stack([words.number[chosen], profile.at[chosen]]), axis=1)
    users = np.bincount(pairs[0])
    best = int(users.argmax())

    def evidence() -> Evidence:
        rows = chosen[words.number[chosen] == best]
        _, first = np.unique(profile.at[rows], return_index=True)
        rows = rows[first]
        domains = profile.domains[profile.at[rows]]
        return pieces(len(rows), domain=domains, link=profile.rows[rows])

    return one(found, float(users[best]) / len(profile.peers), evidence)


def comments(profile: Profile, words: Words) -> Measured:
    """Followed keyword links in comments."""
    is_met = profile.followed & words.is_keyword & (profile.placement == Placement.COMMENTS)
    values = is_met.astype(np.float64)
    values[profile.placement == Placement.UNKNOWN] = np.nan
    return _of_links(profile, marker("comment_forum", LINK), values, NOT_PLACED)


def paid(profile: Profile) -> Measured:
    """Followed links called paid by their words or those around them."""
    table = profile.snapshot.take("contexts", ["context_left", "context_right"], profile.rows)
    left, right = (table[name].combine_chunks() for name in table.column_names)
    anchor = profile.snapshot.take("links", ["anchor"], profile.rows)["anchor"].combine_chunks()
    is_known = np.asarray(pc.or_(pc.is_valid(left), pc.is_valid(right)))
    texts = pc.binary_join_element_wise(
        *(part.cast("string") for part in (left, anchor, right)), " ", null_handling="skip"
    )
    is_met = _is_called_paid(pc.utf8_lower(pc.utf8_normalize(texts, form="NFKC")))
    is_met &= profile.followed
    values = np.where(is_known | is_met, is_met.astype(np.float64), np.nan)
    values[~profile.followed] = 0.0
    return _of_links(profile, marker("unqualified_paid", LINK), values, NO_WORDS)


def _is_called_paid(texts: Any) -> Bools:
    found: Bools = are_in(texts, _ANY)[:-1]
    near = texts.filter(pa.array(found))
    found[found] = np.logical_or.reduce([are_in(near, pattern)[:-1] for pattern in _PATTERNS])
    return found


def widgets(profile: Profile, words: Words) -> Measured:
    """Of keyword links in images, footers and sidebars: domains with one just like it."""
    is_template = words.is_image | np.isin(profile.placement, TEMPLATES)
    chosen = np.flatnonzero(profile.followed & words.is_keyword & is_template)
    values = np.zeros(len(profile.rows))
    values[(profile.placement == Placement.UNKNOWN) & ~words.is_image] = np.nan
    same = _numbered(np.stack([words.number[chosen], profile.target[chosen]]))
    pairs = np.unique(np.stack([same, profile.at[chosen]]), axis=1)
    values[chosen] = np.bincount(pairs[0].astype(np.int64), minlength=1)[same]
    return _of_links(profile, marker("widget_badge", LINK), values, NOT_PLACED)


def _numbered(rows: Ids) -> Ids:
    return np.unique(rows, axis=1, return_inverse=True)[1].ravel().astype(np.int64)


def _of_links(profile: Profile, found: Marker, values: F64, reason: str) -> Measured:
    """What a marker of links found; of links it would fire on, the rel tokens must be known."""
    is_open = ~profile.is_told & (values > 0)
    values[is_open] = np.nan

    def evidence() -> Evidence:
        at = np.flatnonzero(np.nan_to_num(values) > 0)
        return pieces(len(at), subject=at, domain=profile.domains[profile.at[at]],
                      link=profile.rows[at])  # fmt: skip

    return Measured(found, values, evidence, (reason, NOT_TOLD), is_open.astype(np.int64))
