"""What the author of a province runs against it; the bundled provinces use nothing else.

Two lines in a test file are enough::

    class TestMyProvince(ProvinceConformance):
        province = my_package.plugin.province
"""

from __future__ import annotations

from thidua.testing.conformance import ProvinceConformance
from thidua.testing.facts import facts_of, referred_facts

__all__ = ["ProvinceConformance", "facts_of", "referred_facts"]
