"""The user guide: chapters written in ``docs/vi``, packaged as pages, and which one helps where."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from thidua_admin.desk.pages import desk
from thidua_admin.security import rights

CHAPTERS = (
    "can-bo-don-vi", "tham-dinh", "thuong-truc", "khao-sat", "quan-tri", "thi-dua-khen-thuong",
    "hoi-dap",
)  # fmt: skip

HELPS = {
    "appraisal": "tham-dinh",
    "secretariat": "thuong-truc",
    "campaigns.": "thuong-truc",
    "results.": "thuong-truc",
    "sheet": "can-bo-don-vi",
    "evidence": "can-bo-don-vi",
    "round": "thi-dua-khen-thuong",
    "movement": "thi-dua-khen-thuong",
    "schemes.": "thi-dua-khen-thuong",
    "accounts.": "quan-tri",
    "account": "hoi-dap",
    "result": "hoi-dap",
}
"""Which chapter helps on pages whose endpoints begin so; on other console pages ``quan-tri``."""


@desk.get("/huong-dan")
def guide() -> ResponseReturnValue:
    """The contents: for whom which chapter is."""
    return render_template("guide/README.html", chapter="")


@desk.get("/huong-dan/<chapter>")
def guide_chapter(chapter: str) -> ResponseReturnValue:
    """One chapter."""
    if chapter not in CHAPTERS:
        abort(404)
    return render_template(f"guide/{chapter}.html", chapter=chapter)


def help_url() -> str:
    """Where help about the page of this request is."""
    page = (request.endpoint or "").removeprefix("desk.")
    if page.startswith("petitions"):
        officer = rights().any_of({"officer"})
        return url_for("desk.guide_chapter", chapter="can-bo-don-vi" if officer else "thuong-truc")
    console = "quan-tri" if "." in page else None
    chapter = next((name for start, name in HELPS.items() if page.startswith(start)), console)
    return url_for("desk.guide_chapter", chapter=chapter) if chapter else url_for("desk.guide")
