"""A no is kept: what the caller said, when it would suit, how urgent, and when to call back."""

from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCheckBox, QDateEdit, QLineEdit, QWidget

from clinic_desktop.domain.caller_words import read_caller_words
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.slot import CallerWindow, Slot
from clinic_desktop.domain.wait_list import Urgency, WaitKind
from clinic_desktop.services.wait_list import AddWait
from clinic_desktop.text import _
from clinic_desktop.ui.call.call_in_hand import CallInHand
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.flow_layout import FlowLayout
from clinic_desktop.ui.kit.parts import Chip, Field, Segments, clear_layout, column, label, row
from clinic_desktop.ui.settings.form_dialog import FormDialog

_WIDE_PX = 460
_EXPIRES_DAYS = 28
_KINDS = (WaitKind.WAITING, WaitKind.CALL_BACK)


class WaitDialog(FormDialog):
    """Keeps one who could not be given a time; ``kind_kept`` and ``windows`` say what was kept.

    Args:
        context: the session's.
        hand: the call; its service, address and times are taken over.
        declined: the time that was offered and refused, None for the plain wait list.
        parent: what it lies over.
    """

    def __init__(
        self,
        context: UiContext,
        hand: CallInHand,
        declined: Slot | None = None,
        parent: QWidget | None = None,
    ) -> None:
        title = _("Declined") if declined else _("Wait list")
        super().__init__(title, _("Keep it"), "wait", parent)
        self._context, self._hand, self._declined = context, hand, declined
        self.windows: list[CallerWindow] = list(hand.windows) if declined is None else []
        self.kind_kept = WaitKind.DECLINED if declined else WaitKind.WAITING
        today = self._today()
        self.said = QLineEdit()
        self.said.setObjectName("wait_said")
        self.said.setPlaceholderText(_("only Tuesdays after 5"))
        self.said.textChanged.connect(self._on_said)
        self._chips = FlowLayout(spacing=6)
        self._read = label("", "caption", wrap=True, name="wait_read")
        self.kind = Segments((_("Wait list"), _("Call back")), _("What to do"))
        self.kind.setVisible(declined is None)
        self.urgency = Segments(
            (_("Routine"), _("Soon"), _("Urgent")), _("Urgency"), int(Urgency.ROUTINE)
        )
        self.reason = QLineEdit()
        self.reason.setObjectName("wait_reason")
        self.reason.setPlaceholderText(_("race in December, works shifts ..."))
        self.call_back = _date_edit("wait_call_back", today + timedelta(days=1), today)
        self.with_call_back = QCheckBox(_("Call back on"))
        self.with_call_back.setObjectName("wait_with_call_back")
        self.expires = _date_edit("wait_expires", today + timedelta(days=_EXPIRES_DAYS), today)
        self.with_expiry = QCheckBox(_("Forget it after"))
        self.with_expiry.setObjectName("wait_with_expiry")
        self.with_expiry.setChecked(True)
        self._visit = hand.moving or (hand.subject.next_visit if hand.subject else None)
        self.instead = QCheckBox(self._instead_words())
        self.instead.setObjectName("wait_instead")
        self.instead.setChecked(hand.moving is not None)
        self.instead.setVisible(self._visit is not None)
        self.keep_looking = QCheckBox(_("Keep looking in this call with these times"))
        self.keep_looking.setObjectName("wait_keep_looking")
        self.keep_looking.setVisible(declined is not None)
        for box, edit in ((self.with_call_back, self.call_back), (self.with_expiry, self.expires)):
            edit.setEnabled(box.isChecked())
            box.toggled.connect(edit.setEnabled)
        self.kind.chosen.connect(self._on_kind)
        self.set_form(
            column(
                label(self._about(context.formats), "strong", wrap=True),
                self.kind,
                Field(_("What the caller says"), self.said),
                self._read,
                self._chips,
                column(label(_("Urgency"), "small"), row(self.urgency, 1), spacing=6),
                Field(_("Why (no clinical word)"), self.reason),
                row(self.with_call_back, self.call_back, 1),
                row(self.with_expiry, self.expires, 1),
                self.instead,
                self.keep_looking,
                spacing=12,
            ),
            _WIDE_PX,
        )
        self._show_windows()
        self.said.setFocus()

    def save(self) -> None:
        """Put it onto the list; the words are kept as they were said."""
        hand = self._hand
        assert hand.subject is not None
        assert hand.service is not None
        kind = WaitKind.DECLINED if self._declined else _KINDS[self.kind.index()]
        call_back = _to_date(self.call_back) if self.with_call_back.isChecked() else None
        said = self.said.text()
        if self._declined is not None:
            words = self._offer_words(self._context.formats, self._declined)
            said = _("{words} (declined: {offer})").format(words=said.strip(), offer=words).strip()
        command = AddWait(
            patient_id=hand.subject.patient.id,
            service_id=hand.service.id,
            site_id=hand.site.id if hand.site else None,
            kind=kind,
            urgency=Urgency(self.urgency.index()),
            reason=self.reason.text(),
            said=said,
            windows=tuple([*self.windows, *self._understood()]),
            practitioner_id=hand.only,
            preferred_id=hand.wanted_id,
            visit_id=self._visit.id if self._visit and self.instead.isChecked() else None,
            expires=_to_date(self.expires) if self.with_expiry.isChecked() else None,
            call_back_on=call_back,
            call_id=hand.id if hand.kept else None,
        )
        services = self._context.services
        self.set_busy(True)

        def done(_changes: Changes) -> None:
            self.kind_kept = kind
            self.windows = list(command.windows)
            self.accept()

        self._context.operations.write(
            self,
            lambda: services.waiting.add(services.session, command),
            on_done=done,
            on_error=self.show_error,
        )

    def _instead_words(self) -> str:
        """The visit that an earlier one would replace."""
        if self._visit is None:
            return ""
        formats = self._context.formats
        return _("An earlier one instead of {day} {time}").format(
            day=formats.day(self._visit.day), time=formats.time(self._visit.start_min)
        )

    def _about(self, formats: Formats) -> str:
        hand = self._hand
        assert hand.subject is not None
        name = hand.subject.patient.name
        service = hand.service.short_name if hand.service else ""
        if self._declined is None:
            return f"{name}, {service}"
        return _("{name} declined {offer}").format(
            name=name, offer=self._offer_words(formats, self._declined)
        )

    def _offer_words(self, formats: Formats, slot: Slot) -> str:
        subject = self._hand.subject
        person = subject.practitioner(slot.practitioner_id) if subject else None
        return _("{day} {time} with {name}").format(
            day=formats.day(slot.start.date()),
            time=formats.clock_time(slot.start),
            name=person.first_name if person else "",
        )

    # Times.

    def _understood(self) -> tuple[CallerWindow, ...]:
        """What of the words is clearly a time."""
        words = read_caller_words(self.said.text(), self._today())
        return words.readings if words.clear else ()

    def _on_said(self, text: str) -> None:
        words = read_caller_words(text, self._today())
        if not text.strip():
            said = ""
        elif words.clear:
            said = _("Looked for: {when}").format(when=words.readings[0].text)
        elif words.readings:
            both = _(" or ").join(reading.text for reading in words.readings)
            said = _("{both}? Say which, or it is only kept as words.").format(both=both)
        else:
            said = _("Kept as words: no time was understood.")
        self._read.setText(said)
        self._read.setVisible(bool(said))

    def _show_windows(self) -> None:
        clear_layout(self._chips)
        for number, window in enumerate(self.windows):
            chip = Chip(window.text, excluded=window.excluded)
            chip.removed.connect(lambda n=number: self._on_removed(n))
            self._chips.addWidget(chip)
        self._on_said(self.said.text())

    def _on_removed(self, number: int) -> None:
        del self.windows[number]
        self._show_windows()

    def _on_kind(self, index: int) -> None:
        if _KINDS[index] is WaitKind.CALL_BACK:
            self.with_call_back.setChecked(True)

    def _today(self) -> date:
        return local_now(self._context.clock, self._context.services.clinic.zone).date()


def _date_edit(name: str, value: date, first: date) -> QDateEdit:
    edit = QDateEdit(QDate(value.year, value.month, value.day))
    edit.setObjectName(name)
    edit.setCalendarPopup(True)
    edit.setDisplayFormat("ddd, MMM d, yyyy")
    edit.setMinimumDate(QDate(first.year, first.month, first.day))
    edit.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return edit


def _to_date(edit: QDateEdit) -> date:
    chosen = edit.date()
    return date(chosen.year(), chosen.month(), chosen.day())
