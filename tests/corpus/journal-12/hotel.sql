CREATE TABLE contacts (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,              -- lower case: the key of a person
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  phone TEXT,
  contact_type TEXT NOT NULL,
  prefers TEXT NOT NULL
);
CREATE TABLE rooms (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  room_type TEXT NOT NULL,
  floor INTEGER NOT NULL,
  rate_cents INTEGER NOT NULL,
  max_occupancy INTEGER NOT NULL,
  status TEXT NOT NULL,
  current_guest INTEGER REFERENCES contacts(id)
);
CREATE TABLE opportunities (
  id INTEGER PRIMARY KEY,
  key TEXT UNIQUE,                         -- ours; the seeded ones have none
  contact_id INTEGER NOT NULL REFERENCES contacts(id),
  name TEXT NOT NULL,
  stage TEXT NOT NULL,
  amount_cents INTEGER NOT NULL,
  arrival TEXT NOT NULL,
  departure TEXT NOT NULL,
  close_date TEXT NOT NULL,
  payment_id TEXT
);
CREATE TABLE bookings (
  id INTEGER PRIMARY KEY,                  -- in order of creation: newest first is id descending
  number TEXT NOT NULL UNIQUE,
  external_id TEXT UNIQUE,                 -- ours; the seeded ones have none
  opportunity_id INTEGER NOT NULL REFERENCES opportunities(id),
  guest_id INTEGER NOT NULL REFERENCES contacts(id),
  room_id INTEGER NOT NULL REFERENCES rooms(id),
  check_in TEXT NOT NULL,
  check_out TEXT NOT NULL,                 -- the actual departure once the guest has left
  planned_check_out TEXT NOT NULL,         -- kept at checkout, so that a stay can be reopened as it was
  guests INTEGER NOT NULL,
  special_requests TEXT,
  status TEXT NOT NULL,
  prices TEXT NOT NULL DEFAULT '', own_key TEXT, made_at TEXT);
