"""What an import would do, in counts and rows."""

from clinic_desktop.domain.patient_import import Found, ImportPreview, PreviewRow, RowTrouble
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.kit.text_table import TextRow


def counts_words(preview: ImportPreview) -> str:
    """``12 new patients, 3 here already, 1 line cannot be taken``."""
    new = len(preview.new_rows)
    known = len(preview.rows) - new
    words = [ngettext("{n} new patient", "{n} new patients", new).format(n=new)]
    if known:
        words.append(_("{n} here already").format(n=known))
    if preview.troubles:
        bad = len(preview.troubles)
        words.append(
            ngettext("{n} line cannot be taken", "{n} lines cannot be taken", bad).format(n=bad)
        )
    return ", ".join(words)


def preview_titles() -> tuple[str, ...]:
    """The columns of the preview."""
    return _("Line"), _("Patient"), _("Address"), _("What happens")


def preview_rows(preview: ImportPreview) -> list[TextRow]:
    """Lines that cannot be taken first, then those here already, then new ones."""
    rows = [
        TextRow(
            key=f"trouble{trouble.line}",
            cells=(str(trouble.line), trouble.name, "", _why(trouble)),
            warn_column=3,
        )
        for trouble in preview.troubles
    ]
    ordered = sorted(preview.rows, key=lambda row: (row.found is Found.NEW, row.draft.line))
    return rows + [_row(row) for row in ordered]


def _why(trouble: RowTrouble) -> str:
    """The sentence with what stands in the list, so that it is found and mended there."""
    if not trouble.value:
        return trouble.sentence
    return _("{why} It says “{value}”.").format(why=trouble.sentence, value=trouble.value)


def _row(row: PreviewRow) -> TextRow:
    draft = row.draft
    return TextRow(
        key=str(draft.line),
        cells=(
            str(draft.line),
            draft.patient.name,
            draft.address.one_line() if draft.address else "",
            _what(row),
        ),
        muted=row.found is not Found.NEW,
    )


def _what(row: PreviewRow) -> str:
    if row.earlier_line is not None:
        return _("Repeats line {n}: left out").format(n=row.earlier_line)
    return {
        Found.NEW: _("New"),
        Found.SAME_NUMBER: _("Here already: same number"),
        Found.SAME_NAME_AND_DOB: _("Here already: same name and birth date"),
        Found.SAME_NAME_AND_PHONE: _("Here already: same name and phone"),
        Found.SAME_NAME: _("Here already: same name, nothing else to tell them apart"),
    }[row.found]
