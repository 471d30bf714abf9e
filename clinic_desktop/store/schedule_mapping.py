"""Each schedule record as a row of its table and back."""

from dataclasses import asdict
from typing import cast

from clinic_desktop.domain.call import Call
from clinic_desktop.domain.caller_message import CallerMessage
from clinic_desktop.domain.clinic import CLINIC_ROW_ID, Clinic
from clinic_desktop.domain.clock import to_utc
from clinic_desktop.domain.drive_corrections import DriveOverride
from clinic_desktop.domain.ids import (
    CallId,
    PatientId,
    PractitionerId,
    PromiseId,
    SeriesId,
    ServiceId,
    SiteId,
    TimeOffId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.patient import Patient, PinSource, VisitSite
from clinic_desktop.domain.place import Address, Coordinate
from clinic_desktop.domain.ports import ClinicalFlags, ScheduleRecord
from clinic_desktop.domain.practitioner import Practitioner, Profession
from clinic_desktop.domain.published_day import PublishedDay, Told
from clinic_desktop.domain.role import NotesAccess, Role, User
from clinic_desktop.domain.sealed_alert import SealedAlert
from clinic_desktop.domain.series import Series
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.slot_weights import SlotWeights
from clinic_desktop.domain.visit import CancelledBy, Lock, Promise, Visit, VisitState
from clinic_desktop.domain.wait_list import WaitEntry
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.store import schedule_times as t
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.call_mapping import (
    CALLS,
    MESSAGES,
    WAIT_LIST,
    dump_phone_rules,
    load_phone_rules,
)
from clinic_desktop.store.day_mapping import ALERTS, PUBLISHED, SERIES, TOLD
from clinic_desktop.store.drive_mapping import OVERRIDES, dump_calibration, load_calibration
from clinic_desktop.store.schedule_values import Row
from clinic_desktop.store.sqlcipher import Value
from clinic_desktop.store.table_mapping import TableMapping


def _coordinate(row: Row, prefix: str = "") -> Coordinate | None:
    if row[f"{prefix}lat"] is None:
        return None
    return Coordinate(lat=v.real(row, f"{prefix}lat"), lon=v.real(row, f"{prefix}lon"))


def _point(coordinate: Coordinate | None, prefix: str = "") -> dict[str, Value]:
    return {
        f"{prefix}lat": float(coordinate.lat) if coordinate else None,
        f"{prefix}lon": float(coordinate.lon) if coordinate else None,
    }


def _practitioner_id(row: Row) -> PractitionerId | None:
    value = v.maybe_text(row, "practitioner_id")
    return PractitionerId(value) if value is not None else None


def _clinic_row(clinic: Clinic) -> dict[str, Value]:
    return {
        "id": CLINIC_ROW_ID,
        "name": clinic.name,
        "zone": clinic.zone,
        "locale": clinic.locale,
        "clock": clinic.clock,
        "distance_unit": clinic.distance_unit,
        "auto_lock_min": clinic.auto_lock_min,
        "hold_min": clinic.hold_min,
        "slot_horizon_days": clinic.slot_horizon_days,
        "slot_grid_min": clinic.slot_grid_min,
        "profile": v.dump_profile(clinic.profile),
        "backup_folder": clinic.backup_folder,
        "is_demo": int(clinic.is_demo),
        "phone": clinic.phone,
        "closing": t.dump_closing(clinic.closing),
        "calibration": dump_calibration(clinic.calibration),
        "weights": v.dump(asdict(clinic.weights)),
        "phone_rules": dump_phone_rules(clinic.phone_rules),
    }


def _clinic(row: Row) -> Clinic:
    return Clinic(
        name=v.text(row, "name"),
        zone=v.text(row, "zone"),
        locale=v.text(row, "locale"),
        clock=v.text(row, "clock"),
        distance_unit=v.text(row, "distance_unit"),
        auto_lock_min=v.whole(row, "auto_lock_min"),
        hold_min=v.whole(row, "hold_min"),
        slot_horizon_days=v.whole(row, "slot_horizon_days"),
        slot_grid_min=v.whole(row, "slot_grid_min"),
        profile=v.load_profile(v.text(row, "profile")),
        backup_folder=v.text(row, "backup_folder"),
        is_demo=v.truth(row, "is_demo"),
        phone=v.text(row, "phone"),
        closing=t.load_closing(v.text(row, "closing")),
        calibration=load_calibration(v.maybe_text(row, "calibration")),
        weights=SlotWeights(**v.load_dict(v.text(row, "weights"))),
        phone_rules=load_phone_rules(v.text(row, "phone_rules")),
    )


def _user_row(user: User) -> dict[str, Value]:
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "roles": v.dump_words(user.roles),
        "practitioner_id": user.practitioner_id,
        "notes_access": str(user.notes_access),
        "active": int(user.active),
    }


