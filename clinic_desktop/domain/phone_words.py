"""The clinic's own sentences filled in, and the links that a person's own programs open."""

from urllib.parse import quote

PLACES = ("name", "clinic", "day", "window", "phone")
"""What a sentence of the clinic's may have filled in; nothing about the treatment is among it."""


def filled(template: str, **values: str) -> str:
    """A template with its places filled in; other braces stay as they are.

    Args:
        template: the clinic's sentence, with ``{name}`` and the like.
        values: a text for each place.
    """
    text = template
    for place in PLACES:
        text = text.replace(f"{{{place}}}", values.get(place, ""))
    return " ".join(text.split())


def sms_link(number: str, text: str) -> str:
    """What opens the person's own program for texts, with the words in it (RFC 5724).

    Args:
        number: in E.164 form.
        text: the words.
    """
    return f"sms:{quote(number, safe='+')}?body={quote(text, safe='')}"


def mail_link(address: str, subject: str, text: str) -> str:
    """What opens the person's own mail program, with the words in it (RFC 6068)."""
    return (
        f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}"
        f"&body={quote(text, safe='')}"
    )
