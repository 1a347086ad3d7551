"""What the log of a process tells of an error, and what it must not."""

import pytest

from data.log import LOG, where

PHONE = "13912345678"


def fail(phone: str) -> None:
    called = {"phone": phone}
    raise KeyError(called["phone"])


def caught(phone: str) -> Exception:
    try:
        try:
            fail(phone)
        except KeyError as error:
            raise ValueError(f"nobody answers {phone}") from error
    except ValueError as error:
        return error


def test_an_error_is_one_line_without_values(capfd: pytest.CaptureFixture[str]) -> None:
    try:
        fail(PHONE)
    except KeyError:
        LOG.exception("timer failed", timer="overdue")
    LOG.error("timer failed", exc_info=caught(PHONE))
    out, err = capfd.readouterr()
    assert out == ""  # commands print what they found there
    plain, chained = err.splitlines()
    assert PHONE not in err
    assert 'level=error event="timer failed" timer=overdue kind=KeyError' in plain
    assert plain.count("test_log.py:") == 2
    assert "kind=ValueError" in chained
    assert "cause=KeyError" in chained


def test_a_line_stays_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    LOG.warning("store failed", error="no room\nlevel=info event=forged", where=where(caught("")))
    assert len(capfd.readouterr().err.splitlines()) == 1
