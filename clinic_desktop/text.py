"""Text that a person reads: every layer takes its sentences through gettext."""

import gettext as _gettext

from clinic_desktop.resources import resources_root

_translations: _gettext.NullTranslations = _gettext.NullTranslations()


def use_language(language: str) -> None:
    """Switch to a language for which ``resources/locale`` has a catalogue; English otherwise."""
    global _translations
    _translations = _gettext.translation(
        "clinic_desktop", resources_root() / "locale", [language], fallback=True
    )


def _(message: str) -> str:
    """Translate one message."""
    return _translations.gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate a message that depends on a count."""
    return _translations.ngettext(singular, plural, n)
