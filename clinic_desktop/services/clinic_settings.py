"""The clinic's own settings (Settings > Clinic): name, clock, units, lock, drive factors."""

from dataclasses import replace

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ports import ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.services.patient_checks import one_line
from clinic_desktop.services.permission import require_owner
from clinic_desktop.text import _


def save_clinic(store: ScheduleStore, session: Session, clinic: Clinic) -> Changes:
    """Keep the clinic's settings.

    Raises:
        PermissionRefused: the session is not an owner's.
        RuleBroken: the clinic has no name.
    """
    require_owner(session)
    named = replace(clinic, name=one_line(clinic.name), phone=one_line(clinic.phone))
    if not named.name:
        raise RuleBroken(_("The clinic needs a name."))
    with store.operation(_("Change settings"), session) as op:
        op.put(named)
        return op.changes()
