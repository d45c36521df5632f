"""Which channel a visit came through: one set of words for all web and ad sources, from what its address says."""

from __future__ import annotations

from collections.abc import Mapping

from polku.sources.raw import text
from polku.sources.systems import Table

PAID = "^(.*cp.*|ppc|retargeting|paid.*|sem)$"
SEARCH = "google|bing|yahoo|duckduckgo|ecosia|baidu|yandex|qwant|startpage"
SOCIAL = "facebook|instagram|linkedin|lnkd|twitter|^x$|^x[.]com|t[.]co$|youtube|tiktok|pinterest|reddit|xing|meta|mastodon|bluesky"
AI = "chatgpt|openai|perplexity|claude|copilot|gemini"


def channel(
    source: str | None,
    medium: str | None,
    referrer: str | None = None,
    click: str | None = None,
    own: str | None = None,
) -> str:
    """An expression for the channel, of expressions for where somebody came from; NULL where nothing says it.

    Args:
        source, medium: as campaign addresses name them (`utm_source`, `utm_medium`).
        referrer: the address of the page before.
        click: an advertiser's click id, filled where an ad was clicked.
        own: host of the page itself; what comes from there came through no channel.
    """
    s = f"lower(coalesce({source or 'NULL'}, ''))"
    m = f"lower(coalesce({medium or 'NULL'}, ''))"
    host = f"lower(coalesce(regexp_extract({referrer or 'NULL'}, '^[a-z+.-]*://([^/?#:]+)', 1), ''))"
    where = f"CASE WHEN {s} NOT IN ('', '(direct)', '(not set)') THEN {s} ELSE {host} END"
    inside = f"{host} <> '' AND {host} = lower(coalesce({own}, ''))" if own else "false"
    said = f"({s} <> '' OR {m} <> '' OR {host} <> '')"

    def like(value: str, pattern: str) -> str:
        return f"regexp_matches({value}, {text(pattern)})"

    clicked = f"({click}) IS NOT NULL" if click else "false"
    return (
        f"CASE WHEN {m} = '' AND {s} = '' AND {inside} THEN NULL "
        f"WHEN {like(m, PAID)} AND {like(where, SOCIAL)} OR {m} = 'paid_social' THEN 'paid social' "
        f"WHEN {clicked} OR {like(m, PAID)} AND ({like(where, SEARCH)} OR {m} IN ('cpc', 'ppc', 'sem', 'paid_search')) THEN 'paid search' "
        f"WHEN {m} IN ('display', 'banner', 'expandable', 'interstitial', 'cpm') THEN 'display' "
        f"WHEN {like(m, PAID)} THEN 'other paid' "
        f"WHEN {m} IN ('email', 'e-mail', 'e_mail', 'e mail', 'newsletter') OR {s} IN ('email', 'newsletter') THEN 'email' "
        f"WHEN {like(where, AI)} THEN 'ai assistant' "
        f"WHEN {m} IN ('social', 'social-network', 'social-media', 'sm') OR {like(where, SOCIAL)} THEN 'social' "
        f"WHEN {m} = 'organic' OR {like(where, SEARCH)} THEN 'organic search' "
        f"WHEN {m} IN ('referral', 'app', 'link') OR {where} <> '' THEN 'referral' "
        f"WHEN {s} = '(direct)' OR {m} IN ('(none)', 'none', 'direct') THEN 'direct' "
        f"WHEN {m} NOT IN ('', '(not set)') THEN {m} WHEN NOT {said} THEN NULL END"
    )


def add_channel(table: Table, found: dict[str, str], words: Mapping[str, tuple[str, ...]]) -> None:
    """Add the column `channel` from what was found.

    Args:
        words: source, medium, referrer, click or own → words whose columns say it, the best first.
    """

    def first(what: str) -> str | None:
        cells = [table.cell(found[word]) for word in words.get(what, ()) if word in found]
        return f"coalesce({', '.join(cells)})" if len(cells) > 1 else cells[0] if cells else None

    if any(first(what) for what in ("source", "medium", "referrer", "click")):
        sql = channel(first("source"), first("medium"), first("referrer"), first("click"), first("own"))
        found["channel"] = table.add("channel: found", sql)


def path_of(address: str) -> str:
    """The path of a page's address without its search and its ending slash, as an expression."""
    path = f"regexp_extract({address}, '^(?:[a-z+.-]*://[^/?#]*)?(/[^?#]*)', 1)"
    return f"CASE WHEN {path} IN ('', '/') THEN CASE WHEN ({address}) IS NOT NULL THEN '/' END ELSE rtrim({path}, '/') END"
