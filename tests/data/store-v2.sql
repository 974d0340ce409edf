-- A store of schema version 2, as the program of that version made it.
PRAGMA application_id = 1145327175;
PRAGMA user_version = 2;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE change_set (
    
    id INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    basis TEXT NOT NULL,
    -- What it came to, and against writing the same twice: the caller's key and a digest of what
    -- was in it. Empty: no key.
    idempotency_key TEXT NOT NULL DEFAULT '',
    content_digest TEXT NOT NULL DEFAULT '',
    added INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ( id)
  ) STRICT;
INSERT INTO change_set VALUES(1,'2025-03-24T08:00:00Z','李四','导入','测试','第一批','083de79a3ae0d6043af7806a92d535aaf798efe7975ff13fdcecbc3ec79ca82e',6,0,0,0);
INSERT INTO change_set VALUES(2,'2025-03-25T08:00:00Z','李四','导入','测试','','',1,1,0,0);
INSERT INTO change_set VALUES(3,'2025-03-26T08:00:00Z','李四','导入','测试','','',0,0,0,2);
INSERT INTO change_set VALUES(4,'2025-03-27T08:00:00Z','李四','导入','测试','','',1,0,0,0);
CREATE TABLE source (
    
    id INTEGER NOT NULL,
    file TEXT NOT NULL,
    sheet TEXT NOT NULL,
    PRIMARY KEY ( id),
    UNIQUE ( file, sheet)
  ) STRICT;
INSERT INTO source VALUES(1,'机构.xlsx','单位');
INSERT INTO source VALUES(2,'花名册.xlsx','干部');
INSERT INTO source VALUES(3,'考核.xlsx','2023');
CREATE TABLE record_type (
    
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY ( name)
  ) STRICT, WITHOUT ROWID;
INSERT INTO record_type VALUES('单位','名称');
INSERT INTO record_type VALUES('干部','身份证号');
INSERT INTO record_type VALUES('年度考核','干部年度');
CREATE TABLE record_field (
    
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    form TEXT NOT NULL,
    ref_type TEXT NOT NULL,
    PRIMARY KEY ( type, name)
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
    
    id INTEGER NOT NULL,
    type TEXT NOT NULL,
    key_names TEXT NOT NULL,
    key_values TEXT,
    recorded_in INTEGER NOT NULL REFERENCES change_set (id),
    source INTEGER REFERENCES source (id),
    source_row INTEGER NOT NULL,
    open_for TEXT NOT NULL,  -- the key of a record the list is not complete for; else empty
    ended_in INTEGER REFERENCES change_set (id),
    PRIMARY KEY ( id)
  ) STRICT;
INSERT INTO coverage VALUES(1,'年度考核','单位年度','甲局2023',1,3,0,'',NULL);
INSERT INTO coverage VALUES(2,'年度考核','单位年度','甲局2023',1,3,3,'610799198001010028',NULL);
INSERT INTO coverage VALUES(3,'干部','',NULL,2,2,0,'',3);
CREATE TABLE parameter (
    
    id INTEGER NOT NULL,
    package TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    for_body TEXT NOT NULL,
    basis TEXT NOT NULL,
    recorded_in INTEGER NOT NULL REFERENCES change_set (id),
    ended_in INTEGER REFERENCES change_set (id),
    PRIMARY KEY ( id)
  ) STRICT;
INSERT INTO parameter VALUES(1,'shaanxi','期限','3',20089,'','一号文',1,NULL);
INSERT INTO parameter VALUES(2,'shaanxi','期限','5',20089,'','二号文',2,3);
CREATE TABLE package_text (
    
    id INTEGER NOT NULL,
    path TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY ( id)
  ) STRICT;
INSERT INTO package_text VALUES(1,'shaanxi/policy.yaml',replace('id: shaanxi\n','\n',char(10)));
INSERT INTO package_text VALUES(2,'shaanxi/a.md',replace('甲\n','\n',char(10)));
CREATE TABLE package_file (
    
    recorded_in INTEGER NOT NULL REFERENCES change_set (id),
    text INTEGER NOT NULL REFERENCES package_text (id),
    package TEXT NOT NULL,
    PRIMARY KEY ( recorded_in, text)
  ) STRICT, WITHOUT ROWID;
INSERT INTO package_file VALUES(1,1,'shaanxi');
INSERT INTO package_file VALUES(2,1,'shaanxi');
INSERT INTO package_file VALUES(2,2,'shaanxi');
CREATE TABLE withdrawal (
    
    recorded_in INTEGER NOT NULL REFERENCES change_set (id),
    type TEXT NOT NULL,
    record INTEGER NOT NULL,
    key TEXT NOT NULL,
    version_id INTEGER NOT NULL,
    PRIMARY KEY ( recorded_in, type, record)
  ) STRICT, WITHOUT ROWID;
