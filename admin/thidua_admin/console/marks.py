"""States and marks in a word and a colour, for cells of lists."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext
from markupsafe import Markup

from thidua.store.campaigns import Campaign
from thidua.store.results import ResultVersion


def state(word: str, tone: str = "neutral") -> Markup:
    """A state; tone: neutral, info, good, warn, bad."""
    return Markup(_parts().state(word, tone))  # type: ignore[attr-defined]  # noqa: S704


def illustrative(invented: bool) -> Markup | str:
    """The mark of invented figures; a dash where they are the office's own."""
    return Markup(_parts().illustrative_badge()) if invented else "–"  # type: ignore[attr-defined]  # noqa: S704


def provenance(said: str) -> Markup | str:
    """How far a statement can be trusted; a dash where it is an office's own word."""
    words = {
        "press": gettext("Theo báo chí"),
        "inferred": gettext("Suy luận"),
        "unverified": gettext("Chưa kiểm chứng"),
        "illustrative": gettext("Minh họa"),
    }
    return state(words[said], "warn") if said in words else "–"


def campaign_stage(campaign: Campaign) -> Markup:
    """Whether figures may still be entered."""
    if campaign.stage == "open":
        return state(gettext("Đang mở"), "good")
    if campaign.stage == "draft":
        return state(gettext("Đang chuẩn bị"), "warn")
    return state(gettext("Đã đóng"))


def publication(version: ResultVersion) -> Markup:
    """Whether everybody may see it."""
    if version.published_at:
        return state(gettext("Đã công bố"), "good")
    return state(gettext("Chưa công bố"), "warn")


def _parts() -> object:
    return current_app.jinja_env.get_template("shell/ui.html").module
