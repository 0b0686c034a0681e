# Every target does its own set-up: a fresh machine needs Python 3.11 or later, and make.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --python $(BIN)/python --quiet --require-hashes --requirement requirements.lock
	$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/bench-installed: .venv/installed requirements-bench.lock
	$(BIN)/uv pip install --python $(BIN)/python --quiet --require-hashes --requirement requirements-bench.lock
	touch $@

.PHONY: help demo test axe check docs bench bench-docs bench-coverage bench-standardising lock

help: ## Tell what can be made
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile

demo: .venv/installed ## Make a sample country, hold a night on it, and show what came out
	$(BIN)/reconcile demo

test: .venv/installed ## Run the tests
	$(BIN)/pytest

axe: .venv/installed ## Fetch axe-core by npm: with it, and Chromium, the tests look at the report's accessibility
	npm install --silent --no-save --no-audit --no-fund --prefix .venv/axe axe-core@4.14.1

check: .venv/installed ## Lint, format, types, import direction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_imports.py

docs: .venv/installed ## Write the data dictionary, the rules and the tables in the docs again
	$(BIN)/python -m flows.dictionary
	$(BIN)/python -m flows.rules_document
	$(BIN)/python -m flows.reading_tables

bench: .venv/bench-installed ## Measure our linkage beside Splink and others, on the same records: 10 to 20 minutes
	$(BIN)/python -m benchmarks.linkage

bench-docs: .venv/bench-installed ## The same, and write its results in the docs again
	$(BIN)/python -m benchmarks.linkage --docs

bench-coverage: .venv/installed ## Measure how often coverage intervals hold the truth, in 20 sample countries
	$(BIN)/python -m benchmarks.coverage

bench-standardising: .venv/installed ## Measure time and memory of standardising a sample country
	$(BIN)/python benchmarks/standardising.py

lock: .venv/installed ## Resolve the dependencies again
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 --extra dev pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 --constraint requirements.lock --extra dev --extra bench pyproject.toml --output-file requirements-bench.lock
