"""The administrator's pages over HTTP: every register and form in both languages, nothing beyond one's area."""

import pytest

from api.pages.admin_fields import FIELD_WORDS, fields_of
from api.pages.admin_registers import REGISTERS
from grid.account import Account
from tests.conftest import Site


def test_every_field_that_a_form_takes_has_a_name_for_people() -> None:
    for register in REGISTERS:
        for form in filter(None, (register.new, register.change)):
            shown = fields_of(form, {}, frozenset())
            assert {field.name for field in shown} <= set(FIELD_WORDS), register.name
            assert set(form.model_fields) - {field.name for field in shown} <= {"phones"}, register.name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_register_is_listed_and_its_records_are_shown(sqlite_site: Site, lang: str) -> None:
    site = sqlite_site
    assert site.call("admin", "GET", f"/admin?lang={lang}").status_code == 200
    for register in REGISTERS:
        listed = site.call("admin", "GET", f"/admin/{register.name}?lang={lang}")
        assert listed.status_code == 200, register.name
        if register.new:
            assert site.call("admin", "GET", f"/admin/{register.name}/new?lang={lang}").status_code == 200
    for path in (
        "residents/R000001",
        "workers/" + site.worker(),
        f"cells/{min(site.world.city.cells)}",
        "accounts/admin",
    ):
        assert site.call("admin", "GET", f"/admin/{path}?lang={lang}").status_code == 200, path
    assert site.call("admin", "GET", f"/admin/imports?lang={lang}").status_code == 200


def test_nobody_else_enters_and_nothing_elsewhere_shows(sqlite_site: Site) -> None:
    site = sqlite_site
    streets = sorted(a.code for a in site.world.city.areas.values() if a.level == "street")
    site.enrol(Account(user="street", name="街道管理员", role="admin", area=streets[0]))
    scheme = site.world.scheme
    away = next(p for p in site.world.city.providers.values() if not scheme.contains(streets[0], p.area))
    cell = next(code for code in site.world.city.cells if not scheme.contains(streets[0], code))
    for path in (f"providers/{away.no}", f"cells/{cell}", "accounts/admin", "nothing", "providers/P9"):
        answer = site.call("street", "GET", f"/admin/{path}")
        assert answer.status_code == 404, path
        assert "您的范围里没有这条登记" in answer.text
    assert cell not in site.call("street", "GET", "/admin/cells").text
    assert site.call("street", "GET", "/admin/imports").status_code == 404
    shut = site.call("dispatcher", "GET", "/admin/providers", follow_redirects=False)
    assert shut.status_code == 303


def test_a_mask_is_told_beside_the_field_and_never_in_it(sqlite_site: Site) -> None:
    text = sqlite_site.call("admin", "GET", "/admin/residents/R000001").text
    (phone,) = [line for line in text.splitlines() if 'id="f-phone"' in line]
    assert 'value=""' in phone
    assert "现在：" in text
