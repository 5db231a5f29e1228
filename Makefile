# Every target sets up what it needs, in .venv/ and .tools/.

PYTHON ?= python3
BIN := .venv/bin
OPA := .tools/opa
REGAL := .tools/regal
CONFTEST := .tools/conftest
PYTEST := $(BIN)/pytest --numprocesses auto --dist worksteal
export POLICYCHECK_OPA = $(CURDIR)/$(OPA)

.PHONY: help scan test lint bundle bundle-check opa bench lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-13s %s\n", $$1, $$2}' Makefile

scan: .venv/runtime ## judge the sample city in inventory/ (needs only Python and the package index)
	@$(BIN)/policycheck scan inventory --as-of 2026-11-20; code=$$?; \
	case $$code in \
	0) ;; \
	3) echo "make scan: the sample city has violations on purpose; a bare 'policycheck scan' would have ended $$code.";; \
	*) exit $$code;; esac

test: .venv/dev ## run every test; without OPA, all that can do without it
	@if $(MAKE) --no-print-directory $(OPA); then \
		{ $(MAKE) --no-print-directory $(CONFTEST) || [ "$$CI" != true ]; } && \
		$(OPA) test --ignore '*.yaml' policies && $(BIN)/python tools/rego_coverage.py --opa $(OPA) policies && $(PYTEST); \
	elif [ "$$CI" = true ]; then \
		echo "make test: OPA cannot be had, and in CI nothing may be left out" >&2; exit 1; \
	else \
		$(PYTEST) -m "not opa" && \
		echo "make test: WITHOUT OPA. LEFT OUT: the tests of the policies and of the opa engine." >&2; \
	fi

lint: .venv/dev $(OPA) $(REGAL) ## check style, types, and the policies against the schemas
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(OPA) fmt --fail --diff policies
	$(BIN)/python tools/check_rego_types.py --opa $(OPA)
	$(REGAL) lint policies

bundle: .venv/dev $(OPA) ## compile the policies into src/policycheck/bundle/, and write docs/catalogue.md
	$(BIN)/python tools/build_bundle.py --opa $(OPA)
	$(BIN)/python tools/write_catalogue.py

bundle-check: .venv/dev $(OPA) ## check that the compiled policies and docs/catalogue.md are what their sources give
	$(BIN)/python tools/build_bundle.py --opa $(OPA) --check
	$(BIN)/python tools/write_catalogue.py --check

opa: $(OPA) ## provide the pinned OPA in .tools/

$(OPA) $(REGAL) $(CONFTEST): .tools/%: tools/get-tool
	@tools/get-tool $* $@

bench: .venv/dev $(OPA) $(CONFTEST) ## measure policycheck beside what else judges by Rego, and write docs/benchmarks.md (an hour; BENCH=--quick: seconds)
	$(BIN)/python benchmarks/compare.py --opa $(OPA) --conftest $(CONFTEST) $(BENCH)

lock: .venv/dev ## pin the newest dependencies that pyproject.toml allows
	printf 'hatchling\neditables\n' | $(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url - -o requirements/build.txt
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		pyproject.toml -c requirements/build.txt -o requirements/runtime.txt
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		pyproject.toml --extra dask --group dev -c requirements/runtime.txt -o requirements/dev.txt

clean: ## remove everything that was set up or made
	rm -rf .venv .tools .cache build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/runtime .venv/dev: .venv/%: requirements/%.txt requirements/build.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt -r $<
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
