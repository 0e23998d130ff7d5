"""What the demo shows besides the provinces' own data: accounts, and invented figures, so marked.

Idempotent: what is there stays. Persons are invented; figures follow from the names alone, so
every demo shows the same.
"""

from __future__ import annotations

from thidua_admin.sample.accounts import SampleAccount, accounts
from thidua_admin.sample.prepare import prepare

__all__ = ["SampleAccount", "accounts", "prepare"]
