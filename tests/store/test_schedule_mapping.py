"""Every record comes back from its row as it went in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.call import Call, CallDraft, CallOutcome, CallState, Keep
from clinic_desktop.domain.caller_message import CallerMessage
from clinic_desktop.domain.clinic import Clinic, ClosingRules, OwnClosedDay
from clinic_desktop.domain.drive_corrections import (
    AreaFactor,
    Calibration,
    DriveOverride,
    PartFactor,
)
from clinic_desktop.domain.ids import (
    CallId,
    DriveOverrideId,
    MessageId,
    PatientId,
    PractitionerId,
    PromiseId,
    ServiceId,
    SiteId,
    TimeOffId,
    UserId,
    VisitId,
    WaitId,
)
from clinic_desktop.domain.patient import (
    Caller,
    EmergencyContact,
    Patient,
    Phone,
    PinSource,
    VisitSite,
)
from clinic_desktop.domain.phone_rules import PhoneRules
from clinic_desktop.domain.place import Address, Coordinate, rounded
from clinic_desktop.domain.ports import ClinicalFlags, ScheduleRecord
from clinic_desktop.domain.practitioner import Certification, Licence, Practitioner, Profession
from clinic_desktop.domain.role import NotesAccess, Role, User
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.slot_weights import SlotWeights
from clinic_desktop.domain.travel import DayPart, DriveProfile
from clinic_desktop.domain.visit import CancelledBy, Lock, Promise, Visit, VisitState
from clinic_desktop.domain.wait_list import Urgency, WaitEntry, WaitKind, WaitState
from clinic_desktop.domain.working_time import (
    DatedHours,
    LunchRule,
    MinuteSpan,
    TimeOff,
    WeeklyRepeat,
    WorkingPattern,
)
from clinic_desktop.store.schedule_mapping import VISITS, mapping_of
from clinic_desktop.store.schedule_times import (
    dump_pattern,
    load_closing,
    load_licences,
    load_pattern,
    load_repeats,
)

text = st.text(st.characters(codec="utf-8"), max_size=20)
flag = st.booleans()
ids = st.uuids().map(str)
dates = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1))
local = st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(2200, 1, 1))
moments = st.datetimes(
    min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)
)
zones = st.sampled_from(["America/Chicago", "America/New_York", "Europe/Berlin", "UTC"])
minutes = st.integers(0, 600)
coordinates = st.builds(
    Coordinate,
    lat=st.floats(-90, 90, allow_nan=False),
    lon=st.floats(-180, 180, allow_nan=False),
)
addresses = st.builds(
    Address, line=text, unit=text, city=text, state=text, postcode=text, area=text
)


@st.composite
def spans(draw: st.DrawFn) -> tuple[MinuteSpan, ...]:
    marks = sorted(draw(st.sets(st.integers(0, 1440), max_size=4)))
    return tuple(
        MinuteSpan(start_min=start, end_min=end)
        for start, end in zip(marks[::2], marks[1::2], strict=False)
    )


weeks = st.tuples(*[spans()] * 7)
exceptions = st.builds(
    lambda first, length, **rest: DatedHours(
        first=first, last=first + timedelta(days=length), **rest
    ),
    first=dates,
    length=st.integers(0, 30),
    hours=spans(),
    reason=text,
)
patterns = st.builds(
    WorkingPattern,
    weekdays=weeks,
    more_weeks=st.lists(weeks, max_size=2).map(tuple),
    anchor=st.just(date(2026, 11, 23)),
    exceptions=st.lists(exceptions, max_size=2).map(tuple),
    lunch=st.none() | st.builds(LunchRule, earliest_min=minutes, minutes=minutes),
)
licences = st.builds(Licence, state=text, number=text, expires=st.none() | dates)
closings = st.builds(
    ClosingRules,
    country=text,
    subdivision=text,
    open_holidays=st.frozensets(text, max_size=3),
    own=st.lists(
        st.builds(lambda day, name: OwnClosedDay(first=day, last=day, name=name), dates, text),
        max_size=2,
    ).map(tuple),
)
certifications = st.builds(Certification, kind=text, number=text, expires=st.none() | dates)
profiles = st.builds(
    DriveProfile,
    parts=st.floats(0.1, 3).map(
        lambda f: (
            DayPart(start_min=0, street_factor=f, motorway_factor=1.0),
            DayPart(start_min=400, street_factor=1.25, motorway_factor=f),
        )
    ),
    parking_min=minutes,
)

factors = st.floats(0.2, 5)
calibrations = st.builds(
    Calibration,
    profile=profiles,
    parts=st.lists(
        st.builds(PartFactor, start_min=minutes, factor=factors, drives=minutes), max_size=4
    ).map(tuple),
    areas=st.lists(
        st.builds(AreaFactor, cell=text, name=text, factor=factors, drives=minutes), max_size=4
    ).map(tuple),
    drives=minutes,
    error_before_min=factors,
    error_after_min=factors,
    band=factors,
    first=dates,
    last=dates,
)
places = coordinates.map(rounded)

windows = st.builds(
    CallerWindow,
    first=st.none() | dates,
    last=st.none() | dates,
    weekdays=st.frozensets(st.integers(0, 6)),
    earliest=st.times(),
    latest=st.times(),
    excluded=flag,
    text=text,
)
records: dict[str, st.SearchStrategy[ScheduleRecord | ClinicalFlags]] = {
    "clinic": st.builds(
        Clinic,
        name=text,
        zone=zones,
        auto_lock_min=minutes,
        profile=profiles,
        backup_folder=text,
        is_demo=flag,
        phone=text,
        closing=closings,
        calibration=st.none() | calibrations,
        weights=st.builds(SlotWeights, driving=factors, balance=factors, slack=factors),
        phone_rules=st.builds(
            PhoneRules,
            late_cancel_hours=minutes,
            red_flags=st.lists(text, max_size=3).map(tuple),
            cancel_reasons=st.lists(text, max_size=3).map(tuple),
            reminder=text,
            change=text,
        ),
    ),
    "user": st.builds(
        User,
        id=ids.map(UserId),
        login=text,
        name=text,
        roles=st.frozensets(st.sampled_from(Role)),
        practitioner_id=st.none() | ids.map(PractitionerId),
        notes_access=st.sampled_from(NotesAccess),
        active=flag,
    ),
    "practitioner": st.builds(
        Practitioner,
        id=ids.map(PractitionerId),
        first_name=text,
        last_name=text,
        profession=st.sampled_from(Profession),
        credentials=text,
        marker=st.integers(1, 99),
        home=st.none() | coordinates,
        home_address=st.none() | addresses,
        pattern=patterns,
        certifications=st.lists(certifications, max_size=3).map(tuple),
        licence_number=text,
        licence_expires=st.none() | dates,
        direct_access_qualified=flag,
        active=flag,
        licences=st.lists(licences, max_size=2).map(tuple),
    ),
    "service": st.builds(
        Service,
        id=ids.map(ServiceId),
        name=text,
        short_name=text,
        kind=st.sampled_from(ServiceKind),
        treatment_min=minutes,
        setup_min=minutes,
        packdown_min=minutes,
        needed_certification=st.none() | text,
        price_cents=st.integers(0, 10**7),
        promise_width_min=minutes,
        active=flag,
    ),
    "patient": st.builds(
        Patient,
        id=ids.map(PatientId),
        first_name=text,
        last_name=text,
        preferred_name=text,
        pronouns=text,
        dob=st.none() | dates,
        sex=text,
        phones=st.lists(
            st.builds(Phone, number=text, label=text, voicemail_ok=flag, text_ok=flag), max_size=3
        ).map(tuple),
        email=text,
        guardian=text,
        emergency=st.builds(EmergencyContact, name=text, phone=text, relationship=text),
        payer=text,
        referral_source=text,
        caller=st.none() | st.builds(Caller, name=text, relation=text, may_discuss=flag),
        external_number=text,
        course_label=text,
        household=text,
        merged_into=st.none() | ids.map(PatientId),
        archived=flag,
    ),
    "site": st.builds(
        VisitSite,
        id=ids.map(SiteId),
        patient_id=ids.map(PatientId),
        address=addresses,
        label=text,
        coordinate=st.none() | coordinates,
        pin_source=st.sampled_from(PinSource),
        access_code=text,
        parking=text,
        stairs=text,
        table_space=text,
        pets=text,
        pets_restrained=st.none() | flag,
        smokers=flag,
        hazards=text,
        phone_signal=text,
        never_alone=flag,
        extra_door_min=minutes,
        parking_min=st.none() | minutes,
        active=flag,
    ),
    "override": st.builds(
        DriveOverride,
        id=ids.map(DriveOverrideId),
        start=places,
        end=places,
        minutes=minutes,
        by=ids.map(UserId),
        at=moments,
        reason=text,
    ),
    "visit": st.builds(
        Visit,
        id=ids.map(VisitId),
        patient_id=ids.map(PatientId),
        site_id=ids.map(SiteId),
        service_id=ids.map(ServiceId),
        practitioner_id=ids.map(PractitionerId),
        start=local,
        zone=zones,
        door_min=st.integers(1, 600),
        state=st.sampled_from(VisitState),
        locks=st.frozensets(st.sampled_from(Lock)),
        session_label=text,
        office_note=text,
        held_until=st.none() | moments | local,
        departed_at=st.none() | moments,
        started_at=st.none() | moments,
        finished_at=st.none() | moments,
        cancel_reason=text,
        cancelled_at=st.none() | moments,
        cancelled_by=st.sampled_from(CancelledBy),
    ),
    "promise": st.builds(
        lambda start, width, **rest: Promise(
            window_start=start, window_end=start + timedelta(minutes=width), **rest
        ),
        start=local,
        width=minutes,
        id=ids.map(PromiseId),
        visit_id=ids.map(VisitId),
        zone=zones,
        practitioner_id=st.none() | ids.map(PractitionerId),
        told_to=text,
        told_by=ids.map(UserId),
        told_at=moments,
        call_id=st.none() | ids.map(CallId),
        replaces=st.none() | ids.map(PromiseId),
        current=flag,
    ),
    "time off": st.builds(
        lambda start, length, **rest: TimeOff(
            start=start, end=start + timedelta(minutes=length), **rest
        ),
        start=local,
        length=st.integers(1, 20_000),
        id=ids.map(TimeOffId),
        practitioner_id=ids.map(PractitionerId),
        reason=text,
        repeats=st.none() | st.builds(WeeklyRepeat, every_weeks=st.integers(3, 4)),
    ),
    "call": st.builds(
        lambda ended, **rest: Call(
            state=CallState.ENDED if ended else CallState.PARKED, ended_at=ended, **rest
        ),
        ended=st.none() | moments,
        id=ids.map(CallId),
        by=ids.map(UserId),
        started_at=moments,
        patient_id=st.none() | ids.map(PatientId),
        caller=text,
        outcome=st.sampled_from(CallOutcome),
        note=text,
        draft=st.builds(
            CallDraft,
            site_id=st.none() | ids.map(SiteId),
            service_id=st.none() | ids.map(ServiceId),
            windows=st.lists(windows, max_size=3).map(tuple),
            keep=st.sampled_from(Keep),
            wanted_id=st.none() | ids.map(PractitionerId),
            door_min=st.none() | minutes,
            moving=st.none() | ids.map(VisitId),
            wait_id=st.none() | ids.map(WaitId),
        ),
        hold_id=st.none() | ids.map(VisitId),
    ),
    "wait entry": st.builds(
        lambda closed, **rest: WaitEntry(
            state=WaitState.DROPPED if closed else WaitState.OPEN, closed_at=closed, **rest
        ),
        closed=st.none() | moments,
        id=ids.map(WaitId),
        patient_id=ids.map(PatientId),
        service_id=ids.map(ServiceId),
        made_at=moments,
        by=ids.map(UserId),
        site_id=st.none() | ids.map(SiteId),
        kind=st.sampled_from(WaitKind),
        urgency=st.sampled_from(Urgency),
        reason=text,
        said=text,
        windows=st.lists(windows, max_size=3).map(tuple),
        practitioner_id=st.none() | ids.map(PractitionerId),
        preferred_id=st.none() | ids.map(PractitionerId),
        visit_id=st.none() | ids.map(VisitId),
        expires=st.none() | dates,
        call_back_on=st.none() | dates,
        call_id=st.none() | ids.map(CallId),
    ),
    "message": st.builds(
        lambda answer, **rest: CallerMessage(
            answered_at=answer, answered_by=UserId("u") if answer else None, **rest
        ),
        answer=st.none() | moments,
        id=ids.map(MessageId),
        patient_id=ids.map(PatientId),
        box=st.binary(max_size=40),
        taken_at=moments,
        by=ids.map(UserId),
        urgency=st.sampled_from(Urgency),
        answer_by=st.none() | local,
        call_id=st.none() | ids.map(CallId),
    ),
    "flags": st.builds(
        ClinicalFlags,
        patient_id=ids.map(PatientId),
        has_record=flag,
        consent_missing=flag,
        review_screening=flag,
        unsigned_notes=minutes,
    ),
}


@pytest.mark.parametrize("kind", records)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_record_comes_back_from_its_row(kind: str, data: st.DataObject) -> None:
    record = data.draw(records[kind])
    mapping = mapping_of(record)
    row = mapping.to_row(record)
    assert mapping.from_row(row) == record
    assert mapping.to_row(mapping.from_row(row)) == row, "an unchanged record is the same row"
    assert all(v is None or type(v) in (str, int, float) for v in row.values())


def test_the_planned_start_is_kept_in_utc_as_well() -> None:
    visit = Visit(
        id=VisitId("v"),
        patient_id=PatientId("p"),
        site_id=SiteId("s"),
        service_id=ServiceId("e"),
        practitioner_id=PractitionerId("d"),
        start=datetime(2026, 11, 24, 14, 45),
        zone="America/Chicago",
        door_min=55,
    )
    assert VISITS.to_row(visit)["start_utc"] == "2026-11-24T20:45:00+00:00"


def test_a_past_event_without_a_zone_is_a_bug() -> None:
    promise = Promise(
        id=PromiseId("p"),
        visit_id=VisitId("v"),
        window_start=datetime(2026, 11, 24, 9, 0),
        window_end=datetime(2026, 11, 24, 9, 30),
        zone="America/Chicago",
        practitioner_id=None,
        told_to="Nora",
        told_by=UserId("u"),
        told_at=datetime(2026, 11, 23, 9, 0),
    )
    with pytest.raises(ValueError, match="aware"):
        mapping_of(promise).to_row(promise)


def test_what_an_earlier_release_wrote_reads_as_a_plain_week_and_the_usual_holidays():
    old = '{"lunch":null,"weekdays":[[[480,1020]],[],[],[],[],[],[]]}'
    pattern = load_pattern(old)
    assert pattern == WorkingPattern(
        weekdays=((MinuteSpan(start_min=480, end_min=1020),), (), (), (), (), (), ()), lunch=None
    )
    assert dump_pattern(pattern) == old
    assert load_closing("{}") == ClosingRules()
    assert (load_licences("[]"), load_repeats(None)) == ((), None)
