"""A real clinic in a real folder, as Settings sees it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication

from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.look_file import LookFile
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clinic_door import FirstRun
from clinic_desktop.domain.ids import PatientId, SiteId, VisitId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.visit import Visit, VisitState
from clinic_desktop.operations.operations import Operations
from clinic_desktop.store.keys import KdfCost
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.first_run.first_run_state import FirstRunState, PersonAnswers

PASSWORD = "clear river 7"


@dataclass
class Seen:
    said: list = field(default_factory=list)
    changes: list = field(default_factory=list)
    log_outs: int = 0

    def log_out(self) -> None:
        self.log_outs += 1


def person(name: str, login: str) -> PersonAnswers:
    return PersonAnswers(name=name, login=login, password=PASSWORD, repeat=PASSWORD)


def answers() -> FirstRun:
    return FirstRunState(
        clinic=Clinic(name="River Needle"),
        owner=person("Dana Okafor", "dana"),
        office=person("Olive Meyer", "office"),
        practitioners=[person("Marcus Bell", "marcus")],
    ).first_run(lambda: str(uuid4()))


@pytest.fixture
def operations(qapp):
    made = Operations()
    broken = []
    made.broke.connect(broken.append)
    yield made
    made.close()
    QApplication.processEvents()
    assert broken == []


@pytest.fixture
def folder(tmp_path, clock):
    made = ClinicFolder(
        tmp_path / "clinic", clock, lambda: str(uuid4()),
        cost=KdfCost(memory_kib=64, passes=1, lanes=1),
    )  # fmt: skip
    made.create(answers(), SilentProgress())
    yield made
    made.release()


@pytest.fixture
def who(request):
    """Who is logged in; a test may give another."""
    return getattr(request, "param", "dana")


@pytest.fixture
def opened(folder, operations, who):
    made = operations.in_writer(lambda: folder.open(who, PASSWORD, operations.in_writer))
    yield made
    operations.close(last=made.shut)


@pytest.fixture
def seen():
    return Seen()


@pytest.fixture
def context(qapp, theme, formats, opened, operations, clock, seen, tmp_path):
    operations.changes_made.connect(seen.changes.append)
    return UiContext(
        services=opened.services,
        operations=operations,
        theme=theme,
        formats=formats,
        clock=clock,
        open_patient=lambda _id: None,
        open_visit=lambda _id: None,
        show_page=lambda _id: None,
        say=seen.said.append,
        new_id=lambda: str(uuid4()),
        log_out=seen.log_out,
        look=LookFile(tmp_path / "settings"),
    )


@pytest.fixture
def visit_ahead(opened, operations):
    """Marcus has a visit on Wednesday at ten."""

    def put() -> None:
        store = opened.services.store
        reader = store.reader()
        marcus = next(p for p in reader.practitioners() if p.first_name == "Marcus")
        ruth = Patient(id=PatientId("p-ruth"), first_name="Ruth", last_name="Abbott")
        site = VisitSite(id=SiteId("s-ruth"), patient_id=ruth.id, address=Address(line="1 Elm St"))
        visit = Visit(
            id=VisitId("v-ruth"), patient_id=ruth.id, site_id=site.id,
            service_id=reader.services()[1].id, practitioner_id=marcus.id,
            start=datetime(2026, 11, 25, 10), zone="America/Chicago",
            door_min=45, state=VisitState.BOOKED,
        )  # fmt: skip
        with store.operation("Book", opened.services.session) as op:
            op.put_all([ruth, site, visit])

    operations.in_writer(put)
