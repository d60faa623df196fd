# Every target makes the virtual environment it needs, so each works in a fresh clone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One environment: what operators need, then what developers need besides.
OPERATOR := $(VENV)/.operator
STAMP := $(VENV)/.installed
# Tools that ask for older libraries than ours, each in an environment of its own.
TOOLS := $(VENV)/aws/.installed $(VENV)/checkov/.installed
# Words are written in operation/locale and deployed compiled.
CATALOGUE := chalicelib/locale/%/LC_MESSAGES/paraply.mo
CATALOGUES := $(patsubst operation/locale/%.po,$(CATALOGUE),$(wildcard operation/locale/*.po))
PORT ?= 8000
# Browsers and the engine wait for each other's replies: one more than there are cores keeps these busy.
WORKERS ?= $(shell echo $$(($$(nproc 2>/dev/null || echo 2) + 1)))
# Of AWS, where it is not the usual one.
IN_REGION = $(if $(REGION),--region "$(REGION)")
# moto (in memory), or dynamodb-local (kept across restarts)
ENGINE ?= moto

.PHONY: help operator venv aws run test test-all style check format bench engine deploy destroy package rehearse screenshots clean

help: ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/'

operator: $(OPERATOR) $(CATALOGUES) ## Make the virtual environment that an operator needs, and compile the catalogues

venv: $(STAMP) $(CATALOGUES) ## The same, with all that developers need

$(OPERATOR): requirements.txt operation/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r operation/requirements.txt
	@touch $@

$(STAMP): requirements-dev.txt $(OPERATOR)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/%/.installed: operation/deployment/requirements-%.txt $(STAMP)
	$(PYTHON) -m venv $(VENV)/$*
	$(VENV)/$*/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(CATALOGUE): operation/locale/%.po $(OPERATOR)
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

deploy: operator ## Put a stage into your AWS account: make deploy STAGE=prod MAIL=us@example.org
	@$(BIN)/python manage.py deploy --stage "$(STAGE)" $(IN_REGION) $(if $(MAIL),--mail "$(MAIL)") $(OPTIONS)

destroy: operator ## Take a stage out of it: make destroy STAGE=prod
	@$(BIN)/python manage.py destroy --stage "$(STAGE)" $(IN_REGION) $(OPTIONS)

package: operator ## Build the deployment package into build/
	$(BIN)/python manage.py package

rehearse: venv $(TOOLS) ## Take the package the whole way on a loopback AWS, from an empty account to an empty one
	@$(BIN)/python manage.py rehearse

screenshots: venv ## Take the pictures of README and docs/authors.md anew
	$(BIN)/python -m tests.browser.screenshots docs/screens

clean: ## Remove what was made
	rm -rf $(VENV) build $(CATALOGUES)
