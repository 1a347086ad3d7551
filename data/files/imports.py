"""What can be taken in from files: areas, cells, residents, providers, tickets, visits, devices."""

from data.files.areas import area_key, take_area, take_cell
from data.files.care import take_device, take_visit
from data.files.fields import Fields, Import
from data.files.registers import take_provider, take_resident
from data.files.tickets import take_ticket


def _by_number(fields: Fields) -> str:
    return fields.text("no", needed=True)


IMPORTS = {
    each.name: each
    for each in (
        Import(name="areas", key=area_key, take=take_area),
        Import(name="cells", key=area_key, take=take_cell),
        Import(name="residents", key=_by_number, take=take_resident),
        Import(name="providers", key=_by_number, take=take_provider),
        Import(name="tickets", key=_by_number, take=take_ticket),
        Import(name="visits", key=_by_number, take=take_visit),
        Import(name="devices", key=_by_number, take=take_device),
    )
}
