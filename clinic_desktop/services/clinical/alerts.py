"""Hands the sealed medical alerts of imported lists over to the clinical file."""

from clinic_desktop.domain.clinical.imported_alert import ImportedAlert
from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.sealed_alert import SealedAlert
from clinic_desktop.services.clinical.access import ClinicalAccess
from clinic_desktop.text import _


def take_over_alerts(access: ClinicalAccess, session: Session) -> int:
    """Open every box that waits in the schedule file and keep its text in the clinical file.

    The clinical half is written first under the box's own id, so that a crash between the two
    files loses nothing and keeps nothing twice. A box that these keys do not open stays.

    Returns:
        How many were taken over.

    Raises:
        PermissionRefused: the session does not hold the clinical key.
    """
    store = access.store(session)
    opened: list[tuple[SealedAlert, ImportedAlert]] = []
    for sealed in access.schedule.sealed_alerts():
        try:
            text = access.unseal(session, sealed.box).decode()
        except (PermissionRefused, UnicodeDecodeError):
            continue
        alert = ImportedAlert(
            id=sealed.id, patient_id=sealed.patient_id, text=text, sealed_at=sealed.sealed_at
        )
        opened.append((sealed, alert))
    if not opened:
        return 0
    with store.operation(_("Take over imported alerts"), session, undoable=False) as op:
        for _sealed, alert in opened:
            op.put(alert)
    access.drop_sealed(session, [sealed for sealed, _alert in opened])
    return len(opened)
