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
INSERT INTO customers VALUES ('cus_50a0694ed5e44b8db510e901','beth.gibbs@email.com','Beth Gibbs');
INSERT INTO customers VALUES ('cus_47ae064fc96e48468297574a','patrick.obrien@example.com','Patrick O''Brien');
INSERT INTO customers VALUES ('cus_44979951211145ed8b73a5c4','sarah@example.com','Sarah Johnson');
INSERT INTO customers VALUES ('cus_e1be08a8e76348c78b77b751','jane@example.com','Jane Austen');
INSERT INTO customers VALUES ('cus_771f5e3d3d5f45b4b917a2e1','soojin.kim@example.com','Soo-Jin Kim');
INSERT INTO customers VALUES ('cus_27515ffdb0924fd2ad6d26e1','maria.garcia@example.com','Maria Garcia');
INSERT INTO customers VALUES ('cus_831eb3630b0b43eb876fd61f','mary@example.com','Mary Shelley');
INSERT INTO customers VALUES ('cus_96682b6a45014730b7b6931d','carl.smith@example.com','Carl Smith');
INSERT INTO intents VALUES ('pi_seed_0009','cus_seed_rthompson@example.com',29998,'usd','rthompson@example.com','BK-0009',NULL,'succeeded',NULL,'ch_pi_seed_0009','2026-11-28T11:31:05.547792Z','2026-11-28T11:31:05.547792Z',NULL,NULL,NULL,NULL,0);
INSERT INTO intents VALUES ('pi_f7c57c49e2344726910257d4','cus_50a0694ed5e44b8db510e901',29998,'usd','beth.gibbs@email.com','BK-0001',NULL,'succeeded',NULL,'ch_a6e25995d0554697b6648bd3','2026-11-28T11:31:07.108063Z','2026-11-28T11:31:07.154424Z','ad51331c14f1e743c2d91c9820dced1e','abde060ef95e0e3e910df12fc7736ccba59e03de',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_4ae865ca399542e89595806e','cus_47ae064fc96e48468297574a',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_ccdcade4fe244ddaa48ebe7b','2026-11-28T11:31:09.631008Z','2026-11-28T11:31:09.654420Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b1c9a44378e1e95ed5470ca7d84e968cf874a73a',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_c74b68d1ed234a2fb598f6c6','cus_44979951211145ed8b73a5c4',14999,'usd','sarah@example.com','BK-0003',NULL,'requires_payment_method',NULL,NULL,'2026-11-28T11:31:12.412519Z',NULL,'1fa1726b80b97ed9303df822efcfe3b6','a15a8ecc7cf16b233f792a13a1de9fa6c024eb6c',0,'pm_card_chargeDeclined',0);
INSERT INTO intents VALUES ('pi_a28443bd6d284928b8433c7f','cus_e1be08a8e76348c78b77b751',14999,'usd','jane@example.com','BK-0013','jane@example.com','succeeded',NULL,'ch_2736b7a4fc744f52a9bdcaf3','2026-11-28T11:31:13.391572Z','2026-11-28T11:31:13.392959Z','6921e575141897891d32139113b261e80b24f3f0','24dad7add3779059a4c7a7984e3da0957a7e0ae5',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_68fdc1dd366e4eefa76c2466','cus_47ae064fc96e48468297574a',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_e2928a5c0608456381785ed2','2026-11-28T11:31:14.809744Z','2026-11-28T11:31:14.815046Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b9f7d700a1c72eaa5c69e64837b41d691bef5e79',1,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_4b6382c855fb4a20ba96f950','cus_771f5e3d3d5f45b4b917a2e1',14999,'usd','soojin.kim@example.com','BK-0014','soojin.kim@example.com','succeeded',NULL,'ch_585c7d1bc19c4bc69f01dd22','2026-11-28T11:31:15.151508Z','2026-11-28T11:31:15.159305Z','0b776d8cf83069af30b8b7bf2d2430391d71a0e9','831e33983ed906beab9f456d734aee29b3b8fc92',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_2df39a28109740fca854d3b9','cus_27515ffdb0924fd2ad6d26e1',19999,'usd','maria.garcia@example.com','BK-0015','maria.garcia@example.com','requires_payment_method',NULL,NULL,'2026-11-28T11:31:15.431023Z',NULL,'09444a80a3ee7d94c413f0313a3f1a999a1ac2b8','4e087d4d716e1511e8d348626662e4c65284cf3f',0,NULL,0);
INSERT INTO intents VALUES ('pi_4e2888b808114848a532379e','cus_831eb3630b0b43eb876fd61f',14999,'usd','mary@example.com','BK-0016','mary@example.com','succeeded',NULL,'ch_4230578edbf74bc68e878a2d','2026-11-28T11:31:15.643054Z','2026-11-28T11:31:15.679234Z','ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1','bd7e41430f441bd21928f088f49e0848d8946852',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_044c1d6e886d454b81ed0bbc','cus_96682b6a45014730b7b6931d',14999,'usd','carl.smith@example.com','BK-0002','carl.smith@example.com','requires_action','https://hooks.stripe.invalid/3d_secure/pi_044c1d6e886d454b81ed0bbc',NULL,'2026-11-28T11:31:17.397558Z',NULL,'e675514d1f016a4a2a99f8b12e53cdf8','014df33ffbc82133f04b50a355f13fb449bc8390',0,'pm_card_authenticationRequired',0);
INSERT INTO refunds VALUES ('re_daff95c895574895bee85a05','pi_4ae865ca399542e89595806e',19999,'2026-11-28T11:31:10.434671Z','succeeded',NULL,NULL);
INSERT INTO refunds VALUES ('re_d18b0f3dd0244c4d96edd3f4','pi_seed_0009',29998,'2026-11-28T11:31:17.135843Z','succeeded',NULL,NULL);
INSERT INTO idempotency_keys VALUES ('014df33ffbc82133f04b50a355f13fb449bc8390','intent','pi_044c1d6e886d454b81ed0bbc');
INSERT INTO idempotency_keys VALUES ('0ee56c92dcbab42ee6b12ca076be6d7e28aa9a96','confirm pi_4e2888b808114848a532379e pm_card_visa','{"Intent":{"id":"pi_4e2888b808114848a532379e","status":"succeeded","amount":14999,"currency":"usd","guest":"mary@example.com","booking":"BK-0016","booking_key":"ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1","number":0,"customer":"cus_831eb3630b0b43eb876fd61f","receipt_email":"mary@example.com","disputed":false,"charge_id":"ch_4230578edbf74bc68e878a2d","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:31:15.643054Z","charged_at":"2026-11-28T11:31:15.679234Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('12d0f7cd7aa97e4532235f14f977c7047b93c650','confirm pi_4b6382c855fb4a20ba96f950 pm_card_visa','{"Intent":{"id":"pi_4b6382c855fb4a20ba96f950","status":"succeeded","amount":14999,"currency":"usd","guest":"soojin.kim@example.com","booking":"BK-0014","booking_key":"0b776d8cf83069af30b8b7bf2d2430391d71a0e9","number":0,"customer":"cus_771f5e3d3d5f45b4b917a2e1","receipt_email":"soojin.kim@example.com","disputed":false,"charge_id":"ch_585c7d1bc19c4bc69f01dd22","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:31:15.151508Z","charged_at":"2026-11-28T11:31:15.159305Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('24dad7add3779059a4c7a7984e3da0957a7e0ae5','intent','pi_a28443bd6d284928b8433c7f');
INSERT INTO idempotency_keys VALUES ('34debe13bc59aca820b3b018488c2f606784cfe3','customer sarah@example.com','["cus_44979951211145ed8b73a5c4",true]');
INSERT INTO idempotency_keys VALUES ('4528c75fe8e2372763b3fa750100a039404d3d4c','confirm pi_c74b68d1ed234a2fb598f6c6 pm_card_chargeDeclined','{"Declined":{"code":"card_declined","decline_code":"generic_decline","message":"The card was declined."}}');
INSERT INTO idempotency_keys VALUES ('4e087d4d716e1511e8d348626662e4c65284cf3f','intent','pi_2df39a28109740fca854d3b9');
INSERT INTO idempotency_keys VALUES ('53ed6aada5180e3f9c6498dc29e2e565b440dbd0','refund pi_4ae865ca399542e89595806e','{"Refunded":{"refund_id":"re_daff95c895574895bee85a05","payment_intent_id":"pi_4ae865ca399542e89595806e","amount_cents":19999,"status":"succeeded","since":"2026-11-28T11:31:10.434671Z"}}');
INSERT INTO idempotency_keys VALUES ('61542c2e587f389e12837e2126a77723564803a0','confirm pi_68fdc1dd366e4eefa76c2466 pm_card_visa','{"Intent":{"id":"pi_68fdc1dd366e4eefa76c2466","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":1,"customer":"cus_47ae064fc96e48468297574a","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_e2928a5c0608456381785ed2","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:31:14.809744Z","charged_at":"2026-11-28T11:31:14.815046Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('70d140266b4b32d825a517c3419fc15a7fbd3526','customer patrick.obrien@example.com','["cus_47ae064fc96e48468297574a",true]');
INSERT INTO idempotency_keys VALUES ('71c098f48cd447d0eb1a32c200f489dff2b1f12c','customer beth.gibbs@email.com','["cus_50a0694ed5e44b8db510e901",true]');
INSERT INTO idempotency_keys VALUES ('831e33983ed906beab9f456d734aee29b3b8fc92','intent','pi_4b6382c855fb4a20ba96f950');
INSERT INTO idempotency_keys VALUES ('8efd78cd7dc652d55613babf20ca8ed5077003f4','confirm pi_a28443bd6d284928b8433c7f pm_card_visa','{"Intent":{"id":"pi_a28443bd6d284928b8433c7f","status":"succeeded","amount":14999,"currency":"usd","guest":"jane@example.com","booking":"BK-0013","booking_key":"6921e575141897891d32139113b261e80b24f3f0","number":0,"customer":"cus_e1be08a8e76348c78b77b751","receipt_email":"jane@example.com","disputed":false,"charge_id":"ch_2736b7a4fc744f52a9bdcaf3","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:31:13.391572Z","charged_at":"2026-11-28T11:31:13.392959Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('999287893668ccf6f22fdc6dd04073882f9df717','customer soojin.kim@example.com','["cus_771f5e3d3d5f45b4b917a2e1",true]');
INSERT INTO idempotency_keys VALUES ('a15a8ecc7cf16b233f792a13a1de9fa6c024eb6c','intent','pi_c74b68d1ed234a2fb598f6c6');
INSERT INTO idempotency_keys VALUES ('abde060ef95e0e3e910df12fc7736ccba59e03de','intent','pi_f7c57c49e2344726910257d4');
INSERT INTO idempotency_keys VALUES ('ad073e15d11706a13368e427ab097c23491f589c','customer jane@example.com','["cus_e1be08a8e76348c78b77b751",true]');
INSERT INTO idempotency_keys VALUES ('b1c9a44378e1e95ed5470ca7d84e968cf874a73a','intent','pi_4ae865ca399542e89595806e');
INSERT INTO idempotency_keys VALUES ('b2b20ec163491f800189b36f3dc7597afb9cbe7d','customer mary@example.com','["cus_831eb3630b0b43eb876fd61f",true]');
INSERT INTO idempotency_keys VALUES ('b9f7d700a1c72eaa5c69e64837b41d691bef5e79','intent','pi_68fdc1dd366e4eefa76c2466');
INSERT INTO idempotency_keys VALUES ('bd7e41430f441bd21928f088f49e0848d8946852','intent','pi_4e2888b808114848a532379e');
INSERT INTO idempotency_keys VALUES ('c475e59d22817568bae1756e230d4bbbf93d46b7','refund pi_seed_0009','{"Refunded":{"refund_id":"re_d18b0f3dd0244c4d96edd3f4","payment_intent_id":"pi_seed_0009","amount_cents":29998,"status":"succeeded","since":"2026-11-28T11:31:17.135843Z"}}');
INSERT INTO idempotency_keys VALUES ('e0d5bc8f5c2e7de00417a8de14386ea00f6824c1','customer carl.smith@example.com','["cus_96682b6a45014730b7b6931d",true]');
INSERT INTO idempotency_keys VALUES ('e0f548e928b8b348f0564e34add6cb730a5d29ed','confirm pi_044c1d6e886d454b81ed0bbc pm_card_authenticationRequired','{"Intent":{"id":"pi_044c1d6e886d454b81ed0bbc","status":"requires_action","amount":14999,"currency":"usd","guest":"carl.smith@example.com","booking":"BK-0002","booking_key":"e675514d1f016a4a2a99f8b12e53cdf8","number":0,"customer":"cus_96682b6a45014730b7b6931d","receipt_email":"carl.smith@example.com","disputed":false,"charge_id":null,"next_action_url":"https://hooks.stripe.invalid/3d_secure/pi_044c1d6e886d454b81ed0bbc","declined":null,"created_at":"2026-11-28T11:31:17.397558Z","charged_at":null,"refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('e53cab7b2f1d31c63d6756739eefb96b67af56db','confirm pi_f7c57c49e2344726910257d4 pm_card_visa','{"Intent":{"id":"pi_f7c57c49e2344726910257d4","status":"succeeded","amount":29998,"currency":"usd","guest":"beth.gibbs@email.com","booking":"BK-0001","booking_key":"ad51331c14f1e743c2d91c9820dced1e","number":0,"customer":"cus_50a0694ed5e44b8db510e901","receipt_email":null,"disputed":false,"charge_id":"ch_a6e25995d0554697b6648bd3","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:31:07.108063Z","charged_at":"2026-11-28T11:31:07.154424Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f3238537ed3b8ebecb269b09790369a25ffcd41c','confirm pi_4ae865ca399542e89595806e pm_card_visa','{"Intent":{"id":"pi_4ae865ca399542e89595806e","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":0,"customer":"cus_47ae064fc96e48468297574a","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_ccdcade4fe244ddaa48ebe7b","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:31:09.631008Z","charged_at":"2026-11-28T11:31:09.65442Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f5e94c23e8cdebb726c11a969250535ee8fc6646','customer maria.garcia@example.com','["cus_27515ffdb0924fd2ad6d26e1",true]');
PRAGMA user_version = 4;
