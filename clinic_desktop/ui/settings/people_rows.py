"""Practitioners and users as rows of text."""

from datetime import date

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.role import NotesAccess, Role, User
from clinic_desktop.text import _
from clinic_desktop.ui.kit.text_table import TextRow

_DAYS_AHEAD = 30


def practitioner_titles() -> tuple[str, ...]:
    """The columns of the practitioners."""
    return _("Name"), _("Credentials"), _("Home"), _("To do")


def practitioner_row(person: Practitioner, today: date, formats: Formats) -> TextRow:
    """A practitioner; what needs doing stands in the last column as a warning."""
    todo = "" if not person.active else practitioner_todo(person, today, formats)
    home = person.home_address.one_line() if person.home_address else ""
    return TextRow(
        key=str(person.id),
        cells=(
            person.name if person.active else _("{name} (not active)").format(name=person.name),
            person.credentials,
            home,
            todo,
        ),
        muted=not person.active,
        warn_column=3 if todo else None,
    )


def practitioner_todo(person: Practitioner, today: date, formats: Formats) -> str:
    """What is missing or ends soon, "" for nothing."""
    if person.home is None:
        return _("No home on the map")
    ends = [c.expires for c in person.certifications if c.expires]
    if ends and min(ends) < today:
        return _("Certificate expired {day}").format(day=formats.short_date(min(ends)))
    if ends and (min(ends) - today).days <= _DAYS_AHEAD:
        return _("Certificate until {day}").format(day=formats.short_date(min(ends)))
    over = [e for e in (person.licence_expires, *(x.expires for x in person.licences)) if e]
    if over and min(over) < today:
        return _("Licence expired {day}").format(day=formats.short_date(min(over)))
    return ""


def user_titles() -> tuple[str, ...]:
    """The columns of the users."""
    return _("Log-in"), _("Name"), _("Roles"), _("Notes")


def user_row(user: User) -> TextRow:
    """A user; one who waits for the notes stands out."""
    waits = user.active and user.notes_access is NotesAccess.WAITING
    access = {
        NotesAccess.NONE: "",
        NotesAccess.WAITING: _("Waiting for a clinician"),
        NotesAccess.GRANTED: _("Opens notes"),
    }[user.notes_access]
    return TextRow(
        key=str(user.id),
        cells=(
            user.login if user.active else _("{login} (not active)").format(login=user.login),
            user.name,
            roles_words(user.roles),
            access if user.active else "",
        ),
        muted=not user.active,
        warn_column=3 if waits else None,
    )


def roles_words(roles: frozenset[Role]) -> str:
    """Roles in a fixed order."""
    words = {
        Role.OWNER: _("Owner"),
        Role.PRACTITIONER: _("Practitioner"),
        Role.OFFICE: _("Office"),
    }
    return ", ".join(word for role, word in words.items() if role in roles)
