"""Figures of departments for the competitiveness index: every component at the middle of its
anchors (shares as fractions)."""

from __future__ import annotations

FILED = {
    "reported_grade_rate": 0.90,
    "reported_microelectronic_share": 0.30,
    "reported_export_goods_pass_rate": 0.95,
    "reported_research_share": 0.025,
    "reported_renewal_share": 0.025,
    "reported_patents": 0.5,
    "reported_new_product_share": 0.20,
    "reported_mean_sales": 10.0,
    "reported_export_sales_share": 0.25,
}