INSERT INTO withdrawal VALUES(3,'单位',3,'丙局',3);
INSERT INTO withdrawal VALUES(3,'年度考核',2,'6107991980010100282023',2);
CREATE TABLE IF NOT EXISTS "r:单位" ( version_id INTEGER NOT NULL, record INTEGER NOT NULL, key TEXT NOT NULL, valid_from INTEGER, valid_to INTEGER, valid_assumed INTEGER NOT NULL, recorded_in INTEGER NOT NULL REFERENCES change_set (id), superseded_in INTEGER REFERENCES change_set (id), source INTEGER REFERENCES source (id), source_row INTEGER NOT NULL, salt BLOB, commitment BLOB, "f:名称" TEXT, "f:上级" INTEGER, PRIMARY KEY ( version_id)) STRICT;
INSERT INTO "r:单位" VALUES(1,1,'甲局',NULL,NULL,0,1,NULL,1,2,NULL,NULL,'甲局',NULL);
INSERT INTO "r:单位" VALUES(2,2,'乙局',NULL,NULL,0,1,NULL,1,2,NULL,NULL,'乙局',1);
INSERT INTO "r:单位" VALUES(3,3,'丙局',NULL,NULL,0,2,3,1,2,NULL,NULL,'丙局',NULL);
INSERT INTO "r:单位" VALUES(4,3,'丙局',NULL,NULL,0,4,NULL,1,2,NULL,NULL,'丙局',1);
CREATE TABLE IF NOT EXISTS "r:干部" ( version_id INTEGER NOT NULL, record INTEGER NOT NULL, key TEXT NOT NULL, valid_from INTEGER, valid_to INTEGER, valid_assumed INTEGER NOT NULL, recorded_in INTEGER NOT NULL REFERENCES change_set (id), superseded_in INTEGER REFERENCES change_set (id), source INTEGER REFERENCES source (id), source_row INTEGER NOT NULL, salt BLOB, commitment BLOB, "f:身份证号" TEXT, "f:姓名" TEXT, "f:备注" TEXT, "f:出生" INTEGER, "f:任职日" INTEGER, "f:入党年" INTEGER, "f:得分" TEXT, "f:奖金" INTEGER, "f:在职" INTEGER, "f:职级" TEXT, "f:单位" INTEGER, PRIMARY KEY ( version_id)) STRICT;
INSERT INTO "r:干部" VALUES(1,1,'61079919800101001X',19904,NULL,1,1,NULL,2,3,NULL,NULL,'61079919800101001X','张三','说明，"引号"和''单引号''',3683,-1,2001,'90.5',-4500005,0,'一级科员',1);
INSERT INTO "r:干部" VALUES(2,2,'610799198001010028',19904,NULL,1,1,2,2,3,NULL,NULL,'610799198001010028','张三','说明，"引号"和''单引号''',3683,-1,2001,'90.5',-4500005,0,'一级科员',2);
INSERT INTO "r:干部" VALUES(3,2,'610799198001010028',19904,NULL,1,2,NULL,2,3,NULL,NULL,'610799198001010028','张三','说明，"引号"和''单引号''',3683,-1,2001,'75.5',-4500005,0,'一级科员',1);
CREATE TABLE IF NOT EXISTS "r:年度考核" ( version_id INTEGER NOT NULL, record INTEGER NOT NULL, key TEXT NOT NULL, valid_from INTEGER, valid_to INTEGER, valid_assumed INTEGER NOT NULL, recorded_in INTEGER NOT NULL REFERENCES change_set (id), superseded_in INTEGER REFERENCES change_set (id), source INTEGER REFERENCES source (id), source_row INTEGER NOT NULL, salt BLOB, commitment BLOB, "f:干部" INTEGER, "f:年度" INTEGER, "f:单位" INTEGER, "f:等次" TEXT, PRIMARY KEY ( version_id)) STRICT;
INSERT INTO "r:年度考核" VALUES(1,1,'61079919800101001X2023',NULL,NULL,0,1,NULL,NULL,0,NULL,NULL,1,2023,NULL,'优秀');
INSERT INTO "r:年度考核" VALUES(2,2,'6107991980010100282023',NULL,NULL,0,1,3,NULL,0,NULL,NULL,2,2023,NULL,'称职');
CREATE UNIQUE INDEX change_set_by_idempotency_key ON change_set ( idempotency_key)
    WHERE idempotency_key <> '';
CREATE INDEX package_text_by_path ON package_text ( path);
CREATE INDEX withdrawal_by_key ON withdrawal ( type, key);
CREATE UNIQUE INDEX "key:单位" ON "r:单位" ( key) WHERE superseded_in IS NULL;
CREATE INDEX "record:单位" ON "r:单位" ( record);
CREATE UNIQUE INDEX "key:干部" ON "r:干部" ( key) WHERE superseded_in IS NULL;
CREATE INDEX "record:干部" ON "r:干部" ( record);
CREATE UNIQUE INDEX "key:年度考核" ON "r:年度考核" ( key) WHERE superseded_in IS NULL;
CREATE INDEX "record:年度考核" ON "r:年度考核" ( record);
COMMIT;
