"""The account of a page, for people."""

from __future__ import annotations

from typing import Any

from linkshed.serve.table import plain

_PLAIN = 0.999, 1.001


def told(account: dict[str, Any], limit: int) -> str:
    """The account as text: where the equity comes from, line by line, and where it goes."""
    lines = [plain(account["sentence"]), ""]
    if account["equity"] is None:
        return "\n".join(lines)
    lines.append(f"{account['equity']:12.6f}  equity, of which")
    lines.append(f"{account['base']:12.6f}  base: every indexable page has it")
    shown = account["ledger"][:limit]
    for line in shown:
        lines += _incoming(line)
    rest = account["n_lines"] - len(shown)
    if rest > 0:
        amount = account["equity"] - account["base"] - account["residual"]
        amount -= sum(line["equity"] for line in shown)
        lines.append(f"{amount:12.6f}  {rest:,} more links (--limit all)")
    verdict = "sums exactly" if account["is_exact"] else "DOES NOT SUM EXACTLY"
    lines.append(f"{account['residual']:12.1e}  residual: the account {verdict}")
    return "\n".join([*lines, "", *_outgoing(account["outgoing"], limit)])


def _incoming(line: dict[str, Any]) -> list[str]:
    words = f' "{plain(line["anchor"])}"' if line["anchor"] else ""
    found = [f"{line['equity']:12.6f}  {plain(line['source_url'])}{words}"]
    if line.get("via"):
        hops = [line["target_url"], *line["via"][:-1]]
        found.append(f"{'':14}through {' -> '.join(plain(url) for url in hops)}, which leads here")
    factors = line["factors"]
    found.append(f"{'':14}{factors['strength']['reason']}")
    made_of = factors["attention"].get("made_of", {})
    reasons = [
        f"x {factor['value']:.2g} {factor['reason']}"
        for factor in made_of.values()
        if not _PLAIN[0] < factor["value"] < _PLAIN[1]
    ]
    attention = f"x {factors['attention']['reason']}"
    found.append(f"{'':14}{attention}" + (f": {', '.join(reasons)}" if reasons else ""))
    if factors["passes"]["value"] != 1:
        found.append(f"{'':14}x {factors['passes']['value']:g} {factors['passes']['reason']}")
    return found


def _outgoing(outgoing: dict[str, Any], limit: int) -> list[str]:
    lines = ["where it goes", f"{outgoing['stops']:12.6f}  readers stop here"]
    paid = [target for target in outgoing["targets"] if target["equity"] > 0]
    for target in paid[:limit]:
        n = f" in {target['n_links']} links" if target["n_links"] > 1 else ""
        lines.append(f"{target['equity']:12.6f}  to {plain(target['target_url'])}{n}")
    rest = paid[limit:]
    if rest:
        lines.append(f"{sum(t['equity'] for t in rest):12.6f}  to {len(rest):,} more pages")
    for fate, amount in outgoing["lost"].items():
        if amount:
            lines.append(f"{amount:12.6f}  lost: {fate.replace('_', ' ')}")
    return lines
