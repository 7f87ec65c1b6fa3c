"""URLs made for a whole array are those made one by one."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkshed.snapshot.addresses import addresses
from linkshed.urls.key import key_url, url_key

HOSTS = ("a.com", "www.a.com", "b-2.co.uk", "192.0.2.1", "[2001:db8::1]", "xn--caf-dma.com")
URLS = st.builds(
    "{}://{}{}/{}".format,
    st.sampled_from(("http", "https")),
    st.sampled_from(HOSTS),
    st.sampled_from(("", ":8443")),
    st.text("ab/?)(=%,茶é", max_size=6),
)


@given(st.lists(URLS), st.data())
def test_addresses_are_the_inverse_of_their_keys(urls: list[str], data: st.DataObject) -> None:
    pairs = [url_key(url) for url in urls]
    lo = data.draw(st.integers(0, len(urls)))
    keys = pa.array([key for key, _ in pairs], pa.large_string())[lo:]
    schemes = pa.array([scheme for _, scheme in pairs], pa.uint8())[lo:].to_numpy()
    found = addresses(keys, schemes)
    assert found.type == pa.string()
    assert found.to_pylist() == [key_url(*pair) for pair in pairs][lo:] == urls[lo:]
