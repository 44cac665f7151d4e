# Everything runs in .venv, which holds exactly what requirements/*.txt pins.
PYTHON ?= python3
BIN := .venv/bin
# Two workers: more of them on a small machine make the timed tests lie.
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help install demo test test-fast test-slow lint format bench fuzz needs lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.extras  ## make .venv with Sviedka in it: .venv/bin/sviedka

demo: .venv/.base  ## make an archive of invented material, seal it, tamper with a copy, prove an item
	$(BIN)/python scripts/demo.py

test: needs lint test-fast  ## lint, then all tests but the slow ones

test-fast: .venv/.peers  ## all tests but the slow ones, with the programs that are there
	$(BIN)/pytest -n $(WORKERS) -m "not slow"

test-slow: needs  ## the slow tests: fault injection, kill loops, big files
	$(BIN)/pytest -n $(WORKERS) -m slow

lint: .venv/.dev  ## style, types and the order of the wings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/.dev  ## lay out the code as the formatter wants it
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/.peers  ## measure speed against the floor and the peers; writes docs/benchmarks.md
	scripts/needs bench
	$(BIN)/python -m tests.bench

fuzz: .venv/.dev  ## feed the readers of hostile input with mutations
	$(BIN)/python -m tests.fuzz

needs: .venv/.peers  ## install the programs that the tests call, or say what to install
	scripts/needs test

lock: .venv/.dev  ## pin the newest versions, with hashes and without addresses
	scripts/lock

clean:  ## remove the environment and everything else that was made here
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf demo-archive src/*.egg-info
	find src tests scripts -name __pycache__ -prune -exec rm -rf {} +

.venv/.base: requirements/base.txt pyproject.toml scripts/bootstrap.py
	$(PYTHON) scripts/bootstrap.py base
	@touch $@

.venv/.extras: .venv/.base requirements/extras.txt
	$(PYTHON) scripts/bootstrap.py extras
	@touch $@

.venv/.dev: .venv/.extras requirements/dev.txt
	$(PYTHON) scripts/bootstrap.py dev
	@touch $@

.venv/.peers: .venv/.dev requirements/peers.txt
	$(PYTHON) scripts/bootstrap.py peers
	@touch $@
