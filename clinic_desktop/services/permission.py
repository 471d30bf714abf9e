"""Early, kind refusals; what a role cannot read at all is held by keys, not by these checks."""

from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.role import Role, Session
from clinic_desktop.text import _


def require_owner(session: Session) -> None:
    """Let only the owner go on. Raises ``PermissionRefused``."""
    if not session.is_owner:
        raise PermissionRefused(
            _("Only the clinic's owner can change people, users and settings."),
            way_out=_("Ask the owner to do it, or log in as the owner."),
        )


def require_schedule(session: Session) -> None:
    """Let everybody who works with the schedule go on. Raises ``PermissionRefused``."""
    if not session.roles:
        raise PermissionRefused(_("This log-in has no role in the clinic."))


def require_office(session: Session) -> None:
    """Let office and owner go on. Raises ``PermissionRefused``."""
    if not session.roles & {Role.OFFICE, Role.OWNER}:
        raise PermissionRefused(
            _("Only the office or the owner can do this."),
            way_out=_("Ask the office manager to do it."),
        )


def require_own_time(session: Session, practitioner_id: PractitionerId) -> None:
    """Let office, owner and the practitioner concerned go on. Raises ``PermissionRefused``."""
    if session.practitioner_id == practitioner_id and Role.PRACTITIONER in session.roles:
        return
    require_office(session)
