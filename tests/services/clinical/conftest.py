"""A small clinic with both encrypted files, real keys, one practitioner and one visit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clinical.anatomy import Side, Technique
from clinic_desktop.domain.clinical.consent import Relation, signature_of
from clinic_desktop.domain.clinical.field import FieldValue
from clinic_desktop.domain.clinical.intake import Intake
from clinic_desktop.domain.clinical.note import NeedlePass, Note, TestOutcome, TestResult
from clinic_desktop.domain.clinical.screening import Answer, ScreeningAnswer
from clinic_desktop.domain.ids import (
    IntakeId,
    NoteId,
    PatientId,
    PractitionerId,
    ServiceId,
    SiteId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.patient import Patient, Phone, VisitSite
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.ports import ClinicalFlags
from clinic_desktop.domain.practitioner import Practitioner, Profession
from clinic_desktop.domain.role import Role, Session
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.visit import Visit
from clinic_desktop.domain.working_time import WorkingPattern
from clinic_desktop.services.clinical.access import Keys
from clinic_desktop.services.clinical.consents import RecordConsent
from clinic_desktop.services.clinical.service import ClinicalService
from clinic_desktop.store.clinical_schema import CLINICAL_SCHEMA
from clinic_desktop.store.clinical_signing import RingChecker
from clinic_desktop.store.clinical_store import ClinicalFile
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import KdfCost, Key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile
from clinic_desktop.store.sqlcipher import DataFile, open_connection, run
from clinic_desktop.store.unlocked import NewUser, Unlocked

CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
DEVICE = "desk"
SINCE = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


class Moves(Protocol):
    def now_utc(self) -> datetime: ...

    def advance(self, **delta: float) -> None: ...


def _session(user: str, *roles: Role, clinical: bool) -> Session:
    return Session(
        user_id=UserId(user),
        name=user.capitalize(),
        roles=frozenset(roles),
        practitioner_id=None,
        opens_clinical=clinical,
        device_id=DEVICE,
    )


OLIVE = _session("olive", Role.OFFICE, Role.OWNER, clinical=False)
DANA = _session("dana", Role.PRACTITIONER, clinical=True)
MARCUS = _session("marcus", Role.PRACTITIONER, clinical=True)
NORA = Patient(
    id=PatientId("nora"),
    first_name="Nora",
    last_name="Abbott",
    dob=date(1990, 3, 14),
    phones=(Phone(number="+13145550142"),),
    course_label="ITB left",
)
SHAW = VisitSite(
    id=SiteId("shaw"), patient_id=NORA.id, address=Address(line="4120 Shaw Blvd", area="Shaw")
)
EVALUATION = Service(
    id=ServiceId("eval"),
    name="Evaluation",
    short_name="Eval",
    kind=ServiceKind.EVALUATION,
    treatment_min=60,
)
FOLLOW_UP = replace(EVALUATION, id=ServiceId("fu"), name="Follow-up", kind=ServiceKind.FOLLOW_UP)
PRACTITIONER = Practitioner(
    id=PractitionerId("dana"),
    first_name="Dana",
    last_name="Whitfield",
    profession=Profession.PT,
    credentials="PT",
    marker=1,
    home=None,
    home_address=None,
    pattern=WorkingPattern(weekdays=((),) * 7),
)
FIRST_VISIT = Visit(
    id=VisitId("first"),
    patient_id=NORA.id,
    site_id=SHAW.id,
    service_id=EVALUATION.id,
    practitioner_id=PRACTITIONER.id,
    start=datetime(2026, 11, 24, 8, 0),
    zone="America/Chicago",
    door_min=60,
)
SECOND_VISIT = replace(
    FIRST_VISIT, id=VisitId("second"), service_id=FOLLOW_UP.id, start=datetime(2026, 12, 1, 8, 0)
)
REQUIRED = {
    "complaint": "Lateral knee pain after three miles",
    "side": "left",
    "onset_distance_mi": 3.1,
    "site": "lateral_knee",
    "weekly_mi_current": 14.0,
    "weekly_mi_preinjury": 30.0,
    "longest_run_mi": 13.1,
}


@dataclass
class Bench:
    """The clinic, and short words for what everybody does in it."""

    service: ClinicalService
    schedule: ScheduleFile
    clinical: ClinicalFile
    ring: KeyRing
    unlocked: dict[str, Unlocked]
    schedule_key: Key
    clinical_key: Key
    clock: Moves
    folder: Path
    dana: Session = DANA
    marcus: Session = MARCUS
    olive: Session = OLIVE
    nora: Patient = NORA
    first_visit: Visit = FIRST_VISIT
    second_visit: Visit = SECOND_VISIT
    since: datetime = SINCE

    def needle(self, muscle: str, **changes: object) -> NeedlePass:
        return needle(self.service.notes.new_child_id(), muscle, **changes)

    def opened(self, visit: Visit = FIRST_VISIT, session: Session = DANA) -> IntakeId:
        changes = self.service.intakes.open_for_visit(session, visit.id)
        return IntakeId(only(changes, RecordKind.INTAKES))

    def intake(self, intake_id: IntakeId) -> Intake:
        return self.clinical.reader().intake(intake_id)

    def note(self, note_id: NoteId) -> Note:
        return self.clinical.reader().note(note_id)

    def answers(
        self, intake_id: IntakeId, **given: Answer | ScreeningAnswer
    ) -> tuple[ScreeningAnswer, ...]:
        """ "No" to everything but what is given."""
        found: list[ScreeningAnswer] = []
        for item in self.service.library.catalogue.asked:
            answer = given.get(item.id, Answer.NO)
            if isinstance(answer, Answer):
                answer = self.said(intake_id, item.id, answer)
            found.append(answer)
        return tuple(found)

    def said(
        self,
        intake_id: IntakeId,
        item_id: str,
        answer: Answer = Answer.YES,
        rationale: str = "",
        **details: FieldValue,
    ) -> ScreeningAnswer:
        return ScreeningAnswer(
            intake_id=intake_id,
            item_id=item_id,
            answer=answer,
            details=details,
            rationale=rationale,
            asked_by=DANA.user_id,
            asked_at=self.clock.now_utc(),
        )

    def filled(self, **given: Answer | ScreeningAnswer) -> IntakeId:
        """An intake with every required answer, saved."""
        intake_id = self.opened()
        self.service.intakes.save(
            DANA,
            replace(
                self.intake(intake_id),
                answers=REQUIRED,
                screening=self.answers(intake_id, **given),
            ),
        )
        return intake_id

    def consent_signed(self, intake_id: IntakeId, **changes: object) -> None:
        catalogue = self.service.library.catalogue
        template = self.service.library.template("itbs")
        command = RecordConsent(
            intake_id=intake_id,
            text_sha256=self.service.consents.text().sha256,
            risks=("bleeding", "bruising", "pain", "pneumothorax"),
            regions=tuple(sorted({catalogue.muscle(m).region for m in template.muscles})),
            signer="Nora Abbott",
            relation=Relation.SELF,
            signature=signature_of((((0.1, 0.5), (0.4, 0.2), (0.9, 0.6)),)),
        )
        self.service.consents.record(DANA, replace(command, **changes))

    def started(self, visit: Visit = FIRST_VISIT, session: Session = DANA) -> NoteId:
        changes = self.service.notes.start_for_visit(session, visit.id)
        return NoteId(only(changes, RecordKind.NOTES))

    def written(self, note: Note) -> Note:
        """The note with every text, a test on each side and two needles."""
        new = self.service.notes.new_child_id
        return replace(
            note,
            subjective="Lateral left knee pain after 3 miles.",
            objective="Tender over the lateral epicondyle.",
            assessment="IT band syndrome, left.",
            plan="Three sessions, weekly.",
            progress="First visit: this is the baseline.",
            response="Sore, walking eases it.",
            advice="Aftercare told, bruising explained.",
            health_change=Answer.NO,
            needles=(
                needle(new(), "vl"),
                needle(new(), "tfl", inserted=2, removed=2),
            ),
            tests=tuple(
                TestResult(
                    id=new(),
                    test="noble",
                    side=side,
                    outcome=TestOutcome.POSITIVE,
                    details={"angle_deg": 30, "nprs": 5},
                )
                for side in (Side.LEFT, Side.RIGHT)
            ),
        )

    def ready_to_sign(self) -> NoteId:
        """A saved note that lacks nothing."""
        self.consent_signed(self.filled())
        note_id = self.started()
        self.service.notes.save(DANA, self.written(self.note(note_id)))
        return note_id

    def signed(self) -> NoteId:
        note_id = self.ready_to_sign()
        self.service.notes.sign(DANA, note_id)
        return note_id

    def flags(self) -> ClinicalFlags:
        return self.schedule.reader().clinical_flags([NORA.id])[NORA.id]

    def with_raw_clinical(self, *statements: str) -> None:
        """What somebody who holds the key can do with a tool of their own."""
        db = open_connection(self.folder / "clinical.db", self.clinical_key, file=DataFile.CLINICAL)
        try:
            for statement in statements:
                run(db, statement)
        finally:
            db.conn.close()


def needle(needle_id: str, muscle: str, **changes: object) -> NeedlePass:
    made = NeedlePass(
        id=needle_id,
        muscle=muscle,
        side=Side.LEFT,
        gauge_mm=0.30,
        length_mm=50,
        inserted=1,
        removed=1,
        technique=Technique.PISTONING,
        response="eased",
    )
    return replace(made, **changes)


def only(changes: Changes, kind: RecordKind) -> str:
    (found,) = changes.of(kind)
    return found


@pytest.fixture
def bench(tmp_path: Path, clock: Moves) -> Iterator[Bench]:
    numbers = count(1)
    users = [
        NewUser(user_id="olive", login="olive", password="quiet river", roles=frozenset({"owner"})),
        *(
            NewUser(
                user_id=name, login=name, password="quiet river", roles=frozenset({"practitioner"})
            )
            for name in ("dana", "marcus")
        ),
    ]
    ring, schedule_key, clinical_key, _sheets = KeyRing.create(
        tmp_path / "keyring.json", users, cost=CHEAP
    )
    unlocked = {name: ring.unlock(name, "quiet river") for name in ("olive", "dana", "marcus")}
    now = clock.now_utc()
    schedule_store = FileStore.create(
        tmp_path / "schedule.db", schedule_key, SCHEDULE_SCHEMA, device_id=DEVICE, at_utc=now
    )
    clinical_store = FileStore.create(
        tmp_path / "clinical.db", clinical_key, CLINICAL_SCHEMA, device_id=DEVICE, at_utc=now
    )

    def new_id() -> str:
        return f"id-{next(numbers):06d}"

    schedule = ScheduleFile(schedule_store, clock, new_id)
    clinical = ClinicalFile(clinical_store, clock, new_id)
    with schedule.operation("Set up", OLIVE, undoable=False) as op:
        op.put_all([Clinic(name="Gateway"), PRACTITIONER, EVALUATION, FOLLOW_UP, NORA, SHAW])
        op.put_all([FIRST_VISIT, SECOND_VISIT])
    clock.advance(minutes=1)
    yield Bench(
        service=ClinicalService(
            keys=Keys(
                # Even a session that lies about itself finds no key here.
                clinical=lambda session: clinical if session.user_id != "olive" else None,
                signer=lambda session: unlocked[session.user_id].signing_key,
                checker=RingChecker(lambda: ring),
            ),
            schedule=schedule,
            clock=clock,
            new_id=new_id,
        ),
        schedule=schedule,
        clinical=clinical,
        ring=ring,
        unlocked=unlocked,
        schedule_key=schedule_key,
        clinical_key=clinical_key,
        clock=clock,
        folder=tmp_path,
    )
    schedule_store.close()
    clinical_store.close()
