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
INSERT INTO customers VALUES ('cus_e8a2ced3303f4b979793451b','beth.gibbs@email.com','Beth Gibbs');
INSERT INTO customers VALUES ('cus_916d7e647bdf40b5a9368372','patrick.obrien@example.com','Patrick O''Brien');
INSERT INTO customers VALUES ('cus_5d065520bab24963a498ac68','sarah@example.com','Sarah Johnson');
INSERT INTO customers VALUES ('cus_f71a2ec5bd3441fd9413b773','jane@example.com','Jane Austen');
INSERT INTO customers VALUES ('cus_e4b3b2b5b08e4764bdd744be','soojin.kim@example.com','Soo-Jin Kim');
INSERT INTO customers VALUES ('cus_8f5abf82ce4545e2af10cf87','maria.garcia@example.com','Maria Garcia');
INSERT INTO customers VALUES ('cus_c4ba1236cd0b4049b8701b45','mary@example.com','Mary Shelley');
INSERT INTO customers VALUES ('cus_5b8ca9c402c84b309fb8f654','carl.smith@example.com','Carl Smith');
INSERT INTO intents VALUES ('pi_seed_0009','cus_seed_rthompson@example.com',29998,'usd','rthompson@example.com','BK-0009',NULL,'succeeded',NULL,'ch_pi_seed_0009','2026-11-28T11:21:37.026559Z','2026-11-28T11:21:37.026559Z',NULL,NULL,NULL,NULL,0);
INSERT INTO intents VALUES ('pi_ef129b2f46df464cb0f94b0e','cus_e8a2ced3303f4b979793451b',29998,'usd','beth.gibbs@email.com','BK-0001',NULL,'succeeded',NULL,'ch_5b698cd828ad4cf4ac085ecb','2026-11-28T11:21:37.515575Z','2026-11-28T11:21:37.528564Z','e7257514211394d7f53bfda0f2999f01','a43a7ec2d741cc955bf0729d96bddb17532bdeab',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_2cd80d622cd04f15b49c8fdb','cus_916d7e647bdf40b5a9368372',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_7cda7ec33aca4d95a834d7a3','2026-11-28T11:21:38.323606Z','2026-11-28T11:21:38.325575Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b1c9a44378e1e95ed5470ca7d84e968cf874a73a',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_01b03e42e1ac4e0c9255c78d','cus_5d065520bab24963a498ac68',14999,'usd','sarah@example.com','BK-0003',NULL,'requires_payment_method',NULL,NULL,'2026-11-28T11:21:38.498468Z',NULL,'77418f1caa9edf341befcae2821baf6e','cb41025a6302e8740c37301e706a3d7c20ab4fc6',0,'pm_card_chargeDeclined',0);
INSERT INTO intents VALUES ('pi_a543e3910c1040778cd576f2','cus_f71a2ec5bd3441fd9413b773',14999,'usd','jane@example.com','BK-0013','jane@example.com','succeeded',NULL,'ch_b27a163606eb4ffa89a69b13','2026-11-28T11:21:38.844321Z','2026-11-28T11:21:38.862439Z','6921e575141897891d32139113b261e80b24f3f0','24dad7add3779059a4c7a7984e3da0957a7e0ae5',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_4ead7219bb29408bb34b9f1f','cus_916d7e647bdf40b5a9368372',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_8424764d66054b9b9cad196e','2026-11-28T11:21:39.421395Z','2026-11-28T11:21:39.434285Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b9f7d700a1c72eaa5c69e64837b41d691bef5e79',1,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_8de6d651c0a3415fac654855','cus_e4b3b2b5b08e4764bdd744be',14999,'usd','soojin.kim@example.com','BK-0014','soojin.kim@example.com','succeeded',NULL,'ch_d8cedc6cc6cb49e1aee35c00','2026-11-28T11:21:39.495589Z','2026-11-28T11:21:39.496627Z','0b776d8cf83069af30b8b7bf2d2430391d71a0e9','831e33983ed906beab9f456d734aee29b3b8fc92',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_20116d49cfa14a40a4a6b6d9','cus_8f5abf82ce4545e2af10cf87',19999,'usd','maria.garcia@example.com','BK-0015','maria.garcia@example.com','requires_payment_method',NULL,NULL,'2026-11-28T11:21:39.676362Z',NULL,'09444a80a3ee7d94c413f0313a3f1a999a1ac2b8','4e087d4d716e1511e8d348626662e4c65284cf3f',0,NULL,0);
INSERT INTO intents VALUES ('pi_f234e119b0d34564a89bd4d7','cus_c4ba1236cd0b4049b8701b45',14999,'usd','mary@example.com','BK-0016','mary@example.com','succeeded',NULL,'ch_f3a143d6dd8b433aac506001','2026-11-28T11:21:39.807139Z','2026-11-28T11:21:39.818365Z','ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1','bd7e41430f441bd21928f088f49e0848d8946852',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_595fc97ff1e4455da4cb4b02','cus_5b8ca9c402c84b309fb8f654',14999,'usd','carl.smith@example.com','BK-0002','carl.smith@example.com','requires_action','https://hooks.stripe.invalid/3d_secure/pi_595fc97ff1e4455da4cb4b02',NULL,'2026-11-28T11:21:40.120467Z',NULL,'b70a3aa2dfc4ee7918b5fb5593bc6345','494ff8025ac4884845741bf5abfc77aae4b2d4e8',0,'pm_card_authenticationRequired',0);
INSERT INTO refunds VALUES ('re_c186c9e064724c1fa8bf4314','pi_2cd80d622cd04f15b49c8fdb',19999,'2026-11-28T11:21:38.462599Z','succeeded',NULL,NULL);
INSERT INTO refunds VALUES ('re_c4c360a3d44249bcb224b3ab','pi_seed_0009',29998,'2026-11-28T11:21:40.086394Z','succeeded',NULL,NULL);
INSERT INTO idempotency_keys VALUES ('0ee56c92dcbab42ee6b12ca076be6d7e28aa9a96','confirm pi_f234e119b0d34564a89bd4d7 pm_card_visa','{"Intent":{"id":"pi_f234e119b0d34564a89bd4d7","status":"succeeded","amount":14999,"currency":"usd","guest":"mary@example.com","booking":"BK-0016","booking_key":"ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1","number":0,"customer":"cus_c4ba1236cd0b4049b8701b45","receipt_email":"mary@example.com","disputed":false,"charge_id":"ch_f3a143d6dd8b433aac506001","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:21:39.807139Z","charged_at":"2026-11-28T11:21:39.818365Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('12d0f7cd7aa97e4532235f14f977c7047b93c650','confirm pi_8de6d651c0a3415fac654855 pm_card_visa','{"Intent":{"id":"pi_8de6d651c0a3415fac654855","status":"succeeded","amount":14999,"currency":"usd","guest":"soojin.kim@example.com","booking":"BK-0014","booking_key":"0b776d8cf83069af30b8b7bf2d2430391d71a0e9","number":0,"customer":"cus_e4b3b2b5b08e4764bdd744be","receipt_email":"soojin.kim@example.com","disputed":false,"charge_id":"ch_d8cedc6cc6cb49e1aee35c00","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:21:39.495589Z","charged_at":"2026-11-28T11:21:39.496627Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('24dad7add3779059a4c7a7984e3da0957a7e0ae5','intent','pi_a543e3910c1040778cd576f2');
INSERT INTO idempotency_keys VALUES ('34debe13bc59aca820b3b018488c2f606784cfe3','customer sarah@example.com','["cus_5d065520bab24963a498ac68",true]');
INSERT INTO idempotency_keys VALUES ('4528c75fe8e2372763b3fa750100a039404d3d4c','confirm pi_01b03e42e1ac4e0c9255c78d pm_card_chargeDeclined','{"Declined":{"code":"card_declined","decline_code":"generic_decline","message":"The card was declined."}}');
INSERT INTO idempotency_keys VALUES ('494ff8025ac4884845741bf5abfc77aae4b2d4e8','intent','pi_595fc97ff1e4455da4cb4b02');
INSERT INTO idempotency_keys VALUES ('4e087d4d716e1511e8d348626662e4c65284cf3f','intent','pi_20116d49cfa14a40a4a6b6d9');
INSERT INTO idempotency_keys VALUES ('53ed6aada5180e3f9c6498dc29e2e565b440dbd0','refund pi_2cd80d622cd04f15b49c8fdb','{"Refunded":{"refund_id":"re_c186c9e064724c1fa8bf4314","payment_intent_id":"pi_2cd80d622cd04f15b49c8fdb","amount_cents":19999,"status":"succeeded","since":"2026-11-28T11:21:38.462599Z"}}');
INSERT INTO idempotency_keys VALUES ('61542c2e587f389e12837e2126a77723564803a0','confirm pi_4ead7219bb29408bb34b9f1f pm_card_visa','{"Intent":{"id":"pi_4ead7219bb29408bb34b9f1f","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":1,"customer":"cus_916d7e647bdf40b5a9368372","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_8424764d66054b9b9cad196e","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:21:39.421395Z","charged_at":"2026-11-28T11:21:39.434285Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('70d140266b4b32d825a517c3419fc15a7fbd3526','customer patrick.obrien@example.com','["cus_916d7e647bdf40b5a9368372",true]');
INSERT INTO idempotency_keys VALUES ('71c098f48cd447d0eb1a32c200f489dff2b1f12c','customer beth.gibbs@email.com','["cus_e8a2ced3303f4b979793451b",true]');
INSERT INTO idempotency_keys VALUES ('831e33983ed906beab9f456d734aee29b3b8fc92','intent','pi_8de6d651c0a3415fac654855');
INSERT INTO idempotency_keys VALUES ('8efd78cd7dc652d55613babf20ca8ed5077003f4','confirm pi_a543e3910c1040778cd576f2 pm_card_visa','{"Intent":{"id":"pi_a543e3910c1040778cd576f2","status":"succeeded","amount":14999,"currency":"usd","guest":"jane@example.com","booking":"BK-0013","booking_key":"6921e575141897891d32139113b261e80b24f3f0","number":0,"customer":"cus_f71a2ec5bd3441fd9413b773","receipt_email":"jane@example.com","disputed":false,"charge_id":"ch_b27a163606eb4ffa89a69b13","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:21:38.844321Z","charged_at":"2026-11-28T11:21:38.862439Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('999287893668ccf6f22fdc6dd04073882f9df717','customer soojin.kim@example.com','["cus_e4b3b2b5b08e4764bdd744be",true]');
INSERT INTO idempotency_keys VALUES ('a43a7ec2d741cc955bf0729d96bddb17532bdeab','intent','pi_ef129b2f46df464cb0f94b0e');
INSERT INTO idempotency_keys VALUES ('ad073e15d11706a13368e427ab097c23491f589c','customer jane@example.com','["cus_f71a2ec5bd3441fd9413b773",true]');
INSERT INTO idempotency_keys VALUES ('b1c9a44378e1e95ed5470ca7d84e968cf874a73a','intent','pi_2cd80d622cd04f15b49c8fdb');
INSERT INTO idempotency_keys VALUES ('b2b20ec163491f800189b36f3dc7597afb9cbe7d','customer mary@example.com','["cus_c4ba1236cd0b4049b8701b45",true]');
INSERT INTO idempotency_keys VALUES ('b9f7d700a1c72eaa5c69e64837b41d691bef5e79','intent','pi_4ead7219bb29408bb34b9f1f');
INSERT INTO idempotency_keys VALUES ('bd7e41430f441bd21928f088f49e0848d8946852','intent','pi_f234e119b0d34564a89bd4d7');
INSERT INTO idempotency_keys VALUES ('c475e59d22817568bae1756e230d4bbbf93d46b7','refund pi_seed_0009','{"Refunded":{"refund_id":"re_c4c360a3d44249bcb224b3ab","payment_intent_id":"pi_seed_0009","amount_cents":29998,"status":"succeeded","since":"2026-11-28T11:21:40.086394Z"}}');
INSERT INTO idempotency_keys VALUES ('cb41025a6302e8740c37301e706a3d7c20ab4fc6','intent','pi_01b03e42e1ac4e0c9255c78d');
INSERT INTO idempotency_keys VALUES ('e0d5bc8f5c2e7de00417a8de14386ea00f6824c1','customer carl.smith@example.com','["cus_5b8ca9c402c84b309fb8f654",true]');
INSERT INTO idempotency_keys VALUES ('e0f548e928b8b348f0564e34add6cb730a5d29ed','confirm pi_595fc97ff1e4455da4cb4b02 pm_card_authenticationRequired','{"Intent":{"id":"pi_595fc97ff1e4455da4cb4b02","status":"requires_action","amount":14999,"currency":"usd","guest":"carl.smith@example.com","booking":"BK-0002","booking_key":"b70a3aa2dfc4ee7918b5fb5593bc6345","number":0,"customer":"cus_5b8ca9c402c84b309fb8f654","receipt_email":"carl.smith@example.com","disputed":false,"charge_id":null,"next_action_url":"https://hooks.stripe.invalid/3d_secure/pi_595fc97ff1e4455da4cb4b02","declined":null,"created_at":"2026-11-28T11:21:40.120467Z","charged_at":null,"refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('e53cab7b2f1d31c63d6756739eefb96b67af56db','confirm pi_ef129b2f46df464cb0f94b0e pm_card_visa','{"Intent":{"id":"pi_ef129b2f46df464cb0f94b0e","status":"succeeded","amount":29998,"currency":"usd","guest":"beth.gibbs@email.com","booking":"BK-0001","booking_key":"e7257514211394d7f53bfda0f2999f01","number":0,"customer":"cus_e8a2ced3303f4b979793451b","receipt_email":null,"disputed":false,"charge_id":"ch_5b698cd828ad4cf4ac085ecb","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:21:37.515575Z","charged_at":"2026-11-28T11:21:37.528564Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f3238537ed3b8ebecb269b09790369a25ffcd41c','confirm pi_2cd80d622cd04f15b49c8fdb pm_card_visa','{"Intent":{"id":"pi_2cd80d622cd04f15b49c8fdb","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":0,"customer":"cus_916d7e647bdf40b5a9368372","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_7cda7ec33aca4d95a834d7a3","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:21:38.323606Z","charged_at":"2026-11-28T11:21:38.325575Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f5e94c23e8cdebb726c11a969250535ee8fc6646','customer maria.garcia@example.com','["cus_8f5abf82ce4545e2af10cf87",true]');
PRAGMA user_version = 4;
