from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "zhiheng.complaints"
    label = "complaints"

    def ready(self) -> None:
        from zhiheng.complaints.forgetting import forget_of_case, forget_outlived
        from zhiheng.procedures.persons import personal_erased
        from zhiheng.procedures.retention import outlived

        personal_erased.connect(forget_of_case, dispatch_uid="complaints.photos")
        outlived.connect(forget_outlived, dispatch_uid="complaints.photos")