def _user(row: Row) -> User:
    return User(
        id=UserId(v.text(row, "id")),
        login=v.text(row, "login"),
        name=v.text(row, "name"),
        roles=frozenset(Role(word) for word in v.load_words(v.text(row, "roles"))),
        practitioner_id=_practitioner_id(row),
        notes_access=NotesAccess(v.text(row, "notes_access")),
        active=v.truth(row, "active"),
    )


def _practitioner_row(person: Practitioner) -> dict[str, Value]:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "profession": str(person.profession),
        "credentials": person.credentials,
        "marker": person.marker,
        **_point(person.home, "home_"),
        "home_address": v.dump_address(person.home_address),
        "pattern": t.dump_pattern(person.pattern),
        "certifications": v.dump_certifications(person.certifications),
        "licence_number": person.licence_number,
        "licence_expires": v.iso(person.licence_expires),
        "direct_access_qualified": int(person.direct_access_qualified),
        "active": int(person.active),
        "licences": t.dump_licences(person.licences),
    }


def _practitioner(row: Row) -> Practitioner:
    return Practitioner(
        id=PractitionerId(v.text(row, "id")),
        first_name=v.text(row, "first_name"),
        last_name=v.text(row, "last_name"),
        profession=Profession(v.text(row, "profession")),
        credentials=v.text(row, "credentials"),
        marker=v.whole(row, "marker"),
        home=_coordinate(row, "home_"),
        home_address=v.load_address(v.maybe_text(row, "home_address")),
        pattern=t.load_pattern(v.text(row, "pattern")),
        certifications=v.load_certifications(v.text(row, "certifications")),
        licence_number=v.text(row, "licence_number"),
        licence_expires=v.maybe_date(row, "licence_expires"),
        direct_access_qualified=v.truth(row, "direct_access_qualified"),
        active=v.truth(row, "active"),
        licences=t.load_licences(v.text(row, "licences")),
    )


def _service_row(service: Service) -> dict[str, Value]:
    return {
        "id": service.id,
        "name": service.name,
        "short_name": service.short_name,
        "kind": str(service.kind),
        "treatment_min": service.treatment_min,
        "setup_min": service.setup_min,
        "packdown_min": service.packdown_min,
        "needed_certification": service.needed_certification,
        "price_cents": service.price_cents,
        "promise_width_min": service.promise_width_min,
        "active": int(service.active),
        "kit": v.dump_kit(service.kit),
    }


def _service(row: Row) -> Service:
    return Service(
        id=ServiceId(v.text(row, "id")),
        name=v.text(row, "name"),
        short_name=v.text(row, "short_name"),
        kind=ServiceKind(v.text(row, "kind")),
        treatment_min=v.whole(row, "treatment_min"),
        setup_min=v.whole(row, "setup_min"),
        packdown_min=v.whole(row, "packdown_min"),
        needed_certification=v.maybe_text(row, "needed_certification"),
        price_cents=v.whole(row, "price_cents"),
        promise_width_min=v.whole(row, "promise_width_min"),
        active=v.truth(row, "active"),
        kit=v.load_kit(v.text(row, "kit")),
    )


def _patient_row(patient: Patient) -> dict[str, Value]:
    return {
        "id": patient.id,
        "first_name": patient.first_name,
        "last_name": patient.last_name,
        "preferred_name": patient.preferred_name,
        "pronouns": patient.pronouns,
        "dob": v.iso(patient.dob),
        "sex": patient.sex,
        "phones": v.dump_phones(patient.phones),
        "email": patient.email,
        "guardian": patient.guardian,
        "emergency": v.dump_emergency(patient.emergency),
        "payer": patient.payer,
        "referral_source": patient.referral_source,
        "caller": v.dump_caller(patient.caller),
        "external_number": patient.external_number,
        "course_label": patient.course_label,
        "household": patient.household,
        "merged_into": patient.merged_into,
        "archived": int(patient.archived),
    }


def _patient(row: Row) -> Patient:
    merged_into = v.maybe_text(row, "merged_into")
    return Patient(
        id=PatientId(v.text(row, "id")),
        first_name=v.text(row, "first_name"),
        last_name=v.text(row, "last_name"),
        preferred_name=v.text(row, "preferred_name"),
        pronouns=v.text(row, "pronouns"),
        dob=v.maybe_date(row, "dob"),
        sex=v.text(row, "sex"),
        phones=v.load_phones(v.text(row, "phones")),
        email=v.text(row, "email"),
        guardian=v.text(row, "guardian"),
        emergency=v.load_emergency(v.text(row, "emergency")),
        payer=v.text(row, "payer"),
        referral_source=v.text(row, "referral_source"),
        caller=v.load_caller(v.maybe_text(row, "caller")),
        external_number=v.text(row, "external_number"),
        course_label=v.text(row, "course_label"),
        household=v.text(row, "household"),
        merged_into=PatientId(merged_into) if merged_into is not None else None,
        archived=v.truth(row, "archived"),
    )


