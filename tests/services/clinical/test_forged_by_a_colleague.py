"""A colleague who holds every key but the signer's forges a signed note: verify finds it."""

from dataclasses import replace
from typing import Any

from clinic_desktop.domain.clinical.signing import note_parts
from clinic_desktop.store import clinical_mapping as m
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import b64
from clinic_desktop.store.ring_data import clinical_proof, schedule_seal, write_ring
from clinic_desktop.store.sqlcipher import DataFile, open_connection, rows, run
from clinic_desktop.store.verify import verify_file


def test_a_note_forged_with_a_smuggled_signing_key_is_found(bench: Any) -> None:
    note_id = bench.signed()
    assert verify_file(bench.clinical.file_store) == []
    marcus = bench.unlocked["marcus"]
    public = marcus.signing_key.public()
    data = bench.ring.data
    smuggled = tuple(
        replace(u, former_signing=(*u.former_signing, b64(public))) if u.id == "dana" else u
        for u in data.users
    )
    data = replace(data, users=smuggled)
    proven = tuple(
        replace(u, clinical_proof=clinical_proof(data, u, bench.clinical_key))
        if u.id == "dana"
        else u
        for u in data.users
    )
    data = replace(data, users=proven)
    data = replace(data, schedule_seal=schedule_seal(data, bench.schedule_key))
    write_ring(bench.folder / "keyring.json", data)
    bench.ring._data = KeyRing.load(bench.folder / "keyring.json").data

    (seal,) = bench.clinical.reader().seals(note_id)
    changed = replace(bench.note(note_id), plan="Another plan")
    forged = replace(seal, parts=note_parts(changed), public_key=public)
    forged = replace(forged, signature=marcus.signing_key.sign(forged.message()))
    row = m.SEALS.to_row(forged)
    path = bench.folder / "clinical.db"
    db = open_connection(path, bench.clinical_key, file=DataFile.CLINICAL)
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    triggers = rows(db, f"{query} AND tbl_name IN ('notes', 'seals')")
    for trigger in triggers:
        run(db, f"DROP TRIGGER {trigger['name']}")
    run(db, "UPDATE notes SET plan = 'Another plan' WHERE id = ?", (note_id,))
    columns = ", ".join(f'"{column}" = ?' for column in row)
    run(db, f"UPDATE seals SET {columns} WHERE id = ?", (*row.values(), seal.id))
    for trigger in triggers:
        run(db, trigger["sql"])
    db.conn.close()

    found = verify_file(bench.clinical.file_store)
    assert {finding.what for finding in found} == {"row"}
    assert any(str(note_id) in finding.sentence for finding in found)
