"""An order to a place that no street leads to is kept, whatever the door; nobody is proposed, and that is said."""

import pytest

from data.city.city import City
from geo.errors import NoStreetError
from geo.place import LonLat
from tests.conftest import NOW, Site

CALLER = {"name": "许先生", "phone": "0571-88881949"}


def no_street(city: City) -> dict[str, float]:
    """Find a place of the district that lies beyond water, a railway or too far from every street."""
    box = city.district.box
    for row in range(60):
        for column in range(60):
            place = LonLat(
                box.west + (box.east - box.west) * column / 60, box.south + (box.north - box.south) * row / 60
            )
            try:
                city.locate(place)
                city.engine.route(city.item("SV-E15"), city.provider(1), place, city.catalogue.local(NOW))
            except NoStreetError:
                return {"lon": round(place.lon, 6), "lat": round(place.lat, 6)}
            except ValueError:
                continue
    pytest.fail("every place of the district has a street")


def test_an_order_is_kept_where_no_street_leads(site: Site) -> None:
    place = no_street(site.world.city)
    order = site.post(
        "dispatcher", "/api/v1/orders", 201, item="SV-E15", channel="phone", contact=CALLER, **place
    )
    assert order["state"] == "placed"
    refused = site.call("dispatcher", "GET", f"/api/v1/orders/{order['no']}/candidates")
    assert refused.status_code == 422
    assert "street" in refused.json()["detail"]
    taken = site.post("dispatcher", "/api/v1/intake", 201, words="想剪头发", caller=CALLER, **place)
    assert taken["item"] == "SV-E15"
    checked = site.post("dispatcher", "/api/v1/intake/check", words="想剪头发", caller=CALLER, **place)
    assert (checked["offers"], checked["unmet_cause"]) == ([], "too_far")
    assert site.client.get(f"/follow/{order['no']}").status_code == 200
