CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  to_number TEXT NOT NULL,
  body TEXT NOT NULL,
  sent_at TEXT NOT NULL
);
INSERT INTO messages VALUES (1,'e8e75e7b03bf760e4fe08e4df2407aa78b0d39cc','+15550100003','Welcome, Sarah! Room 205 is yours until 2026-12-01. Enjoy your stay.','2026-11-28T12:08:14.760921Z');
INSERT INTO messages VALUES (2,'3bdfd4cad9319f7f9f9c48dc4bb039ac3754f4b1','+15550100001','Thank you for staying with us, Beth. We charged 299.98 USD for room 201, booking BK-0001.','2026-11-28T12:08:15.053642Z');
PRAGMA user_version = 1;
