"""Pages of the admin that belong to no single row. They stand before the admin's own routes."""

from django.contrib import admin
from django.urls import path

from ip_library.admin.search import asset_page, filters_page, search_page, where_used_page
from ip_library.admin.vocabulary import complete

app_name = "library"
urlpatterns = [
    path("search/", admin.site.admin_view(search_page), name="search"),
    path("search/filters/", admin.site.admin_view(filters_page), name="filters"),
    path("where-used/", admin.site.admin_view(where_used_page), name="where_used"),
    path("asset/<slug:project>/<slug:kind>/<str:asset>/", admin.site.admin_view(asset_page), name="asset"),
    path("complete/", admin.site.admin_view(complete), name="complete"),
]
