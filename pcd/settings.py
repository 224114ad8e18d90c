"""Settings, all of them: read from the environment, with no default for a secret and none that is unsafe."""

import secrets
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF

from pcd.environment import Environment, hosts_of, is_local

# So that a class may name the type it is generic over (`forms.ModelForm[Decision]`), as the type checker asks.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
environment = Environment()

# A process serves the staff site, the public site, or (without PCD_SITE) none: then it only runs commands that
# bring their own connection or need no database, such as `serve`, `setup` and `check`.
SITE = environment.choice("PCD_SITE", ("staff", "public"))
BODY = environment.text("PCD_BODY", right="the body's key", default="mopac")
DEBUG = False

# Addresses and hosts

BASE_URL = PUBLIC_URL = ""
ALLOWED_HOSTS: list[str] = []
CSRF_TRUSTED_ORIGINS: list[str] = []
HTTPS = True
if SITE:
    address = environment.address("PCD_BASE_URL")
    public_address = environment.address("PCD_PUBLIC_URL") if SITE == "staff" else address
    BASE_URL, PUBLIC_URL = address.geturl(), public_address.geturl()
    ALLOWED_HOSTS = hosts_of(address) + environment.words("PCD_ALLOWED_HOSTS")
    HTTPS = not (address.scheme == "http" and is_local(address))

# Database: one database, four roles; a process has the address of its own role only.

ROLE_PREFIX = environment.text("PCD_ROLE_PREFIX", right="the beginning of the roles' names", default="pcd")
ROLES = {role: f"{ROLE_PREFIX}_{role}" for role in ("owner", "staff", "public", "backup")}
DATABASES: dict[str, Any] = {"default": {"ENGINE": "django.db.backends.dummy"}}
if SITE == "public":
    DATABASES["default"] = environment.database("PUBLIC_DATABASE_URL", role=ROLES["public"])
elif SITE == "staff" or environment.given("DATABASE_URL"):
    DATABASES["default"] = environment.database("DATABASE_URL", role=ROLES["staff"])
if environment.given("OWNER_DATABASE_URL"):
    DATABASES["owner"] = environment.database("OWNER_DATABASE_URL", role=ROLES["owner"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Secrets

SECRET_KEY = environment.secret("PCD_SECRET_KEY") if SITE else secrets.token_urlsafe(64)
SECRET_KEY_FALLBACKS = environment.words("PCD_OLD_SECRET_KEYS") if SITE else []
PART2_KEYS = environment.part2_keys("PCD_PART2_KEYS") if SITE != "public" else ()

# Apps, middleware and templates

SIGNING_IN_APPS = [
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "guardian",
    *([] if SITE == "public" else SIGNING_IN_APPS),
    "csp",
    "pcd",
    "pcd.people",
    "decisions",
    "approvals",
]
STAFF_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pcd.headers.Headers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pcd.people.middleware.LoginRequired",
]
# No sessions, no messages and no sign-in: a visitor to the public site leaves no trace and has no power.
PUBLIC_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pcd.headers.Headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
STAFF_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "decisions.drafting.context.may_draft",
    "approvals.demo.mails.in_the_demo",
]
PUBLIC_PROCESSORS = ["django.template.context_processors.request"]
MIDDLEWARE = PUBLIC_MIDDLEWARE if SITE == "public" else STAFF_MIDDLEWARE
ROOT_URLCONF = "pcd.urls.public" if SITE == "public" else "pcd.urls.staff"
WSGI_APPLICATION = "pcd.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": PUBLIC_PROCESSORS if SITE == "public" else STAFF_PROCESSORS},
    }
]
FORM_RENDERER = "pcd.forms.Renderer"

# People and signing in

