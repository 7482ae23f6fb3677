"""Simulated residents: invented names at real districts. Nobody here exists."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

TSUKUBA: Final = "茨城県つくば市"

_FAMILY: Final = (
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 "
    "斎藤 清水 山崎 森 池田 橋本 阿部 石川 飯田 中島 大久保 塚本 沼尻 飯村 宮本 倉持 染谷 根本"
)
_WOMEN: Final = (
    "陽菜 結衣 さくら 美咲 葵 恵子 由美子 和子 幸子 真理 千代 ひかり 明日香 久美子 洋子 あかり"
)
_MEN: Final = "大翔 蓮 翔太 健一 誠 隆 浩 茂 一郎 直樹 拓也 悠斗 清 実 学 つとむ"
_DISTRICTS: Final = (
    "研究学園一丁目 竹園二丁目 吾妻三丁目 並木四丁目 天久保一丁目 春日二丁目 松代三丁目 谷田部 "
    "北条 小田 上郷 吉沼 筑波 大曽根 花畑 手代木 二の宮一丁目 東新井 みどりの 万博記念公園西"
)
_DIGITS: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_FIRST_BIRTHDAY: Final = date(1931, 1, 1)
_LAST_BIRTHDAY: Final = date(2006, 12, 31)
_ERAS: Final = (
    (date(2019, 5, 1), "5"),
    (date(1989, 1, 8), "4"),
    (date(1926, 12, 25), "3"),
    (date(1912, 7, 30), "2"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """What a signing certificate says about its holder.

    :param name: family and given name with U+3000 between them
    :param birth_date: YYYY-MM-DD
    :param sex: "1", "2" or "9"
    :param name_flags: empty = no substitute characters; likewise ``address_flags``
    :param prefecture: romaji, as in the subject; likewise ``municipality``
    """

    name: str
    birth_date: str
    sex: str
    address: str
    name_flags: str = ""
    address_flags: str = ""
    prefecture: str = "Ibaraki-ken"
    municipality: str = "Tsukuba-shi"

    @property
    def era_date(self) -> str:
        """Return the nine digits of the certificate: era, then the Gregorian date."""
        born = date.fromisoformat(self.birth_date)
        era = next((digit for first, digit in _ERAS if born >= first), "1")
        return era + self.birth_date.replace("-", "")

    def age_on(self, day: date) -> int:
        """Return the age in years that the holder has reached on a day."""
        born = date.fromisoformat(self.birth_date)
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


FOREIGN_RESIDENT: Final = Person(
    "ＮＧＵＹＥＮ　ＬＡＮ　ＡＮＨ", "1992-02-29", "2", f"{TSUKUBA}天久保三丁目５番地１２－２０３"
)
FROM_TSUCHIURA: Final = Person(
    "土田　浦子", "1975-03-03", "2", "茨城県土浦市大和町９番１号", municipality="Tsuchiura-shi"
)
FROM_TSUKUBAMIRAI: Final = Person(
    "未来　守",
    "1980-08-08",
    "1",
    "茨城県つくばみらい市福田１９５番地",
    municipality="Tsukubamirai-shi",
)
WITH_EXPIRED_CARD: Final = Person("古川　期", "1960-12-01", "1", f"{TSUKUBA}北条２２番地５")
WITH_SUBSTITUTE: Final = Person(
    "高村　吉男", "1955-05-05", "1", f"{TSUKUBA}小田１０番地３", name_flags="10010"
)


def people(seed: int, count: int) -> list[Person]:
    """Return residents of Tsukuba aged 18 and more in 2025, no two with the same name and birthday.

    The first is a foreign resident with a Latin name. The same seed gives the same people.

    :param count: of people
    """
    chance = random.Random(seed)  # noqa: S311 - simulated people, not secrets
    found = {(FOREIGN_RESIDENT.name, FOREIGN_RESIDENT.birth_date): FOREIGN_RESIDENT}
    while len(found) < count:
        person = _resident(chance)
        found.setdefault((person.name, person.birth_date), person)
    return list(found.values())[:count]


def _resident(chance: random.Random) -> Person:
    sex = chance.choice("12")
    given = _pick(chance, _MEN if sex == "1" else _WOMEN)
    days = (_LAST_BIRTHDAY - _FIRST_BIRTHDAY).days
    born = _FIRST_BIRTHDAY + timedelta(days=chance.randrange(days + 1))
    place = f"{_pick(chance, _DISTRICTS)}{chance.randint(1, 99)}番地{chance.randint(1, 30)}"
    return Person(
        name=f"{_pick(chance, _FAMILY)}　{given}",
        birth_date=born.isoformat(),
        sex=sex,
        address=TSUKUBA + place.translate(_DIGITS),
    )


def _pick(chance: random.Random, words: str) -> str:
    return chance.choice(words.split())
