"""QSS for chrome, fields, buttons, tables: made from the tokens of a theme."""

from PySide6.QtGui import QPalette

from clinic_desktop.resources import resource
from clinic_desktop.ui.kit.tokens import Theme

_SHEET = """
QWidget {{ color: @text.primary; }}
QMainWindow, QDialog, QWidget[surface="window"] {{ background: @bg.window; }}
QWidget[surface="canvas"] {{ background: @bg.canvas; }}
QWidget[surface="surface"], QStackedWidget[surface="surface"] {{ background: @bg.surface; }}
QWidget[surface="accent"] {{ background: @accent.tint; }}
QFrame[card="true"] {{ background: @bg.surface; border: 1px solid @line.default;
    border-radius: 8px; }}
QFrame[card="hero"] {{ background: @bg.surface; border: 1px solid @line.default;
    border-radius: 12px; }}
QFrame[line="h"] {{ background: @line.default; border: none; max-height: 1px; min-height: 1px; }}
QFrame[line="v"] {{ background: @line.default; border: none; max-width: 1px; min-width: 1px; }}
QWidget#rail {{ background: @bg.window; border-right: 1px solid @line.default; }}
QWidget#top_bar {{ background: @bg.window; border-bottom: 1px solid @line.default; }}
QWidget#status_bar {{ background: @bg.window; border-top: 1px solid @line.default; }}
QWidget#status_bar[alarm="true"] {{ background: @danger.tint;
    border-top: 1px solid @danger.line; }}
QWidget[panel="right"] {{ background: @bg.window; border-left: 1px solid @line.default; }}
QWidget[panel="top"] {{ background: @bg.surface; border-bottom: 1px solid @line.default; }}
QWidget[panel="left"] {{ background: @bg.window; border-right: 1px solid @line.default; }}

QLabel {{ background: transparent; }}
QLabel[role="caption"] {{ color: @text.tertiary; }}
QLabel[role="small"] {{ color: @text.secondary; }}
QLabel[role="muted"] {{ color: @text.tertiary; }}
QLabel[role="strong"] {{ }}
QLabel[role="title"] {{ }}
QLabel[role="page"] {{ }}
QLabel[role="figure"] {{ }}
QLabel[role="error"], QLabel[role="status-error"] {{ color: @danger.text; }}
QLabel[role="warn"], QLabel[role="status-warn"] {{ color: @warn.text; }}
QLabel[role="status"] {{ color: @text.secondary; }}
QLabel[role="accent"] {{ color: @accent.text; }}
QLabel[role="keycap"] {{ color: @text.tertiary; background: @bg.surface;
    border: 1px solid @line.default; border-radius: 4px; padding: 0 4px; }}
QLabel[role="pill"] {{ color: @text.secondary; background: @bg.sunken;
    border: 1px solid @line.default; border-radius: 4px; padding: 1px 6px; }}
QLabel[role="pill-warn"] {{ color: @warn.text; background: @warn.tint;
    border: 1px solid @warn.line; border-radius: 4px; padding: 1px 6px; }}
QLabel[role="pill-ok"] {{ color: @ok.text; background: @ok.tint;
    border: 1px solid @ok.line; border-radius: 4px; padding: 1px 6px; }}
QLabel[role="pill-danger"] {{ color: @danger.text;
    background: @danger.tint; border: 1px solid @danger.line; border-radius: 4px;
    padding: 1px 6px; }}

QPushButton, QToolButton {{ background: @bg.surface; border: 1px solid @line.default;
    border-radius: 6px; padding: 0 12px; min-height: 28px; }}
QPushButton {{ min-width: 14px; }}
QPushButton:hover, QToolButton:hover {{ background: @bg.hover; }}
QPushButton:pressed, QToolButton:pressed {{ background: @bg.selected; }}
QPushButton:focus, QToolButton:focus {{ outline: none; }}
QPushButton:disabled, QToolButton:disabled {{ color: @text.disabled; background: @bg.sunken;
    border-color: @line.subtle; }}
QPushButton[kind="primary"] {{ background: @accent.base; color: @text.onAccent;
    border-color: @accent.base; }}
QPushButton[kind="primary"]:hover {{ background: @accent.hover; }}
QPushButton[kind="primary"]:disabled {{ background: @bg.sunken; color: @text.disabled;
    border-color: @line.default; }}
QPushButton[kind="danger"] {{ color: @danger.text; border-color: @danger.line; }}
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{ background: transparent;
    border-color: transparent; color: @text.secondary; }}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{ background: @bg.hover; }}
QPushButton[kind="link"] {{ background: transparent; border-color: transparent;
    color: @accent.text; padding: 0 4px; text-align: left; min-height: 22px; }}
QPushButton[step="small"] {{ min-height: 22px; padding: 0 8px; }}
QPushButton[kind="link"][step="small"] {{ padding: 0 4px; }}
QPushButton[step="large"] {{ min-height: 36px; padding: 0 16px; }}
QPushButton[step="tall"] {{ min-height: 36px; padding: 0 12px; }}
QToolButton[kind="bare"] {{ background: transparent; border: none; padding: 0;
    min-height: 24px; border-radius: 4px; }}
QToolButton[kind="bare"]:hover {{ background: @bg.hover; }}
QPushButton[kind="status"] {{ background: transparent; border: none; color: @text.secondary;
    padding: 0 4px; min-height: 24px; border-radius: 4px; }}
QPushButton[kind="status"]:hover {{ background: @bg.hover; }}
QToolButton[kind="icon"] {{ padding: 0; min-width: 28px; max-width: 28px; }}
QToolButton[kind="icon"][step="tall"] {{ min-height: 36px; min-width: 36px; max-width: 36px; }}
QPushButton[chip="true"] {{ background: @accent.tint; border-color: @accent.line;
    color: @accent.text; border-radius: 4px; min-height: 24px; padding: 0 8px;
    }}
QPushButton[chip="not"] {{ background: @bg.surface; border: 1px dashed @line.strong;
    color: @text.secondary; border-radius: 4px; min-height: 24px; padding: 0 8px; }}
QPushButton[choice="true"] {{ border-radius: 4px; min-height: 24px; padding: 0 10px;
    }}
QPushButton[choice="true"]:checked {{ background: @accent.tint; border-color: @accent.base;
    color: @accent.text; }}
QPushButton[segment="true"] {{ background: transparent; border-color: transparent;
    color: @text.secondary; min-height: 24px; padding: 0 10px; border-radius: 5px; }}
QPushButton[segment="true"]:checked {{ background: @bg.surface; border-color: @line.default;
    color: @text.primary; }}
QFrame[segments="true"] {{ background: @bg.sunken; border: 1px solid @line.default;
    border-radius: 6px; }}
QPushButton[answer="true"] {{ border-radius: 0; min-width: 62px; min-height: 24px; padding: 0;
    border: 1px solid @line.strong; background: @bg.surface; color: @text.secondary; }}
QPushButton[answer="true"][place="middle"], QPushButton[answer="true"][place="last"] {{
    border-left: none; }}
QPushButton[answer="true"][place="first"] {{ border-top-left-radius: 6px;
    border-bottom-left-radius: 6px; }}
QPushButton[answer="true"][place="last"] {{ border-top-right-radius: 6px;
    border-bottom-right-radius: 6px; }}
QPushButton[answer="true"]:checked {{ background: @bg.selected; color: @text.primary;
    }}
QPushButton[answer="true"][alarm="true"]:checked {{ background: @text.primary;
    color: @bg.surface; }}
QToolButton[rail="true"] {{ background: transparent; border: 1px solid transparent;
    border-radius: 8px; padding: 6px 0 4px 0; color: @text.secondary;
    min-width: 56px; max-width: 56px; min-height: 42px; }}
QToolButton[rail="true"]:hover {{ background: @bg.hover; }}
QToolButton[rail="true"]:checked {{ background: @accent.tint; color: @accent.text;
    }}

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit, QTimeEdit {{
    background: @bg.surface; border: 1px solid @line.strong; border-radius: 6px;
    padding: 0 8px; min-height: 28px; selection-background-color: @accent.base;
    selection-color: @text.onAccent; }}
QPlainTextEdit, QTextEdit {{ padding: 4px 6px; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus,
QDoubleSpinBox:focus, QDateEdit:focus, QTimeEdit:focus {{ border: 2px solid @focus.ring;
    padding: 0 7px; min-height: 26px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: 3px 5px; }}
QLineEdit[error="true"], QComboBox[error="true"] {{ border: 1px solid @danger.base; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {{ background: @bg.sunken;
    color: @text.disabled; border-color: @line.default; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url("%chevron%"); width: 14px; height: 14px; }}
QSpinBox::up-button, QDoubleSpinBox::up-button, QTimeEdit::up-button, QDateEdit::up-button {{
    border: none; width: 18px; subcontrol-position: top right; }}
QSpinBox::down-button, QDoubleSpinBox::down-button, QTimeEdit::down-button,
QDateEdit::down-button {{ border: none; width: 18px; subcontrol-position: bottom right; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QTimeEdit::up-arrow, QDateEdit::up-arrow {{
    image: url("%chevron-up%"); width: 10px; height: 10px; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QTimeEdit::down-arrow, QDateEdit::down-arrow {{
    image: url("%chevron%"); width: 10px; height: 10px; }}
QDateEdit::drop-down {{ border: none; width: 22px; }}
QComboBox QAbstractItemView {{ background: @bg.raised; border: 1px solid @line.default;
    selection-background-color: @bg.selected; selection-color: @text.primary; outline: none; }}
QCheckBox, QRadioButton {{ spacing: 8px; min-height: 24px; background: transparent; }}
QCheckBox::indicator, QTableView::indicator, QListView::indicator {{ width: 14px; height: 14px;
    border: 1px solid @line.strong; border-radius: 4px; background: @bg.surface; }}
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked {{
    background: @accent.base; border-color: @accent.base; image: url("%check%"); }}
QCheckBox::indicator:disabled {{ background: @bg.sunken; border-color: @line.default; }}
QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid @line.strong;
    border-radius: 8px; background: @bg.surface; }}
QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid @accent.base; }}
QCheckBox:focus, QRadioButton:focus {{ outline: none; }}
QTabWidget::pane {{ border: none; border-top: 1px solid @line.default; }}
QTabBar::tab {{ background: transparent; color: @text.secondary; padding: 6px 12px;
    border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: @text.primary; border-bottom-color: @accent.base; }}
QTabBar::tab:focus {{ color: @accent.text; }}

QListView, QTableView, QTreeView {{ background: @bg.surface; border: 1px solid @line.default;
    border-radius: 8px; outline: none; gridline-color: @line.subtle;
    selection-background-color: @bg.selected; selection-color: @text.primary; }}
QListView::item {{ padding: 6px 8px; }}
QListView:focus, QTableView:focus {{ border: 2px solid @focus.ring; }}
QListWidget::item {{ min-height: 28px; padding: 0 8px; border-radius: 4px; }}
QListWidget::item:selected {{ background: @bg.selected; color: @text.primary; }}
QHeaderView::section {{ background: @bg.window; color: @text.tertiary; border: none;
    border-bottom: 1px solid @line.default; padding: 4px 8px; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget[surface="none"] {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: @line.default; border-radius: 4px; min-height: 28px;
    min-width: 28px; margin: 1px; }}
QScrollBar::handle:hover {{ background: @line.strong; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QMenu {{ background: @bg.raised; border: 1px solid @line.default; border-radius: 8px;
    padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 10px; border-radius: 4px; }}
QMenu::item:selected {{ background: @bg.selected; }}
QMenu::item:disabled {{ color: @text.disabled; }}
QMenu::separator {{ height: 1px; background: @line.subtle; margin: 4px 6px; }}
QToolTip {{ background: @bg.raised; color: @text.primary; border: 1px solid @line.default;
    padding: 4px 6px; }}
QProgressBar {{ background: @bg.sunken; border: none; border-radius: 3px; max-height: 6px;
    min-height: 6px; }}
QProgressBar::chunk {{ background: @accent.base; border-radius: 3px; }}
QFrame[box="block"] {{ background: @danger.tint; border: 1px solid @danger.line;
    border-radius: 6px; }}
QFrame[box="warn"] {{ background: @warn.tint; border: 1px solid @warn.line;
    border-radius: 6px; }}
QFrame[box="note"] {{ background: @bg.sunken; border: 1px solid @line.default;
    border-radius: 6px; }}
QFrame[box="ok"] {{ background: @ok.tint; border: 1px solid @ok.line; border-radius: 6px; }}
QLabel[alert="block"] {{ color: @danger.text; }}
QLabel[alert="warn"] {{ color: @warn.text; }}
QLabel[alert="note"] {{ color: @text.primary; }}
QLabel[alert="ok"] {{ color: @ok.text; }}
QFrame#toast {{ background: @text.primary; border-radius: 8px; }}
QFrame#toast QLabel {{ color: @bg.surface; }}
QFrame#toast QPushButton {{ background: transparent; color: @bg.surface;
    border: 1px solid @text.tertiary; }}
QFrame#toast QPushButton:focus {{ border: 2px solid @bg.surface; }}
QFrame#palette, QFrame[popover="true"] {{ background: @bg.raised;
    border: 1px solid @line.default; border-radius: 10px; }}
QFrame#palette QListView {{ border: none; background: transparent; }}
QFrame[row="selected"] {{ background: @bg.selected; border: 2px solid @accent.base;
    border-radius: 6px; }}
QFrame[row="hover"] {{ background: @bg.hover; border: none; border-radius: 6px; }}
QFrame[row="plain"] {{ background: transparent; border: none; }}
QSplitter::handle {{ background: @line.default; }}
"""


