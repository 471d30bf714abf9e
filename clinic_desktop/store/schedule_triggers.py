"""Triggers of the schedule file: the search index keeps itself, and records stay as they are told.

The index is kept by triggers and not by the program, so that undo, import and restore cannot
leave it behind.
"""

from typing import Final


def _fold(expression: str) -> str:
    """Letters that the tokenizer does not fold to a base letter, and joined-up name parts."""
    for letter, plain in (
        ("ø", "o"), ("Ø", "o"), ("ł", "l"), ("Ł", "l"), ("đ", "d"), ("Đ", "d"), ("ð", "d"),
        ("ß", "ss"), ("æ", "ae"), ("Æ", "ae"), ("œ", "oe"), ("Œ", "oe"), ("ı", "i"),
    ):  # fmt: skip
        expression = f"replace({expression}, '{letter}', '{plain}')"
    return expression


def _joined(expression: str) -> str:
    """Name parts without the signs inside them, so that "oconnor" finds O'Connor."""
    for sign in ("''", "’", "-", "."):
        expression = f"replace({expression}, '{sign}', '')"
    return expression


_NAMES = _fold("p.first_name || ' ' || p.preferred_name || ' ' || p.last_name")
_STREETS = _fold("s.line || ' ' || s.area || ' ' || s.postcode")
_POSITIONS = " UNION ALL ".join(f"SELECT {k} AS k" for k in range(1, 14))


def _reindex(patient_id: str) -> str:
    """Statements that bring one patient's line of the search index up to date.

    A phone stands there with all its endings of three digits and more, so that a prefix query
    finds digits anywhere in it. Aliases and archived patients are left out.
    """
    return f"""
        INSERT INTO patient_search_key (patient_id)
            SELECT {patient_id} WHERE NOT EXISTS (
                SELECT 1 FROM patient_search_key WHERE patient_id = {patient_id});
        DELETE FROM patient_search WHERE rowid = (
            SELECT n FROM patient_search_key WHERE patient_id = {patient_id});
        INSERT INTO patient_search (rowid, names, phones, streets)
            SELECT key.n, {_NAMES} || ' ' || {_joined(_NAMES)},
                (SELECT group_concat(substr(d.digits, at.k), ' ')
                    FROM (SELECT replace(json_extract(value, '$.number'), '+', '') AS digits
                          FROM json_each(p.phones)) AS d, ({_POSITIONS}) AS at
                    WHERE length(d.digits) - at.k >= 2),
                (SELECT group_concat({_STREETS}, ' ') FROM sites AS s
                    WHERE s.patient_id = p.id AND s.active = 1)
            FROM patients AS p JOIN patient_search_key AS key ON key.patient_id = p.id
            WHERE p.id = {patient_id} AND p.merged_into IS NULL AND p.archived = 0;
    """


SEARCH_TRIGGERS: Final = {
    "patients_search_insert": f"""
        CREATE TRIGGER patients_search_insert AFTER INSERT ON patients BEGIN
            {_reindex("NEW.id")}
        END
    """,
    "patients_search_update": f"""
        CREATE TRIGGER patients_search_update AFTER UPDATE OF
            first_name, preferred_name, last_name, phones, merged_into, archived ON patients BEGIN
            {_reindex("NEW.id")}
        END
    """,
    "patients_search_delete": """
        CREATE TRIGGER patients_search_delete AFTER DELETE ON patients BEGIN
            DELETE FROM patient_search WHERE rowid = (
                SELECT n FROM patient_search_key WHERE patient_id = OLD.id);
            DELETE FROM patient_search_key WHERE patient_id = OLD.id;
        END
    """,
    "sites_search_insert": f"""
        CREATE TRIGGER sites_search_insert AFTER INSERT ON sites BEGIN
            {_reindex("NEW.patient_id")}
        END
    """,
    "sites_search_update": f"""
        CREATE TRIGGER sites_search_update AFTER UPDATE OF
            patient_id, line, area, postcode, active ON sites BEGIN
            {_reindex("OLD.patient_id")}
            {_reindex("NEW.patient_id")}
        END
    """,
    "sites_search_delete": f"""
        CREATE TRIGGER sites_search_delete AFTER DELETE ON sites BEGIN
            {_reindex("OLD.patient_id")}
        END
    """,
}

_NOT_UNDOING: Final = "(SELECT op_kind FROM op_context) IS NOT 'undo'"
"""Only taking back the operation that made a row may delete it; the journal keeps both."""


def _kept(table: str) -> str:
    return f"""
        CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} WHEN {_NOT_UNDOING} BEGIN
            SELECT RAISE(ABORT, '{table} are never deleted');
        END
    """


_TOLD = (
    "id", "visit_id", "window_start", "window_end", "zone", "practitioner_id",
    "told_to", "told_by", "told_at", "call_id", "replaces",
)  # fmt: skip

GUARD_TRIGGERS: Final = {
    "patients_kept": _kept("patients"),
    "visits_kept": _kept("visits"),
    "promises_kept": _kept("promises"),
    "calls_kept": _kept("calls"),
    "wait_list_kept": _kept("wait_list"),
    "messages_kept": _kept("messages"),
    "promises_as_told": f"""
        CREATE TRIGGER promises_as_told BEFORE UPDATE ON promises
        WHEN {" OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _TOLD)} BEGIN
            SELECT RAISE(ABORT, 'a promise stays as it was told');
        END
    """,
    # INSERT OR REPLACE and UPDATE OR REPLACE would throw the other current promise out unseen.
    "promises_one_current_insert": """
        CREATE TRIGGER promises_one_current_insert BEFORE INSERT ON promises
        WHEN NEW.current = 1 AND EXISTS (
            SELECT 1 FROM promises WHERE visit_id = NEW.visit_id AND current = 1) BEGIN
            SELECT RAISE(ABORT, 'a visit has one current promise');
        END
    """,
    "promises_one_current_update": """
        CREATE TRIGGER promises_one_current_update BEFORE UPDATE OF current ON promises
        WHEN NEW.current = 1 AND EXISTS (
            SELECT 1 FROM promises
            WHERE visit_id = NEW.visit_id AND current = 1 AND id <> NEW.id) BEGIN
            SELECT RAISE(ABORT, 'a visit has one current promise');
        END
    """,
}
