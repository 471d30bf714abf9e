"""States of the US by their two letters, for addresses typed either way."""

from typing import Final

_NAMES: Final = (
    "Alabama AL|Alaska AK|Arizona AZ|Arkansas AR|California CA|Colorado CO|Connecticut CT|"
    "Delaware DE|District of Columbia DC|Florida FL|Georgia GA|Hawaii HI|Idaho ID|Illinois IL|"
    "Indiana IN|Iowa IA|Kansas KS|Kentucky KY|Louisiana LA|Maine ME|Maryland MD|"
    "Massachusetts MA|Michigan MI|Minnesota MN|Mississippi MS|Missouri MO|Montana MT|Nebraska NE|"
    "Nevada NV|New Hampshire NH|New Jersey NJ|New Mexico NM|New York NY|North Carolina NC|"
    "North Dakota ND|Ohio OH|Oklahoma OK|Oregon OR|Pennsylvania PA|Rhode Island RI|"
    "South Carolina SC|South Dakota SD|Tennessee TN|Texas TX|Utah UT|Vermont VT|Virginia VA|"
    "Washington WA|West Virginia WV|Wisconsin WI|Wyoming WY"
)
_LETTERS: Final = {
    name.casefold(): letters
    for name, _space, letters in (entry.rpartition(" ") for entry in _NAMES.split("|"))
}
US_STATES: Final = tuple(_LETTERS.values())
"""The two letters of every state, by name."""


def state_letters(typed: str) -> str:
    """``il``, ``IL.`` and ``Illinois`` as ``IL``; anything else in capitals as it is."""
    plain = " ".join(typed.replace(".", "").split())
    return _LETTERS.get(plain.casefold(), plain.upper())
