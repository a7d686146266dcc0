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
INSERT INTO customers VALUES ('cus_896b58de74ae4b9faed50748','beth.gibbs@email.com','Beth Gibbs');
INSERT INTO customers VALUES ('cus_469de4a653ba472f8f606eb2','patrick.obrien@example.com','Patrick O''Brien');
INSERT INTO customers VALUES ('cus_71d9a626fd8e40069704500b','sarah@example.com','Sarah Johnson');
INSERT INTO customers VALUES ('cus_08508ccf9918454cbbbdfbea','jane@example.com','Jane Austen');
INSERT INTO customers VALUES ('cus_8f7c27787faf46af86c44246','soojin.kim@example.com','Soo-Jin Kim');
INSERT INTO customers VALUES ('cus_649d34dec4e545a2af58371b','maria.garcia@example.com','Maria Garcia');
INSERT INTO customers VALUES ('cus_d8d2bf7296314c3395b5b04c','mary@example.com','Mary Shelley');
INSERT INTO customers VALUES ('cus_ed2993e2339641578316c138','carl.smith@example.com','Carl Smith');
INSERT INTO intents VALUES ('pi_seed_0009','cus_seed_rthompson@example.com',29998,'usd','rthompson@example.com','BK-0009',NULL,'succeeded',NULL,'ch_pi_seed_0009','2026-11-28T11:23:08.063093Z','2026-11-28T11:23:08.063093Z',NULL,NULL,NULL,NULL,0);
INSERT INTO intents VALUES ('pi_ac35b1fb54334c9886566ce0','cus_896b58de74ae4b9faed50748',29998,'usd','beth.gibbs@email.com','BK-0001',NULL,'succeeded',NULL,'ch_9f8d9b91798b4c65abf5eb68','2026-11-28T11:23:09.119208Z','2026-11-28T11:23:09.122899Z','527130bb7509d376e2e782c980bb2515','4429f554d91a8d408fe5af9556d47bcb85cb68bc',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_fc64a31f3b85483bac41a8db','cus_469de4a653ba472f8f606eb2',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_ccb5a2ae28d44889bc492265','2026-11-28T11:23:10.144951Z','2026-11-28T11:23:10.146296Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b1c9a44378e1e95ed5470ca7d84e968cf874a73a',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_476fccf4a981446790460f80','cus_71d9a626fd8e40069704500b',14999,'usd','sarah@example.com','BK-0003',NULL,'requires_payment_method',NULL,NULL,'2026-11-28T11:23:10.415323Z',NULL,'6643653f9e78e44a5482613daa254072','83e255bd9975beaab73618542bc9ca34c0661ad3',0,'pm_card_chargeDeclined',0);
INSERT INTO intents VALUES ('pi_ad964862ab904e019cfba988','cus_08508ccf9918454cbbbdfbea',14999,'usd','jane@example.com','BK-0013','jane@example.com','succeeded',NULL,'ch_ffd4d415a6cd419ca49c8ec0','2026-11-28T11:23:10.735295Z','2026-11-28T11:23:10.738747Z','6921e575141897891d32139113b261e80b24f3f0','24dad7add3779059a4c7a7984e3da0957a7e0ae5',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_d13ef5143ed241f6ad67c250','cus_469de4a653ba472f8f606eb2',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_3af2dcfd85b2423f87d22339','2026-11-28T11:23:11.194033Z','2026-11-28T11:23:11.196367Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b9f7d700a1c72eaa5c69e64837b41d691bef5e79',1,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_c735b1fc134144f2aaef8d57','cus_8f7c27787faf46af86c44246',14999,'usd','soojin.kim@example.com','BK-0014','soojin.kim@example.com','succeeded',NULL,'ch_b10be95e5a0d4803be88f234','2026-11-28T11:23:11.310911Z','2026-11-28T11:23:11.314298Z','0b776d8cf83069af30b8b7bf2d2430391d71a0e9','831e33983ed906beab9f456d734aee29b3b8fc92',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_be363b20c2b34ed6a1f34b53','cus_649d34dec4e545a2af58371b',19999,'usd','maria.garcia@example.com','BK-0015','maria.garcia@example.com','requires_payment_method',NULL,NULL,'2026-11-28T11:23:11.432490Z',NULL,'09444a80a3ee7d94c413f0313a3f1a999a1ac2b8','4e087d4d716e1511e8d348626662e4c65284cf3f',0,NULL,0);
INSERT INTO intents VALUES ('pi_7987cf090aa74c04b447a51e','cus_d8d2bf7296314c3395b5b04c',14999,'usd','mary@example.com','BK-0016','mary@example.com','succeeded',NULL,'ch_c4a5f4922aa74cffac89efa2','2026-11-28T11:23:11.532655Z','2026-11-28T11:23:11.538319Z','ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1','bd7e41430f441bd21928f088f49e0848d8946852',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_162f1bae804a4b3bb0bc3e19','cus_ed2993e2339641578316c138',14999,'usd','carl.smith@example.com','BK-0002','carl.smith@example.com','requires_action','https://hooks.stripe.invalid/3d_secure/pi_162f1bae804a4b3bb0bc3e19',NULL,'2026-11-28T11:23:12.043246Z',NULL,'d52133c96e9beabd1ce502773d245e94','1c9a7e75e0219079a7af391ea136439635d01d3a',0,'pm_card_authenticationRequired',0);
INSERT INTO refunds VALUES ('re_8932a0ee716448aca3055bb9','pi_fc64a31f3b85483bac41a8db',19999,'2026-11-28T11:23:10.264339Z','succeeded',NULL,NULL);
INSERT INTO refunds VALUES ('re_bf98b23b9626485fbe53de0f','pi_seed_0009',29998,'2026-11-28T11:23:11.927008Z','succeeded',NULL,NULL);
INSERT INTO idempotency_keys VALUES ('0ee56c92dcbab42ee6b12ca076be6d7e28aa9a96','confirm pi_7987cf090aa74c04b447a51e pm_card_visa','{"Intent":{"id":"pi_7987cf090aa74c04b447a51e","status":"succeeded","amount":14999,"currency":"usd","guest":"mary@example.com","booking":"BK-0016","booking_key":"ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1","number":0,"customer":"cus_d8d2bf7296314c3395b5b04c","receipt_email":"mary@example.com","disputed":false,"charge_id":"ch_c4a5f4922aa74cffac89efa2","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:23:11.532655Z","charged_at":"2026-11-28T11:23:11.538319Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('12d0f7cd7aa97e4532235f14f977c7047b93c650','confirm pi_c735b1fc134144f2aaef8d57 pm_card_visa','{"Intent":{"id":"pi_c735b1fc134144f2aaef8d57","status":"succeeded","amount":14999,"currency":"usd","guest":"soojin.kim@example.com","booking":"BK-0014","booking_key":"0b776d8cf83069af30b8b7bf2d2430391d71a0e9","number":0,"customer":"cus_8f7c27787faf46af86c44246","receipt_email":"soojin.kim@example.com","disputed":false,"charge_id":"ch_b10be95e5a0d4803be88f234","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:23:11.310911Z","charged_at":"2026-11-28T11:23:11.314298Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('1c9a7e75e0219079a7af391ea136439635d01d3a','intent','pi_162f1bae804a4b3bb0bc3e19');
INSERT INTO idempotency_keys VALUES ('24dad7add3779059a4c7a7984e3da0957a7e0ae5','intent','pi_ad964862ab904e019cfba988');
INSERT INTO idempotency_keys VALUES ('34debe13bc59aca820b3b018488c2f606784cfe3','customer sarah@example.com','["cus_71d9a626fd8e40069704500b",true]');
INSERT INTO idempotency_keys VALUES ('4429f554d91a8d408fe5af9556d47bcb85cb68bc','intent','pi_ac35b1fb54334c9886566ce0');
INSERT INTO idempotency_keys VALUES ('4528c75fe8e2372763b3fa750100a039404d3d4c','confirm pi_476fccf4a981446790460f80 pm_card_chargeDeclined','{"Declined":{"code":"card_declined","decline_code":"generic_decline","message":"The card was declined."}}');
INSERT INTO idempotency_keys VALUES ('4e087d4d716e1511e8d348626662e4c65284cf3f','intent','pi_be363b20c2b34ed6a1f34b53');
INSERT INTO idempotency_keys VALUES ('53ed6aada5180e3f9c6498dc29e2e565b440dbd0','refund pi_fc64a31f3b85483bac41a8db','{"Refunded":{"refund_id":"re_8932a0ee716448aca3055bb9","payment_intent_id":"pi_fc64a31f3b85483bac41a8db","amount_cents":19999,"status":"succeeded","since":"2026-11-28T11:23:10.264339Z"}}');
INSERT INTO idempotency_keys VALUES ('61542c2e587f389e12837e2126a77723564803a0','confirm pi_d13ef5143ed241f6ad67c250 pm_card_visa','{"Intent":{"id":"pi_d13ef5143ed241f6ad67c250","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":1,"customer":"cus_469de4a653ba472f8f606eb2","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_3af2dcfd85b2423f87d22339","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:23:11.194033Z","charged_at":"2026-11-28T11:23:11.196367Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('70d140266b4b32d825a517c3419fc15a7fbd3526','customer patrick.obrien@example.com','["cus_469de4a653ba472f8f606eb2",true]');
INSERT INTO idempotency_keys VALUES ('71c098f48cd447d0eb1a32c200f489dff2b1f12c','customer beth.gibbs@email.com','["cus_896b58de74ae4b9faed50748",true]');
INSERT INTO idempotency_keys VALUES ('831e33983ed906beab9f456d734aee29b3b8fc92','intent','pi_c735b1fc134144f2aaef8d57');
INSERT INTO idempotency_keys VALUES ('83e255bd9975beaab73618542bc9ca34c0661ad3','intent','pi_476fccf4a981446790460f80');
INSERT INTO idempotency_keys VALUES ('8efd78cd7dc652d55613babf20ca8ed5077003f4','confirm pi_ad964862ab904e019cfba988 pm_card_visa','{"Intent":{"id":"pi_ad964862ab904e019cfba988","status":"succeeded","amount":14999,"currency":"usd","guest":"jane@example.com","booking":"BK-0013","booking_key":"6921e575141897891d32139113b261e80b24f3f0","number":0,"customer":"cus_08508ccf9918454cbbbdfbea","receipt_email":"jane@example.com","disputed":false,"charge_id":"ch_ffd4d415a6cd419ca49c8ec0","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:23:10.735295Z","charged_at":"2026-11-28T11:23:10.738747Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('999287893668ccf6f22fdc6dd04073882f9df717','customer soojin.kim@example.com','["cus_8f7c27787faf46af86c44246",true]');
INSERT INTO idempotency_keys VALUES ('ad073e15d11706a13368e427ab097c23491f589c','customer jane@example.com','["cus_08508ccf9918454cbbbdfbea",true]');
INSERT INTO idempotency_keys VALUES ('b1c9a44378e1e95ed5470ca7d84e968cf874a73a','intent','pi_fc64a31f3b85483bac41a8db');
INSERT INTO idempotency_keys VALUES ('b2b20ec163491f800189b36f3dc7597afb9cbe7d','customer mary@example.com','["cus_d8d2bf7296314c3395b5b04c",true]');
INSERT INTO idempotency_keys VALUES ('b9f7d700a1c72eaa5c69e64837b41d691bef5e79','intent','pi_d13ef5143ed241f6ad67c250');
INSERT INTO idempotency_keys VALUES ('bd7e41430f441bd21928f088f49e0848d8946852','intent','pi_7987cf090aa74c04b447a51e');
INSERT INTO idempotency_keys VALUES ('c475e59d22817568bae1756e230d4bbbf93d46b7','refund pi_seed_0009','{"Refunded":{"refund_id":"re_bf98b23b9626485fbe53de0f","payment_intent_id":"pi_seed_0009","amount_cents":29998,"status":"succeeded","since":"2026-11-28T11:23:11.927008Z"}}');
INSERT INTO idempotency_keys VALUES ('e0d5bc8f5c2e7de00417a8de14386ea00f6824c1','customer carl.smith@example.com','["cus_ed2993e2339641578316c138",true]');
INSERT INTO idempotency_keys VALUES ('e0f548e928b8b348f0564e34add6cb730a5d29ed','confirm pi_162f1bae804a4b3bb0bc3e19 pm_card_authenticationRequired','{"Intent":{"id":"pi_162f1bae804a4b3bb0bc3e19","status":"requires_action","amount":14999,"currency":"usd","guest":"carl.smith@example.com","booking":"BK-0002","booking_key":"d52133c96e9beabd1ce502773d245e94","number":0,"customer":"cus_ed2993e2339641578316c138","receipt_email":"carl.smith@example.com","disputed":false,"charge_id":null,"next_action_url":"https://hooks.stripe.invalid/3d_secure/pi_162f1bae804a4b3bb0bc3e19","declined":null,"created_at":"2026-11-28T11:23:12.043246Z","charged_at":null,"refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('e53cab7b2f1d31c63d6756739eefb96b67af56db','confirm pi_ac35b1fb54334c9886566ce0 pm_card_visa','{"Intent":{"id":"pi_ac35b1fb54334c9886566ce0","status":"succeeded","amount":29998,"currency":"usd","guest":"beth.gibbs@email.com","booking":"BK-0001","booking_key":"527130bb7509d376e2e782c980bb2515","number":0,"customer":"cus_896b58de74ae4b9faed50748","receipt_email":null,"disputed":false,"charge_id":"ch_9f8d9b91798b4c65abf5eb68","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:23:09.119208Z","charged_at":"2026-11-28T11:23:09.122899Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f3238537ed3b8ebecb269b09790369a25ffcd41c','confirm pi_fc64a31f3b85483bac41a8db pm_card_visa','{"Intent":{"id":"pi_fc64a31f3b85483bac41a8db","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":0,"customer":"cus_469de4a653ba472f8f606eb2","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_ccb5a2ae28d44889bc492265","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:23:10.144951Z","charged_at":"2026-11-28T11:23:10.146296Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f5e94c23e8cdebb726c11a969250535ee8fc6646','customer maria.garcia@example.com','["cus_649d34dec4e545a2af58371b",true]');
PRAGMA user_version = 4;
