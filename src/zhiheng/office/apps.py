from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "zhiheng.office"
    label = "office"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from zhiheng.office.sessions import note_begin

        user_logged_in.connect(note_begin, dispatch_uid="office.sessions")
