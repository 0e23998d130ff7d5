from __future__ import annotations

from thidua.testing import ProvinceConformance
from thidua_tayninh.plugin import province


class TestTayNinh(ProvinceConformance):
    province = province
