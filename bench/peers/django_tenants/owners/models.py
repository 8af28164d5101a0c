"""The registry of tenants."""

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class Client(TenantMixin):
    name = models.TextField()
    auto_create_schema = True


class Domain(DomainMixin):
    pass
