# People, pre-commit and CI all run these targets. `make help` lists them.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --root-user-action=ignore

.DEFAULT_GOAL := help
.PHONY: help setup demo check test bench results docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.setup ## Make .venv with burnish in it

demo: $(VENV)/.local ## Fetch the embedded model, generate examples/specs, say where they lie
	@scripts/demo.sh

# Two workers: a file of tests is one worker's, and no more are taken however many cores there are.
test: $(VENV)/.dev ## Install the development extras and run the whole suite
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(ARGS)

check: $(VENV)/.dev ## Lint, format, types, order of imports, file sizes
	@scripts/check.sh

bench: $(VENV)/.bench ## Measure: sandbox latency, analysis, start-up, memory
	@set -e; for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file; done

results: $(VENV)/.bench ## What each part of the loop adds, with the embedded model; takes hours, resumes
	@$(BIN)/python benchmarks/ablation.py humaneval --limit 40
	@$(BIN)/python benchmarks/ablation.py burnish --split dev

docs: $(VENV)/.dev ## Run every command line, code block and link of the documentation
	@$(BIN)/python -m pytest tests/test_docs.py $(ARGS)

clean: ## Remove .venv and what was generated here
	rm -rf $(VENV) demo-out build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# A stamp per set of extras: repeated makes cost nothing until pyproject.toml changes.
$(VENV)/.setup: pyproject.toml scripts/venv.sh
	@scripts/venv.sh $(VENV) $(PYTHON)
	@echo "Installing burnish into $(VENV) (a minute or two) ..."
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.local: $(VENV)/.setup
	@$(INSTALL) -e '.[local]'
	@touch $@

$(VENV)/.dev: $(VENV)/.local
	@echo "Installing the development extras ..."
	@$(INSTALL) -e '.[dev]'
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	@$(INSTALL) -e '.[bench]'
	@touch $@
