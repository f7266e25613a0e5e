"""One set of packages that fulfils many requirements, found by pip's own resolver."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from burnish.errors import EnvironmentMissingError, InputError
from burnish.records.base import Record

_CONFLICT = re.compile(r"conflicting dependencies|ResolutionImpossible|resolution-too-deep")
_CAUSE = re.compile(r"^ +((?:The user requested .*)|(?:\S+ .* depends on .*))$", re.MULTILINE)
_UNREACHED = re.compile(r"Could not fetch URL|Retrying \(Retry|ProxyError|SSLError|timed out")
_MISSING = re.compile(r"No matching distribution found for (.+)")


class Resolution(Record):
    """What was found."""

    requirements: tuple[str, ...]
    """What was asked for."""
    pins: tuple[str, ...]
    """Everything to install, as "name==version", by name."""
    python: str
    """The version that it was found for, as "3.11"."""


def resolve(requirements: Sequence[str], *, timeout_s: float = 300) -> Resolution:
    """Find one version of everything, without installing any of it.

    pip runs as a child process with the user's own configuration: index, proxy, constraints. Of a
    package that is only there as source, it builds the metadata, as an installation would.

    Args:
        requirements: As pip takes them.
        timeout_s: For all of it.

    Raises:
        InputError: the requirements conflict, or one of them matches nothing; they are named.
        EnvironmentMissingError: there is no pip here, no index can be reached, or it takes longer.
    """
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed",
            "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "1",
            "--timeout", "15", "--report", str(report), *requirements,
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=timeout_s, check=False
            )
        except subprocess.TimeoutExpired:
            raise EnvironmentMissingError(
                f"pip found no set of packages within {timeout_s:g} s.",
                remedy="Try again on a faster connection, or with fewer tools.",
            ) from None
        if done.returncode == 0:
            found = json.loads(report.read_text("utf-8"))
            return Resolution(
                requirements=tuple(requirements),
                pins=tuple(sorted(_pin(each) for each in found["install"])),
                python=".".join(found["environment"]["python_version"].split(".")[:2]),
            )
    raise _why(f"{done.stdout}\n{done.stderr}", requirements)


def _pin(found: dict[str, dict[str, str]]) -> str:
    metadata = found["metadata"]
    return f"{metadata['name'].lower()}=={metadata['version']}"


def _why(said: str, requirements: Sequence[str]) -> InputError | EnvironmentMissingError:
    """What pip's error means."""
    asked = ", ".join(requirements)
    if "No module named pip" in said:
        return EnvironmentMissingError(
            f"{sys.executable} has no pip, which finds packages that go together.",
            remedy="Install it with `python -m ensurepip`.",
        )
    if _CONFLICT.search(said):
        causes = "; ".join(dict.fromkeys(each.strip() for each in _CAUSE.findall(said)))
        return InputError(
            f"these requirements conflict: {causes or asked}.",
            remedy="Leave out one of the tools that ask for them.",
        )
    missing = _MISSING.search(said)
    if missing is not None and not ("(from versions: none)" in said and _UNREACHED.search(said)):
        return InputError(
            f"no release fits {missing.group(1).strip()}.",
            remedy="See whether pip's index has it, and for this version of Python.",
        )
    last = next((line for line in reversed(said.splitlines()) if line.startswith("ERROR")), "")
    return EnvironmentMissingError(
        f"pip could not find out which packages go together: {last or 'it did not say why'}.",
        remedy="Check the connection, or name an index that can be reached in PIP_INDEX_URL.",
    )
