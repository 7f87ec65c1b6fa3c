"""How well does placement tell links in the main content? See evals/README.md.

python evals/eval_placement.py [--data DIR] [--peers] [--gate] [--raise]
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from linkshed.extract.document import Document, read
from linkshed.extract.encoding import decode
from linkshed.extract.placement import judge
from linkshed.schema import Placement
from linkshed.urls.parse import parse_url

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data" / "placement"
FLOORS = HERE / "floors.json"
SIDE_WORDS = 3
ALONE_WORDS = 6
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Page:
    """A page, its hand-marked body, and its links: words before, words of, words after."""

    name: str
    url: str
    source: bytes
    html: str
    body: str
    document: Document
    links: list[tuple[list[str], list[str], list[str]]]


@dataclass
class Counts:
    """True and false verdicts of one judge on one page."""

    hits: int = 0
    false_alarms: int = 0
    misses: int = 0

    def add(self, other: Counts) -> None:
        """Add another page's counts."""
        self.hits += other.hits
        self.false_alarms += other.false_alarms
        self.misses += other.misses

    @property
    def precision(self) -> float:
        """Share of links said to be content that are."""
        said = self.hits + self.false_alarms
        return self.hits / said if said else 1.0

    @property
    def recall(self) -> float:
        """Share of content links that were found."""
        true = self.hits + self.misses
        return self.hits / true if true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        whole = 2 * self.hits + self.false_alarms + self.misses
        return 2 * self.hits / whole if whole else 1.0


Judge = Callable[[Page], list[bool]]


def words(text: str) -> list[str]:
    """Lower-case words of letters and digits."""
    return _WORD.findall(text.lower())


def joined(parts: list[str]) -> str:
    """Words as a text in which whole words can be searched."""
    return f" {' '.join(parts)} "


def read_pages(folder: Path) -> Iterator[Page]:
    """All pages of the corpus."""
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    for name, entry in sorted(truth.items()):
        source = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        html, _ = decode(source, "")
        document, url = read(html), parse_url(entry["url"])
        links = list(link_words(document))
        yield Page(name, url, source, html, entry["articleBody"], document, links)


def link_words(document: Document) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """The words of each link and of its block on both sides."""
    outline, text = document.outline, document.words
    for link in outline.links:
        start = outline.before[link]
        end = start + outline.text[link]
        left = text[max(start - 200, 0) : start].rpartition("\n")[2]
        right = text[end : end + 200].partition("\n")[0]
        yield words(left)[-SIDE_WORDS:], words(text[start:end]), words(right)[:SIDE_WORDS]


def stands_in(text: str, link: tuple[list[str], list[str], list[str]]) -> bool | None:
    """Whether a link stands in a text (of ``joined`` words); None when it cannot be told."""
    left, own, right = link
    if not own:
        return None
    if not left and not right:
        if joined(own) not in text:
            return False
        return True if len(own) >= ALONE_WORDS else None
    if joined(left + own + right) in text:
        return True
    sides = [left + own] * (len(left) >= 2) + [own + right] * (len(right) >= 2)
    return any(joined(side) in text for side in sides)


def by_text(extract: Callable[[str], str]) -> Judge:
    """A judge that looks links up in a tool's main text."""

    def verdicts(page: Page) -> list[bool]:
        text = joined(words(extract(page.html)))
        return [bool(stands_in(text, link)) for link in page.links]

    return verdicts


def by_placement(page: Page) -> list[bool]:
    """linkshed's own verdict."""
    verdicts = judge(page.document, url=page.url)
    return [placement is Placement.CONTENT for placement in verdicts]


def peers() -> dict[str, Judge]:
    """The other tools."""
    import trafilatura
    from readability import Document as Readable

    def readable(html: str) -> str:
        return re.sub(r"<[^>]+>", " ", Readable(html).summary())

    def trafila(html: str) -> str:
        return trafilatura.extract(html, include_comments=False) or ""

    return {"trafilatura": by_text(trafila), "readability-lxml": by_text(readable)}


