"""How functions that decide, of dates and of Roman numerals are called in generated formulas."""

from __future__ import annotations

LOGIC = (
    *(f"IF(<<{kind}>>,<<number>>,<<text>>)" for kind in ("number", "truth", "blank", "error", "value", "numeral")),
    *(f"IF(<<{kind}>>,<<number>>)" for kind in ("number", "truth", "blank", "error", "value")),
    *(
        "IF(<<number>>>3,<<text>>,<<number>>)",
        'IF(<<number>>=<<number>>,<<value>>,"")',
        "IF(AND(<<number>>>1,<<number>><9),1,0)",
        'IF(OR(<<text>>="甲",<<truth>>),1,0)',
        "IF(<<number>>>3,IF(<<number>>>3,1,2),3)",
    ),
    *(
        f"{name}(<<{kind}>>,<<number>>)"
        for name in ("IFERROR", "_xlfn.IFNA")
        for kind in ("number", "text", "blank", "error", "value", "truth", "empty", "numeral")
    ),
    *(
        "IFERROR(<<number>>/<<number>>,0)",
        'IFERROR(VLOOKUP(<<@name>>,数!$E$2:$I$12,2,FALSE),"")',
        "_xlfn.IFNA(MATCH(<<@held>>,<<numbers>>,0),0)",
        "IFERROR(<<error>>,<<error>>)",
        'IFERROR(<<text>>+1,"x")',
    ),
    *(
        f"IS{name}(<<{kind}>>)"
        for name in ["BLANK", "ERR", "ERROR", "LOGICAL", "NA", "NONTEXT", "NUMBER", "TEXT"]
        for kind in ("number", "text", "numeral", "blank", "empty", "error", "value", "truth")
    ),
    *(
        f"IS{name}({inner})"
        for name in ("ERROR", "NA", "ERR", "NUMBER", "TEXT")
        for inner in (
            "<<number>>/<<number>>",
            "VLOOKUP(<<@name>>,数!$E$2:$I$12,2,FALSE)",
            "<<text>>+1",
            "FIND(<<@name>>,<<text>>)",
        )
    ),
    *(
        '_xlfn.IFS(<<number>>>5,"高",<<number>>>1,"中",TRUE,"低")',
        '_xlfn.IFS(<<number>>>5,"高",<<number>>>1,"中")',
        "_xlfn.IFS(<<number>>=1,<<number>>,<<number>>=2,<<text>>)",
        "_xlfn.IFS(<<truth>>,<<text>>,<<truth>>,<<number>>)",
    ),
    *(
        "_xlfn.IFS(<<truth>>,<<text>>)",
        "_xlfn.IFS(<<error>>,1,TRUE,2)",
        '_xlfn.IFS(<<number>>>5,"优",<<number>>>3,"良",<<number>>>1,"中",TRUE,"差")',
        "_xlfn.IFS(<<blank>>>5,1,TRUE,<<blank>>)",
    ),
    *(
        '_xlfn.SWITCH(<<number>>,1,"一",2,"二")',
        '_xlfn.SWITCH(<<number>>,1,"一",2,"二","其他")',
        '_xlfn.SWITCH(<<@name>>,"甲",1,"乙",2,0)',
        '_xlfn.SWITCH(<<@name>>,"甲",1,"乙",2)',
        '_xlfn.SWITCH(<<error>>,1,"一",0)',
    ),
    *(
        "_xlfn.SWITCH(<<@step>>,<<number>>,<<text>>,<<number>>)",
        "_xlfn.SWITCH(<<text>>,<<text>>,1,2)",
        "_xlfn.SWITCH(TRUE,<<number>>>5,1,<<number>>>1,2,3)",
        "_xlfn.SWITCH(<<number>>,1,<<text>>,2,<<text>>,3,<<text>>)",
        '_xlfn.SWITCH(<<error>>,1,"一","二")',
    ),
    *(f"ERROR.TYPE(<<{kind}>>)" for kind in ("error", "number", "text")),
    *(
        "NA()",
        "PI()",
        "TRUE()",
        "FALSE()",
        "TRUE",
        "NOT(<<number>>>3)",
        'AND(<<number>>>3,<<text>>="甲")',
        "OR(<<number>>>3,<<number>><1)",
    ),
)
DATES = (
    *(
        'DATEDIF(<<@day>>,<<@later>>,"<<y|m|d|Y|M|D>>")',
        'DATEDIF(<<@day>>,<<@later>>,"<<ym|yd|md>>")',
        "WEEKDAY(<<@day>>,<<1|2|3>>)",
        "WEEKNUM(<<@day>>,<<1|2|21>>)",
        "DAYS360(<<@day>>,<<@later>>,<<TRUE|FALSE>>)",
    ),
    *(
        "NETWORKDAYS(<<@day>>,<<@later>>)",
        "WORKDAY(<<@day>>,<<number>>)",
        "NETWORKDAYS(<<@day>>,<<@later>>,<<days>>)",
        "WORKDAY(<<@day>>,<<@place>>,<<days>>)",
    ),
    *(
        "DATE(YEAR(<<@day>>),MONTH(<<@day>>)+<<1|3|13>>,<<0|1|15>>)",
        'TEXT(<<@day>>,"<<yyyy-mm-dd|yyyy/m/d|yyyy年m月d日|m月|dddd|mmm|yyyy|mm|d>>")',
        'TEXT(<<number>>,"<<0|0.00|§,§§0|§,§§0.00|0%|0.0%|000|0.00E+00>>")',
    ),
    *(
        'TEXT(<<text>>,"<<0|0.00|@>>")',
        'TEXT(<<blank>>,"<<0|0.00|000>>")',
        'TEXT(<<numeral>>,"<<0|0.00|000>>")',
        'TEXT(<<@day>>+0.5,"<<hh:mm|h:mm:ss|yyyy-mm-dd hh:mm>>")',
        'TEXT(<<error>>,"0")',
        'TEXT(<<value>>,"<<0|0.00>>")',
    ),
)
ROMAN = (
    'ROMAN(<<@roman>>,"<<0|1|2|3|4>>")',
    'ROMAN(<<@roman>>&"","<<0|1|2|3|4>>")',
    'ROMAN("<<12|499|3>>","<<0|1|2|3|4>>")',
    "ROMAN(<<@roman>>,<<@step>>)",
)
_BASES = ("BIN", "OCT", "HEX")
_KINDS = ("number", "text", "numeral", "blank", "empty", "truth", "error")
# Array formulas, of which the sign before them tells.
_ARRAYS = (
    "{SUM(ABS(<<numbers>>-<<@held>>))",
    "{SUM(INT(<<numbers>>/<<2|3>>))",
    "{SUM(MOD(<<numbers>>*2,<<3|4>>))",
    "{SUM(SQRT(ABS(<<numbers>>*2)))",
    *(f"{{SUM({name}(<<numbers>>/3,<<0|1|2>>))" for name in ("ROUND", "ROUNDUP", "ROUNDDOWN", "TRUNC")),
    *(f'{{SUM(LEN({name}(<<texts>>&"ab",<<1|2>>)))' for name in ("LEFT", "RIGHT")),
    *(f'{{SUM(LEN({name}(<<texts>>&" ab ")))' for name in ("UPPER", "LOWER", "TRIM", "PROPER")),
    '{SUM(LEN(MID(<<texts>>&"abc",<<1|2>>,2)))',
    '{SUM(LEN(SUBSTITUTE(<<texts>>&"ab","a","")))',
    *(f'{{SUM(--ISNUMBER({name}("<<a|b>>",<<letters>>&"ab")))' for name in ("FIND", "SEARCH")),
    '{SUM(--EXACT(<<texts>>&"",<<@name>>))',
    '{SUM(VALUE(<<numbers>>&""))',
    *(f"{{SUM({name}(<<days>>+<<1|30>>))" for name in ("YEAR", "MONTH", "DAY", "WEEKDAY")),
    "{SUM(WEEKDAY(<<days>>+<<1|30>>,2))",
    "{SUM(DATE(YEAR(<<days>>),MONTH(<<days>>)+1,1))",
    "{SUM(IFERROR(1/(<<numbers>>-5),0))",
    "{SUM(IF(<<numbers>><<compare>><<@held>>,<<numbers>>*2,0))",
    "{SUM(IF(<<numbers>><<compare>><<@held>>,<<numbers>>))",
    *(f"{{{name}(IF(<<texts>>=<<@name>>,<<numbers>>))" for name in ("MAX", "MIN", "SUM", "COUNT")),
    "{SUM((<<texts>>=<<@name>>)*(<<numbers>>><<@held>>)*<<numbers>>)",
    "{COUNT(1/(<<texts>>=<<@name>>))",
    "{SUM(--(ABS(<<numbers>>)<<compare>><<@held>>))",
    "{SUM(<<numbers>>^2)",
    "{SUM(-<<numbers>>)",
    "{SUM(--ISERROR(<<mixed>>+1))",
    "{SUM(LEN(<<texts>>))",
)
# What was added later: generated after all else, so that the rest stays as it was.
LATER = (
    *((f"{one}2{other}(<<@{one}>>)", 30) for one in _BASES for other in (*_BASES, "DEC") if one != other),
    *((f"{one}2{other}(<<@{one}>>,<<2|4|8|10>>)", 30) for one in (*_BASES, "DEC") for other in _BASES if one != other),
    *((f"DEC2{one}(<<@DEC>>)", 30) for one in _BASES),
    *(
        (f"{one}2{other}(<<{kind}>>)", 10)
        for one in (*_BASES, "DEC")
        for other in (*_BASES, "DEC")
        for kind in _KINDS
        if one != other
    ),
    *((f"{name}(<<{kind}>>,<<{other}>>)", 10) for name in ("DELTA", "GESTEP") for kind in _KINDS for other in _KINDS),
    *((f"{name}(<<{kind}>>)", 10) for name in ("DELTA", "GESTEP") for kind in _KINDS),
    *((f"YEARFRAC(<<@turn>>,<<@turn>>,{basis})", 60) for basis in range(5)),
    ("YEARFRAC(<<@turn>>,<<@turn>>)", 60),
    *((f"YEARFRAC(<<{kind}>>,<<@turn>>)", 10) for kind in _KINDS),
    *((f"YEARFRAC(<<@turn>>,<<{kind}>>)", 10) for kind in _KINDS),
    *((f"HYPERLINK(<<text>>,<<{kind}>>)", 10) for kind in _KINDS),
    ("HYPERLINK(<<text>>)", 10),
    *((f'CELL("{what}",<<{kind}>>)', 10) for what in ("row", "col", "address") for kind in _KINDS),
    *((template, 12) for template in _ARRAYS),
)
