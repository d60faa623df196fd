# Every target makes the virtual environment it needs, so each works in a fresh clone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Tools that ask for older libraries than ours, each in an environment of its own.
TOOLS := $(VENV)/aws/.installed $(VENV)/checkov/.installed
# Words are written in operation/locale and deployed compiled.
CATALOGUE := chalicelib/locale/%/LC_MESSAGES/paraply.mo
CATALOGUES := $(patsubst operation/locale/%.po,$(CATALOGUE),$(wildcard operation/locale/*.po))
PORT ?= 8000
# Browsers and the engine wait for each other's replies: one more than there are cores keeps these busy.
WORKERS ?= $(shell echo $$(($$(nproc 2>/dev/null || echo 2) + 1)))
# moto (in memory), or dynamodb-local (kept across restarts)
ENGINE ?= moto

.PHONY: help venv aws run test test-all style check format bench engine package screenshots clean

help: ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/'

venv: $(STAMP) $(CATALOGUES) ## Make the virtual environment and compile the catalogues

$(STAMP): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(STAMP)

$(VENV)/%/.installed: operation/deployment/requirements-%.txt $(STAMP)
	$(PYTHON) -m venv $(VENV)/$*
	$(VENV)/$*/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(CATALOGUE): operation/locale/%.po $(STAMP)
	@mkdir -p $(@D)
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

aws: $(TOOLS) ## Install what stands in for AWS on this machine

run: venv ## Serve everything on this machine, with a demo, on PORT (8000); ENGINE=dynamodb-local keeps data
	@PORT=$(PORT) $(BIN)/python manage.py serve --engine $(ENGINE)

test: venv ## The fast tests
	$(BIN)/pytest -n auto -m "not browser and not engine and not slow"

test-all: test $(TOOLS) ## All tests: the fast ones, then browsers, engine, rehearsal and long properties
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "browser or engine or slow"

style: venv ## Format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check: style test ## The same, and the fast tests

format: venv ## Format and sort imports
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

engine: venv ## Fetch DynamoDB Local, AWS's own engine, start it and stop it
	$(BIN)/python manage.py engine

bench: venv ## Measure submissions, counting, and how far printed numbers are from true ones
	$(BIN)/python -m tests.benchmarks

package: venv ## Build the deployment package into build/
	$(BIN)/python manage.py package

screenshots: venv ## Take the README's pictures anew
	$(BIN)/python -m tests.browser.screenshots docs/screens

clean: ## Remove what was made
	rm -rf $(VENV) build $(CATALOGUES)
