"""What the account of a page holds: its members, most of them those of reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from linkshed import api
from linkshed.serve.http.answered import object_model, partial_model
from linkshed.serve.http.member import Member, of_columns

_PAGE = of_columns(api.REPORTS.load("pages").REPORT.columns)
_LINK = of_columns(api.REPORTS.load("backlinks").REPORT.columns)
_AMOUNT = "(page-equivalents)"
_LISTED = "largest first, as many as the parameter limit says"

_SAID = {"value": Member(float, "the factor"), "reason": Member(str, "why it is so, in words")}
_FACTOR: Any = object_model("Factor", _SAID)
_MADE_OF: Any = object_model(
    "AttentionMadeOf", {name: Member(_FACTOR, told) for name, told in api.factors().items()}
)
_ATTENTION: Any = object_model("Attention", _SAID | {
    "made_of": Member(_MADE_OF, "the factors that make up the weight of the link"),
    "page_average": Member(float, "weight of the average link of its page"),
})  # fmt: skip
_FACTORS: Any = object_model("LineFactors", {
    "strength": Member(_FACTOR, f"what the page hands on for each of its links {_AMOUNT}"),
    "attention": Member(_ATTENTION, "weight of the link over that of the average link of its page"),
    "passes": Member(_FACTOR, "share that passes, 0-1; less than 1 where rel or the pages say so"),
})  # fmt: skip
_VIA = Member(list[str], "pages after it on the way to the page that gets its equity")
_LINE: Any = object_model("Line", {
    **{name: _LINK[name] for name in ("source_url", "target_url", "anchor", "placement")},
    "equity": replace(_LINK["equity"], null=""),
    "share": Member(float, "part that it is of all equity of the page, 0-1"),
    "factors": Member(_FACTORS, "the factors whose product is its equity"),
    "via": replace(_VIA, meaning=f"{_VIA.meaning}; empty when the link leads there itself"),
})  # fmt: skip
_TARGET: Any = object_model("LinkedPage", {
    "target_url": Member(str, "page that gets it"),
    "equity": Member(float, f"what it gets {_AMOUNT}"),
    "n_links": Member(int, "links that lead there"),
})  # fmt: skip
_LOST: Any = partial_model(
    "LostEquity",
    {name: Member(float, f"{why} {_AMOUNT}") for name, why in api.losses().items()},
)
_OUTGOING: Any = object_model("OutgoingEquity", {
    "stops": Member(float, f"what no link hands on, for readers stop here {_AMOUNT}"),
    "passed": Member(float, f"what its links hand on {_AMOUNT}"),
    "lost": Member(_LOST, "what its links do not hand on, by reason; reasons without any left out"),
    "residual": Member(float, f"the equity minus all of these {_AMOUNT}; 0 up to rounding"),
    "targets": Member(list[_TARGET], f"the pages that get it, {_LISTED}"),
})  # fmt: skip

_PAID_BY = f"the links that pay it, {_LISTED}"
_RECEIVER = "page that gets its equity: itself, or the one to ask for"
_ENDS = {
    "n_lines": Member(int, "links that can pay the page, those that pass nothing included"),
    "sentence": Member(str, "the account in words"),
}
ACCOUNT = object_model("Account", {
    "url": _PAGE["url"],
    "equity": replace(_PAGE["equity"], null=""),
    "rating": _PAGE["rating"],
    "base": Member(float, f"what it has without any link {_AMOUNT}"),
    "residual": Member(float, f"the equity minus base and lines {_AMOUNT}; 0 up to rounding"),
    "is_exact": Member(bool, "whether the residual is within 1e-9 of the equity"),
    "receiver": Member(str, _RECEIVER),
    "profile": Member(str, "the profile it was scored with"),
    "ledger": Member(list[_LINE], _PAID_BY),
    "outgoing": Member(_OUTGOING, "where its equity goes"),
    **_ENDS,
})  # fmt: skip
"""Of a page that holds equity of its own."""

_NONE = "the page holds no equity of its own"
POINTER = object_model("AccountElsewhere", {
    "url": _PAGE["url"],
    **{name: Member(None, "", _NONE)
       for name in ("equity", "rating", "base", "residual", "is_exact", "outgoing")},
    "receiver": Member(str, _RECEIVER, "it is dead"),
    "via": _VIA,
    "ledger": Member(list[_LINE], _PAID_BY),
    **_ENDS,
})  # fmt: skip
"""Of a page that is dead, or folded into another one."""