CREATE TABLE cases (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  external_id TEXT UNIQUE,
  contact_id INTEGER REFERENCES contacts(id),
  room_id INTEGER REFERENCES rooms(id),
  booking_id INTEGER REFERENCES bookings(id),
  case_type TEXT NOT NULL,
  status TEXT NOT NULL,
  priority TEXT NOT NULL,
  origin TEXT NOT NULL,
  subject TEXT NOT NULL,
  description TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  closed_at TEXT
, wish_digest TEXT);
CREATE TABLE payment_transactions (
  id INTEGER PRIMARY KEY,
  booking_id INTEGER NOT NULL REFERENCES bookings(id),
  intent_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  amount_cents INTEGER NOT NULL,
  at TEXT NOT NULL,
  UNIQUE (intent_id, kind)
);
CREATE TABLE commits (
  key TEXT PRIMARY KEY,
  changes TEXT NOT NULL,                   -- digest of the list: a key stands for one list
  result TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE seeded (day TEXT NOT NULL);
CREATE VIRTUAL TABLE contacts_fts USING fts5(
  name, squeezed, email, phone, kind, content='', contentless_delete=1, tokenize='trigram remove_diacritics 1'
);
CREATE INDEX contacts_by_type ON contacts(contact_type);
CREATE INDEX rooms_in_order ON rooms(length(number), number);
CREATE INDEX rooms_by_status ON rooms(status, length(number), number);
CREATE INDEX rooms_by_floor ON rooms(floor, length(number), number);
CREATE INDEX rooms_by_type ON rooms(room_type, length(number), number);
CREATE INDEX bookings_by_guest ON bookings(guest_id, status);
CREATE INDEX bookings_by_room ON bookings(room_id);
CREATE INDEX bookings_by_status ON bookings(status);
CREATE INDEX bookings_by_arrival ON bookings(check_in);
CREATE INDEX bookings_by_departure ON bookings(check_out);
CREATE INDEX bookings_by_opportunity ON bookings(opportunity_id);
CREATE INDEX cases_by_contact ON cases(contact_id);
CREATE INDEX cases_by_room ON cases(room_id);
CREATE INDEX cases_by_type ON cases(case_type);
CREATE INDEX cases_by_priority ON cases(priority);
CREATE INDEX cases_by_status ON cases(status);
CREATE INDEX cases_open ON cases(id) WHERE status <> 'Closed';
CREATE INDEX payment_transactions_by_booking ON payment_transactions(booking_id);
CREATE INDEX bookings_active ON bookings(room_id, check_in) WHERE status NOT IN ('Checked Out', 'Cancelled', 'No Show');
CREATE INDEX cases_by_wish ON cases(wish_digest, opened_at);
CREATE VIEW contact_texts AS
WITH
  spoken AS (
    SELECT id, email, phone, contact_type,
      replace(replace(replace(replace(replace(replace(
        first_name || char(31) || last_name, char(160), ' '), char(8217), ''''), char(8216), ''''), char(8219), ''''), char(700), ''''), char(699), '''') AS name
    FROM contacts
  ),
  plain AS (
    SELECT id, email, phone, contact_type,
      replace(replace(replace(replace(replace(replace(
        name, char(8242), ''''), char(96), ''''), char(180), ''''), char(65287), ''''), 'ß', 'ss'), 'ẞ', 'ss') AS name
    FROM spoken
  ),
  plainer AS (
    SELECT id, email, phone, contact_type,
      replace(replace(replace(replace(replace(replace(
        name, 'ø', 'o'), 'Ø', 'o'), 'ł', 'l'), 'Ł', 'l'), 'đ', 'd'), 'Đ', 'd') AS name
    FROM plain
  ),
  plainest AS (
    SELECT id, email, phone, contact_type,
      replace(replace(replace(replace(replace(replace(
        name, 'ð', 'd'), 'Ð', 'd'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe') AS name
    FROM plainer
  ),
  letters AS (
    SELECT id, email, phone, contact_type,
      replace(replace(replace(
        name, 'þ', 'th'), 'Þ', 'th'), 'ı', 'i') AS name
    FROM plainest
  ),
  parts AS (
    SELECT *, substr(name, instr(name, char(31)) + 1) AS last FROM letters
  ),
  squeezed AS (
    SELECT *, replace(replace(replace(replace(
      replace(name, char(31), '') || char(31) || last || char(31) || substr(last, instr(last || ' ', ' ') + 1),
      ' ', ''), '''', ''), '-', ''), '.', '') AS tight
    FROM parts
  )
SELECT
  id,
  '  ' || replace(replace(name, char(31), ' '), ' ', '  ') AS name,
  '  ' || replace(tight, char(31), '  ') AS squeezed,
  '  ' || email AS email,
  '  ' || replace(replace(replace(replace(replace(replace(replace(replace(
    phone, ' ', ''), char(160), ''), '-', ''), '(', ''), ')', ''), '.', ''), '/', ''), '+', '') AS phone,
  contact_type AS kind
FROM squeezed;
CREATE TRIGGER contacts_added AFTER INSERT ON contacts BEGIN
  INSERT INTO contacts_fts(rowid, name, squeezed, email, phone, kind)
  SELECT id, name, squeezed, email, phone, kind FROM contact_texts WHERE id = new.id;
END;
CREATE TRIGGER contacts_changed AFTER UPDATE OF first_name, last_name, email, phone, contact_type ON contacts BEGIN
  DELETE FROM contacts_fts WHERE rowid = old.id;
  INSERT INTO contacts_fts(rowid, name, squeezed, email, phone, kind)
  SELECT id, name, squeezed, email, phone, kind FROM contact_texts WHERE id = new.id;
END;
CREATE TRIGGER contacts_removed AFTER DELETE ON contacts BEGIN
  DELETE FROM contacts_fts WHERE rowid = old.id;
END;
INSERT INTO contacts VALUES (1,'beth.gibbs@email.com','Beth','Gibbs','+15550100001','Guest','SMS');
INSERT INTO contacts VALUES (2,'carl.smith@example.com','Carl','Smith','+15550100002','Guest','Email');
INSERT INTO contacts VALUES (3,'sarah@example.com','Sarah','Johnson','+15550100003','Guest','SMS');
INSERT INTO contacts VALUES (4,'wei.chen@example.com','Wei','Chen','+15550100004','Guest','SMS');
INSERT INTO contacts VALUES (5,'sofia.martinez@example.com','Sofia','Martinez',NULL,'Guest','Email');
INSERT INTO contacts VALUES (6,'janderson@example.com','Jennifer','Anderson',NULL,'Guest','Email');
INSERT INTO contacts VALUES (7,'priya.patel@example.com','Priya','Patel',NULL,'Guest','Email');
INSERT INTO contacts VALUES (8,'rthompson@example.com','Robert','Thompson','+15550100009','Guest','SMS');
INSERT INTO contacts VALUES (9,'maria.garcia@example.com','Maria','Garcia',NULL,'Guest','Email');
INSERT INTO contacts VALUES (10,'patrick.obrien@example.com','Patrick','O''Brien',NULL,'Guest','Email');
INSERT INTO contacts VALUES (11,'soojin.kim@example.com','Soo-Jin','Kim',NULL,'Guest','Email');
INSERT INTO contacts VALUES (12,'manager@dewyhotel.com','Workshop','Manager',NULL,'Manager','Email');
INSERT INTO contacts VALUES (13,'bob@bobsplumbing.com','Bob','Smith',NULL,'Vendor','Email');
INSERT INTO contacts VALUES (14,'ada@example.com','Ada','Lovelace',NULL,'Guest','Email');
INSERT INTO contacts VALUES (15,'jane@example.com','Jane','Austen',NULL,'Guest','Email');
INSERT INTO contacts VALUES (16,'mary@example.com','Mary','Shelley',NULL,'Guest','Email');
INSERT INTO contacts VALUES (17,'grace@example.com','Grace','Hopper',NULL,'Guest','Email');
INSERT INTO rooms VALUES (1,'100','Garden Standard Queen','Standard',1,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (2,'101','Garden Standard King','Standard',1,14999,2,'Cleaning',NULL);
INSERT INTO rooms VALUES (3,'102','Courtyard Standard Queen','Standard',1,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (4,'103','Courtyard Standard Doubles','Standard',1,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (5,'104','City Standard Queen','Standard',1,14999,2,'Occupied',11);
INSERT INTO rooms VALUES (6,'105','City Standard King','Standard',1,14999,2,'Occupied',15);
INSERT INTO rooms VALUES (7,'106','Quiet Standard Queen','Standard',1,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (8,'107','Ocean Deluxe King','Deluxe',1,19999,3,'Maintenance',NULL);
INSERT INTO rooms VALUES (9,'108','Ocean Deluxe Family','Deluxe',1,19999,4,'Occupied',9);
INSERT INTO rooms VALUES (10,'109','Mountain Deluxe King','Deluxe',1,19999,3,'Occupied',10);
INSERT INTO rooms VALUES (11,'110','Panorama Suite','Suite',1,29999,4,'Occupied',2);
INSERT INTO rooms VALUES (12,'200','Garden Standard Queen','Standard',2,14999,2,'Cleaning',NULL);
INSERT INTO rooms VALUES (13,'201','Garden Standard King','Standard',2,14999,2,'Cleaning',NULL);
INSERT INTO rooms VALUES (14,'202','Courtyard Standard Queen','Standard',2,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (15,'203','Courtyard Standard Doubles','Standard',2,14999,2,'Out of Service',NULL);
INSERT INTO rooms VALUES (16,'204','City Standard Queen','Standard',2,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (17,'205','City Standard King','Standard',2,14999,2,'Occupied',3);
INSERT INTO rooms VALUES (18,'206','Quiet Standard Queen','Standard',2,14999,2,'Cleaning',NULL);
INSERT INTO rooms VALUES (19,'207','Ocean Deluxe King','Deluxe',2,19999,3,'Maintenance',NULL);
INSERT INTO rooms VALUES (20,'208','Ocean Deluxe Family','Deluxe',2,19999,4,'Vacant',NULL);
INSERT INTO rooms VALUES (21,'209','Mountain Deluxe King','Deluxe',2,19999,3,'Vacant',NULL);
INSERT INTO rooms VALUES (22,'210','Panorama Suite','Suite',2,29999,4,'Vacant',NULL);
INSERT INTO opportunities VALUES (1,NULL,1,'Booking for Beth Gibbs - 2026-11-26','Closed Won',29998,'2026-11-26','2026-11-28','2026-11-28','pi_845921014e664b10a58eb55d');
INSERT INTO opportunities VALUES (2,NULL,2,'Booking for Carl Smith - 2026-11-27','Checked In',44997,'2026-11-27','2026-11-30','2026-11-30',NULL);
INSERT INTO opportunities VALUES (3,NULL,3,'Booking for Sarah Johnson - 2026-11-28','Checked In',44997,'2026-11-28','2026-12-01','2026-12-01',NULL);
INSERT INTO opportunities VALUES (4,NULL,4,'Booking for Wei Chen - 2026-11-28','Booking Confirmed',59996,'2026-11-28','2026-11-30','2026-11-30',NULL);
INSERT INTO opportunities VALUES (5,NULL,5,'Booking for Sofia Martinez - 2026-11-28','Booking Confirmed',14999,'2026-11-28','2026-11-29','2026-11-29',NULL);
INSERT INTO opportunities VALUES (6,NULL,6,'Booking for Jennifer Anderson - 2026-12-05','Closed Lost',209993,'2026-12-05','2026-12-12','2026-11-28',NULL);
INSERT INTO opportunities VALUES (7,NULL,7,'Booking for Priya Patel - 2026-12-18','Booking Confirmed',159992,'2026-12-18','2026-12-26','2026-12-26',NULL);
INSERT INTO opportunities VALUES (8,NULL,8,'Booking for Robert Thompson - 2026-11-23','Closed Won',29998,'2026-11-23','2026-11-25','2026-11-25','pi_seed_0009');
INSERT INTO opportunities VALUES (9,NULL,9,'Booking for Maria Garcia - 2026-12-01','Closed Lost',29998,'2026-12-01','2026-12-03','2026-12-03',NULL);
INSERT INTO opportunities VALUES (10,'3f55abee227ad601fbfd31284631abdfc6e74968',14,'Booking for Ada Lovelace - 2026-11-29','Booking Confirmed',59997,'2026-11-29','2026-12-02','2026-12-02',NULL);
INSERT INTO opportunities VALUES (11,'af31ff24f75c8b1f1e376645995f836f72c05a0c',10,'Booking for Patrick O''Brien - 2026-11-28','Negotiation/Review',39998,'2026-11-28','2026-11-30','2026-11-30','pi_6f55263b99aa435595f160ee');
INSERT INTO opportunities VALUES (12,'eb45f195dd4cbce87172b1412102ea55d4743901',15,'Booking for Jane Austen - 2026-11-28','Checked In',29998,'2026-11-28','2026-11-30','2026-11-30',NULL);
INSERT INTO opportunities VALUES (13,'e1984d8dc219a440dbb58edfafb251c635adcd57',11,'Booking for Soo-Jin Kim - 2026-11-28','Checked In',29998,'2026-11-28','2026-11-30','2026-11-30',NULL);
INSERT INTO opportunities VALUES (14,'b61e020a8af56b61e1bbbafb4e1c0f86d329e1e3',9,'Booking for Maria Garcia - 2026-11-28','Checked In',39998,'2026-11-28','2026-11-30','2026-11-30',NULL);
INSERT INTO opportunities VALUES (15,'ad4ccc1d9b71c69fba618dc3e9c7af27e8e62e44',16,'Booking for Mary Shelley - 2026-11-28','Closed Won',14999,'2026-11-28','2026-11-30','2026-11-28','pi_97c77c209380415ab8d18df6');
INSERT INTO opportunities VALUES (16,'0b5d5c67f0da0c696f854685f558fa4e09e7c5f6',17,'Booking for Grace Hopper - 2026-12-01','Booking Confirmed',29998,'2026-12-01','2026-12-03','2026-12-03',NULL);
INSERT INTO bookings VALUES (1,'BK-0001',NULL,1,1,13,'2026-11-26','2026-11-28','2026-11-28',2,NULL,'Checked Out','149.99x2','84bab6e27b49eb3be64d9ff008082c4d',NULL);
INSERT INTO bookings VALUES (2,'BK-0002',NULL,2,2,11,'2026-11-27','2026-11-30','2026-11-30',1,NULL,'Checked In','149.99x3','3654eb0529f0216343a9247a2283791f',NULL);
INSERT INTO bookings VALUES (3,'BK-0003',NULL,3,3,17,'2026-11-28','2026-12-01','2026-12-01',2,NULL,'Checked In','149.99x3','0bd3019cd00839cb9869ab4f573542fc',NULL);
INSERT INTO bookings VALUES (4,'BK-0004',NULL,4,4,3,'2026-11-28','2026-11-30','2026-11-30',1,NULL,'Reserved','149.99x2','050e9d38fb3d34e62bd0a2b5f7fc530d',NULL);
INSERT INTO bookings VALUES (5,'BK-0005',NULL,4,4,4,'2026-11-28','2026-11-30','2026-11-30',1,NULL,'Reserved','149.99x2','164c00dcdf6787c07f74a40639ea8268',NULL);
INSERT INTO bookings VALUES (6,'BK-0006',NULL,5,5,18,'2026-11-28','2026-11-29','2026-11-29',2,NULL,'Reserved','149.99','d8ff079f125c04dc3c1dcac7ea5756d8',NULL);
INSERT INTO bookings VALUES (7,'BK-0007',NULL,6,6,22,'2026-12-05','2026-12-12','2026-12-12',4,NULL,'Cancelled','299.99x7','b945e95eefb4927a0c163067c4f0541f',NULL);
INSERT INTO bookings VALUES (8,'BK-0008',NULL,7,7,21,'2026-12-18','2026-12-26','2026-12-26',2,NULL,'Reserved','199.99x8','0a41a29293de8b73aa69360829cefb66',NULL);
INSERT INTO bookings VALUES (9,'BK-0009',NULL,8,8,5,'2026-11-23','2026-11-25','2026-11-25',1,NULL,'Checked Out','149.99x2','16e5e9f72c8329305b046509527c4671',NULL);
INSERT INTO bookings VALUES (10,'BK-0010',NULL,9,9,6,'2026-12-01','2026-12-03','2026-12-03',2,NULL,'Cancelled','149.99x2','e618327a379970d696589be08fb77fbf',NULL);
INSERT INTO bookings VALUES (11,'BK-0011','e27cd22e53e4fa95baa7d5f77c5e5534a1892402',10,14,20,'2026-11-29','2026-12-02','2026-12-02',1,'A cot, please.','Reserved','199.99x3','e27cd22e53e4fa95baa7d5f77c5e5534a1892402','2026-11-28T12:08:14.568Z');
INSERT INTO bookings VALUES (12,'BK-0012','7cd9998aa3e2e3396fc27538d666d89ed160b21c',11,10,10,'2026-11-28','2026-11-30','2026-11-30',1,NULL,'Checked In','199.99x2','7cd9998aa3e2e3396fc27538d666d89ed160b21c','2026-11-28T12:08:15.981Z');
INSERT INTO bookings VALUES (13,'BK-0013','6921e575141897891d32139113b261e80b24f3f0',12,15,6,'2026-11-28','2026-11-30','2026-11-30',1,NULL,'Checked In','149.99x2','6921e575141897891d32139113b261e80b24f3f0','2026-11-28T12:08:17.008Z');
INSERT INTO bookings VALUES (14,'BK-0014','0b776d8cf83069af30b8b7bf2d2430391d71a0e9',13,11,5,'2026-11-28','2026-11-30','2026-11-30',1,NULL,'Checked In','149.99x2','0b776d8cf83069af30b8b7bf2d2430391d71a0e9','2026-11-28T12:08:17.363Z');
INSERT INTO bookings VALUES (15,'BK-0015','09444a80a3ee7d94c413f0313a3f1a999a1ac2b8',14,9,9,'2026-11-28','2026-11-30','2026-11-30',1,NULL,'Checked In','199.99x2','09444a80a3ee7d94c413f0313a3f1a999a1ac2b8','2026-11-28T12:08:17.495Z');
INSERT INTO bookings VALUES (16,'BK-0016','ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1',15,16,12,'2026-11-28','2026-11-28','2026-11-30',1,NULL,'Checked Out','149.99x2','ae33a6533b13d1e620a7ab8a5923560eaaa4e3e1','2026-11-28T12:08:17.674Z');
INSERT INTO bookings VALUES (17,'BK-0017','faf579e065874ebbb2bb5e15e85c8b12cbf3e74e',16,17,13,'2026-12-01','2026-12-03','2026-12-03',1,NULL,'Reserved','149.99x2','faf579e065874ebbb2bb5e15e85c8b12cbf3e74e','2026-11-28T12:08:18.384Z');
INSERT INTO cases VALUES (1,'00001001',NULL,1,13,1,'Housekeeping','Closed','Medium','Web','Two extra bath towels, please.','Two extra bath towels, please.','2026-11-27T12:08:14.188462Z','2026-11-28T12:08:15.390588Z',NULL);
INSERT INTO cases VALUES (2,'00001002',NULL,12,8,NULL,'Maintenance','New','High','Internal','The air conditioning drips on the carpet.','The air conditioning drips on the carpet.','2026-11-26T12:08:14.188462Z',NULL,NULL);
INSERT INTO cases VALUES (3,'00001003',NULL,8,5,9,'Concierge','Closed','Low','Web','A table for two at eight o''clock.','A table for two at eight o''clock.','2026-11-24T12:08:14.188462Z','2026-11-24T12:08:14.188462Z',NULL);
INSERT INTO cases VALUES (4,'00001004','e9c226cb71a4d70884cb2d6241eb01429f12f79c',NULL,1,NULL,'Housekeeping','New','Medium','Internal','Towels.','Towels.','2026-11-28T12:08:15.309188Z',NULL,'8975fa880eaa4a5582be22d98a15078c71bff00e');
INSERT INTO cases VALUES (5,'00001005','bbe6f1c1e6e2d969d6d897976e93d40965275696',12,21,NULL,'Maintenance','New','Medium','Internal','The lamp is broken.','The lamp is broken.','2026-11-28T12:08:15.461096Z',NULL,'8cb4011855205c0edcbcb185a49b42fb0b9ceebf');
INSERT INTO cases VALUES (6,'00001006','9135367643dcc5b0c0f19392796ba333e2409687',2,11,2,'Service Request','New','Medium','Web','Ice, please.','Ice, please.','2026-11-28T12:08:15.859166Z',NULL,'22ea292a25f631e9e98137a09045da9d8f4088bd');
INSERT INTO payment_transactions VALUES (1,9,'pi_seed_0009','Charge',29998,'2026-11-28T12:08:14.188462Z');
INSERT INTO payment_transactions VALUES (2,1,'pi_845921014e664b10a58eb55d','Charge',29998,'2026-11-28T12:08:15.045977Z');
INSERT INTO payment_transactions VALUES (3,12,'pi_6f55263b99aa435595f160ee','Charge',19999,'2026-11-28T12:08:16.343569Z');
INSERT INTO payment_transactions VALUES (4,12,'pi_6f55263b99aa435595f160ee','Refund',19999,'2026-11-28T12:08:16.437449Z');
INSERT INTO payment_transactions VALUES (5,16,'pi_97c77c209380415ab8d18df6','Charge',14999,'2026-11-28T12:08:18.278264Z');
INSERT INTO commits VALUES ('02869e1c1cfa826bc7d30dfcc8af8f26738258ff','2:c06c96f87bea712f5830296990b50665aa93034b','{"created":false}');
INSERT INTO commits VALUES ('0ae3b3079a2e78dc35abf38edaf81d1b01d281da','2:67c296a8070087b8dd75436022a108028baf1ba0','{"booking_number":"BK-0015","created":true}');
INSERT INTO commits VALUES ('0be63d1cb08aadff12b6ac0b99e1571c162ffc75','2:5fe787754cda7fb1aec7f970262ebf2f20a20b12','{"created":false}');
INSERT INTO commits VALUES ('1875b514602742a4d71bff43f218472f83d625c8','2:fd834661ca7ec9f7fbc7fdcbcbd5eeaa3ca084e2','{"created":false}');
INSERT INTO commits VALUES ('1b4be917715f9f13f0a6aaf69b6e4fd4ab907880','2:e9a9b36f6284b65ea0bacf6520f4088eceec66ff','{"booking_number":"BK-0016","created":true}');
INSERT INTO commits VALUES ('26cb889b020e799d73d32feca3420e9cd248c78e','2:96d3346d1b8ba2d0e394855a21f7f47cd9ffbb1b','{"booking_number":"BK-0017","created":true}');
INSERT INTO commits VALUES ('29146b5259345e1f72fec865d0a7a5e40a734a84','2:815434e62c323612ffcfaa51fb23a7426b6f58e7','{"booking_number":"BK-0013","created":true}');
INSERT INTO commits VALUES ('32326b0fa2088ff9c439614946de40fb03c59ffb','2:47469cb0d943064e7241eac77ffe1f94cfea6dcc','{"case_number":"00001005","created":true}');
INSERT INTO commits VALUES ('3fa2e901eac62d4ea8daaf73bf259af7f2aefe29','2:d4425060079d9e4c44ad2db7c80ff173ebf0a471','{"created":false}');
INSERT INTO commits VALUES ('3ff417ee858eb4f0e16fb3f374f1c97751a8bcf5','2:6bd15663a35b229ad0eb4d9de99e7e12b537bc61','{"created":false}');
INSERT INTO commits VALUES ('42a748109fb147ddc284d8e80c380e79b4ff964b','2:6b8318968a74e8b06aa2751888e0b718e2e40689','{"created":true}');
INSERT INTO commits VALUES ('627914a6c741215df6ed53dedeafb786d5b1931e','2:def5cfe06893aecaf455e3a96fafde5242624914','{"created":false}');
INSERT INTO commits VALUES ('6b4c65b064262984c3ebe892c926487e2439d760','2:d533fe6f55edaa15d91f878d47ab515164b98fdb','{"created":false}');
INSERT INTO commits VALUES ('76502f70d4e6b3020e92d34d2ad4b595170c90af','2:6788d30ec5e379269516f88b76dff08615be2270','{"booking_number":"BK-0014","created":true}');
INSERT INTO commits VALUES ('807b39896021dcaaf326004ebc352c51cdadd05a','2:5276e58a92ad7c69324e2b3309e3cb6bcafd5d67','{"created":false}');
INSERT INTO commits VALUES ('9dceaf5f66720a7b9e3f76cc65ef703c2af91bfa','2:fa9fba443c63c039c2cbb8b87d2a06bab2f4d808','{"booking_number":"BK-0011","created":true}');
INSERT INTO commits VALUES ('a73cbd4d572cf74bb9ad26c44faf940180e234e1','2:8d696a1d50083e2b73a90c4f1e83394b99bfb7a1','{"case_number":"00001004","created":true}');
INSERT INTO commits VALUES ('b1c222699454a793696c046ba4fe29f9ca16269f','2:64b071f8663649b3a85234de9ff5d19a468d5118','{"created":false}');
INSERT INTO commits VALUES ('bafd7ec9e03fd5e3eb3efd0d113561d204dca0c5','2:f060f4407973ef64e81e25d1c311f887b7c0e2ba','{"created":false}');
INSERT INTO commits VALUES ('c362b77742e34dfd0ab68c621c47ee93be0bd1ad','2:89d9a6c7b9543b18e25fbc7355a18f609154bbe3','{"created":false}');
INSERT INTO commits VALUES ('e053902d5d1c0c8eac039565aa1d41370e3165c5','2:10be203aec7bf392dba978bcaeba0582544f41b8','{"booking_number":"BK-0012","created":true}');
INSERT INTO commits VALUES ('ec4de792dc84268dc43cf265835e2e668b116d12','2:bda7053aafbe1e641b33e2142e781596e96144e6','{"created":false}');
INSERT INTO commits VALUES ('ef227612d33985d3ecd4b5429778b33bc790af8d','2:d61b35d28d1d456ff92558aaaf085fffa52f42fb','{"created":false}');
INSERT INTO commits VALUES ('f28e6dcdfb1b9aade3e9aa90ad62c502e71efb0e','2:b984001b21af1c9cb9bb75be51a78f98a13d17fe','{"case_number":"00001006","created":true}');
INSERT INTO commits VALUES ('f2fb3f9de92ebdbab719521dd83cca6b18bfd07e','2:be57bfe93bc1c6e3f50d760cde7174f0e1716397','{"created":false}');
INSERT INTO commits VALUES ('f3e355af345c836e93249140a2a473b49bcebab5','2:693872ca546abe175b4fbadd12a17bfd3ac4c20e','{"created":false}');
INSERT INTO seeded VALUES ('2026-11-28');
CREATE TRIGGER bookings_keyed AFTER INSERT ON bookings BEGIN
  UPDATE bookings SET own_key = ifnull(new.external_id, lower(hex(randomblob(16)))),
    made_at = iif(new.external_id IS NULL, NULL, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) WHERE id = new.id;
END;
CREATE TRIGGER cases_reworded AFTER UPDATE OF description ON cases BEGIN
  UPDATE cases SET wish_digest = NULL WHERE id = new.id;
END;
PRAGMA user_version = 5;
