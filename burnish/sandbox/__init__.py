"""Runs untrusted code and hands back an ExecutionReport that the code cannot forge.

May import: registries and below. Never signatures or templates.
"""

from burnish.sandbox.opening import open_sandbox
from burnish.sandbox.protocol import Sandbox

__all__ = ["Sandbox", "open_sandbox"]
