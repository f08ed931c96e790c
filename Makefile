# Hoster's commands; `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.SILENT:
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
export PYTHONPATH := $(CURDIR)
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help setup run demo status logs reset lock package cli notes check test test-all web bench screenshots templates-check templates-prove cost scale faults sweep ledger seed backup restore redrive iam-report deploy destroy gateway gateway-check

help: ## List the commands
	grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk 'BEGIN {FS = ":.*## "} {printf "  make %-16s %s\n", $$1, $$2}'

setup: .venv/.ready ## Install what is missing: Debian packages, Python and Node packages
	infra/local/setup/packages
	$(MAKE) web/node_modules/.ready infra/checks/node_modules/.ready

.venv/.ready: requirements.lock
	infra/local/setup/python

# An environment of its own: what checks the templates would hold back the product's packages.
.venv/checkov/.ready: infra/checks/checkov.lock | .venv/.ready
	.venv/bin/uv venv --quiet --clear --python .venv/bin/python .venv/checkov
	.venv/bin/uv pip install --quiet --native-tls --python .venv/checkov/bin/python --require-hashes -r infra/checks/checkov.lock
	touch .venv/checkov/.ready

%/node_modules/.ready: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.ready

web: web/dist/index.html ## Build the web app

web/dist/index.html: web/node_modules/.ready $(shell find web/src web/index.html web/vite.config.ts -type f ! -name '*.gen.ts' 2>/dev/null)
	cd web && npm run build --silent >/dev/null && touch dist/index.html

run: setup web ## Bring the whole platform up on this machine, with a sample app
	exec $(PYTHON) -m infra.local.platform run

demo: setup web ## Live one whole life against the platform and prove that nothing is left
	exec $(PYTHON) -m infra.local.journey

status: ## Say what runs and where
	exec $(PYTHON) -m infra.local.platform status

logs: ## Follow every log
	exec $(PYTHON) -m infra.local.platform logs

reset: .venv/.ready ## Wipe local state
	exec $(PYTHON) -m infra.local.platform reset

lock: ## Pin every Python package with its hashes: make lock UPGRADE=pydantic
	.venv/bin/uv pip compile --quiet --native-tls --generate-hashes --no-annotate \
	  --python-version 3.11 --custom-compile-command "make lock" \
	  $(foreach name,$(UPGRADE),--upgrade-package $(name)) \
	  requirements-dev.txt --output-file requirements.lock
	.venv/bin/uv pip compile --quiet --native-tls --generate-hashes --no-annotate \
	  --python-version 3.11 --custom-compile-command "make lock" \
	  $(foreach name,$(UPGRADE),--upgrade-package $(name)) \
	  infra/checks/checkov.txt --output-file infra/checks/checkov.lock

package: .venv/.ready ## Build the artefact, the template and the bill of materials into build/
	$(PYTHON) -m infra.packaging.build
	$(PYTHON) -m infra.packaging.materials

cli: .venv/.ready ## Build the wheel of the command line into build/
	rm -rf cli/build
	.venv/bin/uv build --quiet --wheel --no-build-isolation --python $(PYTHON) --out-dir build cli

notes: .venv/.ready ## Print the notes of a release: make notes VERSION=1.2.0
	exec $(PYTHON) -m infra.release

check: setup .venv/checkov/.ready ## Lint, types, import rules, template and machines
	exec $(PYTHON) -m infra.checks static

test: setup web .venv/checkov/.ready ## Run every test, end to end included
	exec $(PYTHON) -m infra.checks all

templates-check: .venv/.ready ## Check a catalogue: make templates-check DIR=folder FORMAT=auto
	exec $(PYTHON) -m infra.catalogue "$(DIR)" "$(FORMAT)"

test-all: setup web .venv/checkov/.ready ## Run every test and what takes long: 20,000 requests, all faults, benches
	exec $(PYTHON) -m infra.checks long

bench: setup web ## Measure: make bench ONLY=deploy
	exec $(PYTHON) -m infra.bench $(ONLY)

