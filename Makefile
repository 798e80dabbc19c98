# Two commands: `make serve` reads the book, `make test` proves it. `make help` lists the rest.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?= tests
PORT ?= 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help serve live test mutants figures coverage build book dist pdf lint notebooks parity benchmark stability seeds lock references update colab links clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 20

serve: build ## build the book if needed, serve it on this machine, open a browser
	@$(BIN)/python scripts/serve.py --port $(PORT)

build: $(VENV)/reader ## build what changed (warnings are errors)
	@$(BIN)/python scripts/build.py

live: $(VENV)/reader ## write and see: rebuild what is saved, reload the pages that are open
	@$(BIN)/python scripts/live.py --port $(PORT)

book: $(VENV)/reader ## build everything from nothing, as tests and publishing do
	@$(BIN)/python scripts/build.py --clean

dist: build ## pack the built book into one zip that is read offline
	@$(BIN)/python scripts/dist.py

pdf: $(VENV)/developer build ## print the chapters and the whole book to PDF, into _build/pdf
	@$(BIN)/python scripts/pdf.py

test: $(VENV)/developer ## everything: lint, clean build, unit tests, notebooks, browser; ARGS=tests/test_x.py for a part
	@$(BIN)/python scripts/test.py $(ARGS)

coverage: $(VENV)/developer ## run the tests and see that they reach every branch, in the browser's scripts too
	@$(BIN)/python scripts/measure_coverage.py

mutants: $(VENV)/developer build ## plant defects one at a time, and see the tests catch each
	@$(BIN)/python scripts/plant_defects.py

lint: $(VENV)/developer ## ruff over code and notebooks
	@$(BIN)/ruff check .

references: $(VENV)/developer ## remake the pictures that figures are compared with; first show old beside new
	-@$(BIN)/python -m pytest -q tests/test_figures.py --mpl-generate-summary=html --mpl-results-path=_build/references
	@$(BIN)/python -m pytest -q tests/test_figures.py --mpl-generate-path=tests/references
	@echo "Old beside new: _build/references/fig_comparison.html; look at each that changed before it is committed."

notebooks: $(VENV)/reader ## run every notebook in place and store it as it is to be committed
	@$(BIN)/python scripts/run_notebooks.py

parity: $(VENV)/reader ## compare nnbook with PyTorch, live (in an environment of its own, .venv-torch)
	@$(BIN)/python scripts/parity.py

benchmark: $(VENV)/reader ## print the tables of speed, against PyTorch and scikit-learn (in .venv-torch)
	@$(BIN)/python -m benchmarks

stability: $(VENV)/developer build ## compare all cells 12 times: two Pythons, 1 and 2 threads, three types of processor; and figures
	@$(BIN)/python scripts/stability.py $(filter-out tests,$(ARGS))

seeds: $(VENV)/reader ## run all notebooks with other random numbers: what they assert must hold; ARGS="2000 3000" names shifts
	@$(BIN)/python scripts/seeds.py $(filter-out tests,$(ARGS))

lock: $(VENV)/reader ## write the hashes of all pinned packages into the locks, and install from them
	@$(BIN)/python scripts/lock.py

figures: $(VENV)/developer build ## measure the README's figures anew and write its tables (about an hour)
	@$(BIN)/python scripts/figures.py

update: $(VENV)/reader ## move the pins to the newest versions, and show which printed numbers change
	@$(BIN)/python scripts/update.py

colab: $(VENV)/reader ## write copies of the notebooks that install what Colab lacks
	@$(BIN)/python scripts/colab.py

links: build ## ask every address outside the book that its pages link to
	@$(BIN)/python scripts/check_links.py

clean: ## remove what was built and the environment
	rm -rf _build $(VENV) .venv-torch *.egg-info .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "make: this book needs Python 3.11 or newer and found none; install it, or name one with 'make PYTHON=/path/to/python3 …'." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "make: this book needs Python 3.11 or newer, but '$(PYTHON)' is not; name another with 'make PYTHON=/path/to/python3 …'." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "make: '$(PYTHON)' cannot make environments; install its venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Making the environment $(VENV) with $(PYTHON) ..."
	@rm -rf $(VENV) && $(PYTHON) -m venv $(VENV)

$(VENV)/reader: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the book needs (once) ..."
	@$(BIN)/pip install --quiet -r requirements.txt
	@$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/developer: $(VENV)/reader
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/pip install --quiet --constraint requirements.txt --editable '.[dev,instructor,dask]'
	@touch $@