def _site_row(site: VisitSite) -> dict[str, Value]:
    address = site.address
    restrained = site.pets_restrained
    return {
        "id": site.id,
        "patient_id": site.patient_id,
        "label": site.label,
        "line": address.line,
        "unit": address.unit,
        "city": address.city,
        "state": address.state,
        "postcode": address.postcode,
        "area": address.area,
        **_point(site.coordinate),
        "pin_source": str(site.pin_source),
        "access_code": site.access_code,
        "parking": site.parking,
        "stairs": site.stairs,
        "table_space": site.table_space,
        "pets": site.pets,
        "pets_restrained": None if restrained is None else int(restrained),
        "smokers": int(site.smokers),
        "hazards": site.hazards,
        "phone_signal": site.phone_signal,
        "never_alone": int(site.never_alone),
        "extra_door_min": site.extra_door_min,
        "parking_min": site.parking_min,
        "active": int(site.active),
    }


def _site(row: Row) -> VisitSite:
    return VisitSite(
        id=SiteId(v.text(row, "id")),
        patient_id=PatientId(v.text(row, "patient_id")),
        address=Address(
            line=v.text(row, "line"),
            unit=v.text(row, "unit"),
            city=v.text(row, "city"),
            state=v.text(row, "state"),
            postcode=v.text(row, "postcode"),
            area=v.text(row, "area"),
        ),
        label=v.text(row, "label"),
        coordinate=_coordinate(row),
        pin_source=PinSource(v.text(row, "pin_source")),
        access_code=v.text(row, "access_code"),
        parking=v.text(row, "parking"),
        stairs=v.text(row, "stairs"),
        table_space=v.text(row, "table_space"),
        pets=v.text(row, "pets"),
        pets_restrained=None if row["pets_restrained"] is None else v.truth(row, "pets_restrained"),
        smokers=v.truth(row, "smokers"),
        hazards=v.text(row, "hazards"),
        phone_signal=v.text(row, "phone_signal"),
        never_alone=v.truth(row, "never_alone"),
        extra_door_min=v.whole(row, "extra_door_min"),
        parking_min=v.maybe_whole(row, "parking_min"),
        active=v.truth(row, "active"),
    )


def _visit_row(visit: Visit) -> dict[str, Value]:
    return {
        "id": visit.id,
        "patient_id": visit.patient_id,
        "site_id": visit.site_id,
        "service_id": visit.service_id,
        "practitioner_id": visit.practitioner_id,
        "start": visit.start.isoformat(),
        "zone": visit.zone,
        "start_utc": to_utc(visit.start, visit.zone).isoformat(),
        "door_min": visit.door_min,
        "state": str(visit.state),
        "locks": v.dump_words(visit.locks),
        "session_label": visit.session_label,
        "office_note": visit.office_note,
        "held_until": v.moment_iso(visit.held_until),
        "departed_at": v.utc_iso(visit.departed_at),
        "started_at": v.utc_iso(visit.started_at),
        "finished_at": v.utc_iso(visit.finished_at),
        "cancel_reason": visit.cancel_reason,
        "cancelled_at": v.utc_iso(visit.cancelled_at),
        "cancelled_by": visit.cancelled_by.value,
        "series_id": visit.series_id,
        "series_number": visit.series_number,
        "by_hand": int(visit.by_hand),
    }


def _visit(row: Row) -> Visit:
    series_id = v.maybe_text(row, "series_id")
    return Visit(
        id=VisitId(v.text(row, "id")),
        patient_id=PatientId(v.text(row, "patient_id")),
        site_id=SiteId(v.text(row, "site_id")),
        service_id=ServiceId(v.text(row, "service_id")),
        practitioner_id=PractitionerId(v.text(row, "practitioner_id")),
        start=v.local(row, "start"),
        zone=v.text(row, "zone"),
        door_min=v.whole(row, "door_min"),
        state=VisitState(v.text(row, "state")),
        locks=frozenset(Lock(word) for word in v.load_words(v.text(row, "locks"))),
        session_label=v.text(row, "session_label"),
        office_note=v.text(row, "office_note"),
        held_until=v.maybe_moment(row, "held_until"),
        departed_at=v.maybe_moment(row, "departed_at"),
        started_at=v.maybe_moment(row, "started_at"),
        finished_at=v.maybe_moment(row, "finished_at"),
        cancel_reason=v.text(row, "cancel_reason"),
        cancelled_at=v.maybe_moment(row, "cancelled_at"),
        cancelled_by=CancelledBy(v.text(row, "cancelled_by")),
        series_id=SeriesId(series_id) if series_id is not None else None,
        series_number=v.maybe_whole(row, "series_number"),
        by_hand=v.truth(row, "by_hand"),
    )


