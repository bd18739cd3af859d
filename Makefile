# Two commands do everything on a fresh machine with Python 3.11 or newer: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
  BIN := $(VENV)/Scripts
else
  BIN := $(VENV)/bin
endif
CHATCLONE := $(BIN)/chatclone
HOME_DIR := demo
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo ui test test-all lint format bench conformance samples lock clean
.DEFAULT_GOAL := demo

demo: $(VENV)/ready ## the main job on the bundled sample exports
	$(CHATCLONE) demo --home $(HOME_DIR)

ui: $(VENV)/ready ## the Dagster UI on the demo's home
	$(CHATCLONE) ui --home $(HOME_DIR)

test: $(VENV)/ready-dev ## every stage once, under ten minutes
	$(BIN)/python -m pytest -m "not slow" -n 2

test-all: $(VENV)/ready-dev ## browser, corpora, kill and scale too; here a skip is a failure
	CHATCLONE_NO_SKIPS=1 $(BIN)/python -m pytest -n 2

lint: $(VENV)/ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/ready-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/ready-bench ## side by side with live peers: make bench SUITE=readers
	$(BIN)/python -m bench $(or $(SUITE),all)

conformance: $(VENV)/ready-dev ## every reader against the vectors in ../shared/conformance, as a table
	$(BIN)/python -m tests.readers.conformance

samples: $(VENV)/ready ## write the sample exports anew (always the same bytes)
	$(BIN)/python -m samples.make_samples

# torch's own requirements pin the CUDA libraries it needs, and a CPU wheel of torch needs none: naming them here would
# install gigabytes beside it.
NOT_LOCKED := triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti nvidia-cuda-nvrtc \
  nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse \
  nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --no-annotate \
  --custom-compile-command "make lock" $(addprefix --no-emit-package ,$(NOT_LOCKED))

lock: ## pin every version anew (needs uv)
	$(LOCK) -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --extra dev --extra bench -c requirements-dev.lock -o requirements-bench.lock

$(VENV)/bare:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip
	touch $@

$(VENV)/ready: $(VENV)/bare requirements.lock pyproject.toml
	@echo "Installing what ChatClone needs into $(VENV); the first time takes a few minutes."
	$(PIP) install -r requirements.lock
	$(PIP) install --no-deps --editable .
	touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.lock
	$(PIP) install -r requirements-dev.lock
	touch $@

$(VENV)/ready-bench: $(VENV)/ready-dev requirements-bench.lock
	$(PIP) install -r requirements-bench.lock
	touch $@

clean: ## forget the demo and the environment
	rm -rf $(HOME_DIR) $(VENV)
