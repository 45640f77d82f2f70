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


class OfficialDay(models.Model):
    """A day off or a make-up work day of a published calendar that the owner loaded."""

    day = models.DateField(primary_key=True)
    works = models.BooleanField()
    name = models.CharField(max_length=40, default="")
    source = models.CharField(max_length=200)


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

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "region"], name="regions_of_parties")]


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person who signs in.

    ``second_factor`` is the sealed secret of the authenticator, empty until one is enrolled;
    ``second_factor_step`` the last time step that was used, so that a code serves once.
    ``login_issuer`` and ``login_subject`` name the person at the city's own login.
    """

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    roles: models.JSONField[Any, Any] = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="zh-hans")
    email = models.CharField(max_length=200, default="", db_default="")
    password_set_at = models.DateTimeField(null=True)
    must_renew = models.BooleanField(default=False, db_default=False)
    second_factor = models.CharField(max_length=300, default="", db_default="")
    second_factor_step = models.BigIntegerField(default=0, db_default=0)
    login_issuer = models.CharField(max_length=200, null=True)
    login_subject = models.CharField(max_length=200, null=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["login_issuer", "login_subject"], name="one_account_a_login"
            )
        ]


class PasswordBefore(models.Model):
    """A password hash that a person used before, so that it is not used again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    password = models.CharField(max_length=128)
    until = models.DateTimeField()


class RecoveryCode(models.Model):
    """A one-time code for who lost the authenticator; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class SignInAttempt(models.Model):
    """One try to sign in; what lock-out counts."""

    at = models.DateTimeField()
    username = models.CharField(max_length=60)
    address = models.CharField(max_length=45)
    succeeded = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["username", "at"], name="attempt_by_name"),
            models.Index(fields=["address", "at"], name="attempt_by_address"),
        ]


class UserSession(models.Model):
    """A signed-in browser: since when, seen last, from where; ``digest`` of its session key."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45)
    agent = models.CharField(max_length=200)


class Accreditation(models.Model):
    """What a technical body may file for; see `zhiheng.office.accreditation`."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40)
    scope: models.JSONField[Any, Any] = models.JSONField(default=dict)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party", "kind", "source", "valid_from"], name="accredited_once"
            )
        ]


class ClaimCode(models.Model):
    """A one-time code by which an organisation claims its account; only its digest is kept."""

    class Channel(models.TextChoices):
        EMAIL = "email"
        LETTER = "letter"

    organisation = models.BigIntegerField(db_index=True)
    contact = models.CharField(max_length=200)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts_left = models.IntegerField()
    used_at = models.DateTimeField(null=True)


class Notice(models.Model):
    """Something a party is told: a text with its values, and the page it speaks of."""

    party = models.CharField(max_length=40, db_index=True)
    text = models.CharField(max_length=200)
    values: models.JSONField[Any, Any] = models.JSONField(default=dict)
    link = models.CharField(max_length=200, default="")
    at = models.DateTimeField()


class AccessToken(models.Model):
    """A secret by which a program acts as an account; only its SHA-256 is kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT)
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class AuditEntry(models.Model):
    """One act, chained to the one before it; the table refuses update and delete."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    party = models.CharField(max_length=40)
    verb = models.CharField(max_length=60)
    object = models.CharField(max_length=200)
    detail = models.TextField()
    chain = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["verb", "id"], name="audit_by_verb")]


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
