"""Settings > This machine: light or dark, contrast, motion, size."""

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.look import SIZES, Look, LookKeeper, Shade
from clinic_desktop.ui.kit.parts import Field, Segments, column, label, row, set_role

_SHADES = (Shade.SYSTEM, Shade.LIGHT, Shade.DARK)


class LookView(QWidget):
    """Kept at once; seen from the next start on."""

    def __init__(self, context: UiContext, keeper: LookKeeper) -> None:
        super().__init__()
        self._context, self._keeper = context, keeper
        self._shade = Segments((_("As the system"), _("Light"), _("Dark")), _("Light or dark"))
        self._contrast = QCheckBox(_("High contrast: no tints, dark lines, all text in full ink"))
        self._contrast.setObjectName("look_contrast")
        self._still = QCheckBox(_("Nothing moves by itself: maps jump instead of gliding"))
        self._still.setObjectName("look_still")
        self._size = QComboBox()
        self._size.setObjectName("look_size")
        for size in SIZES:
            self._size.addItem(_("{n} %").format(n=size), size)
        self._told = label("", "small", wrap=True, name="look_told")
        self._told.hide()
        self.setLayout(
            column(
                label(_("This machine"), "title"),
                column(label(_("Light or dark"), "small"), row(self._shade, 1), spacing=4),
                self._contrast,
                self._still,
                row(
                    Field(
                        _("Size of text and everything else"),
                        self._size,
                        _("On a small screen choose a size at which the board still fits."),
                    ),
                    1,
                ),
                self._told,
                1,
                spacing=12,
            )
        )
        self._shade.chosen.connect(self._on_changed)
        self._contrast.toggled.connect(self._on_changed)
        self._still.toggled.connect(self._on_changed)
        self._size.activated.connect(self._on_changed)

    def reload(self) -> None:
        """Read what is kept."""
        self._context.operations.read(self, self._keeper.look, self._show)

    def _show(self, look: Look) -> None:
        self._shade.set_index(_SHADES.index(look.shade))
        for box, kept in ((self._contrast, look.high_contrast), (self._still, look.still)):
            box.blockSignals(True)
            box.setChecked(kept)
            box.blockSignals(False)
        self._size.setCurrentIndex(self._size.findData(look.size))

    def _on_changed(self) -> None:
        look = Look(
            shade=_SHADES[self._shade.index()],
            high_contrast=self._contrast.isChecked(),
            size=int(self._size.currentData()),
            still=self._still.isChecked(),
        )

        def kept(_nothing: None) -> None:
            self._tell(_("Kept. It shows from the next start on."), "small")

        def failed(error: ClinicError) -> None:
            self._tell(str(error), "error")

        self._context.operations.write_value(
            self, lambda: self._keeper.keep(look), kept, on_error=failed
        )

    def _tell(self, sentence: str, role: str) -> None:
        self._told.setText(sentence)
        set_role(self._told, role)
        self._told.show()
