"""The program's entry: ``clinic-desktop`` and ``python -m clinic_desktop``."""

import sys

from clinic_desktop.cli.arguments import parse_arguments


def main(argv: list[str] | None = None) -> int:
    """Run the program.

    Args:
        argv: the words after the program's name; None takes them from the command line.

    Returns:
        The exit code: 0 all right, 1 an expected failure (told in a sentence), 2 wrong usage.
    """
    arguments = parse_arguments(sys.argv[1:] if argv is None else argv)
    # Qt and the rest are imported only where they are needed, so that a verb starts at once.
    if arguments.verb == "":
        from clinic_desktop.composition.start import start_app

        return start_app(arguments)
    if arguments.verb == "demo":
        from clinic_desktop.composition.start import start_demo

        return start_demo(arguments)
    from clinic_desktop.composition.verbs import run_verb

    return run_verb(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
