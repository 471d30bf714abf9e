"""The main window: rail, the page in front, status bar; palette, toast and lock above them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.text import _
from clinic_desktop.ui.kit.focus_ring import FocusRing
from clinic_desktop.ui.kit.parts import button, column, row
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.shell.command import Command
from clinic_desktop.ui.shell.login_view import LoginView
from clinic_desktop.ui.shell.page import ShellPage
from clinic_desktop.ui.shell.palette import Finder, Palette
from clinic_desktop.ui.shell.rail import Rail, RailEntry
from clinic_desktop.ui.shell.status_bar import StatusBar
from clinic_desktop.ui.shell.toast import Toast

_INPUT_EVENTS = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel})


class ShellWindow(QMainWindow):
    """Holds the pages of a session, or one full view (log-in, first run).

    Signals:
        idle(): no input for the auto-lock time.
        closing(): the person closes the window.
    """

    idle = Signal()
    closing = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setWindowTitle(_("Clinic Desktop"))
        self.setMinimumSize(960, 540)
        self.theme = theme
        self.status = StatusBar(theme)
        self._pages: dict[str, ShellPage] = {}
        self._commands: list[Command] = []
        self._finder: Finder | None = None
        self._shortcuts: list[QShortcut] = []
        self._front = ""
        self._rail: Rail | None = None
        self._session_view = False
        self._before_palette: QWidget | None = None
        self._entries: list[RailEntry] = []
        self._focus_ring = FocusRing(theme, self)
        self.toast: Toast | None = None
        self.palette_box: Palette | None = None
        self._idle_timer = QTimer(self)
        self._idle_timer.setSingleShot(True)
        self._idle_timer.timeout.connect(self.idle)

    def show_view(self, view: QWidget) -> None:
        """Show one full view instead of a session; pages and their data go away.

        The view of a locked program stands in the empty frame of its session.
        """
        self._leave_session()
        if isinstance(view, LoginView) and view.keeps_frame and self._entries:
            view = self._framed(view)
        self.setCentralWidget(view)

    def _framed(self, view: QWidget) -> QWidget:
        root = QWidget()
        self.status = StatusBar(self.theme, locked=True)
        right = column(view, self.status, spacing=0)
        right.setStretch(0, 1)
        whole = row(Rail(self.theme, self._entries, "", locked=True), right, spacing=0)
        whole.setStretch(1, 1)
        root.setLayout(whole)
        return root

    def show_session(
        self,
        pages: Sequence[tuple[RailEntry | None, ShellPage]],
        person: str,
        commands: Sequence[Command],
        finder: Finder | None,
        on_lock: Callable[[], object],
        auto_lock_min: int,
    ) -> None:
        """Show the session's pages; those without a rail entry are reached from others."""
        self._leave_session()
        root = QWidget()
        self._stack = QStackedWidget()
        self._entries = [entry for entry, _page in pages if entry is not None]
        rail = Rail(self.theme, self._entries, person)
        rail.page_requested.connect(self.show_page)
        rail.lock_requested.connect(on_lock)
        self._rail = rail
        for _entry, page in pages:
            self._pages[page.page_id] = page
            self._stack.addWidget(page)
        self.status = StatusBar(self.theme)
        self.status.shortcuts_requested.connect(self.show_shortcuts)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(self.status)
        whole = QHBoxLayout(root)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(rail)
        whole.addLayout(right, 1)
        self.setCentralWidget(root)
        self.toast = Toast(self.theme, root)
        self.toast.keep_to(self._toast_room)
        self.palette_box = Palette(self.theme, root)
        self.palette_box.closed.connect(self._on_palette_closed)
        self._finder = finder
        self._commands = list(commands)
        for command in self._commands:
            if command.chord:
                self._add_chord(command)
        on_pages = (c for page in self._pages.values() for c in page.commands())
        for chord in dict.fromkeys(chord for c in on_pages for chord in c.chords):
            self._add_page_chord(chord)
        self._session_view = True
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self._idle_timer.setInterval(max(0, auto_lock_min) * 60_000)
        if auto_lock_min > 0:
            self._idle_timer.start()
        if pages:
            self.show_page(pages[0][1].page_id)

    @property
    def front(self) -> str:
        """The id of the page in front, "" without a session."""
        return self._front

    def page(self, page_id: str) -> ShellPage:
        """A page by its id. Raises ``KeyError``."""
        return self._pages[page_id]

    def pages(self) -> list[ShellPage]:
        """Every page of the session."""
        return list(self._pages.values())

    def show_page(self, page_id: str) -> bool:
        """Bring a page to the front; False if the one in front holds on to its work."""
        if self._front and self._front != page_id and not self._pages[self._front].may_leave():
            if self._rail is not None:
                self._rail.show_page(self._front)
            return False
        self._front = page_id
        page = self._pages[page_id]
        self._stack.setCurrentWidget(page)
        if self._rail is not None:
            self._rail.show_page(page_id)
        self.setAccessibleName(page.title)
        page.activated()
        return True

    def say(
        self, text: str, action: Callable[[], object] | None = None, action_text: str = ""
    ) -> None:
        """Show a toast, with a way back if there is one."""
        if self.toast is not None:
            self.toast.show_text(text, action, action_text)

    def _toast_room(self) -> QRect:
        """The free part of the page in front, in the root's pixels."""
        page, root = self._pages.get(self._front), self.centralWidget()
        if root is None or page is None:
            return self.rect()
        free = page.free_rect()
        return QRect(page.mapTo(root, free.topLeft()), free.size())

    def all_commands(self) -> list[Command]:
        """The page's commands, then the program's."""
        page = self._pages.get(self._front)
        return [*(page.commands() if page else ()), *self._commands]

    def open_palette(self) -> None:
        """Ctrl K."""
        if self.palette_box is not None:
            self._before_palette = QApplication.focusWidget()
            self.palette_box.open(self.all_commands(), self._finder)

    def show_shortcuts(self) -> None:
        """A sheet of every key, made from the commands themselves."""
        sheet = QDialog(self)
        sheet.setObjectName("shortcut_sheet")
        sheet.setWindowTitle(_("Shortcuts"))
        keyed = [c for c in self.all_commands() if c.key or c.chord]
        table = QTableWidget(len(keyed), 2)
        table.setHorizontalHeaderLabels([_("Key"), _("What it does")])
        table.verticalHeader().setVisible(False)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setAccessibleName(_("Shortcuts"))
        for number, command in enumerate(keyed):
            keys = "   ".join(k for k in (command.key, command.chord.replace("+", " ")) if k)
            table.setItem(number, 0, QTableWidgetItem(keys))
            table.setItem(number, 1, QTableWidgetItem(command.title))
        table.setColumnWidth(0, 150)
        table.horizontalHeader().setStretchLastSection(True)
        close = button(_("Close"), kind="primary", on_click=sheet.accept)
        sheet.setLayout(column(table, row(1, close), spacing=12, margins=16))
        sheet.resize(520, 560)
        sheet.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Single keys: they arrive here only if no text field wanted them."""
        if not self._run_key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Any input starts the auto-lock time anew; lists leave single keys to the commands."""
        if event.type() not in _INPUT_EVENTS:
            return False
        if self._idle_timer.isActive():
            self._idle_timer.start()
        if isinstance(event, QKeyEvent):
            # A list or table would take a letter for its own search by first letters.
            mine = isinstance(watched, QAbstractItemView) and watched.window() is self
            return mine and self._run_key(event)
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            self._dismiss_palette_outside(watched)
        return False

    def _run_key(self, event: QKeyEvent) -> bool:
        """Run the command of a single key, the page's before the program's."""
        blocking = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        typed = event.text().casefold()
        if not self._session_view or not typed or event.modifiers() & blocking:
            return False
        for command in self.all_commands():
            if command.key and command.key.casefold() == typed:
                command.run()
                return True
        return False

    def _dismiss_palette_outside(self, pressed: QWidget) -> None:
        box = self.palette_box
        if box is None or not box.isVisible() or pressed.window() is not self:
            return
        if pressed is not box and not box.isAncestorOf(pressed):
            self._before_palette = None
            box.dismiss()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what floats in its place."""
        super().resizeEvent(event)
        if self.toast is not None and self.toast.isVisible():
            self.toast.place()
        if self.palette_box is not None and self.palette_box.isVisible():
            self.palette_box.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the page in front, then tell that the window closes."""
        if self._front and not self._pages[self._front].may_leave():
            event.ignore()
            return
        self.closing.emit()
        event.accept()

    def _on_palette_closed(self) -> None:
        if self._before_palette is not None:
            self._before_palette.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before_palette = None

    def _add_chord(self, command: Command) -> None:
        for chord in command.chords:
            shortcut = QShortcut(QKeySequence(chord), self)
            shortcut.activated.connect(lambda: command.run())
            self._shortcuts.append(shortcut)

    def _add_page_chord(self, chord: str) -> None:
        """A chord that means what the page in front says, and nothing on other pages."""

        def run() -> None:
            for command in self._pages[self._front].commands() if self._front else ():
                if chord in command.chords:
                    command.run()
                    return

        shortcut = QShortcut(QKeySequence(chord), self)
        shortcut.activated.connect(run)
        self._shortcuts.append(shortcut)

    def _leave_session(self) -> None:
        app = QApplication.instance()
        if self._session_view and app is not None:
            app.removeEventFilter(self)
        self._idle_timer.stop()
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = []
        self._pages, self._commands, self._front = {}, [], ""
        self._rail, self.toast, self.palette_box = None, None, None
        self._before_palette = None
        self._session_view = False
        self.setAccessibleName("")
