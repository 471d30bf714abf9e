"""The short form for a caller who is new: name, phone, address."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView

from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import Field, button, column, label, row

_ROW_PX = 31
_MOST_ROWS = 5


class NewPatientPart(QFrame):
    """Name, phone and address of a new patient, with the addresses that fit.

    Signals:
        address_typed(str): the address changed.
        address_chosen(int): a candidate for the typed address.
        entered(str, str, str): name, phone and address.
    """

    address_typed = Signal(str)
    address_chosen = Signal(int)
    entered = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.name = _edit("new_name")
        self.phone = _edit("new_phone")
        self.address = _edit("new_address")
        self.address.textEdited.connect(self.address_typed)
        self.address.installEventFilter(self)
        self.address.returnPressed.connect(self._on_address_return)
        for before, after in ((self.name, self.phone), (self.phone, self.address)):
            before.returnPressed.connect(after.setFocus)
        self._model = QStringListModel()
        self._found = QListView()
        self._found.setObjectName("new_addresses")
        self._found.setModel(self._model)
        self._found.setAccessibleName(_("Addresses found"))
        self._found.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._found.activated.connect(self._on_address)
        self._found.clicked.connect(self._on_address)
        self._found.hide()
        self._state = label("", "caption", wrap=True, name="new_address_state")
        save = button(_("Take this patient"), kind="primary", name="new_save",
                      on_click=self._submit)  # fmt: skip
        self._name_field = Field(_("Name"), self.name)
        self._phone_field = Field(_("Phone"), self.phone)
        self._address_field = Field(_("Address"), self.address)
        self.setLayout(
            column(
                label(_("New patient"), "strong"),
                self._name_field,
                self._phone_field,
                self._address_field,
                self._found,
                self._state,
                row(1, save),
                spacing=8,
                margins=12,
            )
        )

    def start(self, name: str = "", phone: str = "") -> None:
        """An empty form but for what was typed into the search."""
        self.name.setText(name)
        self.phone.setText(phone)
        self.address.clear()
        self.show_addresses(())
        self.show_address_state("")
        for field in (self._name_field, self._phone_field, self._address_field):
            field.set_error("")

    def show_addresses(self, texts: Sequence[str]) -> None:
        """Candidates for the typed address."""
        self._model.setStringList(list(texts))
        self._found.setVisible(bool(texts))
        self._found.setFixedHeight(min(_MOST_ROWS, len(texts)) * _ROW_PX + 6)
        if texts:
            self._found.setCurrentIndex(self._model.index(0))

    def show_address_state(self, text: str) -> None:
        """Whether the address was found."""
        self._address_field.set_error("")
        self._state.setText(text)
        self._state.setVisible(bool(text))

    def show_error(self, sentence: str) -> None:
        """Why the new patient cannot be taken."""
        self._phone_field.set_error(sentence)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down walk through the addresses while the cursor stays in the field."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            step = steps.get(Qt.Key(event.key()))
            count = self._model.rowCount()
            if step is not None and count:
                target = self._found.currentIndex().row() + step
                self._found.setCurrentIndex(self._model.index(max(0, min(count - 1, target))))
                return True
        return super().eventFilter(watched, event)

    def _on_address_return(self) -> None:
        """Enter takes the highlighted address first, then the patient."""
        if self._model.rowCount() and self._found.currentIndex().isValid():
            self.address_chosen.emit(self._found.currentIndex().row())
        else:
            self._submit()

    def _on_address(self, index: QModelIndex) -> None:
        self.address_chosen.emit(index.row())

    def _submit(self) -> None:
        self._name_field.set_error("")
        if len(self.name.text().split()) < 2:
            self._name_field.set_error(_("First and last name, please."))
            self.name.setFocus()
            return
        self.entered.emit(self.name.text(), self.phone.text(), self.address.text())


def _edit(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    return made
