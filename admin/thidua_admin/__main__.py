"""``python -m thidua_admin`` is the ``thidua`` script."""

from __future__ import annotations

from thidua_admin.cli import main

main()
