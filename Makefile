# Every target says what it does: `make` lists them.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
DEBIAN_BROWSER := /usr/bin/chromium
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.DEFAULT_GOAL := help
.PHONY: help setup run clients test test-unit lint format bench load torture torture-cluster lock screenshot clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: $(VENV)/.ready  ## make the virtual environment and install what the program needs

$(VENV)/.ready: requirements.lock scripts/setup.sh
	scripts/setup.sh $(VENV) requirements.lock
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	scripts/setup.sh $(VENV) requirements-dev.lock
	@touch $@

run: $(VENV)/.ready  ## open the studio on http://127.0.0.1:7860 (ARGS="--port 8000 --share")
	@$(PY) app.py $(ARGS)

test: $(VENV)/.ready-dev $(DEBIAN_BROWSER) clients  ## set everything up, take the weights, run all tests
	$(PY) app.py models pull
	$(PY) -m pytest $(ARGS)

test-unit: $(VENV)/.ready-dev  ## only the fast tests: no network, no weights, no browser
	$(PY) -m pytest tests/unit $(ARGS)

$(DEBIAN_BROWSER):
	$(SUDO) apt-get update -qq
	$(SUDO) apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core

clients:  # what clients of remove.bg, and the JavaScript of the documentation, are run and installed with
	@command -v curl >/dev/null && command -v npm >/dev/null && command -v node >/dev/null || \
	{ $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends curl npm nodejs; }

lint: $(VENV)/.ready-dev  ## format check, lint and types
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

format: $(VENV)/.ready-dev  ## put the code into shape
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(VENV)/.ready-dev  ## rembg against us, side by side, with the same model (ARGS="--only cold folder")
	$(PY) app.py models pull
	$(PY) -m benchmarks $(ARGS)

load: $(VENV)/.ready-dev  ## our server against rembg's under load (ARGS="--quick")
	$(PY) app.py models pull
	$(PY) -m benchmarks.load $(ARGS)

torture: $(VENV)/.ready-dev  ## what the server and a batch bear, beside its targets (ARGS="--minutes 30", "--only slow soak")
	$(PY) app.py models pull
	$(PY) -m benchmarks.torture $(ARGS)

torture-cluster: $(VENV)/.ready-dev  ## ten storms over a batch on three machines, as root (ARGS="--seeds 3")
	$(PY) -m tests.cluster.seeds $(ARGS)

lock:  ## pin what requirements*.txt ask for (needs uv)
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header requirements.txt requirements-agents.txt -o requirements.lock
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header requirements-dev.txt -c requirements.lock -o requirements-dev.lock
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header requirements-cluster.txt -c requirements-dev.lock -o requirements-cluster.lock

screenshot: $(VENV)/.ready-dev $(DEBIAN_BROWSER)  ## take the README's picture from the real app
	$(PY) -m scripts.screenshot docs/studio.png

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .venv-rembg .mypy_cache .ruff_cache .pytest_cache .hypothesis
