"""What a visit of a service takes: an item and how many of it, one a line."""

from PySide6.QtWidgets import QLineEdit, QSpinBox

from clinic_desktop.domain.service import KitItem
from clinic_desktop.text import _
from clinic_desktop.ui.kit.spin_text import indent_text
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.settings.rows_editor import EditorRow, RowsEditor

_COUNT_PX = 84


class KitRow(EditorRow):
    """One item."""

    def __init__(self, theme: Theme, item: KitItem, number: int) -> None:
        super().__init__()
        self.name = QLineEdit(item.name)
        self.name.setObjectName(f"kit{number}_name")
        self.name.setPlaceholderText(_("0.30 × 50 mm"))
        self.name.setAccessibleName(_("Item {n} of the kit").format(n=number + 1))
        self.count = QSpinBox()
        self.count.setObjectName(f"kit{number}_count")
        self.count.setRange(1, 200)
        self.count.setValue(item.count)
        self.count.setFixedWidth(_COUNT_PX)
        self.count.setAccessibleName(_("How many of item {n}").format(n=number + 1))
        indent_text(self.count)
        spoken = _("Remove item {n}").format(n=number + 1)
        self.fill(theme, spoken, f"kit{number}_gone", self.name, self.count)


class KitEditor(RowsEditor[KitRow]):
    """Any number of items."""

    def __init__(self, theme: Theme, kit: tuple[KitItem, ...]) -> None:
        super().__init__(
            _("Add an item"),
            "kit_add",
            _("My day adds up what the visits that are left take."),
            lambda number: KitRow(theme, KitItem(name="", count=1), number),
        )
        for item in kit:
            self.add(KitRow(theme, item, self.next_number()))

    def kit(self) -> tuple[KitItem, ...]:
        """The items as entered; one without a name is none."""
        return tuple(
            KitItem(name=line.name.text().strip(), count=line.count.value())
            for line in self.rows
            if line.name.text().strip()
        )
