-- A store of schema version 3, as the program of that version made it.
PRAGMA application_id = 1145327175;
PRAGMA user_version = 3;
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
    ended_in INTEGER REFERENCES change_set (id), salt BLOB, commitment BLOB,
    PRIMARY KEY ( id)
  ) STRICT;
INSERT INTO coverage VALUES(1,'年度考核','单位年度','甲局2023',1,3,0,'',NULL,X'8fc8042c8a1dc33f50c2d751dbc640ba',X'98b38ac099de1511f0459404c82c42a6cd2253a416d9ebb42dc10adb1f42ffcd');
INSERT INTO coverage VALUES(2,'年度考核','单位年度','甲局2023',1,3,3,'610799198001010028',NULL,X'4b4c39983b490ad5a95d6565e628864d',X'ea415d267ba108475fe26ed65975c8266e24d8b1acd45b7be01a31030a35df66');
INSERT INTO coverage VALUES(3,'干部','',NULL,2,2,0,'',3,X'7f3ee16369f3c1dd52393ccdc6ed0a91',X'd7299cf2f4da7ce7ade3650b7e283d0f195237eb7085bf0350d19aa758b26cec');
CREATE TABLE parameter (
    
    id INTEGER NOT NULL,
    package TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    for_body TEXT NOT NULL,
    basis TEXT NOT NULL,
    recorded_in INTEGER NOT NULL REFERENCES change_set (id),
    ended_in INTEGER REFERENCES change_set (id), salt BLOB, commitment BLOB,
    PRIMARY KEY ( id)
  ) STRICT;
INSERT INTO parameter VALUES(1,'shaanxi','期限','3',20089,'','一号文',1,NULL,X'11882df8a532531b2e101667b3e07782',X'6e014e6196f88a8306276d5704b7fb239cb801b3ddf39e4a3150cbb403fde34a');
INSERT INTO parameter VALUES(2,'shaanxi','期限','5',20089,'','二号文',2,3,X'cc4b6a587dda17ec3d659400a6004c5d',X'cc899ce38aba57fecc17b7f77164ce156fd5ee021aeae21333e411eac6391276');
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
    package TEXT NOT NULL, salt BLOB, commitment BLOB,
    PRIMARY KEY ( recorded_in, text)
  ) STRICT, WITHOUT ROWID;
INSERT INTO package_file VALUES(1,1,'shaanxi',X'8ae6a44dc6bc55735dbd3306d0e735b3',X'42087fc470285996be8987351ce59aca897e775f8a59346b8f019be70860bc9a');
INSERT INTO package_file VALUES(2,1,'shaanxi',X'ccff3abd449c90b4cd16c2e36d6336c1',X'734cd2f228899968260b23cd9477d22adabe0747a462b810f0b1636390337908');
INSERT INTO package_file VALUES(2,2,'shaanxi',X'e77ebb6d15ee96c9d0cab127e6cb1119',X'87154bed787d3181f742a25be08a2593c71465d11756c65eb1280a986b9658ea');
CREATE TABLE withdrawal (
    
    recorded_in INTEGER NOT NULL REFERENCES change_set (id),
    type TEXT NOT NULL,
    record INTEGER NOT NULL,
    key TEXT NOT NULL,
    version_id INTEGER NOT NULL, salt BLOB, commitment BLOB,
    PRIMARY KEY ( recorded_in, type, record)
  ) STRICT, WITHOUT ROWID;
INSERT INTO withdrawal VALUES(3,'单位',3,'丙局',3,X'a544baa0ec0dd5bda8a8e688e6bfb19a',X'ea4f2cfd67ee1c418ce25eaea5469ef54ab959b12aaa9d8bbfe9cb119b24a1da');
INSERT INTO withdrawal VALUES(3,'年度考核',2,'6107991980010100282023',2,X'6bd04db055a0817bff05aabcc5c39481',X'5a62290419597076ae31dd0b41bff8f4d42d681761d1bb438c262ceda3af95c3');
CREATE TABLE ledger (
    
    id INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    PRIMARY KEY ( id)
  ) STRICT;
