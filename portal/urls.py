"""All addresses: the roof, the only module besides the WSGI entry that knows every room."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from home import views as home

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", home.health, name="health"),
    path("robots.txt", home.robots, name="robots"),
    path("sitemap.xml", home.sitemap, name="sitemap"),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}icons/lotse.svg")),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", home.media, name="media"),
    path("", include("network.plain_urls")),
]
if settings.LOTSE_ROLE != "public":
    urlpatterns += [
        path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
        path("admin/", include(wagtailadmin_urls)),
        path("accounts/", include("portal.account_urls")),
    ]
urlpatterns += i18n_patterns(
    # Wagtail brings a login of its own, without limits and without a second factor. It is not served.
    path("_util/login/", home.wagtails_own_login),
    path("", include("home.urls")),
    path("", include("services.urls")),
    path("", include("network.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)

handler400 = "home.views.bad_request"
handler403 = "home.views.forbidden"
handler404 = "home.views.not_found"
handler429 = "home.views.too_many"
handler500 = "home.views.server_error"
