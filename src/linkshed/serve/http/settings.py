"""What a server is told when it starts."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from linkshed import api
from linkshed.config import store_path
from linkshed.errors import NotFoundError, ParameterError

LEAST_KEY = 16


@dataclass(frozen=True)
class Settings:
    """``keys`` are digests of the keys that are known, none when any request is welcome;
    ``per_minute`` requests of one client, 0 for any number; ``inbox`` the folder that jobs read
    files from, None when they read none.
    """

    store: str
    host: str = "127.0.0.1"
    keys: tuple[bytes, ...] = ()
    per_minute: int = 0
    is_public_allowed: bool = False
    has_jobs: bool = False
    inbox: str | None = None
    is_private_allowed: bool = False

    def key_of(self, text: str) -> bytes | None:
        """The digest of a key that is known; the time it takes tells nothing about the keys."""
        given = _digest(text)
        is_equal = [hmac.compare_digest(given, key) for key in self.keys]
        return given if any(is_equal) else None


def settings(
    store: str | None,
    host: str,
    key_file: str | None,
    per_minute: int,
    *,
    allow_public: bool,
    jobs: bool = False,
    inbox: str | None = None,
    allow_private: bool = False,
) -> Settings:
    """Settings that are safe to serve. Raises ParameterError, NotFoundError, StoreNotFound."""
    keys = _keys(Path(key_file)) if key_file is not None else ()
    if not (keys or allow_public or is_loopback(host)):
        raise ParameterError(
            f"host {host!r} can be reached by others, and there is no key",
            allowed="a loopback address such as 127.0.0.1, or keys",
            repair="--api-key-file FILE, or --allow-public",
        )
    if jobs and not (keys or is_loopback(host)):
        raise ParameterError(
            f"jobs on host {host!r} without keys", allowed="jobs on a loopback address, or keys",
            repair="--api-key-file FILE",
        )  # fmt: skip
    path = str(store_path(store))
    api.snapshots(path)
    return Settings(path, host, keys, per_minute, allow_public, jobs, inbox, allow_private)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address."""
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _keys(path: Path) -> tuple[bytes, ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotFoundError(f"cannot read keys from {path}: {error}") from error
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not keys or min(map(len, keys)) < LEAST_KEY:
        raise ParameterError(
            f"keys of {path}: {'a short one' if keys else 'none'}",
            allowed=f"a key of at least {LEAST_KEY} characters on each line",
            repair="make one with: python3 -c 'import secrets; print(secrets.token_urlsafe())'",
        )
    return tuple(_digest(key) for key in keys)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
