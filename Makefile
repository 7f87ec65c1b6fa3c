# Two commands: `make demo` shows linkshed at work, `make test` proves it. Both set up everything.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v $$p && break; done)
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
DATA ?= ../shared/data
PAGES ?= /usr/share/doc

.PHONY: help demo test lint types imports unit browser evals docs screens bench clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "linkshed needs Python 3.11 or newer: install it, or run: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "could not make a virtual environment: on Debian, apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/run: $(VENV)/made pyproject.toml constraints.txt
	@echo "setting up $(VENV) (once)"
	@$(INSTALL) -e '.[all]'
	@touch $@

$(VENV)/dev: $(VENV)/run pyproject.toml constraints.txt
	@$(INSTALL) -e '.[dev]'
	@touch $@

$(VENV)/bench: $(VENV)/dev
	@$(INSTALL) -e '.[bench]'
	@touch $@

demo: $(VENV)/run ## build the demonstration web and show what linkshed makes of it
	@$(BIN)/linkshed demo

test: lint types imports unit ## everything that must hold

lint: $(VENV)/dev
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --no-cache --check --quiet .

types: $(VENV)/dev
	@$(BIN)/mypy

imports: $(VENV)/dev
	@$(BIN)/lint-imports --config importlinter.ini --no-cache

unit: $(VENV)/dev browser
	@command -v linkchecker >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	&& apt-get install -qq -y linkchecker >/dev/null 2>&1; } || echo "no linkchecker: tests beside it are skipped"
	@$(BIN)/python -m pytest -n 2

browser:
	@command -v chromium chromium-browser google-chrome >/dev/null \
	|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get install -qq -y chromium >/dev/null 2>&1; } \
	|| echo "no browser: its tests are skipped (apt install chromium)"

evals: $(VENV)/bench ## judge placement against hand-marked pages, beside two other tools
	@$(BIN)/python evals/eval_placement.py --data $(DATA)/placement --peers

docs: $(VENV)/dev ## write docs/reference from the code, and the output shown in examples
	@$(BIN)/python docs/generate.py
	@$(BIN)/python tests/golden.py

screens: $(VENV)/dev browser ## take the pictures of the explorer that the documents show
	@$(BIN)/python docs/screens.py

bench: $(VENV)/bench ## measure side by side with peers (PAGES=folder of HTML)
	@$(BIN)/python benchmarks/bench_extract.py --pages $(PAGES)
	@$(BIN)/python benchmarks/bench_crawl.py --pages $(PAGES)
	@$(BIN)/python benchmarks/bench_solve.py
	@$(BIN)/python benchmarks/bench_build.py --store build/bench-store
	@$(BIN)/python benchmarks/bench_backlinks.py --store build/bench-store
	@$(BIN)/python benchmarks/bench_optimise.py --store build/bench-site
	@$(BIN)/python benchmarks/bench_pipeline.py --pages $(PAGES)

clean: ## remove what make made
	rm -rf $(VENV) build dist src/*.egg-info demo-store demo-store.warc.gz .pytest_cache .mypy_cache .ruff_cache
