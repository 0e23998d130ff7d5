from __future__ import annotations

from thidua.testing import ProvinceConformance
from thidua_angiang.plugin import province


class TestAnGiang(ProvinceConformance):
    province = province
