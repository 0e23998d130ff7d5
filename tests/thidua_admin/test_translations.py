"""Four catalogues: three libraries in Vietnamese, our own pages in English."""

from __future__ import annotations

import re
from gettext import GNUTranslations
from importlib.resources import files

import flask_admin.babel
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask_wtf import FlaskForm
from tests.thidua_admin.shell_app import TEMPLATES, make_app
from wtforms import StringField
from wtforms.validators import InputRequired

from thidua_admin.shell import TRANSLATIONS

CATALOGUES = [("vi", "admin"), ("vi", "wtforms"), ("vi", "flask_security"), ("en", "messages")]


def pairs(language: str, domain: str) -> list[tuple[list[str], list[str]]]:
    """Each message as its ids (two for a plural) and what the source says for it."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=language) if message.id]
    return [(forms(message.id), forms(message.string or "")) for message in messages]


def forms(text: str | list[str] | tuple[str, ...]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


class NameForm(FlaskForm):  # type: ignore[misc]
    name = StringField("Tên", [InputRequired()])


def test_each_catalogue_speaks_vietnamese() -> None:
    app = make_app()
    with app.test_request_context():
        assert flask_admin.babel.gettext("Record was successfully created.") == "Đã thêm."
        assert flask_admin.babel.gettext("Search") == "Tìm"  # a stock string, kept
        required = "Mục này bắt buộc nhập."
        assert flask_admin.babel.wtforms_domain.gettext("This field is required.") == required
    client = app.test_client()
    page = client.get("/login").text
    assert '<html lang="vi">' in page
    token = re.findall(r'name="csrf_token" [^>]*value="([^"]+)"', page)[0]
    fields = {"csrf_token": token, "email": "a@b.vn", "password": "sai"}
    refused = client.post("/login", data=fields).text
    assert re.findall(r'class="form-label" for="password">([^<]+)', refused) == ["Mật khẩu"]
    assert re.findall(r'<ul class="field-errors"[^>]*><li>([^<]+)', refused) == [
        "Tên đăng nhập hoặc mật khẩu chưa đúng"
    ]


def test_flask_wtf_form_speaks_vietnamese() -> None:
    with make_app().test_request_context(method="POST"):
        form = NameForm(meta={"csrf": False})
        form.validate()
        assert form.errors == {"name": ["Mục này bắt buộc nhập."]}


def test_english_is_the_second_language() -> None:
    client = make_app("en").test_client()
    page = client.get("/admin/nothing/").text
    assert '<html lang="en">' in page
    assert "Sign in" in client.get("/login").text
    assert "What is added will be listed here." in page
    assert '"nav-heading">Administration<' in page


@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_compiled_catalogue_says_the_same_as_its_source(language: str, domain: str) -> None:
    with (TRANSLATIONS / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for ids, said in pairs(language, domain):
        found = compiled.gettext(*ids) if len(ids) == 1 else compiled.ngettext(ids[0], ids[1], 7)
        assert found == said[-1]


@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_translation_keeps_every_placeholder(language: str, domain: str) -> None:
    for ids, said in pairs(language, domain):
        assert sorted(placeholders(said[-1])) == sorted(placeholders(ids[-1])), ids


def placeholders(text: str) -> list[str]:
    return re.findall(r"%\(\w+\)s?d?|%s|%%|{\w+}|href=", text)


@pytest.mark.parametrize(
    ("domain", "package", "path"),
    [
        ("wtforms", "wtforms", "locale/wtforms.pot"),
        ("flask_security", "flask_security", "translations/flask_security.pot"),
    ],
)
def test_catalogue_covers_every_message_of_its_library(
    domain: str, package: str, path: str
) -> None:
    with files(package).joinpath(path).open("rb") as file:
        asked = {tuple(forms(message.id)) for message in read_po(file) if message.id}
    assert {tuple(ids) for ids, said in pairs("vi", domain) if all(said)} == asked


def test_english_covers_every_text_of_ours_and_no_other() -> None:
    methods = [("templates/**.html", "jinja2"), ("**.py", "python")]
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(TEMPLATES.parent, methods, keywords=keywords)
    extracted = {tuple(forms(text)) for _, _, text, _, _ in found}
    assert {tuple(ids) for ids, said in pairs("en", "messages") if all(said)} == extracted
