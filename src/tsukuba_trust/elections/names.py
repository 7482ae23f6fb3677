"""Is the name of a certificate the name of a register's line? (jpki.md section 7, item 6)

Compared code point by code point, before any normalisation; a substitute character stands
for any one character. What is only close goes to the counter: nothing is repaired silently.

:source: jpki.md 3.2 (substitute characters) and section 7, items 3 and 6
"""

import unicodedata
from typing import Final

# Old and variant forms of characters that are common in names, and the form of today.
_FORMS: Final = str.maketrans(
    "髙﨑濵濱邊邉齋齊斎櫻龍瀧澤廣國眞嶋嶌冨惠榮濟淺圓鷗晝檜齒莊壽實條將學藏彌德增瀨賴黑曾萬與譽寶縣藝辯靜鐵關豐來禮嶽營驛靑槇橫",
    "高崎浜浜辺辺斉斉斉桜竜滝沢広国真島島富恵栄済浅円鴎昼桧歯荘寿実条将学蔵弥徳増瀬頼黒曽万与誉宝県芸弁静鉄関豊来礼岳営駅青槙横",
)


def fits(name: str, flags: str, registered: str) -> bool:
    """Tell whether a certificate's name is the registered one, but for its substitutes.

    :param flags: a digit per character of ``name``; "1" = any character may stand there
    """
    return len(name) == len(registered) == len(flags) and all(
        flag == "1" or one == other
        for one, flag, other in zip(name, flags, registered, strict=True)
    )


def is_close(name: str, registered: str) -> bool:
    """Tell whether two names may mean one person to a clerk.

    They do when they are alike after folding (old forms, width, spaces), and when family or
    given name alone is: whoever has changed a name is to be looked at, not sent away.
    """
    mine, theirs = _parts(name), _parts(registered)
    return "".join(mine) == "".join(theirs) or bool(set(mine) & set(theirs))


def _parts(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name).translate(_FORMS)
    kept = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Mn", "Cf"))
    return kept.split()
