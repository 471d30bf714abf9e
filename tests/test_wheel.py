"""The wheel carries the resources, and the program starts from it."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, ROOT],
        check=True,
        capture_output=True,
    )
    return next(target.glob("*.whl"))


@pytest.mark.wheel
def test_the_wheel_carries_every_resource(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    wanted = {
        f"clinic_desktop/_resources/{path.relative_to(ROOT / 'resources').as_posix()}"
        for path in (ROOT / "resources").rglob("*")
        if path.is_file()
    }
    assert wanted
    assert wanted <= packed


@pytest.mark.wheel
def test_the_program_starts_from_the_installed_wheel(wheel, tmp_path):
    environment = tmp_path / "clean"
    venv.create(environment, with_pip=True)
    python = environment / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel],
        check=True,
        capture_output=True,
    )
    # The libraries are taken from this environment by path; a path entry does not follow this
    # environment's own editable install, so the program itself can only come from the wheel.
    packages = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    found = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    (Path(found) / "libraries.pth").write_text(f"{packages}\n")
    probe = (
        "import clinic_desktop, clinic_desktop.__main__ as m\n"
        "from clinic_desktop.resources import resource\n"
        "assert '_resources' in str(resource('tokens', 'tokens.json')), resource('tokens')\n"
        "assert resource('fonts', 'InterVariable.ttf').is_file()\n"
        "m.main(['--version'])\n"
    )
    run = subprocess.run(
        [python, "-c", probe], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "clinic-desktop 0.1.0" in run.stdout
