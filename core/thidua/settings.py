"""All that can be configured, from the environment; documented in ``docs/settings.md``."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from thidua.errors import Invalid, Problem

PREFIX = "THIDUA_"
LANGUAGES = ("vi", "en")
TwoFactor = Literal["required", "offered"]
OidcTwoFactor = Literal["here", "provider"]

_zones = cache(available_timezones)  # each call reads all the folders of them


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
    if name not in _zones():
        raise ValueError(f"phải là tên múi giờ, ví dụ Asia/Ho_Chi_Minh, không phải “{name}”")
    return name


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"phải là {' hoặc '.join(LANGUAGES)}, không phải “{code}”")
    return code


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError("phải có dạng https://tên-máy-chủ, như người dùng gõ vào trình duyệt")
    return url.rstrip("/")


def _issuer(url: str) -> str:
    parts = urlsplit(url)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or parts.scheme not in ("https", *(["http"] if local else [])):
        raise ValueError("phải là địa chỉ https:// của nơi cấp tài khoản")
    return url


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
        description="Thư mục dữ liệu: cơ sở dữ liệu nhúng, tài liệu minh chứng và khóa bí mật "
        "lập ở lần chạy đầu.",
    )
    evidence_url: Annotated[str, AfterValidator(_bucket)] | None = Field(
        None,
        description="Kho tài liệu minh chứng tương thích S3, dạng s3://tên-kho/thư-mục. Để trống "
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
    public_results: bool = Field(
        False,
        description="true: ai cũng xem được kết quả chính thức đã công bố ở /cong-bo, không cần "
        "tài khoản. Bản dùng thử bật sẵn.",
    )

    address: Annotated[str, AfterValidator(_address)] | None = Field(
        None,
        description="Địa chỉ người dùng mở, ví dụ https://thidua.sonoivu.gov.vn: in trên phiếu tài "
        "khoản, dùng khi đăng nhập một lần. Là https thì cookie chỉ gửi qua kết nối mã hóa.",
    )
    proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="Số máy chủ trung gian (nginx…) đứng trước; lấy địa chỉ người dùng và https từ "
        "X-Forwarded-… của bấy nhiêu máy. 0 là không tin các tiêu đề đó.",
    )
    two_factor: TwoFactor = Field(
        "required",
        description="Đăng nhập hai bước cho quản trị, thường trực, điều hành: required (bắt buộc) "
        "hoặc offered (ai muốn thì dùng).",
    )
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = Field(
        None,
        description="Nơi cấp tài khoản dùng chung (OpenID Connect), ví dụ "
        "https://sso.tinh.gov.vn/realms/tinh. Để trống thì không có đăng nhập một lần.",
    )
    oidc_client_id: str | None = Field(
        None, validate_default=True, description="Mã ứng dụng đã đăng ký với nơi cấp tài khoản."
    )
    oidc_secret_file: Path | None = Field(
        None, description="Tệp chứa khóa bí mật của ứng dụng; để trống nếu nơi cấp không giao khóa."
    )
    oidc_claim: str = Field(
        "preferred_username",
        description="Mục trong thẻ định danh có giá trị bằng tên đăng nhập ở Thi đua; chỉ xét ở "
        "lần đầu, sau đó tài khoản gắn với định danh của nơi cấp.",
    )
    oidc_label: str = Field(
        "Đăng nhập bằng tài khoản của tỉnh", description="Chữ trên nút đăng nhập một lần."
    )
    oidc_two_factor: OidcTwoFactor = Field(
        "here",
        description="Khi đăng nhập một lần, bước thứ hai ở đâu: here (ở Thi đua) hoặc provider "
        "(nơi cấp tài khoản đã lo).",
    )

    @field_validator("oidc_client_id")
    @classmethod
    def _with_issuer(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("oidc_issuer") and not value:
            raise ValueError("phải có khi đã đặt THIDUA_OIDC_ISSUER")
        return value

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
    reasons = {
        "literal_error": "phải là {expected}",
        "int_parsing": "phải là số nguyên",
        "greater_than_equal": "không được nhỏ hơn {ge}",
        "less_than_equal": "không được lớn hơn {le}",
    }
    if detail["type"] not in reasons:
        return Problem(name, detail["msg"].removeprefix("Value error, "))
    context = {key: str(value) for key, value in detail.get("ctx", {}).items()}
    said = reasons[detail["type"]].format(**context)
    return Problem(name, said.replace("'", "").replace(" or ", " hoặc "))
