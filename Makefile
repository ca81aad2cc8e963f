# `make appendix` makes the papers and `make test` runs every check. Both need Python 3.11 or newer. They install everything
# else into .venv, from requirements.lock. This file uses only what GNU make 3.81 knows, because a Mac has that version.

AS_OF := 2023-01-12
REPORTS := action-plan audit-follow-up
PY := .venv/bin/python
P2PTRACK := .venv/bin/p2ptrack

# The first Python that is new enough and can make an environment; otherwise the first that is new enough.
PYTHON := $(shell for need in ensurepip sys; do \
	for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -E -c "import sys, $$need; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && echo $$python && exit; \
	done; done)

# Variables that a shell sets for other work must not change what happens here.
unexport MYPYPATH P2PTRACK_ROOT PYTEST_ADDOPTS PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONOPTIMIZE PYTHONPATH PYTHONWARNINGS VIRTUAL_ENV

.PHONY: help appendix test test-install test-papers bench audit sbom docs picture lock upgrade clean ready python

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s  %s\n", $$1, $$2 }' Makefile

appendix: ready ## show the current position and make both papers in build/, as HTML and PDF
	@$(P2PTRACK) status --as-of $(AS_OF)
	@set -e; for format in html pdf; do for report in $(REPORTS); do \
		$(P2PTRACK) render $$report --format $$format --as-of $(AS_OF); done; done

test: ready ## run every check: lint, types, import contracts and tests (COVERAGE=yes: measure coverage, with more examples)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy & .venv/bin/lint-imports; contracts=$$?; wait $$! && exit $$contracts
	$(PY) -m pytest -n auto $(if $(COVERAGE),-p tests.coverage --hypothesis-profile=thorough)

test-install: ready ## install the locks and the built wheel with an old pip, a new pip, pipx and uvx (about a minute)
	@$(PYTHON) -E -m tools.release
	$(PY) -m pytest -n auto -m install tests/repository/test_install.py

test-papers: ready ## run the slow tests, and check whole papers with a browser, Java and LibreOffice (installs them where it may)
	@$(PYTHON) -E -m tools.papers
	$(PY) -m pytest -n auto -m "papers or slow"

bench: ready ## measure the speed on generated registers, as ratios to the cost of starting Python
	@$(PY) -m bench

audit: ready ## look for known vulnerabilities in all that the locks install (asks PyPI)
	@$(PYTHON) -E -m tools.release --tools-only
	@set -e; for lock in requirements*.lock; do \
		.venv/release/bin/pip-audit --require-hashes --disable-pip --requirement $$lock; done

sbom: ready ## list what an installation of p2ptrack consists of, in build/sbom.json (CycloneDX)
	@$(PYTHON) -E -m tools.release --tools-only
	@.venv/bin/uv venv --quiet --clear --python $(PYTHON) build/runtime
	@.venv/bin/uv pip install --quiet --python build/runtime --constraint requirements.lock .
	@.venv/release/bin/cyclonedx-py environment build/runtime --pyproject pyproject.toml --mc-type application \
		--output-reproducible --validate --output-format JSON --output-file build/sbom.json

docs: ready ## write the documentation that is generated from the code
	@$(PY) -m tools.docs

picture: ready ## draw the picture in the README (needs pdftoppm from poppler-utils)
	@$(PY) -m tools.picture

lock: .venv/bin/uv ## update the locks after a change of pyproject.toml, keeping every version that can stay
	@$(COMPILE_DEV)
	@$(COMPILE_PAPERS)
	@$(COMPILE_RELEASE)

upgrade: .venv/bin/uv ## update the locks to the newest versions that pyproject.toml allows
	@$(COMPILE_DEV) --upgrade
	@$(COMPILE_PAPERS) --upgrade
	@$(COMPILE_RELEASE) --upgrade

clean: ## remove everything that make made
	rm -rf .venv build dist tests/browser/node_modules tests/linters/node_modules
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# The locks have the hash of every file of every release, so that one lock serves Linux, Mac and Windows, and no address of
# an index. The tests of whole papers and the release tools have locks of their own, because nobody else needs them.
COMPILE := .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet
COMPILE_DEV := $(COMPILE) pyproject.toml --extra dev --output-file requirements.lock
COMPILE_PAPERS := $(COMPILE) pyproject.toml --extra papers --constraint requirements.lock --output-file requirements-papers.lock
COMPILE_RELEASE := $(COMPILE) --group release --constraint requirements.lock --output-file requirements-release.lock

ready: python
	@$(PYTHON) -E -m tools.prepare

# The locks are updated before p2ptrack is installed: with a new requirement it cannot be, until the locks name it.
.venv/bin/uv: | python
	@$(PYTHON) -E -m tools.prepare --lock-only

python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "p2ptrack needs Python 3.11 or newer, and this computer has none."; \
		echo "Debian or Ubuntu:  sudo apt-get install python3 python3-venv     Mac:  brew install python"; exit 1; fi
