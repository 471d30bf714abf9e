"""The command line: what can be typed, and what it means."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clinic_desktop import __version__
from clinic_desktop.text import _

THEMES: Final = ("light", "dark", "light-contrast", "dark-contrast")
SCALES: Final = (100, 150, 200)
STATES: Final = ("normal", "empty", "busy", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The parsed command line; ``verb`` is "" for opening the app."""

    verb: str
    data: Path | None = None
    region: Path | None = None
    screenshots: Path | None = None
    size: tuple[int, int] = (1440, 900)
    theme: str = ""
    scale: int = 100
    state: str = "normal"
    seed: int = 7
    path: Path | None = None
    action: str = ""
    user: str = ""
    sheet: str = ""
    out: Path | None = None
    seconds: float = 10.0


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(_("a size looks like 1440x900")) from None
    if width < 640 or height < 360:
        raise argparse.ArgumentTypeError(_("the smallest size is 640x360"))
    return width, height


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("a number of seconds is needed")) from None
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(_("more than 0 and at most 86400 seconds"))
    return seconds


def build_parser() -> argparse.ArgumentParser:
    """The parser of every verb."""
    parser = argparse.ArgumentParser(
        prog="clinic-desktop",
        description=_(
            "Calendars, in-home visit routes and encrypted intake notes for a mobile clinic."
        ),
    )
    parser.add_argument("--version", action="version", version=f"clinic-desktop {__version__}")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help=_("the clinic's folder (default: your platform's)")
    )
    verbs = parser.add_subparsers(dest="verb", metavar=_("verb"))

    demo = verbs.add_parser("demo", help=_("open the demo clinic in a fresh temporary folder"))
    demo.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    demo.add_argument(
        "--region", type=Path, metavar="FILE", help=_("a .osm.pbf whose roads the demo uses")
    )
    demo.add_argument(
        "--screenshots",
        type=Path,
        metavar="DIR",
        help=_("render every screen into DIR, without a display, and exit"),
    )
    demo.add_argument("--size", type=_size, default=(1440, 900), metavar="WxH")
    demo.add_argument("--theme", choices=THEMES, default="")
    demo.add_argument("--scale", type=int, choices=SCALES, default=100)
    demo.add_argument("--state", choices=STATES, default="normal")
    demo.add_argument("--seed", type=int, default=7, metavar="N")

    roads = verbs.add_parser("roads", help=_("the road region of the clinic's folder"))
    roads.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
    actions = roads.add_subparsers(dest="action", required=True, metavar=_("action"))
    add = actions.add_parser("add", help=_("build the region from an OpenStreetMap extract"))
    add.add_argument("path", type=Path, metavar="FILE.osm.pbf")
    actions.add_parser("status", help=_("say what region is there"))

    def with_user(name: str, text: str) -> argparse.ArgumentParser:
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS)
        verb.add_argument("--user", default="", metavar="LOGIN", help=_("who you log in as"))
        return verb

    verify = with_user("verify", _("check both files: pages, triggers, chains, signatures"))
    verify.add_argument(
        "--sheet", default="", metavar="CODE", help=_("hold them against a printed sheet’s foot")
    )
    backup = with_user("backup", _("back both files up now"))
    backup.add_argument("path", type=Path, nargs="?", metavar="DIR")
    restore = with_user("restore", _("bring a backup's pair of files back"))
    restore.add_argument("path", type=Path, metavar="BACKUP")
    plan = verbs.add_parser("plan", help=_("plan an instance of the open format"))
    plan.add_argument("path", type=Path, metavar="INSTANCE.json")
    plan.add_argument("--out", type=Path, required=True, metavar="PLAN.json")
    plan.add_argument(
        "--seconds", type=_seconds, default=10.0, metavar="S", help=_("how long it may take")
    )
    plan.add_argument("--seed", type=int, default=0, metavar="N")
    importer = with_user("import", _("bring patients in from a file"))
    importer.add_argument("action", choices=("patients",))
    importer.add_argument("path", type=Path, metavar="FILE.csv")
    return parser


def parse_arguments(argv: list[str]) -> Arguments:
    """Parse the words after the program's name; exits with a usage line where they are off."""
    found = vars(build_parser().parse_args(argv))
    return Arguments(
        verb=found.get("verb") or "",
        data=found.get("data"),
        region=found.get("region"),
        screenshots=found.get("screenshots"),
        size=found.get("size") or (1440, 900),
        theme=found.get("theme") or "",
        scale=found.get("scale") or 100,
        state=found.get("state") or "normal",
        seed=int(found.get("seed", 7)),
        path=found.get("path"),
        action=found.get("action") or "",
        user=found.get("user") or "",
        sheet=found.get("sheet") or "",
        out=found.get("out"),
        seconds=float(found.get("seconds", 10.0)),
    )
