from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "zhiheng.complaints"
    label = "complaints"
