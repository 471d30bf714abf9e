"""Settings > Backups: what is there, back up now, restore."""

from pathlib import Path

from PySide6.QtWidgets import QListWidget, QMessageBox, QProgressBar, QWidget

from clinic_desktop.domain.backup_ports import Backup
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button, column, label, row


class BackupsSection(QWidget):
    """Both files are backed up together, encrypted as they are."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._backups: list[Backup] = []
        self._list = QListWidget()
        self._list.setObjectName("backup_list")
        self._list.setAccessibleName(_("Backups"))
        self._error = label("", "error", wrap=True, name="backup_error")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.hide()
        now = button(_("Back up now"), kind="primary", name="backup_now", on_click=self._on_now)
        again = button(_("Restore the chosen one ..."), name="backup_restore",
                       on_click=self._on_restore)  # fmt: skip
        self.setLayout(
            column(
                label(_("Backups"), "title"),
                label(
                    _(
                        "Both files are backed up every 30 minutes of work and on quit. A backup "
                        "is encrypted like the files; it opens with the passwords and recovery "
                        "sheets of its day."
                    ),
                    "muted",
                    wrap=True,
                ),
                self._list,
                self._error,
                self._progress,
                row(now, again, 1),
                spacing=12,
            )
        )

    def reload(self) -> None:
        """List what is there."""
        backups = self._context.services.backups
        self._context.operations.read(self, lambda: backups.backups(), self._show)

    def _show(self, backups: list[Backup]) -> None:
        self._backups = backups
        self._list.clear()
        clinic = self._context.services.clinic
        formats = Formats.of(clinic)
        for backup in backups:
            local = to_local(backup.at_utc, clinic.zone)
            size = backup.size_bytes / 1e6
            when = f"{formats.day_with_year(local.date())}, {formats.clock_time(local)}"
            self._list.addItem(f"{when}   {size:.1f} MB   {backup.problem}".rstrip())
        if backups:
            self._list.setCurrentRow(0)
        else:
            self._list.addItem(_("No backup yet"))

    def _on_now(self) -> None:
        services = self._context.services
        self._error.setText("")
        self._progress.show()

        def done(_backup: Backup) -> None:
            self._progress.hide()
            self.reload()

        self._context.operations.job(
            self,
            lambda progress: services.backups.make(services.session, self._folder(), progress),
            done,
            on_progress=self._on_progress,
            on_error=self._show_error,
        )

    def _on_restore(self) -> None:
        index = self._list.currentRow()
        if not 0 <= index < len(self._backups):
            self._error.setText(_("Choose a backup first."))
            return
        chosen = self._backups[index]
        answer = QMessageBox.question(
            self,
            _("Restore a backup"),
            _(
                "The clinic goes back to this backup; what was entered since is moved aside with "
                "the present files and kept, not deleted. You log in again afterwards. Restore?"
            ),
        )
        if answer is QMessageBox.StandardButton.Yes:
            self.restore(chosen.path)

    def restore(self, path: Path) -> None:
        """Put a backup in place, then ask for the log-in."""
        services = self._context.services

        def done(_value: None) -> None:
            self._context.log_out()

        # The files are closed for it, so it belongs to the thread that writes.
        self._context.operations.write_value(
            self,
            lambda: services.backups.restore(path, SilentProgress()),
            done,
            on_error=self._show_error,
        )

    def _folder(self) -> Path | None:
        chosen = self._context.services.clinic.backup_folder
        return Path(chosen) if chosen else None

    def _on_progress(self, fraction: float, _message: str) -> None:
        self._progress.setValue(round(100 * fraction))

    def _show_error(self, error: ClinicError) -> None:
        self._progress.hide()
        self._error.setText(str(error))
