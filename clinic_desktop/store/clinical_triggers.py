"""Triggers of the clinical file: what is signed stays as it is, and the outbox keeps itself.

The tables that hold signed rows have no rowid, because ``INSERT OR REPLACE`` over a rowid would
take another row out unseen where recursive triggers are off.
"""

from typing import Final

NOTE_CHILDREN: Final = ("needle_passes", "test_results", "adverse_events")
_NOT_UNDOING: Final = "(SELECT op_kind FROM op_context) IS NOT 'undo'"


def _refusal(name: str, event: str, table: str, when: str, why: str) -> tuple[str, str]:
    return name, (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when}"
        f" BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


def _signed(note_id: str) -> str:
    return f"EXISTS (SELECT 1 FROM notes WHERE id = {note_id} AND state = 'signed')"


def _never_again(table: str, why: str) -> tuple[tuple[str, str], ...]:
    return (
        _refusal(f"{table}_no_update", "UPDATE", table, "1", why),
        _refusal(f"{table}_no_delete", "DELETE", table, "1", why),
    )


def _child_guards(table: str) -> tuple[tuple[str, str], ...]:
    why = "what belongs to a signed note never changes"
    return (
        _refusal(f"{table}_signed_insert", "INSERT", table, _signed("NEW.note_id"), why),
        _refusal(
            f"{table}_signed_update",
            "UPDATE",
            table,
            f"{_signed('OLD.note_id')} OR {_signed('NEW.note_id')}",
            why,
        ),
        _refusal(f"{table}_signed_delete", "DELETE", table, _signed("OLD.note_id"), why),
    )


_CONSENT_AS_SIGNED = (
    "id", "patient_id", "episode_id", "procedure", "text_id", "text_version", "text_sha256",
    "risks", "regions", "signer", "relation", "signature_sha256", "signed_at", "taken_by",
    "on_paper",
)  # fmt: skip

GUARD_TRIGGERS: Final = dict(
    (
        _refusal(
            "notes_signed_update",
            "UPDATE",
            "notes",
            "OLD.state = 'signed'",
            "a signed note never changes",
        ),
        _refusal(
            "notes_signed_insert",
            "INSERT",
            "notes",
            "NEW.state = 'signed' OR EXISTS (SELECT 1 FROM notes WHERE id = NEW.id)",
            "a note begins as a draft and is never replaced",
        ),
        _refusal(
            "notes_kept",
            "DELETE",
            "notes",
            f"OLD.state = 'signed' OR {_NOT_UNDOING}",
            "notes are never deleted",
        ),
        *(guard for table in NOTE_CHILDREN for guard in _child_guards(table)),
        _refusal(
            "amendments_of_signed",
            "INSERT",
            "amendments",
            f"NOT {_signed('NEW.note_id')}",
            "only a signed note is amended",
        ),
        *_never_again("amendments", "an amendment never changes"),
        *_never_again("seals", "a signature never changes"),
        *_never_again("blobs", "a kept file never changes"),
        _refusal(
            "consents_as_signed",
            "UPDATE",
            "consents",
            "OLD.withdrawn_at IS NOT NULL OR "
            + " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in _CONSENT_AS_SIGNED),
            "a consent stays as it was signed",
        ),
        _refusal("consents_kept", "DELETE", "consents", "1", "consents are never deleted"),
        _refusal("intakes_kept", "DELETE", "intakes", _NOT_UNDOING, "intakes are never deleted"),
        _refusal("episodes_kept", "DELETE", "episodes", _NOT_UNDOING, "episodes are never deleted"),
    )
)


def _owed(table: str, event: str, patient: str) -> tuple[str, str]:
    """A write owes the schedule file the patient's flags; undo and redo owe them as well."""
    name = f"{table}_outbox_{event.lower()}"
    return (
        name,
        f"""
        CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN
            INSERT INTO outbox (operation_id, name, actor, patient_id, action, table_name, row_id,
                at_utc)
            SELECT op_id, op_name, actor, {patient}, '', '', '', at_utc FROM op_context
            WHERE {patient} IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM outbox AS owed WHERE owed.operation_id = op_context.op_id
                AND owed.patient_id = {patient} AND owed.action = '');
        END
    """,
    )


def _owed_by(table: str, patient_of: str) -> dict[str, str]:
    return dict(
        (
            _owed(table, "INSERT", patient_of.format(side="NEW")),
            _owed(table, "UPDATE", patient_of.format(side="NEW")),
            _owed(table, "DELETE", patient_of.format(side="OLD")),
        )
    )


OUTBOX_TRIGGERS: Final = {
    **_owed_by("episodes", "{side}.patient_id"),
    **_owed_by("intakes", "{side}.patient_id"),
    **_owed_by("consents", "{side}.patient_id"),
    **_owed_by("notes", "{side}.patient_id"),
    **_owed_by("screening_answers", "(SELECT patient_id FROM intakes WHERE id = {side}.intake_id)"),
}
