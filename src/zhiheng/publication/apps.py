from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "zhiheng.publication"
    label = "publication"
