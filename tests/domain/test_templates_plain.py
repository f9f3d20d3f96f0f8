"""The plain text that stands beside a mail's HTML."""

import pytest

from domain.templates.plain import plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>\n  One\n  line </p>\n\n\n<p>Two</p>", "One line\n\nTwo"),  # white space means nothing in HTML
        ("One<br>Two<br/><br>Three", "One\nTwo\n\nThree"),
        ("a <b> b</b> <i>c</i>", "a b c"),
        ("<ol>\n <li>One</li>\n <li><p>Two</p></li>\n</ol>End", "- One\n- Two\n\nEnd"),
        ('<a href="https://x.example">Open</a> it', "Open: https://x.example it"),
        ('<a href="https://x.example">https://x.example</a>', "https://x.example"),
        ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
        ('<a href="https://x.example"><img src="x"></a>', "https://x.example"),  # a picture has no words
        ('<a href="#"></a><a name="x">x</a>', "#x"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\nb\nc"),
        ("<head><title>t</title><style>s</style></head><script>s</script><p>x</p>", "x"),
        ("<!-- c --><!doctype html><!--[if mso]><p>o</p><![endif]--><p>x</p>", "x"),
        ("&lt;b&gt; &amp;amp; &nbsp;x", "<b> &amp; x"),
        ("<pre>a\n  b\n</pre><p>c</p>", "a\n  b\n\n\nc"),
        ("<p>unclosed <a href='https://x.example'>link", "unclosed link"),
        ("", ""),
    ],
)
def test_plain_text_says_what_the_html_says(html: str, text: str) -> None:
    """Paragraphs, lists and links survive; styling and comments do not."""
    assert plain(html) == text


@pytest.mark.parametrize("html", ["<![foo[ x", "<p <p>", "<?x", "&#999999999;", "</ p>", "<a href='", "<!x[ [ ]>"])
def test_broken_html_is_read_as_far_as_it_goes(html: str) -> None:
    """Python's parser raises for one kind of nonsense; a mail must not fail for it."""
    assert isinstance(plain(html), str)
