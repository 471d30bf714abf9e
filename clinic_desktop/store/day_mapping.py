"""Published days, what was told since, series and sealed alerts, each as a row and back."""

import json
from base64 import b64decode, b64encode
from datetime import date, datetime
from typing import Any, cast

from clinic_desktop.domain.ids import PatientId, PractitionerId, SeriesId, UserId, VisitId
from clinic_desktop.domain.published_day import DayState, PublishedDay, PublishedVisit, Told
from clinic_desktop.domain.sealed_alert import SealedAlert
from clinic_desktop.domain.series import Series, SeriesRule
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.schedule_values import Row
from clinic_desktop.store.sqlcipher import Value
from clinic_desktop.store.table_mapping import TableMapping


def _published_row(published: PublishedDay) -> dict[str, Value]:
    return {
        "day": published.day.isoformat(),
        "state": published.state.value,
        "revision": published.revision,
        "at": v.utc_iso(published.at),
        "by": published.by,
        "visits": v.dump(
            {
                visit_id: [stood.practitioner_id, stood.start.isoformat(), stood.door_min]
                for visit_id, stood in published.visits.items()
            }
        ),
    }


def _published(row: Row) -> PublishedDay:
    visits = cast("dict[str, list[Any]]", json.loads(v.text(row, "visits")))
    return PublishedDay(
        day=date.fromisoformat(v.text(row, "day")),
        state=DayState(v.text(row, "state")),
        revision=v.whole(row, "revision"),
        at=v.local(row, "at"),
        by=UserId(v.text(row, "by")),
        visits={
            VisitId(visit_id): PublishedVisit(
                practitioner_id=PractitionerId(who),
                start=datetime.fromisoformat(start),
                door_min=int(door_min),
            )
            for visit_id, (who, start, door_min) in visits.items()
        },
    )


def _told_row(told: Told) -> dict[str, Value]:
    return {
        "id": told.id,
        "day": told.day.isoformat(),
        "key": told.key,
        "at": v.utc_iso(told.at),
        "by": told.by,
    }


def _told(row: Row) -> Told:
    return Told(
        id=v.text(row, "id"),
        day=date.fromisoformat(v.text(row, "day")),
        key=v.text(row, "key"),
        at=v.local(row, "at"),
        by=UserId(v.text(row, "by")),
    )


def _alert_row(alert: SealedAlert) -> dict[str, Value]:
    return {
        "id": alert.id,
        "patient_id": alert.patient_id,
        "box": b64encode(alert.box).decode(),
        "sealed_at": v.utc_iso(alert.sealed_at),
    }


def _alert(row: Row) -> SealedAlert:
    return SealedAlert(
        id=v.text(row, "id"),
        patient_id=PatientId(v.text(row, "patient_id")),
        box=b64decode(v.text(row, "box")),
        sealed_at=v.local(row, "sealed_at"),
    )


def _series_row(series: Series) -> dict[str, Value]:
    rule = series.rule
    return {
        "id": series.id,
        "patient_id": series.patient_id,
        "first": rule.first.isoformat(),
        "every_weeks": rule.every_weeks,
        "visits": rule.count,
        "until": v.iso(rule.until),
        "from_number": series.from_number,
    }


def _series(row: Row) -> Series:
    return Series(
        id=SeriesId(v.text(row, "id")),
        patient_id=PatientId(v.text(row, "patient_id")),
        rule=SeriesRule(
            first=v.local(row, "first"),
            every_weeks=v.whole(row, "every_weeks"),
            count=v.maybe_whole(row, "visits"),
            until=v.maybe_date(row, "until"),
        ),
        from_number=v.whole(row, "from_number"),
    )


SERIES = TableMapping(table="series", to_row=_series_row, from_row=_series)
PUBLISHED = TableMapping(
    table="published_days", to_row=_published_row, from_row=_published, key="day"
)
TOLD = TableMapping(table="told", to_row=_told_row, from_row=_told)
ALERTS = TableMapping(table="sealed_alerts", to_row=_alert_row, from_row=_alert)
