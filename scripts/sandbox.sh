#!/usr/bin/env bash
# Prepare the best sandbox of this machine: Docker images if an Engine answers, else bubblewrap.
# sandbox.sh [--offline] [LANGUAGE|all]: offline builds the base from Debian packages, asking no
# registry; Python if no language is named.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
offline=
if [ "${1:-}" = --offline ]; then
    offline=--offline
    shift
fi
language=${1:-python}

if ! "$bin/python" - <<'PY'; then
import sys

from burnish.errors import BurnishError
from burnish.sandbox.images import available

try:
    available()
except BurnishError:
    sys.exit(1)
PY
    echo "Sandbox: no Docker Engine answers, so bubblewrap."
    exit 0
fi
if [ -n "$offline" ]; then
    "$bin/burnish" sandbox build "$language" --offline
else
    "$bin/burnish" sandbox build "$language" || "$bin/burnish" sandbox build "$language" --offline \
        || echo "The image could not be built (above), so bubblewrap."
fi
