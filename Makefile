# Every command of the project. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SHELLFLAGS := -ec
.ONESHELL:
.NOTPARALLEL:

SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3; do \
	$$p -c '$(SUPPORTED)' 2>/dev/null && break; done; command -v $$p)
BIN := .venv/bin
SOURCES := schemas/km_schemas proxy/km streams/km_streams services/km_services deploy/local/km_local tests
WORKERS ?= 2
NPM := PATH="$(CURDIR)/.venv/bin:$$PATH" npm

.PHONY: help demo up test bench-proxy bench-sanitize bench-hostile bench-score compare-sanitize accuracy evidence learn canaries fuzz lint fmt clean lock pictures venv venv-test pages

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

demo: venv ## the whole system with real traffic, until Ctrl-C; ONCE=1 checks it and exits
	@exec $(BIN)/km-local demo $(if $(ONCE),--once)

up: venv ## the whole system without traffic of its own, until Ctrl-C
	@exec $(BIN)/km-local up

test: venv-test pages ## every test, on a real broker, a real database and a real browser
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

bench-proxy: venv-test ## what km adds to a round trip, beside a C floor and peers; ARGS=--no-peers: short; ARGS="--only outage --outage-minutes 10"
	@exec $(BIN)/python -m tests.bench.proxy $(ARGS)

bench-sanitize: venv-test ## frames a second that one core sanitizes, and how accurately, beside a floor
	@exec $(BIN)/python -m tests.bench.sanitize $(ARGS)

bench-hostile: venv-test ## milliseconds that 100 KB made to be slow takes to sanitize, in many shapes
	@exec $(BIN)/python -m tests.bench.sanitize --hostile $(ARGS)

bench-score: venv-test ## frames a second that one core scores, beside decoding and encoding them
	@exec $(BIN)/python -m tests.bench.score $(ARGS)

compare-sanitize: venv-test ## the sanitizer beside Presidio, detect-secrets and CredSweeper
	@exec $(BIN)/python -m tests.bench.compare $(ARGS)

accuracy: venv-test ## what the sanitizer finds of 100 kinds of values, and what it spares of as many others
	@exec $(BIN)/python -m tests.accuracy.sanitize.report --each 5 $(ARGS)

evidence: venv-test ## what ordinary traffic and attack stories score, and why
	@exec $(BIN)/python -m tests.stories.report $(ARGS)

learn: venv-test ## learn anew how texts that give orders speak
	@exec $(BIN)/python -m tests.learning.learn $(ARGS)

canaries: venv-test ## a fresh secret for every rule through the whole system, then searched for everywhere
	@exec $(BIN)/python -m tests.canaries $(ARGS)

fuzz: venv-test ## looks for input that breaks a promise of the sanitizer; SECONDS=60
	@exec $(BIN)/python -m tests.canaries.fuzz --seconds $(or $(SECONDS),60)

lint: venv-test pages ## ruff, mypy, import-linter, and the pages' own linter and types
	@$(BIN)/ruff check $(SOURCES) deploy/bootstrap.py
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	cd services/dashboard
	$(NPM) run --silent lint
	$(NPM) run --silent typecheck

fmt: venv-test ## formats all Python code
	@$(BIN)/ruff format $(SOURCES) && $(BIN)/ruff check --fix $(SOURCES)

pages: services/dashboard/node_modules/.with-test-tools

services/dashboard/node_modules/.with-test-tools: services/dashboard/package-lock.json | venv
	@cd services/dashboard && $(NPM) ci --no-audit --no-fund && touch node_modules/.package-lock.json node_modules/.with-test-tools

pictures: venv-test pages ## the README's pictures, taken from a demo that runs
	@exec $(BIN)/python tests/e2e/dashboard/picture.py

lock: venv-test ## writes the lock files anew from requirements*.in
	@for name in requirements requirements-test requirements-mcp requirements-compare requirements-fuzz \
	  deploy/docker/requirements; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-annotate --custom-compile-command 'make lock' $$name.in -o $$name.lock || exit 1; \
	done

clean: ## ends nothing that runs; removes all that was made here
	@[ -x $(BIN)/km-local ] && $(BIN)/km-local clean
	rm -rf .venv .venv-mcp .km services/dashboard/node_modules services/dashboard/dist test-results \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

venv:
	@[ -n "$(PYTHON)" ] || { echo "kilometers: no python3 on PATH; install Python 3.11, 3.12 or 3.13." >&2; exit 1; }
	$(PYTHON) deploy/bootstrap.py run

venv-test:
	@[ -n "$(PYTHON)" ] || { echo "kilometers: no python3 on PATH; install Python 3.11, 3.12 or 3.13." >&2; exit 1; }
	$(PYTHON) deploy/bootstrap.py test
