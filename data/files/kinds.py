"""What can be taken in from files: areas, cells, residents, providers, tickets, visits, devices."""

from data.files.areas import area_key, take_area, take_cell
from data.files.care import take_device, take_visit
from data.files.fields import Fields, Kind
from data.files.registers import take_provider, take_resident
from data.files.tickets import take_ticket


def _by_number(fields: Fields) -> str:
    return fields.text("no", needed=True)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(name="areas", key=area_key, take=take_area),
        Kind(name="cells", key=area_key, take=take_cell),
        Kind(name="residents", key=_by_number, take=take_resident),
        Kind(name="providers", key=_by_number, take=take_provider),
        Kind(name="tickets", key=_by_number, take=take_ticket),
        Kind(name="visits", key=_by_number, take=take_visit),
        Kind(name="devices", key=_by_number, take=take_device),
    )
}
