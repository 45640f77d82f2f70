"""GS1 keys held to published numbers, to GS1's own EPCIS examples, and to python-stdnum."""

import re
from pathlib import Path

import pytest
from stdnum import ean

from zhiheng.rules.errors import ContentError
from zhiheng.subjects.identifiers import DigitalLink, Gln, Gtin, Sscc
from zhiheng.subjects.identifiers.gs1 import gs1_check_digit

EPCIS = Path(__file__).parents[3] / "shared/data/gs1-epcis"


# 4006381333931, 96385074, 614141000036 and 10614141000019 are printed in GS1's and trade
# literature; 6901234567892 is the textbook number of GS1 China. stdnum agrees on all of them.
@pytest.mark.parametrize(
    ("printed", "canonical"),
    [
        ("6901234567892", "06901234567892"),
        ("4006381333931", "04006381333931"),
        ("96385074", "00000096385074"),
        ("614141000036", "00614141000036"),
        ("10614141000019", "10614141000019"),
    ],
)
def test_gtin_of_any_length_becomes_fourteen_digits(printed, canonical):
    assert ean.is_valid(printed)
    assert str(Gtin.parse(printed)) == canonical


def test_indicator_makes_a_case_of_an_item():
    assert str(Gtin.parse("6901234567892").with_indicator(1)) == "16901234567899"


def test_prefix_tells_issuer_and_shop_internal_numbers():
    assert Gtin.parse("6901234567892").prefix == "690"
    assert Gtin.parse("2" + "0" * 11 + gs1_check_digit("2" + "0" * 11)).is_internal


def test_sscc():
    assert str(Sscc.parse("106141411234567897")) == "106141411234567897"
    assert str(Sscc.build(0, "6901234", 1)) == "069012340000000016"


@pytest.mark.parametrize("text", ["6901234000016", "0614141000012"])
def test_gln(text):
    assert str(Gln.parse(text)) == text


def test_the_same_digits_may_be_two_different_things():
    assert Gln.parse("6901234000016") != Gtin.parse("6901234000016")


@pytest.mark.parametrize(
    ("parse", "text", "code", "said"),
    [
        (Gtin.parse, "6901234567893", "gtin.check", "末位应为 2"),
        (Gtin.parse, "690123456789", "gtin.check", "末位应为"),
        (Gtin.parse, "69012345678", "gtin.length", "8、12、13、14"),
        (Gtin.parse, "690123456789X", "gtin.digits", "半角数字"),
        (Gln.parse, "06901234567892", "gln.length", "13"),
        (Sscc.parse, "106141411234567898", "sscc.check", "末位应为 7"),
    ],
)
def test_wrong_keys_say_what_is_right(parse, text, code, said):
    with pytest.raises(ContentError) as caught:
        parse(text)
    assert caught.value.code == code
    assert said in caught.value.fix


def test_link_is_read_and_written():
    text = (
        "https://id.example.cn/01/06901234567892/22/V2/10/L%2F7%2B/21/0001?17=271200&linkType=all"
    )
    link = DigitalLink.parse(text)
    assert link.gtin == Gtin.parse("6901234567892")
    assert (link.qualifier("10"), link.qualifier("21"), link.qualifier("22")) == (
        "L/7+",
        "0001",
        "V2",
    )
    assert link.attributes == (("17", "271200"), ("linkType", "all"))
    assert str(link) == text


def test_link_under_a_path_with_a_short_gtin_is_made_canonical():
    link = DigitalLink.parse("http://shop.example.cn/goods/x/01/96385074?17=271231")
    assert str(link) == "http://shop.example.cn/goods/x/01/00000096385074?17=271231"


@pytest.mark.parametrize(
    "text",
    [
        "https://id.example.cn/00/106141411234567897",
        "https://id.example.cn/414/6901234000016/254/S1",
        "https://id.example.cn/8003/040123450007718765",
    ],
)
def test_links_of_other_keys(text):
    assert str(DigitalLink.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("https://a.cn/01/06901234567892/21/1/10/L", "digital_link.order", "22、10、21"),
        ("https://a.cn/01/06901234567892/10/L/10/M", "digital_link.order", "至多一次"),
        ("https://a.cn/01/06901234567892/99/L", "digital_link.qualifier", "22、10、21"),
        ("https://a.cn/00/106141411234567897/10/L", "digital_link.qualifier", "不带限定符"),
        ("https://a.cn/01/06901234567892/10/%E6%89%B9", "digital_link.value", "82 字符集"),
        ("https://a.cn/01/06901234567892/10/" + "L" * 21, "digital_link.value", "1 至 20"),
        ("https://a.cn/01/06901234567892?17=271301", "digital_link.value", "YYMMDD"),
        ("https://a.cn/01/06901234567893", "gtin.check", "末位应为 2"),
        ("https://a.cn/01", "digital_link.shape", "形如"),
        ("ftp://a.cn/01/06901234567892", "digital_link.shape", "形如"),
        ("https://[a/01/06901234567892", "digital_link.shape", "形如"),
        ("6901234567892", "digital_link.shape", "形如"),
    ],
)
def test_wrong_links_say_what_is_right(text, code, said):
    with pytest.raises(ContentError) as caught:
        DigitalLink.parse(text)
    assert caught.value.code == code
    assert said in caught.value.fix


@pytest.mark.shared
def test_every_link_in_the_epcis_examples_of_gs1_is_read():
    """GS1's example files stay out of this checkout; they lie beside it."""
    shape = re.compile(r'https://[\w.]+/(?:00|01|253|414|8003|8004)/[^"<\s]+')
    files = [*EPCIS.rglob("*.jsonld"), *EPCIS.rglob("*.xml")]
    links = {link for file in files for link in shape.findall(file.read_text("utf-8"))}
    assert len(links) > 15
    for text in sorted(links):
        assert str(DigitalLink.parse(text)) == text
