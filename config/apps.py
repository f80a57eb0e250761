"""Our own admin site in place of the stock one."""

from django.contrib.admin.apps import AdminConfig


class SetteiAdminConfig(AdminConfig):
    """The stock admin under our name."""

    default_site = "config.admin_site.SetteiAdminSite"
