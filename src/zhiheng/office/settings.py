"""Django settings, all derived from the home and from DATABASE_URL."""

from __future__ import annotations

import os
from pathlib import Path

from zhiheng.office.configuration import configuration
from zhiheng.office.database import database_settings
from zhiheng.office.home import Home
from zhiheng.office.setup import default_home

ZHIHENG_HOME = str(default_home())
_home = Home(Path(ZHIHENG_HOME))
_configured = configuration(_home)
_package = Path(__file__).resolve().parent.parent

DATABASES = {"default": database_settings(_home, os.environ.get("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = _home.secret.read_text() if _home.secret.exists() else "no home, no sessions"
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ZHIHENG_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_FAILURE_VIEW = "zhiheng.web.errors.csrf_failed"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ZHIHENG_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "zhiheng.office",
    "zhiheng.documents",
    "zhiheng.web",
    "zhiheng.subjects",
    "zhiheng.evidence",
    "zhiheng.indicators",
    "zhiheng.procedures",
    "zhiheng.publication",
    "zhiheng.plans",
    "zhiheng.complaints",
    "zhiheng.reports",
    "zhiheng.portal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "zhiheng.web.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhiheng.office.middleware.ActorMiddleware",
    "zhiheng.portal.gate.Gate",
    "zhiheng.web.errors.ErrorPages",
    "zhiheng.web.api_answers.ApiAnswers",
]
ROOT_URLCONF = "zhiheng.portal.urls"
WSGI_APPLICATION = "zhiheng.portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "zhiheng.web.context.shared",
                "zhiheng.portal.menu.menus",
            ],
        },
    }
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

AUTH_USER_MODEL = "office.User"
AUTHENTICATION_BACKENDS = ["zhiheng.office.backend.Accounts"]
PASSWORD_HASHERS = ["zhiheng.office.hashing.DeclaredArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/desk"
LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "zhiheng.office.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _configured.site.https
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 24 * 3600  # The sessions themselves end by rule; see office.sessions.
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _configured.site.https
SECURE_HSTS_SECONDS = 31_536_000 if _configured.site.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _configured.site.proxies else None
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [str(_package / "locale")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("ZHIHENG_TIME_ZONE", "Asia/Shanghai")
STATIC_URL = "/static/"
STATICFILES_DIRS = [str(_package / "web" / "static")]
WHITENOISE_USE_FINDERS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"django": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