INSERT INTO ledger VALUES(1,1);
CREATE TABLE ledger_leaf (
    
    number INTEGER NOT NULL,  -- from 0
    change_set INTEGER NOT NULL,
    body BLOB NOT NULL,
    text_salts BLOB NOT NULL,  -- of author, reason and basis
    outcome_salt BLOB NOT NULL,
    outcome_commitment BLOB NOT NULL,
    PRIMARY KEY ( number)
  ) STRICT;
INSERT INTO ledger_leaf VALUES(0,1,X'64616e64616e672d6c6561662f310a010000000000000001323032352d30332d32345430383a30303a30305a9f3fe35ef6c3139eaa619998db6083b724af0b1d7697520529167ca876c3d31361640f82493367cd30d4ab2afa53d22a766c271ee56ead0dd960546ba4066dfef9ae2e8e7b183ae9772a1521ce8f85f4187a9b58be877a6d5575611e3578e59200000007000a6368616e67655f7365740008636f766572616765000c7061636b6167655f66696c650009706172616d65746572000d7265636f72643ae58d95e4bd8d000d7265636f72643ae5b9b2e983a800137265636f72643ae5b9b4e5baa6e88083e6a0b8000000000000000b8a10c12118d83078a1aa0c3987597c299d77457871bd01e660ac8606625b412e',X'05c1a1ba5edade1065760e15a0c9bd61f5cb36eb7047d114145c9c96a2814de9a2b65f4705db1f65d720e52415e35b52',X'abdcc1464435a8bdb284623caa7f70c4',X'77fa7cd27605007e4d272f29ee013b392236e82b9b096e86726e21300c4969e4');
INSERT INTO ledger_leaf VALUES(1,2,X'64616e64616e672d6c6561662f310a010000000000000002323032352d30332d32355430383a30303a30305a8274dd920a18815b3e3e3ed2a176368729f646f2d56fcf36135a31545a7e718fc51e46070ef127e929c22962751dcfac82968f1ea98be474e9ea212875cfe09f140d7e09f8f06010370dc523d77fe4e087447a96f6fc37c940f940d16913805100000006000a6368616e67655f7365740008636f766572616765000c7061636b6167655f66696c650009706172616d65746572000d7265636f72643ae58d95e4bd8d000d7265636f72643ae5b9b2e983a8000000000000000718fcdf5222121310a7ea72d3abcf106d1ee3cdb1e80eca2d09f36efd8cde6a04',X'7f593bba82b220d2a94403ca5ce35d97f226a1bcfbd24bd95642c34f91d0e13ce0081964ff15bcde1f0c4d9e6e301d6d',X'f39ea383d5f8cbb2a0874f972b3b65c3',X'263cb201cc12d74ff9938732c435c3914cdd9ae01cae4f9a8e66e80277c11c8b');
INSERT INTO ledger_leaf VALUES(2,3,X'64616e64616e672d6c6561662f310a010000000000000003323032352d30332d32365430383a30303a30305a6d52a9404a787b43bcde500d484a62e6cd11dd4c9fcab9935f018017cef8ecd0330bd703fba4eb22118b8508240a484fe201c47bbc36c6af8bf1e83a61f1cc3957362225244dfa162e4cb52a67065cec1dd1e01133b55272e15aa37c11d7014500000005000a6368616e67655f736574000e636f7665726167653a656e646564000f706172616d657465723a656e64656400117769746864726177616c3ae58d95e4bd8d00177769746864726177616c3ae5b9b4e5baa6e88083e6a0b80000000000000005792ee82dcd084f696fdadc7c286f5981e7e9064a44c106f2a39ca22b7207ba57',X'47bdd026eba8950790c242e3f6125add0b858bb52c592995422e3ed42b64427e01d25741295dac62b9ca3ef4a975113e',X'a1b1e1418ac68f28ce859d9a4b3daeef',X'f82cb7f438ec5928474a2c8fc8982920c339c7946807cfc8559cc9d35d1a01ea');
INSERT INTO ledger_leaf VALUES(3,4,X'64616e64616e672d6c6561662f310a010000000000000004323032352d30332d32375430383a30303a30305a78893765977701ae15d7dc07ba3d7466c033a3680c20ceba69febdf0d71f3d47525fa1420bd36cd298e588b74b0121119e371d84d5167653af9d51bc31003ff2b0c55f8d2261171531c564e4eefbd63faaccb81c3225ac630f054562817e796b00000002000a6368616e67655f736574000d7265636f72643ae58d95e4bd8d00000000000000022dd9053d6a77f247767435600df422675c0834ee67aa2a54e45b1d06fb21c139',X'8d3f33ae3d8aba2d9b5b7e1c2b18f5c96776765bf6f3764d1a0f3e4453bb4bd73d70d21fd742bf1e659d1aaebd58dc13',X'7e0f99aa85864a6d23732ecf2ec34ecd',X'80beec638a044c0db069ec5d5361d861657888e11f7d5a07f947cf8f9c057830');
CREATE TABLE ledger_node (
    
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY ( level, number)
  ) STRICT, WITHOUT ROWID;
