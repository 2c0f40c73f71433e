# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Two commands matter: `make demo` and `make test`. Both set up what they need.

VENV := .venv
READY := $(VENV)/.ready
IN_VENV := tests/ci/in-venv

.DEFAULT_GOAL := help
.PHONY: help rights intro demo test venv engine image lint unit conformance sanity molecule faults build docs clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: rights intro $(READY) engine image ## Three fresh routers with simulated sticks, provisioned before your eyes
	@$(IN_VENV) tests/ci/demo

test: $(READY) ## Everything that guards the collection, all of it even if a part fails
	@$(IN_VENV) tests/ci/test

intro:
	@echo "Setting up what the demo needs and is not here yet: Python packages in .venv (a minute), podman by apt"
	@echo "(half a minute), the test router's image (half a minute)."

rights: # The bench starts routers: without root it fails, and would do so after minutes.
	@tests/ci/rights

venv: $(READY) ## The virtual environment, with the collection linked into it

$(READY): requirements.txt tests/requirements.txt tests/ci/venv
	@echo "Installing Python packages into $(VENV): about a minute, in which pip says nothing." >&2
	@tests/ci/venv $(VENV)
	@touch $@

engine: ## A container engine and what the test bench calls, installed by apt where missing
	@tests/ci/engine

image: rights $(READY) engine ## The test router's image (OPENWRT_IMAGE names another)
	@$(IN_VENV) tests/ci/image

lint: $(READY) ## Linters of Python, shell, YAML, roles, documentation, licences
	@$(IN_VENV) tests/ci/lint

unit: $(READY) ## Pure logic, no router
	@$(IN_VENV) pytest -q tests/unit

sanity: $(READY) ## ansible-test sanity on a fresh copy of the tree
	@$(IN_VENV) tests/ci/sanity

conformance: rights $(READY) engine image ## Our models and the test router against genuine answers
	@$(IN_VENV) pytest -q tests/conformance

molecule: rights $(READY) engine image ## Molecule over SSH; SCENARIO=x for one of them
	@$(IN_VENV) tests/ci/molecule $(SCENARIO)

faults: rights $(READY) engine image ## 200 random faults, none may leave a router half-way; SHORT=1: each kind once
	@$(IN_VENV) tests/faults/run $(if $(SHORT),--short)

build: $(READY) ## The artefact for ansible-galaxy, with its changelog, in .cache/build
	@$(IN_VENV) tests/ci/build

docs: $(READY) ## The modules' documentation as HTML, in .cache/docs
	@$(IN_VENV) tests/ci/docs

clean: ## Stop test routers, remove what was built
	@tests/ci/clean
