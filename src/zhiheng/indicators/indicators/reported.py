"""Figures taken over from departments as reported; nothing is estimated."""

from __future__ import annotations

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Better, Text

FIGURE = KINDS["reported_figure"]
ASSESSMENT = "质量工作考核（国办发〔2013〕47号）"
NOTE = Text(
    "取期内最近一次报送的数，注明报送单位；各区的数不相加为全市的数。",
    "The latest figure reported in the period, with its source; districts' figures are not added "
    "up to the city's.",
)

_COUNTS = (
    ("standards_international", "主导制修订国际标准数", "International standards led", "项"),
    ("standards_national", "主导制修订国家标准数", "National standards led", "项"),
    ("standards_industry", "主导制修订行业标准数", "Industry standards led", "项"),
    ("standards_local", "制修订地方标准数", "Local standards", "项"),
    ("standards_group", "制定团体标准数", "Group standards", "项"),
    ("technical_specifications", "制定技术规范数", "Technical specifications", "项"),
    ("standard_committees", "承担标准化技术组织秘书处数", "Standards secretariats held", "个"),
    ("standardisation_pilots", "标准化示范试点数", "Standardisation pilots", "个"),
    ("brands", "名牌产品数", "Famous-brand products", "个"),
    ("service_brands", "服务名牌数", "Famous service brands", "个"),
    ("trademarks", "驰名著名商标数", "Well-known trademarks", "件"),
    ("geographic_indications", "地理标志产品数", "Geographical indications", "个"),
    ("quality_awards", "获政府质量奖企业数", "Winners of government quality awards", "家"),
    ("demonstration_zones", "质量安全示范区数", "Quality demonstration zones", "个"),
    ("project_awards", "工程质量奖项目数", "Award-winning construction projects", "项"),
    ("construction_methods", "工法数", "Construction methods", "项"),
    ("patent_transfers", "专利转让实施数", "Patents put to use", "项"),
)
_SHARES = (
    ("standardisation_rate", "采用国际标准和国外先进标准率", "Adoption of international standards"),
    ("farm_standardisation_rate", "农业标准化普及率", "Spread of farming standards"),
    ("manufacturing_pass_rate", "制造业产品质量合格率", "Manufacturing product pass rate"),
    ("export_food_pass_rate", "出口食品农产品合格率", "Pass rate of exported food"),
    ("export_goods_pass_rate", "出口工业品合格率", "Pass rate of exported industrial goods"),
    ("medicine_coverage", "基本药物抽验覆盖率", "Testing coverage of essential medicines"),
    ("inspection_coverage", "工程质量监督覆盖率", "Supervision coverage of construction"),
    ("energy_saving_works", "新建工程节能标准执行率", "New works built to energy standards"),
    ("expressway_good_rate", "高速公路优良路率", "Expressways in good condition"),
    ("trunk_road_good_rate", "国省干线优良路率", "Trunk roads in good condition"),
    ("water_works_pass_rate", "水利工程单元合格率", "Pass rate of water works units"),
    ("first_verification_rate", "强制检定计量器具受检率", "Verified measuring instruments"),
    ("punctuality_rail", "轨道交通正点率", "Punctuality of urban rail"),
    ("punctuality_bus", "地面交通正点率", "Punctuality of buses"),
)
_COMPETITIVENESS = (
    ("grade_rate", "产品质量等级品率", "Grade rate of products", "%"),
    ("microelectronic_share", "微电子控制设备比重", "Microelectronic equipment", "%"),
    ("research_share", "研究与试验发展经费比重", "Share of research spending", "%"),
    ("renewal_share", "技术改造经费比重", "Share of technical renewal spending", "%"),
    ("patents", "每百万元产值拥有专利数", "Patents per million yuan of output", "件"),
    ("new_product_share", "新产品销售比重", "Share of new products in sales", "%"),
    ("mean_sales", "平均产品销售收入", "Mean product sales", "亿元"),
    ("export_sales_share", "国际市场销售率", "Share of sales abroad", "%"),
)
_INDICES = (
    ("quality_competitiveness", "制造业质量竞争力指数", "Quality competitiveness index", "点"),
)


def _reported(code: str, zh: str, en: str, unit: str, better: Better = "higher") -> Indicator:
    return Indicator(
        code=f"reported_{code}",
        zh=zh,
        en=f"{en} (reported)",
        unit=unit,
        better=better,
        population=Text(f"报送单位所报的{zh}", f"{en}, as reported by the department in charge"),
        kind=FIGURE,
        estimator="reported",
        minimum_n=1,
        source=ASSESSMENT,
        notes=NOTE,
    )


INDICATORS = (
    *(_reported(*said) for said in _COUNTS),
    *(_reported(*said, "%") for said in _SHARES),
    *(_reported(*said) for said in _COMPETITIVENESS),
    *(_reported(*said) for said in _INDICES),
)
