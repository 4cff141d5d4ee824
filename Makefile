# The front door. A bare `make` says what there is; all it needs is Python 3.11 or newer and make.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
SHELL := /bin/bash

VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2
ARGS ?=

# The first Python on the PATH that is new enough; `make PYTHON=...` names another.
PYTHON ?= $(shell for one in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$one"; break; }; done)

# What has been done is remembered in empty files, so that a second call is quick.
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
PACKAGE := $(VENV)/.package-installed
SYSTEM := $(VENV)/.system-parts-found
FETCHED := node_modules/.fetched
ASSETS := static/build/formsvc.css

help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUNTIME) $(PACKAGE) $(ASSETS)  ## Install, make the demonstration, and serve it with a worker
	$(BIN)/formsvc demo
	$(BIN)/formsvc serve --worker

setup: $(DEV) $(PACKAGE) $(ASSETS) $(SYSTEM)  ## Install everything that work on the project needs

test: setup  ## Run every test but the long ones, with real parts, in random order (ARGS=... goes to pytest)
	@$(PYTEST) -n $(WORKERS) --dist loadfile $(ARGS)

test-fast: $(DEV) $(PACKAGE) $(ASSETS)  ## Run the unit tests and the guards only
	@$(PYTEST) tests/unit tests/guards $(ARGS)

test-all: setup  ## Run every test, the long ones too, with thousands of examples for each property
	@HYPOTHESIS_PROFILE=long $(PYTEST) -n $(WORKERS) --dist loadfile -m "long or not long" $(ARGS)

check: $(DEV) $(PACKAGE)  ## Lint, format, types, layers, docs and locks: nothing is changed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python tools/check_docs.py
	$(BIN)/python tools/lock.py --check

fmt: $(DEV)  ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

golden: setup  ## Write the golden files anew; read the difference before you commit it
	$(PYTEST) --write-golden $(ARGS)

pictures: setup  ## Approve the pages as they are drawn now; look at every one that it names
	$(PYTEST) --write-golden tests/pictures $(ARGS)

bench: $(DEV) $(PACKAGE) $(ASSETS)  ## Measure the street, seals and pages, and the same form elsewhere, in one run
	$(BIN)/python -m tests.bench.street $(ARGS)
	$(BIN)/python tests/bench/pages.py
	$(BIN)/python -m tests.bench.prefilling

preview: $(RUNTIME) $(PACKAGE) $(ASSETS)  ## Draw a form from dummy answers: make preview FORM=trigger_plan
	@test -n "$(FORM)" || { echo "Which form? make preview FORM=trigger_plan" >&2; exit 2; }
	$(BIN)/formsvc preview $(FORM) $(ARGS)

lock: $(DEV)  ## Write the lock files anew from pyproject.toml (ARGS=--upgrade takes newer versions)
	$(BIN)/python tools/lock.py $(ARGS)

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer on the PATH. Remedy: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Remedy: on Debian, apt-get install python3-venv; or name another with make PYTHON=..." >&2; exit 1; }

$(RUNTIME): requirements/runtime.txt | $(VENV)/pyvenv.cfg
	@echo "Installing what the service needs"
	@$(PIP) --require-hashes -r $<
	@touch $@

$(DEV): requirements/dev.txt | $(VENV)/pyvenv.cfg
	@echo "Installing what the service, its tests and its checks need"
	@$(PIP) --require-hashes -r $<
	@touch $@

# The package itself, in place. What builds it is in the locks, so nothing is fetched here.
$(PACKAGE): pyproject.toml | $(VENV)/pyvenv.cfg
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(FETCHED): package-lock.json package.json .npmrc requirements/node.txt tools/assets.py | $(VENV)/pyvenv.cfg
	@$(BIN)/python tools/assets.py
	@touch $@

$(ASSETS): $(wildcard static/scss/*.scss) $(FETCHED)
	@$(BIN)/python tools/assets.py css
	@touch $@

$(SYSTEM): tools/system_parts.py | $(VENV)/pyvenv.cfg
	@$(BIN)/python tools/system_parts.py
	@touch $@

.PHONY: help run setup test test-fast test-all check fmt golden pictures bench preview lock
