"""What a person reads goes through gettext."""

import ast
import re
from pathlib import Path

UI = Path(__file__).parents[3] / "clinic_desktop" / "ui"
SAYING = frozenset(
    {"label", "button", "Field", "Chip", "SearchField", "setText", "setWindowTitle", "setToolTip",
     "setPlaceholderText", "setAccessibleName", "setAccessibleDescription", "setStatusTip",
     "set_error", "say", "addTab", "setTitle"}
)  # fmt: skip
WORD = re.compile(r"[A-Za-z]{2,}")


def _bare_sentences(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else None
        name = node.func.id if isinstance(node.func, ast.Name) else name
        first = node.args[0]
        if name not in SAYING:
            continue
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            pieces = [first.value]
        elif isinstance(first, ast.JoinedStr):
            pieces = [p.value for p in first.values if isinstance(p, ast.Constant)]
        else:
            continue
        found += [f"line {node.lineno}: {p}" for p in pieces if WORD.search(str(p))]
    return found


def test_no_sentence_reaches_a_widget_without_gettext():
    bare = {
        str(path.relative_to(UI)): found
        for path in UI.rglob("*.py")
        if (found := _bare_sentences(path.read_text(encoding="utf-8")))
    }
    assert bare == {}


def test_the_check_sees_a_bare_sentence():
    assert _bare_sentences('label("Save failed")') == ["line 1: Save failed"]
    assert _bare_sentences('label(_("Save failed"))') == []
    assert _bare_sentences('made.setText(f"{n} visits")') == ["line 1:  visits"]
