-- The embedded hotel. Business keys are unique columns; ids are for joins only and never leave this file.
-- Dates are texts YYYY-MM-DD, times are RFC 3339 in UTC, money is whole cents.

CREATE TABLE contacts (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,              -- lower case: the key of a person
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  phone TEXT,
  contact_type TEXT NOT NULL,
  prefers TEXT NOT NULL
);

-- A fragment of name, e-mail or phone finds a person without a scan.
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
-- "By number" is by length first: 99 comes before 101.
CREATE INDEX rooms_in_order ON rooms(length(number), number);
CREATE INDEX rooms_by_status ON rooms(status, length(number), number);
CREATE INDEX rooms_by_floor ON rooms(floor, length(number), number);
CREATE INDEX rooms_by_type ON rooms(room_type, length(number), number);

-- The sale behind one or more bookings.
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
-- Who holds a night: few rows of a room, whatever its past.
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

-- Money that moved for a booking: once per intent and kind.
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

-- What was committed under which key, in the same transaction as the changes: a commit sent again answers this.
CREATE TABLE commits (
  key TEXT PRIMARY KEY,
  changes TEXT NOT NULL,                   -- digest of the list: a key stands for one list
  result TEXT NOT NULL
) WITHOUT ROWID;

-- The day the seeded hotel was dated for. A hotel nobody has written to is dated anew.
CREATE TABLE seeded (day TEXT NOT NULL);