INSERT INTO ledger_node VALUES(0,0,X'093b11f8d2572c123233335595e92e093d11e3f065fa340ff0d720a828e67676');
INSERT INTO ledger_node VALUES(0,1,X'868407ed2a1cc3cbea2bf6ee267e33de27b4305349675224e5059e90c5b04d68');
INSERT INTO ledger_node VALUES(0,2,X'498ee1a1ab9a307418bf6553c729375082eea78a84116793143dd5399fed3a8c');
INSERT INTO ledger_node VALUES(0,3,X'92873bfacc032d8f95e8cbbce9a63894d824bb1bb655049872c84c1529033e6b');
INSERT INTO ledger_node VALUES(1,0,X'36a72743be024bba018550ffe2d2ae6cdc59e549d2badfa865cb180c2afa06d0');
INSERT INTO ledger_node VALUES(1,1,X'f12ab379d3c67eba556416c189d4f0c19f09a79ff8228e866d145bd23186c30c');
INSERT INTO ledger_node VALUES(2,0,X'21567b9e630d06daae2834d69aa91fc36cabdd8ddbab168483378075afa60c2b');
CREATE TABLE IF NOT EXISTS "r:单位" ( version_id INTEGER NOT NULL, record INTEGER NOT NULL, key TEXT NOT NULL, valid_from INTEGER, valid_to INTEGER, valid_assumed INTEGER NOT NULL, recorded_in INTEGER NOT NULL REFERENCES change_set (id), superseded_in INTEGER REFERENCES change_set (id), source INTEGER REFERENCES source (id), source_row INTEGER NOT NULL, salt BLOB, commitment BLOB, "f:名称" TEXT, "f:上级" INTEGER, PRIMARY KEY ( version_id)) STRICT;
INSERT INTO "r:单位" VALUES(1,1,'甲局',NULL,NULL,0,1,NULL,1,2,X'85a611fffa90cccc86c8cfe262d8b1b2',X'71a4a149adc5cb4ac194419198158a9115aac66757032dc9eb42cb7db11c22b1','甲局',NULL);
INSERT INTO "r:单位" VALUES(2,2,'乙局',NULL,NULL,0,1,NULL,1,2,X'810f0b1c312470d94401b1586810d4e6',X'8d1476306f5c28bce1b9898bb4fffc7415f4b013b6eeb99422d7a3904d5b2a95','乙局',1);
INSERT INTO "r:单位" VALUES(3,3,'丙局',NULL,NULL,0,2,3,1,2,X'719212d1623eadf081312b18014c27cb',X'965c6ab6a2326f799bdef6a799a0f2e06df8b1dc94568150be3e3ad6a28ec332','丙局',NULL);
INSERT INTO "r:单位" VALUES(4,3,'丙局',NULL,NULL,0,4,NULL,1,2,X'98b3a4427d82cc3acc480f12c1a275e4',X'71a5f50acb87a2168214db82a5b4d4082d1fb3218e7df5ee42bd84fff4b740ac','丙局',1);
CREATE TABLE IF NOT EXISTS "r:干部" ( version_id INTEGER NOT NULL, record INTEGER NOT NULL, key TEXT NOT NULL, valid_from INTEGER, valid_to INTEGER, valid_assumed INTEGER NOT NULL, recorded_in INTEGER NOT NULL REFERENCES change_set (id), superseded_in INTEGER REFERENCES change_set (id), source INTEGER REFERENCES source (id), source_row INTEGER NOT NULL, salt BLOB, commitment BLOB, "f:身份证号" TEXT, "f:姓名" TEXT, "f:备注" TEXT, "f:出生" INTEGER, "f:任职日" INTEGER, "f:入党年" INTEGER, "f:得分" TEXT, "f:奖金" INTEGER, "f:在职" INTEGER, "f:职级" TEXT, "f:单位" INTEGER, PRIMARY KEY ( version_id)) STRICT;
INSERT INTO "r:干部" VALUES(1,1,'61079919800101001X',19904,NULL,1,1,NULL,2,3,X'086c8d0fad40674f6074181d9902c9fb',X'bed0866720e68e778866faabc10b69d556d1fd9888f3241fdfebf77514e5b17f','61079919800101001X','张三','说明，"引号"和''单引号''',3683,-1,2001,'90.5',-4500005,0,'一级科员',1);
INSERT INTO "r:干部" VALUES(2,2,'610799198001010028',19904,NULL,1,1,2,2,3,X'a7366ddc478f153534ab4fa8be6ab992',X'2c8280c39a984cad62ec2a4c0c2e5779445e525e9bb7370534f1dfc569185227','610799198001010028','张三','说明，"引号"和''单引号''',3683,-1,2001,'90.5',-4500005,0,'一级科员',2);
INSERT INTO "r:干部" VALUES(3,2,'610799198001010028',19904,NULL,1,2,NULL,2,3,X'cc9f3c7f70451c6b53340d1a3b2ff50c',X'6919d6ea1ef1ac3329f37c1178a82a3f1c556a80464db6e1e2d61f48bc040254','610799198001010028','张三','说明，"引号"和''单引号''',3683,-1,2001,'75.5',-4500005,0,'一级科员',1);
CREATE TABLE IF NOT EXISTS "r:年度考核" ( version_id INTEGER NOT NULL, record INTEGER NOT NULL, key TEXT NOT NULL, valid_from INTEGER, valid_to INTEGER, valid_assumed INTEGER NOT NULL, recorded_in INTEGER NOT NULL REFERENCES change_set (id), superseded_in INTEGER REFERENCES change_set (id), source INTEGER REFERENCES source (id), source_row INTEGER NOT NULL, salt BLOB, commitment BLOB, "f:干部" INTEGER, "f:年度" INTEGER, "f:单位" INTEGER, "f:等次" TEXT, PRIMARY KEY ( version_id)) STRICT;
INSERT INTO "r:年度考核" VALUES(1,1,'61079919800101001X2023',NULL,NULL,0,1,NULL,NULL,0,X'86f99f11cfdcf3ae8113348bf4a3ef10',X'cce20d44cca466b4f58393ecfb700bd40c2808b0015c813866b9db279694daad',1,2023,NULL,'优秀');
INSERT INTO "r:年度考核" VALUES(2,2,'6107991980010100282023',NULL,NULL,0,1,3,NULL,0,X'01a35164e71365ecd9a5e95f446e96f2',X'775888f69a0b1b29cffa9cf3505b27213603a032ff79049a72444f0e72b04f68',2,2023,NULL,'称职');
CREATE UNIQUE INDEX change_set_by_idempotency_key ON change_set ( idempotency_key)
    WHERE idempotency_key <> '';
CREATE INDEX package_text_by_path ON package_text ( path);
CREATE INDEX withdrawal_by_key ON withdrawal ( type, key);
CREATE UNIQUE INDEX ledger_leaf_by_change_set ON ledger_leaf ( change_set);
CREATE UNIQUE INDEX "key:单位" ON "r:单位" ( key) WHERE superseded_in IS NULL;
CREATE INDEX "record:单位" ON "r:单位" ( record);
CREATE UNIQUE INDEX "key:干部" ON "r:干部" ( key) WHERE superseded_in IS NULL;
CREATE INDEX "record:干部" ON "r:干部" ( record);
CREATE UNIQUE INDEX "key:年度考核" ON "r:年度考核" ( key) WHERE superseded_in IS NULL;
CREATE INDEX "record:年度考核" ON "r:年度考核" ( record);
COMMIT;
