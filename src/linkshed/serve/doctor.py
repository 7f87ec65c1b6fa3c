"""What is installed, what is missing and how to get it."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from linkshed import api
from linkshed.config import store_path
from linkshed.errors import LinkshedError
from linkshed.machine import memory_bytes, n_cores


def findings(store: str | None) -> dict[str, Any]:
    """Everything doctor says, as one object; ``is_well`` when nothing required is missing."""
    packages = _packages()
    path = store_path(store)
    found: dict[str, Any] = {
        "linkshed": version("linkshed"),
        "python": platform.python_version(),
        "cores": n_cores(),
        "memory_bytes": memory_bytes(),
        "free_disk_bytes": _free_bytes(path),
        "packages": packages,
        "store": _store(str(path)),
    }
    missing = [p for p in packages if p["state"] != "ok" and p["extra"] == ""]
    return found | {"is_well": not missing and found["store"]["state"] != "damaged"}


def _free_bytes(path: Path) -> int:
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return shutil.disk_usage(".").free


def _packages() -> list[dict[str, str]]:
    found = []
    for line in requires("linkshed") or []:
        wanted = Requirement(line)
        extra = _extra(wanted)
        if wanted.name == "linkshed" or extra in ("dev", "bench", "all"):
            continue
        found.append(_package(wanted, extra))
    return found


def _extra(wanted: Requirement) -> str:
    return str(wanted.marker).rpartition("==")[2].strip(" '\"") if wanted.marker else ""


def _package(wanted: Requirement, extra: str) -> dict[str, str]:
    repair = f"pip install 'linkshed[{extra}]'" if extra else f"pip install '{wanted.name}'"
    try:
        installed = version(wanted.name)
    except PackageNotFoundError:
        return {"name": wanted.name, "version": "", "extra": extra, "state": "missing",
                "repair": repair}  # fmt: skip
    is_fit = wanted.specifier.contains(installed, prereleases=True)
    state = "ok" if is_fit else f"needs {wanted.specifier}"
    return {"name": wanted.name, "version": installed, "extra": extra, "state": state,
            "repair": "" if is_fit else repair}  # fmt: skip


def _store(path: str) -> dict[str, Any]:
    try:
        opened = api.open(path)
    except LinkshedError as error:
        state = "absent" if error.exit_code == 4 else "damaged"
        return {"path": path, "state": state, "message": str(error)}
    counts = opened.manifest.counts
    return {"path": path, "state": "ok", "snapshot": opened.snapshot, "pages": counts["pages"],
            "links": counts["links"], "scores": sorted(opened.manifest.scores)}  # fmt: skip


def told(found: dict[str, Any]) -> str:
    """The findings for people."""
    lines = [
        f"linkshed {found['linkshed']}, Python {found['python']}, {found['cores']} cores,"
        f" {found['memory_bytes'] / 1e9:.1f} GB memory, {found['free_disk_bytes'] / 1e9:.1f} GB"
        " free disk"
    ]
    width = max(20, *(len(package["name"]) for package in found["packages"]))
    for package in found["packages"]:
        kind = f"extra {package['extra']}" if package["extra"] else "required"
        lines.append(f"  {package['name']:<{width}} {package['version'] or '-':<18} {kind:<15}"
                     f" {package['state']}  {package['repair']}".rstrip())  # fmt: skip
    store = found["store"]
    if store["state"] == "ok":
        scored = f"scored: {', '.join(store['scores'])}" if store["scores"] else "not scored"
        lines.append(f"store {store['path']}: snapshot {store['snapshot']}, {store['pages']:,}"
                     f" pages, {store['links']:,} links, {scored}")  # fmt: skip
    else:
        lines.append(f"store: {store['message']}")
    lines.append("all is well" if found["is_well"] else "something is missing or damaged")
    return "\n".join(lines)
