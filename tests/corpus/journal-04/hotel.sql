CREATE TABLE contacts (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,              -- lower case: the key of a person
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  phone TEXT,
  contact_type TEXT NOT NULL,
  prefers TEXT NOT NULL
);
CREATE VIRTUAL TABLE contacts_fts USING fts5(name, email, phone, content='', contentless_delete=1, tokenize='trigram');
CREATE TRIGGER contacts_added AFTER INSERT ON contacts BEGIN
  INSERT INTO contacts_fts(rowid, name, email, phone)
  VALUES (new.id, new.first_name || ' ' || new.last_name, new.email, new.phone);
END;
CREATE TRIGGER contacts_changed AFTER UPDATE OF first_name, last_name, email, phone ON contacts BEGIN
  DELETE FROM contacts_fts WHERE rowid = old.id;
  INSERT INTO contacts_fts(rowid, name, email, phone)
  VALUES (new.id, new.first_name || ' ' || new.last_name, new.email, new.phone);
END;
CREATE TRIGGER contacts_removed AFTER DELETE ON contacts BEGIN
  DELETE FROM contacts_fts WHERE rowid = old.id;
END;
CREATE INDEX contacts_by_type ON contacts(contact_type);
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
CREATE INDEX rooms_in_order ON rooms(length(number), number);
CREATE INDEX rooms_by_status ON rooms(status, length(number), number);
CREATE INDEX rooms_by_floor ON rooms(floor, length(number), number);
CREATE INDEX rooms_by_type ON rooms(room_type, length(number), number);
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
  rate_cents INTEGER NOT NULL
);
CREATE INDEX bookings_by_guest ON bookings(guest_id, status);
CREATE INDEX bookings_by_room ON bookings(room_id);
CREATE INDEX bookings_by_status ON bookings(status);
CREATE INDEX bookings_by_arrival ON bookings(check_in);
CREATE INDEX bookings_by_departure ON bookings(check_out);
CREATE INDEX bookings_by_opportunity ON bookings(opportunity_id);
CREATE INDEX bookings_active ON bookings(room_id, check_in) WHERE status IN ('Reserved', 'Checked In');
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
);
CREATE INDEX cases_by_contact ON cases(contact_id);
CREATE INDEX cases_by_room ON cases(room_id);
CREATE INDEX cases_by_type ON cases(case_type);
CREATE INDEX cases_by_priority ON cases(priority);
CREATE INDEX cases_by_status ON cases(status);
CREATE INDEX cases_open ON cases(id) WHERE status <> 'Closed';
CREATE TABLE payment_transactions (
  id INTEGER PRIMARY KEY,
  booking_id INTEGER NOT NULL REFERENCES bookings(id),
  intent_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  amount_cents INTEGER NOT NULL,
  at TEXT NOT NULL,
  UNIQUE (intent_id, kind)
);
CREATE INDEX payment_transactions_by_booking ON payment_transactions(booking_id);
CREATE TABLE commits (
  key TEXT PRIMARY KEY,
  changes TEXT NOT NULL,                   -- digest of the list: a key stands for one list
  result TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE seeded (day TEXT NOT NULL);

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
INSERT INTO contacts VALUES (14,'ada@example.com','Ada','Lovelace','+15550100042','Guest','Email');
INSERT INTO rooms VALUES (1,'100','Garden Standard Queen','Standard',1,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (2,'101','Garden Standard King','Standard',1,14999,2,'Cleaning',NULL);
INSERT INTO rooms VALUES (3,'102','Courtyard Standard Queen','Standard',1,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (4,'103','Courtyard Standard Doubles','Standard',1,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (5,'104','City Standard Queen','Standard',1,14999,2,'Occupied',9);
INSERT INTO rooms VALUES (6,'105','City Standard King','Standard',1,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (7,'106','Quiet Standard Queen','Standard',1,14999,2,'Vacant',NULL);
INSERT INTO rooms VALUES (8,'107','Ocean Deluxe King','Deluxe',1,19999,3,'Maintenance',NULL);
INSERT INTO rooms VALUES (9,'108','Ocean Deluxe Family','Deluxe',1,19999,4,'Occupied',10);
INSERT INTO rooms VALUES (10,'109','Mountain Deluxe King','Deluxe',1,19999,3,'Vacant',NULL);
INSERT INTO rooms VALUES (11,'110','Panorama Suite','Suite',1,29999,4,'Occupied',2);
INSERT INTO rooms VALUES (12,'200','Garden Standard Queen','Standard',2,14999,2,'Vacant',NULL);
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
INSERT INTO opportunities VALUES (1,NULL,1,'Booking for Beth Gibbs - 2026-11-25','Closed Won',29998,'2026-11-25','2026-11-27','2026-11-27','pi_b9cb1fac778941228f2f71f1');
INSERT INTO opportunities VALUES (2,NULL,2,'Booking for Carl Smith - 2026-11-26','Checked In',44997,'2026-11-26','2026-11-29','2026-11-29',NULL);
INSERT INTO opportunities VALUES (3,NULL,3,'Booking for Sarah Johnson - 2026-11-27','Checked In',44997,'2026-11-27','2026-11-30','2026-11-30',NULL);
INSERT INTO opportunities VALUES (4,NULL,4,'Booking for Wei Chen - 2026-11-27','Booking Confirmed',59996,'2026-11-27','2026-11-29','2026-11-29',NULL);
INSERT INTO opportunities VALUES (5,NULL,5,'Booking for Sofia Martinez - 2026-11-27','Closed Lost',14999,'2026-11-27','2026-11-28','2026-11-27',NULL);
INSERT INTO opportunities VALUES (6,NULL,6,'Booking for Jennifer Anderson - 2026-12-04','Closed Lost',209993,'2026-12-04','2026-12-11','2026-11-27',NULL);
INSERT INTO opportunities VALUES (7,NULL,7,'Booking for Priya Patel - 2026-12-17','Booking Confirmed',159992,'2026-12-17','2026-12-25','2026-12-25',NULL);
INSERT INTO opportunities VALUES (8,NULL,8,'Booking for Robert Thompson - 2026-11-22','Closed Won',29998,'2026-11-22','2026-11-24','2026-11-24','pi_seed_0009');
INSERT INTO opportunities VALUES (9,NULL,9,'Booking for Maria Garcia - 2026-11-30','Closed Lost',29998,'2026-11-30','2026-12-02','2026-12-02',NULL);
INSERT INTO opportunities VALUES (10,'3f55abee227ad601fbfd31284631abdfc6e74968',14,'Booking for Ada Lovelace - 2026-11-28','Booking Confirmed',59997,'2026-11-28','2026-12-01','2026-12-01',NULL);
INSERT INTO opportunities VALUES (11,'a730033968fe7dd72cb9b74baf0c3ec865c2c75b',10,'Booking for Patrick O''Brien - 2026-11-27','Negotiation/Review',39998,'2026-11-27','2026-11-29','2026-11-29','pi_3c5ad19385324e99be237ebb');
INSERT INTO opportunities VALUES (12,'7336de3faa01511ad1518eced43df70c871b6c3e',9,'Booking for Maria Garcia - 2026-11-27','Checked In',14999,'2026-11-27','2026-11-28','2026-11-28',NULL);
INSERT INTO bookings VALUES (1,'BK-0001',NULL,1,1,13,'2026-11-25','2026-11-27','2026-11-27',2,NULL,'Checked Out',14999);
INSERT INTO bookings VALUES (2,'BK-0002',NULL,2,2,11,'2026-11-26','2026-11-29','2026-11-29',1,NULL,'Checked In',14999);
INSERT INTO bookings VALUES (3,'BK-0003',NULL,3,3,17,'2026-11-27','2026-11-30','2026-11-30',2,NULL,'Checked In',14999);
INSERT INTO bookings VALUES (4,'BK-0004',NULL,4,4,3,'2026-11-27','2026-11-29','2026-11-29',1,NULL,'Reserved',14999);
INSERT INTO bookings VALUES (5,'BK-0005',NULL,4,4,4,'2026-11-27','2026-11-29','2026-11-29',1,NULL,'Reserved',14999);
INSERT INTO bookings VALUES (6,'BK-0006',NULL,5,5,18,'2026-11-27','2026-11-28','2026-11-28',2,NULL,'No Show',14999);
INSERT INTO bookings VALUES (7,'BK-0007',NULL,6,6,22,'2026-12-04','2026-12-11','2026-12-11',4,NULL,'Cancelled',29999);
INSERT INTO bookings VALUES (8,'BK-0008',NULL,7,7,21,'2026-12-17','2026-12-25','2026-12-25',2,NULL,'Reserved',19999);
INSERT INTO bookings VALUES (9,'BK-0009',NULL,8,8,5,'2026-11-22','2026-11-24','2026-11-24',1,NULL,'Checked Out',14999);
INSERT INTO bookings VALUES (10,'BK-0010',NULL,9,9,6,'2026-11-30','2026-12-02','2026-12-02',2,NULL,'Cancelled',14999);
INSERT INTO bookings VALUES (11,'BK-0011','e27cd22e53e4fa95baa7d5f77c5e5534a1892402',10,14,20,'2026-11-28','2026-12-01','2026-12-01',2,'A cot, please.','Reserved',19999);
INSERT INTO bookings VALUES (12,'BK-0012','fde3620ba58d0dbf2345263f8ed3b9a5573b84a5',11,10,9,'2026-11-27','2026-11-29','2026-11-29',1,NULL,'Checked In',19999);
INSERT INTO bookings VALUES (13,'BK-0013','ad08c211cd439af35358321bcced8bc1fb840031',12,9,5,'2026-11-27','2026-11-28','2026-11-28',1,NULL,'Checked In',14999);
INSERT INTO cases VALUES (1,'00001001',NULL,1,13,1,'Housekeeping','New','Medium','Web','Two extra bath towels, please.','Two extra bath towels, please.','2026-11-26T17:00:17.258633Z',NULL);
INSERT INTO cases VALUES (2,'00001002',NULL,12,8,NULL,'Maintenance','New','High','Internal','The air conditioning drips on the carpet.','The air conditioning drips on the carpet.','2026-11-25T17:00:17.258633Z',NULL);
INSERT INTO cases VALUES (3,'00001003',NULL,8,5,9,'Concierge','Closed','Low','Web','A table for two at eight o''clock.','A table for two at eight o''clock.','2026-11-23T17:00:17.258633Z','2026-11-23T17:00:17.258633Z');
INSERT INTO cases VALUES (4,'00001004','c5eeb536198801350b8dd755ff700edb8804df26',NULL,1,NULL,'Housekeeping','New','Medium','Internal','Towels for 100.','Towels for 100.','2026-11-27T17:00:17.839389Z',NULL);
INSERT INTO cases VALUES (5,'00001005','fe8c6c9047da3b9ecb13b18e8f4d0fb150992c0c',3,17,3,'Service Request','New','Medium','Web','Two towels, please.','Two towels, please.','2026-11-27T17:00:18.709048Z',NULL);
INSERT INTO payment_transactions VALUES (1,9,'pi_seed_0009','Charge',29998,'2026-11-27T17:00:17.258633Z');
INSERT INTO payment_transactions VALUES (2,1,'pi_b9cb1fac778941228f2f71f1','Charge',29998,'2026-11-27T17:00:17.579850Z');
INSERT INTO payment_transactions VALUES (3,12,'pi_3c5ad19385324e99be237ebb','Charge',19999,'2026-11-27T17:00:17.984208Z');
INSERT INTO payment_transactions VALUES (4,12,'pi_3c5ad19385324e99be237ebb','Refund',19999,'2026-11-27T17:00:18.285457Z');
INSERT INTO commits VALUES ('02869e1c1cfa826bc7d30dfcc8af8f26738258ff','ab955d0d4d6bdf62162a62ab30a870e8a9398f98','{"created":false}');
INSERT INTO commits VALUES ('25ba442b3c39103d7e7d7285fd39586c00be58e1','6edbc14644247154db86e3002a7739202da32593','{"created":false}');
INSERT INTO commits VALUES ('3ff417ee858eb4f0e16fb3f374f1c97751a8bcf5','dadf45bcc15d895425f9d690b90dcfcb2fc4cb29','{"created":false}');
INSERT INTO commits VALUES ('589f143c244d0a223fa823469b24b6eab3ba1f8f','d09e13d34680c75847af755b6dd0350297c82298','{"booking_number":"BK-0013","created":true}');
INSERT INTO commits VALUES ('627914a6c741215df6ed53dedeafb786d5b1931e','757ff3b55e8b3ba2597e1caa96d69e8fb0303ce0','{"created":false}');
INSERT INTO commits VALUES ('7226d953ea7e1b507a3692132935e4773745dbae','0014fd7f694ce081f8816c4882b701a0d1fbdb99','{"booking_number":"BK-0012","created":true}');
INSERT INTO commits VALUES ('807b39896021dcaaf326004ebc352c51cdadd05a','1168935dfda1a80752ba0bdcbe9cd219452af28a','{"created":false}');
INSERT INTO commits VALUES ('9dceaf5f66720a7b9e3f76cc65ef703c2af91bfa','8616cfbdbb90fee7c0b542f50fa85b3d19a6c26a','{"booking_number":"BK-0011","created":true}');
INSERT INTO commits VALUES ('a73cbd4d572cf74bb9ad26c44faf940180e234e1','a0eb6db86c3c2c85188eddaa17658cbd0fb658ec','{"case_number":"00001004","created":true}');
INSERT INTO commits VALUES ('add4f6806924854991ef5229121cbe1375ea9097','62e2d29c6b80ac5ab92cc46f546a7a04acab73c8','{"case_number":"00001005","created":true}');
INSERT INTO commits VALUES ('b1c222699454a793696c046ba4fe29f9ca16269f','64b071f8663649b3a85234de9ff5d19a468d5118','{"created":false}');
INSERT INTO commits VALUES ('bafd7ec9e03fd5e3eb3efd0d113561d204dca0c5','fdf2aee0fdf07459169b49ec759fd7d2d8afe598','{"created":false}');
INSERT INTO commits VALUES ('bd77b12c2e9c25b208036c98f525c14de4e36d74','4e57e4d0466378439ec1d0b6c8d73e7fd107d577','{"created":false}');
INSERT INTO commits VALUES ('f2fb3f9de92ebdbab719521dd83cca6b18bfd07e','e6e7889c078978a44f75e7f6fa982e1ab75d3fe0','{"created":false}');
INSERT INTO commits VALUES ('f3e355af345c836e93249140a2a473b49bcebab5','712a5c551519bd93d9cd42769fcd01accec7e186','{"created":false}');
INSERT INTO commits VALUES ('f91708f4e4b68eab68de22a17d9c456cdbfb92d2','98a3f9234006d7bc3eccab2e6f51eaf496654438','{"created":false}');
INSERT INTO seeded VALUES ('2026-11-27');
PRAGMA user_version = 1;
