-- Refunds that are on their way: looked after hourly, until the money has gone back or has not.
CREATE TABLE refunds_on_their_way (
  refund TEXT PRIMARY KEY,
  payment TEXT NOT NULL,
  systems TEXT NOT NULL,                   -- what its call began on: it is looked after there
  look_at INTEGER NOT NULL                 -- Unix milliseconds
) WITHOUT ROWID;
