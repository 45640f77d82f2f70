from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "zhiheng.office"
    label = "office"
