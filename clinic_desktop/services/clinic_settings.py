"""What an owner sets (Settings > Clinic, Settings > Services)."""

import re
from dataclasses import replace

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.phone_rules import PhoneRules
from clinic_desktop.domain.phone_words import PLACES
from clinic_desktop.domain.ports import ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.service import KitItem, Service
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


def save_service(store: ScheduleStore, session: Session, service: Service) -> Changes:
    """Add a service, or keep a changed one; visits that are booked keep their length.

    Raises:
        PermissionRefused: the session is not an owner's.
        RuleBroken: it has no name, the name is another one's, a duration or a count is not above
            0, or nothing would be offered any more.
    """
    require_owner(session)
    kit = tuple(
        KitItem(name=one_line(item.name), count=item.count)
        for item in service.kit
        if one_line(item.name)
    )
    named = replace(
        service, name=one_line(service.name), short_name=one_line(service.short_name), kit=kit
    )
    if not named.name or not named.short_name:
        raise RuleBroken(_("A service needs a name, and a short one for the cards."))
    if named.treatment_min <= 0 or named.promise_width_min <= 0:
        raise RuleBroken(_("Treatment and window take more than 0 minutes."))
    if any(item.count <= 0 for item in kit):
        raise RuleBroken(_("A visit takes at least one of each item of its kit."))
    others = [s for s in store.reader().services(with_inactive=True) if s.id != named.id]
    if any(s.active and named.active and s.name == named.name for s in others):
        raise RuleBroken(
            _("There is a service of that name already."), way_out=_("Choose another name.")
        )
    if not named.active and not any(s.active for s in others):
        raise RuleBroken(_("At least one service has to be offered."))
    known = len(others) < len(store.reader().services(with_inactive=True))
    title = _("Change service {name}") if known else _("Add service {name}")
    with store.operation(title.format(name=named.name), session) as op:
        op.put(named)
        return op.changes()


def save_phone_rules(
    store: ScheduleStore, session: Session, rules: PhoneRules, hold_min: int
) -> Changes:
    """Keep the clinic's rules for the phone, and how long an offered time is held (minutes).

    Raises:
        PermissionRefused: the session is not an owner's.
        RuleBroken: the red-flag card would be empty, or a sentence has a place that nobody fills.
    """
    require_owner(session)
    if not rules.red_flags:
        raise RuleBroken(_("The red-flag card needs at least one line."))
    if hold_min <= 0:
        raise RuleBroken(_("An offered time is held for at least a minute."))
    for template in (rules.reminder, rules.change):
        unknown = set(re.findall(r"\{([^}]*)\}", template)) - set(PLACES)
        if unknown:
            raise RuleBroken(
                _("Nobody fills in {places}.").format(
                    places=", ".join(f"{{{place}}}" for place in sorted(unknown))
                ),
                way_out=_("Use {name}, {clinic}, {day}, {window} and {phone}."),
            )
    with store.operation(_("Change the rules for the phone"), session) as op:
        op.put(replace(op.clinic(), phone_rules=rules, hold_min=hold_min))
        return op.changes()
