BEGIN TRANSACTION;
CREATE TABLE evaluations (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	identity TEXT NOT NULL, 
	year INTEGER, 
	framework TEXT NOT NULL, 
	framework_version TEXT NOT NULL, 
	edition TEXT NOT NULL, 
	total FLOAT, 
	grade TEXT, 
	reported_total FLOAT, 
	reported_grade TEXT, 
	status TEXT NOT NULL, 
	file TEXT NOT NULL, 
	saved FLOAT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key"), 
	FOREIGN KEY(identity) REFERENCES units (identity)
);
INSERT INTO "evaluations" VALUES(1,'code:0000|2021|renhua-2021','code:0000',2021,'renhua-2021','1.0.0','native',NULL,NULL,NULL,NULL,'正常','in/0000.xlsx',1.79522992624829864504e+09);
INSERT INTO "evaluations" VALUES(2,'code:0001|2021|renhua-2021','code:0001',2021,'renhua-2021','1.0.0','udf',NULL,NULL,NULL,NULL,'正常','in/0001.xlsm',1.79522992625687050818e+09);
INSERT INTO "evaluations" VALUES(3,'code:0002|2024|mof-department','code:0002',2024,'mof-department','1.0.0','native',NULL,NULL,NULL,NULL,'正常','in/0002.xlsx',1.79522992625896382328e+09);
INSERT INTO "evaluations" VALUES(4,'code:0003|2023|wuhua-2023','code:0003',2023,'wuhua-2023','1.0.0','udf',NULL,NULL,NULL,NULL,'正常','in/0003.xlsm',1.79522992626487040519e+09);
CREATE TABLE findings (
	evaluation INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	severity TEXT, 
	code TEXT, 
	cell TEXT, 
	message TEXT, 
	PRIMARY KEY (evaluation, position), 
	FOREIGN KEY(evaluation) REFERENCES evaluations (id) ON DELETE CASCADE
);
INSERT INTO "findings" VALUES(1,0,'hint','standard_reading','','指标33“群众信访办理情况”的标准有疑义：3.回复意见均在规定时限内的，得 0.5 分，否则按比例扣分；采用读法：在规定时限内回复的意见数÷当年度群众信访意见数。');
INSERT INTO "findings" VALUES(1,1,'hint','saved_values_differ','','保存的结果有 162 格不是现在的数据算出的；以重算为准。');
INSERT INTO "findings" VALUES(2,0,'hint','standard_reading','','指标33“群众信访办理情况”的标准有疑义：3.回复意见均在规定时限内的，得 0.5 分，否则按比例扣分；采用读法：在规定时限内回复的意见数÷当年度群众信访意见数。');
INSERT INTO "findings" VALUES(2,1,'hint','saved_values_differ','','保存的结果有 201 格不是现在的数据算出的；以重算为准。');
INSERT INTO "findings" VALUES(3,0,'hint','standard_reading','','指标B6“公用经费控制率”的标准有疑义：（未核对原文）“预算安排的公用经费”没有说是年初预算还是调整后预算；采用读法：÷年初预算数。');
INSERT INTO "findings" VALUES(3,1,'hint','saved_values_differ','','保存的结果有 156 格不是现在的数据算出的；以重算为准。');
INSERT INTO "findings" VALUES(4,0,'hint','unstated','','25 项指标中 25 项的评分标准未载明，没有规则分。');
INSERT INTO "findings" VALUES(4,1,'hint','saved_values_differ','','保存的结果有 34 格不是现在的数据算出的；以重算为准。');
CREATE TABLE indicators (
	evaluation INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	code TEXT, 
	name TEXT, 
	level1 TEXT, 
	level2 TEXT, 
	rule_status TEXT, 
	status TEXT, 
	reason TEXT, 
	evidence TEXT, 
	weight FLOAT, 
	rule_score FLOAT, 
	rule_low FLOAT, 
	rule_high FLOAT, 
	self_score FLOAT, 
	award FLOAT, 
	review FLOAT, 
	score FLOAT, 
	difference FLOAT, 
	PRIMARY KEY (evaluation, position), 
	FOREIGN KEY(evaluation) REFERENCES evaluations (id) ON DELETE CASCADE
);
INSERT INTO "indicators" VALUES(1,0,'32','政务信息平台网络信息安全事件','资金使用效益','效果性','missing','待评定',NULL,NULL,3.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(1,1,'33','群众信访办理情况','资金使用效益','公平性','missing','待评定',NULL,NULL,2.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(1,2,'34','公众或服务对象满意度','资金使用效益','公平性','judgement','待评定',NULL,'分两行
写',3.0,NULL,0.0,3.0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(2,0,'32','政务信息平台网络信息安全事件','资金使用效益','效果性','missing','待评定',NULL,NULL,3.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(2,1,'33','群众信访办理情况','资金使用效益','公平性','missing','待评定',NULL,NULL,2.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(2,2,'34','公众或服务对象满意度','资金使用效益','公平性','judgement','待评定',NULL,NULL,3.0,NULL,0.0,3.0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(3,0,'D3','生态效益','效果','履职效益','missing','待评定',NULL,NULL,3.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(3,1,'D4','可持续影响','效果','履职效益','missing','待评定',NULL,NULL,3.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(3,2,'D5','社会公众或服务对象满意度','效果','履职效益','missing','待评定',NULL,'县里统一调配',7.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(4,0,'23','社会经济环境效益','预算使用效益','效果性','unstated','未载明',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(4,1,'24','群众信访办理情况','预算使用效益','公平性','unstated','未载明',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "indicators" VALUES(4,2,'25','公众或服务对象满意度','预算使用效益','公平性','unstated','未载明',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE levels (
	evaluation INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT, 
	weight FLOAT, 
	score FLOAT, 
	rate FLOAT, 
	PRIMARY KEY (evaluation, position), 
	FOREIGN KEY(evaluation) REFERENCES evaluations (id) ON DELETE CASCADE
);
INSERT INTO "levels" VALUES(1,0,'预算执行情况',36.0,NULL,NULL);
INSERT INTO "levels" VALUES(1,1,'资金使用效益',42.0,NULL,NULL);
INSERT INTO "levels" VALUES(2,0,'预算执行情况',36.0,NULL,NULL);
INSERT INTO "levels" VALUES(2,1,'资金使用效益',42.0,NULL,NULL);
INSERT INTO "levels" VALUES(3,0,'产出',20.0,NULL,NULL);
INSERT INTO "levels" VALUES(3,1,'效果',20.0,NULL,NULL);
INSERT INTO "levels" VALUES(4,0,'预算执行情况',NULL,NULL,NULL);
INSERT INTO "levels" VALUES(4,1,'预算使用效益',NULL,NULL,NULL);
CREATE TABLE problems (
	evaluation INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	indicator TEXT, 
	problem TEXT, 
	PRIMARY KEY (evaluation, position), 
	FOREIGN KEY(evaluation) REFERENCES evaluations (id) ON DELETE CASCADE
);
INSERT INTO "problems" VALUES(1,0,'32','W01');
INSERT INTO "problems" VALUES(1,1,'32','W02');
INSERT INTO "problems" VALUES(2,0,'32','W01');
INSERT INTO "problems" VALUES(2,1,'32','W02');
INSERT INTO "problems" VALUES(3,0,'D3','W01');
INSERT INTO "problems" VALUES(3,1,'D3','W02');
INSERT INTO "problems" VALUES(4,0,'23','W01');
INSERT INTO "problems" VALUES(4,1,'23','W02');
CREATE TABLE rates (
	evaluation INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	rate TEXT, 
	label TEXT, 
	value FLOAT, 
	PRIMARY KEY (evaluation, position), 
	FOREIGN KEY(evaluation) REFERENCES evaluations (id) ON DELETE CASCADE
);
INSERT INTO "rates" VALUES(1,0,'basic_share_rate','基本支出占比',NULL);
INSERT INTO "rates" VALUES(1,1,'project_share_rate','项目支出占比',NULL);
INSERT INTO "rates" VALUES(2,0,'basic_share_rate','基本支出占比',NULL);
INSERT INTO "rates" VALUES(2,1,'project_share_rate','项目支出占比',NULL);
INSERT INTO "rates" VALUES(3,0,'quality_rate','质量达标率',NULL);
INSERT INTO "rates" VALUES(3,1,'key_task_rate','重点工作办结率',0.0);
INSERT INTO "rates" VALUES(4,0,'video_coverage_rate','视频点位覆盖率',NULL);
INSERT INTO "rates" VALUES(4,1,'data_completion_rate','地市基础数据填报完成率',NULL);
CREATE TABLE units (
	identity TEXT NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	PRIMARY KEY (identity)
);
INSERT INTO "units" VALUES('code:0000','0000','单位0');
INSERT INTO "units" VALUES('code:0001','0001','单位1');
INSERT INTO "units" VALUES('code:0002','0002','单位2');
INSERT INTO "units" VALUES('code:0003','0003','单位3');
CREATE TABLE xlperf_schema (
	version INTEGER NOT NULL
);
INSERT INTO "xlperf_schema" VALUES(1);
CREATE INDEX ix_evaluations_identity ON evaluations (identity);
COMMIT;
