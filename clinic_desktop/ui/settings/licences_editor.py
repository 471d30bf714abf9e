"""A practitioner's licences of states other than the clinic's own."""

from PySide6.QtWidgets import QComboBox, QLineEdit

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.practitioner import Licence
from clinic_desktop.domain.us_state import US_STATES
from clinic_desktop.text import _
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.settings.rows_editor import EditorRow, RowsEditor
from clinic_desktop.ui.settings.typed_values import read_date


class _LicenceRow(EditorRow):
    def __init__(self, theme: Theme, formats: Formats, known: Licence | None, number: int) -> None:
        super().__init__()
        n, name = number + 1, f"licence{number}"
        self.state = QComboBox()
        self.state.setObjectName(f"{name}_state")
        self.state.setAccessibleName(_("Licence {n}, state").format(n=n))
        self.state.addItem(_("State"), "")
        for letters in US_STATES:
            self.state.addItem(letters, letters)
        if known is not None and self.state.findData(known.state) < 0:
            self.state.addItem(known.state, known.state)
        self.state.setCurrentIndex(self.state.findData(known.state if known else ""))
        self.number = QLineEdit(known.number if known else "")
        self.number.setObjectName(f"{name}_number")
        self.number.setPlaceholderText(_("Number"))
        self.number.setAccessibleName(_("Licence {n}, number").format(n=n))
        expires = known.expires if known else None
        self.expires = QLineEdit(formats.short_date(expires) if expires else "")
        self.expires.setObjectName(f"{name}_expires")
        self.expires.setPlaceholderText(_("Valid for good"))
        self.expires.setAccessibleName(_("Licence {n} expires on").format(n=n))
        self.fill(theme, _("Remove licence {n}").format(n=n), f"{name}_remove",
                  self.state, self.number, self.expires)  # fmt: skip

    def licence(self, formats: Formats) -> Licence | None:
        """The line as entered, None where no state was chosen."""
        state = str(self.state.currentData())
        if not state:
            return None
        return Licence(
            state=state,
            number=self.number.text().strip(),
            expires=read_date(self.expires.text(), formats),
        )


class LicencesEditor(RowsEditor[_LicenceRow]):
    """Any number of licences."""

    def __init__(self, theme: Theme, formats: Formats, known: tuple[Licence, ...]) -> None:
        self._formats = formats

        def make(number: int) -> _LicenceRow:
            return _LicenceRow(theme, formats, None, number)

        super().__init__(
            _("Add a licence of another state"),
            "licence_add",
            _("A visit in a state without a licence that holds is not offered."),
            make,
        )
        for licence in known:
            self.add(_LicenceRow(theme, formats, licence, self.next_number()))

    def licences(self) -> tuple[Licence, ...]:
        """What was entered. Raises ``RuleBroken`` for an expiry that is no date."""
        found = [line.licence(self._formats) for line in self.rows]
        return tuple(licence for licence in found if licence is not None)
