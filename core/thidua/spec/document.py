"""The canonical document of a spec object and its hash: what is stored, compared and frozen."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from thidua.spec.base import Spec


def document(spec: Spec) -> dict[str, Any]:
    """JSON-ready canonical dump: aliases, decimals as strings, defaults left out."""
    dump: dict[str, Any] = spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return dump


def document_hash(spec: Spec) -> str:
    """SHA-256 (hex) of the canonical document; equal hashes mean equal content."""
    text = json.dumps(document(spec), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
