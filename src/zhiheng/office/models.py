"""What the record keeps of the platform itself: regions, parties, people, audit trail, jobs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from zhiheng.office.regions import LEVELS


class Region(models.Model):
    """One dated version of a region; see `zhiheng.office.regions.RegionVersion`."""

    key = models.CharField(max_length=40)
    code = models.CharField(max_length=12, null=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, default="")
    level = models.CharField(max_length=16, choices=[(level, level) for level in LEVELS])
    parent = models.CharField(max_length=40, null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    successor = models.CharField(max_length=40, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="one_version_a_day")
        ]


class Party(models.Model):
    """Whom an actor acts for."""

    class Kind(models.TextChoices):
        UNIT = "unit"
        ORGANISATION = "organisation"
        BODY = "body"
        PUBLIC = "public"

    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=40, null=True)
    kinds: models.JSONField[Any, Any] = models.JSONField(null=True)
    organisation = models.BigIntegerField(null=True)


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person who signs in."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    roles: models.JSONField[Any, Any] = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="zh-hans")

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]


class AuditEntry(models.Model):
    """One act, chained to the one before it; the table refuses update and delete."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    party = models.CharField(max_length=40)
    verb = models.CharField(max_length=60)
    object = models.CharField(max_length=200)
    detail = models.TextField()
    chain = models.CharField(max_length=64)


class Job(models.Model):
    """Work done in the background, with the progress a page can show."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    verb = models.CharField(max_length=60)
    arguments: models.JSONField[Any, Any] = models.JSONField(default=dict)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    label = models.CharField(max_length=120, default="")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.TextField(default="")
    result: models.JSONField[Any, Any] = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
