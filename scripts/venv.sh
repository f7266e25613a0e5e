#!/usr/bin/env bash
# Make the virtual environment: venv.sh FOLDER [PYTHON]. Needs Python 3.11 or newer.
set -euo pipefail

folder=$1
recent='import sys; sys.exit(sys.version_info < (3, 11))'

if [ -x "$folder/bin/python" ] && "$folder/bin/python" -c "$recent" 2>/dev/null \
    && "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

python=
for name in "${2:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    if [ -n "$name" ] && "$name" -c "$recent" >/dev/null 2>&1; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "burnish needs Python 3.11 or newer, and there is none on the path." >&2
    echo "Run: apt-get install python3 python3-venv    (or: make setup PYTHON=/path/to/python)" >&2
    exit 3
fi

echo "Making $folder with $("$python" --version) ..."
if ! words=$("$python" -m venv --clear "$folder" 2>&1); then
    rm -rf "$folder"
    case $words in
    *ensurepip*)
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "$python cannot make virtual environments: its venv package is missing." >&2
        echo "Run: apt-get install python$version-venv" >&2
        ;;
    *) echo "$words" >&2 ;;
    esac
    exit 3
fi
