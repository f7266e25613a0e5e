"""Report files over 300 lines; fail on one over 350. A file is a thought."""

from __future__ import annotations

import sys
from pathlib import Path

LISTED, REFUSED = 300, 350
FOLDERS = ("burnish", "tests", "benchmarks", "examples", "scripts")


def main() -> int:
    root = Path(__file__).resolve().parents[1]
    files = [path for folder in FOLDERS for path in (root / folder).rglob("*.py")]
    sizes = {path: len(path.read_text("utf-8").splitlines()) for path in files}
    refused = 0
    for path, lines in sorted(sizes.items(), key=lambda item: -item[1]):
        name = path.relative_to(root).as_posix()
        if lines > LISTED:
            verdict = f"over {REFUSED}: split it" if lines > REFUSED else "probably two thoughts"
            sys.stdout.write(f"{name}: {lines} lines, {verdict}\n")
        refused += lines > REFUSED
    sys.stdout.write(f"{len(files)} files, {sum(sizes.values())} lines, {refused} too long\n")
    return int(refused > 0)


if __name__ == "__main__":
    sys.exit(main())
