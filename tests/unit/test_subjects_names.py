import pytest

from zhiheng.subjects.names import comparison_key, normalise_name


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("衡川市　福满楼餐饮（集团）有限责任公司", "衡川市福满楼餐饮(集团)有限责任公司"),
        ("衡川市 福满楼 餐饮【集团】有限公司 ", "衡川市福满楼餐饮(集团)有限公司"),
        ("衡川華聯超級市場", "衡川华联超级市场"),
        ("ＡＢＣ Food  Co., Ltd.", "ABC FOOD CO., LTD."),
        ("McHeng's  Grill ( Loop )", "MCHENGS GRILL(LOOP)"),
        ("衡川\u200b米业\ufeff", "衡川米业"),
        ("—— / ——", ""),
        ("", ""),
    ],
)
def test_one_spelling_for_a_name(written, normal):
    assert normalise_name(written) == normal


def test_limited_company_forms_stay_distinct_names():
    assert normalise_name("衡川米业有限公司") != normalise_name("衡川米业有限责任公司")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("衡川市福满楼餐饮有限公司", "福满楼餐饮有限责任公司"),
        ("山东省衡川市东湖区福满楼餐饮店", "福满楼餐饮店"),
        ("北京福满楼餐饮集团股份有限公司", "福满楼餐饮(集团)有限公司"),
        ("THE HENG GRILL, L.L.C.", "HENG GRILL INC"),
        ("HENG & SONS CO., LTD.", "HENG AND SONS"),
    ],
)
def test_key_drops_legal_form_and_leading_region(one, other):
    assert comparison_key(one) == comparison_key(other)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("绿色城市建设有限公司", "绿色城市建设"),
        ("万家超市有限公司", "万家超市"),
        ("有限公司", "有限公司"),
        ("北京", "北京"),
        ("LLC", "LLC"),
        ("THE", "THE"),
    ],
)
def test_key_never_eats_the_name_itself(name, key):
    assert comparison_key(name) == key
