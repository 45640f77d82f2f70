from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "zhiheng.procedures"
    label = "procedures"

    def ready(self) -> None:
        from zhiheng.evidence import retention as evidence
        from zhiheng.evidence.generated import discover
        from zhiheng.office.working_calendar import calendar_loaded
        from zhiheng.procedures import retention
        from zhiheng.procedures.recording import follow_calendar

        discover()
        evidence.of_rooms.append(retention.apply)
        calendar_loaded.connect(follow_calendar, dispatch_uid="procedures.calendar")
