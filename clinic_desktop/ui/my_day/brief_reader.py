"""Reads what the notes say of a visit's patient, once a patient: each reading is recorded."""

from PySide6.QtCore import QObject, Signal

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.operations.task import Task
from clinic_desktop.services.clinical.brief import VisitBrief, brief_of
from clinic_desktop.services.my_day import OwnStop
from clinic_desktop.ui.context import UiContext


class BriefReader(QObject):
    """Only where the session's keys open notes; elsewhere it never has anything.

    Signals:
        changed(VisitBrief | None): show it, None for nothing (yet).
    """

    changed = Signal(object)

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._patient_id: PatientId | None = None
        self._stale = False
        self._reading: Task | None = None

    def forget(self) -> None:
        """The record may have changed: the next reading is a new one."""
        self._stale = True

    def read(self, stop: OwnStop | None) -> None:
        """Read a stop's patient, unless that was the last one read."""
        clinical, context = self._context.services.clinical, self._context
        if stop is None or clinical is None:
            self._patient_id = None
            self.changed.emit(None)
            return
        patient_id = stop.detail.patient.id
        if patient_id != self._patient_id:
            self.changed.emit(None)
        elif not self._stale:
            return
        self._patient_id, self._stale = patient_id, False
        if self._reading is not None:
            self._reading.drop()

        def work() -> VisitBrief:
            record = clinical.record_of_patient(context.session, patient_id)
            return brief_of(record, clinical.library, context.clock.now_utc())

        def show(brief: VisitBrief) -> None:
            if self._patient_id == patient_id:
                self.changed.emit(brief)

        def failed(error: ClinicError) -> None:
            context.say(str(error))

        self._reading = context.operations.write_value(self, work, show, on_error=failed)
