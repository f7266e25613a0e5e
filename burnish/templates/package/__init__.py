"""The output folder: what files it holds, what they say, and how they get there whole.

May import: what templates may. `write` is for programs; the command line uses it too.
"""

from burnish.templates.package.contents import write
from burnish.templates.package.folder import check
from burnish.templates.package.report import Report, report

__all__ = ["Report", "check", "report", "write"]
