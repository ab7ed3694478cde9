"""The league model: ranks and ties, what is left out, what can't be ranked, several frameworks, what units have in common."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.league_results import hand_in, record
from xlperf.errors import UserError
from xlperf.report.league.ranking import COMMON_RATE, TOTAL, League
from xlperf.report.league.results import read_leagues
from xlperf.report.league.statistics import bands


def only(folder: Path) -> League:
    (league,) = read_leagues(folder).leagues
    return league


def ranks(league: League) -> list[tuple[str, int | None]]:
    return [(unit.name, unit.rank) for unit in league.units]


def test_units_are_ranked_by_the_common_indicators_and_ties_share_a_rank(tmp_path: Path) -> None:
    league = only(
        hand_in(
            tmp_path,
            record("甲", (20, 25, 0)),
            record("乙", (20, 30, 10)),
            record("丙", (15, 30, 50)),
            record("丁", (10, 20, 50)),
        )
    )
    # 甲 and 丙 reach 45 of 50, whatever their individual indicator gives.
    assert ranks(league) == [("乙", 1), ("丙", 2), ("甲", 2), ("丁", 4)]
    assert [unit.common_rate for unit in league.units] == [1.0, 0.9, 0.9, 0.6]
    assert [unit.individual_rate for unit in league.units] == [0.2, 1.0, 0.0, 1.0]
    assert (league.basis, league.is_divided) == (COMMON_RATE, True)


def closed(name: str, *reasons: str) -> dict[str, Any]:
    """A unit whose gate of the result is closed."""
    item = record(name, (20, 30, 50))
    item["result"]["result"] = {"state": "不可出结果", "reasons": list(reasons)}
    return item


def test_a_result_that_is_not_out_is_not_ranked_unless_its_score_is_beyond_doubt(tmp_path: Path) -> None:
    """Where other scores are open, or the list of what was taken off is incomplete, that is told beside the rank."""
    listing, weights = "“指标评分”有 3 项扣分对不上", "各指标的分值合计不是 100（1 处）"
    league = only(hand_in(tmp_path, closed("甲", listing), closed("乙", listing, weights), record("丙", (10, 30, 50))))
    assert ranks(league) == [("甲", 1), ("丙", 2), ("乙", None)]
    waiting = closed("丁", "“指标评分”有 1 项待评定", "总分算不出（1 处）")
    waiting["result"]["indicators"][2]["score"] = None
    (tmp_path / "个性").mkdir()
    assert ranks(only(hand_in(tmp_path / "个性", waiting))) == [("丁", 1)]
    told = {unit.name: (unit.unranked, unit.notes) for unit in league.units}
    assert told["甲"] == ("", f"未出结果：{listing}")
    assert told["乙"][0] == f"未出结果：{weights}"
    assert told["丙"] == ("", "")


def test_what_a_result_rests_on_stands_in_the_ranking(tmp_path: Path) -> None:
    item = record("甲", (20, 30, 50))
    item["result"]["basis"] = {"rule": 0.45, "judgement": 0.47, "missing": 0.08}
    league = only(hand_in(tmp_path, item, record("乙", (20, 30, 50))))
    assert [unit.basis for unit in league.units] == [(None, None, None), (0.45, 0.47, 0.08)]


def test_rates_that_look_alike_are_a_tie(tmp_path: Path) -> None:
    league = only(hand_in(tmp_path, record("甲", (20, 25.001, 0)), record("乙", (20, 25, 0))))
    assert [unit.rank for unit in league.units] == [1, 1]


def test_what_does_not_apply_counts_neither_as_points_nor_as_weight(tmp_path: Path) -> None:
    skipped = {"score": 0.0, "award": 0.0, "status": "不适用"}
    unit = only(hand_in(tmp_path, record("甲", (18, skipped, skipped)))).units[0]
    assert (unit.common_rate, unit.rank) == (0.9, 1)
    assert unit.individual_rate is None
    assert unit.rates == (0.9, None, None)
    assert unit.scores == (18, None, None)


def test_points_for_missing_data_are_points_unless_they_are_left_out(tmp_path: Path) -> None:
    zero = {"score": 0.0, "status": "缺数据计0分"}
    out = {"score": 0.0, "status": "缺数据剔除"}
    league = only(hand_in(tmp_path, record("甲", (20, zero, 0)), record("乙", (20, out, 0))))
    assert [(unit.name, unit.common_rate) for unit in league.units] == [("乙", 1.0), ("甲", 0.4)]
    summary = league.summaries[1]
    assert (summary.units, summary.zero, summary.left_out, summary.unscored) == (1, 1, 1, 0)


def test_a_unit_with_an_open_common_indicator_has_no_rank_but_a_reason(tmp_path: Path) -> None:
    judged = {"score": None, "rule_status": "judgement"}
    league = only(hand_in(tmp_path, record("甲", (20, judged, 50)), record("乙", (10, 10, judged))))
    assert ranks(league) == [("乙", 1), ("甲", None)]
    assert league.unranked[0].unranked == "没有得分的指标：待评定 1 项（2）"
    assert league.unranked[0].common_rate is None
    # The open individual indicator of 乙 leaves it without a total, not without a rank.
    assert (league.ranked[0].total, league.ranked[0].common_rate) == (None, 0.4)
    assert league.summaries[1].unscored == 1


def test_without_weights_totals_are_compared(tmp_path: Path) -> None:
    first = {"score": 97.0, "weight": None}
    second = {"score": 95.0, "weight": None}
    league = only(hand_in(tmp_path, record("甲", (second,), individual=[]), record("乙", (first,), individual=[])))
    assert (league.basis, league.is_divided) == (TOTAL, False)
    assert ranks(league) == [("乙", 1), ("甲", 2)]
    assert league.indicators[0].weight is None


def test_changed_weights_are_said_and_each_unit_has_rates_of_its_own(tmp_path: Path) -> None:
    own = {"score": 20.0, "weight": 40.0}
    league = only(hand_in(tmp_path, record("甲", (20, 30, 0)), record("乙", (own, 30, 0))))
    assert league.has_own_weights
    assert [indicator.weight for indicator in league.indicators] == [None, 30.0, 50.0]
    assert [round(unit.common_rate or 0, 4) for unit in league.units] == [1.0, 0.7143]


def test_frameworks_versions_contents_and_years_are_kept_apart(tmp_path: Path) -> None:
    leagues = read_leagues(
        hand_in(
            tmp_path,
            record("甲", (20, 30, 0)),
            record("乙", (10, 30, 0), framework_version="1.1.0"),
            record("丙", (10, 30, 0), year=2022),
            record("丁", (10, 30, 0), hash="b2"),
            record("戊", (10, 30, 0), framework_id="other"),
            record("己", (10, 30, 0), year=None),
        )
    ).leagues
    assert sorted(unit.name for league in leagues for unit in league.units) == sorted("甲乙丙丁戊己")
    assert all(len(league.units) == 1 and league.units[0].rank == 1 for league in leagues)
    assert len({(x.year, x.framework, x.version, x.content_hash) for x in leagues}) == 6


def test_the_projects_of_a_unit_are_ranked_each_by_itself(tmp_path: Path) -> None:
    first = record("甲", (20, 30, 0), project="路灯", file="1.xlsx")
    second = record("甲", (10, 30, 0), project="桥梁", file="2.xlsx")
    league = only(hand_in(tmp_path, first, second))
    assert [(unit.rank, unit.shown) for unit in league.units] == [(1, "甲　路灯"), (2, "甲　桥梁")]


def test_what_is_in_no_league_is_listed(tmp_path: Path) -> None:
    late = record("甲", (20, 30, 0), file="甲-改.xlsx", saved=2.0)
    leagues = read_leagues(hand_in(tmp_path, record("甲", (0, 0, 0)), late, missing=("乙",)))
    assert leagues.leagues[0].units[0].common_rate == 1.0
    assert [(item.file, item.counted_file) for item in leagues.replaced] == [("甲.xlsx", "甲-改.xlsx")]
    assert [(item.file, item.reason) for item in leagues.refused] == [("坏.xlsx", "读不出来")]
    assert [item.name for item in leagues.absent] == ["乙"]
    assert leagues.unit_count == 1


def test_the_self_score_is_compared_with_review_award_and_rule(tmp_path: Path) -> None:
    reviewed = {"score": 12.0, "award": 20.0, "review": 12.0, "rule_score": 19.0, "self_score": 20.0}
    by_rule = {"score": 30.0, "rule_score": 25.0, "self_score": 30.0}
    only_own = {"score": 50.0, "self_score": 50.0, "rule_score": None, "status": "按自评"}
    league = only(hand_in(tmp_path, record("甲", (reviewed, by_rule, only_own)), record("乙", (20, 30, 50))))
    (unit,) = league.most_departing
    assert (unit.name, unit.self_sum, unit.evaluated_sum, unit.difference) == ("甲", 50.0, 37.0, -13.0)
    found = [(d.indicator.code, d.self_score, d.evaluated, d.difference) for d in league.differences()]
    assert found == [("1", 20.0, 12.0, -8.0), ("2", 30.0, 25.0, -5.0)]
    assert league.differences(1) == league.differences()[:1]
    assert league.summaries[0].mean_difference == -8.0
    assert league.summaries[2].mean_difference is None


def test_an_award_that_does_not_count_is_no_evaluation(tmp_path: Path) -> None:
    refused = {"score": None, "award": 5.0, "self_score": 20.0, "rule_score": 20.0, "status": "缺理由"}
    league = only(hand_in(tmp_path, record("甲", (refused, 30, 50))))
    assert league.units[0].evaluated[0] is None
    assert league.differences() == []


def test_the_distribution_has_every_band_and_grade(tmp_path: Path) -> None:
    scores = {"甲": (20, 30, 50), "乙": (20, 25, 0), "丙": (18, 26.99, 0), "丁": (0, 0, 0)}
    league = only(hand_in(tmp_path, *(record(name, points) for name, points in scores.items())))
    assert [band.units for band in league.bands] == [1, 0, 0, 0, 0, 0, 0, 0, 1, 2]
    assert (league.bands[-1].label, league.bands[-1].low, league.bands[-1].high) == ("90～100%", 0.9, 1.0)
    assert [(grade.grade, grade.units) for grade in league.grades] == [("优", 1), ("良", 3), ("差", 0)]


def test_a_total_a_hair_below_a_band_is_in_it(tmp_path: Path) -> None:
    """Binary fractions add up to 89.99999999999999 where people have 90; beyond a hundred there are bands too."""
    (unit,) = only(hand_in(tmp_path, record("甲", (20, 25, 0)))).units
    found = bands([replace(unit, total=total) for total in (89.99999999999999, 89.99, 100.0, 105.5, 0.0)], TOTAL)
    assert [band.units for band in found] == [1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2]
    assert (found[-1].label, found[-1].low, found[-1].high) == ("100～110", 100.0, 110.0)


def test_commonest_problems_and_findings_come_first(tmp_path: Path) -> None:
    def problem(number: str, clause: str, *codes: str) -> dict[str, Any]:
        return {"id": number, "fact": f"事实{number}", "amount": None, "clause": clause, "indicators": list(codes)}

    def finding(code: str, severity: str) -> dict[str, Any]:
        return {"severity": severity, "code": code, "cell": "A!A1", "message": "一句话。"}

    league = only(
        hand_in(
            tmp_path,
            record(
                "甲",
                (20, 30, 0),
                problems=[problem("P1", "会计法", "1"), problem("P2", "", "2"), problem("P3", "", "2")],
                findings=[finding("input_missing", "warning"), finding("unstated", "hint")],
            ),
            record(
                "乙",
                (20, 0, 0),
                problems=[problem("P1", " 会计法\n", "1", "2")],
                findings=[finding("input_missing", "error"), finding("input_missing", "warning")],
            ),
            further=("乙",),
        )
    )
    told = [(kind.clause, kind.units, kind.problems, kind.indicators) for kind in league.problem_kinds]
    assert told == [("会计法", 2, 2, ("1", "2")), ("", 1, 2, ("2",))]
    assert len(league.problems) == 4
    kinds = [(kind.code, kind.name, kind.severity, kind.units, kind.findings) for kind in league.finding_kinds]
    assert kinds[0] == ("input_missing", "缺数据", "错误", 2, 3)
    assert [kind[0] for kind in kinds] == ["input_missing", "cross_year"]
    assert league.summaries[0].units_with_problems == 2
    assert league.summaries[1].lost == 30.0


def test_a_units_record_has_the_findings_across_years(tmp_path: Path) -> None:
    folder = hand_in(tmp_path, record("甲", (20, 30, 0)), record("乙", (20, 30, 0)), further=("乙",))
    found = {
        unit.name: [row["message"] for row in item["further"]]
        for unit, item in read_leagues(folder).records(only(folder))
    }
    assert found == {"甲": [], "乙": ["不衔接。"]}


def test_a_first_level_indicator_is_found_by_its_name(tmp_path: Path) -> None:
    moved = record("甲", (20, 30, 0))
    moved["result"]["level1"].reverse()
    league = only(hand_in(tmp_path, moved))
    assert [level.name for level in league.levels] == ["一级0", "一级1"]
    assert league.units[0].level_rates == (0.8, None)


def test_names_that_look_like_formulas_come_back_as_they_were(tmp_path: Path) -> None:
    assert only(hand_in(tmp_path, record("=1+1", (20, 30, 0)))).units[0].name == "=1+1"


def test_results_of_another_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="不是批量处理的输出文件夹"):
        read_leagues(tmp_path)
    old = record("甲", (20, 30, 0))
    del old["framework"]
    with pytest.raises(UserError, match="旧版"):
        read_leagues(hand_in(tmp_path, old))


def test_tables_that_belong_to_other_results_are_refused(tmp_path: Path) -> None:
    hand_in(tmp_path, record("甲", (20, 30, 0)))
    (tmp_path / "results.jsonl").write_bytes(b"")
    with pytest.raises(UserError, match="对不上"):
        read_leagues(tmp_path)
