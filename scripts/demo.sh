#!/usr/bin/env bash
# Generate every specification of examples/specs with the embedded model (BURNISH_LM overrides).
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
out=demo-out
export BURNISH_LM=${BURNISH_LM:-local}

if [ "$BURNISH_LM" = local ]; then
    "$bin/burnish" lm pull
fi
scripts/sandbox.sh

accepted=0
total=0
for spec in examples/specs/*.md; do
    name=$(basename "$spec" .md)
    total=$((total + 1))
    printf '\n== %s\n' "$name"
    code=0
    "$bin/burnish" generate --file "$spec" --out "$out/$name" --force || code=$?
    case $code in
    0) accepted=$((accepted + 1)) ;;
    1) ;; # not accepted: the best attempt is written, with the reasons in its report
    *) exit "$code" ;;
    esac
done

printf '\n%s of %s accepted. What was written:\n' "$accepted" "$total"
for folder in "$out"/*/; do
    printf '  %s%s\n' "$folder" "$(cd "$folder" && ls ./*.py README.md report.html 2>/dev/null | tr '\n' ' ' | sed 's|\./| |g')"
done
echo "Every step and prompt is in MLflow: run \`$bin/burnish ui\` and open the address it prints."
