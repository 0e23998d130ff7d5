"""A file of evidence, for whoever may see its document."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Response, request
from flask.typing import ResponseReturnValue

from thidua.store.vietnamese import search_text
from thidua.work.evidence_list import OpenedFile, open_file
from thidua_admin.desk.evidence_actions import files
from thidua_admin.desk.pages import desk
from thidua_admin.security import actor, db_session

SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg"})
"""What a browser shows by itself and runs nothing of; all else is downloaded."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""Of the response alone: it loads nothing, runs nothing, and only our pages may frame it."""

SANDBOX = f"{POLICY}; sandbox"


@desk.get("/minh-chung/tai-lieu/<int:item_id>/tep")
def evidence_file(item_id: int) -> ResponseReturnValue:
    """The file, shown where that is safe, else (or with ``?tai``) downloaded under its name."""
    return file_response(open_file(db_session(), item_id=item_id, by=actor(), files=files()))


def file_response(opened: OpenedFile) -> ResponseReturnValue:
    """A kept file in an answer that runs nothing; in ranges, where the browser asks for them."""
    shown = opened.media_type in SHOWN and "tai" not in request.args
    response = Response(opened.read(), mimetype=opened.media_type)
    response.content_length = opened.file.size
    # Chromium's viewer of PDF does not start in a sandbox; nosniff keeps a PDF from being more.
    sandboxed = not (shown and opened.media_type == "application/pdf")
    response.headers["Content-Security-Policy"] = SANDBOX if sandboxed else POLICY
    response.headers["Content-Disposition"] = disposition(opened, shown=shown)
    response.headers["Cache-Control"] = "private, no-store"
    return response.make_conditional(request, accept_ranges=True, complete_length=opened.file.size)


def disposition(opened: OpenedFile, *, shown: bool) -> str:
    """The true name for every browser (RFC 6266), a plain one for those that know no better."""
    name = opened.file.name
    plain = re.sub(r"[^a-z0-9._-]+", "-", search_text(name)).strip("-")
    how = "inline" if shown else "attachment"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
