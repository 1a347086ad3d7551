"""What in a text tells of a person: telephone and identity numbers in any writing, accounts, plates, rooms, names.

A text that strangers may read is masked by `mask_personal`; which of its words are names of people the register knows,
see `name_like`.
"""

import re
import unicodedata
from collections.abc import Collection

MASK = "***"
FEWEST_DIGITS = 7
"""Of a local telephone number; short lines such as 12345 and numbers of houses have fewer."""
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪"
    "廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章"
    "鲁岳翟申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤"
    "阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞"
)
"""First characters of most names; of two-character surnames the first is among them or looked for by its register."""
DOUBLE_SURNAMES = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "司徒",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "慕容",
    "夏侯",
)
LONGEST_NAME = 4

_DIGIT = {
    sign: digit
    for digit, signs in enumerate(
        ("零〇", "幺一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for sign in f"{digit}{signs}"
}
_SIGNS = "".join(_DIGIT)
_RUN = re.compile(rf"\+?[{_SIGNS}](?:[\s\-.·、,，/()_*~—–]{{0,3}}[{_SIGNS}Oo]){{{FEWEST_DIGITS - 1},}}[xX]?")
_DATE = re.compile(
    r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?:[\sT]+\d{1,2}(?!\d))?"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_ACCOUNT = re.compile(
    r"(?P<said>(?:微信|威信|薇信|[vV]信|企业微信|[wW]e[cC]hat|[wW][xX]|[vV][xX]|[qQ][qQ]|扣扣|支付宝|抖音)"
    r"(?:账号|帐号|号码|号)?\s*[:：是为]?\s*)(?P<account>[A-Za-z0-9][A-Za-z0-9_.\-]{4,})"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z][\s·.\-]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]"
)
_ROOM = re.compile(
    rf"(?:[{_SIGNS}十百]+\s*单元\s*)?[{_SIGNS}十百]{{1,5}}\s*(?:室|房(?![子屋产顶东间])|户(?!外))"
    rf"|[{_SIGNS}十]+\s*单元(?:\s*[{_SIGNS}]{{2,5}})?"
)
_DOOR = re.compile(r"(?<=[幢栋楼座号])\s*[\dA-Za-z]{1,3}\s*[-－—]\s*\d{2,5}(?:\s*[-－—]\s*\d{2,5})?")
_HAN = re.compile(r"[㐀-鿿·]+")


def mask_personal(text: str, names: Collection[str] = ()) -> str:
    """Return a text as strangers may read it: what tells of a person is replaced by ``***``.

    Parameters
    ----------
    text : str
        As somebody typed it.
    names : collection of str
        Names of people that may stand in it, such as those of `name_like` that the register knows.

    Returns
    -------
    str
        Letters and digits in half width; the empty text for an empty one.

    Notes
    -----
    Masked are runs of at least seven digits (half and full width, Chinese numerals, with blanks, dashes and the like between
    them; dates are none), e-mail addresses, accounts that are named as such (微信号 abc123), number plates, and what stands
    in an address below the building (3单元502室, 5幢2-301). Over-masking is accepted: the text is for strangers.
    """
    told = _fold(text)
    told = _MAIL.sub(MASK, told)
    told = _ACCOUNT.sub(lambda found: found["said"] + MASK, told)
    told = _mask_numbers(told)
    for pattern in (_PLATE, _DOOR, _ROOM):
        told = pattern.sub(MASK, told)
    for name in sorted(names, key=len, reverse=True):
        if name:
            told = told.replace(_fold(name), MASK)
    return told


def name_like(text: str) -> frozenset[str]:
    """Return what in a text may be the name of a person, to be asked of the register.

    Parameters
    ----------
    text : str

    Returns
    -------
    frozenset of str
        Two to four Chinese characters that begin with a surname; empty for none.
    """
    found: set[str] = set()
    for run in _HAN.findall(_fold(text)):
        for start, sign in enumerate(run):
            if sign in SURNAMES or run.startswith(DOUBLE_SURNAMES, start):
                found |= {run[start : start + length] for length in range(2, LONGEST_NAME + 1)}
    return frozenset(name for name in found if len(name) > 1)


def _fold(text: str) -> str:
    """Write letters and digits of compatibility forms, such as full width ones, as plain ones."""
    return "".join(
        plain if len(plain := unicodedata.normalize("NFKC", sign)) == 1 and plain.isalnum() else sign
        for sign in text
    )


def _mask_numbers(text: str) -> str:
    """Replace runs of digits by the mask, leaving dates as they are."""
    dates = {found.start(): found.end() for found in _DATE.finditer(text)}
    told, at = [], 0
    while (found := _RUN.search(text, at)) is not None:
        start = found.start()
        date = next((end for begin, end in dates.items() if begin <= start < end), None)
        if date is not None:
            told.append(text[at:date])
            at = date
            continue
        told += [text[at:start], MASK]
        at = found.end()
    return "".join([*told, text[at:]])
