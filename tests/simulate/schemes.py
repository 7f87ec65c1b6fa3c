"""Webs of honest domains in which link schemes are planted, as hard to see as asked.

Honest domains belong to topics, and link mostly within their own and mostly to what many link to.
A scheme is a farm of sites that all link to one shop. Its sites take their other links from one
list, but a share ``camouflage`` of them is chosen as an honest site would; each links to a share
``ring`` of the other sites of its farm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

N_TOPICS, PER_TOPIC, N_LINKS = 16, 25, 14
N_SCHEMES, N_FARM = 8, 14
WORDS = ("a shop", "their page", "what they say", "look there", "from here", "as told")


@dataclass(frozen=True)
class Schemes:
    """The web as text, and the domains of shops, farms and honest sites; ``bait`` are those honest
    sites that whole farms link to beside their shop, and that therefore have rings of referrers too.
    """

    text: str
    shops: tuple[str, ...]
    farms: frozenset[str]
    honest: tuple[str, ...]
    bait: tuple[str, ...]


def schemes(seed: int, camouflage: float, ring: float) -> Schemes:
    """A web with schemes in it."""
    rng = np.random.default_rng(seed)
    n = N_TOPICS * PER_TOPIC
    fame = 1 / (1 + rng.permutation(n)) ** 0.6
    honest = [f"h{k}.org" for k in range(n)]
    shops = [f"shop{s}.com" for s in range(N_SCHEMES)]
    lines, farms, bait = [], set(), set()
    for k, site in enumerate(honest):
        topic = k // PER_TOPIC
        lines += _linked(rng, site, [honest[j] for j in _honest(rng, fame, topic, N_LINKS)])
    for s, shop in enumerate(shops):
        lines += _linked(rng, honest[int(rng.integers(n))], [shop])
        lines += _linked(rng, shop, [honest[j] for j in _honest(rng, fame, s, 4)])
        sites = [f"f{s}x{k}.net" for k in range(N_FARM)]
        pool = [honest[j] for j in rng.choice(n, N_LINKS, replace=False)]
        for site in sites:
            own = [honest[j] for j in _honest(rng, fame, s, N_LINKS)]
            n_own = round(camouflage * N_LINKS)
            others = [other for other in sites if other != site and rng.random() < ring]
            lines += _linked(rng, site, [*pool[n_own:], *own[:n_own], *others, shop])
        farms.update(sites)
        bait.update(pool[round(camouflage * N_LINKS) :])
    clean = tuple(site for site in honest if site not in bait)
    return Schemes("\n".join(lines), tuple(shops), frozenset(farms), clean, tuple(sorted(bait)))


def _honest(rng: np.random.Generator, fame: np.ndarray, topic: int, n: int) -> list[int]:
    weight = fame.copy()
    weight[topic * PER_TOPIC : (topic + 1) * PER_TOPIC] *= 25
    return rng.choice(len(fame), n, replace=False, p=weight / weight.sum()).tolist()


def _linked(rng: np.random.Generator, site: str, targets: list[str]) -> list[str]:
    return [f"{site}/ -> {t}/ '{rng.choice(WORDS)}'" for t in dict.fromkeys(targets) if t != site]


def auc(good: list[float], bad: list[float]) -> float:
    """The chance that a bad one is above a good one; equals count half."""
    above = np.subtract.outer(np.array(bad), np.array(good))
    return float((above > 0).mean() + (above == 0).mean() / 2)
