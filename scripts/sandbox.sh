#!/usr/bin/env bash
# Prepare the best sandbox of this machine: the Docker image if an Engine answers, else bubblewrap.
# sandbox.sh [--offline]: build the image's base from Debian packages, asking no registry.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin

state=$("$bin/python" - <<'PY'
from burnish.errors import BurnishError
from burnish.sandbox.images import available

try:
    print("ready" if any(image.current for image in available()) else "missing")
except BurnishError:
    print("none")
PY
)
case $state in
ready) echo "Sandbox: Docker, its image is here." ;;
none) echo "Sandbox: no Docker Engine answers, so bubblewrap." ;;
missing)
    echo "Sandbox: Docker; building its image ..."
    if [ "${1:-}" = --offline ]; then
        "$bin/burnish" sandbox build python --offline
    else
        "$bin/burnish" sandbox build python || "$bin/burnish" sandbox build python --offline \
            || echo "The image could not be built (above), so bubblewrap."
    fi
    ;;
esac
