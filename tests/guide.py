"""The user guide: pages of the web made from ``docs/vi``, pictures from the browser tests.

``python -m tests.guide`` writes the pages (``make guide``); with the word ``pictures`` it first
takes over what ``tests/browser/test_year.py`` has seen. ``tests/test_guide.py`` tells when the
pages are out of date.
"""

from __future__ import annotations

import re
import shutil
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "docs" / "vi"
WEB = ROOT / "admin" / "thidua_admin"
PAGES, PICTURES = WEB / "templates" / "guide", WEB / "static" / "guide"
SEEN = ROOT / "tests" / "browser" / "out" / "year"
WIDEST = {"phone": 360, "office": 800}
"""Pixels that a picture keeps of its width."""

SIDEBAR = 208
"""Pixels of the sidebar, which pictures of an office's screen leave out."""

OPEN = {"sign-in", "public"}
"""Pictures of pages without a sidebar."""

PAGE = """{{# Made of docs/vi/{name}.md by "make guide": change that file. #}}
{{% extends "desk/guide.html" %}}
{{% block page_title %}}{title}{{% endblock %}}
{{% block guide %}}
{body}{{% endblock %}}
"""
CONTENTS = """{{# Made of docs/vi/README.md by "make guide". #}}
<ul>
{lines}
</ul>
"""

SHRINK = """async ([picture, left, widest]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const [width, height] = [image.naturalWidth - left, image.naturalHeight];
  const share = Math.min(1, widest / width);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * share);
  canvas.height = Math.round(height * share);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, left, 0, width, height, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/webp", 0.5).split(",")[1];
}"""


def anchor(heading: str) -> str:
    """The id of a heading, the same as where the Markdown is read as it is."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def size(picture: bytes) -> tuple[int, int]:
    """Width and height of a lossy WebP picture, in pixels."""
    at = picture.index(b"\x9d\x01\x2a") + 3
    width, height = picture[at : at + 2], picture[at + 2 : at + 4]
    return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF


class Renderer(RendererHTML):
    """HTML as our pages have it, with the addresses left to Jinja."""

    def text(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return super().text(tokens, at, options, env).replace("{", "&#123;")

    def heading_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return f'<{tokens[at].tag} id="{anchor(tokens[at + 1].content)}">'

    def table_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return '<div class="table-box"><table class="table">\n'

    def table_close(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return '<th scope="col">'

    def link_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return f'<a href="{address(str(tokens[at].attrs["href"]))}">'

    def image(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        file = Path(str(tokens[at].attrs["src"])).name
        width, height = size((SOURCE / "img" / file).read_bytes())
        return (
            f'<img src="{{{{ asset(\'guide/{file}\') }}}}" alt="{escape(tokens[at].content)}"'
            f' width="{width}" height="{height}" loading="lazy">'
        )


def address(link: str) -> str:
    """Where a link of the Markdown leads in the web: to a chapter, or on the same page."""
    file, _, place = link.partition("#")
    if not file:
        return link
    name = file.removesuffix(".md")
    call = "url_for('desk.guide')" if name == "README" else (
        f"url_for('desk.guide_chapter', chapter='{name}')"
    )  # fmt: skip
    return f"{{{{ {call} }}}}" + (f"#{place}" if place else "")


def rendered(name: str, text: str) -> str:
    """The template of one chapter; its first heading is the title of the page."""
    title, _, body = text.partition("\n")
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=Renderer).enable("table")
    return PAGE.format(
        name=name, title=escape(title.removeprefix("# ")), body=markdown.render(body)
    )


def chapters() -> Mapping[str, str]:
    """Name and text of each chapter."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(SOURCE.glob("*.md"))}


def entry(name: str, title: str) -> str:
    """A chapter in the list of them, marked on its own page."""
    here = f"{{% if chapter == '{name}' %}} aria-current=\"page\"{{% endif %}}"
    return f'  <li><a href="{address(f"{name}.md")}"{here}>{escape(title)}</a></li>'


def pages() -> Mapping[str, str]:
    """The templates as they must be, by name of file."""
    texts = chapters()
    named = re.findall(r"^- \[[^]]+\]\(([\w-]+)\.md\)", texts["README"], re.MULTILINE)
    lines = (entry(name, texts[name].partition("\n")[0].removeprefix("# ")) for name in named)
    return {
        **{f"{name}.html": rendered(name, text) for name, text in texts.items()},
        "contents.html": CONTENTS.format(lines="\n".join(lines)),
    }


def write() -> None:
    """Write pages and pictures into the web, and nothing else stays there."""
    for folder in (PAGES, PICTURES):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
    for picture in (SOURCE / "img").glob("*.webp"):
        shutil.copyfile(picture, PICTURES / picture.name)


def take_pictures() -> None:
    """Take over, smaller, what the browser has seen of the chapters' pictures."""
    from playwright.sync_api import sync_playwright
    from tests.browser.conftest import CHROMIUM, FLAGS

    wanted = {
        Path(file).stem
        for text in chapters().values()
        for file in re.findall(r"\]\(img/([\w.-]+)\)", text)
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page()
        for file in sorted(SEEN.glob("*.png")):
            if file.stem in wanted:
                screen = "phone" if file.stem.endswith("phone") else "office"
                left = SIDEBAR if screen == "office" and file.stem not in OPEN else 0
                picture = b64encode(file.read_bytes()).decode()
                small = page.evaluate(SHRINK, [picture, left, WIDEST[screen]])
                (SOURCE / "img" / f"{file.stem}.webp").write_bytes(b64decode(small))
        browser.close()


if __name__ == "__main__":
    if sys.argv[1:] == ["pictures"]:
        take_pictures()
    write()
