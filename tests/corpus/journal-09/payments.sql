CREATE TABLE customers (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL
);
CREATE TABLE intents (
  id TEXT PRIMARY KEY,
  customer TEXT NOT NULL REFERENCES customers(id),
  amount_cents INTEGER NOT NULL,
  currency TEXT NOT NULL,
  guest TEXT NOT NULL,                     -- metadata: compared before a refund
  booking TEXT NOT NULL,
  receipt_email TEXT,
  status TEXT NOT NULL,                    -- the processor's words: requires_payment_method, succeeded …
  next_action_url TEXT,
  charge_id TEXT,                          -- set once: an intent succeeds at most once
  created_at TEXT NOT NULL
, charged_at TEXT, booking_key TEXT, hotel_key TEXT, number INTEGER, method TEXT, disputed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE refunds (
  id TEXT PRIMARY KEY,
  intent TEXT NOT NULL REFERENCES intents(id),
  amount_cents INTEGER NOT NULL,
  created_at TEXT NOT NULL
, status TEXT NOT NULL DEFAULT 'succeeded', failure_reason TEXT, why TEXT);
CREATE TABLE idempotency_keys (
  key TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  answer TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE saved_methods (
  id TEXT PRIMARY KEY,
  customer TEXT NOT NULL REFERENCES customers(id),
  behaves_as TEXT NOT NULL                 -- a test payment method
) WITHOUT ROWID;
CREATE TABLE emails_not_taken (email TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE next_refunds (id INTEGER PRIMARY KEY, status TEXT NOT NULL);
CREATE INDEX customers_by_email ON customers(email);
CREATE INDEX intents_by_booking ON intents(booking);
CREATE INDEX refunds_by_intent ON refunds(intent);
CREATE INDEX intents_paid ON intents(created_at) WHERE status = 'succeeded';
CREATE UNIQUE INDEX intents_by_key ON intents(hotel_key) WHERE hotel_key IS NOT NULL;
CREATE INDEX intents_by_booking_key ON intents(booking_key) WHERE booking_key IS NOT NULL;
INSERT INTO customers VALUES ('cus_seed_rthompson@example.com','rthompson@example.com','');
INSERT INTO customers VALUES ('cus_74a0b4aad6ea47f5bd311266','beth.gibbs@email.com','Beth Gibbs');
INSERT INTO customers VALUES ('cus_8bd0ecc096dd4ac1a68a3f05','patrick.obrien@example.com','Patrick O''Brien');
INSERT INTO customers VALUES ('cus_fe0749e9515145a6a17b5a55','sarah@example.com','Sarah Johnson');
INSERT INTO customers VALUES ('cus_e0c4b80ee79f446388ca87c6','jane@example.com','Jane Austen');
INSERT INTO customers VALUES ('cus_b6ddfe1ffaf343bb97e969af','soojin.kim@example.com','Soo-Jin Kim');
INSERT INTO customers VALUES ('cus_bc3815df47ed4247a579549c','maria.garcia@example.com','Maria Garcia');
INSERT INTO customers VALUES ('cus_e1869aba9c344a058e97ebf8','mary@example.com','Mary Shelley');
INSERT INTO customers VALUES ('cus_2b04ae0dd451406599c3c84f','carl.smith@example.com','Carl Smith');
INSERT INTO intents VALUES ('pi_seed_0009','cus_seed_rthompson@example.com',29998,'usd','rthompson@example.com','BK-0009',NULL,'succeeded',NULL,'ch_pi_seed_0009','2026-11-28T11:35:03.902759Z','2026-11-28T11:35:03.902759Z',NULL,NULL,NULL,NULL,0);
INSERT INTO intents VALUES ('pi_854f904dd5064ac99e002dd6','cus_74a0b4aad6ea47f5bd311266',29998,'usd','beth.gibbs@email.com','BK-0001',NULL,'succeeded',NULL,'ch_bb1c1c5b05024aae9559f25a','2026-11-28T11:35:05.405799Z','2026-11-28T11:35:05.412585Z','c89a5d2a4da7b78970b01fd0bb983637','e339160a950b28d54b5a6d9f590ddbfff82742f0',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_4c4a26c488b9470db384c863','cus_8bd0ecc096dd4ac1a68a3f05',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_8513bd17adcd402e9b2339f7','2026-11-28T11:35:08.071000Z','2026-11-28T11:35:08.078290Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b1c9a44378e1e95ed5470ca7d84e968cf874a73a',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_07eec9e458b1484993e2578d','cus_fe0749e9515145a6a17b5a55',14999,'usd','sarah@example.com','BK-0003',NULL,'requires_payment_method',NULL,NULL,'2026-11-28T11:35:08.644341Z',NULL,'5133bd6c7d98b7f386853361d258e36b','9f90a29aee368199634d663a4dbf7aee30d4979b',0,'pm_card_chargeDeclined',0);
INSERT INTO intents VALUES ('pi_82badf4315b54550b8fc870e','cus_e0c4b80ee79f446388ca87c6',14999,'usd','jane@example.com','BK-0013','jane@example.com','succeeded',NULL,'ch_20e4e95f6754427d9084e862','2026-11-28T11:35:10.354129Z','2026-11-28T11:35:10.358821Z','6921e575141897891d32139113b261e80b24f3f0','24dad7add3779059a4c7a7984e3da0957a7e0ae5',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_4f6f394a17dc4102a6955f57','cus_8bd0ecc096dd4ac1a68a3f05',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_ac85b2be72cb49e083aa0134','2026-11-28T11:35:15.010690Z','2026-11-28T11:35:15.015872Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b9f7d700a1c72eaa5c69e64837b41d691bef5e79',1,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_0ef3bdf64d2648a881130707','cus_b6ddfe1ffaf343bb97e969af',14999,'usd','soojin.kim@example.com','BK-0014','soojin.kim@example.com','succeeded',NULL,'ch_72d3f83ee41a432d95500b9b','2026-11-28T11:35:15.167510Z','2026-11-28T11:35:15.175075Z','0b776d8cf83069af30b8b7bf2d2430391d71a0e9','831e33983ed906beab9f456d734aee29b3b8fc92',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_8a915681b3c34fac86c343d7','cus_bc3815df47ed4247a579549c',19999,'usd','maria.garcia@example.com','BK-0015','maria.garcia@example.com','requires_payment_method',NULL,NULL,'2026-11-28T11:35:15.455416Z',NULL,'09444a80a3ee7d94c413f0313a3f1a999a1ac2b8','4e087d4d716e1511e8d348626662e4c65284cf3f',0,NULL,0);
INSERT INTO intents VALUES ('pi_979d7a35fdd34851944f48a8','cus_e1869aba9c344a058e97ebf8',14999,'usd','mary@example.com','BK-0016','mary@example.com','succeeded',NULL,'ch_62ae012635454da9a7e2ed59','2026-11-28T11:35:15.711767Z','2026-11-28T11:35:15.718091Z','ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1','bd7e41430f441bd21928f088f49e0848d8946852',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_33bb625f99954b3e88bbd57e','cus_2b04ae0dd451406599c3c84f',14999,'usd','carl.smith@example.com','BK-0002','carl.smith@example.com','requires_action','https://hooks.stripe.invalid/3d_secure/pi_33bb625f99954b3e88bbd57e',NULL,'2026-11-28T11:35:16.803914Z',NULL,'0ab92e50ff730bc39d8376f5470d05b8','0dac6ba07581db880097962b51a3def6b8f83176',0,'pm_card_authenticationRequired',0);
INSERT INTO refunds VALUES ('re_173cfda256cc44de94e47e61','pi_4c4a26c488b9470db384c863',19999,'2026-11-28T11:35:08.390675Z','succeeded',NULL,NULL);
INSERT INTO refunds VALUES ('re_06885c52cf8e4a49b38b93ba','pi_seed_0009',29998,'2026-11-28T11:35:16.578771Z','succeeded',NULL,NULL);
INSERT INTO idempotency_keys VALUES ('0dac6ba07581db880097962b51a3def6b8f83176','intent','pi_33bb625f99954b3e88bbd57e');
INSERT INTO idempotency_keys VALUES ('0ee56c92dcbab42ee6b12ca076be6d7e28aa9a96','confirm pi_979d7a35fdd34851944f48a8 pm_card_visa','{"Intent":{"id":"pi_979d7a35fdd34851944f48a8","status":"succeeded","amount":14999,"currency":"usd","guest":"mary@example.com","booking":"BK-0016","booking_key":"ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1","number":0,"customer":"cus_e1869aba9c344a058e97ebf8","receipt_email":"mary@example.com","disputed":false,"charge_id":"ch_62ae012635454da9a7e2ed59","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:15.711767Z","charged_at":"2026-11-28T11:35:15.718091Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('12d0f7cd7aa97e4532235f14f977c7047b93c650','confirm pi_0ef3bdf64d2648a881130707 pm_card_visa','{"Intent":{"id":"pi_0ef3bdf64d2648a881130707","status":"succeeded","amount":14999,"currency":"usd","guest":"soojin.kim@example.com","booking":"BK-0014","booking_key":"0b776d8cf83069af30b8b7bf2d2430391d71a0e9","number":0,"customer":"cus_b6ddfe1ffaf343bb97e969af","receipt_email":"soojin.kim@example.com","disputed":false,"charge_id":"ch_72d3f83ee41a432d95500b9b","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:15.16751Z","charged_at":"2026-11-28T11:35:15.175075Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('24dad7add3779059a4c7a7984e3da0957a7e0ae5','intent','pi_82badf4315b54550b8fc870e');
INSERT INTO idempotency_keys VALUES ('34debe13bc59aca820b3b018488c2f606784cfe3','customer sarah@example.com','["cus_fe0749e9515145a6a17b5a55",true]');
INSERT INTO idempotency_keys VALUES ('4528c75fe8e2372763b3fa750100a039404d3d4c','confirm pi_07eec9e458b1484993e2578d pm_card_chargeDeclined','{"Declined":{"code":"card_declined","decline_code":"generic_decline","message":"The card was declined."}}');
INSERT INTO idempotency_keys VALUES ('4e087d4d716e1511e8d348626662e4c65284cf3f','intent','pi_8a915681b3c34fac86c343d7');
INSERT INTO idempotency_keys VALUES ('53ed6aada5180e3f9c6498dc29e2e565b440dbd0','refund pi_4c4a26c488b9470db384c863','{"Refunded":{"refund_id":"re_173cfda256cc44de94e47e61","payment_intent_id":"pi_4c4a26c488b9470db384c863","amount_cents":19999,"status":"succeeded","since":"2026-11-28T11:35:08.390675Z"}}');
INSERT INTO idempotency_keys VALUES ('61542c2e587f389e12837e2126a77723564803a0','confirm pi_4f6f394a17dc4102a6955f57 pm_card_visa','{"Intent":{"id":"pi_4f6f394a17dc4102a6955f57","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":1,"customer":"cus_8bd0ecc096dd4ac1a68a3f05","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_ac85b2be72cb49e083aa0134","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:15.01069Z","charged_at":"2026-11-28T11:35:15.015872Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('70d140266b4b32d825a517c3419fc15a7fbd3526','customer patrick.obrien@example.com','["cus_8bd0ecc096dd4ac1a68a3f05",true]');
INSERT INTO idempotency_keys VALUES ('71c098f48cd447d0eb1a32c200f489dff2b1f12c','customer beth.gibbs@email.com','["cus_74a0b4aad6ea47f5bd311266",true]');
INSERT INTO idempotency_keys VALUES ('831e33983ed906beab9f456d734aee29b3b8fc92','intent','pi_0ef3bdf64d2648a881130707');
INSERT INTO idempotency_keys VALUES ('8efd78cd7dc652d55613babf20ca8ed5077003f4','confirm pi_82badf4315b54550b8fc870e pm_card_visa','{"Intent":{"id":"pi_82badf4315b54550b8fc870e","status":"succeeded","amount":14999,"currency":"usd","guest":"jane@example.com","booking":"BK-0013","booking_key":"6921e575141897891d32139113b261e80b24f3f0","number":0,"customer":"cus_e0c4b80ee79f446388ca87c6","receipt_email":"jane@example.com","disputed":false,"charge_id":"ch_20e4e95f6754427d9084e862","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:10.354129Z","charged_at":"2026-11-28T11:35:10.358821Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('999287893668ccf6f22fdc6dd04073882f9df717','customer soojin.kim@example.com','["cus_b6ddfe1ffaf343bb97e969af",true]');
INSERT INTO idempotency_keys VALUES ('9f90a29aee368199634d663a4dbf7aee30d4979b','intent','pi_07eec9e458b1484993e2578d');
INSERT INTO idempotency_keys VALUES ('ad073e15d11706a13368e427ab097c23491f589c','customer jane@example.com','["cus_e0c4b80ee79f446388ca87c6",true]');
INSERT INTO idempotency_keys VALUES ('b1c9a44378e1e95ed5470ca7d84e968cf874a73a','intent','pi_4c4a26c488b9470db384c863');
INSERT INTO idempotency_keys VALUES ('b2b20ec163491f800189b36f3dc7597afb9cbe7d','customer mary@example.com','["cus_e1869aba9c344a058e97ebf8",true]');
INSERT INTO idempotency_keys VALUES ('b9f7d700a1c72eaa5c69e64837b41d691bef5e79','intent','pi_4f6f394a17dc4102a6955f57');
INSERT INTO idempotency_keys VALUES ('bd7e41430f441bd21928f088f49e0848d8946852','intent','pi_979d7a35fdd34851944f48a8');
INSERT INTO idempotency_keys VALUES ('c475e59d22817568bae1756e230d4bbbf93d46b7','refund pi_seed_0009','{"Refunded":{"refund_id":"re_06885c52cf8e4a49b38b93ba","payment_intent_id":"pi_seed_0009","amount_cents":29998,"status":"succeeded","since":"2026-11-28T11:35:16.578771Z"}}');
INSERT INTO idempotency_keys VALUES ('e0d5bc8f5c2e7de00417a8de14386ea00f6824c1','customer carl.smith@example.com','["cus_2b04ae0dd451406599c3c84f",true]');
INSERT INTO idempotency_keys VALUES ('e0f548e928b8b348f0564e34add6cb730a5d29ed','confirm pi_33bb625f99954b3e88bbd57e pm_card_authenticationRequired','{"Intent":{"id":"pi_33bb625f99954b3e88bbd57e","status":"requires_action","amount":14999,"currency":"usd","guest":"carl.smith@example.com","booking":"BK-0002","booking_key":"0ab92e50ff730bc39d8376f5470d05b8","number":0,"customer":"cus_2b04ae0dd451406599c3c84f","receipt_email":"carl.smith@example.com","disputed":false,"charge_id":null,"next_action_url":"https://hooks.stripe.invalid/3d_secure/pi_33bb625f99954b3e88bbd57e","declined":null,"created_at":"2026-11-28T11:35:16.803914Z","charged_at":null,"refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('e339160a950b28d54b5a6d9f590ddbfff82742f0','intent','pi_854f904dd5064ac99e002dd6');
INSERT INTO idempotency_keys VALUES ('e53cab7b2f1d31c63d6756739eefb96b67af56db','confirm pi_854f904dd5064ac99e002dd6 pm_card_visa','{"Intent":{"id":"pi_854f904dd5064ac99e002dd6","status":"succeeded","amount":29998,"currency":"usd","guest":"beth.gibbs@email.com","booking":"BK-0001","booking_key":"c89a5d2a4da7b78970b01fd0bb983637","number":0,"customer":"cus_74a0b4aad6ea47f5bd311266","receipt_email":null,"disputed":false,"charge_id":"ch_bb1c1c5b05024aae9559f25a","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:05.405799Z","charged_at":"2026-11-28T11:35:05.412585Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f3238537ed3b8ebecb269b09790369a25ffcd41c','confirm pi_4c4a26c488b9470db384c863 pm_card_visa','{"Intent":{"id":"pi_4c4a26c488b9470db384c863","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":0,"customer":"cus_8bd0ecc096dd4ac1a68a3f05","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_8513bd17adcd402e9b2339f7","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:08.071Z","charged_at":"2026-11-28T11:35:08.07829Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f5e94c23e8cdebb726c11a969250535ee8fc6646','customer maria.garcia@example.com','["cus_bc3815df47ed4247a579549c",true]');
PRAGMA user_version = 4;