screenshots: setup web ## Take a picture of every page: make screenshots ONLY=billing,state-
	exec $(PYTHON) -m e2e.screenshots

cost: package ## Price a month at rest and of 10 to 100,000 apps: make cost MEASURE=1
	exec $(PYTHON) -m infra.cost

scale: .venv/.ready ## Say what grows with apps, and where it meets a limit
	exec $(PYTHON) -m infra.scale

faults: setup ## Play every fault in every step: make faults ONLY=provision MODE=local SEED=7
	exec $(PYTHON) -m infra.faults

sweep: .venv/.ready ## Have every account swept now: make sweep LIFT=1 INSTALLATION=hoster
	exec $(PYTHON) -m infra.sweep

seed: .venv/.ready ## Publish the templates that come with Hoster: make seed ONLY=wordpress URL= EMAIL=
	exec $(PYTHON) -m infra.seed

templates-prove: .venv/.ready ## Prove a template on a server: make templates-prove TEMPLATE=wordpress
	exec $(PYTHON) -m infra.prove

ledger: .venv/.ready ## Enter a credit or payout: make ledger KIND=credit SUBJECT=inv_a CENTS=500 REFERENCE=t1
	exec $(PYTHON) -m infra.ledger

backup: .venv/.ready ## Copy all tables and contents to S3: make backup NAME= INSTALLATION=hoster
	exec $(PYTHON) -m infra.backup backup

restore: .venv/.ready ## Bring a backup back: make restore NAME=20261130T181500Z DRY=1
	exec $(PYTHON) -m infra.backup restore

redrive: .venv/.ready ## Hand failed messages back: make redrive QUEUE=traffic LOOK=1 DROP=1
	exec $(PYTHON) -m infra.redrive

iam-report: .venv/.ready ## Say who may do what at AWS: make iam-report ONLY=deployments
	exec $(PYTHON) -m infra.access

owner-find: .venv/.ready ## Find an account and what it has: WHO=id, record or host name, REASON=
owner-account: .venv/.ready ## Say what an account cost and paid: ACCOUNT= REASON=
owner-closings: .venv/.ready ## List the accounts that are being closed, and what is left of them
owner-closing-proof: .venv/.ready ## Show what was removed of a closed account: ACCOUNT= REASON=
owner-suspend: .venv/.ready ## Keep an account out: ACCOUNT= REASON= APPS=keep or stop
owner-restore: .venv/.ready ## Let an account in again: ACCOUNT= REASON=
owner-reset-password: .venv/.ready ## Make a link for a new password, to hand over: ACCOUNT= REASON=
owner-stop: .venv/.ready ## Stop an app: APP= REASON=
owner-withdraw: .venv/.ready ## Take a template out of the catalogue: TEMPLATE= REASON=
owner-readmit: .venv/.ready ## Let a withdrawn template be published again: TEMPLATE= REASON=
owner-destroy-server: .venv/.ready ## Destroy a server that no record knows: CREDENTIAL= SERVER= NAME=

owner-%:
	exec $(PYTHON) -m infra.owner $*

deploy: package web ## Deploy an installation on AWS: make deploy STAGE=production PLAN=1 YES=1
	exec $(PYTHON) -m infra.deploy deploy

destroy: .venv/.ready ## Take an installation on AWS down, not its data: make destroy STAGE=production
	exec $(PYTHON) -m infra.deploy destroy

gateway: .venv/.ready ## Configure the gateway of an installation: make gateway STAGE=production ENV=
	exec $(PYTHON) -m infra.gateway

gateway-check: .venv/.ready ## Ask a gateway for tests what Hoster relies on: GATEWAY_URL= GATEWAY_ADMIN=
	exec $(PYTHON) -m infra.gateway.blackbox

.PHONY: rotate
rotate: .venv/.ready ## Put another secret in the place of one: make rotate SECRET=gateway DONE=1
	exec $(PYTHON) -m infra.rotate
