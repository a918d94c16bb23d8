"""Makes Markdown of the docstrings, for mkdocs.yml: examples, links, and names of this package."""

from __future__ import annotations

import re
from typing import Any

import griffe

EXAMPLE = re.compile(r"^>>> .*(?:\n.+)*", re.MULTILINE)
LINK = re.compile(r"`([^`<]+) <(https://[^>`]+)>`_")
NAME = re.compile(r"(?<!`)`([A-Za-z]\w*)((?:\.\w+)?)`(?!`)")


class Markdown(griffe.Extension):
    """Changes each docstring before it is parsed."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        names = {name for name in pkg.exports or [] if isinstance(name, str)}
        self._change(pkg, names, set())

    def _change(self, obj: griffe.Object, names: set[str], seen: set[str]) -> None:
        if obj.path in seen:
            return
        seen.add(obj.path)
        if obj.docstring is not None:
            # Names of this module are those of the package where it exports them.
            obj.docstring.value = _markdown(obj.docstring.value, names)
        for member in obj.members.values():
            if isinstance(member, griffe.Object):
                self._change(member, names, seen)


def _markdown(text: str, names: set[str]) -> str:
    parts, end = [], 0
    for example in EXAMPLE.finditer(text):
        parts += [_prose(text[end : example.start()], names), f"```pycon\n{example[0]}\n```"]
        end = example.end()
    return "".join([*parts, _prose(text[end:], names)])


def _prose(text: str, names: set[str]) -> str:
    def reference(match: re.Match[str]) -> str:
        return f"[{match[0]}][jurat.{match[1]}{match[2]}]" if match[1] in names else match[0]

    text = NAME.sub(reference, LINK.sub(r"[\1](\2)", text))
    # A block of code follows, which Markdown sees by its indentation.
    return re.sub(r"::$", ":", text, flags=re.MULTILINE)
