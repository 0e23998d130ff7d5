"""All that can be configured, from the environment; documented in ``docs/settings.md``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from thidua.errors import Invalid, Problem

PREFIX = "THIDUA_"
LANGUAGES = ("vi", "en")


def _postgres(url: str) -> str:
    if not url.startswith(("postgresql://", "postgresql+psycopg://")):
        raise ValueError(  # without the value, which may hold a password
            "phải là địa chỉ PostgreSQL dạng postgresql://tài-khoản:mật-khẩu@máy-chủ/csdl"
        )
    return url


def _bucket(url: str) -> str:
    if not url.startswith("s3://") or not url.removeprefix("s3://").strip("/"):
        raise ValueError("phải có dạng s3://tên-kho/thư-mục; để trống thì lưu trong THIDUA_HOME")
    return url


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"phải là tên múi giờ, ví dụ Asia/Ho_Chi_Minh, không phải “{name}”")
    return name


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"phải là {' hoặc '.join(LANGUAGES)}, không phải “{code}”")
    return code


class Settings(BaseSettings):
    """The configuration of one installation. Read it with ``read_settings``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True
    )

    database_url: Annotated[str, AfterValidator(_postgres)] | None = Field(
        None,
        description="PostgreSQL của ứng dụng: một tài khoản thường, không sở hữu bảng nào. "
        "Để trống thì dùng PostgreSQL nhúng trong THIDUA_HOME, chỉ để dùng thử.",
    )
    owner_url: Annotated[str, AfterValidator(_postgres)] | None = Field(
        None,
        description="Cùng cơ sở dữ liệu, bằng tài khoản sở hữu các bảng; chỉ lệnh "
        "thidua migrate dùng.",
    )
    home: Path = Field(
        Path(".thidua"),
        description="Thư mục dữ liệu: cơ sở dữ liệu nhúng, tài liệu kiểm chứng và khóa bí mật "
        "lập ở lần chạy đầu.",
    )
    evidence_url: Annotated[str, AfterValidator(_bucket)] | None = Field(
        None,
        description="Kho tài liệu kiểm chứng tương thích S3, dạng s3://tên-kho/thư-mục. Để trống "
        "thì lưu trong THIDUA_HOME/evidence.",
    )
    clamd: str | None = Field(
        None,
        description="Máy quét vi-rút ClamAV: máy-chủ:cổng hoặc đường dẫn socket của clamd. Để "
        "trống thì tệp không được quét.",
    )
    provinces: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Mã các tỉnh được bật, cách nhau bằng dấu phẩy; để trống là tất cả."
    )
    language: Annotated[str, AfterValidator(_language)] = Field(
        "vi", description="Ngôn ngữ giao diện: vi hoặc en."
    )
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        "Asia/Ho_Chi_Minh", description="Múi giờ hiển thị ngày, giờ."
    )

    @field_validator("provinces", mode="before")
    @classmethod
    def _codes(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(code.strip() for code in value.split(",") if code.strip())


def read_settings(**given: Any) -> Settings:
    """The settings of the environment; ``given`` ones come first.

    Raises ``Invalid`` with every problem: bad values, and ``THIDUA_…`` names that do not exist,
    since a misspelt address would silently mean the embedded database.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    problems = [
        Problem(name, "không có biến này. Hãy sửa lại tên theo docs/settings.md, hoặc bỏ đi.")
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known
    ]
    try:
        settings = Settings(**given)
    except ValidationError as error:
        problems += [_problem(detail) for detail in error.errors()]
    if problems:
        raise Invalid(problems)
    return settings


def _problem(detail: ErrorDetails) -> Problem:
    name = PREFIX + str(detail["loc"][0]).upper()
    return Problem(name, detail["msg"].removeprefix("Value error, "))
