"""The consent: its text in full, who signs as what, and the signature."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from clinic_desktop.domain.clinical.consent import (
    Consent,
    ConsentText,
    Relation,
    Signature,
    signature_of,
)
from clinic_desktop.domain.formats import Formats
from clinic_desktop.text import _
from clinic_desktop.ui.clinical.signature_pad import SignaturePad
from clinic_desktop.ui.kit.parts import Alert, Field, button, card, column, label, row
from clinic_desktop.ui.kit.tokens import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenConsent:
    """What was signed, and by whom."""

    text: ConsentText
    signer: str
    relation: Relation
    signature: Signature


class ConsentStep(QWidget):
    """Reading, agreeing and signing.

    Args:
        theme: light or dark.
        formats: how dates are written.
        text: what is read and signed.
        patient_name: who signs unless somebody else does.
        valid: a consent that is in force already, None for none.

    Signals:
        agreed(object): a ``GivenConsent`` with everything in it.
    """

    agreed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        formats: Formats,
        text: ConsentText,
        patient_name: str,
        valid: Consent | None,
    ) -> None:
        super().__init__()
        self._text = text
        self.explained = QCheckBox(_("Risks, benefits and alternatives were discussed"))
        self.explained.setObjectName("consent_explained")
        self._signer = QLineEdit(patient_name)
        self._signer.setObjectName("consent_signer")
        self._relation = QComboBox()
        for relation, words in (
            (Relation.SELF, _("the patient")),
            (Relation.PARENT, _("parent")),
            (Relation.GUARDIAN, _("guardian")),
            (Relation.POWER_OF_ATTORNEY, _("power of attorney")),
        ):
            self._relation.addItem(words, relation)
        self.pad = SignaturePad(theme)
        self._error = label("", "error", wrap=True, name="consent_error")
        keep = button(
            _("Keep this consent"), kind="primary", name="consent_keep", on_click=self._on_keep
        )
        again = button(_("Clear"), size="small", on_click=self.pad.clear)
        lines = column(spacing=12)
        if valid is not None:
            lines.addWidget(
                Alert(
                    theme,
                    "ok",
                    _("Consent valid until {day}").format(
                        day=formats.day_with_year(valid.valid_until.date())
                    ),
                    _("Signed by {name}.").format(name=valid.signer),
                )
            )
        lines.addWidget(card(column(_reading(text), margins=14)))
        lines.addWidget(self.explained)
        who = Field(_("Who signs"), self._signer)
        lines.addLayout(row(who, Field(_("Signs as"), self._relation), 1, spacing=12))
        lines.addWidget(self.pad)
        final = label(_("It cannot be undone, only withdrawn."), "caption")
        lines.addLayout(row(again, final, 1, keep))
        lines.addWidget(self._error)
        lines.addStretch(1)
        self.setLayout(lines)

    def show_error(self, sentence: str) -> None:
        """Why the consent was not taken."""
        self._error.setText(sentence)

    def _on_keep(self) -> None:
        strokes = self.pad.strokes()
        if not self.explained.isChecked():
            self.show_error(_("Say that the risks were discussed."))
            return
        if not strokes:
            self.show_error(_("The signature is missing."))
            return
        self.show_error("")
        self.agreed.emit(
            GivenConsent(
                text=self._text,
                signer=self._signer.text().strip(),
                # Qt hands a text back, not the member it was given.
                relation=Relation(str(self._relation.currentData())),
                signature=signature_of(strokes),
            )
        )


def _reading(text: ConsentText) -> QLabel:
    """A label is as high as its text: it is read to the end by scrolling the page alone."""
    words = QLabel(text.body)
    words.setTextFormat(Qt.TextFormat.MarkdownText)
    words.setWordWrap(True)
    words.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    words.setObjectName("consent_text")
    words.setAccessibleName(_("Consent text"))
    return words
