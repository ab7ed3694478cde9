SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.evaluations (
    id integer NOT NULL,
    key text NOT NULL,
    identity text NOT NULL,
    year integer,
    framework text NOT NULL,
    framework_version text NOT NULL,
    edition text NOT NULL,
    total double precision,
    grade text,
    reported_total double precision,
    reported_grade text,
    status text NOT NULL,
    file text NOT NULL,
    saved double precision NOT NULL
);
CREATE SEQUENCE public.evaluations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.evaluations_id_seq OWNED BY public.evaluations.id;
CREATE TABLE public.findings (
    evaluation integer NOT NULL,
    "position" integer NOT NULL,
    severity text,
    code text,
    cell text,
    message text
);
CREATE TABLE public.indicators (
    evaluation integer NOT NULL,
    "position" integer NOT NULL,
    code text,
    name text,
    level1 text,
    level2 text,
    rule_status text,
    status text,
    reason text,
    evidence text,
    weight double precision,
    rule_score double precision,
    rule_low double precision,
    rule_high double precision,
    self_score double precision,
    award double precision,
    review double precision,
    score double precision,
    difference double precision
);
CREATE TABLE public.levels (
    evaluation integer NOT NULL,
    "position" integer NOT NULL,
    name text,
    weight double precision,
    score double precision,
    rate double precision
);
CREATE TABLE public.problems (
    evaluation integer NOT NULL,
    "position" integer NOT NULL,
    indicator text,
    problem text
);
CREATE TABLE public.rates (
    evaluation integer NOT NULL,
    "position" integer NOT NULL,
    rate text,
    label text,
    value double precision
);
CREATE TABLE public.units (
    identity text NOT NULL,
    code text NOT NULL,
    name text NOT NULL
);
CREATE TABLE public.xlperf_schema (
    version integer NOT NULL
);
ALTER TABLE ONLY public.evaluations ALTER COLUMN id SET DEFAULT nextval('public.evaluations_id_seq'::regclass);
INSERT INTO public.evaluations VALUES (1, 'code:0000|2021|renhua-2021', 'code:0000', 2021, 'renhua-2021', '1.0.0', 'native', NULL, NULL, NULL, NULL, '正常', 'in/0000.xlsx', 1795229926.2482986);
INSERT INTO public.evaluations VALUES (2, 'code:0001|2021|renhua-2021', 'code:0001', 2021, 'renhua-2021', '1.0.0', 'udf', NULL, NULL, NULL, NULL, '正常', 'in/0001.xlsm', 1795229926.2568705);
INSERT INTO public.evaluations VALUES (3, 'code:0002|2024|mof-department', 'code:0002', 2024, 'mof-department', '1.0.0', 'native', NULL, NULL, NULL, NULL, '正常', 'in/0002.xlsx', 1795229926.2589638);
INSERT INTO public.evaluations VALUES (4, 'code:0003|2023|wuhua-2023', 'code:0003', 2023, 'wuhua-2023', '1.0.0', 'udf', NULL, NULL, NULL, NULL, '正常', 'in/0003.xlsm', 1795229926.2648704);
INSERT INTO public.findings VALUES (1, 0, 'hint', 'standard_reading', '', '指标33“群众信访办理情况”的标准有疑义：3.回复意见均在规定时限内的，得 0.5 分，否则按比例扣分；采用读法：在规定时限内回复的意见数÷当年度群众信访意见数。');
INSERT INTO public.findings VALUES (1, 1, 'hint', 'saved_values_differ', '', '保存的结果有 162 格不是现在的数据算出的；以重算为准。');
INSERT INTO public.findings VALUES (2, 0, 'hint', 'standard_reading', '', '指标33“群众信访办理情况”的标准有疑义：3.回复意见均在规定时限内的，得 0.5 分，否则按比例扣分；采用读法：在规定时限内回复的意见数÷当年度群众信访意见数。');
INSERT INTO public.findings VALUES (2, 1, 'hint', 'saved_values_differ', '', '保存的结果有 201 格不是现在的数据算出的；以重算为准。');
INSERT INTO public.findings VALUES (3, 0, 'hint', 'standard_reading', '', '指标B6“公用经费控制率”的标准有疑义：（未核对原文）“预算安排的公用经费”没有说是年初预算还是调整后预算；采用读法：÷年初预算数。');
INSERT INTO public.findings VALUES (3, 1, 'hint', 'saved_values_differ', '', '保存的结果有 156 格不是现在的数据算出的；以重算为准。');
INSERT INTO public.findings VALUES (4, 0, 'hint', 'unstated', '', '25 项指标中 25 项的评分标准未载明，没有规则分。');
INSERT INTO public.findings VALUES (4, 1, 'hint', 'saved_values_differ', '', '保存的结果有 34 格不是现在的数据算出的；以重算为准。');
INSERT INTO public.indicators VALUES (1, 0, '32', '政务信息平台网络信息安全事件', '资金使用效益', '效果性', 'missing', '待评定', NULL, NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (1, 1, '33', '群众信访办理情况', '资金使用效益', '公平性', 'missing', '待评定', NULL, NULL, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (1, 2, '34', '公众或服务对象满意度', '资金使用效益', '公平性', 'judgement', '待评定', NULL, '分两行
写', 3, NULL, 0, 3, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (2, 0, '32', '政务信息平台网络信息安全事件', '资金使用效益', '效果性', 'missing', '待评定', NULL, NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (2, 1, '33', '群众信访办理情况', '资金使用效益', '公平性', 'missing', '待评定', NULL, NULL, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (2, 2, '34', '公众或服务对象满意度', '资金使用效益', '公平性', 'judgement', '待评定', NULL, NULL, 3, NULL, 0, 3, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (3, 0, 'D3', '生态效益', '效果', '履职效益', 'missing', '待评定', NULL, NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (3, 1, 'D4', '可持续影响', '效果', '履职效益', 'missing', '待评定', NULL, NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (3, 2, 'D5', '社会公众或服务对象满意度', '效果', '履职效益', 'missing', '待评定', NULL, '县里统一调配', 7, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (4, 0, '23', '社会经济环境效益', '预算使用效益', '效果性', 'unstated', '未载明', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (4, 1, '24', '群众信访办理情况', '预算使用效益', '公平性', 'unstated', '未载明', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.indicators VALUES (4, 2, '25', '公众或服务对象满意度', '预算使用效益', '公平性', 'unstated', '未载明', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.levels VALUES (1, 0, '预算执行情况', 36, NULL, NULL);
INSERT INTO public.levels VALUES (1, 1, '资金使用效益', 42, NULL, NULL);
INSERT INTO public.levels VALUES (2, 0, '预算执行情况', 36, NULL, NULL);
INSERT INTO public.levels VALUES (2, 1, '资金使用效益', 42, NULL, NULL);
INSERT INTO public.levels VALUES (3, 0, '产出', 20, NULL, NULL);
INSERT INTO public.levels VALUES (3, 1, '效果', 20, NULL, NULL);
INSERT INTO public.levels VALUES (4, 0, '预算执行情况', NULL, NULL, NULL);
INSERT INTO public.levels VALUES (4, 1, '预算使用效益', NULL, NULL, NULL);
INSERT INTO public.problems VALUES (1, 0, '32', 'W01');
INSERT INTO public.problems VALUES (1, 1, '32', 'W02');
INSERT INTO public.problems VALUES (2, 0, '32', 'W01');
INSERT INTO public.problems VALUES (2, 1, '32', 'W02');
INSERT INTO public.problems VALUES (3, 0, 'D3', 'W01');
INSERT INTO public.problems VALUES (3, 1, 'D3', 'W02');
INSERT INTO public.problems VALUES (4, 0, '23', 'W01');
INSERT INTO public.problems VALUES (4, 1, '23', 'W02');
INSERT INTO public.rates VALUES (1, 0, 'basic_share_rate', '基本支出占比', NULL);
INSERT INTO public.rates VALUES (1, 1, 'project_share_rate', '项目支出占比', NULL);
INSERT INTO public.rates VALUES (2, 0, 'basic_share_rate', '基本支出占比', NULL);
INSERT INTO public.rates VALUES (2, 1, 'project_share_rate', '项目支出占比', NULL);
INSERT INTO public.rates VALUES (3, 0, 'quality_rate', '质量达标率', NULL);
INSERT INTO public.rates VALUES (3, 1, 'key_task_rate', '重点工作办结率', 0);
INSERT INTO public.rates VALUES (4, 0, 'video_coverage_rate', '视频点位覆盖率', NULL);
INSERT INTO public.rates VALUES (4, 1, 'data_completion_rate', '地市基础数据填报完成率', NULL);
INSERT INTO public.units VALUES ('code:0000', '0000', '单位0');
INSERT INTO public.units VALUES ('code:0001', '0001', '单位1');
INSERT INTO public.units VALUES ('code:0002', '0002', '单位2');
INSERT INTO public.units VALUES ('code:0003', '0003', '单位3');
INSERT INTO public.xlperf_schema VALUES (1);
SELECT pg_catalog.setval('public.evaluations_id_seq', 4, true);
ALTER TABLE ONLY public.evaluations
    ADD CONSTRAINT evaluations_key_key UNIQUE (key);
ALTER TABLE ONLY public.evaluations
    ADD CONSTRAINT evaluations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_pkey PRIMARY KEY (evaluation, "position");
ALTER TABLE ONLY public.indicators
    ADD CONSTRAINT indicators_pkey PRIMARY KEY (evaluation, "position");
ALTER TABLE ONLY public.levels
    ADD CONSTRAINT levels_pkey PRIMARY KEY (evaluation, "position");
ALTER TABLE ONLY public.problems
    ADD CONSTRAINT problems_pkey PRIMARY KEY (evaluation, "position");
ALTER TABLE ONLY public.rates
    ADD CONSTRAINT rates_pkey PRIMARY KEY (evaluation, "position");
ALTER TABLE ONLY public.units
    ADD CONSTRAINT units_pkey PRIMARY KEY (identity);
CREATE INDEX ix_evaluations_identity ON public.evaluations USING btree (identity);
ALTER TABLE ONLY public.evaluations
    ADD CONSTRAINT evaluations_identity_fkey FOREIGN KEY (identity) REFERENCES public.units(identity);
ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_evaluation_fkey FOREIGN KEY (evaluation) REFERENCES public.evaluations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.indicators
    ADD CONSTRAINT indicators_evaluation_fkey FOREIGN KEY (evaluation) REFERENCES public.evaluations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.levels
    ADD CONSTRAINT levels_evaluation_fkey FOREIGN KEY (evaluation) REFERENCES public.evaluations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.problems
    ADD CONSTRAINT problems_evaluation_fkey FOREIGN KEY (evaluation) REFERENCES public.evaluations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.rates
    ADD CONSTRAINT rates_evaluation_fkey FOREIGN KEY (evaluation) REFERENCES public.evaluations(id) ON DELETE CASCADE;