def _promise_row(promise: Promise) -> dict[str, Value]:
    return {
        "id": promise.id,
        "visit_id": promise.visit_id,
        "window_start": promise.window_start.isoformat(),
        "window_end": promise.window_end.isoformat(),
        "zone": promise.zone,
        "practitioner_id": promise.practitioner_id,
        "told_to": promise.told_to,
        "told_by": promise.told_by,
        "told_at": v.utc_iso(promise.told_at),
        "call_id": promise.call_id,
        "replaces": promise.replaces,
        "current": int(promise.current),
    }


def _promise(row: Row) -> Promise:
    call_id = v.maybe_text(row, "call_id")
    replaces = v.maybe_text(row, "replaces")
    return Promise(
        id=PromiseId(v.text(row, "id")),
        visit_id=VisitId(v.text(row, "visit_id")),
        window_start=v.local(row, "window_start"),
        window_end=v.local(row, "window_end"),
        zone=v.text(row, "zone"),
        practitioner_id=_practitioner_id(row),
        told_to=v.text(row, "told_to"),
        told_by=UserId(v.text(row, "told_by")),
        told_at=v.local(row, "told_at"),
        call_id=CallId(call_id) if call_id is not None else None,
        replaces=PromiseId(replaces) if replaces is not None else None,
        current=v.truth(row, "current"),
    )


def _time_off_row(absence: TimeOff) -> dict[str, Value]:
    return {
        "id": absence.id,
        "practitioner_id": absence.practitioner_id,
        "start": absence.start.isoformat(),
        "end": absence.end.isoformat(),
        "reason": absence.reason,
        "repeats": t.dump_repeats(absence.repeats),
    }


def _time_off(row: Row) -> TimeOff:
    return TimeOff(
        id=TimeOffId(v.text(row, "id")),
        practitioner_id=PractitionerId(v.text(row, "practitioner_id")),
        start=v.local(row, "start"),
        end=v.local(row, "end"),
        reason=v.text(row, "reason"),
        repeats=t.load_repeats(v.maybe_text(row, "repeats")),
    )


def _flags_row(flags: ClinicalFlags) -> dict[str, Value]:
    return {
        "patient_id": flags.patient_id,
        "has_record": int(flags.has_record),
        "consent_missing": int(flags.consent_missing),
        "review_screening": int(flags.review_screening),
        "unsigned_notes": flags.unsigned_notes,
    }


def _flags(row: Row) -> ClinicalFlags:
    return ClinicalFlags(
        patient_id=PatientId(v.text(row, "patient_id")),
        has_record=v.truth(row, "has_record"),
        consent_missing=v.truth(row, "consent_missing"),
        review_screening=v.truth(row, "review_screening"),
        unsigned_notes=v.whole(row, "unsigned_notes"),
    )


CLINIC = TableMapping(table="clinic", to_row=_clinic_row, from_row=_clinic)
USERS = TableMapping(table="users", to_row=_user_row, from_row=_user)
PRACTITIONERS = TableMapping(
    table="practitioners", to_row=_practitioner_row, from_row=_practitioner
)
SERVICES = TableMapping(table="services", to_row=_service_row, from_row=_service)
PATIENTS = TableMapping(table="patients", to_row=_patient_row, from_row=_patient)
SITES = TableMapping(table="sites", to_row=_site_row, from_row=_site)
VISITS = TableMapping(table="visits", to_row=_visit_row, from_row=_visit)
PROMISES = TableMapping(table="promises", to_row=_promise_row, from_row=_promise)
TIME_OFF = TableMapping(table="time_off", to_row=_time_off_row, from_row=_time_off)
FLAGS = TableMapping(table="clinical_flags", to_row=_flags_row, from_row=_flags, key="patient_id")

_BY_TYPE: dict[type[object], object] = {
    Clinic: CLINIC,
    User: USERS,
    Practitioner: PRACTITIONERS,
    Service: SERVICES,
    Patient: PATIENTS,
    VisitSite: SITES,
    Visit: VISITS,
    Series: SERIES,
    Promise: PROMISES,
    TimeOff: TIME_OFF,
    DriveOverride: OVERRIDES,
    SealedAlert: ALERTS,
    Call: CALLS,
    WaitEntry: WAIT_LIST,
    CallerMessage: MESSAGES,
    PublishedDay: PUBLISHED,
    Told: TOLD,
    ClinicalFlags: FLAGS,
}


def mapping_of[R: ScheduleRecord | ClinicalFlags](record: R) -> TableMapping[R]:
    """The mapping of a record's kind.

    Raises:
        KeyError: the record is none of the schedule file's.
    """
    return cast("TableMapping[R]", _BY_TYPE[type(record)])
