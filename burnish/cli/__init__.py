"""The verbs of `burnish.api` for a person at a terminal.

May import: everything below. The only place that turns errors into exit codes.
"""

from burnish.cli.app import main

__all__ = ["main"]
