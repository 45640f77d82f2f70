"""Invented words out of which firms, goods and people of the sample city are named."""

from __future__ import annotations

from dataclasses import dataclass

CLASSES = ("large", "medium", "small")
SIZE_NAMES = {"large": "大型", "medium": "中型", "small": "小型"}

FIRST = tuple("岚砚苇棠笠岫湄柏澄禾汀隽芷霁祺昀瑭璟翊珩沅漪蔚荟澍筠栩霖晏珂")
SECOND = tuple("穗舟屿禄谷垚朗湃旻垣澜韵畅沁顺茂煦恒泽翎翠铭臻萃岳迪域辰启钰")


@dataclass(frozen=True)
class Sector:
    """A trade: share of all organisations, industry letter, words in names, sole traders."""

    code: str
    share: float
    industry: str
    words: tuple[str, ...]
    category: str
    sole_traders: float
    premises: str


SECTORS = (
    Sector("food_maker", 0.13, "C",
           ("食品", "乳业", "粮油", "调味品", "糕点", "饮料", "豆制品", "肉制品"),
           "enterprise", 0.05, "食品生产"),
    Sector("farm", 0.11, "A", ("果蔬", "畜禽", "水产", "粮食种植", "茶叶", "食用菌"),
           "cooperative", 0.20, "农产品基地"),
    Sector("drug", 0.06, "F", ("药业", "医药", "大药房", "中药饮片"),
           "enterprise", 0.10, "药品经营"),
    Sector("consumer_maker", 0.12, "C", ("家具", "服饰", "玩具", "家电", "箱包", "日化"),
           "enterprise", 0.05, "产品生产"),
    Sector("industrial_maker", 0.12, "C", ("机械", "电气", "化工", "电缆", "轴承", "阀门"),
           "enterprise", 0.0, "产品生产"),
    Sector("building_maker", 0.06, "C", ("建材", "水泥", "门窗", "涂料", "管业"),
           "enterprise", 0.0, "产品生产"),
    Sector("catering", 0.15, "H", ("小吃", "饭庄", "面馆", "餐饮", "茶餐厅", "火锅"),
           "enterprise", 0.75, "餐饮服务"),
    Sector("retail", 0.10, "F", ("商贸", "超市", "便利店", "食杂店"),
           "enterprise", 0.55, "食品销售"),
    Sector("contractor", 0.05, "E", ("建设", "建筑安装", "市政工程", "路桥", "水利工程"),
           "enterprise", 0.0, "施工现场"),
    Sector("producer_service", 0.05, "M", ("物流", "检测", "信息技术", "工程咨询", "供应链"),
           "enterprise", 0.0, "服务场所"),
    Sector("consumer_service", 0.05, "O", ("物业", "家政", "旅行社", "维修", "养老服务"),
           "enterprise", 0.15, "服务场所"),
)  # fmt: skip
SECTOR_INDEX = {sector.code: i for i, sector in enumerate(SECTORS)}

GOODS: dict[str, tuple[str, ...]] = {
    "food": (
        "酱油",
        "食醋",
        "挂面",
        "巴氏杀菌乳",
        "豆腐干",
        "桃酥",
        "橙汁饮料",
        "卤牛肉",
        "花生油",
        "辣椒酱",
    ),
    "farm": ("菠菜", "韭菜", "鲫鱼", "鸡蛋", "生姜", "香菇", "草莓", "猪肉", "绿茶"),
    "drug": ("板蓝根颗粒", "阿莫西林胶囊", "黄芪饮片", "葡萄糖注射液", "维生素C片"),
    "consumer": ("儿童服装", "木制家具", "电热水壶", "塑胶玩具", "旅行箱", "洗衣液", "运动鞋"),
    "industrial": ("低压开关", "电力电缆", "滚动轴承", "球阀", "工业乙醇", "安全帽", "电动机"),
    "building": ("通用水泥", "铝合金门窗", "内墙涂料", "给水管材", "热轧钢筋", "防水卷材"),
}
FAULTS: dict[str, tuple[str, ...]] = {
    "food": ("菌落总数", "大肠菌群", "苯甲酸", "过氧化值", "标签"),
    "farm": ("毒死蜱", "恩诺沙星", "腐霉利", "镉"),
    "drug": ("含量测定", "装量差异", "水分"),
    "consumer": ("纤维含量", "甲醛释放量", "标志和说明", "阻燃", "耐磨色牢度"),
    "industrial": ("绝缘电阻", "导体电阻", "尺寸偏差", "密封性"),
    "building": ("抗压强度", "重量偏差", "拉伸强度", "容器中状态"),
}

SURNAMES = tuple("赵钱孙周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜")
GIVEN = tuple("安宁和平清明文武德兴家国春秋冬晴阳月星河山川海林森")
ROADS = (
    "澄心路",
    "望岫大道",
    "苇塘街",
    "砚池路",
    "柏舟路",
    "青禾街",
    "云台路",
    "石桥巷",
    "长汀路",
    "棠梨街",
)
