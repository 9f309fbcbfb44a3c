# Phonex. `make serve` and `make test` each work on a fresh machine with Python 3.11 to 3.13.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PHONEX_ARGS ?=
SETUP_ARGS ?=
# Two at once: half of the tests wait for a service most of the time.
PYTEST_ARGS ?= --numprocesses 2 --no-loadscope-reorder
LOADTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup natural serve serve-neural cluster test test-portable check docs format bench loadtest lock clean

help:  ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.installed-serve  ## make an environment that can serve

serve: setup natural  ## start the service and say what to try next
	@$(BIN)/phonex serve $(PHONEX_ARGS)

natural: setup  # never fails for want of it: the embedded engine serves then, and says so
	@$(BIN)/phonex setup natural || \
		echo "The natural voice cannot be had here now, for the reason above; the embedded one serves."

serve-neural: setup  ## the same with the real voices: says what it downloads, and asks first
	@$(BIN)/phonex setup neural $(SETUP_ARGS)
	@$(BIN)/phonex serve $(PHONEX_ARGS)

cluster: $(VENV)/.installed-test  ## three Ray nodes with PostgreSQL, S3, Redis and a balancer, on this machine
	@$(BIN)/python -m clusterbox

test: $(VENV)/.installed-test build/models  ## run every test
	$(BIN)/python -m pytest $(PYTEST_ARGS)

build/models: | $(VENV)/.installed-test  # Kokoro, for the tests that hear it; without it they skip
	@$(BIN)/phonex setup natural --models-dir $@ || mkdir -p $@

# Kernels round as the processor's instructions have it. Without AVX-512, and half of them without any.
test-portable: $(VENV)/.installed-test  ## the networks' tests, as on a processor without AVX-512
	ATEN_CPU_CAPABILITY=default ONEDNN_MAX_CPU_ISA=AVX2 $(BIN)/python -m pytest \
		tests/engines/nn tests/engines/melo tests/engines/openvoice

check: $(VENV)/.installed-test  ## style, types and import arrows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.installed-docs  ## build the documentation into build/docs; a dead link stops it
	$(BIN)/sphinx-build -c docs --fail-on-warning --keep-going --nitpicky --quiet . build/docs

format: $(VENV)/.installed-test  ## put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-test  ## measure: start, engines, batching, text, networks, precision, memory
	$(BIN)/python -m benchmarks

loadtest: $(VENV)/.installed-test  ## two minutes of users against a service; LOADTEST_ARGS="--server ..."
	$(BIN)/python -m loadtests run $(LOADTEST_ARGS)

lock: $(VENV)/.installed-test  ## write requirements/*.txt anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra embedded -o requirements/serve.txt $(LOCK)
	$(BIN)/uv pip compile pyproject.toml --extra embedded --extra text --extra export --extra postgres \
		--extra s3 --extra loadtest --extra tracing --extra provenance --extra wyoming --extra mcp \
		--group dev -o requirements/test.txt $(LOCK)
	$(BIN)/uv pip compile pyproject.toml --extra embedded --extra text \
		--constraint requirements/test.txt -o requirements/neural.txt $(LOCK)
	$(BIN)/uv pip compile pyproject.toml --extra natural \
		--constraint requirements/test.txt -o requirements/natural.txt $(LOCK)
	$(BIN)/uv pip compile --group quality --no-deps \
		--constraint requirements/test.txt -o requirements/quality.txt $(LOCK)
	$(BIN)/uv pip compile --group docs \
		--constraint requirements/test.txt -o requirements/docs.txt $(LOCK)

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"

clean:  ## remove the environment
	rm -rf $(VENV)

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Phonex needs Python 3.11 to 3.13: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed-serve: requirements/serve.txt pyproject.toml | $(VENV)/.python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/serve.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

# What the documentation is built with, and no more: a small environment, or a part of the tests'.
$(VENV)/.installed-docs: requirements/docs.txt | $(VENV)/.python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/docs.txt
	@touch $@

# torch is not locked: which build of it is right depends on the machine.
$(VENV)/.installed-test: requirements/test.txt pyproject.toml | $(VENV)/.python
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/test.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@
