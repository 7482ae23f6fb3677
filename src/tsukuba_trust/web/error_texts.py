"""What error pages say where nothing more exact is known: a plain sentence per code."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "ja": {
        "title": "このページは表示できません",
        "code_label": "コード",
        "mark_label": "受付記号",
        "back": "トップページへ",
    },
    "en": {
        "title": "This page cannot be shown",
        "code_label": "Code",
        "mark_label": "Incident",
        "back": "To the start page",
    },
}
SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "ja": {
        "not_found": "このアドレスにはページがありません。",
        "unknown_election": "この投票は見つかりません。",
        "unknown_contest": "この投票の分野は見つかりません。",
        "method_not_allowed": "このアドレスではその操作はできません。",
        "too_large": "送られた内容が大きすぎます。何も記録されていません。",
        "too_many_tries": "試した回数が上限に達しました。しばらく待ってからやり直してください。",
        "server_busy": "ただいま混み合っています。しばらく待ってからやり直してください。",
        "wrong_host": "この呼び出しは別のホストで受け付けています。",
        "host_invalid": "ホスト名が正しくありません。",
        "internal_error": "こちらの不具合です。受付記号を添えてお問い合わせください。",
        "": "この要求は受け付けられません。",
    },
    "en": {
        "not_found": "There is no page at this address.",
        "unknown_election": "This vote was not found.",
        "unknown_contest": "This field of the vote was not found.",
        "method_not_allowed": "This cannot be done at this address.",
        "too_large": "What was sent is too large. Nothing was recorded.",
        "too_many_tries": "There were too many tries. Please wait a little, then try again.",
        "server_busy": "The service is busy. Please wait a little, then try again.",
        "wrong_host": "Another host answers this call.",
        "host_invalid": "The host name is not valid.",
        "internal_error": "This is our mistake. Please tell the help desk code and incident.",
        "": "This request cannot be served.",
    },
}


def sentence(code: str, language: str) -> str:
    """Return the sentence of a code, or one that fits every code."""
    known = SENTENCES[language]
    return known.get(code, known[""])


def words(language: str) -> Mapping[str, str]:
    """Return the fixed words of the page."""
    return WORDS[language]
