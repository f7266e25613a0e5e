"""The one Jinja2 environment: sandboxed; undefined names are errors; HTML and SVG are escaped.

Everywhere else a value is inserted as it is, so text of users goes through the filter of the kind
of file: `escaping.FILTERS`. Text is never a template.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from burnish.templates.escaping import FILTERS
from burnish.templates.printable import printable

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment() -> Environment:
    """Templates of this package by path, e.g. "package/report.html.j2".

    Values are escaped in `*.html.j2` and `*.svg.j2` and inserted as they are everywhere else.
    Templates reach no attribute whose name starts with an underscore and change no value.
    """
    from jinja2 import PackageLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        loader=PackageLoader("burnish", "templates"),
        undefined=StrictUndefined,
        autoescape=_is_markup,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= FILTERS | {"printable": printable}
    return made


def render(template: str, **values: object) -> str:
    """The template's text with these values.

    Raises:
        jinja2.UndefinedError: the template uses a name that was not given.
    """
    return environment().get_template(template).render(**values)


def _is_markup(name: str | None) -> bool:
    return bool(name) and str(name).endswith((".html.j2", ".svg.j2"))
