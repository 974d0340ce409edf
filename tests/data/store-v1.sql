-- A store of schema version 1, as dandang 0.1.0 made it.
PRAGMA application_id = 1145327175;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE change_set (
    id INTEGER PRIMARY KEY,
    recorded_at TEXT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    basis TEXT NOT NULL
  ) STRICT;
INSERT INTO change_set VALUES(1,'2025-03-24T08:00:00Z','李四','导入','测试');
INSERT INTO change_set VALUES(2,'2025-03-25T08:00:00Z','李四','导入','测试');
CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    sheet TEXT NOT NULL,
    UNIQUE (file, sheet)
  ) STRICT;
INSERT INTO source VALUES(1,'机构.xlsx','单位');
INSERT INTO source VALUES(2,'花名册.xlsx','干部');
INSERT INTO source VALUES(3,'考核.xlsx','2024');
CREATE TABLE record_type (
    name TEXT PRIMARY KEY,
    key TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
INSERT INTO record_type VALUES('单位','名称');
INSERT INTO record_type VALUES('干部','身份证号');
INSERT INTO record_type VALUES('年度考核','干部年度');
CREATE TABLE record_field (
    type TEXT NOT NULL REFERENCES record_type (name),
    name TEXT NOT NULL,
    form TEXT NOT NULL,
    ref_type TEXT NOT NULL,
    PRIMARY KEY (type, name)
  ) STRICT, WITHOUT ROWID;
INSERT INTO record_field VALUES('单位','上级','ref','单位');
INSERT INTO record_field VALUES('单位','名称','text','');
INSERT INTO record_field VALUES('干部','任职日','day','');
INSERT INTO record_field VALUES('干部','入党年','year','');
INSERT INTO record_field VALUES('干部','出生','day','');
INSERT INTO record_field VALUES('干部','单位','ref','单位');
INSERT INTO record_field VALUES('干部','在职','flag','');
INSERT INTO record_field VALUES('干部','备注','text','');
INSERT INTO record_field VALUES('干部','奖金','money','');
INSERT INTO record_field VALUES('干部','姓名','text','');
INSERT INTO record_field VALUES('干部','得分','number','');
INSERT INTO record_field VALUES('干部','职级','text','');
INSERT INTO record_field VALUES('干部','身份证号','text','');
INSERT INTO record_field VALUES('年度考核','单位','ref','单位');
INSERT INTO record_field VALUES('年度考核','干部','ref','干部');
INSERT INTO record_field VALUES('年度考核','年度','year','');
INSERT INTO record_field VALUES('年度考核','等次','text','');
CREATE TABLE coverage (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL REFERENCES record_type (name),
    key_names TEXT NOT NULL,
    key_values TEXT,
    recorded_in INTEGER NOT NULL REFERENCES change_set (id),
    source INTEGER REFERENCES source (id),
    source_row INTEGER NOT NULL,
    open_for TEXT NOT NULL  -- the key of a record the list is not complete for; else empty
  ) STRICT;
INSERT INTO coverage VALUES(1,'年度考核','单位年度','甲局2024',1,3,1,'');
INSERT INTO coverage VALUES(2,'年度考核','单位年度','甲局2024',1,NULL,0,'某人');
CREATE TABLE parameter (
    id INTEGER PRIMARY KEY,
    package TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    for_body TEXT NOT NULL,
    basis TEXT NOT NULL,
    recorded_in INTEGER NOT NULL REFERENCES change_set (id)
  ) STRICT;
INSERT INTO parameter VALUES(1,'shaanxi','期限','3',20089,'','一号文',1);
INSERT INTO parameter VALUES(2,'shaanxi','期限','5',20089,'','二号文',2);
CREATE TABLE package_text (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
INSERT INTO package_text VALUES(1,'shaanxi/policy.yaml','id: shaanxi');
CREATE TABLE package_file (
    recorded_in INTEGER NOT NULL REFERENCES change_set (id),
    package TEXT NOT NULL,
    text INTEGER NOT NULL REFERENCES package_text (id),
    PRIMARY KEY (recorded_in, text)
  ) STRICT, WITHOUT ROWID;
INSERT INTO package_file VALUES(1,'shaanxi',1);
CREATE TABLE IF NOT EXISTS "r:单位" (version_id INTEGER PRIMARY KEY, record INTEGER NOT NULL, key TEXT NOT NULL, valid_from INTEGER, valid_to INTEGER, valid_assumed INTEGER NOT NULL, recorded_in INTEGER NOT NULL REFERENCES change_set (id), superseded_in INTEGER REFERENCES change_set (id), source INTEGER REFERENCES source (id), source_row INTEGER NOT NULL, "f:名称" TEXT, "f:上级" INTEGER) STRICT;
INSERT INTO "r:单位" VALUES(1,1,'甲局',NULL,NULL,0,1,NULL,1,2,'甲局',NULL);
INSERT INTO "r:单位" VALUES(2,2,'乙局',NULL,NULL,0,1,NULL,1,2,'乙局',1);
INSERT INTO "r:单位" VALUES(3,3,'丙局',NULL,NULL,0,2,NULL,1,2,'丙局',NULL);
CREATE TABLE IF NOT EXISTS "r:干部" (version_id INTEGER PRIMARY KEY, record INTEGER NOT NULL, key TEXT NOT NULL, valid_from INTEGER, valid_to INTEGER, valid_assumed INTEGER NOT NULL, recorded_in INTEGER NOT NULL REFERENCES change_set (id), superseded_in INTEGER REFERENCES change_set (id), source INTEGER REFERENCES source (id), source_row INTEGER NOT NULL, "f:身份证号" TEXT, "f:姓名" TEXT, "f:备注" TEXT, "f:出生" INTEGER, "f:任职日" INTEGER, "f:入党年" INTEGER, "f:得分" TEXT, "f:奖金" INTEGER, "f:在职" INTEGER, "f:职级" TEXT, "f:单位" INTEGER) STRICT;
INSERT INTO "r:干部" VALUES(1,1,'61079919800101001X',19904,NULL,1,1,NULL,2,3,'61079919800101001X','张三','说明，"引号"和''单引号''',3683,-1,2001,'90.5',-4500005,0,'一级科员',1);
INSERT INTO "r:干部" VALUES(2,2,'610799198001010028',19904,NULL,1,1,2,2,3,'610799198001010028','张三','说明，"引号"和''单引号''',3683,-1,2001,'70',-4500005,0,'一级科员',2);
INSERT INTO "r:干部" VALUES(3,2,'610799198001010028',19904,NULL,1,2,NULL,2,3,'610799198001010028','张三','说明，"引号"和''单引号''',3683,-1,2001,'75.5',-4500005,0,'一级科员',1);
CREATE TABLE IF NOT EXISTS "r:年度考核" (version_id INTEGER PRIMARY KEY, record INTEGER NOT NULL, key TEXT NOT NULL, valid_from INTEGER, valid_to INTEGER, valid_assumed INTEGER NOT NULL, recorded_in INTEGER NOT NULL REFERENCES change_set (id), superseded_in INTEGER REFERENCES change_set (id), source INTEGER REFERENCES source (id), source_row INTEGER NOT NULL, "f:干部" INTEGER, "f:年度" INTEGER, "f:单位" INTEGER, "f:等次" TEXT) STRICT;
CREATE INDEX package_text_by_path ON package_text (path);
CREATE UNIQUE INDEX "key:单位" ON "r:单位" (key) WHERE superseded_in IS NULL;
CREATE INDEX "record:单位" ON "r:单位" (record);
CREATE UNIQUE INDEX "key:干部" ON "r:干部" (key) WHERE superseded_in IS NULL;
CREATE INDEX "record:干部" ON "r:干部" (record);
CREATE UNIQUE INDEX "key:年度考核" ON "r:年度考核" (key) WHERE superseded_in IS NULL;
CREATE INDEX "record:年度考核" ON "r:年度考核" (record);
COMMIT;
