# make demo | test | run | check. The first call makes .venv from the pinned versions.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed

# The first interpreter that is new enough; PYTHON=... overrides.
PYTHON ?= $(shell for p in python3.12 python3.13 python3.14 python3 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1 && echo $$p && break; done)

# A file's tests stay with one worker: what they share is made once.
WORKERS ?= -n auto --dist loadfile

.PHONY: demo test run check bench clean

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Clinic Desktop needs Python 3.12 or newer. Install it, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) from constraints.txt (once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

demo: $(STAMP)
	@$(PY) -m clinic_desktop demo $(ARGS)

run: $(STAMP)
	@$(PY) -m clinic_desktop $(ARGS)

test: $(STAMP)
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest $(WORKERS) $(ARGS)

check: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/pyright
	$(VENV)/bin/lint-imports
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -q $(WORKERS) $(ARGS)

bench: $(STAMP)
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -q -s --override-ini addopts= --import-mode=importlib tests/benchmarks/bench_*.py $(ARGS)

clean:
	rm -rf $(VENV) build dist
