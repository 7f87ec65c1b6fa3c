"""Where the main content stands, and which links are in it: each rule beside its counterexample."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.extract.content import find_content, main_text
from linkshed.extract.document import read
from linkshed.extract.placement import judge
from linkshed.schema import Placement

SENTENCE = "The tea was served in small cups, and nobody at the long table said a word about it."
SHORT = f"<p>{SENTENCE} The guests saw <a href=/cups>the cups</a> and said nothing at all.</p>"
STORY = SHORT + f"<p>{SENTENCE}</p>" * 10
ARTICLE = f"<article>{STORY}</article>"


def text_of(body: str) -> str:
    document = read(f"<body>{body}</body>")
    return main_text(document.outline, document.words, find_content(document.outline))


def placed(body: str) -> dict[str, Placement]:
    """The placement of each link, by its address."""
    document = read(f"<body>{body}</body>")
    hrefs = [anchor.attributes["href"] or "" for anchor in document.anchors]
    return dict(zip(hrefs, judge(document, url="https://tea.example/"), strict=True))


def cards(n: int) -> str:
    return "".join(
        f"<div class=card><a href=/card{i}><h3>Headline {i}</h3><p>{SENTENCE}</p></a></div>"
        for i in range(n)
    )


def test_excerpts_inside_links_do_not_outweigh_an_article() -> None:
    html = f"<div>{SHORT}{f'<p>{SENTENCE}</p>' * 4}</div><div class=stack>{cards(15)}</div>"
    assert text_of(html).splitlines()[1:] == [SENTENCE] * 4
    assert placed(html)["/cups"] == Placement.CONTENT
    assert placed(html)["/card3"] == Placement.RELATED


def test_a_page_of_nothing_but_excerpts_has_them_as_content() -> None:
    html = f"<div><a href=/>Home</a></div><div class=stack>{cards(15)}</div><p>{SENTENCE}</p>"
    assert text_of(html).startswith("Headline 0")
    assert placed(html)["/card3"] == Placement.CONTENT


TEASERS = "".join(
    f"<div><h3><a href=/teaser{i}>A headline of another page, no. {i}</a></h3><p>{SENTENCE}</p></div>"
    for i in range(25)
)


def test_an_aside_with_more_prose_than_a_short_article_stays_an_aside() -> None:
    found = placed(f"<main>{ARTICLE}<aside>{TEASERS}</aside></main>")
    assert found["/cups"] == Placement.CONTENT
    assert found["/teaser7"] == Placement.SIDEBAR


def test_an_aside_with_all_the_prose_is_the_content() -> None:
    assert placed(f"<aside>{SHORT * 10}</aside><p>{SENTENCE}</p>")["/cups"] == Placement.CONTENT


CONSENT = "".join(f"<div><p>{SENTENCE} We use cookies.</p></div>" for _ in range(20))


def test_a_dialog_is_not_the_content_even_when_it_says_more_than_the_page() -> None:
    for names in ("role=dialog", "class='consent-modal'", "id=popup"):
        html = f"<div class=page>{ARTICLE}</div><div {names}>{CONSENT}</div>"
        assert text_of(html).startswith("The tea was served")
        assert placed(html)["/cups"] == Placement.CONTENT


def test_a_class_that_only_mentions_dialogs_is_no_dialog() -> None:
    html = f"<div class='article modal-enabled'>{SHORT * 12}</div><p>{SENTENCE * 6}</p>"
    assert placed(html)["/cups"] == Placement.CONTENT


POINTER = "<p><a href=/other>The headline of another page of this site</a></p>"


def test_a_quotation_is_part_of_the_text_whatever_it_links() -> None:
    found = placed(f"<article>{STORY}<blockquote>{POINTER}</blockquote></article>")
    assert found["/other"] == Placement.CONTENT


def test_the_same_words_outside_a_quotation_point_elsewhere() -> None:
    assert placed(f"<article>{STORY}{POINTER}</article>")["/other"] == Placement.RELATED


def test_a_block_that_announces_what_it_links_points_elsewhere() -> None:
    for block in (
        "<p>Tags: <a href=/other>tea</a></p>",
        "<div>Filed under <a href=/other>tea</a></div>",
        "<div><a href=/other>Back to top</a></div>",
        "<div>Advertisement <a href=/other>Continue</a></div>",
        "<p>He lives in town. Follow him <a href=/other>@tea</a> and write to him every day.</p>",
        "<p>Lesen Sie auch: Warum der alte Mann <a href=/other>keinen Tee</a> mehr trinkt</p>",
    ):
        assert placed(f"<article>{STORY}{block}</article>")["/other"] == Placement.RELATED


def test_a_sentence_that_only_begins_like_that_is_part_of_the_text() -> None:
    for block in (
        "<p>Follow the <a href=/other>way to the tea house</a> until the river and turn left.</p>",
        "<p>Related to this is <a href=/other>the old song</a> that everybody in town knows.</p>",
        "<div>Close <a href=/other>friends</a> of his came to the house</div>",
        "<p>Tags of the boxes: they name <a href=/other>the tea</a> and the day of its harvest.</p>",
    ):
        assert placed(f"<article>{STORY}{block}</article>")["/other"] == Placement.CONTENT


def test_a_short_text_has_pointers_too() -> None:
    text = f"<p>{SENTENCE}</p>" * 4
    assert placed(f"<article>{text}{POINTER}</article>")["/other"] == Placement.RELATED


def test_a_page_with_hardly_any_text_is_its_links() -> None:
    assert placed(f"<main><p>{SENTENCE}</p>{POINTER}</main>")["/other"] == Placement.CONTENT


TITLES = (
    "<ul>" + "<li>The long way home: <a href=/other>how he came back</a> to town</li>" * 4 + "</ul>"
)


def test_what_follows_an_announcement_of_other_pages_points_there() -> None:
    for heading in (
        "<h3>More great stories</h3>",
        "<div><p>Related:</p></div>",
        "<h2>関連記事</h2>",
    ):
        html = f"<article>{STORY}{heading}{TITLES}<h2>Cups</h2>{STORY.replace('cups', 'pots')}</article>"
        found = placed(html)
        assert found["/other"] == Placement.RELATED
        assert found["/cups"] == found["/pots"] == Placement.CONTENT


def test_what_follows_any_other_heading_is_part_of_the_text() -> None:
    table = f"<table><tr><th>Tags<tr><td>{TITLES}</table>"
    text = f"<p>{SENTENCE} The <a href=/other>cups</a>, <a href=/other>pots</a>, <a href=/other>tea</a>."
    for block in (
        f"<h3>The long way</h3>{TITLES}", table, f"<h3>Tags</h3>{STORY}{TITLES}", f"<p>Related:{text}"
    ):  # fmt: skip
        assert placed(f"<article>{STORY}{block}</article>")["/other"] == Placement.CONTENT


def test_the_list_below_a_heading_is_the_content_of_a_page_without_text() -> None:
    assert placed(f"<main><h2>Latest news</h2>{TITLES}</main>")["/other"] == Placement.CONTENT


def test_a_sentence_may_list_links() -> None:
    links = "<a href=/other>the old tea house</a>, <a href=/other>the new one</a>"
    text = f"<p>Those who come early visit {links} and the cups.</p>"
    assert placed(f"<article>{STORY}{text}</article>")["/other"] == Placement.CONTENT


def test_an_enumeration_of_links_is_no_sentence() -> None:
    links = " | ".join(["<a href=/other>the old tea house</a>"] * 4)
    assert (
        placed(f"<article>{STORY}<p>By name: {links}</p></article>")["/other"] == Placement.RELATED
    )


def test_a_list_of_links_to_other_sites_names_sources() -> None:
    items = "".join(
        f"<p>{SENTENCE}</p><ul>{f'<li><a href={href}>The price of these cups</a></li>' * 2}</ul>"
        for href in (
            "https://shop.example/cups",
            "//shop.example/pots",
            "/teas",
            "https://www.tea.example/salt",
        )
    )
    found = list(placed(f"<article>{STORY}{items}</article>").values())[1:]
    assert found == [Placement.CONTENT] * 2 + [Placement.RELATED] * 2


def test_a_list_of_networks_names_no_sources() -> None:
    names = "".join(f"<li><a href=https://{n}.example/cups>{n}</a>" for n in ("birdsite", "faces"))
    found = placed(f"<article>{STORY}<ul>{names}</ul></article>")
    assert found["https://faces.example/cups"] == Placement.RELATED


def test_the_main_text_leaves_out_the_parts_inside_it() -> None:
    parts = (
        "<aside>Other pages</aside><div class=share-bar>Tell your friends</div><nav>Chapters</nav>"
    )
    html = f"<article>{STORY}{parts}<p>{SENTENCE} <span class=tags>#tea</span> And so on.</p></article>"
    lines = text_of(html).splitlines()
    assert lines[1:-1] == [SENTENCE] * 10
    assert lines[-1].replace("  ", " ") == f"{SENTENCE} And so on."


def test_the_main_text_keeps_a_part_that_is_the_text() -> None:
    assert text_of(f"<div class=sidebar>{STORY}</div>").splitlines()[1:] == [SENTENCE] * 10


def test_a_page_without_a_body_has_no_main_text() -> None:
    assert text_of("") == ""
    document = read("<frameset></frameset>")
    assert main_text(document.outline, document.words, find_content(document.outline)) == ""


PIECES = ["<nav>", "</nav>", "<div class=share>", "</div>", "<p>", SENTENCE, "<a href=/x>some link</a>", "Tags:",
          "<ul><li>", "</ul>", "<article>", "</article>", "<h2>Related</h2>", "<blockquote>", "<dialog>"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_page_is_weighed_whole(html: str) -> None:
    document = read(html)
    content = find_content(document.outline)
    assert len(content.regions) == len(content.prose) == len(document.outline)
    main = main_text(document.outline, document.words, content)
    assert len(main) <= len(document.words)
    assert set(main.split()) <= set(document.words.split())
    assert len(judge(document, content, "https://tea.example/")) == len(document.outline.links)
