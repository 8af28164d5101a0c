"""The least that django-tenants needs. Its addresses come from the benchmark."""

import os
from urllib.parse import unquote, urlsplit

_URL = urlsplit(os.environ["PEER_DATABASE_URL"])

DATABASES = {
    "default": {
        "ENGINE": "django_tenants.postgresql_backend",
        "HOST": _URL.hostname,
        "PORT": _URL.port,
        "USER": _URL.username,
        "PASSWORD": unquote(_URL.password or ""),
        "NAME": _URL.path.lstrip("/"),
    }
}
DATABASE_ROUTERS = ("django_tenants.routers.TenantSyncRouter",)
SHARED_APPS = ["django_tenants", "owners", "django.contrib.contenttypes"]
TENANT_APPS = ["goods"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]
TENANT_MODEL = "owners.Client"
TENANT_DOMAIN_MODEL = "owners.Domain"
TENANT_MULTIPROCESSING_MAX_PROCESSES = os.cpu_count() or 2
MIGRATION_MODULES = {"owners": "written.owners", "goods": "written.goods"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = "signs nothing"
USE_TZ = True
