"""The API's documentation page."""

from __future__ import annotations

from drf_spectacular.views import SpectacularSwaggerSplitView


class DocumentationView(SpectacularSwaggerSplitView):
    """Swagger UI from our own server, with no script or style in the page itself."""

    url_name = "api-schema"
    template_name = "api/docs.html"
