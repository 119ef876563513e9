# `make` alone lists what there is. Everything lives in .venv/ and is made anew only when a lock file changes.

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench lock clean environment test-environment browser
MAKEFLAGS += --no-print-directory

# The first Python that is new enough; another one: make run PYTHON=/path/to/python3
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; done; echo python3)
VENV := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
TESTS ?=

# Compiled modules make every later start quicker.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | while IFS='	' read -r name text; do printf '  make %-7s %s\n' "$$name" "$$text"; done

setup: environment ## make the environment only

run: environment ## serve on http://127.0.0.1:8000 (HOST=, PORT= to change)
	@exec $(VENV)/lms serve --host $(HOST) --port $(PORT)

test: test-environment browser ## run every test, the browser ones too (TESTS=path for some)
	@$(VENV)/python -m pytest -n 2 --dist loadgroup $(TESTS)

check: test-environment ## style, types and import directions
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports --no-cache

bench: test-environment ## measure pages, attempts and reports
	@$(VENV)/python -m pytest tests/benchmarks -o python_files='bench_*.py' -s

LOCK = $(VENV)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-config --no-emit-index-url --no-annotate --custom-compile-command 'make lock' pyproject.toml

lock: test-environment ## pin the newest dependencies pyproject.toml allows
	$(LOCK) --extra postgres --output-file requirements.lock
	$(LOCK) --group dev --constraint requirements.lock --output-file requirements-test.lock

clean: ## remove the environment, caches and built files (never data)
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find lms tests migrations -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

environment:
	@$(PYTHON) .ci/environment.py requirements.lock

test-environment:
	@$(PYTHON) .ci/environment.py requirements-test.lock

browser: test-environment
	@$(VENV)/python tests/browser/provision.py
