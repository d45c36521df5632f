"""Signs of the rail and of buttons: strokes on a field of 16 by 16."""

from __future__ import annotations

ICONS = {
    "home": '<path d="M2.5 7.5 8 3l5.500 4.500M4 6.500V13h8V6.500M6.500 13V9.500h3V13"/>',
    "journeys": '<path d="M1.500 12.500c3 0 3-9 6.500-9s3.500 9 6.500 9"/>',
    "roles": '<circle cx="8" cy="5" r="2.700"/><path d="M3 14c0-3.300 2.200-5 5-5s5 1.700 5 5"/>',
    "accounts": '<path d="M3 14V3h6v11M9 7h4v7M1.500 14h13M5 5.500h2M5 8h2M5 10.500h2M11 9.500h.500"/>',
    "explore": '<path d="M2 14h12M4 14V9M8 14V3M12 14V6.500"/>',
    "improve": '<path d="M2 11.500 6 7.500l2.500 2.500L14 4M10 4h4v4"/>',
    "plan": '<path d="M2.500 4h11v9.500h-11zM2.500 7h11M5.500 2.500V5M10.500 2.500V5M5 9.500h2M9 9.500h2"/>',
    "evidence": '<path d="M4 2h6l3 3v9H4zM6.500 7.500h4M6.500 10h4"/>',
    "data": '<ellipse cx="8" cy="4" rx="5" ry="2"/><path d="M3 4v8c0 1.100 2.200 2 5 2s5-.900 5-2V4M3 8c0 1.100 2.200 2 5 2s5-.900 5-2"/>',
    "export": '<path d="M8 2.500v8M4.800 7.500 8 10.700l3.200-3.200M2.500 13.500h11"/>',
    "moon": '<path d="M13.500 9.500A5.800 5.800 0 0 1 6.500 2.500a5.800 5.800 0 1 0 7 7z"/>',
    "sun": '<circle cx="8" cy="8" r="3"/><path d="M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.400 1.400M11.600 11.600 13 13M3 13l1.400-1.400M11.600 4.400 13 3"/>',
    "search": '<circle cx="7" cy="7" r="4.300"/><path d="m10.200 10.200 3.800 3.800"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "next": '<path d="m6 3 5 5-5 5"/>',
    "back": '<path d="m10 3-5 5 5 5"/>',
    "down": '<path d="m3 6 5 5 5-5"/>',
    "close": '<path d="m3.500 3.500 9 9M12.500 3.500l-9 9"/>',
    "check": '<path d="m2.500 8.500 3.500 3.500 7.500-8"/>',
    "clock": '<circle cx="8" cy="8" r="5.800"/><path d="M8 4.500V8l2.500 1.500"/>',
    "filter": '<path d="M2 4h12M4.500 8h7M7 12h2"/>',
    "link": '<path d="M6.800 9.200a2.800 2.800 0 0 0 4 0l2.200-2.200a2.800 2.800 0 0 0-4-4l-.800.800M9.200 6.800a2.800 2.800 0 0 0-4 0L3 9a2.800 2.800 0 0 0 4 4l.800-.800"/>',
    "people": '<circle cx="6" cy="5.500" r="2.300"/><path d="M2 13.500c0-2.800 1.800-4.200 4-4.200s4 1.400 4 4.200M10.500 3.500a2.200 2.200 0 0 1 0 4.200M11.500 9.600c1.600.500 2.500 1.800 2.500 3.900"/>',
    "menu": '<path d="M2 4.500h12M2 8h12M2 11.500h12"/>',
    "comment": '<path d="M2.500 3h11v8H8l-3.500 3v-3h-2z"/>',
    "undo": '<path d="M5.500 3 2.500 6l3 3M2.500 6H10a3.500 3.500 0 0 1 0 7H6"/>',
    "redo": '<path d="m10.500 3 3 3-3 3M13.500 6H6a3.500 3.500 0 0 0 0 7h4"/>',
    "print": '<path d="M4.500 6V2.500h7V6M4.500 11.500h-2V6h11v5.500h-2M4.500 9.500h7v4h-7z"/>',
    "gear": '<circle cx="8" cy="8" r="2.200"/><path d="M8 1.500v2M8 12.500v2M1.500 8h2M12.500 8h2M3.400 3.400l1.400 1.400M11.200 11.200l1.400 1.400M3.400 12.600l1.400-1.400M11.200 4.800l1.400-1.400"/>',
    "error": '<path class="f-negative s-negative" d="M8 1.800 15 14H1z"/><path class="s-on-fill" d="M8 6.200v4M8 12v.400"/>',
    "warning": '<path class="f-caution-bg s-caution" d="m8 1.500 6.500 6.500L8 14.500 1.500 8z"/><path class="s-caution" d="M8 5v3.800M8 10.800v.300"/>',
    "hint": '<circle class="s-ink-3" cx="8" cy="8" r="6"/><path class="s-ink-3" d="M8 7.300v3.900M8 5v.300"/>',
}
"""Name → the marks inside the field."""
