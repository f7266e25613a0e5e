#!/usr/bin/env bash
# Every check, also after one has failed; the exit code says whether all passed.
cd "$(dirname "$0")/.." || exit 1
bin=.venv/bin
failed=0

check() {
    echo "-- $*"
    "$bin/$1" "${@:2}" || failed=1
}

check ruff check --quiet --output-format concise .
check black --check --quiet --diff .
check mypy
check lint-imports
check python scripts/sizes.py
exit "$failed"
