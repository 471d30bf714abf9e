"""The clinic's clinical data files: catalogue, templates and consent texts, read once."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clinic_desktop.domain.clinical.catalogue import Catalogue, read_catalogue
from clinic_desktop.domain.clinical.consent import ConsentText
from clinic_desktop.domain.clinical.data_reading import DataFault
from clinic_desktop.domain.clinical.template import Template, read_template
from clinic_desktop.domain.errors import NotFound
from clinic_desktop.resources import resource
from clinic_desktop.text import _

GENERAL: Final = "general"
NEEDLING: Final = "needling"
_CONSENT_FILE: Final = re.compile(r"consent-(?P<id>[a-z_]+)\.v(?P<version>\d+)\.md")
_LABEL_WORDS: Final = {"itbs": ("itb", "it band", "iliotibial"), "lateral_elbow": ("elbow",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalLibrary:
    """All versions of everything: an old record shows in the version it was made with."""

    catalogue: Catalogue
    templates: Mapping[tuple[str, int], Template]
    consent_texts: Mapping[tuple[str, int], ConsentText]

    def template(self, template_id: str, version: int | None = None) -> Template:
        """One version of a template, the newest by default. Raises ``NotFound``."""
        known = [v for name, v in self.templates if name == template_id]
        wanted = version if version is not None else max(known, default=0)
        found = self.templates.get((template_id, wanted))
        if found is None:
            raise NotFound(_("The form “{id}” is not installed.").format(id=template_id))
        return found

    def newest_templates(self) -> tuple[Template, ...]:
        """The newest version of each, the general one last."""
        ids = {name for name, _version in self.templates}
        found = [self.template(name) for name in ids]
        return tuple(sorted(found, key=lambda t: (t.id == GENERAL, t.name)))

    def template_for(self, course_label: str) -> Template:
        """The form that fits a course's label, the general one if none does."""
        label = course_label.casefold()
        for template_id, words in _LABEL_WORDS.items():
            if any(word in label for word in words):
                return self.template(template_id)
        return self.template(GENERAL)

    def consent_text(self, text_id: str = NEEDLING, version: int | None = None) -> ConsentText:
        """One version of a consent text, the newest by default. Raises ``NotFound``."""
        known = [v for name, v in self.consent_texts if name == text_id]
        wanted = version if version is not None else max(known, default=0)
        found = self.consent_texts.get((text_id, wanted))
        if found is None:
            raise NotFound(_("That consent text is not installed."))
        return found


def load_library(folder: Path | None = None) -> ClinicalLibrary:
    """Read the data files.

    Args:
        folder: another folder than the one shipped.

    Raises:
        DataFault: a file breaks a rule; the sentence names file and entry.
    """
    root = folder or resource("clinical")
    templates = [read_template(_parsed(path)) for path in sorted(root.glob("template-*.v*.json"))]
    texts: list[ConsentText] = []
    for path in sorted(root.glob("consent-*.md")):
        named = _CONSENT_FILE.fullmatch(path.name)
        if named is not None:
            texts.append(
                ConsentText(
                    id=named["id"],
                    version=int(named["version"]),
                    body=path.read_text(encoding="utf-8"),
                )
            )
    return ClinicalLibrary(
        catalogue=read_catalogue(_parsed(root / "catalogue.json")),
        templates={(template.id, template.version): template for template in templates},
        consent_texts={(text.id, text.version): text for text in texts},
    )


def _parsed(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataFault(
            _("{file}, line {line}: this is not readable as JSON.").format(
                file=path.name, line=error.lineno
            )
        ) from error
