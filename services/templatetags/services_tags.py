"""Structured data of services (schema.org), as data blocks that no browser executes."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def json_ld(data: dict[str, Any]) -> SafeString:
    """Data as a `application/ld+json` block from which no text can break out."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, sort_keys=True).translate(
        _ESCAPES
    )
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


@register.simple_tag(takes_context=True)
def government_service(context: dict[str, Any], page: Any, facts: Any, points: list[Any]) -> SafeString:
    """schema.org GovernmentService of a service page (handbook: domain §2.5). Secret addresses stay secret."""
    address = f"{context['site_base']}{context['request'].path}"
    data: dict[str, Any] = {
        "@type": "GovernmentService",
        "@id": address,
        "name": page.title,
        "description": page.teaser,
        "inLanguage": page.content_language.code,
        "url": address,
        "serviceType": page.title,
    }
    if facts.responsible_office:
        data["provider"] = {"@type": "GovernmentOrganization", "name": facts.responsible_office.name}
    if facts.reviewed_on:
        data["dateModified"] = facts.reviewed_on.isoformat()
    channels = [
        {
            "@type": "ServiceChannel",
            "name": point.name,
            "availableLanguage": point.languages_spoken,
            "servicePhone": {"@type": "ContactPoint", "telephone": point.phone},
        }
        for point in points
        if point.phone
    ]
    if channels:
        data["availableChannel"] = channels
    return json_ld(data)
