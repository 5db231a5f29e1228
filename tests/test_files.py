"""Writing files: what is replaced, and what is left as it is."""

from pathlib import Path

import pytest

from policycheck.errors import PolicycheckError
from policycheck.files import replace_file


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664])
def test_a_file_keeps_its_mode(mode: int, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(b"old")
    file.chmod(mode)
    replace_file(file, [b"new"])
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == mode


def test_a_file_that_is_not_to_be_written_stays(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(b"old")
    file.chmod(0o400)
    with pytest.raises(PolicycheckError, match="unwritable"):
        replace_file(file, [b"new"])
    assert file.read_bytes() == b"old"
    assert file.stat().st_mode & 0o777 == 0o400
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]
