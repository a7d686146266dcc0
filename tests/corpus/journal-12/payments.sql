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
INSERT INTO customers VALUES ('cus_52e1c710454144e9ac7c0c21','beth.gibbs@email.com','Beth Gibbs');
INSERT INTO customers VALUES ('cus_a724e23dd0734ece9087ba0c','patrick.obrien@example.com','Patrick O''Brien');
INSERT INTO customers VALUES ('cus_8df2730d7e2a46c7b6059e29','sarah@example.com','Sarah Johnson');
INSERT INTO customers VALUES ('cus_b49acb4a43d5449cad2268df','jane@example.com','Jane Austen');
INSERT INTO customers VALUES ('cus_ebe3adea63644cc9a1befba7','soojin.kim@example.com','Soo-Jin Kim');
INSERT INTO customers VALUES ('cus_77ef612ff8e54d819ee7dc31','maria.garcia@example.com','Maria Garcia');
INSERT INTO customers VALUES ('cus_44da2938105847d786981d57','mary@example.com','Mary Shelley');
INSERT INTO customers VALUES ('cus_c8b4c111d09c437d940968fb','carl.smith@example.com','Carl Smith');
INSERT INTO intents VALUES ('pi_seed_0009','cus_seed_rthompson@example.com',29998,'usd','rthompson@example.com','BK-0009',NULL,'succeeded',NULL,'ch_pi_seed_0009','2026-11-28T12:08:14.249573Z','2026-11-28T12:08:14.249573Z',NULL,NULL,NULL,NULL,0);
INSERT INTO intents VALUES ('pi_845921014e664b10a58eb55d','cus_52e1c710454144e9ac7c0c21',29998,'usd','beth.gibbs@email.com','BK-0001',NULL,'succeeded',NULL,'ch_213275d7380b4a68a479318a','2026-11-28T12:08:15.043979Z','2026-11-28T12:08:15.045977Z','84bab6e27b49eb3be64d9ff008082c4d','8ba0b5c4deb187586c0936c4113800549f25ffbc',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_6f55263b99aa435595f160ee','cus_a724e23dd0734ece9087ba0c',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_27c673e717b34ca79d27d3f5','2026-11-28T12:08:16.338631Z','2026-11-28T12:08:16.343569Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b1c9a44378e1e95ed5470ca7d84e968cf874a73a',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_992d4fc580dc4e479f099e0f','cus_8df2730d7e2a46c7b6059e29',14999,'usd','sarah@example.com','BK-0003',NULL,'requires_payment_method',NULL,NULL,'2026-11-28T12:08:16.651376Z',NULL,'0bd3019cd00839cb9869ab4f573542fc','d41c698e8e5aaf854fd51f5750f9a9afb99e3569',0,'pm_card_chargeDeclined',0);
INSERT INTO intents VALUES ('pi_ebb3f223cbdb4c9faf3907b8','cus_b49acb4a43d5449cad2268df',14999,'usd','jane@example.com','BK-0013','jane@example.com','succeeded',NULL,'ch_5d74368902ba481ab2bf0439','2026-11-28T12:08:17.260815Z','2026-11-28T12:08:17.269211Z','6921e575141897891d32139113b261e80b24f3f0','24dad7add3779059a4c7a7984e3da0957a7e0ae5',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_240901a9877548e1b69aca72','cus_a724e23dd0734ece9087ba0c',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_8af8d49edb2348a4bc5138fd','2026-11-28T12:08:18.080331Z','2026-11-28T12:08:18.095225Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b9f7d700a1c72eaa5c69e64837b41d691bef5e79',1,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_f993966d8d2e437eabcfe7b3','cus_ebe3adea63644cc9a1befba7',14999,'usd','soojin.kim@example.com','BK-0014','soojin.kim@example.com','succeeded',NULL,'ch_cfbd3022f5554ab29351e479','2026-11-28T12:08:18.133997Z','2026-11-28T12:08:18.135183Z','0b776d8cf83069af30b8b7bf2d2430391d71a0e9','831e33983ed906beab9f456d734aee29b3b8fc92',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_98689e75c10a4690806cd4df','cus_77ef612ff8e54d819ee7dc31',19999,'usd','maria.garcia@example.com','BK-0015','maria.garcia@example.com','requires_payment_method',NULL,NULL,'2026-11-28T12:08:18.223328Z',NULL,'09444a80a3ee7d94c413f0313a3f1a999a1ac2b8','4e087d4d716e1511e8d348626662e4c65284cf3f',0,NULL,0);
INSERT INTO intents VALUES ('pi_97c77c209380415ab8d18df6','cus_44da2938105847d786981d57',14999,'usd','mary@example.com','BK-0016','mary@example.com','succeeded',NULL,'ch_a1eb089d24d3433396f0bd06','2026-11-28T12:08:18.270078Z','2026-11-28T12:08:18.278264Z','ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1','bd7e41430f441bd21928f088f49e0848d8946852',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_6af5cb64cabf49c4889990f2','cus_c8b4c111d09c437d940968fb',14999,'usd','carl.smith@example.com','BK-0002','carl.smith@example.com','requires_action','https://hooks.stripe.invalid/3d_secure/pi_6af5cb64cabf49c4889990f2',NULL,'2026-11-28T12:08:18.531387Z',NULL,'3654eb0529f0216343a9247a2283791f','09cea17a34251201bcdedf2c3c92195c3841295d',0,'pm_card_authenticationRequired',0);
INSERT INTO refunds VALUES ('re_2bbaa404756f43288960e8ff','pi_6f55263b99aa435595f160ee',19999,'2026-11-28T12:08:16.477085Z','succeeded',NULL,NULL);
INSERT INTO refunds VALUES ('re_5155e599290647ccb7f07464','pi_seed_0009',29998,'2026-11-28T12:08:18.493364Z','succeeded',NULL,NULL);
INSERT INTO idempotency_keys VALUES ('09cea17a34251201bcdedf2c3c92195c3841295d','intent','pi_6af5cb64cabf49c4889990f2');
INSERT INTO idempotency_keys VALUES ('0ee56c92dcbab42ee6b12ca076be6d7e28aa9a96','confirm pi_97c77c209380415ab8d18df6 pm_card_visa','{"Intent":{"id":"pi_97c77c209380415ab8d18df6","status":"succeeded","amount":14999,"currency":"usd","guest":"mary@example.com","booking":"BK-0016","booking_key":"ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1","number":0,"customer":"cus_44da2938105847d786981d57","receipt_email":"mary@example.com","disputed":false,"charge_id":"ch_a1eb089d24d3433396f0bd06","next_action_url":null,"declined":null,"created_at":"2026-11-28T12:08:18.270078Z","charged_at":"2026-11-28T12:08:18.278264Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('12d0f7cd7aa97e4532235f14f977c7047b93c650','confirm pi_f993966d8d2e437eabcfe7b3 pm_card_visa','{"Intent":{"id":"pi_f993966d8d2e437eabcfe7b3","status":"succeeded","amount":14999,"currency":"usd","guest":"soojin.kim@example.com","booking":"BK-0014","booking_key":"0b776d8cf83069af30b8b7bf2d2430391d71a0e9","number":0,"customer":"cus_ebe3adea63644cc9a1befba7","receipt_email":"soojin.kim@example.com","disputed":false,"charge_id":"ch_cfbd3022f5554ab29351e479","next_action_url":null,"declined":null,"created_at":"2026-11-28T12:08:18.133997Z","charged_at":"2026-11-28T12:08:18.135183Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('24dad7add3779059a4c7a7984e3da0957a7e0ae5','intent','pi_ebb3f223cbdb4c9faf3907b8');
INSERT INTO idempotency_keys VALUES ('34debe13bc59aca820b3b018488c2f606784cfe3','customer sarah@example.com','["cus_8df2730d7e2a46c7b6059e29",true]');
INSERT INTO idempotency_keys VALUES ('4528c75fe8e2372763b3fa750100a039404d3d4c','confirm pi_992d4fc580dc4e479f099e0f pm_card_chargeDeclined','{"Declined":{"code":"card_declined","decline_code":"generic_decline","message":"The card was declined."}}');
INSERT INTO idempotency_keys VALUES ('4e087d4d716e1511e8d348626662e4c65284cf3f','intent','pi_98689e75c10a4690806cd4df');
INSERT INTO idempotency_keys VALUES ('53ed6aada5180e3f9c6498dc29e2e565b440dbd0','refund pi_6f55263b99aa435595f160ee','{"Refunded":{"refund_id":"re_2bbaa404756f43288960e8ff","payment_intent_id":"pi_6f55263b99aa435595f160ee","amount_cents":19999,"status":"succeeded","since":"2026-11-28T12:08:16.477085Z"}}');
INSERT INTO idempotency_keys VALUES ('61542c2e587f389e12837e2126a77723564803a0','confirm pi_240901a9877548e1b69aca72 pm_card_visa','{"Intent":{"id":"pi_240901a9877548e1b69aca72","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":1,"customer":"cus_a724e23dd0734ece9087ba0c","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_8af8d49edb2348a4bc5138fd","next_action_url":null,"declined":null,"created_at":"2026-11-28T12:08:18.080331Z","charged_at":"2026-11-28T12:08:18.095225Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('70d140266b4b32d825a517c3419fc15a7fbd3526','customer patrick.obrien@example.com','["cus_a724e23dd0734ece9087ba0c",true]');
INSERT INTO idempotency_keys VALUES ('71c098f48cd447d0eb1a32c200f489dff2b1f12c','customer beth.gibbs@email.com','["cus_52e1c710454144e9ac7c0c21",true]');
INSERT INTO idempotency_keys VALUES ('831e33983ed906beab9f456d734aee29b3b8fc92','intent','pi_f993966d8d2e437eabcfe7b3');
INSERT INTO idempotency_keys VALUES ('8ba0b5c4deb187586c0936c4113800549f25ffbc','intent','pi_845921014e664b10a58eb55d');
INSERT INTO idempotency_keys VALUES ('8efd78cd7dc652d55613babf20ca8ed5077003f4','confirm pi_ebb3f223cbdb4c9faf3907b8 pm_card_visa','{"Intent":{"id":"pi_ebb3f223cbdb4c9faf3907b8","status":"succeeded","amount":14999,"currency":"usd","guest":"jane@example.com","booking":"BK-0013","booking_key":"6921e575141897891d32139113b261e80b24f3f0","number":0,"customer":"cus_b49acb4a43d5449cad2268df","receipt_email":"jane@example.com","disputed":false,"charge_id":"ch_5d74368902ba481ab2bf0439","next_action_url":null,"declined":null,"created_at":"2026-11-28T12:08:17.260815Z","charged_at":"2026-11-28T12:08:17.269211Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('999287893668ccf6f22fdc6dd04073882f9df717','customer soojin.kim@example.com','["cus_ebe3adea63644cc9a1befba7",true]');
INSERT INTO idempotency_keys VALUES ('ad073e15d11706a13368e427ab097c23491f589c','customer jane@example.com','["cus_b49acb4a43d5449cad2268df",true]');
INSERT INTO idempotency_keys VALUES ('b1c9a44378e1e95ed5470ca7d84e968cf874a73a','intent','pi_6f55263b99aa435595f160ee');
INSERT INTO idempotency_keys VALUES ('b2b20ec163491f800189b36f3dc7597afb9cbe7d','customer mary@example.com','["cus_44da2938105847d786981d57",true]');
INSERT INTO idempotency_keys VALUES ('b9f7d700a1c72eaa5c69e64837b41d691bef5e79','intent','pi_240901a9877548e1b69aca72');
INSERT INTO idempotency_keys VALUES ('bd7e41430f441bd21928f088f49e0848d8946852','intent','pi_97c77c209380415ab8d18df6');
INSERT INTO idempotency_keys VALUES ('c475e59d22817568bae1756e230d4bbbf93d46b7','refund pi_seed_0009','{"Refunded":{"refund_id":"re_5155e599290647ccb7f07464","payment_intent_id":"pi_seed_0009","amount_cents":29998,"status":"succeeded","since":"2026-11-28T12:08:18.493364Z"}}');
INSERT INTO idempotency_keys VALUES ('d41c698e8e5aaf854fd51f5750f9a9afb99e3569','intent','pi_992d4fc580dc4e479f099e0f');
INSERT INTO idempotency_keys VALUES ('e0d5bc8f5c2e7de00417a8de14386ea00f6824c1','customer carl.smith@example.com','["cus_c8b4c111d09c437d940968fb",true]');
INSERT INTO idempotency_keys VALUES ('e0f548e928b8b348f0564e34add6cb730a5d29ed','confirm pi_6af5cb64cabf49c4889990f2 pm_card_authenticationRequired','{"Intent":{"id":"pi_6af5cb64cabf49c4889990f2","status":"requires_action","amount":14999,"currency":"usd","guest":"carl.smith@example.com","booking":"BK-0002","booking_key":"3654eb0529f0216343a9247a2283791f","number":0,"customer":"cus_c8b4c111d09c437d940968fb","receipt_email":"carl.smith@example.com","disputed":false,"charge_id":null,"next_action_url":"https://hooks.stripe.invalid/3d_secure/pi_6af5cb64cabf49c4889990f2","declined":null,"created_at":"2026-11-28T12:08:18.531387Z","charged_at":null,"refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('e53cab7b2f1d31c63d6756739eefb96b67af56db','confirm pi_845921014e664b10a58eb55d pm_card_visa','{"Intent":{"id":"pi_845921014e664b10a58eb55d","status":"succeeded","amount":29998,"currency":"usd","guest":"beth.gibbs@email.com","booking":"BK-0001","booking_key":"84bab6e27b49eb3be64d9ff008082c4d","number":0,"customer":"cus_52e1c710454144e9ac7c0c21","receipt_email":null,"disputed":false,"charge_id":"ch_213275d7380b4a68a479318a","next_action_url":null,"declined":null,"created_at":"2026-11-28T12:08:15.043979Z","charged_at":"2026-11-28T12:08:15.045977Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f3238537ed3b8ebecb269b09790369a25ffcd41c','confirm pi_6f55263b99aa435595f160ee pm_card_visa','{"Intent":{"id":"pi_6f55263b99aa435595f160ee","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":0,"customer":"cus_a724e23dd0734ece9087ba0c","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_27c673e717b34ca79d27d3f5","next_action_url":null,"declined":null,"created_at":"2026-11-28T12:08:16.338631Z","charged_at":"2026-11-28T12:08:16.343569Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f5e94c23e8cdebb726c11a969250535ee8fc6646','customer maria.garcia@example.com','["cus_77ef612ff8e54d819ee7dc31",true]');
PRAGMA user_version = 4;
