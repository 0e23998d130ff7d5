from __future__ import annotations

import thidua_mau.plugin

from thidua.testing import ProvinceConformance


class TestMau(ProvinceConformance):
    province = thidua_mau.plugin.province