def counts_of(page: Page, verdicts: list[bool]) -> tuple[Counts, int]:
    """Counts of a judge on a page, and how many links could not be told."""
    body = joined(words(page.body))
    counts, n_untold = Counts(), 0
    for link, said in zip(page.links, verdicts, strict=True):
        true = stands_in(body, link)
        if true is None:
            n_untold += 1
        else:
            counts.add(Counts(int(true and said), int(said and not true), int(true and not said)))
    return counts, n_untold


def total(parts: list[Counts]) -> Counts:
    """The sum of counts."""
    whole = Counts()
    for part in parts:
        whole.add(part)
    return whole


def interval(parts: list[Counts], times: int = 1000) -> tuple[float, float]:
    """The middle 95% of the micro F1 when pages are drawn again."""
    chance = random.Random(0)
    found = sorted(total(chance.choices(parts, k=len(parts))).f1 for _ in range(times))
    return found[int(times * 0.025)], found[int(times * 0.975)]


def fingerprint(pages: list[Page]) -> str:
    """What the corpus is made of: names, addresses, HTML and marked bodies."""
    digest = hashlib.sha256()
    for page in pages:
        for part in (page.name.encode(), page.url.encode(), page.source, page.body.encode()):
            digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:16]


def report(name: str, parts: dict[str, Counts]) -> None:
    """Print the row of a judge: both halves, then all pages."""
    halves = {"even half": True, "odd half": False, "all": None}
    for half, is_even in halves.items():
        chosen = [c for page, c in parts.items() if is_even in (None, int(page[0], 16) % 2 == 0)]
        whole, (low, high) = total(chosen), interval(chosen)
        macro = sum(part.f1 for part in chosen) / len(chosen)
        print(f"| {name} | {half} | {whole.precision:.3f} | {whole.recall:.3f} | {whole.f1:.3f} |"
              f" {low:.3f}-{high:.3f} | {macro:.3f} |")  # fmt: skip


def gate(f1: float, mark: str, is_raising: bool) -> int:
    """Compare with the floor; 0 when it holds."""
    floor = json.loads(FLOORS.read_text()) if FLOORS.exists() else {"placement_f1": 0.0}
    if floor.get("corpus", mark) != mark:
        print(f"the corpus {mark} is not the one of the floor, {floor['corpus']}")
        return 2
    reached = int(f1 * 1000) / 1000
    if is_raising and reached > floor["placement_f1"]:
        floor = {"placement_f1": reached, "corpus": mark}
        FLOORS.write_text(json.dumps(floor, indent=1) + "\n")
    holds = reached >= floor["placement_f1"]
    print(f"placement F1 {f1:.4f}, floor {floor['placement_f1']}: {'holds' if holds else 'FAILS'}")
    return 0 if holds else 1


def main() -> int:
    """Judge, print, compare with the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the marked pages")
    parser.add_argument("--peers", action="store_true", help="judge the other tools too")
    parser.add_argument("--gate", action="store_true", help="fail below the floor")
    parser.add_argument("--raise", dest="is_raising", action="store_true", help="raise the floor")
    options = parser.parse_args()
    pages = list(read_pages(options.data))
    judges: dict[str, Judge] = {"linkshed": by_placement} | (peers() if options.peers else {})
    f1 = 0.0
    print(
        "| judge | pages | precision | recall | F1 | 95% | macro F1 |"
        "\n|---|---|--:|--:|--:|--:|--:|"
    )
    for name, verdicts in judges.items():
        told = {page.name: counts_of(page, verdicts(page)) for page in pages}
        report(name, {page: counts for page, (counts, _) in told.items()})
        if name == "linkshed":
            f1 = total([counts for counts, _ in told.values()]).f1
            n_untold = sum(n for _, n in told.values())
    n_links = sum(len(page.links) for page in pages)
    print(
        f"\n{len(pages)} pages, {n_links:,} links, {n_untold:,} left out;"
        f" corpus {fingerprint(pages)}"
    )
    if options.gate or options.is_raising:
        return gate(f1, fingerprint(pages), options.is_raising)
    return 0


if __name__ == "__main__":
    sys.exit(main())
