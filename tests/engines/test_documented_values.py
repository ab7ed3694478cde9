"""What Microsoft's documentation of Excel's functions writes out as their results, to the digits that it shows."""

from __future__ import annotations

import io
from functools import cache

import openpyxl
import pytest

from tests.engines.formula_pools import LITERALS
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.package import open_package
from xlperf.values import Value, is_number

TEN = "{1345,1301,1368,1322,1310,1370,1318,1350,1303,1299}"
SEVEN, OTHERS = "{2,3,9,1,8,7,5}", "{6,5,11,7,5,4,4}"
# The formula, and what the documentation shows.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    *(("PMT(0.08/12,10,10000)", "-1037.03"), ("PMT(0.06/12,18*12,0,50000)", "-129.08"), ("PV(0.08/12,12*20,500)", "-59777.15")),
    *(("FV(0.06/12,10,-200,-500,1)", "2581.40"), ("FV(0.12/12,12,-1000)", "12682.50"), ("NPER(0.12/12,-100,-1000,10000,1)", "59.6738657")),
    *(("RATE(4*12,-200,8000)", "0.0077"), ("IPMT(0.1/12,1,3*12,8000)", "-66.67"), ("PPMT(0.1/12,1,2*12,2000)", "-75.62")),
    *(("CUMIPMT(0.09/12,30*12,125000,13,24,0)", "-11135.23213"), ("CUMPRINC(0.09/12,30*12,125000,13,24,0)", "-934.1071234")),
    *(("SLN(30000,7500,10)", "2250"), ("SYD(30000,7500,10,1)", "4090.91"), ("DDB(2400,300,10*12,1,2)", "40.00"), ("DDB(2400,300,10,2,1.5)", "306.00")),
    *(("EFFECT(0.0525,4)", "0.0535427"), ("NOMINAL(0.053543,4)", "0.0525003"), ("NPV(0.1,-10000,3000,4200,6800)", "1188.44")),
    *(("IRR({-70000,12000,15000,18000,21000})", "-0.021"), ("MIRR({-120000,39000,30000,21000,37000,46000},0.1,0.12)", "0.1261")),
    *(("XNPV(0.09,{-10000,2750,4250,3250,2750},{39448,39508,39751,39859,39904})", "2086.65"), ("FVSCHEDULE(1,{0.09,0.11,0.1})", "1.3309")),
    *(("RRI(96,10000,11000)", "0.0009933"), ("PDURATION(0.025,2000,2200)", "3.86"), ("DOLLARDE(1.02,16)", "1.125"), ("DOLLARFR(1.125,16)", "1.02")),
    *(("NORM.DIST(42,40,1.5,TRUE)", "0.9087888"), ("NORM.DIST(42,40,1.5,FALSE)", "0.10934"), ("NORM.S.DIST(1.333333,TRUE)", "0.908788726")),
    *(("NORM.INV(0.908789,40,1.5)", "42.000002"), ("NORM.S.INV(0.908789)", "1.3333347"), ("LOGNORM.DIST(4,3.5,1.2,TRUE)", "0.0390836")),
    *(("LOGNORM.INV(0.039084,3.5,1.2)", "4.0000252"), ("EXPON.DIST(0.2,10,TRUE)", "0.86466472"), ("EXPON.DIST(0.2,10,FALSE)", "1.35335283")),
    *(("POISSON.DIST(2,5,TRUE)", "0.124652"), ("POISSON.DIST(2,5,FALSE)", "0.084224"), ("WEIBULL.DIST(105,20,100,TRUE)", "0.929581")),
    *(("BINOM.DIST(6,10,0.5,FALSE)", "0.2050781"), ("BINOM.INV(6,0.5,0.75)", "4"), ("BINOM.DIST.RANGE(60,0.75,48)", "0.084"), ("BINOM.DIST.RANGE(60,0.75,45,50)", "0.524")),
    *(("NEGBINOM.DIST(10,5,0.25,TRUE)", "0.3135141"), ("NEGBINOM.DIST(10,5,0.25,FALSE)", "0.0550487"), ("HYPGEOM.DIST(1,4,8,20,TRUE)", "0.4654"), ("HYPGEOM.DIST(1,4,8,20,FALSE)", "0.3633")),
    *(("GAMMA(2.5)", "1.329"), ("GAMMALN(4)", "1.7917595"), ("PHI(0.75)", "0.301137432"), ("GAUSS(2)", "0.47725"), ("STANDARDIZE(42,40,1.5)", "1.33333333")),
    *(("FISHER(0.75)", "0.9729551"), ("FISHERINV(0.972955)", "0.75"), ("COMBIN(8,2)", "28"), ("COMBINA(4,3)", "20"), ("COMBINA(10,3)", "220")),
    *(("PERMUT(100,3)", "970200"), ("PERMUTATIONA(3,2)", "9"), ("FACTDOUBLE(6)", "48"), ("FACTDOUBLE(7)", "105"), ("GCD(24,36)", "12"), ("LCM(24,36)", "72"), ("MULTINOMIAL(2,3,4)", "1260")),
    *((f"ROMAN(499,{form})", text) for form, text in enumerate(("CDXCIX", "LDVLIV", "XDIX", "VDIV", "ID"))),
    *(('ARABIC("LVII")', "57"), ('ARABIC("mcmxii")', "1912"), ("BASE(15,2,10)", "0000001111"), ("BASE(100,16)", "64"), ('DECIMAL("FF",16)', "255"), ('DECIMAL("zap",36)', "45745")),
    *(("SQRTPI(1)", "1.772454"), ("SERIESSUM(PI()/4,0,2,{1,-0.5,0.041666667,-0.001388889})", "0.707103"), ("ACOT(2)", "0.4636"), ("ACOTH(6)", "0.168")),
    *(("COT(30)", "-0.156"), ("COTH(2)", "1.037"), ("CSC(15)", "1.538"), ("CSCH(1.5)", "0.4696"), ("SINH(1)", "1.1752"), ("COSH(4)", "27.308233"), ("TANH(0.5)", "0.462117"), ("ASINH(-2.5)", "-1.647231146"), ("ATANH(0.76159416)", "1.00000001"), ("ACOSH(10)", "2.9932228")),
    *(("KURT({3,4,5,2,3,4,5,6,4,7})", "-0.151799637"), ("SKEW({3,4,5,2,3,4,5,6,4,7})", "0.359543071"), ("SKEW.P({3,4,5,2,3,4,5,6,4,7})", "0.303193")),
    *(("HARMEAN({4,5,8,7,11,4,3})", "5.028375962"), ("GEOMEAN({4,5,8,7,11,4,3})", "5.476986970"), ("AVEDEV({4,5,6,7,5,4,3})", "1.020408163"), ("DEVSQ({4,5,8,7,11,4,3})", "48")),
    *(("TRIMMEAN({4,5,6,7,2,3,4,5,1,2,3},0.2)", "3.778"), ("PERCENTILE({1,3,2,4},0.3)", "1.9"), ("QUARTILE({1,2,4,7,8,9,10,12},1)", "3.5"), ("PERCENTILE.EXC({1,2,3,6,6,6,7,8,9},0.25)", "2.5")),
    *(("CORREL({3,2,4,5,6},{9,7,12,15,17})", "0.997054486"), (f"SLOPE({SEVEN},{OTHERS})", "0.305556"), ("INTERCEPT({2,3,9,1,8},{6,5,11,7,5})", "0.0483871"), (f"STEYX({SEVEN},{OTHERS})", "3.305719")),
    *(("FORECAST(30,{6,7,9,15,21},{20,28,31,38,40})", "10.607253"), (f"RSQ({SEVEN},{OTHERS})", "0.05795"), ("COVARIANCE.P({3,2,4,5,6},{9,7,12,15,17})", "5.2")),
    *((f"STDEV({TEN})", "27.46391572"), (f"STDEV.P({TEN})", "26.05455814"), (f"VAR({TEN})", "754.2666667"), (f"VAR.P({TEN})", "678.84"), ("MODE({5.6,4,4,3,2,4})", "4")),
    *(("PROB({0,1,2,3},{0.2,0.3,0.1,0.4},2)", "0.1"), ("PROB({0,1,2,3},{0.2,0.3,0.1,0.4},1,3)", "0.8"), ("SUMSQ(3,4)", "25"), ("RANK.AVG(3,A1:A5)", "2.5")),
    *(("SUMX2MY2({2,3,9,1,8,7,5},{6,5,11,7,5,4,4})", "-55"), ("SUMX2PY2({2,3,9,1,8,7,5},{6,5,11,7,5,4,4})", "521"), ("SUMXMY2({2,3,9,1,8,7,5},{6,5,11,7,5,4,4})", "79")),
    *(('TEXTJOIN(", ",TRUE,B1:B4)', "US Dollar, Euro, Yen"), ('TEXTJOIN("-",FALSE,B1:B4)', "US Dollar-Euro--Yen"), ('CONCAT(B1:B4,"!")', "US DollarEuroYen!"), ('SWITCH(2,1,"Sunday",2,"Monday","No match")', "Monday")),
    *(('SWITCH(9,1,"Sunday",2,"Monday","No match")', "No match"), ('IFS(FALSE,"a",5>3,"b")', "b"), ("UNICHAR(66)", "B"), ('UNICODE("B")', "66"), ('MAXIFS(A1:A5,B1:B5,"E*")', "3"), ('MINIFS(A1:A5,A1:A5,">2")', "3")),
    *(('BIN2DEC("1100100")', "100"), ('BIN2DEC("1111111111")', "-1"), ('BIN2HEX("11111011",4)', "00FB"), ('BIN2HEX("1110")', "E"), ('BIN2HEX("1111111111")', "FFFFFFFFFF"), ('BIN2OCT("1001",3)', "011"), ('BIN2OCT("01100100")', "144"), ('BIN2OCT("1111111111")', "7777777777")),
    *(("DEC2BIN(9,4)", "1001"), ("DEC2BIN(-100)", "1110011100"), ("DEC2HEX(100,4)", "0064"), ("DEC2HEX(-54)", "FFFFFFFFCA"), ("DEC2HEX(28)", "1C"), ("DEC2OCT(58,3)", "072"), ("DEC2OCT(-100)", "7777777634")),
    *(('HEX2BIN("F",8)', "00001111"), ('HEX2BIN("B7")', "10110111"), ('HEX2BIN("FFFFFFFFFF")', "1111111111"), ('HEX2DEC("A5")', "165"), ('HEX2DEC("FFFFFFFF5B")', "-165"), ('HEX2DEC("3DA408B9")', "1034160313"), ('HEX2OCT("F",3)', "017"), ('HEX2OCT("3B4E")', "35516"), ('HEX2OCT("FFFFFFFF00")', "7777777400")),
    *(("OCT2BIN(3,3)", "011"), ("OCT2BIN(7777777000)", "1000000000"), ("OCT2DEC(54)", "44"), ("OCT2DEC(7777777533)", "-165"), ("OCT2HEX(100,4)", "0040"), ("OCT2HEX(7777777533)", "FFFFFFFF5B"), ("DELTA(5,4)", "0"), ("DELTA(5,5)", "1"), ("GESTEP(5,4)", "1"), ("GESTEP(-4,-5)", "1"), ("GESTEP(-1)", "0")),
    *(("YEARFRAC(DATE(2012,1,1),DATE(2012,7,30))", "0.58055556"), ("YEARFRAC(DATE(2012,1,1),DATE(2012,7,30),1)", "0.57650273"), ("YEARFRAC(DATE(2012,1,1),DATE(2012,7,30),3)", "0.57808219")),
)  # fmt: skip


