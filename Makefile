# Kram: `make up` needs Python 3.11+ alone. `make` lists the commands.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help up assets test check bench stress clean
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PYTHON ?= $(shell test -x $(BIN)/python && echo $(BIN)/python || sh scripts/python.sh)
RUN := $(BIN)/python -m
ARGS ?=
# Since when the person waits, in seconds; macOS' date knows no %N.
export KRAM_UP_STARTED := $(shell date +%s.%N | sed 's/N$$//')

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name what; do printf '%-14s %s\n' "$$name" "$$what"; done

up: .runtime ## Start everything on this machine: the shop, its bots and the phone
	@exec $(RUN) kram up

assets: .runtime ## Bundle the pages' scripts and styles, if they changed
	@$(RUN) kram assets

test: .dev ## Run the tests; ARGS="tests/kit -k money" picks some
	@$(RUN) kram assets
	@$(RUN) pytest -n auto $(ARGS)

check: .dev ## Look at format, lint, types and the floors' contracts
	@$(RUN) ruff format --check --quiet . || { echo "Run: $(BIN)/ruff format ."; exit 1; }
	@$(RUN) ruff check --quiet .
	@$(RUN) mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/rules.py
	@$(BIN)/python scripts/circles.py
	@$(RUN) kram assets --check

bench: .dev ## Measure; each figure is a ratio to its limit or peer
	@$(RUN) bench $(ARGS)

stress: .dev ## Run the long tests: many shops, many orders, kill -9 of everything
	@$(RUN) pytest -n auto -m stress $(ARGS)

clean: ## Remove what was built and downloaded; the data in .kram stays
	@rm -rf .venv node_modules kram/assets

.PHONY: .runtime .dev
.runtime .dev:
	@test -n "$(PYTHON)" && "$(PYTHON)" scripts/venv.py $(@:.%=%)
