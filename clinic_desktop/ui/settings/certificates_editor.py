"""A practitioner's certificates: kind, number, last valid day."""

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.practitioner import Certification
from clinic_desktop.text import _
from clinic_desktop.ui.first_run.first_run_state import NEEDLING
from clinic_desktop.ui.kit.parts import button, column, icon_button, label, row
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.settings.typed_values import read_date


class _CertificateRow(QWidget):
    def __init__(self, theme: Theme, formats: Formats, known: Certification, number: int) -> None:
        super().__init__()
        self.kind = QComboBox()
        self.kind.setEditable(True)
        self.kind.setObjectName(f"certificate{number}_kind")
        self.kind.setAccessibleName(_("Certificate {n}").format(n=number + 1))
        self.kind.addItem(_("Advanced dry needling"), NEEDLING)
        if known.kind != NEEDLING:
            self.kind.addItem(known.kind, known.kind)
            self.kind.setCurrentIndex(1)
        self.number = QLineEdit(known.number)
        self.number.setPlaceholderText(_("Number"))
        self.number.setAccessibleName(_("Number of certificate {n}").format(n=number + 1))
        self.expires = QLineEdit(formats.short_date(known.expires) if known.expires else "")
        self.expires.setPlaceholderText(_("Valid for good"))
        self.expires.setObjectName(f"certificate{number}_expires")
        self.expires.setAccessibleName(_("Certificate {n} expires on").format(n=number + 1))
        self.gone = icon_button(theme, "x", _("Remove certificate {n}").format(n=number + 1))
        self.setLayout(row(self.kind, self.number, self.expires, self.gone, spacing=6))

    def certification(self, formats: Formats) -> Certification | None:
        typed = self.kind.currentText().strip()
        at = self.kind.findText(typed)
        kind = str(self.kind.itemData(at)) if at >= 0 else typed
        if not kind:
            return None
        return Certification(
            kind=kind,
            number=self.number.text().strip(),
            expires=read_date(self.expires.text(), formats),
        )


class CertificatesEditor(QWidget):
    """Any number of certificates."""

    def __init__(self, theme: Theme, formats: Formats, known: tuple[Certification, ...]) -> None:
        super().__init__()
        self._theme, self._formats = theme, formats
        self._rows: list[_CertificateRow] = []
        self._made = 0
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        add = button(_("Add a certificate"), size="small", name="certificate_add",
                     on_click=self._on_add)  # fmt: skip
        hint = label(_("A visit that needs a certificate is not offered after its last day."),
                     "caption", wrap=True)  # fmt: skip
        self.setLayout(column(self._lines, row(add, 1), hint, spacing=6))
        for certificate in known:
            self._add(certificate)

    def certifications(self) -> tuple[Certification, ...]:
        """The certificates as entered. Raises ``RuleBroken`` for an expiry that is no date."""
        found = [line.certification(self._formats) for line in self._rows]
        return tuple(c for c in found if c is not None)

    def _on_add(self) -> None:
        self._add(Certification(kind=NEEDLING)).kind.setFocus()

    def _add(self, known: Certification) -> _CertificateRow:
        line = _CertificateRow(self._theme, self._formats, known, self._made)
        self._made += 1
        self._rows.append(line)
        self._lines.addWidget(line)
        line.gone.clicked.connect(lambda _checked=False: self._remove(line))
        return line

    def _remove(self, line: _CertificateRow) -> None:
        self._rows.remove(line)
        line.hide()
        line.deleteLater()
