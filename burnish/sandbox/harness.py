"""The program that a sandbox runs, as one argument for `python3 -c`.

The modules of `inside/` are sent as source, so a change needs no new image.
"""

from __future__ import annotations

import functools
from importlib.resources import files

_BEFORE = ("wire", "seccomp", "process")
_PYTHON = ("failure", "values", "guard", "rewriting", "growth", "suite", "worker", "python")
_PACKAGE = "burnish.sandbox.inside"
_BOOTSTRAP = """
import sys, types
sys.path[:] = ["/opt/toolkit/site-packages"] + [p for p in sys.path if p]
sources = {sources!r}
for name in ("burnish", "burnish.sandbox", {package!r}):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = []
try:
    for name, source in sources.items():
        module = types.ModuleType({package!r} + "." + name)
        sys.modules[module.__name__] = module
        setattr(sys.modules[{package!r}], name, module)
        exec(compile(source, "<burnish " + name + ">", "exec"), vars(module))
except ImportError as error:
    import json, os
    body = json.dumps({{"hello": False, "error": str(error)}}).encode()
    os.write(1, len(body).to_bytes(8, "big") + body)
    sys.exit(3)
module.main(sys.modules[{package!r} + "." + {language!r}].RUNNER)
"""


@functools.cache
def source(language: str = "python") -> str:
    """Source text for `python3 -S -s -u -c`; under the kernel's 128 KiB for one argument."""
    folder = files("burnish.sandbox") / "inside"
    parts = sorted(f.name[:-3] for f in folder.iterdir() if f.name.startswith(f"{language}_"))
    own = _PYTHON if language == "python" else ("compiler", "program", "native", *parts, language)
    names = (*_BEFORE, *own, "supervisor")
    sources = {name: (folder / f"{name}.py").read_text("utf-8") for name in names}
    return _BOOTSTRAP.format(sources=sources, package=_PACKAGE, language=language)


ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/work",
    "TMPDIR": "/work",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}
"""The whole environment inside; nothing of the host's."""

ARGUMENTS = ("-S", "-s", "-P", "-u", "-c")
"""Flags of python3 before the source: no site, no user site, no unsafe path, unbuffered."""