def stylesheet(theme: Theme) -> str:
    """The whole sheet for a theme. Fonts are set on the widgets: QSS cannot set a variable axis."""
    parts = _SHEET.replace("{{", "{").replace("}}", "}").split("@")
    done = [parts[0]]
    for part in parts[1:]:
        key = part
        for stop in (";", " ", "\n", "}"):
            key = key.split(stop)[0]
        done.append(theme.css(key) + part[len(key) :])
    sheet = "".join(done)
    for picture in ("check", "chevron", "chevron-up"):
        path = resource("icons", "qss", f"{picture}-{theme.name}.svg").as_posix()
        sheet = sheet.replace(f"%{picture}%", path)
    return sheet


def palette(theme: Theme) -> QPalette:
    """The palette for what the sheet leaves to the style: check marks, dialogs, selections."""
    made = QPalette()
    for role, key in (
        (QPalette.ColorRole.Window, "bg.window"),
        (QPalette.ColorRole.WindowText, "text.primary"),
        (QPalette.ColorRole.Base, "bg.surface"),
        (QPalette.ColorRole.AlternateBase, "bg.sunken"),
        (QPalette.ColorRole.Text, "text.primary"),
        (QPalette.ColorRole.Button, "bg.surface"),
        (QPalette.ColorRole.ButtonText, "text.primary"),
        (QPalette.ColorRole.Highlight, "accent.base"),
        (QPalette.ColorRole.HighlightedText, "text.onAccent"),
        (QPalette.ColorRole.PlaceholderText, "text.tertiary"),
        (QPalette.ColorRole.ToolTipBase, "bg.raised"),
        (QPalette.ColorRole.ToolTipText, "text.primary"),
        (QPalette.ColorRole.Link, "accent.text"),
        (QPalette.ColorRole.Mid, "line.strong"),
        (QPalette.ColorRole.Dark, "line.strong"),
        (QPalette.ColorRole.Accent, "accent.base"),
    ):
        made.setColor(role, theme.color(key))
    return made
