from __future__ import annotations

from thidua.testing import ProvinceConformance
from thidua_tiengiang.plugin import province


class TestTienGiang(ProvinceConformance):
    province = province
