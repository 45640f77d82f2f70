from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "zhiheng.portal"
    label = "portal"
