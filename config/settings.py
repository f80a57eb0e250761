"""Settings. Everything that a studio changes is an environment variable, read strictly.

===================== ======================================== ==============================================
variable              default                                  for
===================== ======================================== ==============================================
DATABASE_URL          sqlite, var/settei.sqlite3               postgres://user:password@host/name
BROKER_URL            localfs:// (a folder, no server)         redis://host/0, amqp://user:password@host//
STORAGE_URL           var/media                                file:///path
SETTEI_VAR            var                                      where all data lies
SECRET_KEY            var/secret_key, made on first use        at least 32 characters
ALLOWED_HOSTS         localhost,127.0.0.1                      the names under which the server is reached
DEBUG                 0                                        1 for developers alone
SETTEI_ANCHOR_KEY     none                                     the private SSH key file that signs anchors
SETTEI_ANCHOR_SIGNERS the public half of that key              the allowed signers file that checks anchors
SETTEI_MIRROR         none                                     https://host/{project}.git, or /folder/{project}.git
SETTEI_MIRROR_TOKEN   none                                     what an https mirror asks for as password
===================== ======================================== ==============================================
"""

from pathlib import Path

from csp.constants import NONE, SELF

from config import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = environment.folder("SETTEI_VAR", default=BASE_DIR / "var")
REPOSITORIES = VAR / "repositories"
MEDIA = environment.storage("STORAGE_URL", default=VAR / "media")
FIXTURES = BASE_DIR / "fixtures"

DEBUG = environment.flag("DEBUG", default=False)
SECRET_KEY = environment.secret("SECRET_KEY", VAR / "secret_key")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")

INSTALLED_APPS = [
    "studio.apps.StudioConfig",
    "generation.apps.GenerationConfig",
    "ip_library.apps.LibraryConfig",
    "config.apps.SetteiAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.audit.AuditRefusals",
    "config.errors.ErrorPages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"

DATABASES = {"default": environment.database("DATABASE_URL", default=VAR / "settei.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = environment.broker("BROKER_URL")
BROKER_FOLDER = VAR / "queue"

ANCHOR_KEY = environment.file("SETTEI_ANCHOR_KEY")
ANCHOR_SIGNERS = environment.file("SETTEI_ANCHOR_SIGNERS")
MIRROR = environment.mirror("SETTEI_MIRROR")
MIRROR_TOKEN = environment.token("SETTEI_MIRROR_TOKEN")

LOGIN_URL = "studio:login"
LOGIN_REDIRECT_URL = "studio:gallery"
LOGOUT_REDIRECT_URL = "studio:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # the few files are served from the apps: no collectstatic step before the first start

SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# What counts a prompt's tokens, one dotted path a text encoder: estimates, until an engine brings its own tokenizers.
TOKEN_COUNTERS = ["ip_library.core.tokens.GEMMA", "ip_library.core.tokens.JINA"]
# One engine a name: the dotted path of its class and, later, its folder of weights. Loaded in the worker alone.
ENGINES = {"previz": "generation.pipelines.previz.PrevizEngine"}
DEFAULT_ENGINE = "previz"
RENDER_LEASE_SECONDS = 60
RENDER_ATTEMPTS = 3
SWEEP_SECONDS = 5

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"settei": {"level": "INFO"}},
}
