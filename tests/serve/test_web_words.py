"""How values are written on a page."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import example, given
from hypothesis import strategies as st

from linkshed.serve.web.words import in_address


@given(
    st.text(
        st.sampled_from("aZ09_.~/-:?&=%+ 茶é\u202e\0") | st.characters(exclude_categories=["Cs"])
    )
)
@example("https://a.com/x?y=1&z=%20#top")
def test_addresses_hold_texts_as_the_standard_library_quotes_them(text: str) -> None:
    assert in_address(text) == quote(text)
