# Mauntic: `make help` lists what can be done here.

SHELL         := /bin/bash
.SHELLFLAGS   := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS     += --no-print-directory

GO      ?= go
# Builds also work where git distrusts the checkout's owner, as it does in containers.
export GOFLAGS ?= -buildvcs=false
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BINARY  := bin/mauntic

# Tools are kept outside of go.mod, each in a folder that names its version.
TOOLS        := $(CURDIR)/bin/tools
GOLANGCI     := $(TOOLS)/golangci-lint-v2.15.0/golangci-lint
WORKFLOWCHECK := $(TOOLS)/workflowcheck-v0.6.0/workflowcheck

# What `make check` proves to be current.
GENERATED := $(shell git ls-files '*_templ.go' docs/openapi.yaml 2>/dev/null)

##@ Every day

help: ## Show this list.
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo

run: need-postgres build ## Start everything: Postgres, Temporal, workers and web. Ctrl-C stops it.
	@exec $(BINARY) up

test: need-postgres need-chromium build ## Run all tests, with one campaign end to end and one visit by browser.
	@echo "Running the tests. The first time, the tests have to be compiled, which takes some minutes."
	@visit=0; $(GO) test -tags e2e -count=1 -timeout 5m -run '$(VISIT)' ./cmd/mauntic/e2e || visit=$$?; \
	$(BINARY) testenv -- $(GO) test -timeout 5m ./...; \
	exit $$visit

# The end-to-end tests that are part of `make test`.
VISIT := ^(TestACampaignFromCSVToInbox|TestANewcomerWatchesTheDemo)$$

check: lint workflows htmx current ## Prove style, import rules, determinism, and that generated files are current.

generate: ## Generate code, styles and the API's description. Commit what changes.
	$(GO) tool templ generate -log-level error
	@if command -v npm >/dev/null; then $(MAKE) css; \
	else echo "SKIPPED: the styles, because npm is not installed. They are needed only if classes changed."; fi
	@$(MAKE) openapi

lint: $(GOLANGCI) ## Run the linters. See .golangci.yaml.
	$(GOLANGCI) run ./...

##@ Now and then

bench: need-postgres build ## Measure speed, as ratios to bare Temporal. SCALE=full takes longer.
	$(GO) build -o bin/bench ./cmd/bench
	@$(BINARY) testenv -- bin/bench

e2e: need-postgres need-chromium build ## Test the real binary: campaigns, kill -9, pages in chromium.
	$(GO) test -tags e2e -count=1 -timeout 15m ./cmd/mauntic/e2e/...

race: need-postgres build ## Run the tests with the race detector, without the packages that link the Temporal server.
	@command -v gcc >/dev/null || { echo "The race detector needs gcc. Install it with: apt-get install -y --no-install-recommends gcc libc6-dev"; exit 1; }
	$(BINARY) testenv -- $(GO) test -race -timeout 15m $$($(GO) list ./... | grep -v -e /temporal/embedded -e /cmd/)

css: ## Build styles, fonts and icons. Needs npm.
	cd ui/assets && npm install --no-audit --no-fund --silent --no-save && npm run --silent build

build: ## Build the program.
	@mkdir -p bin
	@if [ ! -x $(BINARY) ]; then \
		echo "Building Mauntic. The first time this takes some minutes: the Temporal server is part of the program."; fi
	$(GO) build -ldflags '-X main.version=$(VERSION)' -o $(BINARY) ./cmd/mauntic

clean: ## Remove what was built. Data in .data stays.
	rm -rf bin

##@ Parts of check

workflows: $(WORKFLOWCHECK) ## Prove that workflow code is deterministic.
	$(WORKFLOWCHECK) ./workflows/...

# What htmx's own checker takes for htmx 2 and is right in 4: see docs/decisions/0032.
HTMX_RIGHT := \[renamed-attr\] hx-disable |why\.templ:[0-9]+: \[inheritance\] hx-(target|swap|replace-url) needs

htmx: ## Prove that pages speak htmx 4, by the checker that comes with it.
	@if ! command -v python3 >/dev/null; then echo "SKIPPED: the checker of htmx, because python3 is not installed."; exit 0; fi; \
	found=$$(git ls-files '*.templ' 'ui/assets/js/*.js' | xargs python3 ui/assets/htmx-check.py --no-color 2>/dev/null | grep -vE '$(HTMX_RIGHT)') || true; \
	if [ -n "$$found" ]; then echo "$$found"; exit 1; fi

current: ## Prove that generated files are current.
	@before=$$(sha256sum $(GENERATED) </dev/null); \
	$(GO) tool templ generate -log-level error; \
	$(MAKE) openapi; \
	after=$$(sha256sum $(GENERATED) </dev/null); \
	if [ "$$before" != "$$after" ]; then \
		diff <(echo "$$before") <(echo "$$after") | awk '/^>/ { print $$3 }'; \
		echo "These generated files were out of date. They are current now: commit them."; exit 1; fi

openapi: build
	@$(BINARY) openapi > bin/openapi.yaml && mv bin/openapi.yaml docs/openapi.yaml

need-%:
	@.ci/need $*

$(GOLANGCI):
	@echo "Building golangci-lint, which takes a minute or two."
	@GOFLAGS= GOBIN=$(@D) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

$(WORKFLOWCHECK):
	@GOFLAGS= GOBIN=$(@D) $(GO) install go.temporal.io/sdk/contrib/tools/workflowcheck@v0.6.0

.PHONY: help run test check generate lint bench e2e race css build clean workflows htmx current openapi
