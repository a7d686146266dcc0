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
INSERT INTO customers VALUES ('cus_22bc9c72fd8b4768a514fdd5','beth.gibbs@email.com','Beth Gibbs');
INSERT INTO customers VALUES ('cus_c7bc846f9c984a32a804248d','patrick.obrien@example.com','Patrick O''Brien');
INSERT INTO customers VALUES ('cus_96506377410b4038a27fb2ba','sarah@example.com','Sarah Johnson');
INSERT INTO customers VALUES ('cus_5e2f343de6a841b8843e7a08','jane@example.com','Jane Austen');
INSERT INTO customers VALUES ('cus_40db652ac9f94819a6554332','soojin.kim@example.com','Soo-Jin Kim');
INSERT INTO customers VALUES ('cus_4f3e8590e4214201a8312514','maria.garcia@example.com','Maria Garcia');
INSERT INTO customers VALUES ('cus_e455068767f348b2ba8a9619','mary@example.com','Mary Shelley');
INSERT INTO customers VALUES ('cus_efa7730295fc413da7e73295','carl.smith@example.com','Carl Smith');
INSERT INTO intents VALUES ('pi_seed_0009','cus_seed_rthompson@example.com',29998,'usd','rthompson@example.com','BK-0009',NULL,'succeeded',NULL,'ch_pi_seed_0009','2026-11-28T11:35:18.467579Z','2026-11-28T11:35:18.467579Z',NULL,NULL,NULL,NULL,0);
INSERT INTO intents VALUES ('pi_4c5792ef92ea4ff18697ad17','cus_22bc9c72fd8b4768a514fdd5',29998,'usd','beth.gibbs@email.com','BK-0001',NULL,'succeeded',NULL,'ch_212d86466eb34b41911ed514','2026-11-28T11:35:19.528698Z','2026-11-28T11:35:19.535401Z','995ef21afb66df2b1eb05fd8e6d2359b','1d036964164f195a213c3a8cf173f430a4963fa2',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_2a8a4e821b514f57aa9afb0d','cus_c7bc846f9c984a32a804248d',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_749f0c6f21f3480f87c1a580','2026-11-28T11:35:24.037628Z','2026-11-28T11:35:24.039030Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b1c9a44378e1e95ed5470ca7d84e968cf874a73a',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_aa7c230dd17f4b0597462575','cus_96506377410b4038a27fb2ba',14999,'usd','sarah@example.com','BK-0003',NULL,'requires_payment_method',NULL,NULL,'2026-11-28T11:35:25.020587Z',NULL,'c662202c57c1a6daf625edf7c324c413','e09fbdc65c4c2552bfcf9702d378698a7eb27719',0,'pm_card_chargeDeclined',0);
INSERT INTO intents VALUES ('pi_0b8c517a56ba4760ab2242f5','cus_5e2f343de6a841b8843e7a08',14999,'usd','jane@example.com','BK-0013','jane@example.com','succeeded',NULL,'ch_906f586bb19a4d159f9aa8f2','2026-11-28T11:35:25.611897Z','2026-11-28T11:35:25.613470Z','6921e575141897891d32139113b261e80b24f3f0','24dad7add3779059a4c7a7984e3da0957a7e0ae5',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_ff9f4e80be18414490d7ab22','cus_c7bc846f9c984a32a804248d',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_e2de81dd00674ae597268b8b','2026-11-28T11:35:28.423570Z','2026-11-28T11:35:28.485267Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b9f7d700a1c72eaa5c69e64837b41d691bef5e79',1,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_d0db05a81e0d454f87ec7f49','cus_40db652ac9f94819a6554332',14999,'usd','soojin.kim@example.com','BK-0014','soojin.kim@example.com','succeeded',NULL,'ch_049a41596544479b89e56038','2026-11-28T11:35:28.939097Z','2026-11-28T11:35:28.946922Z','0b776d8cf83069af30b8b7bf2d2430391d71a0e9','831e33983ed906beab9f456d734aee29b3b8fc92',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_c089dc2274654a998cbcb4f4','cus_4f3e8590e4214201a8312514',19999,'usd','maria.garcia@example.com','BK-0015','maria.garcia@example.com','requires_payment_method',NULL,NULL,'2026-11-28T11:35:29.598891Z',NULL,'09444a80a3ee7d94c413f0313a3f1a999a1ac2b8','4e087d4d716e1511e8d348626662e4c65284cf3f',0,NULL,0);
INSERT INTO intents VALUES ('pi_bc1acc3ee57b42d6bd5d7b18','cus_e455068767f348b2ba8a9619',14999,'usd','mary@example.com','BK-0016','mary@example.com','succeeded',NULL,'ch_7e521e0a1d664d05b9efc454','2026-11-28T11:35:29.655321Z','2026-11-28T11:35:29.658960Z','ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1','bd7e41430f441bd21928f088f49e0848d8946852',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_ee7358fe66c144f394b28357','cus_efa7730295fc413da7e73295',14999,'usd','carl.smith@example.com','BK-0002','carl.smith@example.com','requires_action','https://hooks.stripe.invalid/3d_secure/pi_ee7358fe66c144f394b28357',NULL,'2026-11-28T11:35:31.005809Z',NULL,'8c21bfcf4737c80e49539cbe0a052540','7a2f90c3a03da8dfe4bdccd892c903ad9f157ef5',0,'pm_card_authenticationRequired',0);
INSERT INTO refunds VALUES ('re_3850c6133f5442e2b79e8abd','pi_2a8a4e821b514f57aa9afb0d',19999,'2026-11-28T11:35:24.417815Z','succeeded',NULL,NULL);
INSERT INTO refunds VALUES ('re_de26ff5e188c49b09567b4ff','pi_seed_0009',29998,'2026-11-28T11:35:30.478279Z','succeeded',NULL,NULL);
INSERT INTO idempotency_keys VALUES ('0ee56c92dcbab42ee6b12ca076be6d7e28aa9a96','confirm pi_bc1acc3ee57b42d6bd5d7b18 pm_card_visa','{"Intent":{"id":"pi_bc1acc3ee57b42d6bd5d7b18","status":"succeeded","amount":14999,"currency":"usd","guest":"mary@example.com","booking":"BK-0016","booking_key":"ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1","number":0,"customer":"cus_e455068767f348b2ba8a9619","receipt_email":"mary@example.com","disputed":false,"charge_id":"ch_7e521e0a1d664d05b9efc454","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:29.655321Z","charged_at":"2026-11-28T11:35:29.65896Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('12d0f7cd7aa97e4532235f14f977c7047b93c650','confirm pi_d0db05a81e0d454f87ec7f49 pm_card_visa','{"Intent":{"id":"pi_d0db05a81e0d454f87ec7f49","status":"succeeded","amount":14999,"currency":"usd","guest":"soojin.kim@example.com","booking":"BK-0014","booking_key":"0b776d8cf83069af30b8b7bf2d2430391d71a0e9","number":0,"customer":"cus_40db652ac9f94819a6554332","receipt_email":"soojin.kim@example.com","disputed":false,"charge_id":"ch_049a41596544479b89e56038","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:28.939097Z","charged_at":"2026-11-28T11:35:28.946922Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('1d036964164f195a213c3a8cf173f430a4963fa2','intent','pi_4c5792ef92ea4ff18697ad17');
INSERT INTO idempotency_keys VALUES ('24dad7add3779059a4c7a7984e3da0957a7e0ae5','intent','pi_0b8c517a56ba4760ab2242f5');
INSERT INTO idempotency_keys VALUES ('34debe13bc59aca820b3b018488c2f606784cfe3','customer sarah@example.com','["cus_96506377410b4038a27fb2ba",true]');
INSERT INTO idempotency_keys VALUES ('4528c75fe8e2372763b3fa750100a039404d3d4c','confirm pi_aa7c230dd17f4b0597462575 pm_card_chargeDeclined','{"Declined":{"code":"card_declined","decline_code":"generic_decline","message":"The card was declined."}}');
INSERT INTO idempotency_keys VALUES ('4e087d4d716e1511e8d348626662e4c65284cf3f','intent','pi_c089dc2274654a998cbcb4f4');
INSERT INTO idempotency_keys VALUES ('53ed6aada5180e3f9c6498dc29e2e565b440dbd0','refund pi_2a8a4e821b514f57aa9afb0d','{"Refunded":{"refund_id":"re_3850c6133f5442e2b79e8abd","payment_intent_id":"pi_2a8a4e821b514f57aa9afb0d","amount_cents":19999,"status":"succeeded","since":"2026-11-28T11:35:24.417815Z"}}');
INSERT INTO idempotency_keys VALUES ('61542c2e587f389e12837e2126a77723564803a0','confirm pi_ff9f4e80be18414490d7ab22 pm_card_visa','{"Intent":{"id":"pi_ff9f4e80be18414490d7ab22","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":1,"customer":"cus_c7bc846f9c984a32a804248d","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_e2de81dd00674ae597268b8b","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:28.42357Z","charged_at":"2026-11-28T11:35:28.485267Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('70d140266b4b32d825a517c3419fc15a7fbd3526','customer patrick.obrien@example.com','["cus_c7bc846f9c984a32a804248d",true]');
INSERT INTO idempotency_keys VALUES ('71c098f48cd447d0eb1a32c200f489dff2b1f12c','customer beth.gibbs@email.com','["cus_22bc9c72fd8b4768a514fdd5",true]');
INSERT INTO idempotency_keys VALUES ('7a2f90c3a03da8dfe4bdccd892c903ad9f157ef5','intent','pi_ee7358fe66c144f394b28357');
INSERT INTO idempotency_keys VALUES ('831e33983ed906beab9f456d734aee29b3b8fc92','intent','pi_d0db05a81e0d454f87ec7f49');
INSERT INTO idempotency_keys VALUES ('8efd78cd7dc652d55613babf20ca8ed5077003f4','confirm pi_0b8c517a56ba4760ab2242f5 pm_card_visa','{"Intent":{"id":"pi_0b8c517a56ba4760ab2242f5","status":"succeeded","amount":14999,"currency":"usd","guest":"jane@example.com","booking":"BK-0013","booking_key":"6921e575141897891d32139113b261e80b24f3f0","number":0,"customer":"cus_5e2f343de6a841b8843e7a08","receipt_email":"jane@example.com","disputed":false,"charge_id":"ch_906f586bb19a4d159f9aa8f2","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:25.611897Z","charged_at":"2026-11-28T11:35:25.61347Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('999287893668ccf6f22fdc6dd04073882f9df717','customer soojin.kim@example.com','["cus_40db652ac9f94819a6554332",true]');
INSERT INTO idempotency_keys VALUES ('ad073e15d11706a13368e427ab097c23491f589c','customer jane@example.com','["cus_5e2f343de6a841b8843e7a08",true]');
INSERT INTO idempotency_keys VALUES ('b1c9a44378e1e95ed5470ca7d84e968cf874a73a','intent','pi_2a8a4e821b514f57aa9afb0d');
INSERT INTO idempotency_keys VALUES ('b2b20ec163491f800189b36f3dc7597afb9cbe7d','customer mary@example.com','["cus_e455068767f348b2ba8a9619",true]');
INSERT INTO idempotency_keys VALUES ('b9f7d700a1c72eaa5c69e64837b41d691bef5e79','intent','pi_ff9f4e80be18414490d7ab22');
INSERT INTO idempotency_keys VALUES ('bd7e41430f441bd21928f088f49e0848d8946852','intent','pi_bc1acc3ee57b42d6bd5d7b18');
INSERT INTO idempotency_keys VALUES ('c475e59d22817568bae1756e230d4bbbf93d46b7','refund pi_seed_0009','{"Refunded":{"refund_id":"re_de26ff5e188c49b09567b4ff","payment_intent_id":"pi_seed_0009","amount_cents":29998,"status":"succeeded","since":"2026-11-28T11:35:30.478279Z"}}');
INSERT INTO idempotency_keys VALUES ('e09fbdc65c4c2552bfcf9702d378698a7eb27719','intent','pi_aa7c230dd17f4b0597462575');
INSERT INTO idempotency_keys VALUES ('e0d5bc8f5c2e7de00417a8de14386ea00f6824c1','customer carl.smith@example.com','["cus_efa7730295fc413da7e73295",true]');
INSERT INTO idempotency_keys VALUES ('e0f548e928b8b348f0564e34add6cb730a5d29ed','confirm pi_ee7358fe66c144f394b28357 pm_card_authenticationRequired','{"Intent":{"id":"pi_ee7358fe66c144f394b28357","status":"requires_action","amount":14999,"currency":"usd","guest":"carl.smith@example.com","booking":"BK-0002","booking_key":"8c21bfcf4737c80e49539cbe0a052540","number":0,"customer":"cus_efa7730295fc413da7e73295","receipt_email":"carl.smith@example.com","disputed":false,"charge_id":null,"next_action_url":"https://hooks.stripe.invalid/3d_secure/pi_ee7358fe66c144f394b28357","declined":null,"created_at":"2026-11-28T11:35:31.005809Z","charged_at":null,"refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('e53cab7b2f1d31c63d6756739eefb96b67af56db','confirm pi_4c5792ef92ea4ff18697ad17 pm_card_visa','{"Intent":{"id":"pi_4c5792ef92ea4ff18697ad17","status":"succeeded","amount":29998,"currency":"usd","guest":"beth.gibbs@email.com","booking":"BK-0001","booking_key":"995ef21afb66df2b1eb05fd8e6d2359b","number":0,"customer":"cus_22bc9c72fd8b4768a514fdd5","receipt_email":null,"disputed":false,"charge_id":"ch_212d86466eb34b41911ed514","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:19.528698Z","charged_at":"2026-11-28T11:35:19.535401Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f3238537ed3b8ebecb269b09790369a25ffcd41c','confirm pi_2a8a4e821b514f57aa9afb0d pm_card_visa','{"Intent":{"id":"pi_2a8a4e821b514f57aa9afb0d","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":0,"customer":"cus_c7bc846f9c984a32a804248d","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_749f0c6f21f3480f87c1a580","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:35:24.037628Z","charged_at":"2026-11-28T11:35:24.03903Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f5e94c23e8cdebb726c11a969250535ee8fc6646','customer maria.garcia@example.com','["cus_4f3e8590e4214201a8312514",true]');
PRAGMA user_version = 4;
