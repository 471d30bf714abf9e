"""Calls, the wait list and sealed messages, each as a row and back."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, time
from typing import Any

from clinic_desktop.domain.call import Call, CallDraft, CallOutcome, CallState, Keep
from clinic_desktop.domain.caller_message import CallerMessage
from clinic_desktop.domain.ids import (
    CallId,
    MessageId,
    PatientId,
    PractitionerId,
    ServiceId,
    SiteId,
    UserId,
    VisitId,
    WaitId,
)
from clinic_desktop.domain.phone_rules import PhoneRules
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.wait_list import Urgency, WaitEntry, WaitKind, WaitState
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.schedule_values import Row
from clinic_desktop.store.sqlcipher import Value
from clinic_desktop.store.table_mapping import TableMapping


def _window_dict(window: CallerWindow) -> dict[str, object]:
    return {
        "first": v.iso(window.first),
        "last": v.iso(window.last),
        "weekdays": sorted(window.weekdays),
        "earliest": window.earliest.isoformat(),
        "latest": window.latest.isoformat(),
        "excluded": window.excluded,
        "text": window.text,
    }


def _window(item: dict[str, Any]) -> CallerWindow:
    return CallerWindow(
        first=date.fromisoformat(item["first"]) if item["first"] else None,
        last=date.fromisoformat(item["last"]) if item["last"] else None,
        weekdays=frozenset(item["weekdays"]),
        earliest=time.fromisoformat(item["earliest"]),
        latest=time.fromisoformat(item["latest"]),
        excluded=item["excluded"],
        text=item["text"],
    )


def _dump_draft(draft: CallDraft) -> str:
    return v.dump(
        {
            "site_id": draft.site_id,
            "service_id": draft.service_id,
            "windows": [_window_dict(window) for window in draft.windows],
            "keep": draft.keep.value,
            "wanted_id": draft.wanted_id,
            "door_min": draft.door_min,
            "moving": draft.moving,
            "wait_id": draft.wait_id,
        }
    )


def _load_draft(value: str) -> CallDraft:
    data = v.load_dict(value)
    return CallDraft(
        site_id=_maybe(SiteId, data["site_id"]),
        service_id=_maybe(ServiceId, data["service_id"]),
        windows=tuple(_window(item) for item in data["windows"]),
        keep=Keep(data["keep"]),
        wanted_id=_maybe(PractitionerId, data["wanted_id"]),
        door_min=data["door_min"],
        moving=_maybe(VisitId, data["moving"]),
        wait_id=_maybe(WaitId, data["wait_id"]),
    )


def _maybe[T](kind: Callable[[str], T], value: str | None) -> T | None:
    return None if value is None else kind(value)


def _call_row(call: Call) -> dict[str, Value]:
    return {
        "id": call.id,
        "patient_id": call.patient_id,
        "caller": call.caller,
        "by": call.by,
        "started_at": v.utc_iso(call.started_at),
        "ended_at": v.utc_iso(call.ended_at),
        "state": call.state.value,
        "outcome": call.outcome.value,
        "note": call.note,
        "draft": _dump_draft(call.draft),
        "hold_id": call.hold_id,
    }


def _call(row: Row) -> Call:
    return Call(
        id=CallId(v.text(row, "id")),
        patient_id=_maybe(PatientId, v.maybe_text(row, "patient_id")),
        caller=v.text(row, "caller"),
        by=UserId(v.text(row, "by")),
        started_at=v.local(row, "started_at"),
        ended_at=v.maybe_moment(row, "ended_at"),
        state=CallState(v.text(row, "state")),
        outcome=CallOutcome(v.text(row, "outcome")),
        note=v.text(row, "note"),
        draft=_load_draft(v.text(row, "draft")),
        hold_id=_maybe(VisitId, v.maybe_text(row, "hold_id")),
    )


def _wait_row(entry: WaitEntry) -> dict[str, Value]:
    return {
        "id": entry.id,
        "patient_id": entry.patient_id,
        "site_id": entry.site_id,
        "service_id": entry.service_id,
        "kind": entry.kind.value,
        "urgency": int(entry.urgency),
        "reason": entry.reason,
        "said": entry.said,
        "windows": v.dump([_window_dict(window) for window in entry.windows]),
        "practitioner_id": entry.practitioner_id,
        "preferred_id": entry.preferred_id,
        "visit_id": entry.visit_id,
        "expires": v.iso(entry.expires),
        "call_back_on": v.iso(entry.call_back_on),
        "made_at": v.utc_iso(entry.made_at),
        "by": entry.by,
        "call_id": entry.call_id,
        "state": entry.state.value,
        "closed_at": v.utc_iso(entry.closed_at),
    }


def _wait(row: Row) -> WaitEntry:
    return WaitEntry(
        id=WaitId(v.text(row, "id")),
        patient_id=PatientId(v.text(row, "patient_id")),
        site_id=_maybe(SiteId, v.maybe_text(row, "site_id")),
        service_id=ServiceId(v.text(row, "service_id")),
        kind=WaitKind(v.text(row, "kind")),
        urgency=Urgency(v.whole(row, "urgency")),
        reason=v.text(row, "reason"),
        said=v.text(row, "said"),
        windows=tuple(_window(item) for item in v.load_dicts(v.text(row, "windows"))),
        practitioner_id=_maybe(PractitionerId, v.maybe_text(row, "practitioner_id")),
        preferred_id=_maybe(PractitionerId, v.maybe_text(row, "preferred_id")),
        visit_id=_maybe(VisitId, v.maybe_text(row, "visit_id")),
        expires=v.maybe_date(row, "expires"),
        call_back_on=v.maybe_date(row, "call_back_on"),
        made_at=v.local(row, "made_at"),
        by=UserId(v.text(row, "by")),
        call_id=_maybe(CallId, v.maybe_text(row, "call_id")),
        state=WaitState(v.text(row, "state")),
        closed_at=v.maybe_moment(row, "closed_at"),
    )


def _message_row(message: CallerMessage) -> dict[str, Value]:
    return {
        "id": message.id,
        "patient_id": message.patient_id,
        "box": b64encode(message.box).decode(),
        "urgency": int(message.urgency),
        "answer_by": v.iso(message.answer_by),
        "taken_at": v.utc_iso(message.taken_at),
        "by": message.by,
        "call_id": message.call_id,
        "answered_at": v.utc_iso(message.answered_at),
        "answered_by": message.answered_by,
    }


def _message(row: Row) -> CallerMessage:
    return CallerMessage(
        id=MessageId(v.text(row, "id")),
        patient_id=PatientId(v.text(row, "patient_id")),
        box=b64decode(v.text(row, "box")),
        urgency=Urgency(v.whole(row, "urgency")),
        answer_by=v.maybe_moment(row, "answer_by"),
        taken_at=v.local(row, "taken_at"),
        by=UserId(v.text(row, "by")),
        call_id=_maybe(CallId, v.maybe_text(row, "call_id")),
        answered_at=v.maybe_moment(row, "answered_at"),
        answered_by=_maybe(UserId, v.maybe_text(row, "answered_by")),
    )


CALLS = TableMapping(table="calls", to_row=_call_row, from_row=_call)
WAIT_LIST = TableMapping(table="wait_list", to_row=_wait_row, from_row=_wait)
MESSAGES = TableMapping(table="messages", to_row=_message_row, from_row=_message)


def dump_phone_rules(rules: PhoneRules) -> str:
    """The clinic's rules for the phone."""
    return v.dump(
        {
            "late_cancel_hours": rules.late_cancel_hours,
            "red_flags": list(rules.red_flags),
            "cancel_reasons": list(rules.cancel_reasons),
            "reminder": rules.reminder,
            "change": rules.change,
        }
    )


def load_phone_rules(value: str) -> PhoneRules:
    """Back from ``dump_phone_rules``; the usual ones where the clinic has said nothing."""
    data = v.load_dict(value)
    for name in ("red_flags", "cancel_reasons"):
        if name in data:
            data[name] = tuple(data[name])
    return PhoneRules(**data)