AUTH_USER_MODEL = "people.User"
# allauth's backend is Django's with other ways to name oneself. guardian's is left out: object permissions are
# asked through the policy only, so `user.has_perm(permission, object)` must not answer beside it.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ANONYMOUS_USER_NAME = None
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "pcd.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_FORMS = {
    "login": "pcd.people.forms.SignIn",
    "reauthenticate": "pcd.people.forms.Prove",
    "change_password": "pcd.people.forms.ChangePassword",
    "reset_password": "pcd.people.forms.Forgotten",
    "reset_password_from_key": "pcd.people.forms.NewPassword",
}
# A failed sign-in is counted and answered at the field, and so is a forgotten password; those that are off would
# answer with a bare page that loses what was typed.
ACCOUNT_RATE_LIMITS = {
    **{"login": "", "reauthenticate": "", "login_failed": "20/m/ip,5/300s/key"},
    **{"reset_password": "", "reset_password_from_key": ""},
    **{"forgotten": "20/m/ip", "forgotten_address": "5/h/key"},
}
# A link for a new password: for how long (in seconds), and what makes it fall. It signs nobody in.
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "pcd.people.forgotten.Tokens"  # noqa: S105 - a class
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
if SITE != "public":
    CSRF_FAILURE_VIEW = "pcd.people.views.csrf_failure"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Whoever signs in without single sign-on needs a second factor, unless it is switched off.
SECOND_FACTOR_REQUIRED = (
    environment.choice("PCD_SECOND_FACTOR", ("required", "optional")) or "required"
) == "required"
MFA_ADAPTER = "pcd.people.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are the administrator's, not people's own
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "PCD"
MFA_FORMS = {
    "authenticate": "pcd.people.forms.Code",
    "reauthenticate": "pcd.people.forms.ProveByCode",
    "activate_totp": "pcd.people.forms.SetUpCode",
    "add_webauthn": "pcd.people.forms.AddKey",
    "login_webauthn": "pcd.people.forms.SignInByKey",
    "authenticate_webauthn": "pcd.people.forms.Key",
    "reauthenticate_webauthn": "pcd.people.forms.ProveByKey",
}
# A passkey cannot be guessed: this only keeps anybody from making the site work for nothing.
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
OIDC = environment.single_sign_on() if SITE == "staff" else None
SOCIALACCOUNT_ADAPTER = "pcd.people.single_sign_on.Adapter"
SOCIALACCOUNT_PROVIDERS = OIDC.provider() if OIDC else {}
ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole_number("PCD_PROXIES", default=0, least=0, most=5)

# Mail goes out by a mail server, by GOV.UK Notify, or (in the demo) into a folder whose mails a page shows; without
# any of them it waits in the outbox.

globals().update(environment.mail_server("PCD_MAIL_URL"))
NOTIFY = environment.notify("PCD_NOTIFY_API_KEY", "PCD_NOTIFY_TEMPLATE")
DEMO_MAILS = environment.given("PCD_DEMO_MAILS")
if NOTIFY:
    EMAIL_BACKEND = "pcd.notify.EmailBackend"
elif DEMO_MAILS:
    EMAIL_BACKEND = "approvals.demo.mails.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text(
    "PCD_MAIL_FROM", right="the sender's address", default="decision-register@localhost"
)

# Sessions and cookies: a session ends after an hour without a request (pcd.people.sessions renews it).

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * environment.whole_number("PCD_SESSION_MINUTES", default=60, least=10, most=720)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "__Host-pcd_session" if HTTPS else "pcd_session"
CSRF_COOKIE_NAME = "__Host-pcd_csrf" if HTTPS else "pcd_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# What allauth counts to slow down guessing is shared by all processes, so it stands in a table of the staff schema.
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        if SITE == "public"
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache_entry",
            # A full table drops entries that still count: no stranger is to fill it and guess on.
            "OPTIONS": {"MAX_ENTRIES": 1_000_000},
        }
    )
}

# Headers and transport

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": HTTPS,
    }
}
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: the body's other host names are not ours to bind
    "security.W021",  # nor is the browsers' preload list
    "guardian.W001",  # guardian's backend is left out on purpose, see AUTHENTICATION_BACKENDS
]
if SITE == "public":
    SILENCED_SYSTEM_CHECKS.append("security.W003")  # the public site has no form that acts, and no session

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.given("PCD_STATIC_ROOT") or BASE_DIR / ".static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Language and time

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# Logs: what happened and where, never what was written (see pcd.logs)

# What is uploaded stays in memory: no part of a paper lies on a disk outside the database.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "pcd.logs.PlainFormatter"}},
    "filters": {"not again": {"()": "pcd.logs.NotAgain", "seconds": 600}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.db.backends": {"level": "WARNING"},
        "pcd.clock": {"filters": ["not again"]},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        # what reads brought files may quote them
        "pdfminer": {"level": "CRITICAL"},
        "pikepdf": {"level": "CRITICAL"},
    },
}
