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
INSERT INTO customers VALUES ('cus_3ed30338a6a144a090983f6a','beth.gibbs@email.com','Beth Gibbs');
INSERT INTO customers VALUES ('cus_b401bdac256e46d2954bd618','patrick.obrien@example.com','Patrick O''Brien');
INSERT INTO customers VALUES ('cus_560dd8226b4b4fc79eb396e1','sarah@example.com','Sarah Johnson');
INSERT INTO customers VALUES ('cus_14569e10c33846e083df7e6a','jane@example.com','Jane Austen');
INSERT INTO customers VALUES ('cus_85aa4d00ab9346b9b5fadb0c','soojin.kim@example.com','Soo-Jin Kim');
INSERT INTO customers VALUES ('cus_25c50d347f29495d9f521298','maria.garcia@example.com','Maria Garcia');
INSERT INTO customers VALUES ('cus_ba2d6d6d2dd04fe297f840a4','mary@example.com','Mary Shelley');
INSERT INTO customers VALUES ('cus_c85efe5d37bf4710a86f3d9f','carl.smith@example.com','Carl Smith');
INSERT INTO intents VALUES ('pi_seed_0009','cus_seed_rthompson@example.com',29998,'usd','rthompson@example.com','BK-0009',NULL,'succeeded',NULL,'ch_pi_seed_0009','2026-11-28T11:19:29.612498Z','2026-11-28T11:19:29.612498Z',NULL,NULL,NULL,NULL,0);
INSERT INTO intents VALUES ('pi_d6b6fc8988734b38a87a342d','cus_3ed30338a6a144a090983f6a',29998,'usd','beth.gibbs@email.com','BK-0001',NULL,'succeeded',NULL,'ch_064cddead809420e98ac16f4','2026-11-28T11:19:30.818698Z','2026-11-28T11:19:30.821196Z','afaa5b7e227f1cb5b86d4a93d38efc58','18c9490bc7f74e00d5f0b36162a31a58d9ffd1c0',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_84c458721db54ce5b9aa81e3','cus_b401bdac256e46d2954bd618',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_1419a323bd7f4fc2bb8e5573','2026-11-28T11:19:33.691625Z','2026-11-28T11:19:33.772571Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b1c9a44378e1e95ed5470ca7d84e968cf874a73a',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_4d0f43d9b8aa42bcbe141205','cus_560dd8226b4b4fc79eb396e1',14999,'usd','sarah@example.com','BK-0003',NULL,'requires_payment_method',NULL,NULL,'2026-11-28T11:19:34.609291Z',NULL,'b7cce56a8f6fe672f33f15717647dc36','794d00377701b220f5ff43685084ea4a30fb28b9',0,'pm_card_chargeDeclined',0);
INSERT INTO intents VALUES ('pi_1e1b3cb49a894f3bb7ed3eea','cus_14569e10c33846e083df7e6a',14999,'usd','jane@example.com','BK-0013','jane@example.com','succeeded',NULL,'ch_b89e266b131a4568a223f9f3','2026-11-28T11:19:35.847523Z','2026-11-28T11:19:35.852038Z','6921e575141897891d32139113b261e80b24f3f0','24dad7add3779059a4c7a7984e3da0957a7e0ae5',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_7e3624dbab21484283c017cf','cus_b401bdac256e46d2954bd618',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_a8f9541e12e24035a14df4b1','2026-11-28T11:19:36.963640Z','2026-11-28T11:19:36.970792Z','7cd9998aa3e2e3396fc27538d666d89ed160b21c','b9f7d700a1c72eaa5c69e64837b41d691bef5e79',1,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_819c79819de5482082061f9f','cus_85aa4d00ab9346b9b5fadb0c',14999,'usd','soojin.kim@example.com','BK-0014','soojin.kim@example.com','succeeded',NULL,'ch_7f038b921a5a429d9a02b18b','2026-11-28T11:19:37.063191Z','2026-11-28T11:19:37.070390Z','0b776d8cf83069af30b8b7bf2d2430391d71a0e9','831e33983ed906beab9f456d734aee29b3b8fc92',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_15983cc4221e40efb920b2e6','cus_25c50d347f29495d9f521298',19999,'usd','maria.garcia@example.com','BK-0015','maria.garcia@example.com','requires_payment_method',NULL,NULL,'2026-11-28T11:19:37.488771Z',NULL,'09444a80a3ee7d94c413f0313a3f1a999a1ac2b8','4e087d4d716e1511e8d348626662e4c65284cf3f',0,NULL,0);
INSERT INTO intents VALUES ('pi_f8a532f68b7945e4815ebb22','cus_ba2d6d6d2dd04fe297f840a4',14999,'usd','mary@example.com','BK-0016','mary@example.com','succeeded',NULL,'ch_9c2b251f44d643ba852c6f16','2026-11-28T11:19:37.677617Z','2026-11-28T11:19:37.679186Z','ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1','bd7e41430f441bd21928f088f49e0848d8946852',0,'pm_card_visa',0);
INSERT INTO intents VALUES ('pi_54882ae8f59543898564ca32','cus_c85efe5d37bf4710a86f3d9f',14999,'usd','carl.smith@example.com','BK-0002','carl.smith@example.com','requires_action','https://hooks.stripe.invalid/3d_secure/pi_54882ae8f59543898564ca32',NULL,'2026-11-28T11:19:38.184155Z',NULL,'c12b410e991edd86f000479cb27b44d3','9720c032507c0e599a7273b77a4745e918a8aa1f',0,'pm_card_authenticationRequired',0);
INSERT INTO refunds VALUES ('re_de6d49119f8e47179e4568ee','pi_84c458721db54ce5b9aa81e3',19999,'2026-11-28T11:19:34.088391Z','succeeded',NULL,NULL);
INSERT INTO refunds VALUES ('re_b30ecf9214c5474390e58aad','pi_seed_0009',29998,'2026-11-28T11:19:38.132375Z','succeeded',NULL,NULL);
INSERT INTO idempotency_keys VALUES ('0ee56c92dcbab42ee6b12ca076be6d7e28aa9a96','confirm pi_f8a532f68b7945e4815ebb22 pm_card_visa','{"Intent":{"id":"pi_f8a532f68b7945e4815ebb22","status":"succeeded","amount":14999,"currency":"usd","guest":"mary@example.com","booking":"BK-0016","booking_key":"ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1","number":0,"customer":"cus_ba2d6d6d2dd04fe297f840a4","receipt_email":"mary@example.com","disputed":false,"charge_id":"ch_9c2b251f44d643ba852c6f16","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:19:37.677617Z","charged_at":"2026-11-28T11:19:37.679186Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('12d0f7cd7aa97e4532235f14f977c7047b93c650','confirm pi_819c79819de5482082061f9f pm_card_visa','{"Intent":{"id":"pi_819c79819de5482082061f9f","status":"succeeded","amount":14999,"currency":"usd","guest":"soojin.kim@example.com","booking":"BK-0014","booking_key":"0b776d8cf83069af30b8b7bf2d2430391d71a0e9","number":0,"customer":"cus_85aa4d00ab9346b9b5fadb0c","receipt_email":"soojin.kim@example.com","disputed":false,"charge_id":"ch_7f038b921a5a429d9a02b18b","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:19:37.063191Z","charged_at":"2026-11-28T11:19:37.07039Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('18c9490bc7f74e00d5f0b36162a31a58d9ffd1c0','intent','pi_d6b6fc8988734b38a87a342d');
INSERT INTO idempotency_keys VALUES ('24dad7add3779059a4c7a7984e3da0957a7e0ae5','intent','pi_1e1b3cb49a894f3bb7ed3eea');
INSERT INTO idempotency_keys VALUES ('34debe13bc59aca820b3b018488c2f606784cfe3','customer sarah@example.com','["cus_560dd8226b4b4fc79eb396e1",true]');
INSERT INTO idempotency_keys VALUES ('4528c75fe8e2372763b3fa750100a039404d3d4c','confirm pi_4d0f43d9b8aa42bcbe141205 pm_card_chargeDeclined','{"Declined":{"code":"card_declined","decline_code":"generic_decline","message":"The card was declined."}}');
INSERT INTO idempotency_keys VALUES ('4e087d4d716e1511e8d348626662e4c65284cf3f','intent','pi_15983cc4221e40efb920b2e6');
INSERT INTO idempotency_keys VALUES ('53ed6aada5180e3f9c6498dc29e2e565b440dbd0','refund pi_84c458721db54ce5b9aa81e3','{"Refunded":{"refund_id":"re_de6d49119f8e47179e4568ee","payment_intent_id":"pi_84c458721db54ce5b9aa81e3","amount_cents":19999,"status":"succeeded","since":"2026-11-28T11:19:34.088391Z"}}');
INSERT INTO idempotency_keys VALUES ('61542c2e587f389e12837e2126a77723564803a0','confirm pi_7e3624dbab21484283c017cf pm_card_visa','{"Intent":{"id":"pi_7e3624dbab21484283c017cf","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":1,"customer":"cus_b401bdac256e46d2954bd618","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_a8f9541e12e24035a14df4b1","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:19:36.96364Z","charged_at":"2026-11-28T11:19:36.970792Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('70d140266b4b32d825a517c3419fc15a7fbd3526','customer patrick.obrien@example.com','["cus_b401bdac256e46d2954bd618",true]');
INSERT INTO idempotency_keys VALUES ('71c098f48cd447d0eb1a32c200f489dff2b1f12c','customer beth.gibbs@email.com','["cus_3ed30338a6a144a090983f6a",true]');
INSERT INTO idempotency_keys VALUES ('794d00377701b220f5ff43685084ea4a30fb28b9','intent','pi_4d0f43d9b8aa42bcbe141205');
INSERT INTO idempotency_keys VALUES ('831e33983ed906beab9f456d734aee29b3b8fc92','intent','pi_819c79819de5482082061f9f');
INSERT INTO idempotency_keys VALUES ('8efd78cd7dc652d55613babf20ca8ed5077003f4','confirm pi_1e1b3cb49a894f3bb7ed3eea pm_card_visa','{"Intent":{"id":"pi_1e1b3cb49a894f3bb7ed3eea","status":"succeeded","amount":14999,"currency":"usd","guest":"jane@example.com","booking":"BK-0013","booking_key":"6921e575141897891d32139113b261e80b24f3f0","number":0,"customer":"cus_14569e10c33846e083df7e6a","receipt_email":"jane@example.com","disputed":false,"charge_id":"ch_b89e266b131a4568a223f9f3","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:19:35.847523Z","charged_at":"2026-11-28T11:19:35.852038Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('9720c032507c0e599a7273b77a4745e918a8aa1f','intent','pi_54882ae8f59543898564ca32');
INSERT INTO idempotency_keys VALUES ('999287893668ccf6f22fdc6dd04073882f9df717','customer soojin.kim@example.com','["cus_85aa4d00ab9346b9b5fadb0c",true]');
INSERT INTO idempotency_keys VALUES ('ad073e15d11706a13368e427ab097c23491f589c','customer jane@example.com','["cus_14569e10c33846e083df7e6a",true]');
INSERT INTO idempotency_keys VALUES ('b1c9a44378e1e95ed5470ca7d84e968cf874a73a','intent','pi_84c458721db54ce5b9aa81e3');
INSERT INTO idempotency_keys VALUES ('b2b20ec163491f800189b36f3dc7597afb9cbe7d','customer mary@example.com','["cus_ba2d6d6d2dd04fe297f840a4",true]');
INSERT INTO idempotency_keys VALUES ('b9f7d700a1c72eaa5c69e64837b41d691bef5e79','intent','pi_7e3624dbab21484283c017cf');
INSERT INTO idempotency_keys VALUES ('bd7e41430f441bd21928f088f49e0848d8946852','intent','pi_f8a532f68b7945e4815ebb22');
INSERT INTO idempotency_keys VALUES ('c475e59d22817568bae1756e230d4bbbf93d46b7','refund pi_seed_0009','{"Refunded":{"refund_id":"re_b30ecf9214c5474390e58aad","payment_intent_id":"pi_seed_0009","amount_cents":29998,"status":"succeeded","since":"2026-11-28T11:19:38.132375Z"}}');
INSERT INTO idempotency_keys VALUES ('e0d5bc8f5c2e7de00417a8de14386ea00f6824c1','customer carl.smith@example.com','["cus_c85efe5d37bf4710a86f3d9f",true]');
INSERT INTO idempotency_keys VALUES ('e0f548e928b8b348f0564e34add6cb730a5d29ed','confirm pi_54882ae8f59543898564ca32 pm_card_authenticationRequired','{"Intent":{"id":"pi_54882ae8f59543898564ca32","status":"requires_action","amount":14999,"currency":"usd","guest":"carl.smith@example.com","booking":"BK-0002","booking_key":"c12b410e991edd86f000479cb27b44d3","number":0,"customer":"cus_c85efe5d37bf4710a86f3d9f","receipt_email":"carl.smith@example.com","disputed":false,"charge_id":null,"next_action_url":"https://hooks.stripe.invalid/3d_secure/pi_54882ae8f59543898564ca32","declined":null,"created_at":"2026-11-28T11:19:38.184155Z","charged_at":null,"refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('e53cab7b2f1d31c63d6756739eefb96b67af56db','confirm pi_d6b6fc8988734b38a87a342d pm_card_visa','{"Intent":{"id":"pi_d6b6fc8988734b38a87a342d","status":"succeeded","amount":29998,"currency":"usd","guest":"beth.gibbs@email.com","booking":"BK-0001","booking_key":"afaa5b7e227f1cb5b86d4a93d38efc58","number":0,"customer":"cus_3ed30338a6a144a090983f6a","receipt_email":null,"disputed":false,"charge_id":"ch_064cddead809420e98ac16f4","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:19:30.818698Z","charged_at":"2026-11-28T11:19:30.821196Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f3238537ed3b8ebecb269b09790369a25ffcd41c','confirm pi_84c458721db54ce5b9aa81e3 pm_card_visa','{"Intent":{"id":"pi_84c458721db54ce5b9aa81e3","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","booking_key":"7cd9998aa3e2e3396fc27538d666d89ed160b21c","number":0,"customer":"cus_b401bdac256e46d2954bd618","receipt_email":"patrick.obrien@example.com","disputed":false,"charge_id":"ch_1419a323bd7f4fc2bb8e5573","next_action_url":null,"declined":null,"created_at":"2026-11-28T11:19:33.691625Z","charged_at":"2026-11-28T11:19:33.772571Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f5e94c23e8cdebb726c11a969250535ee8fc6646','customer maria.garcia@example.com','["cus_25c50d347f29495d9f521298",true]');
PRAGMA user_version = 4;
