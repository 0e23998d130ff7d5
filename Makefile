# Mọi việc thường làm; "make help" liệt kê. Chỉ cần Python từ 3.11 và make.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
ARGS ?=

.PHONY: help demo test check soak bench docs guide vendor clean

help: ## Liệt kê các lệnh
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## Chạy bản dùng thử tại 127.0.0.1:8000 (đổi cổng: make demo PORT=8001)
	@exec $(BIN)/thidua demo --port $(PORT)

test: $(VENV)/.test ## Chạy mọi kiểm thử
	@sh tests/chromium.sh
	@exec $(BIN)/python -m pytest -n 2 --dist loadgroup -q $(ARGS)

check: $(VENV)/.dev ## Kiểm tra mã: ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

soak: $(VENV)/.test ## Chạy dạng dài của kiểm thử ngẫu nhiên
	@SOAK=1 $(BIN)/python -m pytest -n 2 --dist loadgroup -q $(ARGS)

bench: $(VENV)/.bench ## Đo tốc độ, in tỷ lệ, ghi benchmarks/out/latest.json
	@exec $(BIN)/python -m benchmarks $(ARGS)

docs: $(VENV)/.dev ## Viết lại docs/province.md từ mã
	$(BIN)/python -m thidua.testing.reference > docs/province.md

guide: $(VENV)/.test ## Viết lại trang hướng dẫn từ docs/vi (ARGS=pictures: lấy cả hình mà kiểm thử chụp khi đặt PICTURES=1)
	$(BIN)/python -m tests.guide $(ARGS)

vendor: ## Lấy lại tệp giao diện (cần npm), ghi vào static/vendor
	npm install --no-package-lock --ignore-scripts && npm run vendor

clean: ## Xóa môi trường, dữ liệu dùng thử và tệp tạm
	rm -rf $(VENV) .thidua .pytest_cache .mypy_cache .ruff_cache .hypothesis node_modules dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Cần Python từ 3.11. Hãy cài rồi chạy lại, hoặc: make PYTHON=/đường/dẫn/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); \
		$(PYTHON) -m virtualenv -q $(VENV) 2>/dev/null || virtualenv -q -p $(PYTHON) $(VENV) 2>/dev/null || { \
		$(PYTHON) -m pip install --quiet --target $(VENV)-virtualenv virtualenv && \
		PYTHONPATH=$(VENV)-virtualenv $(PYTHON) -m virtualenv -q $(VENV) && rm -rf $(VENV)-virtualenv; } || { \
		echo "Không tạo được môi trường Python. Hãy cài gói python3-venv hoặc virtualenv rồi chạy lại."; exit 1; }; }
	@touch $@

$(VENV)/.runtime: $(VENV)/.python pyproject.toml constraints.txt
	@echo "Đang cài đặt (lần đầu mất một, hai phút)…"
	@$(PIP) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.python pyproject.toml constraints.txt
	@$(PIP) -e '.[test]'
	@touch $@

$(VENV)/.dev: $(VENV)/.python pyproject.toml constraints.txt
	@$(PIP) -e '.[dev]'
	@touch $(VENV)/.test $@

$(VENV)/.bench: $(VENV)/.python pyproject.toml constraints.txt
	@$(PIP) -e '.[bench]'
	@touch $(VENV)/.test $(VENV)/.dev $@
