"""The frame around every page: templates, assets, headers, error pages, languages.

It knows Flask and Flask-Admin and nothing of the core: what a page shows about a province or a
person arrives as template variables (see ``templates/shell/page.html``).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import flask_admin.babel
import flask_wtf.i18n
from flask import Blueprint, Flask, Response, current_app, g, request
from flask_admin import Admin
from flask_admin.menu import BaseMenu
from flask_admin_tabler import TablerTheme
from flask_babel import Babel, get_locale, lazy_gettext
from werkzeug.exceptions import HTTPException, default_exceptions

HERE = Path(__file__).parent
STATIC = HERE / "static"
TRANSLATIONS = HERE / "translations"
ADDRESS = "/shell"
"""Where the files of ``static/`` are served."""
ERROR_CODES = (400, 403, 404, 405, 409, 413, 429, 500)
ADMINISTRATION = lazy_gettext("Quản trị")
"""The group that takes the console's views without a category of their own."""

YEAR_SECONDS = 31_536_000

NavEntry = tuple[str, str, str, bool]
"""Label, address, name of an icon of the sprite, and whether the page is inside it."""
Nav = Sequence[tuple[str, Sequence[NavEntry]]]
"""Headed groups of entries, in the order of the sidebar; an empty heading stands for none."""


@dataclass(frozen=True)
class NavItem:
    """One line of the sidebar."""

    label: str
    url: str
    icon: str
    active: bool


@dataclass(frozen=True)
class NavGroup:
    """A headed group of the sidebar; a group without a label has no heading."""

    label: str
    items: tuple[NavItem, ...]


def init_shell(app: Flask, admin: Admin) -> None:
    """Give the app its frame and bind the console to it.

    Call it once, after :func:`use_translations` and before Flask-Security, whose templates ours
    replace. ``admin`` is made without an app (``Admin(name=…, index_view=…)``): the theme and the
    nonce must be set before its views are registered. Views may be added before or after.
    """
    admin.theme = TablerTheme()
    admin.csp_nonce_generator = csp_nonce
    app.register_blueprint(_blueprint())  # first: the earlier blueprint's templates win
    admin.theme.init_app(app)
    admin.init_app(app)
    app.add_template_global(asset)
    app.add_template_global(csp_nonce)
    app.add_template_global(language)
    app.add_template_global(partial(navigation, admin), "shell_navigation")
    app.add_template_global(partial(_home_url, admin), "home_url")
    app.after_request(_add_headers)
    for code in ERROR_CODES:
        app.register_error_handler(code, render_error)


def use_translations(
    app: Flask, *, locale_selector: Callable[[], str | None] | None = None
) -> None:
    """Let pages, forms, the console and sign-in speak Vietnamese, or English where asked.

    Sets up Flask-Babel (default ``vi``, Asia/Ho_Chi_Minh; the ``BABEL_…`` settings of the app
    win), and puts our catalogues over those of Flask-Admin, WTForms and Flask-Security. Call it
    before :func:`init_shell` and before Flask-Security.
    """
    ours = str(TRANSLATIONS)
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "vi")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Ho_Chi_Minh")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ours
    app.config["SECURITY_I18N_DIRNAME"] = ["builtin", ours]
    # Private names, the only way to override a stock string; test_shell.py guards each of them.
    for domain in (flask_admin.babel.domain, flask_admin.babel.wtforms_domain):
        if ours not in domain._translation_directories:
            domain._translation_directories.append(ours)
    flask_wtf.i18n.messages_path = lambda: ours
    Babel(app, locale_selector=locale_selector)


def csp_nonce() -> str:
    """The nonce of this request, which an inline script must carry to be run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def asset(filename: str) -> str:
    """The address of a file of ``static/``; it changes when the file does, so it may be cached."""
    return f"{request.script_root}{ADDRESS}/{filename}?v={_fingerprint(filename)}"


def language() -> str:
    """The language of this page, for ``<html lang>``."""
    return str(get_locale() or "vi")


def navigation(admin: Admin, nav: Nav, view: Any = None) -> list[NavGroup]:
    """The sidebar: ``nav`` and, in the groups of the same names, the console's visible views.

    A console view stands in the group named like its category, without one under "Quản trị".
    The console's index is left out: the product's name leads there. Groups without items vanish.
    """
    groups = {label: [NavItem(*entry) for entry in entries] for label, entries in nav}
    for label, item in _console_items(admin, view):
        groups.setdefault(label, []).append(item)
    return [NavGroup(label, tuple(items)) for label, items in groups.items() if items]


def render_error(error: HTTPException) -> tuple[str, int]:
    """A page that says what happened and what to do next.

    It is rendered without the app's context processors, which may be what failed. A sentence
    given to ``abort(code, "…")`` is shown; the English ones of the libraries are not.
    """
    code = error.code or 500
    own = default_exceptions.get(code)
    said = own is type(error) and error.description != own.description
    template = current_app.jinja_env.get_template(f"errors/{code}.html")
    return template.render(said=error.description if said else None), code


def _blueprint() -> Blueprint:
    return Blueprint(
        "shell",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path=ADDRESS,
    )


def _home_url(admin: Admin) -> str:
    return str(admin.index_view.menu.get_url())


@cache
def _fingerprint(filename: str) -> str:
    return sha256((STATIC / filename).read_bytes()).hexdigest()[:10]


def _console_items(admin: Admin, view: Any) -> Iterator[tuple[str, NavItem]]:
    for entry in admin.menu():
        children = entry.get_children() if entry.is_category() else [entry]
        label = str(entry.name if entry.is_category() else ADMINISTRATION)
        for child in children:
            if child is not admin.index_view.menu and child.is_accessible() and child.is_visible():
                yield label, _nav_item(child, view)


def _nav_item(entry: BaseMenu, view: Any) -> NavItem:
    icon = entry.get_icon_value() if entry.get_icon_type() == "tabler" else None
    return NavItem(
        label=str(entry.name),
        url=entry.get_url() or "",
        icon=icon or "list-details",
        active=bool(entry.is_active(view)),
    )


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _content_security_policy())
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if (request.endpoint or "").endswith("static") and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    elif response.mimetype == "text/html":
        # Offices share computers: after signing out, "back" must not show the last page.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _content_security_policy() -> str:
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{csp_nonce()}'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; object-src 'none'; frame-ancestors 'none'; "
        "base-uri 'self'; form-action 'self'"
    )
