"""Patient lists from other programs, as they really come."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.errors import ImportTrouble
from clinic_desktop.domain.patient_import import (
    ColumnMapping,
    DateOrder,
    EncodingUnclear,
    ImportField,
    PatientDraft,
)
from clinic_desktop.exchange.patient_csv import PatientCsv, parse_list_date

JANE = (
    "Patient Number,First Name,Middle Name,Last Name,Preferred Name,Pronouns,Email,Home Phone,"
    "Mobile Phone,Work Phone,Street Address,Street Address 2,City,Province,Postal,Country,"
    "Birth Date,Sex,Medical Alert,Emergency Contact Name,Emergency Contact Phone,"
    "Emergency Contact Relationship,Occupation,Referral Source,Referring Professional Name,"
    "Discharged At\n"
    '1042,Nora,M.,Abbott,"",she/her,nora@example.org,(314) 555-0142,314-555-0199,,'
    '"4120 Shaw Blvd","Apt 2",St. Louis,MO,63110,US,1988-05-14,F,"Pacemaker, since 2020",'
    "Jo Abbott,3145550100,sister,teacher,friend,,\n"
)


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def drafts_of(path: Path) -> tuple[PatientDraft, ...]:
    files = PatientCsv()
    table = files.read(path)
    batch = files.drafts(table, files.suggest(table))
    assert batch.troubles == ()
    return batch.drafts


def test_a_jane_list_comes_in_without_touching_the_mapping(tmp_path: Path) -> None:
    (draft,) = drafts_of(written(tmp_path, JANE))
    patient = draft.patient
    assert (patient.name, patient.external_number) == ("Nora Abbott", "1042")
    assert patient.dob == date(1988, 5, 14)
    assert [(p.number, p.label) for p in patient.phones] == [
        ("+13145550199", "mobile"),
        ("+13145550142", "home"),
    ]
    assert draft.address is not None
    assert draft.address.one_line() == "4120 Shaw Blvd Apt 2, St. Louis, MO 63110"
    assert patient.emergency.relationship == "sister"
    assert patient.referral_source == "friend"


def test_a_medical_alert_is_sealed_and_never_kept_in_plain(tmp_path: Path) -> None:
    path = written(tmp_path, JANE)
    files = PatientCsv()
    table = files.read(path)
    (sealed,) = files.drafts(table, files.suggest(table), lambda plain: plain[::-1]).drafts
    (preview,) = files.drafts(table, files.suggest(table)).drafts
    assert sealed.sealed_alert == b"Pacemaker, since 2020"[::-1]
    assert preview.has_alert
    assert preview.sealed_alert is None
    for shown in (repr(sealed), repr(preview), repr(table), repr(table.rows[0])):
        assert "Pacemaker" not in shown


def test_a_google_contacts_list_with_two_phones_in_a_cell(tmp_path: Path) -> None:
    text = (
        "First Name,Last Name,Nickname,Birthday,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,"
        "Address 1 - Street,Address 1 - City,Address 1 - Region,Address 1 - Postal Code\n"
        "Marie,O'Neill,Mimi,--05-12,m@example.org,Mobile,"
        "+1 314-555-0101 ::: (314) 555-0102,12 Elm St,St. Louis,MO,63104\n"
    )
    (draft,) = drafts_of(written(tmp_path, text))
    assert draft.patient.name == "Mimi O'Neill"
    assert [p.number for p in draft.patient.phones] == ["+13145550101", "+13145550102"]
    assert draft.patient.dob is None
    assert draft.address is not None
    assert draft.address.postcode == "63104"


def test_the_older_google_headings_and_cliniko_field_names(tmp_path: Path) -> None:
    google = "Name,Given Name,Family Name,Phone 1 - Value\nAda Byron,Ada,Byron,3145550103\n"
    (ada,) = drafts_of(written(tmp_path, google))
    assert ada.patient.name == "Ada Byron"
    cliniko = (
        "id,first_name,last_name,date_of_birth,email,address_1,address_2,city,post_code,"
        "archived_at,appointment_notes\n"
        "77,Sam,Reed,1990-01-02,s@example.org,1 Oak Ave,,St. Louis,63101,2024-01-01,x\n"
    )
    (sam,) = drafts_of(written(tmp_path, cliniko))
    assert sam.patient.external_number == "77"
    assert sam.patient.archived


def test_a_whole_name_in_one_column_is_taken_apart(tmp_path: Path) -> None:
    text = 'Name;Phone\n"Abbott, Nora";3145550142\nMary Jane Watson;\n'
    first, second = drafts_of(written(tmp_path, text))
    assert (first.patient.first_name, first.patient.last_name) == ("Nora", "Abbott")
    assert (second.patient.first_name, second.patient.last_name) == ("Mary Jane", "Watson")


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", ","), ("utf-8", "|")],
)
def test_encodings_and_delimiters_are_found_out(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = f"First Name{delimiter}Last Name\r\nJosé{delimiter}Núñez\r\n"
    (draft,) = drafts_of(written(tmp_path, text, encoding))
    assert draft.patient.name == "José Núñez"


def test_windows_text_is_read_only_when_a_person_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "First Name,Last Name\nJosé,Núñez\n", "cp1252")
    files = PatientCsv()
    with pytest.raises(EncodingUnclear) as asked:
        files.read(path)
    assert asked.value.samples == ("José,Núñez",)
    assert "José" not in f"{asked.value} {asked.value!r}"
    table = files.read(path, encoding=asked.value.suggestion)
    assert table.rows[0].cells == ("José", "Núñez")
    with pytest.raises(ImportTrouble, match="cannot be read as utf-16"):
        files.read(path, encoding="utf-16-with-a-mistake")


@pytest.mark.parametrize(
    "broken", ["Nora,Abbott,63110,extra", "Nora", '"Nora,Abbott,63110', 'No"ra"x,"A"b,1']
)
def test_a_broken_row_is_named_by_its_line_and_not_by_its_content(
    tmp_path: Path, broken: str
) -> None:
    text = f'First Name,Last Name,Postal\n"Two\nlines",Bell,1\n\n{broken}\nSam,Reed,2\n'
    with pytest.raises(ImportTrouble) as told:
        PatientCsv().read(written(tmp_path, text))
    assert "Line 5" in str(told.value)
    assert "Nora" not in str(told.value)
    assert "Abbott" not in str(told.value)


def test_not_a_list_at_all(tmp_path: Path) -> None:
    files = PatientCsv()
    with pytest.raises(ImportTrouble, match="empty"):
        files.read(written(tmp_path, " \n \n"))
    with pytest.raises(ImportTrouble, match="cannot be read"):
        files.read(tmp_path / "missing.csv")
    workbook = tmp_path / "list.xlsx"
    workbook.write_bytes(b"PK\x03\x04....")
    with pytest.raises(ImportTrouble, match="not a CSV"):
        files.read(workbook)


def test_dates_that_could_be_read_two_ways_are_asked_about(tmp_path: Path) -> None:
    files = PatientCsv()
    table = files.read(written(tmp_path, "First Name,Last Name,DOB\nNora,Abbott,05/04/1988\n"))
    mapping = files.suggest(table)
    assert mapping.date_order is None
    with pytest.raises(ImportTrouble, match="more than one way"):
        files.drafts(table, mapping)
    us = files.drafts(table, mapping.with_dates(DateOrder.MONTH_DAY_YEAR))
    eu = files.drafts(table, mapping.with_dates(DateOrder.DAY_MONTH_YEAR))
    assert us.drafts[0].patient.dob == date(1988, 5, 4)
    assert eu.drafts[0].patient.dob == date(1988, 4, 5)


def test_dates_that_prove_their_order_are_not_asked_about(tmp_path: Path) -> None:
    files = PatientCsv()
    text = "First Name,Last Name,DOB\nNora,Abbott,05/04/1988\nSam,Reed,05/24/1990\n"
    table = files.read(written(tmp_path, text))
    assert files.suggest(table).date_order is DateOrder.MONTH_DAY_YEAR


def test_a_year_with_two_digits_and_a_phone_that_is_none_are_troubles_with_a_line(
    tmp_path: Path,
) -> None:
    files = PatientCsv()
    text = (
        "First Name,Last Name,DOB,Phone\nNora,Abbott,1/2/62,\n"
        "Sam,Reed,1990-01-02,call him\n,Bell,,\nAda,Byron,12/10/1915,\n"
    )
    table = files.read(written(tmp_path, text))
    mapping = files.suggest(table).with_dates(DateOrder.MONTH_DAY_YEAR)
    batch = files.drafts(table, mapping)
    assert [t.line for t in batch.troubles] == [2, 3, 4]
    assert all("call him" not in t.sentence for t in batch.troubles)
    assert "call him" not in repr(batch.troubles)
    assert [(t.name, t.value) for t in batch.troubles] == [
        ("Nora Abbott", "1/2/62"),
        ("Sam Reed", "call him"),
        ("Bell", ""),
    ]
    assert [d.patient.last_name for d in batch.drafts] == ["Byron"]


def test_the_mapping_can_be_changed_by_hand(tmp_path: Path) -> None:
    files = PatientCsv()
    table = files.read(written(tmp_path, "A,B,C\nNora,Abbott,3145550142\n"))
    empty = files.suggest(table)
    assert empty.fields == {}
    with pytest.raises(ImportTrouble, match="names"):
        files.drafts(table, empty)
    mapping = (
        empty.with_column(0, ImportField.FIRST_NAME)
        .with_column(1, ImportField.LAST_NAME)
        .with_column(2, ImportField.PHONE)
    )
    assert files.drafts(table, mapping).drafts[0].patient.phones[0].number == "+13145550142"
    assert files.drafts(table, mapping.with_column(2, None)).drafts[0].patient.phones == ()
    with pytest.raises(ImportTrouble, match="not in this file"):
        files.drafts(table, mapping.with_column(9, ImportField.EMAIL))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
        ),
        max_size=6,
    )
)
def test_any_text_that_a_csv_writer_wrote_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["First Name", "Last Name"])
        writer.writerows(people)
    files = PatientCsv()
    try:
        table = files.read(path)
    except ImportTrouble:
        return
    batch = files.drafts(table, files.suggest(table))
    assert len(batch.drafts) + len(batch.troubles) == len(table.rows)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=14), st.sampled_from([None, *DateOrder]))
def test_any_text_is_a_date_or_a_value_error(text: str, order: DateOrder | None) -> None:
    try:
        read = parse_list_date(text, order)
    except ValueError:
        return
    assert read is None or isinstance(read, date)


@given(st.dates(), st.sampled_from(["mdy", "dmy", "ymd"]))
def test_a_date_written_in_an_order_is_read_in_it(day: date, order: str) -> None:
    year = f"{day.year:04d}"
    text = {
        "mdy": f"{day.month}/{day.day}/{year}",
        "dmy": f"{day.day}.{day.month:02d}.{year}",
        "ymd": f"{year}-{day.month}-{day.day}",
    }[order]
    assert parse_list_date(text, DateOrder(order)) == day


def test_columns_of_a_meaning_come_from_left_to_right() -> None:
    mapping = ColumnMapping(fields={4: ImportField.PHONE, 1: ImportField.PHONE})
    assert mapping.columns_of(ImportField.PHONE) == [1, 4]
