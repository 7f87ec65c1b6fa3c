"""The outline of a page and the words on it: lengths are lengths in the words."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.extract.document import read

PIECES = ["<p>", "</p>", "<div class='Side  Bar'>", "</div>", "<b>", "</b>", "<br>", " ", "one", "two ", "\n three",
          "<a href=/x>", "</a>", "<img alt='a  b'>", "<svg><title>t</title>", "</svg>", "<script>x</script>",
          "<table><tr><td>", "</table>", "<!-- c -->", "<?pi?>", "&nbsp;", "茶", "<ul><li>", "<x-y id=z>", "<body>",
          "<time>", "</time>", "<h1>", "</h1>", "<select><option>", "<template>", "<noscript>"]  # fmt: skip
PAGES = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@given(PAGES)
@settings(max_examples=300, deadline=None)
def test_lengths_are_lengths_in_the_words(html: str) -> None:
    document = read(html)
    outline = document.outline
    assert sum(outline.own_text) == len(document.words)
    for i, parent in enumerate(outline.parent):
        start, stop = outline.before[i], outline.before[i] + outline.text[i]
        if parent >= 0:
            assert parent < i < outline.end[i] <= outline.end[parent]
            assert outline.before[parent] <= start
            assert stop <= outline.before[parent] + outline.text[parent]


@given(PAGES)
@settings(max_examples=300, deadline=None)
def test_words_are_counted_as_they_stand(html: str) -> None:
    document = read(html)
    assert document.n_words == len(document.words.split())


def test_words_of_one_block_are_one_line() -> None:
    html = "<p>A <b>b</b>c\n<i>d</i>  e<br>f</p>g<div> <em>h</em> </div><ul><li>i<li>j</ul>"
    assert read(html).words == "\nA bc d e f\ng\nh \ni\nj"


def test_tags_of_one_page_do_not_change_those_of_another() -> None:
    for name in ("x-a", "x-b", "foreignobject", "y"):
        html = f"<body><svg><foreignObject>s</foreignObject></svg><{name}><em>1</em></{name}>"
        outline = read(html).outline
        assert (outline.tag, outline.parent, outline.own_text) == (["body", name], [-1, 0], [0, 2])
