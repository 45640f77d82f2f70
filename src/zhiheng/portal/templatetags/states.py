"""States as templates show them."""

from __future__ import annotations

from django import template

from zhiheng.portal.tables import objection, release_state

register = template.Library()
register.filter("objection_state", objection)
register.filter("release_state", release_state)
