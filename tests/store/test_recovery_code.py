import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.store.recovery_code import ALPHABET, SECRET_BYTES, code_of, read_code
from clinic_desktop.store.sqlcipher import DataFile

secrets = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)
files = st.sampled_from(list(DataFile))


@given(file=files, secret=secrets)
def test_a_code_is_read_as_it_was_printed_however_it_is_typed(file, secret) -> None:
    code = code_of(file, secret)
    assert [len(group) for group in code.split("-")] == [4] * 9
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("0", "o")):
        assert read_code(typed) == (file, secret)
    assert read_code(code.replace("1", "l").replace("-", "")) == (file, secret)


@given(file=files, secret=secrets, place=st.integers(0, 35), letter=st.sampled_from(ALPHABET))
def test_one_wrong_letter_gives_no_other_secret(file, secret, place, letter) -> None:
    letters = code_of(file, secret).replace("-", "")
    wrong = letters[:place] + letter + letters[place + 1 :]
    if wrong != letters:
        # One chance in a million: a check that fits by accident would still open nothing.
        with pytest.raises(PermissionRefused, match="typing error"):
            read_code(wrong)


@pytest.mark.parametrize("typed", ["", "ABCD", "U" * 36, "ä" * 36, "0" * 37])
def test_half_a_code_is_refused(typed) -> None:
    with pytest.raises(PermissionRefused, match="not a whole recovery code"):
        read_code(typed)
