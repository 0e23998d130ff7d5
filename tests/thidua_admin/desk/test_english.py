"""Every text of the desk, of sign-in and of the frame has its English."""

from __future__ import annotations

from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

from thidua_admin.shell import HERE, TRANSLATIONS

MODULES = ("app", "security")


def texts() -> set[str]:
    """The texts in the desk's templates and in our modules."""
    found = {
        text
        for folder, method in (("templates/desk", "jinja2"), ("desk", "python"))
        for _, _, text, _, _ in extract_from_dir(HERE / folder, [("**", method)])
    }
    for name in MODULES:
        found |= {text for _, text, _, _ in extract_from_file("python", HERE / f"{name}.py")}
    return {text for text in found if isinstance(text, str)}


def test_every_text_of_the_desk_has_its_english() -> None:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        english = {message.id for message in read_po(file, locale="en") if message.string}
    assert len(texts()) > 60
    assert texts() - english == set()
