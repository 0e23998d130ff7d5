"""Tiền Giang, until 30 June 2025: its answers are the data files beside this module."""

from __future__ import annotations

from pathlib import Path

from thidua import FolderProvince

province = FolderProvince(Path(__file__).parent, contract_version=1)
