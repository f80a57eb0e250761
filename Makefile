# Settei in one word each. Any of these may be the first one run: it makes what it needs.

PYTHON ?= python3
ARGS ?=
RUN := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo test serve check soak clean environment environment-dev

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: environment ## set up, then draw the sample shot from its sheets to a contact sheet
	@exec $(RUN) manage.py demo $(ARGS)

serve: environment ## the web pages and the worker on http://127.0.0.1:8000; Ctrl-C stops both
	@exec $(RUN) manage.py serve $(ARGS)

test: environment-dev ## run all tests (one of them: make test ARGS="-k name")
	$(RUN) -m pytest -n 2 $(ARGS)

check: environment-dev ## static checks: format, lint, types, layers, Django's own
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	.venv/bin/lint-imports --no-logo
	$(RUN) manage.py check
	$(RUN) manage.py makemigrations --check --dry-run

soak: environment-dev ## the long measurements
	$(RUN) -m pytest -m soak $(ARGS)

clean: ## remove .venv and caches; your library in var/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

environment:
	@$(PYTHON) config/bootstrap.py

environment-dev:
	@$(PYTHON) config/bootstrap.py --dev
