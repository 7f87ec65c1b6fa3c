"""What the inputs of a snapshot leave open, in sentences for the foot of every report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot


def untold(snapshot: Snapshot) -> tuple[str, ...]:
    """That ratings count links of unknown kind, and that a graph was read in part; mostly none."""
    return (*_all_links(snapshot), *_near(snapshot))


def _all_links(snapshot: Snapshot) -> tuple[str, ...]:
    record = snapshot.manifest.scores.get("structure", {})
    n, whole = record.get("n_untold_links", 0), record.get("n_counted_links", 0)
    if not n:
        return ()
    part = "all links" if n == whole else f"{n:,} of {whole:,} links"
    return (f"Ratings and equity count {part} of this snapshot without knowing whether they are"
            " followed: links of every kind, as a web graph holds them.",)  # fmt: skip


def _near(snapshot: Snapshot) -> tuple[str, ...]:
    options = (entry.get("options") or {} for entry in snapshot.manifest.inputs)
    found = sorted({str(o["near"]) for o in options if o.get("near") not in (None, "None")})
    return tuple(
        f"The web graph was read near {near[:200]}: links to and from there are whole, all else,"
        " ratings too, rests on these links alone."
        for near in found
    )
