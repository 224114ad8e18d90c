# make run    everything from a fresh clone, then the site: public on PORT (8000), staff on PORT+1
# make test   everything from a fresh clone, then the whole test suite, the browser included
# make drill  the long drills, which the suite leaves out: hundreds of kills and races
# make check  style, types, templates, deployment checks, migrations
# make format puts code and templates into the house's format
# make lock   resolves the dependencies of pyproject.toml again into requirements.lock
#
# PORT=8000   DATA=FOLDER (default .data)   PYTHON=a Python 3.11 or later   ARGS="what pytest is given"

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := run
.PHONY: run test drill check format lock packages styles libraries browser

# The tests and the sites start many processes, and each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 8000
DATA ?=
ARGS ?=
PYTHON ?=
HERE := $(shell pwd -P)
# Root's environment and data live in a folder of their own: the database server runs as another user, to whom
# root's folders stay closed.
ROOTS_FOLDER := /var/lib/pcd-$(shell printf %s "$(HERE)" | sha256sum | cut -c1-8)
TEMPLATES = find templates -name '*.html'

run: packages styles libraries
	exec .venv/bin/python manage.py serve --demo --port "$(PORT)" $(if $(DATA),--data "$(DATA)")

test: packages styles libraries browser
	exec .venv/bin/pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

drill: packages styles libraries
	exec .venv/bin/pytest tests/drills/drill_*.py $(ARGS)

check: packages
	.venv/bin/ruff check .
	.venv/bin/ruff format --check --quiet .
	$(TEMPLATES) -print0 | xargs -0r .venv/bin/djade --check --target-version 5.2
	.venv/bin/mypy
	.venv/bin/python manage.py makemigrations --check --dry-run
	secret=$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')
	for site in staff public; do
		env PCD_SITE=$$site PCD_BASE_URL=https://$$site.example.org PCD_PUBLIC_URL=https://public.example.org \
			PCD_SECRET_KEY=$$secret DATABASE_URL=postgresql://pcd_staff:x@localhost/pcd \
			PUBLIC_DATABASE_URL=postgresql://pcd_public:x@localhost/pcd \
			.venv/bin/python manage.py check --deploy --fail-level WARNING
	done

format: packages
	.venv/bin/ruff check --fix --quiet .
	.venv/bin/ruff format --quiet .
	$(TEMPLATES) -print0 | xargs -0r .venv/bin/djade --target-version 5.2

lock: packages
	.venv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --upgrade --output-file requirements.lock

# The Python environment, made or brought to the lock.
packages:
	want=$$(sha256sum requirements.lock | cut -d' ' -f1)
	if [[ -x .venv/bin/python && $$(cat .venv/installed.lock 2>/dev/null) == "$$want" ]]; then exit 0; fi
	if [[ ! -x .venv/bin/python ]]; then
		python=
		for candidate in $(PYTHON) python3.11 python3.12 python3.13 python3; do
			if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
				python=$$candidate
				break
			fi
		done
		if [[ -z $$python ]]; then
			echo "PCD needs Python 3.11 or later: apt-get install python3 python3-venv, or name one with PYTHON=." >&2
			exit 1
		fi
		if ! "$$python" -c 'import ensurepip' 2>/dev/null; then
			$(call install,python3-venv,the module venv)
		fi
		if [[ $$EUID == 0 && ! -e .venv ]]; then
			mkdir -p "$(ROOTS_FOLDER)/venv"
			ln -sfn "$(ROOTS_FOLDER)/venv" .venv
		fi
		"$$python" -m venv "$$(realpath -m .venv)"
	fi
	echo "Installing the Python packages."
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	echo "$$want" > .venv/installed.lock

# The style sheets and fonts, compiled into static/build.
styles:
	if ! node -e 'process.exit(Number(parseInt(process.versions.node) < 18))' 2>/dev/null || ! command -v npm > /dev/null; then
		$(call install,nodejs npm,Node 18 or later with npm)
	fi
	want=$$(sha256sum package-lock.json | cut -d' ' -f1)
	if [[ $$(cat node_modules/installed.lock 2>/dev/null) != "$$want" ]]; then
		echo "Installing the packages of the style sheets."
		npm ci --no-audit --no-fund --loglevel=error
		echo "$$want" > node_modules/installed.lock
	fi
	if [[ ! -e static/build/.made || -n $$(find static/src package-lock.json -newer static/build/.made -print -quit) ]]; then
		npm run --silent build
		touch static/build/.made
	fi

# What WeasyPrint draws text with.
libraries:
	if ! .venv/bin/python -c '
	import sys, ctypes.util as u
	sys.exit(not all(map(u.find_library, ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"))))'; then
		$(call install,libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0,the library Pango)
	fi

# What the tests look at pages with.
browser:
	if ! command -v "$${PCD_CHROMIUM:-chromium}" > /dev/null; then
		$(call install,chromium,Chromium (or its path in PCD_CHROMIUM))
	fi

# Installs Debian packages where it can, and otherwise says in one line what is missing.
define install
if [[ $$EUID == 0 ]] && command -v apt-get > /dev/null; then
	echo "Installing $(1)."
	export DEBIAN_FRONTEND=noninteractive
	apt-get -qq update && apt-get -qq install --yes --no-install-recommends $(1) > /dev/null
else
	echo "PCD needs $(2): as root, apt-get install $(1)" >&2
	exit 1
fi
endef
