"""Links for the person's own programs, and sentences that carry nothing about the treatment."""

from urllib.parse import parse_qs, urlsplit

from clinic_desktop.domain.phone_rules import USUAL_CHANGE, USUAL_REMINDER
from clinic_desktop.domain.phone_words import PLACES, filled, mail_link, sms_link


def test_a_sentence_is_filled_in_and_other_braces_stay():
    made = filled("Hello {name}, {day} {x}", name="Nora & Co", day="Tue")
    assert made == "Hello Nora & Co, Tue {x}"


def test_the_usual_sentences_use_only_known_places_and_no_clinical_word():
    for template in (USUAL_REMINDER, USUAL_CHANGE):
        made = filled(template, **dict.fromkeys(PLACES, "-"))
        assert "{" not in made
        for word in ("needl", "pain", "session", "treat", "therap", "evaluation"):
            assert word not in template.casefold()


def test_links_carry_every_letter_of_the_words():
    words = "Tue 9:30–10 AM & later? 100%"
    text = urlsplit(sms_link("+13145550142", words))
    assert (text.scheme, text.path) == ("sms", "+13145550142")
    assert parse_qs(text.query)["body"] == [words]
    mail = urlsplit(mail_link("nora@example.org", "Your appointment", words))
    assert (mail.scheme, mail.path) == ("mailto", "nora@example.org")
    assert parse_qs(mail.query) == {"subject": ["Your appointment"], "body": [words]}
