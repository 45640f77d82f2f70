from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    name = "zhiheng.subjects"
    label = "subjects"
