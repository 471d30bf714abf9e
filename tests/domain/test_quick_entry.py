"""One typed line fills the whole search; what is not clear is asked, never guessed."""

from datetime import date, time

import pytest

from clinic_desktop.domain.quick_entry import read_quick_entry

TODAY = date(2026, 11, 24)


def test_name_times_postcode_and_what_it_is_about():
    entry = read_quick_entry("Nora Kessler Tue after 5, 63104, hip", TODAY)
    assert (entry.name, entry.postcode, entry.about) == ("Nora Kessler", "63104", ("hip",))
    assert entry.who == "Nora Kessler 63104"
    (words,) = entry.times
    assert words.clear
    assert words.readings[0].weekdays == {1}
    assert words.readings[0].earliest == time(17)


def test_a_name_in_brackets_is_all_name():
    entry = read_quick_entry("(April May) next week mornings", TODAY)
    assert entry.name == "April May"
    assert len(entry.times) == 1


@pytest.mark.parametrize("name", ["Nora", "Mary Ann O'Connor", "May", "April Sunday Jones"])
def test_a_bare_name_stays_a_name(name):
    entry = read_quick_entry(name, TODAY)
    assert entry.name == entry.who == name
    assert not entry.fills_more


def test_two_times_and_what_cannot_be():
    entry = read_quick_entry("Nora, Thu after 2, not Fridays, follow-up", TODAY)
    first, second = entry.times
    assert first.readings[0].weekdays == {3}
    assert second.readings[0].excluded
    assert entry.about == ("follow-up",)


def test_what_could_mean_two_things_keeps_both_readings():
    entry = read_quick_entry("Nora Tue at 7", TODAY)
    assert entry.name == "Nora"
    assert len(entry.times[0].readings) == 2


def test_a_phone_number_finds_the_person_and_is_no_time():
    entry = read_quick_entry("Nora, (314) 555-0142, Tue", TODAY)
    assert entry.phone == "(314) 555-0142"
    assert entry.who == "Nora (314) 555-0142"
    assert len(entry.times) == 1
