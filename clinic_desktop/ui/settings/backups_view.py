"""Settings > Backups: what is there, back up now, the folder, restore."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from clinic_desktop.domain.backup_ports import Backup
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.progress import Progress
from clinic_desktop.services.clinic_settings import save_clinic
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.confirm import Confirm
from clinic_desktop.ui.kit.parts import button, card, column, label, row, set_role
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView
from clinic_desktop.ui.kit.working import WorkingBar

_MB = 1e6


@dataclass(frozen=True, slots=True)
class _Found:
    clinic: Clinic
    backups: tuple[Backup, ...]


class BackupsView(QWidget):
    """Both files are backed up together, encrypted as they are."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._services = context.services
        self._backups: tuple[Backup, ...] = ()
        self._folder: Path | None = None
        owner = context.session.is_owner
        table = TextTable(context.theme, (_("Made"), _("Size"), _("State")))
        self.table = TextTableView(table, _("Backups"), "backup_list", stretch=2)
        self.table.chosen.connect(self._show_actions)
        self._none = label(_("No backup yet."), "muted", name="backup_none")
        self._told = label("", "error", wrap=True, name="backup_error")
        self._told.hide()
        self._now = button(_("Back up now"), kind="primary", name="backup_now", on_click=self._make)
        self._restore = button(_("Restore the chosen one"), kind="danger", name="backup_restore",
                               on_click=self._ask_restore)  # fmt: skip
        self._again = button(_("Log in again"), name="backup_log_in",
                             on_click=context.log_out)  # fmt: skip
        self._again.hide()
        self._where = label("", "small", wrap=True, name="backup_folder")
        choose = button(_("Choose a folder"), size="small", name="backup_choose",
                        on_click=self._on_choose)  # fmt: skip
        self._own = button(_("Use the clinic’s own"), kind="link", size="small",
                           name="backup_own", on_click=lambda: self.set_folder(None))  # fmt: skip
        if not owner:
            choose.hide()
        self._owner = owner
        self.working = WorkingBar(_("Backing up"), "backup", stoppable=False)
        about = label(
            _(
                "Both files are backed up after every 30 minutes of work and on quit, encrypted as "
                "they are. A backup opens with the passwords and recovery sheets of its day."
            ),
            "muted",
            wrap=True,
        )
        self.setLayout(
            column(
                row(label(_("Backups"), "title"), 1, self._now),
                about,
                card(
                    column(
                        label(_("Folder"), "strong"),
                        self._where,
                        row(choose, self._own, 1),
                        spacing=6,
                        margins=14,
                    )
                ),
                self.table,
                self._none,
                self.working,
                self._told,
                row(self._restore, self._again, 1),
                1,
                spacing=12,
            )
        )

    def reload(self) -> None:
        """List what is there."""
        backups, store = self._services.backups, self._services.store

        def work() -> _Found:
            clinic = store.reader().clinic()
            folder = Path(clinic.backup_folder) if clinic.backup_folder else None
            return _Found(clinic, tuple(backups.backups(folder)))

        self._context.operations.read(self, work, self._show, on_error=self._show_error)

    def set_folder(self, folder: Path | None) -> None:
        """Back up into another folder from the next backup on; None is the clinic's own."""
        store, session = self._services.store, self._context.session

        def work() -> Changes:
            clinic = store.reader().clinic()
            text = str(folder) if folder else ""
            return save_clinic(store, session, replace(clinic, backup_folder=text))

        def done(_changes: Changes) -> None:
            self.reload()

        self._tell("")
        self._context.operations.write(self, work, on_done=done, on_error=self._show_error)

    def restore(self, path: Path) -> None:
        """Put a backup in place, then ask for the log-in."""
        self._begin(_("Restoring"))
        operations, backups = self._context.operations, self._services.backups

        def work(progress: Progress) -> None:
            # The files are closed and replaced, so it runs in the thread that writes.
            operations.in_writer(lambda: backups.restore(path, progress))

        def done(_value: None) -> None:
            self._context.log_out()

        def failed(error: ClinicError) -> None:
            self._show_error(error)
            # The files may be closed already; logging in again opens whatever is in place.
            self._again.show()

        operations.job(self, work, done, on_progress=self.working.report, on_error=failed)

    def _show(self, found: _Found) -> None:
        self._backups = found.backups
        text = found.clinic.backup_folder
        self._folder = Path(text) if text else None
        self._where.setText(text or _("The clinic’s own folder, on this machine"))
        self._own.setVisible(bool(text) and self._owner)
        formats = self._context.formats
        rows: list[TextRow] = []
        for backup in found.backups:
            local = to_local(backup.at_utc, found.clinic.zone)
            made = f"{formats.day_with_year(local.date())}, {formats.clock_time(local)}"
            size = _("{n} MB").format(n=f"{max(backup.size_bytes, 50_000) / _MB:.1f}")
            rows.append(
                TextRow(
                    key=str(backup.path),
                    cells=(made, size, backup.problem or _("Both files")),
                    warn_column=2 if backup.problem else None,
                )
            )
        self.table.show_rows(rows)
        self.table.fit_rows(most=6)
        self.table.setVisible(bool(rows))
        self._none.setVisible(not rows)
        self._show_actions()

    def _show_actions(self, _row: int = 0) -> None:
        chosen = self._chosen()
        self._restore.setVisible(chosen is not None and not chosen.problem)

    def _chosen(self) -> Backup | None:
        at = self.table.row()
        return self._backups[at] if 0 <= at < len(self._backups) else None

    def _make(self) -> None:
        session, backups, folder = self._context.session, self._services.backups, self._folder
        self._begin(_("Backing up"))

        def done(_backup: Backup) -> None:
            self._rest()
            self._tell(_("Backed up."), error=False)
            self.reload()

        self._context.operations.job(
            self,
            lambda progress: backups.make(session, folder, progress),
            done,
            on_progress=self.working.report,
            on_error=self._show_error,
        )

    def _ask_restore(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        newer = self._backups.index(chosen)
        made = self.table.model().index(newer, 0).data()
        lost = _("The present files are moved aside and kept; nothing is deleted.")
        if newer:
            lost += " " + ngettext(
                "{n} newer backup is there.", "{n} newer backups are there.", newer
            ).format(n=newer)
        Confirm(
            self._context.theme,
            _("Restore the backup of {when}?").format(when=made),
            _("The clinic goes back to that moment. {lost} You log in again afterwards.").format(
                lost=lost
            ),
            _("Restore"),
            lambda: self.restore(chosen.path),
            warning=(
                _("What was entered since is not in it"),
                _("Visits, notes and patients entered after it have to be entered again."),
            ),
            parent=self,
        ).open()

    def _on_choose(self) -> None:
        path = QFileDialog.getExistingDirectory(self, _("Folder for backups"))
        if path:
            self.set_folder(Path(path))

    def _begin(self, words: str) -> None:
        self._tell("")
        self._again.hide()
        for part in (self._now, self._restore):
            part.setEnabled(False)
        self.working.begin(words)

    def _rest(self) -> None:
        self.working.end()
        for part in (self._now, self._restore):
            part.setEnabled(True)

    def _show_error(self, error: ClinicError) -> None:
        self._rest()
        self._tell(str(error))

    def _tell(self, sentence: str, *, error: bool = True) -> None:
        self._told.setText(sentence)
        set_role(self._told, "error" if error else "small")
        self._told.setVisible(bool(sentence))
