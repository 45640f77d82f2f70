"""Who delivers which rows in which file on which day: the city's years of reporting."""

from __future__ import annotations

from zhiheng.sample_city import firm_deliveries as firms
from zhiheng.sample_city import inspection_deliveries as inspections
from zhiheng.sample_city import service_deliveries as services
from zhiheng.sample_city.city import City
from zhiheng.sample_city.delivery import Delivery, as_text_if_long

SOURCES = (
    firms.register,
    inspections.food,
    inspections.farm,
    inspections.drugs,
    inspections.goods,
    inspections.materials,
    inspections.visits,
    services.complaints,
    services.satisfaction,
    services.projects,
    services.roads,
    services.waterworks,
    firms.penalties,
    firms.certificates,
    firms.quality_costs,
    firms.city_figures,
    firms.district_figures,
)


def deliveries(city: City) -> list[Delivery]:
    """All deliveries in the order of their days."""
    found = [delivery for source in SOURCES for delivery in source(city)]
    filled = [as_text_if_long(d) for d in found if d.rows.height]
    return sorted(filled, key=lambda d: d.delivered_on)
