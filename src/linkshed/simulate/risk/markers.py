"""The equation of link risk, and its markers.

    risk = 1 - product over markers k of (1 - C_k ramp(x_k; lo_k, hi_k))

x is what a marker measures; the ramp is 0 up to lo, 1 from hi, and a straight line between (where
lo = hi: 1 above). C is the most a marker adds alone. A marker whose evidence is not known, or whose
sample is too small, is no factor at all; a risk without any known marker is not known. More
evidence never lowers a risk, less never raises it, and the order of markers does not matter.

A marker looks at the whole *scope*, at one referring *domain*, or at one *link*. The risk of a
domain joins its own markers and, of each marker of links, the strongest of its links.

Numbers are conventions. Three markers reach "high" alone: referrer_interlinking, outlink_clone and
unqualified_paid; the weakest, weak_referrers, does not even reach "review". Patterns: Google's spam
policies on link spam, and the older list of link schemes; spam mass: Gyöngyi, Berkhin,
Garcia-Molina, Pedersen, Link spam detection based on mass estimation, VLDB 2006; noisy-or: Pearl,
Probabilistic reasoning in intelligent systems, 1988.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
SCOPE, DOMAIN, LINK = ABOUT = ("scope", "domain", "link")
LEVELS = LOW, REVIEW, HIGH = ("low", "review", "high")
REVIEW_FROM, HIGH_ABOVE = 0.2, 0.5


@dataclass(frozen=True)
class Marker:
    """A pattern: what it looks at, what x is, its ramp, C (``most``), and the least sample it needs
    before it says anything.
    """

    name: str
    about: str
    meaning: str
    low: float
    high: float
    most: float
    least: str
    pattern: str

    def part(self, values: F64) -> F64:
        """C times the ramp; NaN where the value is not known."""
        if self.low == self.high:
            ramp = np.where(np.isnan(values), np.nan, values > self.low)
        else:
            ramp = np.clip((values - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.asarray(self.most * ramp)


MASS = "1 - gamma T n / (E m) on the strongest page: how much of its equity the good core does not"
MARKERS = (
    Marker("spam_mass", SCOPE, f"{MASS} explain", 0.5, 0.95, 0.50,
           "`linkshed score trust` with good scopes; a page with 10 times the least equity",
           "equity that comes from outside all that is trusted"),
    Marker("referrer_interlinking", SCOPE, "links among referring domains to such as hardly anybody"
           " else links to, beyond chance, per referring domain", 0.3, 1.0, 0.60,
           "10 domains with followed links, that make at most half of all links",
           "sites made to link to each other and to one site"),
    Marker("reciprocity", SCOPE, "share of the referring domains that the scope links back"
           " to, beyond what is expected by chance", 0.25, 0.6, 0.30,
           "10 domains with followed links", "excessive link exchanges"),
    Marker("triangle_exchange", SCOPE, "share of the referring domains that a site linked from the"
           " scope links to, beyond what is expected by chance", 0.3, 0.7, 0.30,
           "10 domains with followed links", "link exchanges over three sites"),
    Marker("anchor_concentration", SCOPE, "share of the referring domains that use the most used"
           " words, names of the site, addresses and generic words not counted", 0.15, 0.45, 0.40,
           "20 domains with followed links", "optimised anchors in distributed articles"),
    Marker("velocity_burst", SCOPE, "weeks' new referring domains: how far the largest stands above"
           " the median, in robust standard deviations", 4.0, 10.0, 0.25,
           "20 dated domains over 12 weeks", "automated creation of links"),
    Marker("weak_referrers", SCOPE, "share of the referring domains with less than 3 times the"
           " least domain equity", 0.7, 1.0, 0.15, "10 domains with followed links",
           "low-quality directories and sites nobody links to"),
    Marker("spam_mass", DOMAIN, f"{MASS} explain", 0.5, 0.95, 0.50,
           "`linkshed score trust` with good scopes; a page with 10 times the least equity",
           "equity that comes from outside all that is trusted"),
    Marker("referrer_interlinking", DOMAIN, "other referring domains that link to it, when hardly"
           " anybody else does, less chance", 2.0, 6.0, 0.60,
           "10 domains with followed links, that make at most half of all links",
           "sites made to link to each other and to one site"),
    Marker("outlink_clone", DOMAIN, "largest share that its linked domains have in common with"
           " those of another referring domain (Jaccard); the scope itself and the commonest"
           " domains are not counted", 0.5, 0.9, 0.60, "10 linked domains",
           "networks of sites made from one list of links"),
    Marker("sitewide_template", DOMAIN, "share of its read pages with the same followed link to the"
           " scope in a footer or sidebar", 0.5, 0.5, 0.25, "5 pages read",
           "widely distributed links in footers and templates"),
    Marker("outlink_density", DOMAIN, "followed linked domains per 1,000 words", 20.0, 100.0, 0.25,
           "1,000 words read", "pages made for links"),
    Marker("thin_host", DOMAIN, "share of its read pages with fewer than 150 words and a link to"
           " another domain", 0.5, 0.8, 0.30, "5 pages read", "pages made for links"),
    Marker("comment_forum", LINK, "1 for a followed link in a comment whose words describe, and are"
           " not the name of the site", 0.0, 1.0, 0.40, "a known placement",
           "optimised links in forum comments and signatures"),
    Marker("unqualified_paid", LINK, "1 for a followed link whose words, or the words around it,"
           " call it paid", 0.0, 1.0, 0.60, "words around it", "links bought without saying so in"
           " rel"),
    Marker("widget_badge", LINK, "referring domains with the same followed image, footer or sidebar"
           " link, words that describe and target alike", 20.0, 200.0, 0.40, "a known placement",
           "keyword-rich links in widgets that are distributed"),
)  # fmt: skip

LEFT_OUT = {
    "shared_ids": "no reader keeps analytics, advertising or verification ids",
    "subnet_concentration": "no reader keeps IP addresses of other sites",
    "registration": "no reader asks registries for owners and dates",
    "commercial_anchor_offtopic": "no snapshot stores relevance, or which words are commercial",
}
"""Markers that tools like this name, of which a snapshot holds no evidence."""


def noisy_or(parts: Iterable[F64]) -> F64:
    """Risks of parts of equal length; NaN is no factor, NaN throughout stays NaN."""
    table = np.stack(list(parts))
    risk: F64 = 1 - np.prod(1 - np.nan_to_num(table), axis=0)
    risk[np.isnan(table).all(axis=0)] = np.nan
    return risk


def levels(risk: F64) -> NDArray[Any]:
    """low, review or high; None where the risk is not known."""
    code = (risk >= REVIEW_FROM).astype(np.int64) + (risk > HIGH_ABOVE)
    return np.array([*LEVELS, None], object)[np.where(np.isnan(risk), len(LEVELS), code)]
