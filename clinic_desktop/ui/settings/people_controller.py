"""Settings > People: what the view asks for becomes commands, off the GUI thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QObject

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.visit import Visit
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.people import AddTimeOff, ReassignVisits, SavePractitioner
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.settings.people_view import People, PeopleView
from clinic_desktop.ui.settings.practitioner_dialog import PractitionerDialog
from clinic_desktop.ui.settings.reassign_dialog import ReassignDialog
from clinic_desktop.ui.settings.time_off_dialog import TimeOffDialog
from clinic_desktop.ui.settings.users_controller import UsersController

PRACTITIONERS: Final = "practitioners"
_FAR: Final = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class _Ahead:
    visits: tuple[Visit, ...]
    patients: dict[PatientId, Patient]


class PeopleController(QObject):
    """Practitioners here; log-ins in ``UsersController``."""

    def __init__(self, context: UiContext, view: PeopleView) -> None:
        super().__init__(view)
        self._context, self._view = context, view
        self._services, self._session = context.services, context.session
        self.users = UsersController(context, view)
        view.add_practitioner_requested.connect(lambda: self._edit(None))
        view.edit_requested.connect(self._edit)
        view.time_off_requested.connect(self._on_time_off)
        view.deactivate_requested.connect(self._on_deactivate)
        view.reactivate_requested.connect(self._on_reactivate)

    def reload(self) -> None:
        """Read everybody anew."""
        store, zone, clock = self._services.store, self._services.clinic.zone, self._context.clock

        def work() -> People:
            reader = store.reader()
            everybody = reader.practitioners(with_inactive=True)
            return People(
                practitioners=tuple(sorted(everybody, key=lambda p: (not p.active, p.marker))),
                users=tuple(reader.users()),
                today=local_now(clock, zone).date(),
            )

        self._context.operations.read(self, work, self._view.show_people, on_error=self._refused)

    # Practitioners.

    def _edit(self, person: Practitioner | None) -> None:
        dialog = PractitionerDialog(self._context, person, self._view)

        def save(made: Practitioner) -> None:
            command = SavePractitioner(practitioner=made)
            self._write(
                lambda: self._services.people.save_practitioner(self._session, command),
                dialog.accept,
                dialog.show_error,
            )

        dialog.saved.connect(save)
        dialog.open()

    def _on_deactivate(self, person: Practitioner) -> None:
        people, store = self._services.people, self._services.store

        def work() -> _Ahead:
            visits = tuple(people.future_visits(person.id))
            patients = store.reader().patients({visit.patient_id for visit in visits})
            return _Ahead(visits, patients)

        def found(ahead: _Ahead) -> None:
            if ahead.visits:
                self._reassign(person, ahead)
            else:
                self._deactivate(person)

        self._context.operations.read(self, work, found, on_error=self._refused)

    def _deactivate(self, person: Practitioner, then: Callable[[], object] | None = None) -> None:
        self._write(
            lambda: self._services.people.deactivate_practitioner(self._session, person.id), then
        )

    def _reassign(self, person: Practitioner, ahead: _Ahead) -> None:
        people = self._services.people
        others = [p for p in self._view.people.practitioners if p.active and p.id != person.id]
        dialog = ReassignDialog(
            self._context, person, ahead.visits, others, ahead.patients, self._view
        )

        def give(command: ReassignVisits) -> None:
            self._write(
                lambda: people.reassign(self._session, command),
                lambda: self._deactivate(person, dialog.accept),
                dialog.show_error,
            )

        def count_calls(command: ReassignVisits) -> None:
            def show(promised: list[Visit]) -> None:
                if command == dialog.command():
                    dialog.show_calls(promised)

            self._context.operations.read(dialog, lambda: people.promises_to_keep(command), show)

        dialog.reassign_requested.connect(give)
        dialog.taker_changed.connect(count_calls)
        count_calls(dialog.command())
        dialog.open()

    def _on_reactivate(self, person: Practitioner) -> None:
        self._write(lambda: self._services.people.reactivate_practitioner(self._session, person.id))

    # Time off.

    def _on_time_off(self, person: Practitioner) -> None:
        people, store = self._services.people, self._services.store
        today = self._view.people.today
        dialog = TimeOffDialog(self._context, person, today, self._view)

        def read() -> Sequence[TimeOff]:
            found = store.reader().time_off_between(today, today + _FAR)
            mine = (absence for absence in found if absence.practitioner_id == person.id)
            return sorted(mine, key=lambda absence: absence.start)

        def reload() -> None:
            self._context.operations.read(dialog, read, dialog.show_absences)

        def add(command: AddTimeOff) -> None:
            def added() -> None:
                dialog.added()
                reload()

            self._write(
                lambda: people.add_time_off(self._session, command), added, dialog.show_error
            )

        def remove(absence: TimeOff) -> None:
            self._write(
                lambda: people.remove_time_off(self._session, absence), reload, dialog.show_error
            )

        dialog.add_requested.connect(add)
        dialog.remove_requested.connect(remove)
        reload()
        dialog.open()

    def _refused(self, error: ClinicError) -> None:
        self._view.tell(PRACTITIONERS, str(error))

    def _write(
        self,
        work: Callable[[], Changes],
        then: Callable[[], object] | None = None,
        refused: Callable[[ClinicError], None] | None = None,
    ) -> None:
        self._view.tell(PRACTITIONERS, "")

        def done(_changes: Changes) -> None:
            if then is not None:
                then()

        self._context.operations.write(self, work, on_done=done, on_error=refused or self._refused)


def people_section(context: UiContext) -> tuple[PeopleView, PeopleController]:
    """The view with its controller."""
    view = PeopleView(context)
    return view, PeopleController(context, view)
