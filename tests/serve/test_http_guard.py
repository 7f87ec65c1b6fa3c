"""Who may ask, how often and how much."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkshed.errors import NotFoundError, ParameterError, StoreNotFound, TooManyRequests
from linkshed.serve.http.guard import BODY_BYTES, CLIENTS, Rates
from linkshed.serve.http.settings import is_loopback, settings
from serve.served import client, make, problem

KEY = "a-key-of-enough-characters"
OTHER = "another-key-of-the-same-kind"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("guard"))


@pytest.fixture
def keys(tmp_path: Path) -> str:
    path = tmp_path / "keys"
    path.write_text(f"# ours\n{KEY}\n\n  {OTHER}  \n")
    return str(path)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_only_who_has_a_key_is_answered(store: Path, keys: str) -> None:
    known = settings(str(store), "127.0.0.1", keys, 0, allow_public=False).keys
    http = client(store, keys=known)
    for headers in ({}, bearer("x"), bearer(KEY + "x"), bearer(""), {"Authorization": KEY},
                    {"Authorization": f"Basic {KEY}"}):  # fmt: skip
        answer = http.get("/v1/reports", headers=headers)
        problem(answer, 401, "AccessError", "Bearer")
        assert answer.headers["www-authenticate"] == "Bearer"
    for path in ("/openapi.json", "/nowhere", "/v3/site-explorer/anchors?target=tea.com"):
        problem(http.get(path), 401, "AccessError")
    for key in (KEY, OTHER):
        assert http.get("/v1/reports", headers=bearer(key)).status_code == 200
    assert http.get("/v1/health").status_code == 200


def test_without_keys_no_name_of_others_is_answered(store: Path) -> None:
    http = client(store)
    for host in ("evil.example", "127.0.0.1.evil.example", "", "evil.example:8017"):
        problem(http.get("/v1/reports", headers={"host": host}), 403, "Forbidden")
    for host in ("localhost", "LOCALHOST:8017".lower(), "127.0.0.1:80", "[::1]:8017", "127.0.0.9"):
        assert http.get("/v1/reports", headers={"host": host}).status_code == 200
    free = client(store, is_public_allowed=True)
    assert free.get("/v1/reports", headers={"host": "links.example"}).status_code == 200


def test_too_much_is_refused(store: Path) -> None:
    http = client(store)
    long = http.get("/v1/reports/backlinks", params={"scope": "a" * 40_000})
    problem(long, 413, "TooLarge", "POST")
    body = {"scope": "tea.com", "edits": "x" * BODY_BYTES}
    problem(http.post("/v1/reports/whatif", json=body), 413, "TooLarge")
    unsized = http.post("/v1/reports/whatif", content=iter([b"x" * BODY_BYTES, b"y"]))
    problem(unsized, 413, "TooLarge")


def test_who_asks_too_often_waits(store: Path, keys: str) -> None:
    known = settings(str(store), "127.0.0.1", keys, 0, allow_public=False).keys
    http = client(store, keys=known, per_minute=3)
    answers = [http.get("/v1/health", headers=bearer(KEY)) for _ in range(4)]
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    problem(answers[3], 429, "TooManyRequests", "3 a minute")
    assert 1 <= int(answers[3].headers["retry-after"]) <= 20
    assert http.get("/v1/health", headers=bearer(OTHER)).status_code == 200
    guesses = [http.get("/v1/reports", headers=bearer(f"guess {i}")) for i in range(4)]
    assert [answer.status_code for answer in guesses] == [401, 401, 401, 429]


def test_what_is_left_comes_back_with_time() -> None:
    now = [0.0]
    rates = Rates(60, lambda: now[0])
    for _ in range(60):
        rates.take("a")
    with pytest.raises(TooManyRequests) as refused:
        rates.take("a")
    assert refused.value.wait == 2
    now[0] += 1
    rates.take("a")
    with pytest.raises(TooManyRequests):
        rates.take("a")
    now[0] += 3600
    for _ in range(60):
        rates.take("a")
    with pytest.raises(TooManyRequests):
        rates.take("a")
    for number in range(2 * CLIENTS):
        rates.take(number)
    assert len(rates._left) == CLIENTS
    for _ in range(1000):
        Rates(0).take("a")


def test_a_public_address_needs_a_key(store: Path, keys: str) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "links.example", ""):
        with pytest.raises(ParameterError, match="--api-key-file"):
            settings(str(store), host, None, 0, allow_public=False)
        assert settings(str(store), host, keys, 0, allow_public=False).keys
        assert not settings(str(store), host, None, 0, allow_public=True).keys
    for host in ("127.0.0.1", "localhost", "::1", "127.8.8.8"):
        assert is_loopback(host)
        settings(str(store), host, None, 0, allow_public=False)


@pytest.mark.parametrize("text", ["", "# none\n\n", "short", f"{KEY}\nshort"])
def test_keys_that_guard_nothing_are_refused(text: str, store: Path, tmp_path: Path) -> None:
    path = tmp_path / "weak"
    path.write_text(text)
    with pytest.raises(ParameterError, match="at least 16 characters") as refused:
        settings(str(store), "127.0.0.1", str(path), 0, allow_public=False)
    assert "short\n" not in str(refused.value)


def test_what_is_not_there_is_named(store: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no-keys"):
        settings(str(store), "127.0.0.1", str(tmp_path / "no-keys"), 0, allow_public=False)
    with pytest.raises(StoreNotFound):
        settings(str(tmp_path), "127.0.0.1", None, 0, allow_public=False)
