"""Languages as text: what a source defines, promises and says. Nothing here is executed.

May import: registries and below.
"""

from burnish.languages.outline import Definition, Outline
from burnish.languages.toolchain import LanguageToolchain, toolchain

__all__ = ["Definition", "LanguageToolchain", "Outline", "toolchain"]