def stored(text: str) -> str:
    name = text.partition("(")[0]
    return f"_xlfn.{text}" if name in LITERALS["prefixed"] else text


@cache
def results() -> list[Value]:
    """What the engine finds, in the order of the list."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "S"
    for row, (number, text) in enumerate(((2, "US Dollar"), (3, "Euro"), (3, None), (1, "Yen"), (5, None)), 1):
        sheet[f"A{row}"], sheet[f"B{row}"] = number, text
    for row, (formula, _) in enumerate(DOCUMENTED, 1):
        sheet[f"F{row}"] = f"={stored(formula)}"
    stream = io.BytesIO()
    book.save(stream)
    model = CompiledEngine().load(open_package(stream.getvalue()), {})
    found = model.calculate()
    assert dict(model.unable) == {}
    return [found["S", f"F{row}"] for row in range(1, len(DOCUMENTED) + 1)]


@pytest.mark.parametrize("number", range(len(DOCUMENTED)), ids=[formula for formula, _ in DOCUMENTED])
def test_documented(number: int) -> None:
    found, shown = results()[number], DOCUMENTED[number][1]
    if is_number(found):
        places = len(shown.partition(".")[2])
        assert abs(found - float(shown)) <= 0.5000001 * 10.0**-places, found
    else:
        assert found == shown
