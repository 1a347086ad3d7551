"""Invented names, telephone numbers and opening hours for the built-in district; all are samples."""

from random import Random

_FIRST = "清望临云锦青吉平康永春秋长松柳梅兰荷枫桂石竹金银玉翠紫丹凤鹤雁鹭桑麦稻渔茶瓷绢墨书砚"
_SECOND = "波泰和宁安澜坊桥湾渡巷亭园井塘堰门台阁楼庐庭舍圃林溪泉汀洲浦岸岭坡峰谷堂馆"
_SUFFIXES = {
    "primary": ("大道", "路"),
    "secondary": ("路",),
    "tertiary": ("路", "街"),
    "residential": ("街", "巷"),
    "living_street": ("里", "弄"),
    "pedestrian": ("巷", "弄"),
}
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张"
_ESTATES = ("苑", "家园", "公寓", "新村", "花园", "里", "名邸", "人家")
_BRANDS = (
    "好",
    "福",
    "顺",
    "鑫",
    "德",
    "源",
    "兴",
    "隆",
    "惠",
    "康",
    "乐",
    "民",
    "益",
    "佳",
    "美",
    "诚",
    "信",
)


class Names:
    """Draws names without repeating a stem until all are used.

    Parameters
    ----------
    random : random.Random
        Where chance comes from; the same state gives the same names.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._stems = [first + second for first in _FIRST for second in _SECOND]
        random.shuffle(self._stems)
        self._next = 0

    def stem(self) -> str:
        """Two characters."""
        self._next += 1
        return self._stems[(self._next - 1) % len(self._stems)]

    def street(self, highway: str) -> str:
        """Name of a street of this class; empty for driveways."""
        suffixes = _SUFFIXES.get(highway)
        return self.stem() + self._random.choice(suffixes) if suffixes else ""

    def estate(self) -> str:
        """Name of a gated block."""
        return self.stem() + self._random.choice(_ESTATES)

    def shop(self, trade: str) -> str:
        """Name of a shop of a trade, such as 德顺理发店."""
        pick = self._random.choice
        head = pick((pick(_BRANDS) + pick(_BRANDS), pick(_SURNAMES) + "记", self.stem()))
        return head + trade

    def phone(self, serial: int) -> str:
        """Telephone number out of a range that is not given to anyone (0571-0000 0000 onward)."""
        return f"0571-0{serial // 10000:03d}{serial % 10000:04d}"
