"""The one Jinja2 environment: undefined names are errors, HTML is escaped, nothing else is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from burnish.templates.printable import printable

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment() -> Environment:
    """Templates of this package by path, e.g. "package/report.html.j2".

    Values are escaped in `*.html.j2` and inserted as they are everywhere else.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("burnish", "templates"),
        undefined=StrictUndefined,
        autoescape=_is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["printable"] = printable
    return made


def render(template: str, **values: object) -> str:
    """The template's text with these values.

    Raises:
        jinja2.UndefinedError: the template uses a name that was not given.
    """
    return environment().get_template(template).render(**values)


def _is_html(name: str | None) -> bool:
    return bool(name) and str(name).endswith(".html.j2")
