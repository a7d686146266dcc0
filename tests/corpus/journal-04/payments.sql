CREATE TABLE customers (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL
);
CREATE INDEX customers_by_email ON customers(email);
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
, charged_at TEXT);
CREATE INDEX intents_by_booking ON intents(booking);
CREATE TABLE refunds (
  id TEXT PRIMARY KEY,
  intent TEXT NOT NULL REFERENCES intents(id),
  amount_cents INTEGER NOT NULL,
  created_at TEXT NOT NULL
);
CREATE INDEX refunds_by_intent ON refunds(intent);
CREATE TABLE idempotency_keys (
  key TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  answer TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX intents_paid ON intents(created_at) WHERE status = 'succeeded';

INSERT INTO customers VALUES ('cus_seed_rthompson@example.com','rthompson@example.com','');
INSERT INTO customers VALUES ('cus_fa5bed1b5293442dbb758d4a','beth.gibbs@email.com','Beth Gibbs');
INSERT INTO customers VALUES ('cus_b30d6cf2c95c4f7ca181706f','patrick.obrien@example.com','Patrick O''Brien');
INSERT INTO customers VALUES ('cus_e9ceec5ecf82413eabde5123','sarah@example.com','Sarah Johnson');
INSERT INTO customers VALUES ('cus_b6d0c131e97a459abcf9729b','carl.smith@example.com','Carl Smith');
INSERT INTO customers VALUES ('cus_ce73ec6701c942e39f6c0c52','maria.garcia@example.com','Maria Garcia');
INSERT INTO intents VALUES ('pi_seed_0009','cus_seed_rthompson@example.com',29998,'usd','rthompson@example.com','BK-0009',NULL,'succeeded',NULL,'ch_pi_seed_0009','2026-11-27T17:00:17.294507Z','2026-11-27T17:00:17.294507Z');
INSERT INTO intents VALUES ('pi_b9cb1fac778941228f2f71f1','cus_fa5bed1b5293442dbb758d4a',29998,'usd','beth.gibbs@email.com','BK-0001',NULL,'succeeded',NULL,'ch_3dbb7032a2fc4f99919f3be5','2026-11-27T17:00:17.594610Z','2026-11-27T17:00:17.606296Z');
INSERT INTO intents VALUES ('pi_3c5ad19385324e99be237ebb','cus_b30d6cf2c95c4f7ca181706f',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_b25a0c7208b9419883c52fea','2026-11-27T17:00:17.998612Z','2026-11-27T17:00:18.006260Z');
INSERT INTO intents VALUES ('pi_e2d0cf7bccf944e7ad7d8b84','cus_e9ceec5ecf82413eabde5123',14999,'usd','sarah@example.com','BK-0003',NULL,'requires_payment_method',NULL,NULL,'2026-11-27T17:00:18.473454Z',NULL);
INSERT INTO intents VALUES ('pi_451b9e8a7f7044c995e86352','cus_b30d6cf2c95c4f7ca181706f',19999,'usd','patrick.obrien@example.com','BK-0012','patrick.obrien@example.com','succeeded',NULL,'ch_52bdda209151466eb05a8b4e','2026-11-27T17:00:18.593381Z','2026-11-27T17:00:18.602319Z');
INSERT INTO intents VALUES ('pi_5684d87f6e8347e9bf70ffdb','cus_b6d0c131e97a459abcf9729b',14999,'usd','carl.smith@example.com','BK-0002','carl.smith@example.com','requires_action','https://hooks.stripe.invalid/3d_secure/pi_5684d87f6e8347e9bf70ffdb',NULL,'2026-11-27T17:00:18.682833Z',NULL);
INSERT INTO intents VALUES ('pi_fb61d2b014e047d6827969bd','cus_ce73ec6701c942e39f6c0c52',14999,'usd','maria.garcia@example.com','BK-0013','maria.garcia@example.com','succeeded',NULL,'ch_1a4218bb3e524e5883a3ca81','2026-11-27T17:00:18.758248Z','2026-11-27T17:00:18.767401Z');
INSERT INTO refunds VALUES ('re_ee0fcbae390d42b19def6e66','pi_3c5ad19385324e99be237ebb',19999,'2026-11-27T17:00:18.298267Z');
INSERT INTO refunds VALUES ('re_08d92f60bed64740a3d044ce','pi_seed_0009',29998,'2026-11-27T17:00:18.814273Z');
INSERT INTO idempotency_keys VALUES ('0663e112e17642e9b8403a3420fa2cf8b4765fe5','intent BK-0001 29998 usd','{"id":"pi_b9cb1fac778941228f2f71f1","status":"requires_payment_method","amount":29998,"currency":"usd","guest":"beth.gibbs@email.com","booking":"BK-0001","charge_id":null,"next_action_url":null,"declined":null,"created_at":"2026-11-27T17:00:17.59461Z","charged_at":null,"refunds":[]}');
INSERT INTO idempotency_keys VALUES ('22d1590cbd6c5ded0ed6792ff5cccbb7489ef879','intent BK-0012 19999 usd','{"id":"pi_3c5ad19385324e99be237ebb","status":"requires_payment_method","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","charge_id":null,"next_action_url":null,"declined":null,"created_at":"2026-11-27T17:00:17.998612Z","charged_at":null,"refunds":[]}');
INSERT INTO idempotency_keys VALUES ('34debe13bc59aca820b3b018488c2f606784cfe3','customer sarah@example.com','"cus_e9ceec5ecf82413eabde5123"');
INSERT INTO idempotency_keys VALUES ('53ed6aada5180e3f9c6498dc29e2e565b440dbd0','refund pi_3c5ad19385324e99be237ebb','{"Refunded":{"refund_id":"re_ee0fcbae390d42b19def6e66","amount_cents":19999,"status":"succeeded"}}');
INSERT INTO idempotency_keys VALUES ('5c8a5991914cf546af8df738c4dae2ba0afc0ebf','confirm pi_fb61d2b014e047d6827969bd pm_card_visa','{"Intent":{"id":"pi_fb61d2b014e047d6827969bd","status":"succeeded","amount":14999,"currency":"usd","guest":"maria.garcia@example.com","booking":"BK-0013","charge_id":"ch_1a4218bb3e524e5883a3ca81","next_action_url":null,"declined":null,"created_at":"2026-11-27T17:00:18.758248Z","charged_at":"2026-11-27T17:00:18.767401Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('61542c2e587f389e12837e2126a77723564803a0','confirm pi_451b9e8a7f7044c995e86352 pm_card_visa','{"Intent":{"id":"pi_451b9e8a7f7044c995e86352","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","charge_id":"ch_52bdda209151466eb05a8b4e","next_action_url":null,"declined":null,"created_at":"2026-11-27T17:00:18.593381Z","charged_at":"2026-11-27T17:00:18.602319Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('64c077252b538a2d7f614e9b3d43e1fa0394144b','intent BK-0002 14999 usd','{"id":"pi_5684d87f6e8347e9bf70ffdb","status":"requires_payment_method","amount":14999,"currency":"usd","guest":"carl.smith@example.com","booking":"BK-0002","charge_id":null,"next_action_url":null,"declined":null,"created_at":"2026-11-27T17:00:18.682833Z","charged_at":null,"refunds":[]}');
INSERT INTO idempotency_keys VALUES ('70d140266b4b32d825a517c3419fc15a7fbd3526','customer patrick.obrien@example.com','"cus_b30d6cf2c95c4f7ca181706f"');
INSERT INTO idempotency_keys VALUES ('71c098f48cd447d0eb1a32c200f489dff2b1f12c','customer beth.gibbs@email.com','"cus_fa5bed1b5293442dbb758d4a"');
INSERT INTO idempotency_keys VALUES ('728616afd5a53efdfbb3892ad52b1246160f1229','confirm pi_e2d0cf7bccf944e7ad7d8b84 pm_card_chargeDeclined','{"Declined":{"code":"card_declined","decline_code":"generic_decline","message":"The card was declined."}}');
INSERT INTO idempotency_keys VALUES ('7ef7198062b69571cb970f3757f751a8eb1e9eab','intent BK-0013 14999 usd','{"id":"pi_fb61d2b014e047d6827969bd","status":"requires_payment_method","amount":14999,"currency":"usd","guest":"maria.garcia@example.com","booking":"BK-0013","charge_id":null,"next_action_url":null,"declined":null,"created_at":"2026-11-27T17:00:18.758248Z","charged_at":null,"refunds":[]}');
INSERT INTO idempotency_keys VALUES ('a597482f27de6f580cbb01807f1d0c894ffeff36','intent BK-0003 14999 usd','{"id":"pi_e2d0cf7bccf944e7ad7d8b84","status":"requires_payment_method","amount":14999,"currency":"usd","guest":"sarah@example.com","booking":"BK-0003","charge_id":null,"next_action_url":null,"declined":null,"created_at":"2026-11-27T17:00:18.473454Z","charged_at":null,"refunds":[]}');
INSERT INTO idempotency_keys VALUES ('c475e59d22817568bae1756e230d4bbbf93d46b7','refund pi_seed_0009','{"Refunded":{"refund_id":"re_08d92f60bed64740a3d044ce","amount_cents":29998,"status":"succeeded"}}');
INSERT INTO idempotency_keys VALUES ('e0d5bc8f5c2e7de00417a8de14386ea00f6824c1','customer carl.smith@example.com','"cus_b6d0c131e97a459abcf9729b"');
INSERT INTO idempotency_keys VALUES ('e0f548e928b8b348f0564e34add6cb730a5d29ed','confirm pi_5684d87f6e8347e9bf70ffdb pm_card_authenticationRequired','{"Intent":{"id":"pi_5684d87f6e8347e9bf70ffdb","status":"requires_action","amount":14999,"currency":"usd","guest":"carl.smith@example.com","booking":"BK-0002","charge_id":null,"next_action_url":"https://hooks.stripe.invalid/3d_secure/pi_5684d87f6e8347e9bf70ffdb","declined":null,"created_at":"2026-11-27T17:00:18.682833Z","charged_at":null,"refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('e53cab7b2f1d31c63d6756739eefb96b67af56db','confirm pi_b9cb1fac778941228f2f71f1 pm_card_visa','{"Intent":{"id":"pi_b9cb1fac778941228f2f71f1","status":"succeeded","amount":29998,"currency":"usd","guest":"beth.gibbs@email.com","booking":"BK-0001","charge_id":"ch_3dbb7032a2fc4f99919f3be5","next_action_url":null,"declined":null,"created_at":"2026-11-27T17:00:17.59461Z","charged_at":"2026-11-27T17:00:17.606296Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f23da0033a1c48c39df878b06947c9a7413033f0','intent BK-0012 19999 usd','{"id":"pi_451b9e8a7f7044c995e86352","status":"requires_payment_method","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","charge_id":null,"next_action_url":null,"declined":null,"created_at":"2026-11-27T17:00:18.593381Z","charged_at":null,"refunds":[]}');
INSERT INTO idempotency_keys VALUES ('f3238537ed3b8ebecb269b09790369a25ffcd41c','confirm pi_3c5ad19385324e99be237ebb pm_card_mastercard','{"Intent":{"id":"pi_3c5ad19385324e99be237ebb","status":"succeeded","amount":19999,"currency":"usd","guest":"patrick.obrien@example.com","booking":"BK-0012","charge_id":"ch_b25a0c7208b9419883c52fea","next_action_url":null,"declined":null,"created_at":"2026-11-27T17:00:17.998612Z","charged_at":"2026-11-27T17:00:18.00626Z","refunds":[]}}');
INSERT INTO idempotency_keys VALUES ('f5e94c23e8cdebb726c11a969250535ee8fc6646','customer maria.garcia@example.com','"cus_ce73ec6701c942e39f6c0c52"');
PRAGMA user_version = 3;
