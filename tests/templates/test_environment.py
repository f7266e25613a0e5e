"""The template environment: sandboxed, strict, and escaping where a browser reads."""

from __future__ import annotations

import pytest

from burnish.templates.environment import environment


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ x.append(1) }}",
        "{{ '{0.__class__}'.format(x) }}",
        "{{ cycler.__init__.__globals__ }}",
    ],
)
def test_a_template_reaches_nothing_of_python(source: str) -> None:
    from jinja2.exceptions import SecurityError

    with pytest.raises(SecurityError):
        environment().from_string(source).render(x=[])


def test_a_name_that_was_not_given_is_an_error() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render()


@pytest.mark.parametrize(
    ("name", "escaped"), [("a.html.j2", True), ("a.svg.j2", True), ("a.sh.j2", False)]
)
def test_markup_is_escaped_by_itself(name: str, escaped: bool) -> None:
    choose = environment().autoescape
    assert callable(choose) and choose(name) is escaped
